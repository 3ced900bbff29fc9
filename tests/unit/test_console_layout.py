"""The console's page: every id a callback speaks of is on it, once; every text is there in both languages."""

import re
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
from dash import Dash
from dash.development.base_component import Component
from fastapi import FastAPI

from base.clock import utc_now
from base.errors import Faults, InvalidInput
from base.settings import read_settings
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from mapdata.location import Place
from screens.console import PAGE, answers, board_parts, ids
from screens.console.callbacks import register
from screens.console.form import place_lines
from screens.console.layout import console_page
from screens.console.reads import ConsoleReads, proposal, type_choices
from screens.console.writes import ConsoleWrites
from screens.shell.page import screen_app
from screens.shell.visitor import Visitor
from tests.small_town import AREA
from words.catalogue import LANGUAGES, text

CENTRE = Centre(read_settings({}), SimpleNamespace(url=""), utc_now, AREA, None)  # type: ignore[arg-type]
LEADER = Scope("leader", "shift_leader", AREA.area_id)


def page(language: str) -> Component:
    return console_page(CENTRE, Visitor(LEADER, language), type_choices(language))


@pytest.fixture(scope="module")
def app() -> Dash:
    made = screen_app(FastAPI(), PAGE, lambda _visitor: page("zh"))
    register(made, ConsoleReads(CENTRE), ConsoleWrites(CENTRE))
    return made


def ids_on(component: Component) -> list[str]:
    own = [component.id] if getattr(component, "id", None) else []
    return own + [part.id for part in component._traverse() if getattr(part, "id", None)]


def ids_of(app: Dash) -> set[str]:
    """Every id a callback reads or fills."""
    asked: set[str] = set()
    for callback in app._callback_list:
        asked |= {part["id"] for part in (*callback["inputs"], *callback["state"])}
        outputs = callback["output"].strip(".").split("...")
        asked |= {output.split("@")[0].rsplit(".", 1)[0] for output in outputs}
    return asked


def test_every_callback_speaks_of_what_is_on_the_page(app: Dash) -> None:
    found = Counter(ids_on(page("zh")))
    assert ids_of(app) - found.keys() == set()
    assert [name for name, times in found.items() if times > 1] == []


def test_every_id_is_used_by_a_callback_the_board_or_the_browser(app: Dash) -> None:
    declared = {value for name, value in vars(ids).items() if name.isupper()}
    assert declared - set(ids_on(page("zh"))) == set(), "declared, but not on the page"
    present = SimpleNamespace(rows=[], pins=[], grids=[], versions={}, calls=[], marks=[], down=[], urgent=[])
    pushed = set(board_parts(SimpleNamespace(present=lambda _: present), "zh"))  # type: ignore[arg-type]
    by_hand = {ids.SEARCH, ids.FAILURE, ids.VERB_FORM}
    assert declared - ids_of(app) - pushed - by_hand == set(), "on the page, but nothing speaks of it"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language: str) -> None:
    told = str(page(language).to_plotly_json()) + str(place_lines(None, language))
    assert re.findall(r"console\.[a-z_]+\.[a-z_.]+", told) == []
    if language == "en":
        words = re.findall(r"[㐀-鿿]+", told.replace(AREA.name, "").replace("演示数据", "").replace("中文", ""))
        assert words == []


@pytest.mark.parametrize(
    ("name", "village", "told"),
    [("第二网格", "南村", "第二网格"), ("第一网格", "北村", "北村 第一网格"), ("北村第一网格", "北村", "北村第一网格")],
)
def test_at_a_border_the_other_grid_is_named(name: str, village: str, told: str) -> None:
    place = Place(120.9, 30.9, "1" * 15, "第一网格", "1" * 12, "南村", None, None, None, None, "", 0.0)
    beside = replace(place, neighbour_code="2" * 15, neighbour_name=name, neighbour_village_name=village)
    lines = str(place_lines(beside, "zh")[0].to_plotly_json())
    assert f"'{told}'" in lines
    assert text("console.form.beside", "zh") in lines
    assert text("console.form.beside", "zh") not in str(place_lines(place, "zh")[0].to_plotly_json())


@pytest.mark.parametrize(
    ("field", "line"), [("lon", 0), ("description", 1), ("type_code", 2), ("source_channel", 3), (None, 3)]
)
def test_a_fault_is_told_beside_its_field(field: str | None, line: int) -> None:
    told = answers.beside_fields(InvalidInput("description_empty", field=field), "zh")
    assert [bool(words) for words in told] == [at == line for at in range(4)]
    assert "faults." not in told[line]


def test_many_faults_are_told_together() -> None:
    two = Faults("many", [InvalidInput("description_empty"), InvalidInput("place_missing")])
    assert answers.fault_in_words(two, "en").count(".") >= 2


def test_a_draft_without_a_place_is_told_so() -> None:
    with pytest.raises(InvalidInput):
        answers.check_draft({"id": "x", "lon": None, "lat": None})
    answers.check_draft({"id": "x", "lon": 120.0, "lat": 30.0})


@pytest.mark.parametrize("by", ["transfer", "support"])
def test_choosing_somebody_else_goes_on_while_the_case_is_shown_again(by: str) -> None:
    way = {"case_no": "YZ1", "sent": [7], "ask": False, "by": ""}
    choosing = way | {"ask": True, "by": by}
    assert answers.next_stage(None, way) == way
    assert answers.next_stage(choosing, way) == choosing
    assert answers.next_stage(choosing, way | {"sent": [7, 8]}) == way | {"sent": [7, 8]}
    assert answers.next_stage(choosing, way | {"case_no": "YZ2"}) == way | {"case_no": "YZ2"}
    assert answers.next_stage(choosing, way | {"sent": []}) == way | {"sent": []}
    waits = way | {"ask": True, "by": "dispatch"}
    assert answers.next_stage(choosing, waits) == waits, "nobody leads any more: that is another question"
    two = choosing | {"sent": [7, 8]}
    assert answers.next_stage(two, way) == two, "one of them has left"


def test_type_and_priority_are_proposed_from_the_words() -> None:
    assert proposal("小区门口窨井盖缺失")["type_code"] == "0701"
    fire = proposal("厨房起火冒浓烟,有人被困")
    assert fire["priority"] == "P1"
    assert fire["words"]
    assert proposal("你好") == {"type_code": None, "priority": None, "words": []}
