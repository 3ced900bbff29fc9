"""Figure: how long the clocks of 100,000 open tasks take to be looked at, and 1,000 reminders; 500 reports in a minute.

Usage: ``python -m bench.clocks [--tasks 100000] [--reminders 1000] [--reports 500]``. The small town of the tests in a
database of its own. Looked at: nothing is due; then so many tasks come within a day of their deadline at once. Beside
it, in the same run, what it would cost without the moment kept with each clock: every running clock is read and the
rule asked. The release before had no clock that acts, so there is nothing of it to measure. The reports go through the
real server while the second process works; none may be lost, and their numbers follow the order they were taken in.
Prints one JSON line.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import psycopg

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from app import build_server  # noqa: E402
from base.clock import TOWN_ZONE, utc_now  # noqa: E402
from base.database import Database  # noqa: E402
from base.migrations import migrate  # noqa: E402
from base.settings import read_settings  # noqa: E402
from bench.notices import provider, second_process  # noqa: E402
from dispatch.access.accounts import create_token  # noqa: E402
from dispatch.cases.acting import AT_ONCE, act_on_clocks  # noqa: E402
from dispatch.cases.acts import acts_of  # noqa: E402
from dispatch.cases.calendar import calendar_with  # noqa: E402
from dispatch.cases.clock_rows import clock_of  # noqa: E402
from dispatch.centre import Centre  # noqa: E402
from mapdata.roads.network import load_roads  # noqa: E402
from tests.api.conftest import serving  # noqa: E402
from tests.databases import databases_of_run  # noqa: E402
from tests.small_town import AREA, AREA_ID, SOUTH_POINT, make_small_town  # noqa: E402

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=TOWN_ZONE)
REPORTERS = 8
CASES = """
insert into incident (area_id, case_no, client_id, state, source_channel, description, type_code, priority,
    department_code, geom, datum, given_lon, given_lat, reported_by, reported_at, accepted_at, dispatched_at, signed_at,
    updated_at, due_at, next_stage, next_started_at, next_due_at)
select %(area_id)s, 'XZ261122' || lpad(n::text, 6, '0'), gen_random_uuid(), 'received', 'phone', '测试', '0501', 'P3',
    'ZF', st_setsrid(st_makepoint(120.945, 30.919), 4326), 'wgs84', 120.945, 30.919, 'op', b.at, b.at, b.at, b.at, b.at,
    d.at, 'handle', b.at, d.at
from generate_series(1, %(tasks)s) n
cross join (select %(now)s::timestamptz - interval '1 hour' as at) b
cross join lateral (
    select %(now)s::timestamptz + case when n <= %(reminders)s then interval '24 hours 1 minute'
                                       else interval '2 days' + (n %% 20000) * interval '1 minute' end as at) d;
insert into task (area_id, task_id, case_no, task_no, kind, is_required, department_code, state, created_by, created_at,
    sent_at, signed_at, signed_by)
select area_id, gen_random_uuid(), case_no, 1, 'lead', true, 'ZF', 'signed', 'op', reported_at, reported_at,
    reported_at, 'zf'
from incident where area_id = %(area_id)s;
insert into clock (area_id, clock_id, case_no, stage, basis, limit_amount, limit_unit, started_at, first_due_at, due_at,
    state)
