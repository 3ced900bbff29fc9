"""A callback's values are of the types it names; a failure is shown, a bug is logged as well, nothing is swallowed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

import screens.shell.page as shell
from base.errors import NotFound
from screens.console.stores import Draft, Sent
from screens.shell.page import Page, Screen
from screens.shell.values import NotSentByAPage, only_genuine
from screens.shell.visitor import NOBODY, Visitor

AN_ID = "01930f3e-7a10-7cc0-8000-2b5d3c1e4f60"


def genuine(function: Callable[..., Any]) -> Callable[..., Any]:
    return only_genuine(function, lambda: NOBODY)


def test_what_the_page_sends_reaches_the_callback() -> None:
    @genuine
    def callback(_visitor: Visitor, clicks: int | None, draft: Draft | None, *fields: str | None) -> Any:
        return clicks, draft, fields

    draft = {"id": AN_ID, "lon": 121, "lat": 30.9, "more": 1}
    assert callback(3, draft, "a", None) == (3, draft, ("a", None))
    assert callback(None, None) == (None, None, ())


@pytest.mark.parametrize(
    "values",
    [
        ("3", None),
        (True, None),
        (3, {}),
        (3, {"id": "x", "lon": 1, "lat": 2}),
        (3, {"id": AN_ID, "lon": "121", "lat": 2}),
        (3, {"id": AN_ID, "lon": float("nan"), "lat": 2}),
        (3, {"id": AN_ID, "lon": 1e308, "lat": 2}),
        (3, None, 5),
        (3, None, {"a": 1}),
    ],
)
def test_what_it_cannot_send_does_not(values: tuple[Any, ...]) -> None:
    @genuine
    def callback(_visitor: Visitor, clicks: int | None, draft: Draft | None, *fields: str | None) -> None:
        pytest.fail("called")

    with pytest.raises(NotSentByAPage):
        callback(*values)


def test_a_press_needs_all_its_parts() -> None:
    @genuine
    def callback(_visitor: Visitor, pressed: Sent) -> str:
        return pressed["verb"]

    press = {"id": AN_ID, "case_no": "YZ9901010001", "worker": 2, "others": [], "suggestion": "", "verb": "dispatch"}
    assert callback(press) == "dispatch"
    for name in press:
        with pytest.raises(NotSentByAPage):
            callback({key: value for key, value in press.items() if key != name})


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    monkeypatch.setattr(shell.dash, "set_props", lambda name, props: found.append((name, props["children"].children)))
    return found


SCREEN = Page(name="some", title="shell.brand", failure="some-problem")


class OfThisPage(Screen):
    """A screen without a server."""

    def __init__(self) -> None:
        self.page = SCREEN

    def visitor(self) -> Visitor:
        return NOBODY


def test_a_fault_is_shown_and_a_bug_is_logged_too(shown: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    OfThisPage().show_failure(NotFound("no_such_case", field="case_no", given="YZ9901010001"))
    assert "YZ9901010001" in shown[0][1]
    assert not caplog.records
    with caplog.at_level(logging.ERROR):
        OfThisPage().show_failure(KeyError("a bug"))
    assert shown[1][0] == "some-problem"
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_what_no_page_sends_is_not_shown_to_anybody(shown: list[Any]) -> None:
    with pytest.raises(NotSentByAPage):
        OfThisPage().show_failure(NotSentByAPage())
    assert not shown
