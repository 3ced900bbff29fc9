"""Every page of every screen, in both languages: no key of the catalogue stands where its text should be."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from dash.development.base_component import Component

from base.clock import utc_now
from base.settings import read_settings
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from screens.console.layout import console_page
from screens.console.reads import type_choices
from screens.field.layout import field
from screens.replay.layout import replay
from screens.shell.visitor import Visitor
from screens.statistics.layout import statistics
from screens.verify.layout import verify_page
from screens.wall.layout import wall
from tests.small_town import AREA
from tests.unit.test_wall_view import words_of
from words.catalogue import LANGUAGES

SETTINGS = read_settings({"GRIDCOMMAND_SHIFT": "5"})
CENTRE = Centre(SETTINGS, None, utc_now, AREA, None)  # type: ignore[arg-type]
PERIOD = ("2026-11-01", "2026-11-02")
PAGES: dict[str, Callable[[Visitor], Component]] = {
    "wall": lambda visitor: wall(AREA, SETTINGS, visitor),
    "console": lambda visitor: console_page(CENTRE, visitor, type_choices(visitor.language)),
    "field": lambda visitor: field(AREA, SETTINGS, visitor, "甲", on_duty=True),
    "replay": lambda visitor: replay(AREA, SETTINGS, visitor, [], PERIOD, ""),
    "statistics": lambda visitor: statistics(AREA, SETTINGS, visitor, PERIOD),
    "verify": lambda visitor: verify_page(AREA, SETTINGS, visitor),
}
LOOKS_LIKE_A_KEY = re.compile(r"[a-z_]+(\.[\w-]+)+")
"""A whole text of small letters and dots, with or without the section it belongs to."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_no_key_is_shown_instead_of_its_text(name: str, language: str) -> None:
    visitor = Visitor(Scope("leader", "shift_leader", AREA.area_id, worker_id=1), language)
    shown = list(words_of(PAGES[name](visitor)))
    assert len(shown) > 10
    assert not [text for text in shown if LOOKS_LIKE_A_KEY.fullmatch(text)]


def test_a_key_without_its_section_is_seen() -> None:
    assert LOOKS_LIKE_A_KEY.fullmatch("priority.P1")
    assert not LOOKS_LIKE_A_KEY.fullmatch("P1 特急")
