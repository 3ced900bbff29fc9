"""The blocks between the streets of the centres, and what each is used for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon, box

from mapdata.plane import Floats
from towns.demo.main_roads import RoadLine
from towns.demo.outline import core_point
from towns.demo.plane import metres
from towns.demo.water import Waters

SITES: tuple[tuple[str, str, float, float], ...] = (
    ("姚庄镇社会治理综合指挥中心", "government", -55, 115), ("姚庄派出所", "police", -255, -150),
    ("姚庄镇卫生院", "clinic", 150, -205), ("姚庄中学", "school", -575, -150), ("姚庄中心学校", "school", 475, -200),
    ("姚庄镇中心幼儿园", "kindergarten", 475, 340), ("锦绣幼儿园", "kindergarten", -575, 335),
    ("姚庄农贸市场", "market", 280, -100), ("桃源公园", "park", -385, 60), ("市河公园", "park", 150, -320),
    ("文化活动中心", "culture", 150, 118), ("姚庄消防站", "fire_station", 1430, -210), ("万泰公寓",
    "dormitory", 1430, 270),
    ("创业公寓", "dormitory", 2210, -470), ("清凉新村", "estate", 2210, 270), ("供电所", "utility", 700, -310),
    ("锦溪公园", "park", -820, 340),
    ("新景广场", "mall", 475, -420), ("桃源商业广场", "mall", 475, 230),
)  # fmt: skip
"""Blocks kept for one purpose: name, use, metres east and north of the core's middle."""

ESTATE_NAMES: dict[str, tuple[str, ...]] = {
    "桃源新邨": tuple(f"桃源新邨{number}区" for number in "一二三四五六七八九"),
    "锦绣": (
        "锦绣花苑",
        "锦绣东苑",
        "锦绣西苑",
        "锦绣家园",
        "锦溪名邸",
        "锦绣江南",
        "锦云公寓",
        "锦兴小区",
        "锦绣雅苑",
    ),
    "学苑": ("学苑新村", "学苑东区", "学苑西区", "书香苑", "文澜苑", "学府名都", "翰林苑", "学苑南区", "尚学里"),
    "新景": ("新景花园", "新景雅苑", "新景名苑", "景湖湾", "新景公寓", "东景苑", "新景南苑", "景和苑", "新景家园"),
    "姚庄": ("姚庄新村", "洪福小区", "银河公寓", "市河新村", "中心小区", "姚庄花园", "银河苑", "福星里", "老街新苑"),
    "丁栅": ("丁栅新村", "丁栅花苑", "沿港小区", "北市新村", "西市小区", "丁兴苑"),
    "俞汇": ("俞汇新村", "俞兴小区", "俞汇花苑", "市河小区", "俞东新村", "俞西苑"),
}
"""Names of housing estates, by community."""
QUARTERS = (("姚庄", 0, 0), ("锦绣", -500, 250), ("桃源新邨", 560, 260), ("学苑", -500, -420), ("新景", 560, -420))
"""Middle of each quarter of the core, metres east and north of the core's middle."""
CAPACITY = {"桃源新邨": 2900, "锦绣": 2200, "学苑": 1750, "新景": 1850, "姚庄": 1700, "丁栅": 1050, "俞汇": 950}
"""Households each quarter shall have room for: a good quarter more than live there."""
_CENTRES: tuple[tuple[str, tuple[float, float] | None, tuple[float, float, float, float]], ...] = (
    ("core", None, (-960, -790, 830, 600)),
    ("industry", None, (1060, -640, 2900, 410)),
    ("丁栅", (120.9450, 30.9880), (-430, -410, 200, 245)),
    ("俞汇", (120.9740, 30.9510), (-400, -265, 420, 275)),
)


@dataclass(frozen=True)
class Block:
    """A block: its free ground in metres, centre it belongs to, quarter, use, name."""

    ground: Polygon
    quarter: str
    use: str
    name: str


def centre_boxes() -> list[tuple[str, Polygon, Floats]]:
    """The centres: name, box, and middle (2,) in metres."""
    boxes = []
    for name, at, (west, south, east, north) in _CENTRES:
        middle = core_point() if at is None else metres([at])[0]
        x, y = middle
        boxes.append((name, box(x + west, y + south, x + east, y + north), middle))
    return boxes


def make_blocks(random: np.random.Generator, streets: list[RoadLine], waters: Waters) -> list[Block]:
    """Every block of the centres with its use; sites first, then estates until each quarter has room enough."""
    lines = [road.line for road in streets] + [channel.line for channel in waters.channels if not channel.is_creek]
    cells = shapely.get_parts(shapely.polygonize([shapely.unary_union(np.array(lines, dtype=object), grid_size=0.1)]))
    water = waters.tree()
    blocks: list[Block] = []
    for centre, area, middle in centre_boxes():
        inside = [cell for cell in cells if 3000 < cell.area < 260_000 and area.contains(cell.representative_point())]
        grounds = [ground for cell in inside for ground in _grounds(cell, waters, water)]
        blocks += _used(random, centre, grounds, middle)
    return blocks


def _grounds(cell: Polygon, waters: Waters, tree: shapely.STRtree) -> list[Polygon]:
    beds = [waters.beds[i] for i in tree.query(cell, predicate="intersects")]
    ground = cell.buffer(-12)
    if beds:
        ground = ground.difference(shapely.unary_union(beds).buffer(9))
    return [part for part in shapely.get_parts(ground) if part.geom_type == "Polygon" and part.area > 1500]


def _used(random: np.random.Generator, centre: str, grounds: list[Polygon], middle: Floats) -> list[Block]:
    blocks, rest = _with_sites(grounds, middle if centre in ("core", "industry") else None)
    room = dict.fromkeys(CAPACITY, 0.0)
    counts = dict.fromkeys(CAPACITY, 0)
    for number in random.permutation(len(rest)).tolist():
        ground = rest[number]
        quarter = _quarter(centre, np.array(ground.centroid.coords[0]) - middle)
        use = _use(random, quarter, ground, room)
        name = ""
        if use in ("estate", "villas"):
            names = ESTATE_NAMES[quarter]
            again = counts[quarter] // len(names)
            name = names[counts[quarter] % len(names)] + ("", "二期", "三期", "四期")[again]
            counts[quarter] += 1
            room[quarter] += ground.area * (0.0115 if use == "estate" else 0.0028)
        blocks.append(Block(ground, quarter, use, name))
    return blocks


def _with_sites(grounds: list[Polygon], middle: Floats | None) -> tuple[list[Block], list[Polygon]]:
    if middle is None:
        return [], grounds
    blocks = []
    rest = list(grounds)
    for name, use, east, north in SITES:
        point = shapely.Point(middle + np.array([east, north]))
        found = [ground for ground in rest if ground.dwithin(point, 30)]
        if found:
            ground = min(found, key=lambda shape: shape.distance(point))
            blocks.append(Block(ground, "", use, name))
            rest.remove(ground)
    return blocks, rest


def _quarter(centre: str, offset: Floats) -> str:
    if centre != "core":
        return centre
    return min(QUARTERS, key=lambda quarter: float(np.hypot(offset[0] - quarter[1], offset[1] - quarter[2])))[0]


def _use(random: np.random.Generator, quarter: str, ground: Polygon, room: dict[str, float]) -> str:
    if quarter == "industry":
        return "industry"
    if ground.area > 5_000 and room[quarter] < CAPACITY[quarter]:
        return "villas" if random.random() < (0.3 if quarter == "桃源新邨" else 0.12) else "estate"
    return str(random.choice(["old_town", "villas", "park", "shops"], p=[0.45, 0.2, 0.12, 0.23]))
