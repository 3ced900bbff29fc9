"""Plans in a real database: proposed by type, taken once, each step ticked by name; the town writes its own."""

from uuid import uuid4

import pytest

from base.errors import Conflict, Fault, InvalidInput, NotFound
from dispatch.plans.plans import STEP_KINDS, default_plans, list_plans, write_plan
from dispatch.plans.taken import CasePlan, plan_of_case, take_plan, tick_step
from tests.db.test_casework import LEADER, OPERATOR, Desk, desk
from tests.small_town import AREA_ID

assert desk, "the fixture"
OWN = [
    {"kind": "call", "who": "119", "zh": "先报119", "en": ""},
    {"kind": "go", "who": "YJ", "zh": "应急到场", "en": ""},
]


def leak(desk: Desk) -> str:
    return desk.report(text="燃气泄漏,气味很大").case_no


def plan(desk: Desk, case_no: str) -> CasePlan | None:
    with desk.database.transaction() as transaction:
        return plan_of_case(transaction, LEADER, desk.read(case_no))


def take(desk: Desk, case_no: str, write_id=None) -> CasePlan:
    with desk.database.transaction() as transaction:
        return take_plan(desk.centre, transaction, OPERATOR, case_no, write_id or uuid4())


def tick(desk: Desk, case_no: str, step: int, said: str = "", write_id=None, who=OPERATOR) -> CasePlan:
    with desk.database.transaction() as transaction:
        return tick_step(desk.centre, transaction, who, case_no, step, said, write_id or uuid4())


def write(desk: Desk, prefix: str, lines: list[dict[str, str]]) -> None:
    with desk.database.transaction() as transaction:
        write_plan(transaction, AREA_ID, LEADER, prefix, lines, desk.now())


def test_a_gas_leak_has_a_plan_and_is_proposed_it(desk: Desk) -> None:
    found = plan(desk, leak(desk))
    assert found is not None
    assert (found.prefix, found.taken_by) == ("0203", None)
    assert [step.who for step in found.steps if step.kind == "call"] == ["119", "RQ", "120", "110"]
    assert {step.kind for step in found.steps} == {"call", "go", "bring", "tell"}
    assert plan(desk, desk.report().case_no) is None


def test_the_plans_that_come_with_it_are_whole() -> None:
    for found in default_plans().values():
        for step in found.steps:
            assert step.kind in STEP_KINDS
            assert step.zh
            assert step.en
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in step.en), step


def test_taken_with_one_press_and_ticked_by_name(desk: Desk) -> None:
    case_no, write_id = leak(desk), uuid4()
    take(desk, case_no, write_id)
    taken = take(desk, case_no, write_id)
    assert taken.taken_by == "li"
    with pytest.raises(InvalidInput) as fault:
        tick(desk, case_no, 1)
    assert (fault.value.key, fault.value.field) == ("call_said_needed", "said")
    press = uuid4()
    tick(desk, case_no, 1, "119已出警,约8分钟到", press)
    now = tick(desk, case_no, 1, "119已出警,约8分钟到", press)
    assert (now.steps[0].ticked_by, now.steps[0].said) == ("li", "119已出警,约8分钟到")
    assert tick(desk, case_no, 5, who=LEADER).steps[4].ticked_by == "chen"
    with pytest.raises(Conflict) as again:
        tick(desk, case_no, 1, "又报一次", who=LEADER)
    assert again.value.key == "plan_step_ticked"
    assert [line.verb for line in desk.log(case_no)][-3:] == ["take_plan", "tick_plan", "tick_plan"]


def test_what_cannot_be_pressed_is_told(desk: Desk) -> None:
    case_no = leak(desk)
    for wrong in (lambda: tick(desk, case_no, 1, "已报"), lambda: take(desk, desk.report().case_no)):
        with pytest.raises(NotFound):
            wrong()
    take(desk, case_no)
    with pytest.raises(NotFound):
        tick(desk, case_no, 99)
    with pytest.raises(Conflict):
        take(desk, case_no)


def test_a_town_writes_its_own_and_goes_back(desk: Desk) -> None:
    before = leak(desk)
    take(desk, before)
    write(desk, "0203", OWN)
    found = plan(desk, leak(desk))
    assert found is not None
    assert [step.zh for step in found.steps] == ["先报119", "应急到场"]
    old = plan(desk, before)
    assert old is not None
    assert len(old.steps) == len(default_plans()["0203"].steps), "what was taken stays"
    with desk.database.transaction() as transaction:
        assert [one.is_own for one in list_plans(transaction, AREA_ID) if one.prefix == "0203"] == [True]
    write(desk, "0203", [])
    with desk.database.transaction() as transaction:
        assert not any(one.is_own for one in list_plans(transaction, AREA_ID))


@pytest.mark.parametrize(
    ("prefix", "changed", "key"),
    [
        ("2", {}, "plan_prefix_invalid"),
        ("0203", {"kind": "sing"}, "plan_kind_unknown"),
        ("0203", {"zh": " "}, "plan_step_empty"),
        ("0203", {"who": "QQ"}, "plan_who_unknown"),
        ("0203", {"kind": "go", "who": "119"}, "plan_who_unknown"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_whole(desk: Desk, prefix: str, changed: dict[str, str], key: str) -> None:
    with pytest.raises(Fault) as fault:
        write(desk, prefix, [OWN[0], OWN[1], OWN[0] | changed])
    assert fault.value.key == key
    with desk.database.transaction() as transaction:
        assert not any(one.is_own for one in list_plans(transaction, AREA_ID))
