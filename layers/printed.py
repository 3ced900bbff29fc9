"""The printed map: the same records as on the screen, drawn by folium into one HTML file that needs no network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path
from typing import Any

from layers.feature import GridFeature, IncidentFeature, collection, shape
from layers.ground import Ground, ground_picture
from layers.marks import DOTS, GROUND, LABELS, WHOLE, escape, put
from layers.printed_legend import GRID_COLOUR, WAY_COLOUR, LegendEntry, legend_html
from layers.style import PRIORITY_COLOURS, WORKER_LOOKS

LEAFLET = Path(__file__).parents[1] / "node_modules" / "leaflet" / "dist"
"""Leaflet as npm brings it; its script and styles are written into the file."""

_STYLE = Path(__file__).parent / "browser" / "printed.css"
HIGH_PX, _NAME_PX, _LINE_PX = 600, 11, 16
"""Height of the map on the sheet, width of a letter of a grid's name, height of a line."""
_ABOVE = 1000
"""Pins lie so far above names."""
_LOOKS = {look.status: look for look in WORKER_LOOKS}


@dataclass(frozen=True)
class PrintedWorker:
    """A worker as printed: where (EPSG:4326), status, and what stands beside him."""

    lon: float
    lat: float
    status: str
    label: str


@dataclass(frozen=True)
class PrintedWay:
    """A way somebody went: pieces of (lon, lat), and what it is called."""

    pieces: tuple[tuple[tuple[float, float], ...], ...]
    label: str


@dataclass(frozen=True)
class Sheet:
    """Everything on one printed map; ``rows`` is the table under it, ``notes`` the lines below; bounds in degrees."""

    title: str
    subtitle: str
    bounds: tuple[float, float, float, float]
    ground: Ground | None = None
    grids: Sequence[GridFeature] = ()
    incidents: Sequence[IncidentFeature] = ()
    workers: Sequence[PrintedWorker] = ()
    ways: Sequence[PrintedWay] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()
    legend: Sequence[LegendEntry] = ()


def prepare() -> None:
    """Load what the first map would otherwise wait for."""
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
    town.default_js, town.default_css = [], []
    for layer in (_ground, _grids, _ways, _workers, _incidents):
        layer(sheet, town)
    put(town, WHOLE, [[south, west], [north, east]])
    figure = town.get_root()
    figure.title = escape(sheet.title)
    figure.header.add_child(
        _element(f"<style>{_leaflet('leaflet.css')}</style><script>{_leaflet('leaflet.js')}</script>")
    )
    figure.header.add_child(_element(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>"), name="sheet_style")
    figure.html.add_child(_element(_text(sheet)), name="sheet_text")
    return str(figure.render())


def _leaflet(name: str) -> str:
    """A file of Leaflet without its comments, and without the addresses of pictures and of its home."""
    words = (LEAFLET / name).read_text(encoding="utf-8")
    words = re.sub(r"\A/\*.*?\*/|^//# source.*$", "", words, flags=re.DOTALL | re.MULTILINE)
    return words.replace("https://leafletjs.com", "").replace("url(images/", "url(data:,")


def _element(html: str) -> Any:
    """Ready HTML as an element; a template only names it, so that no word in it is ever read as a template."""
    from branca.element import Element

    element = Element("{{ this.words }}")
    element.words = html
    return element


def _ground(sheet: Sheet, town: Any) -> None:
    if sheet.ground is not None and sheet.ground.paths:
        west, south, east, north = sheet.ground.bounds
        town.get_root().html.add_child(_element(ground_picture(sheet.ground)), name="sheet_ground")
        put(town, GROUND, [[south, west], [north, east]])


def _grids(sheet: Sheet, town: Any) -> None:
    import folium

    style = {"color": GRID_COLOUR, "weight": 1.6, "dashArray": "6 4", "fillOpacity": 0}
    if sheet.grids:
        outlines = collection(shape(grid.geometry) for grid in sheet.grids)
        folium.GeoJson(outlines, style_function=lambda _grid: style, smooth_factor=0.5).add_to(town)
    names = ((each, f'<span class="grid-name">{escape(each.name)}</span>') for each in legible(sheet))
    put(town, LABELS, [([grid.label_lat, grid.label_lon], name, "", 0) for grid, name in names])


def legible(sheet: Sheet) -> list[GridFeature]:
    """The grids whose names do not lie on one another, nor on a pin, at the size the sheet is printed at."""
    west, south, _east, north = sheet.bounds
    px_per_lat = HIGH_PX / max(north - south, 1e-6)
    px_per_lon = px_per_lat * cos(radians((south + north) / 2))
    pins = [(each.lon, each.lat, 24.0) for each in sheet.incidents]
    taken = [((lon - west) * px_per_lon, (lat - south) * px_per_lat, wide) for lon, lat, wide in pins]
    shown = []
    for grid in sheet.grids:
        box = ((grid.label_lon - west) * px_per_lon, (grid.label_lat - south) * px_per_lat, _NAME_PX * len(grid.name))
        if not any(_overlap(box, other) for other in taken):
            taken.append(box)
            shown.append(grid)
    return shown


def _overlap(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    """Whether two labels overlap, each given by its middle and width in pixels."""
    return abs(one[0] - other[0]) < (one[2] + other[2]) / 2 and abs(one[1] - other[1]) < _LINE_PX


def _ways(sheet: Sheet, town: Any) -> None:
    import folium

    for way in sheet.ways:
        for piece in way.pieces:
            if len(piece) > 1:
                line = [(lat, lon) for lon, lat in piece]
                folium.PolyLine(line, color=WAY_COLOUR, weight=5, opacity=0.85, tooltip=escape(way.label)).add_to(town)


def _workers(sheet: Sheet, town: Any) -> None:
    put(town, DOTS, [([each.lat, each.lon], _LOOKS[each.status].colour, escape(each.label)) for each in sheet.workers])


def _incidents(sheet: Sheet, town: Any) -> None:
    pins = [
        ([each.lat, each.lon], _pin(each.priority, str(number)), escape(f"{each.case_no} {each.title}"), _ABOVE)
        for number, each in enumerate(sheet.incidents, start=1)
    ]
    put(town, LABELS, pins)


def _pin(priority: str, words: str) -> str:
    return f'<span class="pin" style="background:{PRIORITY_COLOURS[priority]}">{escape(words)}</span>'


def _text(sheet: Sheet) -> str:
    head = "".join(f"<th>{escape(word)}</th>" for word in sheet.heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(word)}</td>" for word in row) + "</tr>" for row in sheet.rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if sheet.rows else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in sheet.notes)
    return (
        f'<header class="sheet"><h1>{escape(sheet.title)}</h1><p>{escape(sheet.subtitle)}</p></header>'
        f'<footer class="sheet">{legend_html(sheet.legend)}{table}{notes}</footer>'
    )
