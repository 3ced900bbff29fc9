"""A metre is one thing, and where a point lies is one call: nobody else measures the earth or asks for the grid.

The places that may: ``mapdata/plane.py``, its twin ``layers/browser/plane.js``, and the migrations, which make
``metres_between_v1`` and ``metres_to_shape_v1`` and ``grid_of_point_v1``. ``mapdata/datum.py`` follows a formula of its
own, which is no measure. Whatever else wants metres asks these, or, being a client or a test, ``pyproj.Geod``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "api", "base", "bench", "commands", "dispatch", "layers", "mapdata", "screens", "simulator", "tests", "towns",
    "words",
)  # fmt: skip
ONE_PLACE = {"mapdata/plane.py", "layers/browser/plane.js", "mapdata/datum.py", "tests/unit/test_plane.py"}
LEFT_OUT = ("base/sql/migrations/", "base/sql/schema.sql", "tests/promises/earlier/", "tests/promises/test_metres.py")
CLIENTS = ("tests/", "simulator/ground.py")
"""Who may ask pyproj besides: the judges, and the client, which imports nothing of ours."""
TILE = "tests/tiles.py"
"""Which tile a place lies in: angles, no metres."""

EARTH = ((6_356_000, 6_379_000), (40_000_000, 40_080_000), (20_030_000, 20_040_000), (110_500, 111_800))
"""Sizes of the earth in metres: its radii, its girth, half of that, a degree of latitude."""
LONG_DEGREE = (95_000, 96_000)
"""A degree of longitude at the latitude of the demo town."""
KILOMETRES = ((6_356, 6_379), (110.5, 111.8))
"""The same in kilometres; a round number in between is often something else."""


def is_size_of_the_earth(value: float) -> bool:
    """Whether a number can hardly be anything but a size of the earth in metres or kilometres."""
    ranges = (*EARTH, LONG_DEGREE) + (KILOMETRES if value != int(value) or 6_370 < value < 6_379 else ())
    return any(low <= value <= high for low, high in ranges)


def files(suffix: str) -> Iterator[tuple[str, str]]:
    """Every file of ours of a kind, with its text."""
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob(f"*{suffix}")):
            name = file.relative_to(ROOT).as_posix()
            if name not in ONE_PLACE and not name.startswith(LEFT_OUT):
                yield name, file.read_text(encoding="utf-8")


# Python -------------------------------------------------------------------------------------------------------------


def _is_call(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in names


def python_faults(name: str, source: str) -> Iterator[str]:
    """Lines of Python that measure the earth by themselves, or hold a statement that does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant):
            yield from _constant_faults(f"{name}:{node.lineno}", node.value)
        elif told := _measure(node, name):
            yield f"{name}:{getattr(node, 'lineno', 0)}: {told}"


def _constant_faults(where: str, value: object) -> Iterator[str]:
    if isinstance(value, int | float) and is_size_of_the_earth(value):
        yield f"{where}: {value} is a size of the earth"
    if isinstance(value, str) and re.search(r"\b(?:select|update|insert)\b", value, re.IGNORECASE):
        yield from sql_faults(where, value)


def _measure(node: ast.AST, name: str) -> str:
    """What a call or an import does that only the one place may; empty when nothing."""
    turns = _is_call(node, "cos", "sin", "tan") and any(_is_call(part, "radians", "deg2rad") for part in node.args)
    if turns and name != TILE and not re.search(r"bearing|heading|turn|angle", ast.unparse(node)):
        return "a latitude is turned into a length"
    if _is_call(node, "haversine", "great_circle"):
        return "measured by somebody else's formula"
    return "mapdata/plane.py alone asks pyproj" if _imports(node, "pyproj") and not name.startswith(CLIENTS) else ""


def _imports(node: ast.AST, package: str) -> bool:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "")]
    return isinstance(node, ast.Import | ast.ImportFrom) and package in [(name or "").split(".")[0] for name in names]


# SQL ----------------------------------------------------------------------------------------------------------------

MEASURES = re.compile(r"::\s*geography|as geography|\bst_distance_?sph\w*|\bst_project\b", re.IGNORECASE)
TRIGONOMETRY = re.compile(r"\b(?:cos|sin|tan)\s*\(\s*radians\b|\b(?:cosd|sind|tand)\s*\(", re.IGNORECASE)
POINT_IN_GRID = re.compile(r"\bst_(?:covers|contains|within|coveredby)\s*\(", re.IGNORECASE)
IN_BULK = "towns/sql/ground.sql"
"""Writes the grid of every address at once, from the side of the grids; held against ``place_of`` by a test."""


