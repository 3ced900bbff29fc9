"""The printed map: one file, nothing from elsewhere, every word shown as a word."""

from __future__ import annotations

import re
from html import unescape

from layers.feature import IncidentFeature
from layers.printed import PrintedBase, PrintedWay, PrintedWorker, Sheet, printed_map

NASTY = '</script><img src=x onerror="alert(1)">{{7*7}}{% endraw %}`${alert(2)}`'
SHEET = Sheet(
    title=NASTY,
    subtitle="截至 2026-11-21 10:00",
    bounds=(120.94, 30.91, 120.96, 30.93),
    base=(
        PrintedBase("water", "canal", {"type": "LineString", "coordinates": [[120.94, 30.92], [120.96, 30.92]]}),
        PrintedBase(
            "roads", "primary", {"type": "LineString", "coordinates": [[120.94, 30.919], [120.96, 30.919]]}, NASTY
        ),
    ),
    incidents=(IncidentFeature("YZ2611210001", 120.95, 30.919, "P1", "waiting", NASTY),),
    workers=(PrintedWorker(120.951, 30.919, "patrolling", NASTY),),
    ways=(PrintedWay((((120.94, 30.919), (120.95, 30.919)),), NASTY),),
    heads=("编号",),
    rows=((NASTY,),),
    notes=(NASTY,),
)


def test_the_file_asks_no_other_host_for_anything():
    html = printed_map(SHEET)
    loaded = re.findall(r"""(?:src|href)\s*=\s*["']?([^"'\s>]+)""", html) + re.findall(r"url\(([^)]*)\)", html)
    assert [each for each in loaded if re.match(r"(https?:)?//", each)] == []
    assert "L.map(" in html
    assert "cdn" not in html.lower()


def test_what_people_wrote_is_shown_and_never_run():
    html = printed_map(SHEET)
    assert "<img src=x" not in html
    assert html.count("&lt;img src=x onerror=") >= 7, "in the title, its heading, the table, the notes, on the map"
    shown = unescape(html)
    assert shown.count("{{7*7}}{% endraw %}`${alert(2)}`") == html.count("&lt;img src=x onerror=")
    assert "alert(2)" not in re.sub(r"&#36;&#123;alert\(2\)&#125;", "", html), "no script's template holds it"


def test_everything_on_the_sheet_is_in_the_file():
    html = printed_map(SHEET)
    assert html.count("L.geoJson(") >= 3
    assert "L.polyline(" in html
    assert "L.circleMarker(" in html
    assert "YZ2611210001" in html
