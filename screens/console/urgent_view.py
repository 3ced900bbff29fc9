"""Cases of first priority that nobody has acknowledged or sent somebody to; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.cases.incidents import Case
from screens.console.queue_view import place_of
from words.names import type_name


@dataclass(frozen=True)
class UrgentRow:
    """One of them: what, where, since when (ISO 8601), and how often it was raised again."""

    case_no: str
    title: str
    place: str
    since: str
    raised: int


def urgent_rows(cases: Sequence[Case], town: str, language: str) -> list[UrgentRow]:
    """Those that wait for somebody to say that he knows, the oldest first."""
    waiting = [
        case for case in cases if case.priority == "P1" and case.stage == "waiting" and case.acknowledged_at is None
    ]
    return [
        UrgentRow(
            case_no=case.case_no,
            title=type_name(case.type_code, language),
            place=place_of(case, town),
            since=case.reported_at.isoformat(),
            raised=case.raised_count,
        )
        for case in sorted(waiting, key=lambda case: case.reported_at)
    ]
