"""Somebody leaves: everything goes to another at once, nothing is still addressed to him, and it can be taken back."""

import re
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from base.clock import utc_now
from base.errors import Conflict, Fault, InvalidInput, NotFound
from base.settings import read_settings
from commands.worker import worker_leave, worker_left, worker_return
from dispatch.access.accounts import NewAccount, create_account, create_token
from dispatch.people.leaving import SQL, Leave, addressed_to, addressed_to_who_left, check_leavers, leave, undo_leave
from dispatch.people.people import find_people, read_handover
from mapdata.duty import end_duty
from tests.db.test_casework import LEADER, OPERATOR, WORKER, Desk, desk
from tests.small_town import AREA_ID, SOUTH_WEST

assert desk, "the fixture"
FREE = 3
"""Who takes over: for these tests without a grid of his own."""


@pytest.fixture
def town(desk: Desk, shared_small_url: str) -> Iterator[Desk]:
    with psycopg.connect(shared_small_url, autocommit=True) as connection:
        grids = connection.execute("select grid_code, worker_id from worker where area_id = %s", [AREA_ID]).fetchall()
        connection.execute("update worker set grid_code = null where area_id = %s and worker_id = 3", [AREA_ID])
        yield desk
        connection.execute("truncate worker_leave cascade")
        connection.execute("delete from account where worker_id = 2")
        connection.execute("delete from api_token where worker_id = 2")
        connection.execute("delete from contact")
        for grid_code, worker_id in grids:
            connection.execute(
                "update worker set is_active = true, grid_code = %s where area_id = %s and worker_id = %s",
                [grid_code, AREA_ID, worker_id],
            )


@pytest.fixture
def full(town: Desk) -> Desk:
    """Worker 2 has one of everything."""
    active, waiting, standing = (town.report().case_no for _ in range(3))
    town.say(OPERATOR, standing, "dispatch", worker_id=2)
    town.say(LEADER, standing, "suspend", until=utc_now() + timedelta(days=1), note="等配件")
    town.say(OPERATOR, active, "dispatch", worker_id=2)
    town.say(WORKER, active, "sign")
    town.say(OPERATOR, waiting, "dispatch", worker_id=2, queue=True)
    with town.database.transaction() as transaction:
        create_account(transaction, AREA_ID, NewAccount("leaver_yi", "grid_worker", "乙", 2, None), utc_now())
        create_token(transaction, AREA_ID, "grid_worker", "phone of 2", utc_now(), 2)
        transaction.execute(
            "insert into contact (area_id, kind, id, post, name, phone) values "
            "(%s, 'worker', '2', 'responsible_leader', '乙', '13800138002')",
            [AREA_ID],
        )
    return town


def leaves(desk: Desk, to: int = FREE, worker: int = 2, leave_id=None, *, with_grid: bool = True) -> Leave:
    with desk.database.transaction() as transaction:
        return leave(desk.centre, transaction, LEADER, worker, to, leave_id or uuid4(), with_grid=with_grid)


def has(desk: Desk, worker: int) -> dict[str, int]:
    with desk.database.transaction() as transaction:
        return addressed_to(transaction, AREA_ID, worker)


def holders(desk: Desk) -> list[tuple[str, str, int]]:
    """Each case's open tasks: state of the case, of the task, whose."""
    return sorted(
        (case.state, task.state, task.worker_id) for case in desk.list() for task in case.tasks if task.is_open
    )


def test_nothing_is_still_addressed_to_who_left(full: Desk) -> None:
    assert set(has(full, 2)) == {"grid", "task", "notice", "post", "account", "token", "duty"}
    done = leaves(full)
    assert (done.tasks, done.grid_code, done.to_worker_id) == (3, SOUTH_WEST, FREE)
    assert has(full, 2) == {}
    assert holders(full) == [
        ("accepted", "queued", FREE),
        ("dispatched", "sent", FREE),
        ("suspended", "paused", FREE),
    ]
    assert {"grid", "task", "notice", "post"} <= set(has(full, FREE))
    lines = [line.verb for case in full.list() for line in full.log(case.case_no)]
    assert lines.count("take_over") == 3


