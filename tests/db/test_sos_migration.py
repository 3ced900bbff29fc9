"""A call for help that was a state of the duty goes on as a call when the database is brought to the present schema."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest

from base import migrations
from base.migrations import migrate
from tests.databases import Databases

AREA = "insert into worker (area_id, worker_id, name, role, phone) values (1, 7, '甲', 'grid_worker', '')"
DUTY = (
    "insert into duty (area_id, worker_id, duty_id, status, started_at, ended_at) values"
    " (1, 7, '00000000-0000-0000-0000-000000000001', 'sos', now() - interval '2 days', now() - interval '1 day'),"
    " (1, 7, '00000000-0000-0000-0000-000000000002', 'sos', now() - interval '1 hour', null)"
)


def test_open_calls_go_on_and_ended_duties_stay_as_they_were(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(migrations.MIGRATIONS, before)
    for file in before.glob("*.sql"):
        if file.name >= "0026":
            file.unlink()
    name = databases.make(None)
    try:
        url = databases.url(name)
        with monkeypatch.context() as earlier:
            earlier.setattr(migrations, "MIGRATIONS", before)
            migrate(url)
        with psycopg.connect(url) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(AREA)
            connection.execute(DUTY)
        assert "0026_pre_sos.sql" in migrate(url)
        with psycopg.connect(url) as connection:
            calls = connection.execute("select worker_id, geom from open_sos_v1(1)").fetchall()
            duties = connection.execute("select status, ended_at is null from duty order by started_at").fetchall()
        assert (calls, duties) == ([(7, None)], [("sos", False), ("on_duty_idle", True)])
    finally:
        databases.drop(name)
