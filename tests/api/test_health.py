"""Health says in words what is not well: clocks, disks, schema, background duties, a statement that hangs."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import psycopg
import pytest

from api.live.feed import LiveFeed
from base.background import keep_going
from base.bus import _connect as bus_connect
from base.checks import Reports
from base.clock import utc_now
from base.clock_watch import ClockWatch
from base.connections import LONGEST_STATEMENT_S
from base.database import Database, Transaction
from dispatch.access.scope import Scope, worker_scope
from dispatch.centre import Centre
from tests.api.conftest import make_server, serving
from tests.small_town import AREA_ID, SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
Usage = namedtuple("Usage", "total used free")


def asked(client: httpx.Client, name: str, language: str = "en") -> tuple[int, str, str, str]:
    """Status code, status, and state and message of one check."""
    answer = client.get("/api/health", headers={"Accept-Language": language})
    one = next(one for one in answer.json()["checks"] if one["name"] == name)
    return answer.status_code, answer.json()["status"], one["state"], one["message"]


@contextmanager
def asking(centre: Centre) -> Iterator[httpx.Client]:
    with serving(make_server(centre)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


@contextmanager
def owner(centre: Centre, there: str, and_back: str) -> Iterator[None]:
    """Something changed behind the centre's back, and put right again."""
    with psycopg.connect(centre.database.url, autocommit=True) as connection:
        connection.execute(there)
        try:
            yield
        finally:
            connection.execute(and_back)


def test_all_is_well_and_every_check_is_worded_in_both_languages(client: httpx.Client) -> None:
    for language in ("zh", "en"):
        answer = client.get("/api/health", headers={"Accept-Language": language}).json()
        assert answer["status"] == "ok", answer
        assert {"live", "database", "clock", "schema", "disk"} <= {one["name"] for one in answer["checks"]}
        assert not [one for one in answer["checks"] if "checks." in one["message"] or "{" in one["message"]]
    assert "磁盘" in asked(client, "disk", "zh")[3]


def test_a_clock_behind_what_is_stored_is_told(client: httpx.Client, small_centre: Centre) -> None:
    ahead = f"update position_latest set received_at = now() + interval '1 hour' where area_id = {AREA_ID}"
    back = f"update position_latest set received_at = now() where area_id = {AREA_ID}"
    row = (
        "insert into position_latest (area_id, worker_id, recorded_at, received_at, geom, source) values "
        f"({AREA_ID}, 1, now(), now(), 'srid=4326;point(120.96 30.92)', 'test') on conflict do nothing"
    )
    with owner(small_centre, row, "select 1"), owner(small_centre, ahead, back):
        code, status, state, message = asked(client, "clock")
        assert (code, status, state) == (200, "degraded", "failed")
        assert "1 h behind" in message
    assert asked(client, "clock")[2] == "ok"


def test_a_clock_that_differs_from_the_databases_is_told(small_centre: Centre) -> None:
    with asking(replace(small_centre, clock=lambda: utc_now() + timedelta(hours=1))) as client:
        assert asked(client, "clock")[1:3] == ("degraded", "failed")
        assert "by 1 h." in asked(client, "clock")[3]


@pytest.mark.parametrize("step_s", [3600, -3600, 0])
def test_a_clock_set_while_the_centre_runs_is_seen(step_s: int) -> None:
    evenly = 0.0
    now = datetime(2026, 11, 25, tzinfo=UTC)
    watch = ClockWatch(lambda: now, lambda: evenly)
    evenly, now = 30.0, now + timedelta(seconds=30 + step_s)
    assert watch.moved() == timedelta(seconds=step_s)


@pytest.mark.parametrize(
    ("used", "expected"), [(79, ("ok", "ok")), (80, ("ok", "warning")), (95, ("degraded", "failed"))]
)
def test_a_disk_that_fills_up_is_told(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, used: int, expected: tuple[str, str]
) -> None:
    # Blocks kept back for root count neither as used nor as free, as df counts.
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(110 * 2**30, used * 2**30, (100 - used) * 2**30))
    code, status, state, message = asked(client, "disk")
    assert (code, status, state) == (200, *expected)
    assert f"{used} %" in message


