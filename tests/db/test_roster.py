"""The roster in a real database: written whole or not at all, nobody at two places, gaps told, swaps by three."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.errors import Conflict, Fault, Faults, Forbidden, InvalidInput, NotFound
from dispatch.access.scope import Scope
from dispatch.people.leaving import addressed_to, leave, undo_leave
from dispatch.roster.coverage import Gap, gaps
from dispatch.roster.lines import Copied, Line, copy_week, list_lines, put_lines, stand_in, take_off
from dispatch.roster.own_shifts import write_shifts
from dispatch.roster.roster_file import read_lines
from dispatch.roster.shifts import Shift, default_shifts, shifts_of
from dispatch.roster.swaps import Swap, agree, ask_swap, confirm, list_swaps, refuse
from tests.db.test_casework import LEADER, WORKER, Desk, desk
from tests.small_town import AREA_ID, NORTH_EAST, NORTH_WEST, SOUTH_EAST, SOUTH_WEST
from towns.invented_roster import fill_roster

assert desk, "the fixture"
MONDAY = date(2026, 12, 7)
NOW = datetime.combine(MONDAY, time(9), TOWN_ZONE)
OTHER = Scope("bing", "grid_worker", AREA_ID, worker_id=3)
GRIDS = {1: NORTH_WEST, 2: SOUTH_WEST, 3: SOUTH_EAST}


@pytest.fixture
def town(desk: Desk, shared_small_url: str) -> Iterator[Desk]:
    yield desk
    with psycopg.connect(shared_small_url, autocommit=True) as connection:
        connection.execute("truncate roster, roster_swap, shift, worker_leave cascade")
        for worker_id, grid in GRIDS.items():
            connection.execute(
                "update worker set is_active = true, grid_code = %s where worker_id = %s and area_id = %s",
                [grid, worker_id, AREA_ID],
            )


def do(town: Desk, act: Callable[[Transaction], Any]) -> Any:
    with town.database.transaction() as transaction:
        return act(transaction)


def walks(worker: int, day: date = MONDAY, shift: str = "day", grid: str | None = None) -> Line:
    return Line(day, shift, worker, "grid", grid or GRIDS[worker])


def put(town: Desk, *lines: Line, at: datetime = NOW) -> int:
    return do(town, lambda transaction: put_lines(transaction, AREA_ID, LEADER, lines, at))


def held(town: Desk, who: Scope = LEADER, days: int = 14) -> set[tuple[date, str, int]]:
    last = MONDAY + timedelta(days=days)
    found = do(town, lambda transaction: list_lines(transaction, AREA_ID, who, MONDAY - timedelta(days=7), last))
    return {(one.on_day, one.shift, one.worker_id) for one in found}


def open_gaps(town: Desk, days: int = 1) -> list[Gap]:
    last = MONDAY + timedelta(days=days - 1)
    return do(town, lambda transaction: gaps(transaction, AREA_ID, MONDAY, last))


def test_what_is_not_covered_is_told(town: Desk) -> None:
    put(town, walks(1), walks(2), walks(3), Line(MONDAY, "day", 4, "operator"))
    found = {(one.shift, one.post, one.grid_code) for one in open_gaps(town)}
    assert ("day", "grid", NORTH_EAST) in found
    assert ("day", "shift_leader", None) in found
    assert ("night", "operator", None) in found
    assert not found & {("day", "grid", NORTH_WEST), ("day", "operator", None), ("evening", "grid", NORTH_WEST)}
    put(town, walks(3, grid=NORTH_EAST))
    assert {one.grid_code for one in open_gaps(town) if one.post == "grid"} == {SOUTH_EAST}, "his line gave way"
    assert len(open_gaps(town, days=7)) == 6 + 6 * (4 + 6)


def test_who_has_left_covers_nothing(town: Desk) -> None:
    put(town, walks(1), walks(2), walks(3))
    with town.database.transaction() as transaction:
        transaction.execute("update worker set is_active = false where area_id = %s and worker_id = 2", [AREA_ID])
    assert SOUTH_WEST in {one.grid_code for one in open_gaps(town)}


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (walks(2, MONDAY - timedelta(days=1)), "roster_day_past"),
        (walks(2, MONDAY + timedelta(days=400)), "roster_day_far"),
        (walks(2, shift="dawn"), "roster_shift_unknown"),
        (Line(MONDAY, "day", 2, "cook"), "roster_post_unknown"),  # type: ignore[arg-type]
        (walks(900, grid=SOUTH_WEST), "roster_worker_unknown"),
        (walks(2, grid="330421001201001"), "roster_grid_unknown"),
        (Line(MONDAY, "day", 2, "operator", SOUTH_WEST), "roster_grid_of_post"),
        (walks(4, grid=SOUTH_WEST), "roster_not_on_foot"),
    ],
)
def test_what_cannot_stand_is_refused_with_all_that_came_with_it(town: Desk, line: Line, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        put(town, walks(1), line)
    assert (refused.value.key, refused.value.field) == (key, "lines.2")
    assert held(town) == set()


def test_every_wrong_line_is_named(town: Desk) -> None:
    with pytest.raises(Faults) as refused:
        put(town, walks(2, shift="dawn"), walks(1), walks(900, grid=SOUTH_WEST))
    assert [one.field for one in refused.value.faults] == ["lines.1", "lines.3"]


def test_nobody_is_at_two_places_at_one_time(town: Desk) -> None:
    own = [*default_shifts(), Shift("late", "晚班", "", time(7), time(10), 0, 0, 0)]
    do(town, lambda transaction: write_shifts(transaction, AREA_ID, LEADER, own, NOW))
    put(town, walks(2, shift="night"))  # until 08:00 on Tuesday
    put(town, walks(2, MONDAY + timedelta(days=1), "day"))
    with pytest.raises(Conflict, match="roster_twice"):
        put(town, walks(2, MONDAY + timedelta(days=1), "late"))
    with pytest.raises(Conflict, match="roster_twice"):
        put(town, walks(1), walks(1, shift="late"))
    assert len(held(town)) == 2


def test_the_same_lines_twice_are_the_same(town: Desk) -> None:
    assert put(town, walks(1), walks(2)) == put(town, walks(1), walks(2)) == 2
    assert len(held(town)) == 2
    assert held(town, WORKER) == {(MONDAY, "day", 2)}, "a worker sees his own"


def test_a_line_is_taken_off_once(town: Desk) -> None:
    put(town, walks(1))
    off = [do(town, lambda t: take_off(t, AREA_ID, LEADER, MONDAY, "day", 1, NOW)) for _ in range(2)]
    assert off == [True, False]
    with pytest.raises(InvalidInput, match="roster_day_past"):
        do(town, lambda t: take_off(t, AREA_ID, LEADER, MONDAY, "day", 1, NOW + timedelta(days=1)))


def copied(town: Desk, at: datetime = NOW) -> Copied:
    return do(town, lambda transaction: copy_week(transaction, AREA_ID, LEADER, MONDAY, at))


def test_a_week_is_copied_and_what_is_there_stays(town: Desk) -> None:
    week_before = NOW - timedelta(days=7)
    lines = [walks(n, MONDAY - timedelta(days=7 - day)) for n in (1, 2, 3) for day in range(7)]
    put(town, *lines, at=week_before)
    put(town, walks(2, grid=NORTH_EAST))
    with town.database.transaction() as transaction:
        transaction.execute("update worker set is_active = false where area_id = %s and worker_id = 3", [AREA_ID])
    assert copied(town) == Copied(13, 7)
    assert copied(town) == Copied(0, 7)
    assert NORTH_EAST not in {one.grid_code for one in open_gaps(town)}
    assert copied(town, at=NOW + timedelta(days=6)) == Copied(0, 1), "days past are left alone"
    with pytest.raises(InvalidInput, match="roster_not_monday"):
        do(town, lambda t: copy_week(t, AREA_ID, LEADER, MONDAY + timedelta(days=1), NOW))
    with pytest.raises(InvalidInput, match="roster_day_past"):
        copied(town, at=NOW + timedelta(days=7))


def test_somebody_stands_in(town: Desk) -> None:
    put(town, walks(2), walks(1))
    with pytest.raises(Conflict, match="roster_has_shift"):
        do(town, lambda t: stand_in(t, AREA_ID, LEADER, MONDAY, "day", 2, 1, NOW))
    for _ in range(2):
        line = do(town, lambda t: stand_in(t, AREA_ID, LEADER, MONDAY, "day", 2, 3, NOW))
        assert (line.worker_id, line.grid_code, line.instead_of) == (3, SOUTH_WEST, 2)
    assert held(town) == {(MONDAY, "day", 1), (MONDAY, "day", 3)}
    for by, key in ((2, "roster_same_person"), (900, "roster_worker_unknown")):
        with pytest.raises(InvalidInput, match=key):
            do(town, lambda t, by=by: stand_in(t, AREA_ID, LEADER, MONDAY, "day", 3 if by == 900 else 2, by, NOW))
    with pytest.raises(NotFound, match="no_such_roster_line"):
        do(town, lambda t: stand_in(t, AREA_ID, LEADER, MONDAY, "night", 2, 3, NOW))


def a_swap(town: Desk) -> Swap:
    put(town, walks(2), walks(3, shift="evening"))
    swap = Swap(uuid4(), MONDAY, "day", 2, MONDAY, "evening", 3, NOW)
    asked = [do(town, lambda t: ask_swap(t, AREA_ID, WORKER, swap)) for _ in range(2)]
    assert asked[0] == asked[1]
    return asked[0]


def test_two_agree_and_the_leader_confirms(town: Desk) -> None:
    swap = a_swap(town).swap_id
    with pytest.raises(Conflict, match="swap_not_agreed"):
        do(town, lambda t: confirm(t, AREA_ID, LEADER, swap, NOW))
    for who in (WORKER, LEADER):
        with pytest.raises(Forbidden):
            do(town, lambda t, who=who: agree(t, AREA_ID, who, swap, NOW))
    assert do(town, lambda t: agree(t, AREA_ID, OTHER, swap, NOW)).agreed_at == NOW
    with pytest.raises(Forbidden):
        do(town, lambda t: confirm(t, AREA_ID, OTHER, swap, NOW))
    assert [one.name for one in do(town, lambda t: list_swaps(t, AREA_ID, LEADER, NOW))] == ["同岸乙"]
    for _ in range(2):
        assert do(town, lambda t: confirm(t, AREA_ID, LEADER, swap, NOW)).is_made
    assert held(town) == {(MONDAY, "day", 3), (MONDAY, "evening", 2)}
    assert do(town, lambda t: list_swaps(t, AREA_ID, LEADER, NOW)) == []
    with pytest.raises(Conflict, match="swap_ended"):
        do(town, lambda t: refuse(t, AREA_ID, LEADER, swap, NOW))


def test_a_swap_is_refused_by_one_of_them(town: Desk) -> None:
    swap = a_swap(town).swap_id
    stranger = Scope("jia", "grid_worker", AREA_ID, worker_id=1)
    with pytest.raises(Forbidden):
        do(town, lambda t: refuse(t, AREA_ID, stranger, swap, NOW))
    assert do(town, lambda t: refuse(t, AREA_ID, OTHER, swap, NOW)).ended_by == "bing"
    with pytest.raises(Conflict, match="swap_ended"):
        do(town, lambda t: agree(t, AREA_ID, OTHER, swap, NOW))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"worker_id": 3, "other_id": 2}, Forbidden),
        ({"other_id": 2}, InvalidInput),
        ({"other_shift": "night"}, NotFound),
        ({"on_day": MONDAY - timedelta(days=1)}, InvalidInput),
    ],
)
def test_a_swap_of_what_is_not_there_is_refused(town: Desk, changes: dict, fault: type[Fault]) -> None:
    put(town, walks(2), walks(3, shift="evening"))
    asked = {"on_day": MONDAY, "shift": "day", "worker_id": 2} | {"other_day": MONDAY, "other_shift": "evening"}
    swap = Swap(swap_id=uuid4(), **({"other_id": 3} | asked | changes), asked_at=NOW)
    with pytest.raises(fault):
        do(town, lambda t: ask_swap(t, AREA_ID, WORKER, swap))


def test_a_town_writes_its_shifts(town: Desk) -> None:
    put(town, walks(1, shift="evening"))
    whole = [Shift("day", "全天", "All day", time(8), time(8), 2, 1, 0)]
    with pytest.raises(Conflict, match="shift_in_use"):
        do(town, lambda t: write_shifts(t, AREA_ID, LEADER, whole, NOW))
    do(town, lambda t: take_off(t, AREA_ID, LEADER, MONDAY, "evening", 1, NOW))
    assert list(do(town, lambda t: write_shifts(t, AREA_ID, LEADER, whole, NOW))) == ["day"]
    put(town, walks(1))
    assert [(one.needed, one.there) for one in open_gaps(town) if one.grid_code == NORTH_WEST] == [(2, 1)]
    do(town, lambda t: write_shifts(t, AREA_ID, LEADER, [], NOW))
    put(town, walks(2), walks(2, shift="evening"))
    longer = [Shift(one.shift, one.zh, "", one.begins, time(20), 1, 0, 0) for one in default_shifts()[:2]]
    with pytest.raises(Conflict, match="roster_twice"):
        do(town, lambda t: write_shifts(t, AREA_ID, LEADER, longer, NOW))
    assert list(do(town, lambda t: shifts_of(t, AREA_ID))) == ["day", "evening", "night"]


def test_who_leaves_hands_his_shifts_over_and_has_them_again(town: Desk) -> None:
    today = town.now().astimezone(TOWN_ZONE).date()
    days = [today + timedelta(days=n) for n in range(3)]
    put(town, *(walks(2, day) for day in days), walks(3, days[1], "evening"), walks(3, days[2]), at=town.now())
    do(town, lambda t: leave(town.centre, t, LEADER, 2, 3, uuid4(), with_grid=False))
    assert do(town, lambda t: addressed_to(t, AREA_ID, 2)) == {}
    own = do(town, lambda t: list_lines(t, AREA_ID, LEADER, days[0], days[2]))
    assert {(one.on_day, one.shift, one.grid_code) for one in own if one.instead_of == 2} == {
        (days[0], "day", SOUTH_WEST),
        (days[1], "day", SOUTH_WEST),
    }
    do(town, lambda t: undo_leave(town.centre, t, LEADER, 2))
    again = do(town, lambda t: list_lines(t, AREA_ID, LEADER, days[0], days[2]))
    assert {one.on_day for one in again if one.worker_id == 2} == set(days[:2])


class _Undone(Exception):
    """Takes back what a test has made of the town."""


def test_972_workers_cover_292_grids_in_three_shifts(town: Desk) -> None:
    """One town as large as the one this is asked for: the gaps are those that were left, found by one statement."""
    left = {("day", 17), ("evening", 100), ("night", 291)}
    whole = [Shift(one.shift, one.zh, "", one.begins, one.ends, 1, 0, 0) for one in default_shifts()]
    codes = [f"{AREA_ID}009001{n:03}" for n in range(292)]
    with suppress(_Undone), town.database.transaction(timeout_s=30) as transaction:
        transaction.execute("update division set valid_to = '2026-01-01' where area_id = %s", [AREA_ID])
        transaction.execute(
            "insert into division (area_id, code, level, name, parent_code, geom, label, valid_from) "
            "select %s, code, 'grid', code, left(code, 12), 'srid=4326;multipolygon(((0 0,1 0,1 1,0 0)))', "
            "'srid=4326;point(0 0)', '2026-01-02' from unnest(%s::text[]) code",
            [AREA_ID, codes],
        )
        transaction.execute(
            "insert into worker (area_id, worker_id, name, role) "
            "select %s, n, 'w' || n, 'grid_worker' from generate_series(1001, 1972) n",
            [AREA_ID],
        )
        write_shifts(transaction, AREA_ID, LEADER, whole, NOW)
        stands = [(one.shift, n) for one in whole for n in range(292) if (one.shift, n) not in left]
        days = [MONDAY + timedelta(days=n) for n in range(7)]
        lines = [Line(day, shift, 1001 + i, "grid", codes[n]) for day in days for i, (shift, n) in enumerate(stands)]
        assert put_lines(transaction, AREA_ID, LEADER, lines, NOW) == 873 * 7
        found = gaps(transaction, AREA_ID, MONDAY, days[-1])
        assert {(one.shift, codes.index(one.grid_code or "")) for one in found} == left
        assert len(found) == 3 * 7
        raise _Undone


def test_a_demo_town_gets_a_roster_with_a_few_gaps(town: Desk) -> None:
    assert do(town, lambda t: fill_roster(t, AREA_ID, NOW)) > 14 * 3
    first = held(town)
    assert do(town, lambda t: fill_roster(t, AREA_ID, NOW)) == 0
    assert [one for one in open_gaps(town, days=14) if one.post == "grid" and one.grid_code == NORTH_WEST]
    with town.database.transaction() as transaction:
        transaction.execute("delete from roster")
    do(town, lambda t: fill_roster(t, AREA_ID, NOW))
    assert held(town) == first


def test_lines_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(f"day,shift,worker,post,grid\n2026-12-07,day,2,,{SOUTH_WEST}\n2026-12-07,night,4,operator,\n")
    assert read_lines(file) == [walks(2), Line(MONDAY, "night", 4, "operator")]
    file.write_text("day,shift,worker,post,grid\n7.12.2026,day,2,,\n2026-12-07,day,zwei,,\n2026-12-07,day,2\n")
    with pytest.raises(Faults) as refused:
        read_lines(file)
    assert [(one.values["line"], one.values["column"]) for one in refused.value.faults] == [(1, "day"), (2, "worker")]
    file.write_text("day,shift\n")
    with pytest.raises(InvalidInput, match="roster_column_missing"):
        read_lines(file)
    with pytest.raises(InvalidInput, match="roster_unreadable"):
        read_lines(tmp_path / "none.csv")
