"""Figure: a real town from an OpenStreetMap file to a usable one: roads, base map, sites, grids, workers.

    python -m bench.osm_import [--data ../shared/data/osm]

Imports each file into a database of its own on the server of DATABASE_URL (or a private cluster). Beside the whole it
prints what osmnx alone takes to read the roads of the plain file and simplify them (where the file is plain XML).
One JSON line a file.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

from base.database import Database
from bench.live import bench_database

FILES = ("north-bayreuth.osm.gz", "shanghai_center.osm")


def osmnx_alone_s(file: Path) -> float | None:
    """Seconds osmnx takes for the graph of a plain file; None for a packed one, which it does not read whole."""
    if file.suffix != ".osm":
        return None
    import osmnx

    start = time.perf_counter()
    osmnx.graph_from_xml(file, simplify=True, retain_all=True)
    return round(time.perf_counter() - start, 2)


def measure(database: Database, file: Path, area_id: int) -> dict[str, object]:
    """Import one file and count what it gave."""
    from towns.osm.town import import_osm

    steps: dict[str, dict[str, object]] = {}
    start = time.perf_counter()
    import_osm(database, file, area_id=area_id, progress=lambda key, **words: steps.update({key: words}))
    seconds = time.perf_counter() - start
    return {
        "figure": "osm_import",
        "file": file.name,
        "seconds": round(seconds, 1),
        "edges": steps["osm_writing"]["edges"],
        "features": steps["osm_writing"]["features"],
        "grids": steps["grids_made"]["grids"],
        "osmnx_alone_s": osmnx_alone_s(file),
        "peak_MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> int:
    """One JSON line a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "osm")
    options = parser.parse_args()
    files = [options.data / name for name in FILES if (options.data / name).is_file()]
    if not files:
        print(f"no OpenStreetMap files at {options.data}", file=sys.stderr)
        return 2
    with bench_database() as url:
        database = Database(url, size=2)
        try:
            for number, file in enumerate(files, start=1):
                print(json.dumps(measure(database, file, 990000 + number)))
        finally:
            database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