def test_an_edited_migration_is_told(client: httpx.Client, small_centre: Centre) -> None:
    edit = "update migration set checksum = reverse(checksum) where name like '0004%'"
    with owner(small_centre, edit, edit):
        code, status, state, message = asked(client, "schema")
        assert (code, status, state) == (200, "degraded", "failed")
        assert "0004_pre_worker.sql" in message


def test_a_background_duty_that_fails_is_told(small_centre: Centre) -> None:
    later = utc_now() + timedelta(days=40)  # a day whose partition nobody has made yet
    centre = replace(small_centre, reports=Reports(), clock=lambda: later)
    away = "alter function position_day_v1(date) rename to position_day_lost"
    back = "alter function position_day_lost(date) rename to position_day_v1"
    with owner(small_centre, away, back), asking(centre) as client:
        until = time.monotonic() + 10
        while "days" not in str(client.get("/api/health").json()["checks"]) and time.monotonic() < until:
            time.sleep(0.02)
        code, status, state, message = asked(client, "days")
        assert (code, status, state) == (200, "degraded", "failed")
        assert "Partitions" in message


def test_work_broken_off_by_a_fault_nobody_expected_is_told_and_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("base.background.PAUSE_S", 0)
    reports, seen = Reports(), []

    async def work() -> None:
        seen.extend(one.key for one in reports.newest())
        if not seen:
            raise ZeroDivisionError
        reports.report("days", "ok")

    asyncio.run(keep_going("days", work, reports))
    assert seen == ["broken"]
    assert reports.newest()[0].state == "ok"


class Impatient(Database):
    """As the centre's, but nobody waits ten seconds for a test."""

    def transaction(self, *, timeout_s: float = 1.0) -> AbstractContextManager[Transaction]:
        return super().transaction(timeout_s=min(timeout_s, 1.0))


def test_a_statement_that_hangs_is_ended_and_answered_in_words(small_centre: Centre, token_of: Headers) -> None:
    database = Impatient(small_centre.database.url, size=2)
    with asking(replace(small_centre, database=database)) as client, psycopg.connect(database.url) as other:
        other.execute("lock table incident in access exclusive mode")
        headers = token_of("operator") | {"Accept-Language": "en"}
        answer = client.get("/api/incidents", headers=headers)
        other.rollback()
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "database_too_slow"
        assert "longer than 1 s" in answer.json()["error"]["message"]
        assert int(answer.headers["Retry-After"]) > 0
        assert client.get("/api/incidents", headers=headers).status_code == 200
    database.close()


def test_every_connection_has_a_limit(client: httpx.Client, small_centre: Centre) -> None:
    client.get("/api/health")
    with small_centre.database._pool.connection() as connection:  # outside any transaction of ours
        shown = connection.execute("show statement_timeout").fetchone()["statement_timeout"]
        idle = connection.execute("show idle_in_transaction_session_timeout").fetchone()
    assert shown == f"{LONGEST_STATEMENT_S // 60}min"
    assert list(idle.values()) != ["0"]


def test_the_bus_and_the_live_feed_have_a_limit_of_their_own(small_centre: Centre) -> None:
    async def limits() -> list[str]:
        bus, feed = await bus_connect(small_centre.database.url), LiveFeed(small_centre)
        await feed._read(worker_scope(Scope("operator", "operator", AREA_ID)))
        shown = [await (await one.execute("show statement_timeout")).fetchone() for one in (bus, feed._connection)]
        await bus.close()
        await feed._disconnect()
        return [row[0] for row in shown]

    assert asyncio.run(limits()) == ["10s", "2s"]


def test_after_every_connection_was_killed_the_next_report_is_taken(
    client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    lon, lat = SOUTH_POINT
    body = {"source_channel": "phone", "description": "路面破损", "lon": lon, "lat": lat, "datum": "wgs84"}
    for _ in range(3):
        with psycopg.connect(small_centre.database.url, autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        answer = client.post("/api/incidents", json=body | {"id": str(uuid4())}, headers=token_of("operator"))
        assert answer.status_code == 201, answer.text