def test_every_column_that_names_a_worker_is_known(town: Desk) -> None:
    """Whoever adds a table with a worker in it says here whether it is still addressed to who leaves."""
    asked = {"task", "account", "api_token", "duty", "sos", "worker", "roster", "roster_swap"}
    past = {
        "duty_write",
        "fix_refusal",
        "position",
        "position_latest",
        "position_other",
        "worker_leave",
        "standing_done",
    }
    with town.database.transaction() as transaction:
        rows = transaction.execute(
            "select distinct table_name from information_schema.columns "
            "where table_schema = 'public' and column_name = 'worker_id'"
        ).fetchall()
    tables = {row["table_name"] for row in rows}
    assert {name for name in tables if not name.startswith("position_2")} == asked | past


def test_every_column_that_names_an_account_or_another_is_known(town: Desk) -> None:
    """Likewise of columns that name somebody by an account, or as the second of two."""
    asked = {("account", "account"), ("contact", "id"), ("notice", "recipient_id"), ("roster_swap", "other_id")}
    past = {
        ("duty_write", "account"), ("login", "account"), ("login_failure", "account"), ("sos_answer", "by_account"),
        ("worker_leave", "to_worker_id"), ("worker_leave", "accounts"), ("roster", "instead_of"),
        ("handover_act", "account"),
    }  # fmt: skip
    with town.database.transaction() as transaction:
        rows = transaction.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public' "
            "and column_name ~ 'account|^id$|recipient_id|other_id|to_worker|instead_of'"
        ).fetchall()
    assert {tuple(row.values()) for row in rows} == asked | past


def test_the_same_leaving_twice_is_one(full: Desk) -> None:
    leave_id = uuid4()
    assert leaves(full, leave_id=leave_id) == leaves(full, leave_id=leave_id)
    with pytest.raises(Conflict) as fault:
        leaves(full)
    assert (fault.value.key, fault.value.field, fault.value.values["by"]) == ("worker_has_left", "worker", "chen")


def test_taken_back_he_has_it_again(full: Desk) -> None:
    before = holders(full), set(has(full, 2))
    leaves(full)
    with full.database.transaction() as transaction:
        undone = undo_leave(full.centre, transaction, LEADER, 2)
    assert undone.undone_by == "chen"
    assert set(has(full, 2)) == before[1]
    assert {(case, whose) for case, _, whose in holders(full)} == {("accepted", 2), ("dispatched", 2), ("suspended", 2)}
    assert "grid" not in has(full, FREE)
    with pytest.raises(NotFound), full.database.transaction() as transaction:
        undo_leave(full.centre, transaction, LEADER, 2)


def test_who_is_on_the_case_already_leads_it(town: Desk) -> None:
    case_no = town.report().case_no
    town.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(FREE,))
    leaves(town)
    case = town.read(case_no)
    assert [(task.kind, task.worker_id) for task in case.tasks if task.is_open] == [("lead", FREE)]


@pytest.mark.parametrize(("to", "key"), [(2, "leaves_to_himself"), (77, "no_such_worker"), (1, "successor_has_grid")])
def test_to_whom_it_cannot_go(full: Desk, to: int, key: str) -> None:
    before = holders(full), has(full, 2)
    with pytest.raises(Fault) as fault:
        leaves(full, to)
    assert (fault.value.key, fault.value.field) == (key, "to")
    assert (holders(full), has(full, 2)) == before, "nothing half-done"


