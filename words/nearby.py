"""What is around a case, in words: names of kinds, why a row is wanted first, what one should know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from words.catalogue import text
from words.names import type_name

_GROUPS = ("people", "places", "things", "incidents", "notes")
_NAMED = {"residence": "residence", "attention": "attention", "grade": "attention"}
"""Details that are codes, and the list their names stand in."""


def nearby_in_words(record: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What is around a case as the API and the screens show it.

    Parameters
    ----------
    record
        of codes and values, as ``dispatch.advice.nearby.Around.as_record`` gives it.
    language
        ``zh`` or ``en``.
    """
    return {**record, **{group: [_row(group, row, language) for row in record[group]] for group in _GROUPS}}


def _row(group: str, row: Mapping[str, Any], language: str) -> dict[str, Any]:
    detail = _detail(group, row, language)
    worded = {**row, "name": row["name"] or _name(group, row, detail, language), "detail": detail}
    return worded | ({"why": _why(row["why"], language)} if "why" in row else {})


def _detail(group: str, row: Mapping[str, Any], language: str) -> dict[str, Any]:
    detail = {
        name: _kind(_NAMED[name], value, language) if name in _NAMED else value for name, value in row["detail"].items()
    }
    if group in ("places", "things"):
        detail["kind_name"] = _kind("kind", row["kind"], language)
    if group == "incidents":
        detail["state_name"] = text(f"lifecycle.state.{detail['state']}", language)
    return detail


def _name(group: str, row: Mapping[str, Any], detail: Mapping[str, Any], language: str) -> str:
    """The name of what has none of its own: a thing by kind and code, an event by number and type, a remark as said."""
    if group == "things":
        return f"{detail['kind_name']} {detail['code']}"
    if group == "incidents":
        return f"{row['id']} {type_name(detail['type_code'], language)}"
    return text(f"nearby.note.{row['kind']}", language, **detail)


def _why(why: Mapping[str, Any], language: str) -> str:
    if why["code"] == "key_kind":
        return _kind("key_kind", why["values"]["key_kind"], language)
    return text(f"nearby.why.{why['code']}", language, **why["values"])


def _kind(group: str, kind: str, language: str) -> str:
    """The name of a kind, or the kind itself where it has none."""
    key = f"nearby.{group}.{kind}"
    name = text(key, language)
    return kind if name == key else name
