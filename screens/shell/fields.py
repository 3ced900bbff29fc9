"""Dash's own fields in the visitor's language."""

from __future__ import annotations

from words.catalogue import text

_DROPDOWN_WORDS = (
    "select_all", "deselect_all", "selected_count", "search", "clear_search", "clear_selection", "no_options_found",
)  # fmt: skip


def dropdown_words(language: str) -> dict[str, str]:
    """The words a ``dcc.Dropdown`` shows by itself, for its ``labels``."""
    return {name: text(f"shell.dropdown.{name}", language, num_selected="{num_selected}") for name in _DROPDOWN_WORDS}
