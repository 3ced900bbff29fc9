"""The streets of the town core, the industrial zone and the two old market towns: warped grids with names."""

from __future__ import annotations

import numpy as np
from shapely import LineString

from mapdata.plane import Floats
from towns.demo.curves import Warp
from towns.demo.main_roads import RoadLine
from towns.demo.outline import core_point
from towns.demo.plane import metres

OVERSHOOT_M = 14.0
"""Streets are led this far past their ends, so that they meet the street they end at; the rest is cut off later."""
Street = tuple[str, str, float, float, float]
"""Name, OSM highway value, offset from the middle, from and to along the street (metres)."""

CORE_ROWS: tuple[Street, ...] = (
    ("锦绣路", "tertiary", 570, -930, 790), ("宝群路", "secondary", 395, -930, 840),
    ("益群路", "residential", 170, -930, 600), ("学苑路", "residential", -262, -930, 790),
    ("洪福路", "tertiary", -462, -930, 790), ("南环路", "tertiary", -765, -930, 830),
    ("文化弄", "residential", 62, -191, 350), ("市河弄", "residential", -150, -191, 600),
    ("桃源南路", "residential", 285, 80, 790), ("新景路", "residential", -365, 80, 790),
    ("锦溪路", "residential", 280, -930, -450),
)  # fmt: skip
CORE_COLUMNS: tuple[Street, ...] = (
    ("西环路", "tertiary", -930, -765, 570), ("锦绣大道", "tertiary", -700, -765, 570),
    ("阳光路", "residential", -450, -765, 570), ("银河路", "residential", 80, -765, 570),
    ("利群路", "secondary", 350, -765, 570), ("桃源大道", "tertiary", 600, -765, 570),
    ("东环路", "tertiary", 800, -765, 570), ("书院弄", "residential", -320, -262, 170),
    ("中心弄", "residential", 215, -262, 395),
)  # fmt: skip
INDUSTRY_ROWS: tuple[Street, ...] = (
    ("宝群东路", "secondary", 395, 830, 2880), ("明业路", "tertiary", 150, 1240, 2880),
    ("清凉路", "tertiary", -330, 1080, 2880), ("发展路", "residential", -610, 1240, 2880),
)  # fmt: skip
INDUSTRY_COLUMNS: tuple[Street, ...] = (
    ("万泰路", "tertiary", 1240, -610, 395), ("姚俞公路", "secondary", 1622, -610, -90),
    ("创业路", "residential", 2010, -610, 395), ("振兴路", "tertiary", 2420, -610, 395),
    ("东升路", "residential", 2880, -610, 395),
)  # fmt: skip
DINGZHA_ROWS: tuple[Street, ...] = (
    ("丁新路", "residential", -400, -420, 190), ("丁栅街", "tertiary", 20, -420, 620), ("北市路",
    "residential", 235, -420, 190),
)  # fmt: skip
DINGZHA_COLUMNS: tuple[Street, ...] = (
    ("西市路", "residential", -420, -400, 235), ("丁兴路", "residential", -180, -400, 235), ("沿港路",
    "residential", 190, -400, 235),
)  # fmt: skip
YUHUI_ROWS: tuple[Street, ...] = (
    ("俞兴路", "tertiary", -70, -390, 420), ("俞汇街", "residential", 110, -390, 90), ("北弄",
    "residential", 265, -390, 90),
)  # fmt: skip
YUHUI_COLUMNS: tuple[Street, ...] = (
    ("俞西路", "residential", -390, -255, 265), ("市河路", "residential", 90, -255, 265), ("俞东路",
    "residential", 410, -255, 265),
)  # fmt: skip


def _street_lines(middle: Floats, warp: Warp, rows: tuple[Street, ...], columns: tuple[Street, ...]) -> list[RoadLine]:
    lines = []
    for streets, flip in ((rows, False), (columns, True)):
        for name, kind, offset, start, end in streets:
            along = np.linspace(start - OVERSHOOT_M, end + OVERSHOOT_M, max(3, int(abs(end - start) / 60)))
            across = np.full_like(along, offset)
            points = np.column_stack([across, along] if flip else [along, across]) + middle
            lines.append(RoadLine(name, kind, LineString(warp.moved(points))))
    return lines


def street_lines(random: np.random.Generator) -> list[RoadLine]:
    """The streets of the town core, the industrial zone and the two old market towns."""
    core = core_point()
    warp = Warp(random, 11, 900)
    return [
        *_street_lines(core, warp, CORE_ROWS + INDUSTRY_ROWS, CORE_COLUMNS + INDUSTRY_COLUMNS),
        *_street_lines(metres([(120.9450, 30.9880)])[0], warp, DINGZHA_ROWS, DINGZHA_COLUMNS),
        *_street_lines(metres([(120.9740, 30.9510)])[0], warp, YUHUI_ROWS, YUHUI_COLUMNS),
    ]
