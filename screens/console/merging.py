"""Which case a duplicate may be merged into (并案): the open ones near by, the nearest first."""

from __future__ import annotations

from collections.abc import Sequence

from base.database import Transaction
from dispatch.access.scope import Scope
from dispatch.cases.incidents import Case, CaseFilter
from dispatch.cases.lifecycle import OPEN_STATES
from dispatch.cases.looks import list_shown
from mapdata.plane import box_around, distance_m
from screens.console.verb_view import Choice
from words.catalogue import text
from words.names import type_name
from words.units import distance_text

NEAR_M = 500.0
MOST = 5


def merge_choices(transaction: Transaction, scope: Scope, case: Case, language: str) -> list[Choice]:
    """The number of each open case within reach, with what and how far it is."""
    narrowed = CaseFilter(states=OPEN_STATES, bbox=box_around(case.lon, case.lat, NEAR_M))
    found = list_shown(transaction, case.area_id, scope, narrowed)
    return _choices(case, [one for one in found if one.case_no != case.case_no], language)


def _choices(case: Case, others: Sequence[Case], language: str) -> list[Choice]:
    """Of the same type before others, then by the way there."""
    near = [(distance_m(case.lon, case.lat, one.lon, one.lat), one) for one in others]
    near.sort(key=lambda pair: (pair[1].type_code != case.type_code, pair[0]))
    return [(one.case_no, _words(one, metres, language)) for metres, one in near[:MOST] if metres <= NEAR_M]


def _words(one: Case, metres: float, language: str) -> str:
    state = text(f"lifecycle.state.{one.state}", language)
    return f"{one.case_no} {type_name(one.type_code, language)} · {distance_text(metres, language)} · {state}"
