"""The water net: rivers, canals, dead-end creeks and lakes of a Jiangnan plain."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from mapdata.plane import Floats
from towns.demo.curves import Warp, curve, curve_line, curve_parts
from towns.demo.main_roads import main_lines, motorway_lines
from towns.demo.names import CANAL_NAMES, CREEK_FAMILIES
from towns.demo.outline import core_point, north_bank
from towns.demo.plane import metres

RIVERS: tuple[tuple[str, float, list[tuple[float, float]]], ...] = (
    ("红旗塘", 92, [(120.906, 30.9372), (120.922, 30.9377), (120.9345, 30.9388), (120.946, 30.9402), (120.957, 30.9399),
                 (120.968, 30.9384), (120.980, 30.9391), (120.9945, 30.9404), (121.010, 30.9399)]),
    ("东栅港", 46, [(120.9668, 30.8790), (120.9662, 30.8895), (120.9647, 30.8990), (120.9661, 30.9070),
                 (120.9650, 30.9140), (120.9657, 30.9215), (120.9636, 30.9305), (120.9632, 30.9394)]),
    ("茜泾塘", 30, [(120.9200, 30.9066), (120.9330, 30.9077), (120.9420, 30.9068), (120.9505, 30.9083),
                 (120.9580, 30.9072), (120.9665, 30.9082)]),
    ("何家浜", 18, [(120.9352, 30.9196), (120.9440, 30.9187), (120.9520, 30.9197), (120.9595, 30.9186),
                 (120.9662, 30.9197)]),
    ("俞汇塘", 38, [(120.9434, 30.9545), (120.9530, 30.9533), (120.9640, 30.9551), (120.9760, 30.9540),
    (120.9885, 30.9556),
                 (121.0080, 30.9546)]),
    ("丁栅港", 40, [(120.9520, 30.9400), (120.9498, 30.9520), (120.9512, 30.9640), (120.9478, 30.9760),
    (120.9480, 30.9880),
                 (120.9420, 30.9990), (120.9400, 31.0150)]),
    ("界泾港", 28, [(120.9250, 30.9745), (120.9428, 30.9712), (120.9530, 30.9728), (120.9650, 30.9706),
    (120.9790, 30.9724),
                 (120.9960, 30.9716), (121.0080, 30.9728)]),
    ("坟头港", 32, [(120.9770, 30.9390), (120.9757, 30.9500), (120.9781, 30.9620), (120.9750, 30.9740),
    (120.9772, 30.9870),
                 (120.9745, 30.9990), (120.9757, 31.0135)]),
    ("清凉港", 26, [(120.9656, 30.9030), (120.9735, 30.9041), (120.9830, 30.9026), (120.9960, 30.9042),
    (121.0080, 30.9030)]),
    ("横港", 24, [(120.9200, 30.9318), (120.9345, 30.9306), (120.9450, 30.9323), (120.9550, 30.9309),
    (120.9636, 30.9320)]),
    ("北横泾", 24, [(120.9080, 30.9950), (120.9250, 30.9932), (120.9420, 30.9948), (120.9560, 30.9936),
    (120.9745, 30.9951),
                 (120.9950, 30.9940)]),
)  # fmt: skip
"""Named rivers: name, width in metres, way points (EPSG:4326)."""

LAKES: tuple[tuple[str, float, float, float, float, float], ...] = (
    ("长白荡", 120.9262, 31.0030, 780, 330, -0.25),
    ("沉香荡", 120.9535, 31.0140, 560, 400, 0.5),
    ("白鱼荡", 120.9632, 30.9835, 720, 400, 0.15),
    ("白荡", 120.9788, 30.9312, 210, 520, 0.1),
    ("南白鱼荡", 120.9845, 30.9800, 330, 260, 0.3),
    ("金家荡", 120.9420, 30.9440, 260, 170, -0.3),
)
"""Lakes: name, middle (EPSG:4326), half axes in metres, turn in radians."""

CORE_HALF_M = (1120.0, 860.0)
"""Half width and height of the town core, which the small canals leave out."""
MARGIN_M = 1500.0
"""How far the landscape is drawn beyond the town's border."""