def sql_faults(name: str, statement: str) -> Iterator[str]:
    """What a statement measures or locates by itself."""
    bare = re.sub(r"--[^\n]*", "", statement)
    for pattern, told in ((MEASURES, "measures"), (TRIGONOMETRY, "turns a latitude into a length")):
        if found := pattern.search(bare):
            yield f"{name}: {found[0]!r} {told}: ask metres_between_v1 or metres_to_shape_v1"
    if re.search(r"\bdivision\b", bare) and POINT_IN_GRID.search(bare) and not name.startswith(("tests/", IN_BULK)):
        yield f"{name}: looks for the grid of a point: ask grid_of_point_v1"
    for number in re.findall(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])", bare):
        if is_size_of_the_earth(float(number.replace("_", ""))):
            yield f"{name}: {number} is a size of the earth"


# JavaScript ---------------------------------------------------------------------------------------------------------

IN_DEGREES = re.compile(r"Math\.(?:cos|sin|tan|atan|sinh)\([^;\n]*(?:\blat\w*|[/*] ?180\b)", re.IGNORECASE)


def javascript_faults(name: str, source: str) -> Iterator[str]:
    """Lines of JavaScript that measure the earth, or lay out degrees on the map, by themselves."""
    for number, line in enumerate(source.splitlines(), start=1):
        code = line.split("//")[0] if "http" not in line else line
        if IN_DEGREES.search(code):
            yield f"{name}:{number}: a latitude is turned into a length: ask gridcommand.plane"
        for found in re.findall(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])", code):
            if is_size_of_the_earth(float(found.replace("_", ""))):
                yield f"{name}:{number}: {found} is a size of the earth"


READERS = {".py": python_faults, ".sql": sql_faults, ".js": javascript_faults}


@pytest.mark.parametrize("suffix", READERS)
def test_a_metre_is_one_thing(suffix: str) -> None:
    read = list(files(suffix))
    assert read
    found = [fault for name, source in read for fault in READERS[suffix](name, source)]
    assert not found, "a metre is said in mapdata/plane.py:\n" + "\n".join(found)


def test_only_location_asks_for_the_place_of_a_point() -> None:
    asked = [name for name, source in files(".sql") if "grid_of_point_v1" in re.sub(r"--[^\n]*", "", source)]
    assert sorted(asked) == ["mapdata/sql/location.sql", IN_BULK]


# the promise bites --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "planted"),
    [
        (".py", "M = 111_320.0"),
        (".py", "M = 111_195"),
        (".py", "north = dlat * 110_574"),
        (".py", "_EARTH_RADIUS_M = 6371008.8"),
        (".py", "RADIUS_KM = 6371"),
        (".py", "a = 6378137.0"),
        (".py", "east = dlon * 95_500"),
        (".py", "m = math.hypot(dx * math.cos(math.radians(lat)), dy)"),
        (".py", "m = np.hypot(dx * np.cos(np.deg2rad(lat)), dy)"),
        (".py", "m = haversine(one, other)"),
        (".py", "from pyproj import Geod"),
        (".py", "asked = 'select st_distance(a::geography, b::geography) from t'"),
        (".sql", "select st_distance(geom::geography, $1::geography)"),
        (".sql", "select st_distancesphere(a, b)"),
        (".sql", "select st_distancespheroid(a, b)"),
        (".sql", "select st_length(cast(geom as geography))"),
        (".sql", "select 6371008.8 * sqrt(power(x, 2))"),
        (".sql", "select (lon - %(lon)s) * cos(radians(lat))"),
        (".sql", "select code from division d where st_covers(d.geom, point.geom)"),
        (".js", "const east = (b.lon - a.lon) * 111320;"),
        (".js", "const east = dx * Math.cos((fix.lat * Math.PI) / 180);"),
        (".js", "const JUMP = 500 / 40075016;"),
        (".js", "const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;"),
    ],
)
def test_another_metre_is_seen(suffix: str, planted: str) -> None:
    assert list(READERS[suffix](f"layers/planted{suffix}", planted))


@pytest.mark.parametrize(
    ("suffix", "innocent"),
    [
        (".py", "AREA_ID = 330421"),
        (".py", "x = cos(radians(bearing))"),
        (".py", "LEAST = 110_000"),
        (".sql", "select st_distance(now.geom, old.label)"),
        (".js", "const turn = Math.cos((sector * 2 * Math.PI) / HEADINGS);"),
    ],
)
def test_what_is_no_metre_is_let_be(suffix: str, innocent: str) -> None:
    assert not list(READERS[suffix](f"layers/innocent{suffix}", innocent))
