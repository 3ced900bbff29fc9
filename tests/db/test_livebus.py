"""The live bus on the real database: told at commit only, once, and heard again after a lost connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg
import pytest

from base.bus import Notice, listen, publish, read_notice
from base.database import Database

AREA = 990001
Heard = AsyncIterator[Notice]


def hear(database: Database, scene: Callable[[Heard], Awaitable[None]]) -> None:
    """Play a scene with a listener that has just connected."""

    async def run() -> None:
        heard = listen(database.url)
        try:
            assert await soon(heard) == Notice(0, "resync")
            await scene(heard)
        finally:
            await heard.aclose()  # type: ignore[attr-defined]

    asyncio.run(run())


async def soon(heard: Heard) -> Notice:
    return await asyncio.wait_for(anext(heard), 10)


def tell(database: Database, kind: str, ids: list) -> None:
    with database.transaction() as transaction:
        publish(transaction, AREA, kind, ids)


def test_what_is_committed_is_heard_in_order(empty_database: Database) -> None:
    async def scene(heard: Heard) -> None:
        tell(empty_database, "incident", ["XZ2611210001"])
        tell(empty_database, "positions", [1, 2])
        assert await soon(heard) == Notice(AREA, "incident", ("XZ2611210001",))
        assert await soon(heard) == Notice(AREA, "positions", (1, 2))

    hear(empty_database, scene)


def test_what_is_rolled_back_is_not_heard(empty_database: Database) -> None:
    async def scene(heard: Heard) -> None:
        with empty_database.transaction() as transaction:
            publish(transaction, AREA, "incident", ["never"])
            raise psycopg.Rollback
        tell(empty_database, "map", [])
        assert (await soon(heard)).kind == "map"

    hear(empty_database, scene)


def test_too_many_ids_are_left_out_and_the_kind_stays(empty_database: Database) -> None:
    async def scene(heard: Heard) -> None:
        tell(empty_database, "positions", list(range(1, 5000)))
        assert await soon(heard) == Notice(AREA, "positions", ())

    hear(empty_database, scene)


def test_a_lost_connection_is_made_again_and_told(empty_database: Database) -> None:
    async def scene(heard: Heard) -> None:
        with psycopg.connect(empty_database.url, autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()"
            )
        assert await soon(heard) == Notice(0, "resync")
        tell(empty_database, "incident", ["XZ2611210002"])
        assert (await soon(heard)).ids == ("XZ2611210002",)

    hear(empty_database, scene)


@pytest.mark.parametrize(
    "payload",
    ["", "{", "[]", "null", '{"area":1}', '{"area":1,"kind":"x","ids":[]}', '{"area":1,"kind":"map","ids":[{}]}'],
)
def test_what_is_not_ours_is_not_heard(payload: str) -> None:
    assert read_notice(payload) is None