def test_who_left_takes_nothing_over_and_his_own_leaving_is_taken_back_first(full: Desk) -> None:
    leaves(full)
    with pytest.raises(Conflict) as fault:
        leaves(full, to=2, worker=1)
    assert (fault.value.key, fault.value.field) == ("worker_has_left", "to")
    before = holders(full), has(full, FREE)
    leaves(full, to=1, worker=FREE, with_grid=False)
    with pytest.raises(Conflict) as first, full.database.transaction() as transaction:
        undo_leave(full.centre, transaction, LEADER, 2)
    assert (first.value.key, first.value.field) == ("worker_has_left", "to")
    for worker in (FREE, 2):
        with full.database.transaction() as transaction:
            undo_leave(full.centre, transaction, LEADER, worker)
    assert {whose for _, _, whose in holders(full)} == {2} != {whose for _, _, whose in before[0]}


def test_many_press_at_once_and_one_leaving_comes_of_it(full: Desk) -> None:
    def press(_: int) -> str:
        try:
            return str(leaves(full).tasks)
        except Conflict as fault:
            return fault.key

    def back(_: int) -> str:
        try:
            with full.database.transaction() as transaction:
                return str(undo_leave(full.centre, transaction, LEADER, 2).undone_by)
        except NotFound as fault:
            return fault.key

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == ["3", *["worker_has_left"] * 3]
        assert sorted(pool.map(back, range(4))) == ["chen", *["worker_has_not_left"] * 3]
    assert len(holders(full)) == 3, "everything once"


PLANTED = {
    "grid": "update worker set grid_code = %(grid)s where area_id = %(area)s and worker_id = 2",
    "task": "insert into task (area_id, task_id, case_no, task_no, kind, is_required, worker_id, state, created_by, "
    "created_at) select area_id, gen_random_uuid(), case_no, 99, 'co', true, 2, 'queued', 'li', now() "
    "from incident limit 1",
    "notice": "insert into notice (area_id, notice_id, code, recipient_kind, recipient_id, language, channels, "
    "channel, urgency, created_at, next_try_at) values (%(area)s, gen_random_uuid(), 'overdue', 'account', "
    "'leaver_yi', 'zh', '{sms}', 'sms', 'P1', now(), now())",
    "post": "update contact set post = 'responsible_leader' where area_id = %(area)s and id = 'leaver_yi'",
    "account": "update account set is_disabled = false where area_id = %(area)s and account = 'leaver_yi'",
    "token": "update api_token set revoked_at = null where area_id = %(area)s and worker_id = 2",
    "duty": "insert into duty (area_id, worker_id, duty_id, started_at) values (%(area)s, 2, gen_random_uuid(), now())",
    "roster": "insert into roster (area_id, on_day, shift, worker_id, post) "
    "values (%(area)s, '2199-01-01', 'day', 2, 'operator')",
    "swap": "insert into roster_swap (area_id, swap_id, asked_at, worker_id, on_day, shift, other_id, other_day, "
    "other_shift) values (%(area)s, gen_random_uuid(), now(), 3, '2199-01-01', 'day', 2, '2199-01-02', 'day')",
    "sos": "insert into sos (area_id, sos_id, worker_id, raised_by, raised_at, pressed_at) "
    "values (%(area)s, gen_random_uuid(), 2, 'li', now(), now())",
}
"""One row of each kind that would be addressed to worker 2 again."""


def test_the_query_finds_a_row_of_every_kind(full: Desk, shared_small_url: str) -> None:
    assert set(PLANTED) == set(re.findall(r"^    \('(\w+)'", SQL["addressed_to"], re.MULTILINE))
    leaves(full)
    with full.database.transaction() as transaction:
        assert addressed_to_who_left(transaction, AREA_ID) == {}
        assert check_leavers(transaction, AREA_ID).state == "ok"
    with psycopg.connect(shared_small_url, row_factory=dict_row) as connection:
        connection.execute(
            "insert into contact (area_id, kind, id, post) values (%s, 'account', 'leaver_yi', '')", [AREA_ID]
        )
        for kind, planting in PLANTED.items():
            with connection.transaction(force_rollback=True):
                connection.execute(planting, {"area": AREA_ID, "grid": SOUTH_WEST})
                assert addressed_to_who_left(connection, AREA_ID) == {2: {kind: 1}}
                found = check_leavers(connection, AREA_ID)
                assert (found.state, found.values["workers"]) == ("warning", [2])
        connection.rollback()


