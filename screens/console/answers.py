"""What the console answers in words: what went well, what did not and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from base.errors import Fault, InvalidInput
from dispatch.cases.incidents import Case
from words.catalogue import text
from words.faults import fault_texts
from words.values import list_text

FIELDS = {"lon": 0, "lat": 0, "datum": 0, "description": 1, "type_code": 2, "priority": 2}
"""Which line of the form tells a fault of which field; the last line tells all others."""
_LINES = 4


def fault_in_words(fault: Fault, language: str) -> str:
    """A fault in the reader's language: what is wrong and what to do; of a list of faults every one of them."""
    lines = fault_texts(fault, language)
    return " ".join(lines[1:] or lines)


def fault_line(fault: Fault, language: str) -> Component:
    """The fault as a line of its own."""
    return html.Span(fault_in_words(fault, language), className="fault", role="alert")


def beside_fields(fault: Fault, language: str) -> tuple[str, ...]:
    """The fault in the line of the form that stands beside its field, the other lines empty."""
    at = FIELDS.get(fault.field or "", _LINES - 1)
    return tuple(fault_in_words(fault, language) if line == at else "" for line in range(_LINES))


def check_draft(draft: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The draft, which must have a place.

    Raises
    ------
    InvalidInput
        when no place has been given.
    """
    if not draft or draft.get("lon") is None or draft.get("lat") is None:
        raise InvalidInput("place_missing", field="lon")
    return draft


def type_proposed(found: Mapping[str, Any], words: str, language: str) -> str:
    """By which words the type was known, or that none was."""
    if found["words"]:
        return text("console.form.type_found", language, words=list_text(found["words"], language))
    return text("console.form.type_none", language) if len(words or "") >= 4 else ""


def workers_sent(case: Case, sent: Sequence[int], language: str) -> str:
    """Who has been sent, by name, in the order chosen."""
    names = {task.worker_id: task.name for task in case.tasks}
    told = list_text([names[worker] for worker in sent if worker in names], language)
    return text("console.answer.sent", language, name=told)


CHOICES = frozenset({"transfer", "support", "check"})
"""Verbs that ask for who is to be sent."""


def choose(verb: str, language: str) -> str:
    """What giving a case to somebody else, or sending more to it, asks for."""
    return text(f"console.answer.choose.{verb}", language)


def verb_done(verb: str, language: str) -> str:
    """That a verb was taken."""
    return text("console.answer.verb", language, what=text(f"console.done.{verb}", language))


def next_stage(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is to be asked for now; while others are being chosen for a case in hand, that goes on until one is sent."""
    if before is None or before["by"] not in CHOICES or before["case_no"] != after["case_no"] or after["ask"]:
        return after
    is_awaited = bool(after["sent"]) and set(after["sent"]) <= set(before["sent"])
    return before if is_awaited else after