select area_id, gen_random_uuid(), case_no, 'handle', 'priority', 3, 'work_day', reported_at, due_at, due_at, 'running'
from incident where area_id = %(area_id)s
"""
EVERY_CLOCK = "select c.*, i.priority from clock c join incident i using (area_id, case_no) where c.state = 'running'"
COLUMNS = [
    *("clock_id", "stage", "task_id", "basis", "limit_amount", "limit_unit", "started_at", "first_due_at", "due_at"),
    *("state", "ended_at", "paused_since", "pauses"),
]


def looked_at(database: Database, at: datetime) -> tuple[float, int]:
    """Seconds to look at the clocks of the town at this moment, and how many there were to look at."""
    centre: Any = SimpleNamespace(area=AREA, database=database, clock=lambda: at)
    began, count = time.perf_counter(), 0
    while True:
        found = act_on_clocks(centre)
        count += found
        if found % AT_ONCE or not found:
            return time.perf_counter() - began, count


def asked_of_all(database: Database) -> float:
    """Seconds to read every running clock and ask the rule what it has to do."""
    calendar, began = calendar_with(), time.perf_counter()
    with database.transaction(timeout_s=300) as transaction:
        for row in transaction.execute(EVERY_CLOCK):
            acts_of(clock_of({name: row[name] for name in COLUMNS}), row["priority"], calendar)
    return time.perf_counter() - began


def sweeps(url: str, database: Database, tasks: int, reminders: int) -> dict[str, Any]:
    """The figures of the clocks."""
    with psycopg.connect(url, autocommit=True) as connection:
        values = {"area_id": AREA_ID, "tasks": tasks, "reminders": reminders, "now": NOW}
        for statement in CASES.split(";\n"):
            connection.execute(statement, values)
        connection.execute("analyze")
        first_s, first = looked_at(database, NOW)
        connection.execute("vacuum analyze clock")
        quiet = sorted(looked_at(database, NOW + timedelta(seconds=5 * n))[0] for n in range(1, 6))
        every_s = asked_of_all(database)
        remind_s, _ = looked_at(database, NOW + timedelta(minutes=2))
        (told,) = connection.execute("select count(*) from notice where code = 'reminder'").fetchone() or (0,)
        again_s, _ = looked_at(database, NOW + timedelta(minutes=3))
        (twice,) = connection.execute("select count(*) from notice where code = 'reminder'").fetchone() or (0,)
    assert told == twice == reminders, (told, twice)
    return {
        "tasks": tasks,
        "first_look_s": round(first_s, 1),
        "first_looked": first,
        "sweep_ms": round(quiet[2] * 1000, 1),
        "every_clock_s": round(every_s, 2),
        "reminders": told,
        "reminders_s": round(remind_s, 2),
        "next_sweep_ms": round(again_s * 1000, 1),
    }


def reports(url: str, database: Database, count: int) -> dict[str, Any]:
    """So many reports in a minute through the server, while the clocks act and notices leave."""
    with database.transaction() as transaction:
        roads = load_roads(transaction, AREA)
        token = create_token(transaction, AREA_ID, "operator", "bench", utc_now())
    centre = Centre(read_settings({"GRIDCOMMAND_RATE_FACTOR": "1000"}), database, utc_now, AREA, roads)
    pause_s, lon_lat = 60 / count, SOUTH_POINT
    with (
        provider("whole") as gateway,
        second_process(url, gateway.url),
        serving(build_server(centre)) as address,
        httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client,
        ThreadPoolExecutor(REPORTERS) as pool,
    ):
        time.sleep(3)
        began = time.perf_counter()

        def one(number: int) -> str:
            time.sleep(max(0.0, began + number * pause_s - time.perf_counter()))
            body = {"id": str(uuid.uuid4()), "source_channel": "phone", "datum": "wgs84", "lon": lon_lat[0]}
            body |= {"lat": lon_lat[1], "description": "有人落水" if number % 20 == 0 else "店外经营占道"}
            return str(client.post("/api/incidents", json=body).raise_for_status().json()["case_no"])

        numbers = list(pool.map(one, range(count)))
        took_s = time.perf_counter() - began
    return {"reports": count, "reports_s": round(took_s, 1)} | _kept(url, numbers)


def _kept(url: str, numbers: list[str]) -> dict[str, Any]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select case_no, exists (select from clock c where c.area_id = i.area_id and c.case_no = i.case_no) "
            "from incident i where case_no = any(%s) order by reported_at, case_no",
            [numbers],
        ).fetchall()
    in_order = [case_no for case_no, _ in rows]
    return {
        "reports_lost": len(numbers) - len({case_no for case_no, has_clock in rows if has_clock}),
        "reports_out_of_order": sum(a > b for a, b in itertools.pairwise(in_order)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=100_000, help="open tasks (default %(default)s)")
    parser.add_argument("--reminders", type=int, default=1_000, help="that come due at once (default %(default)s)")
    parser.add_argument("--reports", type=int, default=500, help="reports in a minute (default %(default)s)")
    given = parser.parse_args()
    figures: dict[str, Any] = {"bench": "clocks", "load": round(os.getloadavg()[0], 1)}
    with databases_of_run("bench_clocks") as databases:
        for part in ("sweeps", "reports"):
            with databases.copy() as url:
                migrate(url)
                with closing(Database(url)) as database:
                    make_small_town(database)
                    if part == "sweeps":
                        figures |= sweeps(url, database, given.tasks, given.reminders)
                    else:
                        figures |= reports(url, database, given.reports)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
