"""The printed map: the same records as on the screen, drawn by folium into one HTML file that needs no network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.feature import GridFeature, IncidentFeature, collection, shape
from layers.marks import BASE_MAP, DOTS, FIT_BOUNDS, LABELS, add_script, escape
from layers.printed_basemap import PrintedBaseMap, base_map_svg
from layers.printed_legend import GRID_COLOUR, TRACK_COLOUR, LegendEntry, legend_html
from layers.style import PRIORITY_COLOURS, WORKER_STYLES
from mapdata.plane import mercator_stretch

LEAFLET = Path(__file__).parents[1] / "node_modules" / "leaflet" / "dist"
"""Leaflet as npm brings it; its script and styles are written into the file."""

_STYLE_SHEET = Path(__file__).parent / "browser" / "printed.css"
MAP_HEIGHT_PX, _LETTER_PX, _LINE_PX = 600, 11, 16
"""Height of the map on the sheet, width of a letter of a grid's name, height of a line."""
_PIN_Z_OFFSET = 1000
"""Pins are drawn above names."""
_STYLES = {style.status: style for style in WORKER_STYLES}


@dataclass(frozen=True)
class PrintedWorker:
    """A worker as printed: where (EPSG:4326), status, and what stands beside him."""

    lon: float
    lat: float
    status: str
    label: str


@dataclass(frozen=True)
class PrintedTrack:
    """Where somebody went: pieces of (lon, lat), and the label of their line."""

    pieces: tuple[tuple[tuple[float, float], ...], ...]
    label: str


@dataclass(frozen=True)
class Sheet:
    """Everything on one printed map; ``rows`` is the table under it, ``notes`` the lines below; bounds in degrees."""

    title: str
    subtitle: str
    bounds: tuple[float, float, float, float]
    base_map: PrintedBaseMap | None = None
    grids: Sequence[GridFeature] = ()
    incidents: Sequence[IncidentFeature] = ()
    workers: Sequence[PrintedWorker] = ()
    tracks: Sequence[PrintedTrack] = ()
    column_heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()
    legend: Sequence[LegendEntry] = ()


def prepare() -> None:
    """Load folium and its templates, which the first map would otherwise wait for."""
    import folium

    folium.Map(tiles=None).get_root().render()


def printed_map(sheet: Sheet) -> str:
    """The sheet as one HTML file: Leaflet inside, no address of any other host in it."""
    import folium

    west, south, east, north = sheet.bounds
    town = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_snap=0.25,
        attribution_control=False,
    )
    # folium links its libraries from other hosts; a printed map is opened where there is no network
    town.default_js, town.default_css = [], []
    for add_layer in (_add_base_map, _add_grids, _add_tracks, _add_workers, _add_incidents):
        add_layer(sheet, town)
    add_script(town, FIT_BOUNDS, [[south, west], [north, east]])
    figure = town.get_root()
    figure.title = escape(sheet.title)
    figure.header.add_child(
        _element(f"<style>{_leaflet('leaflet.css')}</style><script>{_leaflet('leaflet.js')}</script>")
    )
    figure.header.add_child(_element(f"<style>{_STYLE_SHEET.read_text(encoding='utf-8')}</style>"), name="sheet_style")
    figure.html.add_child(_element(_text(sheet)), name="sheet_text")
    return str(figure.render())


def _leaflet(name: str) -> str:
    """A file of Leaflet without its comments, and without the addresses of pictures and of its home."""
    source = (LEAFLET / name).read_text(encoding="utf-8")
    source = re.sub(r"\A/\*.*?\*/|^//# source.*$", "", source, flags=re.DOTALL | re.MULTILINE)
    return source.replace("https://leafletjs.com", "").replace("url(images/", "url(data:,")


def _element(html: str) -> Any:
    """Ready HTML as an element; the template only names it, so that nothing in it is ever read as a template."""
    from branca.element import Element

    element = Element("{{ this.ready_html }}")
    element.ready_html = html
    return element


