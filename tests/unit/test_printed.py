"""The printed map: one file, nothing from elsewhere, every word shown as a word."""

from __future__ import annotations

import re
from html import unescape

from layers.feature import GridFeature, IncidentFeature
from layers.printed import PrintedPhotos, PrintedTrack, PrintedWorker, Sheet, printed_map
from layers.printed_basemap import BaseMapPath, PrintedBaseMap, base_map_svg
from layers.printed_legend import LegendEntry
from layers.style import PRIORITY_COLOURS
from screens.printed import view

NASTY = '</script><img src=x onerror="alert(1)">{{7*7}}{% endraw %}`${alert(2)}`'
OUTLINE = {"type": "Polygon", "coordinates": [[[120.94, 30.91], [120.96, 30.91], [120.96, 30.93], [120.94, 30.91]]]}
SHEET = Sheet(
    title=NASTY,
    subtitle="截至 2026-11-21 10:00",
    bounds=(120.94, 30.91, 120.96, 30.93),
    base_map=PrintedBaseMap(
        (120.94, 30.91, 120.96, 30.93),
        320,
        373,
        (
            BaseMapPath("land", "park", True, "M 0 0 l 320 0 0 373 z"),
            BaseMapPath("water", "canal", False, "M 0 180 l 320 0"),
            BaseMapPath("buildings", "house", True, "M 5 5 l 9 0 0 9 z"),
            BaseMapPath("roads", "service", False, "M 9 190 l 20 0"),
            BaseMapPath("roads", "primary", False, "M 0 190 l 320 0"),
        ),
    ),
    grids=(GridFeature("1", NASTY, OUTLINE, 120.955, 30.925),),
    incidents=(IncidentFeature("YZ2611210001", 120.95, 30.919, "P1", "waiting", NASTY),),
    workers=(PrintedWorker(120.951, 30.919, "patrolling", NASTY),),
    tracks=(PrintedTrack((((120.94, 30.919), (120.95, 30.919)),), NASTY),),
    column_heads=("编号",),
    rows=((NASTY,),),
    notes=(NASTY,),
    legend=(LegendEntry("pin", NASTY, "P1"), LegendEntry("track", NASTY)),
    photos=(PrintedPhotos(NASTY, (b"\xff\xd8one", b"\xff\xd8two")), PrintedPhotos("处置后", (b"\xff\xd8three",))),
)


def test_the_file_asks_no_other_host_for_anything():
    html = printed_map(SHEET)
    loaded = re.findall(r"""(?:src|href)\s*=\s*["']?([^"'\s>]+)""", html) + re.findall(r"url\(([^)]*)\)", html)
    assert [each for each in loaded if re.match(r"(https?:)?//", each)] == []
    assert "L.map(" in html
    assert "cdn" not in html.lower()


def test_what_people_wrote_is_shown_and_never_run():
    html = printed_map(SHEET).replace("\\u0026", "&")
    assert "<img src=x" not in html
    assert html.count("&lt;img src=x onerror=") >= 10, "head, table, notes, legend, map"
    shown = unescape(html)
    assert shown.count("{{7*7}}{% endraw %}`${alert(2)}`") == html.count("&lt;img src=x onerror=")
    assert "alert(2)" not in re.sub(r"&#36;&#123;alert\(2\)&#125;", "", html), "no script's template holds it"


def test_everything_on_the_sheet_is_in_the_file():
    html = printed_map(SHEET)
    assert '<svg id="ground"' in html
    for drawn in ("L.svgOverlay(", "L.geoJson(", "L.polyline(", "L.circleMarker(", "L.divIcon("):
        assert drawn in html
    assert "YZ2611210001" in html
    assert PRIORITY_COLOURS["P1"] in html[html.index('class="legend"') :]


def test_pictures_stand_in_the_file_by_their_moment():
    groups = printed_map(SHEET).split('<section class="photos">')[1:]
    assert [group.count('<img src="data:image/jpeg;base64,/9h') for group in groups] == [2, 1]


def test_the_ground_is_drawn_in_the_order_of_a_map():
    """Land, water, buildings, the edges of all roads, then the roads with the widest on top."""
    drawn = re.findall(r' d="([^"]+)"', base_map_svg(SHEET.base_map))
    assert drawn == [each.path for each in SHEET.base_map.paths[:3]] + 2 * ["M 9 190 l 20 0", "M 0 190 l 320 0"]


def test_a_sheet_without_a_base_map_is_a_map_all_the_same():
    html = printed_map(Sheet(title="a", subtitle="b", bounds=(120.94, 30.91, 120.96, 30.93)))
    assert "L.map(" in html
    assert "L.svgOverlay(document" not in html
    assert 'class="legend"' not in html


def test_the_base_map_is_as_fine_as_the_sheet_shows():
    assert view.zoom_of((120.8988, 30.8895, 120.9967, 31.0250)) == 13, "a town, 15 km high"
    assert view.zoom_of(view.around((120.946, 30.916, 120.954, 30.924))) == 16, "around one case"
    assert view.zoom_of((120.0, 30.0, 122.0, 33.0)) == 10
