"""The values a text is filled with, in words: lengths, spans, moments, codes, lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from base.values import Code, Metres, Moment, Seconds, Value, Worded
from words.catalogue import text
from words.names import name_of
from words.units import day_and_second, day_and_time, distance_text, duration_text


def code_text(code: Code, language: str) -> str:
    """The text of an entry of a named list, filled with its values; the code itself where it has none."""
    return name_of(code.names, code.code, language, **_said(code.values, language))


def filled_text(key: str, values: Mapping[str, Value], language: str) -> str:
    """The text of a key, filled with values in words."""
    return text(key, language, **_said(values, language))


def _said(values: Mapping[str, Value], language: str) -> dict[str, str]:
    return {name: value_text(value, language) for name, value in values.items()}


def value_text(value: Value, language: str) -> str:
    """One value in words; what is not there is a dash."""
    match value:
        case None:
            return text("units.unknown", language)
        case Metres() | Seconds() | Moment() | Code():
            return _worded(value, language)
        case datetime():
            return day_and_second(value, language)
        case float():
            return f"{value:.6f}".rstrip("0").rstrip(".")
        case list() | tuple():
            return list_text(value, language)
    return str(value)


def _worded(value: Worded, language: str) -> str:
    match value:
        case Metres():
            return distance_text(value.value, language)
        case Seconds():
            return duration_text(value.value, language)
        case Moment():
            return day_and_time(value.value, language)
    return code_text(value, language)


def list_text(values: Iterable[Value], language: str) -> str:
    """Values one after the other."""
    return text("units.list_mark", language).join(value_text(one, language) for one in values)