def _add_base_map(sheet: Sheet, town: Any) -> None:
    if sheet.base_map is not None and sheet.base_map.paths:
        west, south, east, north = sheet.base_map.bounds
        town.get_root().html.add_child(_element(base_map_svg(sheet.base_map)), name="sheet_base_map")
        add_script(town, BASE_MAP, [[south, west], [north, east]])


def _add_grids(sheet: Sheet, town: Any) -> None:
    import folium

    style = {"color": GRID_COLOUR, "weight": 1.6, "dashArray": "6 4", "fillOpacity": 0}
    if sheet.grids:
        outlines = collection(shape(grid.geometry) for grid in sheet.grids)
        folium.GeoJson(outlines, style_function=lambda _grid: style, smooth_factor=0.5).add_to(town)
    labels = [
        ([grid.label_lat, grid.label_lon], f'<span class="grid-name">{escape(grid.name)}</span>', "", 0)
        for grid in grids_with_room_for_name(sheet)
    ]
    add_script(town, LABELS, labels)


def grids_with_room_for_name(sheet: Sheet) -> list[GridFeature]:
    """The grids whose names do not lie on one another, nor on a pin, at the size the sheet is printed at."""
    west, south, _east, north = sheet.bounds
    px_per_lat = MAP_HEIGHT_PX / max(north - south, 1e-6)
    px_per_lon = px_per_lat / mercator_stretch((south + north) / 2)
    # pins are there whatever happens, so names give way to them
    pins = [(incident.lon, incident.lat, 24.0) for incident in sheet.incidents]
    taken = [((lon - west) * px_per_lon, (lat - south) * px_per_lat, width_px) for lon, lat, width_px in pins]
    named = []
    for grid in sheet.grids:
        box = ((grid.label_lon - west) * px_per_lon, (grid.label_lat - south) * px_per_lat, _LETTER_PX * len(grid.name))
        if not any(_overlap(box, other) for other in taken):
            taken.append(box)
            named.append(grid)
    return named


def _overlap(first: tuple[float, float, float], second: tuple[float, float, float]) -> bool:
    """Whether two labels overlap, each given by its middle and width in pixels."""
    return abs(first[0] - second[0]) < (first[2] + second[2]) / 2 and abs(first[1] - second[1]) < _LINE_PX


def _add_tracks(sheet: Sheet, town: Any) -> None:
    import folium

    for track in sheet.tracks:
        for piece in track.pieces:
            if len(piece) > 1:
                line = [(lat, lon) for lon, lat in piece]
                label = escape(track.label)
                folium.PolyLine(line, color=TRACK_COLOUR, weight=5, opacity=0.85, tooltip=label).add_to(town)


def _add_workers(sheet: Sheet, town: Any) -> None:
    dots = [([worker.lat, worker.lon], _STYLES[worker.status].colour, escape(worker.label)) for worker in sheet.workers]
    add_script(town, DOTS, dots)


def _add_incidents(sheet: Sheet, town: Any) -> None:
    pins = [
        (
            [incident.lat, incident.lon],
            _pin(incident.priority, str(number)),
            escape(f"{incident.case_no} {incident.title}"),
            _PIN_Z_OFFSET,
        )
        for number, incident in enumerate(sheet.incidents, start=1)
    ]
    add_script(town, LABELS, pins)


def _pin(priority: str, number: str) -> str:
    return f'<span class="pin" style="background:{PRIORITY_COLOURS[priority]}">{escape(number)}</span>'


def _text(sheet: Sheet) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in sheet.column_heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in sheet.rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if sheet.rows else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in sheet.notes)
    return (
        f'<header class="sheet"><h1>{escape(sheet.title)}</h1><p>{escape(sheet.subtitle)}</p></header>'
        f'<footer class="sheet">{legend_html(sheet.legend)}{table}{notes}</footer>'
    )
