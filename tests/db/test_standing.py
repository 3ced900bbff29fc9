"""Standing duties in a real database: what is due where, what is behind, one marked done by who walks there."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.errors import Conflict, Forbidden, InvalidInput, NotFound
from dispatch.access.scope import Scope
from dispatch.roster.lines import Line, put_lines
from dispatch.standing.due import GridDuty, behind, due_by_grid, mark_done, spots_of_grid
from dispatch.standing.duties import StandingDuty, duties_of, write_duties
from tests.db.test_casework import LEADER, Desk, desk
from tests.small_town import AREA_ID, SOUTH_EAST, SOUTH_WEST

assert desk, "the fixture"
DAY = date(2026, 12, 8)
NOW = datetime.combine(DAY, time(9), TOWN_ZONE)
WALKER = Scope("yi", "grid_worker", AREA_ID, worker_id=2, grids=(SOUTH_WEST,))
VILLAGE = Scope("cun", "village_operator", AREA_ID, villages=(SOUTH_WEST[:12],))
OWN = [
    StandingDuty("walk", "巡查", "Walk", "走一遍", "", "day", "grid", ()),
    StandingDuty("look", "检查", "Look", "看一看", "", "week", "place", ("mall",)),
]


@pytest.fixture
def town(desk: Desk, shared_small_url: str) -> Iterator[Desk]:
    with psycopg.connect(shared_small_url, autocommit=True) as connection:
        connection.execute(
            "insert into place (area_id, place_id, layer, kind, name, grid_code, geom) values "
            "(%(area)s, 9001, 'key_place', 'mall', '南商场', %(grid)s, 'srid=4326;point(120.945 30.915)'),"
            "(%(area)s, 9002, 'key_place', 'market', '南菜场', %(grid)s, 'srid=4326;point(120.946 30.915)')",
            {"area": AREA_ID, "grid": SOUTH_WEST},
        )
        made = connection.execute("select created_at from area where area_id = %s", [AREA_ID]).fetchone()[0]
        connection.execute("update area set created_at = %s where area_id = %s", [NOW, AREA_ID])
        do(desk, lambda t: write_duties(t, AREA_ID, LEADER, OWN, NOW))
        yield desk
        connection.execute("delete from place where place_id > 9000")
        connection.execute("update area set created_at = %s where area_id = %s", [made, AREA_ID])
        connection.execute("truncate standing_done, standing_duty, roster")


def do(town: Desk, act: Callable[[Transaction], Any]) -> Any:
    with town.database.transaction() as transaction:
        return act(transaction)


def marks(town: Desk, code: str = "walk", spot: int = 0, who: Scope = WALKER, *, at=NOW, grid=SOUTH_WEST, done=None):
    return do(town, lambda t: mark_done(t, AREA_ID, who, done or uuid4(), code, grid, spot, "已看", at))


def grids(town: Desk, who: Scope = LEADER, day: date = DAY) -> list[GridDuty]:
    return do(town, lambda t: due_by_grid(t, AREA_ID, who, day, duties_of(t, AREA_ID)))


def spots(town: Desk, day: date = DAY) -> dict[tuple[str, int], str]:
    found = do(town, lambda t: spots_of_grid(t, AREA_ID, WALKER, SOUTH_WEST, day))
    return {(one.code, one.spot_id): one.state for one in found}


def test_each_duty_is_due_at_its_spots(town: Desk) -> None:
    assert spots(town) == {("walk", 0): "due", ("look", 9001): "due"}
    marks(town)
    marks(town, "look", 9001, at=NOW - timedelta(days=1))  # Monday of the same week
    assert spots(town) == {("walk", 0): "done", ("look", 9001): "done"}
    assert spots(town, DAY + timedelta(days=1)) == {("walk", 0): "due", ("look", 9001): "done"}
    assert spots(town, DAY + timedelta(days=13)) == {("walk", 0): "overdue", ("look", 9001): "overdue"}


def test_the_leader_sees_what_is_behind_and_each_his_own(town: Desk) -> None:
    assert behind(grids(town)) == 0
    marks(town)
    late = grids(town, day=DAY + timedelta(days=2))
    assert behind(late) == 4
    assert [(one.overdue, one.oldest) for one in late if one.grid_code == SOUTH_WEST] == [(1, DAY), (0, None)]
    assert behind(grids(town, day=DAY + timedelta(days=14))) == 4 + 1
    assert {one.grid_code for one in grids(town, WALKER)} == {SOUTH_WEST}
    assert {one.grid_code for one in grids(town, VILLAGE)} == {SOUTH_WEST, SOUTH_EAST}


def test_the_same_mark_twice_is_one(town: Desk) -> None:
    done = uuid4()
    assert marks(town, done=done) == marks(town, done=done, at=NOW + timedelta(hours=1))
    with pytest.raises(Conflict, match="duty_id_used"):
        marks(town, "look", 9001, done=done)


def test_who_walks_there_marks_it(town: Desk) -> None:
    with pytest.raises(NotFound, match="not_your_grid"):
        marks(town, grid=SOUTH_EAST)
    do(town, lambda t: put_lines(t, AREA_ID, LEADER, [Line(DAY, "day", 2, "grid", SOUTH_EAST)], NOW))
    assert marks(town, grid=SOUTH_EAST).worker_id == 2, "who has the grid on the roster today"
    with pytest.raises(Forbidden, match="not_yourself"):
        marks(town, who=LEADER)
    for changes in ({"spot": 5}, {"code": "look", "spot": 9002}, {"grid": "330421001201001"}):
        with pytest.raises(NotFound):
            marks(town, **changes)


def test_without_its_own_the_eight_hold_again(town: Desk) -> None:
    assert len(do(town, lambda t: write_duties(t, AREA_ID, LEADER, [], NOW))) == 8
    with pytest.raises(InvalidInput, match="duty_code_invalid"):
        do(town, lambda t: write_duties(t, AREA_ID, LEADER, [OWN[0], OWN[0]], NOW))