@dataclass(frozen=True)
class Channel:
    """A river, canal or creek: its middle line and width in metres."""

    name: str
    kind: str
    line: LineString
    width_m: float
    is_creek: bool = False

    @property
    def bed(self) -> Polygon:
        """The water's surface."""
        return self.line.buffer(self.width_m / 2, quad_segs=4)


@dataclass(frozen=True)
class Waters:
    """All water of the town and its surroundings, in metres."""

    channels: list[Channel]
    lakes: list[tuple[str, Polygon]]
    dry_ditches: list[LineString]
    """Lines of the lattice that carry no water: old ditches, good as borders of fields and grids."""
    beds: list[Polygon] = field(default_factory=list)

    def tree(self) -> STRtree:
        """An index over every water surface."""
        return STRtree(self.beds)


def _lake(random: np.random.Generator, middle: Floats, half_a: float, half_b: float, turn: float) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(2, 7):
        radius += random.normal(0, 0.32 / wave) * np.cos(wave * angle + random.uniform(0, 6.28))
    x, y = half_a * radius * np.cos(angle), half_b * radius * np.sin(angle)
    points = middle + np.column_stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)])
    return Polygon(curve(np.vstack([points, points[:1]]), 30.0)).buffer(0)


def _spaced(random: np.random.Generator, low: float, high: float, gap: tuple[float, float]) -> Floats:
    steps = random.uniform(*gap, int((high - low) / gap[0]) + 2)
    marks = low + np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(marks[marks <= high])


def lattice(random: np.random.Generator, bounds: tuple[float, float, float, float]) -> list[list[Floats]]:
    """Warped north-south and east-west chains over the bounds, each a list of stretches between crossings."""
    west, south, east, north = bounds
    columns = _spaced(random, west - MARGIN_M, east + MARGIN_M, (420, 820))
    rows = _spaced(random, south - MARGIN_M, north + MARGIN_M, (420, 790))
    warp = Warp(random, 130, 3200)
    grid = np.stack(np.meshgrid(columns, rows, indexing="ij"), axis=-1)
    grid += random.normal(0, 55, grid.shape)
    nodes = warp.moved(grid.reshape(-1, 2)).reshape(grid.shape)
    chains = [nodes[i] for i in range(len(columns))] + [nodes[:, j] for j in range(len(rows))]
    return [_stretches(random, chain) for chain in chains]


def _stretches(random: np.random.Generator, chain: Floats) -> list[Floats]:
    middles = (chain[:-1] + chain[1:]) / 2 + random.normal(0, 38, (len(chain) - 1, 2))
    points = np.empty((2 * len(chain) - 1, 2))
    points[::2], points[1::2] = chain, middles
    parts = curve_parts(points)
    return [np.vstack([parts[2 * i], parts[2 * i + 1], points[2 * i + 2 : 2 * i + 3]]) for i in range(len(chain) - 1)]


def in_centres(point: Floats) -> bool:
    """Whether a point (2,) lies in the town core or the industrial zone, where there are no small canals."""
    east, north = point - core_point()
    return bool(
        (abs(east) < CORE_HALF_M[0] + 120 and abs(north) < CORE_HALF_M[1] + 60)
        or (1000 < east < 3250 and -750 < north < 560)
    )


def _is_canal(random: np.random.Generator, stretch: Floats, taken: STRtree) -> bool:
    if in_centres(stretch.mean(axis=0)):
        return False
    near = taken.query(shapely.points(stretch), predicate="dwithin", distance=120)
    if len(set(near[0].tolist())) > 0.45 * len(stretch):
        return False
    return bool(random.random() < 0.78)


def _runs(random: np.random.Generator, chains: list[list[Floats]], taken: STRtree) -> tuple[list[Floats], list[Floats]]:
    runs: list[Floats] = []
    dry_ditches: list[Floats] = []
    for chain in chains:
        open_run = False
        for stretch in chain:
            if not _is_canal(random, stretch, taken):
                dry_ditches.append(stretch)
                open_run = False
            elif open_run:
                runs[-1] = np.vstack([runs[-1], stretch[1:]])
            else:
                runs.append(stretch)
                open_run = True
    return runs, dry_ditches


