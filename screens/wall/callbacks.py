"""What fills the wall: one read of the present state, rendered for the board channel. No display asks for anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.access import Principal
from dispatch.centre import Centre
from dispatch.figures import Figures, figures, grid_load
from dispatch.incidents import LIMIT, OPEN_STATES, Case, CaseFilter, list_cases
from dispatch.workforce import WorkerNow, read_workforce
from layers.cameras import camera_data
from layers.feature import CameraFeature
from layers.grids import grid_data, grid_label_data
from layers.incidents import incident_data
from mapdata.grids import GridShape, list_grids
from screens.board import Props
from screens.wall import ids, parts, view


@dataclass(frozen=True)
class Present:
    """Everything the wall shows, as it is at one moment."""

    at: datetime
    cases: list[Case]
    figures: Figures
    workforce: list[WorkerNow]
    grids: list[GridShape]
    load: dict[str, int]
    cameras: list[CameraFeature]


def read_present(centre: Centre) -> Present:
    """Read the state of the town in one transaction, as a display may see it."""
    area_id = centre.area.area_id
    display = Principal("display", "display", area_id)
    at = centre.clock()
    with centre.database.transaction() as transaction:
        return Present(
            at=at,
            cases=list_cases(transaction, area_id, display, CaseFilter(states=OPEN_STATES, limit=LIMIT)),
            figures=figures(transaction, area_id, at),
            workforce=read_workforce(transaction, area_id, at),
            grids=list_grids(transaction, area_id),
            load=grid_load(transaction, area_id),
            cameras=[],
        )


def render(present: Present, language: str) -> Props:
    """The wall's changing parts in one language."""
    grids = view.grid_features(present.grids, present.load)
    urgent = view.urgent(present.cases, language)
    rows = view.queue_rows(present.cases, language)
    return {
        ids.GRIDS: {"data": grid_data(grids)},
        ids.GRID_LABELS: {"data": grid_label_data(grids)},
        ids.CAMERAS: {"data": camera_data(present.cameras)},
        ids.INCIDENTS: {"data": incident_data(view.pins(present.cases, present.at, language))},
        ids.FIGURES: {
            "children": parts.figure_cards(view.strip(present.figures, present.workforce, language), language)
        },
        ids.QUEUE: {"children": parts.queue_list(rows, len(present.cases), language)},
        ids.QUEUE_COUNT: {"children": str(len(present.cases))},
        ids.HOURS: {"children": parts.hour_chart(view.hour_bars(present.figures.hours))},
        ids.WORKFORCE: {"children": parts.workforce_list(view.status_counts(present.workforce), language)},
        ids.URGENT: {"children": parts.urgent_rows(urgent, language)},
    }
