"""What a row of figures is called."""

from __future__ import annotations

from words.catalogue import text
from words.names import name_of, type_name


def figure_name(by: str, key: str, own_name: str, language: str) -> str:
    """The name of a row of figures.

    Parameters
    ----------
    by
        the dimension the figures are added up by, or ``total``.
    key
        of the row within the dimension; empty where a case has none (no grid, no department).
    own_name
        what the town itself calls it; empty where the name is a matter of language.
    language
        ``zh`` or ``en``.
    """
    if by == "total":
        return text("statistics.total", language)
    if not key:
        return text("statistics.without", language)
    if by in ("type", "class"):
        return type_name(key, language)
    if by in ("source", "priority"):
        return text(f"lifecycle.{'channel' if by == 'source' else by}.{key}", language)
    return own_name or key


def department_name(code: str, own_name: str, language: str) -> str:
    """The department of a row of figures, in the reader's language; as the town calls it where we have no name."""
    if not code:
        return text("statistics.total", language)
    name = name_of("departments", code, language)
    return own_name if name == code else name
