"""Legal competence over HTTP: who may not lead or fine is told which field is wrong and what to do, in his language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from dispatch.centre import Centre
from dispatch.competence.items import Item
from dispatch.competence.lists import NewCard, load_cards, load_items
from tests.api.test_tasks_api import Asks, asks
from tests.small_town import AREA_ID

assert asks, "the fixture"
ITEMS = [
    Item("B-1", "违法建设", "城乡规划法", "0608", ("ZF",), "lead", 2),
    Item("S-1", "占道经营", "城市道路管理条例", "0601", ("ZF",), "act", 1),
]


@pytest.fixture(autouse=True)
def listed(small_centre: Centre) -> Iterator[None]:
    """The town has two items; worker 4 of the enforcement department holds a card."""
    with small_centre.database.transaction() as transaction:
        load_items(transaction, AREA_ID, ITEMS)
        load_cards(transaction, AREA_ID, [NewCard(4, "Z-4", "县政府", date(2020, 1, 1), date(2090, 1, 1))])
    yield
    with small_centre.database.transaction() as transaction:
        load_items(transaction, AREA_ID, [])
        load_cards(transaction, AREA_ID, [])


@pytest.fixture
def path(asks: Asks) -> Iterator[str]:
    """Of a case of somebody who builds without a permit."""
    path = f"/api/incidents/{asks.report(description='违法搭建', type_code='0608')}"
    yield path
    if asks.get("shift_leader", path)["state"] not in ("handled", "closed"):
        asks.post("shift_leader", f"{path}/cancel", note="演练")


def error(answer: dict[str, Any]) -> tuple[str, list[str]]:
    return answer["error"]["code"], list(answer["error"]["fields"])


def test_who_may_not_lead_is_refused_and_the_leaders_word_is_kept(asks: Asks, path: str) -> None:
    refused = asks.post("operator", f"{path}/dispatch", 403, worker=2)
    assert error(refused) == ("lead_lacks_right", ["worker"])
    assert "无执法证" in refused["error"]["message"]
    assert "值班长" in refused["error"]["message"]
    assert error(asks.post("operator", f"{path}/dispatch", 403, department="SG")) == (
        "lead_lacks_right",
        ["department"],
    )
    assert error(asks.post("shift_leader", f"{path}/dispatch", 409, worker=2)) == ("lead_lacks_right_note", ["note"])
    told = asks.post("shift_leader", f"{path}/dispatch", worker=2, note="先控制现场")
    assert told["log"][-1]["details"]["lack"] == "no_card"


def test_the_advice_tells_why_not_and_what_is_lacking(asks: Asks, path: str) -> None:
    advice = asks.get("shift_leader", f"{path}/suggestion")
    assert [one["worker"] for one in advice["workers"]] == [4]
    assert {(one["worker"], one["reason"]["code"], one["reason"]["text"]) for one in advice["passed_over"]} >= {
        (2, "no_card", "无执法证")
    }
    (unmet,) = advice["team"]["unmet"]
    assert (unmet["code"], unmet["any_of"], unmet["wanted"], unmet["found"]) == ("need_card", ["ZF"], 2, 1)
    assert "持证执法人员" in unmet["text"]


@pytest.mark.parametrize(
    ("item", "status", "code"),
    [("B-1", 409, "item_needs_holders"), ("S-1", 400, "item_unknown"), ("", 400, "item_unknown"),
     ("x" * 41, 400, "invalid_request"), (7, 400, "invalid_request"), ("\0", 400, "invalid_request")],
)  # fmt: skip
def test_a_penalty_names_an_item_of_the_case_and_two_holders(
    asks: Asks, path: str, item: Any, status: int, code: str
) -> None:
    asks.post("operator", f"{path}/dispatch", worker=4)
    for verb in ("sign", "start"):
        asks.post("dept_handler", f"{path}/{verb}")
    answer = {"note": "立案查处", "no_photo_reason": "现场已封"}
    refused = asks.post("dept_handler", f"{path}/feedback", status, item=item, **answer)
    assert error(refused) == (code, ["item"])
    assert asks.post("dept_handler", f"{path}/feedback", **answer)["state"] == "handled"
