"""Counts of refused fixes on the real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from base.database import Database
from mapdata.refusals import NOBODY, RefusalCount, RefusedFix, add_refusals, read_refusals
from tests.small_town import AREA_ID

BEFORE_MIDNIGHT = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 11, 20, 16, 1, tzinfo=UTC)


def add(database: Database, refused: list[RefusedFix], at: datetime = BEFORE_MIDNIGHT) -> None:
    with database.transaction() as transaction:
        add_refusals(transaction, AREA_ID, refused, at)


def counts(database: Database, since: date, until: date) -> list[RefusalCount]:
    with database.transaction() as transaction:
        return read_refusals(transaction, AREA_ID, since, until)


def test_refusals_are_counted_by_day_of_the_town(small_database: Database) -> None:
    add(small_database, [])
    add(small_database, [RefusedFix(1, "osmand", "too_old")] * 3 + [RefusedFix(70000, "x" * 99, "not_valid")])
    add(small_database, [RefusedFix(1, "osmand", "too_old")])
    add(small_database, [RefusedFix(1, "osmand", "too_old")], AFTER_MIDNIGHT)
    first, second = date(2026, 11, 20), date(2026, 11, 21)
    assert counts(small_database, first, second) == [
        RefusalCount(second, 1, "osmand", "too_old", 1),
        RefusalCount(first, 1, "osmand", "too_old", 4),
        RefusalCount(first, NOBODY, "x" * 32, "not_valid", 1),
    ]
    assert counts(small_database, date(2026, 11, 22), date(2026, 11, 23)) == []


def test_many_at_once_lose_no_count(small_database: Database) -> None:
    """Batches name the same reasons in opposite orders; none waits for another in a circle."""
    kinds = [RefusedFix(worker_id, "api", code) for worker_id in (1, 2, 3) for code in ("a", "b", "c")]
    batches = [kinds if turn % 2 else kinds[::-1] for turn in range(40)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda batch: add(small_database, batch), batches))
    day = date(2026, 11, 20)
    assert [one.count for one in counts(small_database, day, day)] == [40] * 9
