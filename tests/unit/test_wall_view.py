"""The wall: what it says of cases and workers, and that every part it names exists, in both languages."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from dash.development.base_component import Component

from api.security.language import asked_language
from base.bus import Notice
from base.settings import read_settings
from dispatch.access.scope import Scope
from dispatch.advice.workforce import STATUSES
from dispatch.cases.incidents import AssignedWorker, Case
from dispatch.cases.lifecycle import OPEN_STATES
from dispatch.figures.now import Figures, HourFigures
from dispatch.sos import Answered, Call, Shown
from layers.feature import CameraFeature
from layers.style import PHASES, contrast
from mapdata.grids import GridShape
from mapdata.location import Place
from screens import screens
from screens.shell import board, files, town_features
from screens.shell.frame import NAVIGATION
from screens.shell.page import needed
from screens.shell.sos_view import place_words, sos_features, sos_rows
from screens.shell.theme import FIGURE_COLOURS, PANEL
from screens.shell.visitor import Visitor
from screens.wall import ids, view
from screens.wall.board_parts import render
from screens.wall.layout import wall
from screens.wall.reads import Ground, Present
from tests.small_town import AREA
from words.catalogue import LANGUAGES, catalogue

AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SETTINGS = read_settings({"GRIDCOMMAND_SHIFT": "5", "GRIDCOMMAND_MAP_APPROVAL_NO": "X-1"})
DISPLAY = Scope("display", "display", 990001)
CJK = re.compile(r"[㐀-鿿]")
KEY = re.compile(r"\b(?:wall|shell|layers|types)\.[a-z_]+")


def case(number: int, **changes: Any) -> Case:
    """An open case; whatever is not named is empty."""
    empty: dict[str, Any] = {field.name: None for field in fields(Case)}
    made = Case(
        **empty
        | {
            "area_id": 990001, "case_no": f"XZ2611210{number:03d}", "client_id": UUID(int=number), "version": 1,
            "state": "reported", "type_code": "0101", "priority": "P3", "lon": 120.95, "lat": 30.92,
            "grid_code": "990001001201001", "grid_name": "G1", "village_name": "V1", "address_text": "",
            "reported_at": AT - timedelta(minutes=number), "due_at": AT + timedelta(hours=1),
            "next_stage": "accept", "next_started_at": AT - timedelta(minutes=number),
            "next_due_at": AT + timedelta(hours=1),
        }
    )  # fmt: skip
    return replace(made, **changes)


def assigned(name: str) -> AssignedWorker:
    empty: dict[str, Any] = {field.name: None for field in fields(AssignedWorker)}
    return AssignedWorker(**empty | {"worker_id": 1, "name": name, "assigned_at": AT})


HOURS = tuple(
    HourFigures(AT - timedelta(hours=11 - n), n, n // 2, n % 4, n % 3, 20 + n, None if n < 6 else 300.0 + n)
    for n in range(12)
)
FIGURES = Figures(31, 4, 6, 2, 1, 44, 36, 492.0, HOURS)
GRID = GridShape(
    "990001001201001", "G1", "general", 10, "v", "V1", 120.945, 30.915, {"type": "Polygon", "coordinates": []}
)


def present(cases: list[Case]) -> Present:
    return Present(
        town="T1",
        at=AT,
        cases=cases,
        figures=FIGURES,
        on_duty=dict.fromkeys(set(STATUSES) - {"off_duty"}, 1),
        load={GRID.code: 3},
        ground=Ground(AT, [GRID], [CameraFeature(1, "C", 120.95, 30.92, 90, 60, 50)]),
        calls=[Shown(CALL, None, None)],
    )


CALL = Call(UUID(int=7), 3, "W*3", "138****8000", AT, AT, "w3", 120.95, 30.92, AT, 8.0, None, None)


# calls for help


def test_a_call_is_told_in_words_with_its_shape_and_no_phone_on_the_wall() -> None:
    told = json.dumps(render(present([]), "en")[ids.SOS], default=lambda part: part.to_plotly_json())
    assert all(part in told for part in ("SOS", "W*3", "svg")), "a word and a shape, not only a colour"
    assert not any(part in told for part in ("138", "sos-do"))


def test_who_has_seen_a_call_and_where_it_is() -> None:
    seen = replace(CALL, acknowledged=Answered(AT, "lead", "shift_leader", ""))
    rows = sos_rows([Shown(CALL, None, None), Shown(seen, None, None)], "T1", "zh", with_phone=True)
    assert [row.seen for row in rows] == ["", "值班长已收到 12:00"]
    assert {(row.phone, row.place) for row in rows} == {("138****8000", "不在本镇网格内")}
    lost = Shown(replace(CALL, lon=None, lat=None), None, None)
    assert (place_words(lost, "T1", "zh"), sos_features([lost], "zh")) == ("位置不明", [])
    place = Place(120.95, 30.92, "9", "V1第一网格", "9", "V1", None, None, None, None, "T1V1南岸路3号", 0.0)
    assert place_words(Shown(CALL, place, None), "T1", "zh") == "V1第一网格 · V1南岸路3号"


# the view


@pytest.mark.parametrize("state", OPEN_STATES)
def test_every_open_state_has_a_phase_with_a_name(state: str) -> None:
    phase = town_features.phase_of(state)
    assert phase in PHASES
    assert all(f"layers.phase.{phase}" in catalogue(language) for language in LANGUAGES)


def test_the_queue_puts_first_what_burns_first() -> None:
    over = AT - timedelta(minutes=5)
    cases = [
        case(1, state="handling", priority="P1"), case(2, priority="P3"), case(3, priority="P2", next_due_at=over),
        case(4, priority="P3", next_due_at=over), case(5, state="suspended", next_due_at=None),
    ]  # fmt: skip
    assert [row.case_no[-1] for row in view.queue_rows(cases, "T1", "zh")] == ["3", "1", "4", "2", "5"]


def test_the_queue_counts_what_it_has_no_room_for() -> None:
    parts = render(present([case(n) for n in range(view.QUEUE_ROWS + 5)]), "en")
    told = board.as_text(parts[ids.QUEUE]["children"])
    assert told.count("queue-row P3") == view.QUEUE_ROWS
    assert "5 more" in told
    assert parts[ids.QUEUE_COUNT]["children"] == str(view.QUEUE_ROWS + 5)


def test_no_case_no_row() -> None:
    assert catalogue("zh")["wall.queue.empty"] in board.as_text(render(present([]), "zh")[ids.QUEUE])


@pytest.mark.parametrize(
    ("address", "place"), [("P1 C1 T1 V2 No. 5", " V2 No. 5"), ("V2 No. 5", "V2 No. 5"), ("P1 T1", "G1"), ("", "G1")]
)
def test_of_an_address_only_what_follows_the_town_is_shown(address: str, place: str) -> None:
    assert view.place_of(case(1, address_text=address), "T1") == place


def test_the_worker_in_the_queue_is_masked() -> None:
    told = board.as_text(render(present([case(1, state="received", worker=assigned("王建国"))]), "zh"))
    assert "王*国" in told
    assert "王建国" not in told


def test_no_word_of_a_description_or_reporter_reaches_the_wall() -> None:
    secret = case(1, description="13812345678", reporter_name="R-NAME", reporter_phone="13900001111")
    told = board.as_text(render(present([secret]), "zh"))
    assert not any(word in told for word in ("13812345678", "R-NAME", "13900001111"))


def test_a_pin_pulses_while_new_and_is_marked_when_overdue() -> None:
    fresh = case(1, reported_at=AT - town_features.NEW_FOR + timedelta(seconds=1))
    old = case(2, reported_at=AT - town_features.NEW_FOR, next_due_at=AT - timedelta(seconds=1))
    answered = case(3, state="handled", due_at=AT - timedelta(hours=1), next_due_at=None)
    marks = [(pin.is_new, pin.is_overdue) for pin in town_features.pins([fresh, old, answered], AT, "zh")]
    assert marks == [(True, False), (False, True), (False, False)]


def test_only_first_priority_cases_nobody_was_sent_to_call() -> None:
    cases = [case(1, priority="P1"), case(2, priority="P1", state="received"), case(3, priority="P2")]
    assert [row.case_no for row in view.urgent(cases, "T1", "zh")] == [cases[0].case_no]


def test_the_strip() -> None:
    strip = {figure.code: figure for figure in view.strip(FIGURES, present([]).on_duty, "en")}
    assert [strip[code].value for code in ("on_duty", "waiting", "in_hand", "overdue", "arrival")] == [
        "31", "4", "6", "1", "8.2",
    ]  # fmt: skip
    assert strip["waiting"].trend == tuple(float(hour.waiting) for hour in HOURS)
    assert len(strip["arrival"].trend) == 6, "hours without an arrival leave no point"
    assert strip["closed_today"].remark == "44 reported"
    assert view.strip(replace(FIGURES, mean_arrival_s=None), {}, "en")[4].value == "–"


def test_bars_are_shares_of_the_largest_hour_in_the_towns_time() -> None:
    bars = view.hour_bars(HOURS)
    assert max(bar.reported_share for bar in bars) == 1
    assert all(0 <= bar.closed_share <= 1 for bar in bars)
    assert bars[-1].hour == "12"
    assert all(
        bar.reported_share == 0 for bar in view.hour_bars([replace(hour, reported=0, closed=0) for hour in HOURS])
    )


def test_every_status_on_duty_is_counted() -> None:
    counts = dict(view.status_counts(present([]).on_duty))
    assert counts == dict.fromkeys(set(STATUSES) - {"off_duty"}, 1)


# layout and texts


def walk(node: Any) -> Iterator[Component]:
    if isinstance(node, Component):
        yield node
        node = getattr(node, "children", None)
    if isinstance(node, list | tuple):
        for child in node:
            yield from walk(child)
    elif isinstance(node, Component):
        yield from walk(node)


def words_of(node: Any) -> Iterator[str]:
    """Everything a person reads in a component tree: texts, titles, labels."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list | tuple):
        for child in node:
            yield from words_of(child)
    elif isinstance(node, Component):
        told = node.to_plotly_json()["props"]
        shown = (
            "title",
            "alt",
            "aria-label",
            "placeholder",
            "data-following",
            "data-locked",
            "data-since",
            "data-never",
        )
        for name in shown:
            yield from words_of(told.get(name))
        yield from words_of(told.get("children"))