def _creeks(random: np.random.Generator, canals: list[LineString], taken: STRtree) -> list[LineString]:
    creeks: list[LineString] = []
    for canal in canals:
        for along in np.arange(random.uniform(80, 400), canal.length - 60, random.uniform(340, 620)):
            creek = _creek(random, canal, float(along))
            far = shapely.line_interpolate_point(creek, 110)
            tail = LineString([far, *creek.coords[-2:]])
            if len(taken.query(tail, predicate="dwithin", distance=48)):
                continue
            if any(creek.distance(other) < 110 for other in creeks[-30:]):
                continue
            creeks.append(creek)
    return creeks


def _creek(random: np.random.Generator, canal: LineString, along: float) -> LineString:
    start = np.array(canal.interpolate(along).coords[0])
    ahead = np.array(canal.interpolate(along + 5).coords[0]) - start
    side = np.array([-ahead[1], ahead[0]]) / max(np.hypot(*ahead), 1e-6) * random.choice([-1, 1])
    length = random.uniform(170, 400)
    bend = np.array([-side[1], side[0]]) * random.normal(0, 0.22) * length
    points = np.array([start, start + side * length * 0.5 + bend * 0.4, start + side * length + bend])
    return curve_line(points, 25)


def _connected(channels: list[Channel], lakes: list[tuple[str, Polygon]]) -> list[Channel]:
    """Only the channels whose water reaches the biggest body of water: a canal that leads nowhere was never dug."""
    union = shapely.unary_union([channel.bed for channel in channels] + [lake for _, lake in lakes])
    bodies = list(union.geoms) if isinstance(union, MultiPolygon) else [union]
    biggest = max(bodies, key=lambda body: body.area)
    shapely.prepare(biggest)
    return [channel for channel in channels if biggest.intersects(channel.line)]


def _rivers() -> list[Channel]:
    bank = north_bank()
    first, last = bank[:1] + np.array([[-2500.0, 300.0]]), bank[-1:] + np.array([[2400.0, -420.0]])
    rivers = [Channel("太浦河", "river", LineString(np.vstack([first, bank, last])), 150)]
    for name, width_m, points in RIVERS:
        kind = "river" if width_m >= 40 else "canal"
        rivers.append(Channel(name, kind, curve_line(metres(points)), width_m))
    return rivers


def make_waters(random: np.random.Generator, outline: Polygon, *, creeks: bool = True) -> Waters:
    """Lay out rivers, lakes, the lattice of canals and (unless left out) the dead-end creeks."""
    lakes = [(name, _lake(random, metres([(lon, lat)])[0], a, b, turn)) for name, lon, lat, a, b, turn in LAKES]
    rivers = _rivers()
    mains = [road.line.buffer(10) for road in main_lines() + motorway_lines()]
    taken: list[BaseGeometry] = [*(river.bed for river in rivers), *(lake for _, lake in lakes), *mains]
    runs, dry_ditches = _runs(random, lattice(random, outline.bounds), STRtree(taken))
    names = list(CANAL_NAMES)
    random.shuffle(names)
    canals = [
        Channel(names[i % len(names)], "canal", LineString(run), float(np.clip(random.normal(15, 5), 9, 28)))
        for i, run in enumerate(runs)
    ]
    channels = _connected(rivers + canals, lakes)
    if creeks:
        channels += _named_creeks(random, channels, lakes, outline)
    beds = [channel.bed for channel in channels] + [lake for _, lake in lakes]
    return Waters(channels, lakes, [LineString(ditch) for ditch in dry_ditches], beds)


def _named_creeks(
    random: np.random.Generator, channels: list[Channel], lakes: list[tuple[str, Polygon]], outline: Polygon
) -> list[Channel]:
    taken = STRtree([channel.bed for channel in channels] + [lake for _, lake in lakes])
    near = outline.buffer(MARGIN_M / 2)
    half = np.array(CORE_HALF_M)
    core = shapely.box(*(core_point() - half), *(core_point() + half))
    canals = [channel.line for channel in channels if channel.kind == "canal" and near.intersects(channel.line)]
    lines = [line for line in _creeks(random, canals, taken) if not core.intersects(line) and near.contains(line)]
    families = random.permutation(len(CREEK_FAMILIES))
    return [
        Channel(
            f"{CREEK_FAMILIES[families[i % len(families)]]}浜",
            "canal",
            line,
            float(random.uniform(7, 12)),
            is_creek=True,
        )
        for i, line in enumerate(lines)
    ]
