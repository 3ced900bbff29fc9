"""The sheet of a hand-over: what counts as a change, kept and read again the same, worded in both languages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.values import Code, Moment
from dispatch.handovers.handovers import Handover, Signature
from dispatch.handovers.sheet import PARTS, Change, Line, changes, changes_of, kept_changes, kept_lines, lines_of
from screens.handover.printed import printed_sheet
from screens.handover.view import opened_view, presses_of
from screens.shell.visitor import Visitor
from tests.small_town import AREA
from words.catalogue import LANGUAGES, catalogue
from words.values import code_text

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
VALUES = {
    "cat": Code("types", "0203"), "place": "小镇北村第二网格2幢", "state": Code("lifecycle.state", "accepted"),
    "who": Code("handover.who", "some", {"names": ["甲", Code("departments", "ZF")]}),
    "step": Code("lifecycle.step", "sign"),
    "by": "li", "seen": Moment(NOW), "name": "甲", "near": "小镇北村", "status": Code("layers.status", "offline"),
    "what": Code("notices.code", "accepted"), "channel": Code("notices.channel", "sms"), "spot": "村口", "count": 2,
    "ticked": 1, "steps": 4,
}  # fmt: skip
CODES = [key.rpartition(".")[2] for key in catalogue("zh") if key.startswith("handover.line.")]
LINES = [
    Line("hazards" if code.startswith("sos") else "cases", f"{code} 1", Code("handover.line", code, VALUES), NOW)
    for code in CODES
]
lines = st.lists(
    st.builds(
        Line, st.sampled_from(PARTS), st.sampled_from("abc"), st.sampled_from([line.said for line in LINES[:4]]),
        st.none() | st.sampled_from([NOW, NOW + timedelta(hours=1)]),
    ),
    unique_by=lambda line: (line.part, line.of),
)  # fmt: skip


def sheet(**changed: object) -> Handover:
    whole = Handover(
        UUID(int=1), "chen", "shift_leader", NOW, Signature("chen", "shift_leader", NOW), None, 1, "<b>留意</b>", NOW,
        tuple(LINES), (), (Change("gone", LINES[0]),),
    )  # fmt: skip
    return replace(whole, **changed)


@given(lines)
def test_kept_and_read_again_it_is_the_same(found: list[Line]) -> None:
    assert lines_of(json.loads(kept_lines(found))) == tuple(found)
    told = changes([], found)
    assert changes_of(json.loads(kept_changes(told))) == tuple(told)


@given(lines, lines)
def test_the_changes_lead_from_one_sheet_to_the_other(before: list[Line], now: list[Line]) -> None:
    told = changes(before, now)
    state = {(line.part, line.of): line for line in before}
    for one in told:
        key = (one.line.part, one.line.of)
        assert (key in state) == (one.kind != "new")
        if one.kind == "gone":
            del state[key]
        else:
            state[key] = one.line
    assert {key: line.lasting for key, line in state.items()} == {(one.part, one.of): one.lasting for one in now}
    assert changes(now, now) == []


def test_where_somebody_was_seen_is_no_change() -> None:
    before = Line("out", "2", Code("handover.line", "out", VALUES), NOW, "XZ2612010001")
    moved = Code("handover.line", "out", VALUES | {"near": "别处", "status": Code("layers.status", "on_scene")})
    assert changes([before], [replace(before, said=moved, at=NOW + timedelta(minutes=5))]) == []
    assert [one.kind for one in changes([before], [replace(before, case_no=None)])] == ["changed"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", LINES, ids=CODES)
def test_every_line_is_said_whole(line: Line, language: str) -> None:
    said = code_text(line.said, language)
    assert said != line.said.code
    assert "{" not in said


@pytest.mark.parametrize(
    ("found", "outgoing", "other"),
    [
        (sheet(outgoing=None), ("refresh", "outgoing"), ("remark",)),
        (sheet(), ("refresh", "remark"), ("remark", "incoming")),
        (sheet(incoming=Signature("li", "operator", NOW)), (), ()),
    ],
)
def test_who_may_press_what(found: Handover, outgoing: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert presses_of(found, "chen") == outgoing
    assert presses_of(found, "li") == other


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_every_word_is_escaped(language: str) -> None:
    paper = printed_sheet(opened_view(sheet(), "", "小镇", language), AREA, Visitor(None, language))
    assert "&lt;b&gt;留意&lt;/b&gt;" in paper
    assert "小镇北村" not in paper, "the town's name is left out of addresses"
    assert "//" not in paper.replace("<!DOCTYPE", ""), "it names no other host"
