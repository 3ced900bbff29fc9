"""Figure: how long the demo town takes to make, and how much there is in it.

    python -m bench.demo

Makes a database of its own on the server of DATABASE_URL (or a private cluster). One JSON line.
"""

from __future__ import annotations

import json
import time

from psycopg import sql

from base.database import Database
from bench.live import bench_database
from towns.demo.rows import COLUMNS
from towns.demo.town import make_demo_town


def measure(database: Database) -> dict[str, object]:
    """Make the town once and count its rows."""
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    make_demo_town(database)
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    with database.transaction() as transaction:
        count = sql.SQL("select count(*) as n from {}")
        rows = {
            table: int((transaction.execute(count.format(sql.Identifier(table))).fetchone() or {"n": 0})["n"])
            for table in COLUMNS
        }
    return {
        "figure": "demo_town",
        "seconds": round(took_s, 1),
        "cpu_seconds": round(cpu_s, 1),
        "rows": sum(rows.values()),
    }


def main() -> None:
    with bench_database() as url:
        database = Database(url, size=2)
        print(json.dumps(measure(database)))
        database.close()


if __name__ == "__main__":
    main()