def page(language: str) -> Component:
    return wall(replace(AREA, name="Town", attribution="Source"), SETTINGS, Visitor(DISPLAY, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_the_board_fills_is_on_the_page_and_has_that_property(language: str) -> None:
    parts = {part.id: part for part in walk(page(language)) if getattr(part, "id", None)}
    for key, properties in render(present([case(1)]), language).items():
        assert key in parts
        assert set(properties) <= set(parts[key].available_properties)
    assert set(render(present([]), language)) == set(ids.BOARD_PARTS)


def test_ids_are_on_the_page_once() -> None:
    named = [part.id for part in walk(page("zh")) if getattr(part, "id", None)]
    assert len(named) == len(set(named))


def test_english_pages_hold_no_chinese_but_the_name_of_the_language() -> None:
    found = {words for words in words_of(page("en")) if CJK.search(words)}
    assert found == {catalogue("zh")["shell.language_name"]}


def test_english_parts_hold_no_chinese_but_names_of_the_data() -> None:
    cases = [case(n, priority=f"P{n}", type_code="unknown") for n in range(1, 5)]
    for properties in render(present(cases), "en").values():
        assert not [words for words in words_of(properties.get("children")) if CJK.search(words)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_shown_instead_of_its_text(language: str) -> None:
    everything = [
        page(language),
        *(p.get("children") for p in render(present([case(1, priority="P1")]), language).values()),
    ]
    assert not [words for node in everything for words in words_of(node) if KEY.search(words)]


def test_chinese_is_what_a_chinese_page_says() -> None:
    said = " ".join(words_of(page("zh")))
    assert len(CJK.findall(said)) > 100
    assert "5×" in said
    assert "X-1" in said


def test_the_demo_says_that_it_is_one_and_a_real_town_does_not() -> None:
    real = wall(replace(AREA, is_demo=False), replace(SETTINGS, shift=0), Visitor(DISPLAY, "zh"))
    assert "demo-banner" in board.as_text(page("zh"))
    assert "demo-banner" not in board.as_text(real)


def test_nobody_needs_to_be_logged_in_for_the_layout_to_be_checked() -> None:
    assert wall(AREA, SETTINGS, Visitor(None, "zh"))


@pytest.mark.parametrize("colour", FIGURE_COLOURS.values())
def test_figures_can_be_read_on_their_panel(colour: str) -> None:
    assert contrast(colour, PANEL) >= 4.5


def test_every_screen_of_the_menu_has_a_name_and_every_role_too() -> None:
    for language in LANGUAGES:
        assert all(f"shell.screen.{name}" in catalogue(language) for name, _ in NAVIGATION)


def test_each_role_begins_at_its_own_screen() -> None:
    assert screens.home("operator") == screens.home("shift_leader") == "/console"
    assert screens.home("display") == "/wall"


# the language of a request


@pytest.mark.parametrize(
    ("cookie", "language"),
    [("language=en", "en"), ("a=b; language=zh", "zh"), ("language=fr", "zh"), ("", "zh"), ("language", "zh"),
     ("\x00=;;language=en\x01", "zh")],
)  # fmt: skip
def test_the_cookie_chooses_the_language(cookie: str, language: str) -> None:
    headers = {"cookie": cookie, "accept-language": "en"}
    assert asked_language("/wall/", headers, "zh") == language


def test_a_programme_says_its_language_and_a_page_speaks_the_centres() -> None:
    headers = {"accept-language": "fr, en;q=0.8, zh;q=0.5"}
    assert asked_language("/api/incidents", headers, "zh") == "en"
    assert asked_language("/api/incidents", headers | {"cookie": "language=zh"}, "en") == "zh"
    assert asked_language("/api/incidents", {}, "zh") == asked_language("/login", headers, "zh") == "zh"


# files and page


@pytest.mark.parametrize("name", [*files.LIBRARIES, *files.MODULES, *files.STYLES])
def test_every_file_a_page_loads_is_there(name: str) -> None:
    assert files.find(name).stat().st_size > 0
    assert re.fullmatch(rf"/browser/[0-9a-f]{{12}}/{re.escape(name)}", files.address(name))


def test_every_browser_module_is_loaded_by_some_page() -> None:
    folder = Path(files.__file__).parents[2] / "layers" / "browser"
    sources = "".join(file.read_text(encoding="utf-8") for file in (folder.parents[1] / "screens").rglob("*.py"))
    assert not [file.name for file in folder.glob("*.js") if f'"{file.name}"' not in sources]


@pytest.mark.parametrize("name", ["../app.py", "layout.py", "..", "no.js", ".js", "a/b.js"])
def test_nothing_else_is_served(name: str) -> None:
    with pytest.raises(LookupError):
        files.find(name)


def test_scripts_of_packages_a_page_does_not_use_are_left_out() -> None:
    def tag(package: str) -> str:
        return f'<script src="/wall/_dash-component-suites/{package}/x.js"></script>\n'

    scripts = tag("dash") + tag("dash_leaflet") + tag("dash_ag_grid") + "<script>1</script>"
    assert needed(scripts, frozenset()) == tag("dash") + tag("dash_leaflet") + "<script>1</script>"
    assert needed(scripts, frozenset({"dash_ag_grid"})) == scripts


# the board channel


def clock() -> datetime:
    return AT


async def _take(messages: AsyncIterator[str], count: int) -> list[dict[str, Any]]:
    return [json.loads(await asyncio.wait_for(anext(messages), 5)) for _ in range(count)]


def test_a_display_gets_everything_first_and_then_only_what_changed() -> None:
    shown = {"a": {"children": "1"}, "b": {"children": "1"}}

    async def scene() -> None:
        channel = board.Channel(lambda: {key: dict(value) for key, value in shown.items()}, clock)
        messages = channel.messages()
        (first,) = await _take(messages, 1)
        assert first["full"] is True
        assert first["props"] == shown
        shown["b"]["children"] = "2"
        await channel.refresh()
        await channel.refresh()
        channel.heartbeat()
        changed, beat = await _take(messages, 2)
        assert changed["props"] == {"b": {"children": "2"}}
        assert [changed["seq"], beat["seq"]] == [first["seq"] + 1, first["seq"] + 2]
        assert beat["props"] == {}

    asyncio.run(scene())


def test_every_display_gets_the_same_text_and_the_numbers_go_on() -> None:
    counter = iter(range(100))

    async def scene() -> None:
        channel = board.Channel(lambda: {"a": {"children": str(next(counter))}}, clock)
        one, other = channel.messages(), channel.messages()
        await anext(one)
        await anext(other)
        await channel.refresh()
        assert await anext(one) == await anext(other)
        late = channel.messages()
        (first,) = await _take(late, 1)
        await channel.refresh()
        (second,) = await _take(late, 1)
        assert second["seq"] == first["seq"] + 1

    asyncio.run(scene())


def test_a_display_that_does_not_keep_up_sees_a_gap() -> None:
    counter = iter(range(100))

    async def scene() -> None:
        channel = board.Channel(lambda: {"a": {"children": str(next(counter))}}, clock)
        messages = channel.messages()
        (first,) = await _take(messages, 1)
        for _ in range(20):
            await channel.refresh()
        (second,) = await _take(messages, 1)
        assert second["seq"] > first["seq"] + 1

    asyncio.run(scene())


def test_an_incident_wakes_the_board_and_nothing_is_read_while_nobody_looks() -> None:
    rendered: list[str] = []
    told: asyncio.Queue[Notice] = asyncio.Queue()

    def draw(language: str) -> board.Props:
        rendered.append(language)
        return {"a": {"children": str(len(rendered))}}

    async def notices() -> AsyncIterator[Notice]:
        while True:
            yield await told.get()

    async def scene() -> None:
        made = board.Board(draw, clock, notices, 990001)
        assert rendered == []
        messages = made.messages("en")
        await _take(messages, 1)
        await told.put(Notice(990001, "positions", ()))
        await told.put(Notice(990009, "incident", ()))
        await told.put(Notice(990001, "incident", ("XZ1",)))
        began = asyncio.get_running_loop().time()
        (changed,) = await _take(messages, 1)
        assert asyncio.get_running_loop().time() - began < 1
        assert changed["props"]["a"]["children"] == "2"
        assert rendered == ["en", "en"]
        for task in list(made._work):
            task.cancel()

    asyncio.run(scene())
