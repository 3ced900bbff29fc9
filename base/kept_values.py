"""Values that are kept as JSON and put into words later: of an advice, of a notice."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from base.values import Code, Metres, Moment, Seconds, Value


def plain(value: object) -> object:
    """What JSON has no form for: a length, a span and a moment by what they are, a record by its fields."""
    if isinstance(value, Metres):
        return {"metres": value.value}
    if isinstance(value, Seconds):
        return {"seconds": value.value}
    if isinstance(value, Moment):
        return {"moment": value.value.isoformat()}
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value.isoformat() if isinstance(value, datetime) else str(value)


def kept_value(kept: Any) -> Value:
    """The value that was kept as this JSON."""
    match kept:
        case {"metres": metres}:
            return Metres(metres)
        case {"seconds": seconds}:
            return Seconds(seconds)
        case {"moment": moment}:
            return Moment(datetime.fromisoformat(moment))
        case {"names": names, "code": code, "values": values}:
            return Code(names, code, {name: kept_value(value) for name, value in values.items()})
        case list():
            return [kept_value(one) for one in kept]
    return kept  # type: ignore[no-any-return]  # a text or a number, as JSON has it
