"""The town's open cases and grids as features of a map: what wall, console, replay and printed maps draw alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dispatch.cases.incidents import Case
from dispatch.cases.lifecycle import Stage, stage_of
from dispatch.cases.urgency import urgency
from layers.feature import GridFeature, IncidentFeature
from layers.style import Phase
from mapdata.grids import GridShape
from words.names import type_name

NEW_FOR = timedelta(seconds=90)
"""How long a pin pulses after its case was reported."""
_PHASE: dict[Stage, Phase] = {
    "waiting": "waiting",
    "on_the_way": "under_way",
    "at_work": "on_scene",
    "paused": "under_way",
    "to_verify": "handled",
    "ended": "handled",
}


def phase_of(state: str) -> Phase:
    """The phase of an open case's state, one of ``layers.style.PHASES``."""
    return _PHASE[stage_of(state)]


def by_urgency(cases: Sequence[Case]) -> list[Case]:
    """What burns first stands first, as everywhere (``dispatch/cases/urgency.py``)."""
    return sorted(cases, key=urgency)


def pins(cases: Sequence[Case], at: datetime, language: str) -> list[IncidentFeature]:
    """Every open case as a pin."""
    return [
        IncidentFeature(
            case_no=case.case_no,
            lon=case.lon,
            lat=case.lat,
            priority=case.priority,
            phase=phase_of(case.state),
            title=type_name(case.type_code, language),
            subtitle=case.grid_name or "",
            is_new=at - case.reported_at < NEW_FOR,
            is_overdue=case.is_overdue(at),
        )
        for case in cases
    ]


def grid_features(grids: Sequence[GridShape], load: Mapping[str, int]) -> list[GridFeature]:
    """Grids with their open cases."""
    return [
        GridFeature(
            code=grid.code,
            name=grid.name,
            geometry=grid.outline,
            label_lon=grid.label_lon,
            label_lat=grid.label_lat,
            open_cases=load.get(grid.code, 0),
        )
        for grid in grids
    ]