def test_what_goes_over_is_seen_before(full: Desk) -> None:
    with full.database.transaction() as transaction:
        before = read_handover(transaction, AREA_ID, LEADER, 2)
        leave(full.centre, transaction, LEADER, 2, FREE, uuid4(), with_grid=True)
        after = read_handover(transaction, AREA_ID, LEADER, 2)
        left = find_people(transaction, AREA_ID, LEADER, left=True)
        here = find_people(transaction, AREA_ID, LEADER, "丙", left=False)
    assert (before.person.grid_code, before.addressed["task"], len(before.cases)) == (SOUTH_WEST, 3, 3)
    assert [one.worker_id for one in before.successors] == [FREE, 4, 1], "who has no grid stands first"
    assert (after.addressed, after.cases, after.successors) == ({}, [], [])
    assert [(one.worker_id, one.left_by, one.to_worker_id) for one in left] == [(2, "chen", FREE)]
    assert [(one.worker_id, one.tasks) for one in here] == [(FREE, 3)]


def test_what_both_are_told_is_told_once(full: Desk) -> None:
    told = "select count(*) as times from notice where code = 'overdue' and recipient_id = %s and state = 'waiting'"
    with full.database.transaction() as transaction:
        for whose in ("2", str(FREE)):
            transaction.execute(
                "insert into notice (area_id, notice_id, code, recipient_kind, recipient_id, language, channels, "
                "channel, urgency, created_at, next_try_at) values (%s, gen_random_uuid(), 'overdue', 'worker', %s, "
                "'zh', '{sms}', 'sms', 'P1', now(), now())",
                [AREA_ID, whose],
            )
    leaves(full)
    assert has(full, 2) == {}
    with full.database.transaction() as transaction:
        assert [transaction.execute(told, [one]).fetchone()["times"] for one in ("2", str(FREE))] == [0, 1]
        transaction.execute("update notice set state = 'dead' where code = 'overdue'")


def test_to_nobody_off_duty_and_of_no_other_department(town: Desk) -> None:
    with pytest.raises(InvalidInput) as fault:
        leaves(town, FREE, worker=4)
    assert fault.value.key == "not_of_department"
    with town.database.transaction() as transaction:
        end_duty(transaction, AREA_ID, FREE, utc_now())
    with pytest.raises(Conflict) as off:
        leaves(town)
    assert off.value.key == "worker_off_duty"


def test_the_grid_may_be_left_to_nobody(town: Desk) -> None:
    assert leaves(town, 1, with_grid=False).tasks == 0
    assert has(town, 2) == {}
    with town.database.transaction() as transaction:
        undo_leave(town.centre, transaction, LEADER, 2)
    assert "grid" in has(town, 2)
    assert "grid" in has(town, 1)


def test_from_the_command_line(full: Desk, shared_small_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = read_settings({"DATABASE_URL": shared_small_url, "GRIDCOMMAND_AREA": str(AREA_ID)})
    asked = {"worker": 2, "to": FREE, "without_grid": False, "area": None}
    with pytest.raises(InvalidInput):
        worker_leave(settings, Namespace(**asked | {"to": 2}))
    worker_leave(settings, Namespace(**asked))
    told = capsys.readouterr()
    assert "worker 2 has left" in told.err
    assert told.out.startswith("✓")
    assert has(full, 2) == {}
    assert worker_left(settings, Namespace(**asked)) == 0
    with full.database.transaction() as transaction:
        transaction.execute(
            "update account set is_disabled = false where area_id = %s and account = 'leaver_yi'", [AREA_ID]
        )
    assert worker_left(settings, Namespace(**asked)) == 1
    worker_return(settings, Namespace(**asked))
    assert {"grid", "task"} <= set(has(full, 2))
