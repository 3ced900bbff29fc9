"""Figure: fixes a second into history and latest, judged, flagged and published, one writer.

One fix a request, batches of 100 and of 500 fixes of many workers; then a phone's late upload of a day. Peer in the
same run: plain inserts of the same rows, one commit each, without judging or latest.

Usage: ``python -m bench.positions [--seconds 5]``. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from base.database import Database
from bench.live import bench_database, make_workers
from mapdata.positions import Fix, store_fixes
from tests.small_town import AREA_ID

WORKERS = 1000
LIMIT_MPS = 150 / 3.6


def fixes_of_all_workers(began: datetime) -> Iterator[Fix]:
    """Fixes of all workers, round after round, each walking east."""
    step = 0
    while True:
        at = began + timedelta(milliseconds=50 * step)
        for worker_id in range(1, WORKERS + 1):
            yield Fix(worker_id, at, 120.94 + worker_id * 2e-5 + step * 1e-7, 30.92, accuracy_m=5.0, heading_deg=90.0)
        step += 1


def rate(store: Callable[[list[Fix]], None], fixes: Iterator[Fix], batch: int, seconds: float) -> dict[str, float]:
    """Fixes a second, and the 99th percentile of a batch."""
    took_s = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        portion = [next(fixes) for _ in range(batch)]
        began = time.perf_counter()
        store(portion)
        took_s.append(time.perf_counter() - began)
    p99 = statistics.quantiles(took_s, n=100)[-1] if len(took_s) > 1 else took_s[0]
    return {"a_second": round(batch * len(took_s) / sum(took_s)), "p99_ms": round(p99 * 1000, 1)}


def run(seconds: float) -> dict[str, object]:
    """The whole measurement."""
    with bench_database() as url:
        make_workers(url, WORKERS)
        database = Database(url, size=2)
        began = datetime.now(UTC)
        fixes = fixes_of_all_workers(began)

        def store(portion: list[Fix]) -> None:
            with database.transaction() as transaction:
                receipt = store_fixes(transaction, AREA_ID, portion, portion[-1].recorded_at, LIMIT_MPS)
            assert receipt.accepted == len(portion), receipt

        def plain(portion: list[Fix]) -> None:
            with database.transaction() as transaction:
                transaction.cursor().executemany(
                    "insert into bench_plain values (%s, %s, %s, %s)",
                    [(fix.worker_id, fix.recorded_at, fix.lon, fix.lat) for fix in portion],
                )

        prepare_peer(url)
        store([next(fixes)])
        results: dict[str, object] = {f"batch_{size}": rate(store, fixes, size, seconds) for size in (1, 100, 500)}
        results["late_day_of_one_worker"] = late_day(database, began)
        results["peer_plain_insert_1"] = rate(plain, fixes, 1, seconds)
        database.close()
    return results


def prepare_peer(url: str) -> None:
    """The peer's bare table."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "create table bench_plain (w int, at timestamptz, lon float8, lat float8, primary key (w, at))"
        )
        connection.execute("grant insert on bench_plain to gridcommand_app")


def late_day(database: Database, began: datetime) -> dict[str, float]:
    """A phone sends 2,000 fixes it had stored, in no order, 500 a request."""
    import random

    stored_on_phone = [
        Fix(1, began + timedelta(hours=1, seconds=15 * n), 120.94 + n * 1e-5, 30.92) for n in range(2000)
    ]
    random.Random(1).shuffle(stored_on_phone)
    start = time.perf_counter()
    for first in range(0, len(stored_on_phone), 500):
        with database.transaction() as transaction:
            store_fixes(
                transaction, AREA_ID, stored_on_phone[first : first + 500], began + timedelta(hours=10), LIMIT_MPS
            )
    took_s = time.perf_counter() - start
    return {"a_second": round(len(stored_on_phone) / took_s), "seconds": round(took_s, 2)}


def main() -> None:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    print(json.dumps(run(parser.parse_args().seconds)))


if __name__ == "__main__":
    main()
