"""Screens that show one worker, or counts, read no more rows where there are a thousand workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from base.bulk import copy_rows
from base.database import Database
from base.settings import read_settings
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from mapdata.roads.network import RoadNetwork
from screens.field.callbacks import own_cases, own_record
from screens.wall.reads import Reader
from tests.small_town import AREA, AREA_ID, put_on_duty

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ME = Scope("worker1", "grid_worker", AREA_ID, 1)


def _field(centre: Centre) -> object:
    own_cases(centre, ME, is_first=False)
    return own_record(centre, ME)


def _wall(centre: Centre) -> object:
    return dict(Reader(centre).present().on_duty)


@pytest.mark.parametrize("look", [_field, _wall])
def test_as_many_rows_with_a_thousand_workers(
    small_database: Database, monkeypatch: pytest.MonkeyPatch, look: Callable[[Centre], object]
) -> None:
    roads = RoadNetwork.from_arrays([], [], [], [], [])
    centre = Centre(read_settings({}), small_database, lambda: NOW, AREA, roads)
    put_on_duty(small_database, 1, NOW - timedelta(seconds=40))
    few = rows_read(monkeypatch, lambda: look(centre))
    with small_database.transaction() as transaction:
        extra = [(AREA_ID, number, f"员{number}", "grid_worker") for number in range(5, 1001)]
        copy_rows(transaction, "worker", ("area_id", "worker_id", "name", "role"), extra)
    many = rows_read(monkeypatch, lambda: look(centre))
    assert many == few


def rows_read(monkeypatch: pytest.MonkeyPatch, look: Callable[[], object]) -> tuple[object, list[int]]:
    """What was seen, and the rows of each statement that was run for it."""
    counted: list[int] = []
    execute = psycopg.Connection.execute

    def counting(connection: Any, *given: Any, **more: Any) -> Any:
        cursor = execute(connection, *given, **more)
        counted.append(cursor.rowcount)
        return cursor

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Connection, "execute", counting)
        seen = look()
    return seen, counted
