"""Legal competence as rules: whose card holds, who may lead, who may fine; the invented town's list is sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Faults, InvalidInput
from dispatch.advice.needs import ONE_PERSON, Need, left_open, with_card_holders
from dispatch.advice.ranking import may_help, unfit
from dispatch.advice.teams import Candidate, propose_team
from dispatch.cases.routing import department_of, event_types, is_reportable
from dispatch.competence.items import (
    LACK_CODES,
    NO_ITEMS,
    Card,
    Competence,
    Item,
    act_lack,
    card_lack,
    department_lack,
    lead_lack,
)
from dispatch.competence.lists import CARD_COLUMNS, ITEM_COLUMNS, read_cards, read_items
from tests.unit.test_suggestion import FREE, TASK
from towns.demo.competence import demo_cards, demo_items
from towns.demo.workers import Worker
from words.catalogue import LANGUAGES, catalogue
from words.faults import fault_texts
from words.values import code_text

TODAY = date(2026, 11, 21)
BUILDING = Item("B-1", "违法建设", "城乡规划法", "0608", ("ZF", "CJ"), "lead", 2)
STALL = Item("S-1", "占道经营", "城市道路管理条例", "0608", ("ZF", "JJ"), "act", 1)
OPEN_TO_ALL = Item("O-1", "登记", "演示", "0608", ("XJ",), "none", 0)
HOLDS = Card(TODAY - timedelta(30), TODAY + timedelta(30), TODAY)
OLD = Card(TODAY - timedelta(30), TODAY - timedelta(1), TODAY)
NEW = Card(TODAY + timedelta(1), TODAY + timedelta(30), TODAY)

days = st.integers(-400, 400).map(lambda n: TODAY + timedelta(n))
items = st.builds(
    Item, st.uuids().map(str), st.just("x"), st.just("y"), st.just("0608"),
    st.lists(st.sampled_from(["ZF", "SG", "ST"]), min_size=1, unique=True).map(tuple),
    st.sampled_from(["none", "act", "lead"]), st.integers(1, 2),
)  # fmt: skip
cards = st.none() | st.tuples(days, days, days).map(lambda d: Card(min(d[:2]), max(d[:2]), d[2]))
departments = st.sampled_from(["ZF", "SG", "ST", "PC", None])


def code(lack: object) -> str | None:
    return None if lack is None else lack.code  # type: ignore[attr-defined,no-any-return]


# rules --------------------------------------------------------------------------------------------------------------


@given(days, days, days)
def test_a_card_holds_from_its_first_to_its_last_day(one: date, other: date, on: date) -> None:
    first, last = min(one, other), max(one, other)
    assert (card_lack(Card(first, last, on)) is None) == (first <= on <= last)


@pytest.mark.parametrize(
    ("card", "department", "lack"),
    [
        (HOLDS, "ZF", None), (HOLDS, "CJ", None), (None, "ZF", "no_card"), (OLD, "ZF", "card_expired"),
        (NEW, "ZF", "card_not_yet"), (HOLDS, "JJ", "no_competence"), (HOLDS, None, "no_competence"),
    ],
)  # fmt: skip
def test_who_may_lead(card: Card | None, department: str | None, lack: str | None) -> None:
    competence = Competence((BUILDING, STALL))
    assert code(lead_lack(competence, card, department)) == lack
    assert lead_lack(Competence((STALL,)), card, department) is None, "to talk to somebody is no enforcement"


@given(st.lists(items, max_size=4), cards, departments)
def test_who_may_lead_may_act_by_one_item_at_least(
    found: list[Item], card: Card | None, department: str | None
) -> None:
    competence = Competence(tuple(found))
    if competence.needs_card and lead_lack(competence, card, department) is None:
        assert department_lack(competence, department) is None
        assert any(act_lack(item, card, department) is None for item in found if item.card == "lead")
    if not found:
        assert lead_lack(competence, card, department) is department_lack(competence, department) is None
    assert competence.holders == 0 or competence.needs_card


@given(items, cards, departments)
def test_who_may_act_holds_a_card_and_is_of_the_department(
    item: Item, card: Card | None, department: str | None
) -> None:
    may = department in item.departments and (item.card == "none" or (card is not None and card.state == "valid"))
    assert (act_lack(item, card, department) is None) == may


# advice -------------------------------------------------------------------------------------------------------------


def test_nobody_without_a_card_is_proposed_to_lead_and_the_reason_is_told() -> None:
    task = replace(TASK, competence=Competence((BUILDING,)), department_code="ZF")
    told = {}
    for card, department in ((None, None), (OLD, "ZF"), (NEW, "ZF"), (HOLDS, "JJ")):
        reason = unfit(replace(FREE, card=card, department_code=department), task)
        assert reason is not None
        assert may_help(reason)
        told[reason.code] = code_text(reason.told, "zh")
    assert told == {
        "no_card": "无执法证", "card_expired": "执法证已于 2026-11-20 到期",
        "card_not_yet": "执法证自 2026-11-22 起有效", "no_competence": "本部门无此事项执法权",
    }  # fmt: skip
    assert unfit(replace(FREE, card=HOLDS, department_code="ZF"), task) is None
    assert unfit(FREE, TASK) is None
    busy = unfit(replace(FREE, status="break"), task)
    assert busy is not None
    assert not may_help(busy)


def test_two_holders_are_a_need_and_what_is_lacking_is_told() -> None:
    needs = with_card_holders(ONE_PERSON, Competence((BUILDING,)))
    assert (needs.people, needs.cards) == (Need("people", 2), (Need("card", 2, ("CJ", "ZF")),))
    assert with_card_holders(ONE_PERSON, Competence((STALL,))) == with_card_holders(ONE_PERSON, NO_ITEMS) == ONE_PERSON
    walker = Candidate(1, (), None, 30.0, may_lead=False)
    holder, other = Candidate(2, (), "ZF", 300.0, has_card=True), Candidate(3, (), "CJ", 900.0, has_card=True)
    team = propose_team(needs, [walker, holder, other])
    assert [(one.candidate.worker_id, one.is_lead) for one in team.members] == [(2, True), (3, False)]
    assert team.unmet == ()
    alone = propose_team(needs, [walker, holder])
    assert [(one.candidate.worker_id, one.is_lead) for one in alone.members] == [(2, True), (1, False)]
    assert [code_text(one.told, "zh") for one in alone.unmet] == [
        "须 2 名持证执法人员(村镇建设办公室、综合执法平台),可派 1 人:没有登记这样的人"
    ]
    nobody = propose_team(needs, [walker])
    assert [one.is_lead for one in nobody.members] == [False], "he may help, and leads in no case"
    assert left_open(needs, [holder, other]) == ONE_PERSON


@given(st.lists(st.tuples(st.floats(1, 999), st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_the_first_of_those_who_may_lead_does(drawn: Sequence[tuple[float, bool, bool]]) -> None:
    people = [
        Candidate(n, (), "ZF" if card else None, eta_s, has_card=card, may_lead=card or free)
        for n, (eta_s, card, free) in enumerate(drawn, start=1)
    ]
    team = propose_team(with_card_holders(ONE_PERSON, Competence((BUILDING,))), people)
    leads = [one.candidate for one in team.members if one.is_lead]
    able = sorted((one for one in people if one.may_lead), key=lambda one: (one.eta_s, one.worker_id))
    assert leads == able[:1]


# lists --------------------------------------------------------------------------------------------------------------


def test_the_invented_list_is_sound() -> None:
    found = demo_items()
    assert 60 <= len(found) <= 120
    assert all(item.code.startswith("DEMO-") for item in found), "nobody takes it for a real one"
    for type_code in filter(is_reportable, event_types()):
        own = Competence(tuple(item for item in found if type_code.startswith(item.type_prefix)))
        assert department_lack(own, department_of(type_code)) is None, f"{type_code}: who gets it may handle none"
        if own.needs_card:
            assert department_of(type_code) in own.led_by, type_code


def test_invented_cards_say_so_and_some_have_run_out() -> None:
    people = [Worker(n, "x", "", "dept_handler", None, "ZF", ("law_enforcement",), "car", "day") for n in range(1, 5)]
    found = demo_cards([*people, Worker(5, "y", "", "dept_handler", None, "PC", ("law_enforcement",), "car", "day")])
    assert [card.worker_id for card in found] == [1, 2, 3, 4]
    assert {card.number[:3] for card in found} == {"演示-"}
    assert [card.valid_to < TODAY for card in found] == [True, False, False, False]


def _written(folder: Path, columns: Sequence[str], rows: str, encoding: str = "utf-8") -> Path:
    file = folder / "list.csv"
    file.write_bytes((",".join(columns) + "\n" + rows).encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_is_read_as_a_spreadsheet_writes_it(tmp_path: Path, encoding: str) -> None:
    row = '330-1,违法建设,"城乡规划法,64条",0608,ZF|CJ,lead,2\n\n'
    for columns in (ITEM_COLUMNS, ITEM_COLUMNS.values()):
        (item,) = read_items(_written(tmp_path, list(columns), row, encoding), ["ZF", "CJ"], event_types())
        assert item == Item("330-1", "违法建设", "城乡规划法,64条", "0608", ("ZF", "CJ"), "lead", 2)


def test_every_bad_row_is_named_by_line_and_column(tmp_path: Path) -> None:
    rows = (
        "A-1,占道,条例,0601,ZF,act,2\nA-1,占道,条例,0601,ZF,act,2\n坏,占道,条例,0601,ZF,act,2\nA-2,,条例,0601,ZF,act,2\n"
        "A-3,占道,条例,0699,ZF,act,2\nA-4,占道,条例,0601,ZF|QQ,act,2\nA-5,占道,条例,0601,ZF,yes,2\n"
        "A-6,占道,条例,0601,ZF,act,9\nA-7,占道,条例,0601,ZF,none,1\nA-8,占道\n"
    )
    with pytest.raises(Faults) as fault:
        read_items(_written(tmp_path, list(ITEM_COLUMNS), rows), ["ZF"], event_types())
    assert [(one.values["line"], one.values["column"]) for one in fault.value.faults] == [
        (3, "code"), (4, "code"), (5, "name"), (6, "type_prefix"), (7, "departments"), (8, "card"), (9, "holders"),
        (10, "holders"), (11, "type_prefix"),
    ]  # fmt: skip
    told = fault_texts(fault.value, "zh")
    assert "9 处错误" in told[0]
    assert "第 3 行" in told[1]
    assert "第 2 行" in told[1]


def test_bad_cards_are_named_too(tmp_path: Path) -> None:
    rows = (
        "1,Z-1,局,2024-01-01,2027-01-01\n1,Z-2,局,2024-01-01,2027-01-01\n9,Z-3,局,2024-01-01,2027-01-01\n"
        "2,Z-1,局,2024-01-01,2027-01-01\n3,Z-4,局,2024-13-01,2027-01-01\n4,Z-5,局,2027-01-01,2024-01-01\n"
    )
    with pytest.raises(Faults) as fault:
        read_cards(_written(tmp_path, list(CARD_COLUMNS), rows), {1, 2, 3, 4})
    assert [(one.values["line"], one.values["column"]) for one in fault.value.faults] == [
        (3, "worker"), (4, "worker"), (5, "number"), (6, "from"), (7, "to"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given_bytes", "key"),
    [
        (b"", "competence_column_missing"), (b"code,name\n", "competence_column_missing"), (b"\xff\xff\xff", None),
        (",".join(ITEM_COLUMNS).encode() + b"\n", "competence_rows"), (b'"', None), (None, "competence_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(tmp_path: Path, given_bytes: bytes | None, key: str | None) -> None:
    file = tmp_path / "list.csv"
    if given_bytes is not None:
        file.write_bytes(given_bytes)
    with pytest.raises(InvalidInput) as fault:
        read_items(file, ["ZF"], event_types())
    assert fault.value.field == "file"
    assert key is None or fault.value.key == key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lack_is_worded(language: str) -> None:
    texts = catalogue(language)
    for lack in LACK_CODES:
        for section in ("suggestion.reason", "suggestion.count", "competence.lack"):
            assert f"{section}.{lack}" in texts
