"""The map of a town: the base map, our panes, the layers a screen asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import dash_leaflet as dl
from dash import html
from dash.development.base_component import Component

from layers.style import LOAD_CLASSES, PRIORITY_COLOURS, WORKER_STYLES
from layers.surroundings import surroundings_layer


class Town(Protocol):
    """What a map needs of an area: id, version, middle and bounds (degrees, EPSG:4326), outline (GeoJSON)."""

    @property
    def area_id(self) -> int: ...  # noqa: D102
    @property
    def map_version(self) -> int: ...  # noqa: D102
    @property
    def centre_lon(self) -> float: ...  # noqa: D102
    @property
    def centre_lat(self) -> float: ...  # noqa: D102
    @property
    def west(self) -> float: ...  # noqa: D102
    @property
    def south(self) -> float: ...  # noqa: D102
    @property
    def east(self) -> float: ...  # noqa: D102
    @property
    def north(self) -> float: ...  # noqa: D102
    @property
    def outline(self) -> dict[str, Any] | None: ...  # noqa: D102


TILES_PATH = "/tiles/{z}/{x}/{y}.mvt"
LIVE_PATH = "/ws/workers"


def town_map(
    area: Town,
    *,
    id: str,  # noqa: A002 -- Dash's own word
    layers: Sequence[Component],
    live: bool = True,
    follow: str = "",
    tiles: str = TILES_PATH,
    scale_bar: bool = True,
    card_texts: Mapping[str, Any] | None = None,
    **options: Any,
) -> html.Div:
    """The map of one area, filling the box it is put in.

    The browser modules read the ``data-`` attributes of the box: the area's extent (degrees) to fit and stay within,
    the address of tiles and live positions, how workers are drawn. Padding for panels over the map comes from the CSS
    variables ``--pad-top``, ``--pad-right``, ``--pad-bottom``, ``--pad-left`` of the box.

    Parameters
    ----------
    id
        of the ``dl.Map``.
    area
        whose extent is fitted; its ``map_version`` goes into the tiles' address so that browsers may keep them.
    layers
        ``dl`` components, bottom to top within their panes; what lies outside the area is darkened under them.
    live
        draw the workers of ``/ws/workers``.
    tiles
        address of the base map's tiles.
    scale_bar
        show the bar of metres.
    follow
        id of the incident layer whose new incidents the view follows until somebody moves the map; empty: it stays.
    card_texts
        texts of the card of a picked worker (``layers.workers.worker_card_texts``); without them there is no card.
    options
        any property of ``dl.Map``.
    """
    town = dl.Map(
        [surroundings_layer(area.outline), *layers],
        id=id,
        center=[area.centre_lat, area.centre_lon],
        zoom=13,
        zoomControl=False,
        attributionControl=False,  # the frame of the page shows the source, with the approval number
        zoomSnap=0.25,  # with whole zooms only, a town may fill half of the wall and no more
        zoomDelta=1,
        wheelPxPerZoomLevel=90,
        className="town-map-canvas",
        **options,
    )
    style = {
        "workers": [[worker.status, worker.colour, worker.shape] for worker in WORKER_STYLES],
        "load": [[load.least, load.colour, load.opacity] for load in LOAD_CLASSES],
        "priorities": PRIORITY_COLOURS,
    }
    attributes = {
        "data-extent": json.dumps([area.west, area.south, area.east, area.north]),
        "data-tiles": f"{tiles}?v={area.area_id}.{area.map_version}",
        "data-live": LIVE_PATH if live else "",
        "data-follow": follow,
        "data-scale": "yes" if scale_bar else "",
        "data-words": json.dumps(card_texts or {}, ensure_ascii=False),
        "data-style": json.dumps(style, separators=(",", ":")),
    }
    return html.Div(town, className="town-map", **attributes)
