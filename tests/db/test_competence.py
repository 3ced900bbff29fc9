"""Legal competence in a real database: who is proposed, sent, handed a task, and who may answer with a penalty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from base.errors import Conflict, Fault, Faults, Forbidden, InvalidInput
from dispatch.access.scope import Scope
from dispatch.advice.advice import advise
from dispatch.cases.incidents import Case
from dispatch.cases.routing import event_types
from dispatch.competence.items import Item
from dispatch.competence.lists import (
    ITEM_COLUMNS,
    NewCard,
    count_cards,
    known_to,
    load_cards,
    load_items,
    read_items,
)
from dispatch.competence.reads import list_items, read_holders
from mapdata.roads.network import load_roads
from screens.desk.reads import DeskReads
from screens.desk.view import opened_view
from screens.shell.by_law import by_law
from screens.shell.visitor import Visitor
from tests.db.test_casework import DEPARTMENT, LEADER, OPERATOR, WORKER, Desk, desk
from tests.small_town import AREA, AREA_ID

assert desk, "the fixture"
BUILDING = Item("B-1", "违法建设", "城乡规划法", "0608", ("ZF",), "lead", 2)
NOTICE = Item("B-2", "违建告知", "城乡规划法", "0608", ("ZF", "CJ"), "none", 0)
STALL = Item("S-1", "占道经营", "城市道路管理条例", "0601", ("ZF",), "act", 1)
TODAY = date.today()  # noqa: DTZ011 days far from the edge
HOLDS, OVER = (TODAY - timedelta(30), TODAY + timedelta(30)), (TODAY - timedelta(60), TODAY - timedelta(30))
OF_ZF = Scope("token:ZF", "dept_handler", AREA_ID, departments=("ZF",))


def card(worker_id: int, days: tuple[date, date] = HOLDS) -> NewCard:
    return NewCard(worker_id, f"Z-{worker_id}", "县政府", *days)


@pytest.fixture
def town(desk: Desk) -> Iterator[Desk]:
    """Worker 3 is of the enforcement department as worker 4 is; both hold a card. Worker 2 walks a grid."""
    with desk.database.transaction() as transaction:
        transaction.execute("update worker set department_code = 'ZF', role = 'dept_handler' where worker_id = 3")
        load_items(transaction, AREA_ID, [BUILDING, NOTICE, STALL])
        load_cards(transaction, AREA_ID, [card(3), card(4)])
    yield desk
    with desk.database.transaction() as transaction:
        load_items(transaction, AREA_ID, [])
        load_cards(transaction, AREA_ID, [])
        transaction.execute("update worker set department_code = null, role = 'grid_worker', skills = '{water_rescue}'"
                            " where worker_id = 3")  # fmt: skip


def cards(town: Desk, *given: NewCard) -> None:
    with town.database.transaction() as transaction:
        load_cards(transaction, AREA_ID, given)


def built(town: Desk) -> str:
    return str(town.report(text="违法搭建", type_code="0608").case_no)


def fault_of(town: Desk, who: Scope, case_no: str, verb: str, **given: object) -> Fault:
    before = town.read(case_no).version
    with pytest.raises(Fault) as fault:
        town.say(who, case_no, verb, **given)
    assert town.read(case_no).version == before, "nothing is half written"
    return fault.value


def led_by_zf(town: Desk) -> Case:
    case = town.say(LEADER, built(town), "dispatch", department_code="ZF")
    return town.say(OF_ZF, case.case_no, "sign")


# lists --------------------------------------------------------------------------------------------------------------


def test_a_list_comes_in_whole_or_not_at_all(town: Desk, tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    head = ",".join(ITEM_COLUMNS)
    file.write_text(f"{head}\nN-1,新事项,某法,0901,SG,act,2\n", encoding="gbk")
    with town.database.transaction() as transaction:
        known = known_to(transaction, AREA_ID)
        assert "SG" in known.departments
        assert known.workers == {1, 2, 3, 4}
        load_items(transaction, AREA_ID, read_items(file, known.departments, event_types()))
        assert [item.code for item in list_items(transaction, AREA_ID)] == ["N-1"]
        file.write_text(f"{head}\nN-1,新事项,某法,0901,SG,act,2\nN-2,新事项,某法,0901,XX,act,2\n", encoding="utf-8")
        with pytest.raises(Faults):
            load_items(transaction, AREA_ID, read_items(file, known.departments, event_types()))
        assert [item.code for item in list_items(transaction, AREA_ID)] == ["N-1"]


def test_a_card_brings_its_skill_and_a_list_takes_older_cards_out(town: Desk) -> None:
    with town.database.transaction() as transaction:
        load_cards(transaction, AREA_ID, [card(2, OVER), card(4)])
        assert count_cards(transaction, AREA_ID, town.now()) == (2, 1)
        found = {one.worker_id: one.card for one in read_holders(transaction, AREA_ID, [2, 3, 4], town.now())}
        skills = transaction.execute("select skills from worker where worker_id = 2").fetchone()
        assert skills is not None
        assert "law_enforcement" in skills["skills"]
        transaction.execute("update worker set skills = '{fire,first_aid}', card_no = null, card_issuer = null,"
                            " card_from = null, card_to = null where worker_id = 2")  # fmt: skip
    assert found[3] is None
    assert (found[2].state, found[4].state) == ("expired", "valid")


# sending ------------------------------------------------------------------------------------------------------------


def test_who_may_not_lead_is_sent_only_by_the_shift_leader_who_says_why(town: Desk) -> None:
    case_no = built(town)
    refused = fault_of(town, OPERATOR, case_no, "dispatch", worker_id=2, note="先去看看")
    assert (type(refused), refused.key, refused.field) == (Forbidden, "lead_lacks_right", "worker")
    refused = fault_of(town, LEADER, case_no, "dispatch", worker_id=2)
    assert (type(refused), refused.key, refused.field) == (Conflict, "lead_lacks_right_note", "note")
    case = town.say(LEADER, case_no, "dispatch", worker_id=2, note="执法队员均在外,先控制现场")
    line = town.log(case.case_no)[-1]
    assert (line.details["lack"], line.note) == ("no_card", "执法队员均在外,先控制现场")


def test_a_holder_leads_and_others_help_without_a_word(town: Desk) -> None:
    case = town.say(OPERATOR, built(town), "dispatch", worker_id=4, with_workers=(2,))
    assert "lack" not in town.log(case.case_no)[-1].details
    assert [(task.worker_id, task.kind) for task in case.tasks] == [(4, "lead"), (2, "co")]
    refused = fault_of(town, OPERATOR, case.case_no, "transfer", worker_id=1, note="改派")
    assert refused.key == "lead_lacks_right"


def test_a_department_without_any_of_the_items_leads_only_by_the_shift_leaders_word(town: Desk) -> None:
    case_no = built(town)
    refused = fault_of(town, OPERATOR, case_no, "dispatch", department_code="SG")
    assert (refused.key, refused.field, refused.values["lack"].code) == (
        "lead_lacks_right", "department", "no_competence",
    )  # fmt: skip
    assert fault_of(town, LEADER, case_no, "dispatch", department_code="SG").field == "note"
    town.say(LEADER, case_no, "dispatch", department_code="SG", note="联合检查,市监先行")
    assert town.log(case_no)[-1].details["lack"] == "no_competence"
    case = town.say(OPERATOR, built(town), "dispatch", department_code="CJ")
    assert case.tasks[0].department_code == "CJ", "one of the items is enough"
    assert town.say(OPERATOR, town.report(text="路灯不亮").case_no, "dispatch", department_code="CJ").tasks


def test_a_whistle_under_a_lead_without_competence_needs_a_word(town: Desk) -> None:
    given = {"lead": "CJ", "departments": ("ZF",), "meet_at": town.now() + timedelta(hours=1)}
    with town.database.transaction() as transaction:
        transaction.execute("update worker set department_code = 'CJ' where worker_id = 1")
    case_no = str(town.report(text="店外经营占道", type_code="0601").case_no)
    refused = fault_of(town, LEADER, case_no, "whistle", **given)
    assert refused.key == "lead_lacks_right_note"
    town.say(LEADER, case_no, "whistle", note="道路先行修复", **given)
    assert town.log(case_no)[-1].details["lack"] == "no_competence"
    with town.database.transaction() as transaction:
        transaction.execute("update worker set department_code = null where worker_id = 1")


def test_a_type_without_items_and_a_town_without_a_list_ask_nothing(town: Desk) -> None:
    case = town.say(OPERATOR, town.report(text="两家吵架").case_no, "dispatch", worker_id=2)
    assert case.tasks[0].worker_id == 2
    with town.database.transaction() as transaction:
        load_items(transaction, AREA_ID, [])
    assert town.say(OPERATOR, built(town), "dispatch", worker_id=1).tasks[0].worker_id == 1


# handing over -------------------------------------------------------------------------------------------------------


def test_a_department_hands_to_a_holder_first_and_to_others_then(town: Desk) -> None:
    cards(town, card(4), card(3, OVER))
    case = led_by_zf(town)
    refused = fault_of(town, OF_ZF, case.case_no, "hand_over", to_worker_id=3)
    assert (refused.key, refused.field, refused.values["lack"].code) == ("hand_over_needs_card", "to", "card_expired")
    town.say(OF_ZF, case.case_no, "hand_over", to_worker_id=4)
    case = town.say(OF_ZF, case.case_no, "hand_over", to_worker_id=3)
    assert [task.worker_id for task in case.tasks] == [None, 4, 3]


# answering ----------------------------------------------------------------------------------------------------------


def answered(town: Desk, case_no: str, who: Scope, worker_id: int, **given: object) -> Case:
    for verb in ("sign", "start"):
        town.say(LEADER, case_no, verb, worker_id=worker_id)
    return town.say(who, case_no, "feedback", worker_id=worker_id, note="已责令拆除", **given)


def test_two_holders_are_asked_for_a_penalty(town: Desk) -> None:
    case = town.say(LEADER, built(town), "dispatch", worker_id=4)
    for verb in ("sign", "start"):
        town.say(DEPARTMENT, case.case_no, verb)
    refused = fault_of(town, DEPARTMENT, case.case_no, "feedback", note="立案", item="B-1")
    assert (refused.key, refused.field, refused.values["found"]) == ("item_needs_holders", "item", 1)
    town.say(LEADER, case.case_no, "support", worker_id=3)
    town.say(DEPARTMENT, case.case_no, "feedback", note="立案", item="B-1")
    details = town.log(case.case_no)[-1].details
    assert (details["item"], details["item_name"]) == ("B-1", "违法建设")


def test_who_holds_no_card_tells_what_was_done_and_no_penalty(town: Desk) -> None:
    case = town.say(OPERATOR, town.report(text="店外经营占道", type_code="0601").case_no, "dispatch", worker_id=2)
    for verb in ("sign", "start"):
        town.say(WORKER, case.case_no, verb)
    refused = fault_of(town, WORKER, case.case_no, "feedback", note="罚款", item="S-1")
    assert (type(refused), refused.key, refused.values["lack"].code) == (InvalidInput, "item_not_his", "no_card")
    unknown = fault_of(town, WORKER, case.case_no, "feedback", note="罚款", item="B-1")
    assert (unknown.key, unknown.field, unknown.values["allowed"]) == ("item_unknown", "item", ["S-1"])
    assert town.say(WORKER, case.case_no, "feedback", note="已劝离").state == "handled"


def test_a_department_answers_for_its_holders(town: Desk) -> None:
    case = led_by_zf(town)
    town.say(OF_ZF, case.case_no, "start")
    assert fault_of(town, OF_ZF, case.case_no, "feedback", note="立案", item="B-1").key == "item_needs_holders"
    assert fault_of(town, DEPARTMENT, case.case_no, "feedback", note="立案", item="B-1").values["found"] == 1
    town.say(LEADER, case.case_no, "support", worker_id=3, required=False)
    town.say(LEADER, case.case_no, "sign", worker_id=3)
    town.say(DEPARTMENT, case.case_no, "feedback", note="立案", item="B-1", task_id=case.tasks[0].task_id)
    assert town.log(case.case_no)[-1].details["item"] == "B-1"


# advice -------------------------------------------------------------------------------------------------------------


def test_advice_names_holders_tells_why_not_the_nearer_and_what_is_lacking(town: Desk) -> None:
    cards(town, card(4), card(3, OVER))
    case_no = built(town)
    with town.database.transaction() as transaction:
        town.centre.roads = load_roads(transaction, AREA)
        advice = advise(town.centre, transaction, LEADER, case_no)
    assert [one.worker for one in advice.workers] == [4]
    why = {one.worker: one.reason.code for one in advice.passed_over}
    assert (why[1], why[2]) == ("no_card", "no_card")
    assert advice.team is not None
    assert [one.worker for one in advice.team.members if one.is_lead] == [4]
    assert len(advice.team.members) == 2
    assert [(one.told.code, one.found, one.need.any_of) for one in advice.team.unmet] == [("need_card", 1, ("ZF",))]
    cards(town, card(3, OVER))
    with town.database.transaction() as transaction:
        nobody = advise(town.centre, transaction, LEADER, case_no)
    assert nobody.workers == ()
    assert nobody.nobody is not None
    told = {one.code: one.values["count"] for one in nobody.nobody.values["counts"]}
    assert told == {"no_card": 3, "card_expired": 1}


# desk ---------------------------------------------------------------------------------------------------------------


def test_the_desk_tells_the_items_and_who_may_handle_them(town: Desk) -> None:
    cards(town, card(4), card(3, OVER))
    case = led_by_zf(town)
    opened = DeskReads(town.centre).open(Visitor(DEPARTMENT, "zh"), case.case_no)
    view = opened_view(opened, town.centre.area.name, "zh")
    assert [name for name, _ in view.laws] == ["违法建设", "违建告知"]
    assert view.laws[0][1] == "B-1 · 城乡规划法 · 综合执法平台 · 主办须持证,须 2 名持证人员"
    assert view.standing == ("综合执法平台可办理本案事项。", "您可主办本案。")
    over = (TODAY - timedelta(30)).isoformat()
    assert ("colleagues", "3", f"同岸丙(执法证已于 {over} 到期)") in view.choices
    assert ("colleagues", "4", "执法丁") in view.choices
    walker = DeskReads(town.centre).open(Visitor(LEADER, "zh"), town.report(text="两家吵架").case_no)
    assert (
        opened_view(walker, town.centre.area.name, "zh").laws,
        opened_view(walker, town.centre.area.name, "zh").standing,
    ) == ((), ())


def test_the_log_says_in_words_what_was_lacking_and_what_was_done(town: Desk) -> None:
    cards(town, card(3), card(4, OVER))
    case = town.say(LEADER, built(town), "dispatch", worker_id=4, note="新证已批")
    over = (TODAY - timedelta(30)).isoformat()
    assert by_law(town.log(case.case_no)[-1], "zh") == (f"值班长批准派出(执法证已于 {over} 到期)",)
    assert "in spite of" in by_law(town.log(case.case_no)[-1], "en")[0]
