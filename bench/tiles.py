"""Figure: base-map tiles from the database, cold (never made before), and their sizes.

    python -m bench.tiles [--data ../shared/data/osm] [--least 10] [--most 16]

Fills a database of its own on the server of DATABASE_URL (or a private cluster) with the demo town and, where the file
is there, north-bayreuth; asks for every tile of both once, in random order. One JSON line a town: milliseconds of the
whole call (statement, transport, no memory cache) and bytes before compression.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from base.database import Database
from bench.live import bench_database
from mapdata.areas import Area
from mapdata.basemap import tile
from tests.tiles import tile_of

SAMPLE = 1500


def tiles_of(area: Area, zooms: range) -> Iterator[tuple[int, int, int]]:
    """Every tile that touches the area's map."""
    for z in zooms:
        _, west, south = tile_of(area.west, area.south, z)
        _, east, north = tile_of(area.east, area.north, z)
        yield from ((z, x, y) for x in range(west, east + 1) for y in range(north, south + 1))


def measure(database: Database, area: Area, zooms: range) -> dict[str, object]:
    """Ask for each tile once; a sample of them when there are very many."""
    tiles = list(tiles_of(area, zooms))
    random.Random(1).shuffle(tiles)
    spent_ms, sizes = [], []
    for z, x, y in tiles[:SAMPLE]:
        start = time.perf_counter()
        with database.transaction() as transaction:
            body = tile(transaction, area.area_id, z, x, y)
        spent_ms.append((time.perf_counter() - start) * 1000)
        sizes.append(len(body))
    spent_ms.sort()
    filled = [size for size in sizes if size]
    return {
        "figure": "tiles",
        "town": area.name,
        "tiles": len(spent_ms),
        "zooms": f"{zooms[0]}-{zooms[-1]}",
        "p50_ms": round(spent_ms[len(spent_ms) // 2], 2),
        "p95_ms": round(spent_ms[int(len(spent_ms) * 0.95)], 2),
        "max_ms": round(spent_ms[-1], 2),
        "mean_kB": round(sum(filled) / max(1, len(filled)) / 1000, 1),
        "max_kB": round(max(sizes) / 1000, 1),
    }


def main() -> int:
    """One JSON line a town."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "osm")
    parser.add_argument("--least", type=int, default=10)
    parser.add_argument("--most", type=int, default=16)
    options = parser.parse_args()
    zooms = range(options.least, options.most + 1)
    from towns.demo.town import make_demo_town
    from towns.osm.town import import_osm

    with bench_database() as url:
        database = Database(url, size=2)
        try:
            towns = [make_demo_town(database)]
            file = options.data / "north-bayreuth.osm.gz"
            if file.is_file():
                towns.append(import_osm(database, file, area_id=990001, name="north-bayreuth"))
            for area in towns:
                print(json.dumps(measure(database, area, zooms), ensure_ascii=False))
        finally:
            database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
