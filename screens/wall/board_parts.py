"""The wall's changing parts, rendered once for the board channel and sent to every display."""

from __future__ import annotations

from layers.cameras import camera_data
from layers.grids import grid_data, grid_label_data
from layers.incidents import incident_data
from screens.shell import town_features
from screens.shell.board import Props
from screens.wall import ids, parts, view
from screens.wall.reads import Present


def render(present: Present, language: str) -> Props:
    """The wall's changing parts in one language."""
    grids = town_features.grid_features(present.ground.grids, present.load)
    urgent = view.urgent(present.cases, present.town, language)
    rows = view.queue_rows(present.cases, present.town, language)
    return {
        ids.GRIDS: {"data": grid_data(grids)},
        ids.GRID_LABELS: {"data": grid_label_data(grids)},
        ids.CAMERAS: {"data": camera_data(present.ground.cameras)},
        ids.INCIDENTS: {"data": incident_data(town_features.pins(present.cases, present.at, language))},
        ids.FIGURES: {"children": parts.figure_cards(view.strip(present.figures, present.on_duty, language), language)},
        ids.QUEUE: {"children": parts.queue_list(rows, len(present.cases), language)},
        ids.QUEUE_COUNT: {"children": str(len(present.cases))},
        ids.HOURS: {"children": parts.hour_chart(view.hour_bars(present.figures.hours))},
        ids.WORKFORCE: {"children": parts.workforce_list(view.status_counts(present.on_duty), language)},
        ids.URGENT: {"children": parts.urgent_rows(urgent, language)},
    }
