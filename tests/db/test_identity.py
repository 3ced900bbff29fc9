"""A token is one identity: its name is used once, and what it reported is nobody else's."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from base.clock import utc_now
from base.database import Database
from base.errors import Conflict
from base.migrations import migrate, migration_files
from dispatch.access.accounts import (
    NewAccount,
    create_account,
    create_token,
    end_token,
    list_tokens,
    renew_token,
    revoke_token,
)
from dispatch.access.sessions import Sessions
from tests.databases import Databases
from tests.small_town import AREA_ID


def make(database: Database, area_id: int, name: str, role: str = "display") -> str:
    with database.transaction() as transaction:
        return create_token(transaction, area_id, role, name, utc_now())


@pytest.mark.parametrize(("first", "second"), [(0, 0), (AREA_ID, AREA_ID), (0, AREA_ID), (AREA_ID, 0)])
def test_a_name_is_used_once_also_by_a_revoked_token(shared_small_database: Database, first: int, second: int):
    name = f"wall {first} {second}"
    make(shared_small_database, first, name)
    for _ in range(2):
        with pytest.raises(Conflict) as fault:
            make(shared_small_database, second, name)
        assert fault.value.key == "token_name_used"
        with shared_small_database.transaction() as transaction:
            known = {row["name"]: row for row in list_tokens(transaction, AREA_ID)}
            if known[name]["revoked_at"] is None:
                revoke_token(transaction, AREA_ID, name, utc_now())


def test_two_at_once_do_not_get_one_name(shared_small_database: Database):
    def one(number: int) -> str:
        try:
            return make(shared_small_database, AREA_ID if number % 2 else 0, "race")
        except Conflict:
            return ""

    with ThreadPoolExecutor(8) as pool:
        assert len([token for token in pool.map(one, range(8)) if token]) == 1


@pytest.mark.parametrize(("first", "second"), [(0, AREA_ID), (AREA_ID, 0)])
def test_an_account_of_every_area_and_one_of_this_are_not_called_alike(
    shared_small_database: Database, first: int, second: int
):
    new = NewAccount(f"same_{first}", "operator")
    with shared_small_database.transaction() as transaction:
        create_account(transaction, first, new, utc_now())
        with pytest.raises(Conflict):
            create_account(transaction, second, new, utc_now())


def test_the_shift_is_one_from_run_to_run_and_takes_over_nobody(shared_small_database: Database):
    sessions = Sessions(shared_small_database, AREA_ID, utc_now)
    made = []
    for _ in range(3):
        with shared_small_database.transaction() as transaction:
            token = renew_token(transaction, AREA_ID, "gateway", "simulated shift", utc_now())
        scope = sessions.recognise(token)
        assert scope is not None
        made.append((scope.account, scope.role))
        with shared_small_database.transaction() as transaction:
            end_token(transaction, AREA_ID, token, utc_now())
    assert set(made) == {("token:simulated shift", "gateway")}
    display = make(shared_small_database, AREA_ID, "simulated leader")
    with shared_small_database.transaction() as transaction:
        renew_token(transaction, AREA_ID, "shift_leader", "simulated leader", utc_now())
    kept = sessions.recognise(display)
    assert kept is not None
    assert (kept.account, kept.role) == ("token:simulated leader", "display")
    names = {row["name"] for row in list_of(shared_small_database) if row["role"] == "shift_leader"}
    assert len(names) == 1
    assert names.pop().startswith("simulated leader ")


def list_of(database: Database) -> list[dict]:
    with database.transaction() as transaction:
        return list_tokens(transaction, AREA_ID)


OLD = """
insert into api_token (area_id, token_hash, name, role, created_at, revoked_at) values
    (0, sha256('a'), 'command line', 'display', '2026-01-01', null),
    (0, sha256('b'), 'command line', 'gateway', '2026-01-02', null),
    (330421, sha256('c'), 'command line', 'operator', '2026-01-03', null),
    (0, sha256('d'), 'only one', 'operator', '2026-01-03', null),
    (330421, sha256('e'), 'simulated shift', 'gateway', '2026-01-01', '2026-01-02'),
    (330421, sha256('f'), 'simulated shift', 'gateway', '2026-01-02', null)
"""


def test_tokens_that_shared_a_name_are_told_apart_after_the_migration(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
):
    name = databases.make()
    try:
        before = [file for file in migration_files() if file.name < "0014"]
        with monkeypatch.context() as patch, psycopg.connect(databases.url(name)) as connection:
            patch.setattr("base.migrations.migration_files", lambda: before)
            migrate(databases.url(name))
            connection.execute(OLD)
        migrate(databases.url(name))
        with psycopg.connect(databases.url(name)) as connection:
            rows = connection.execute("select token_hash, name, revoked_at from api_token").fetchall()
        names = {bytes(row[0]).hex()[:11]: row[1] for row in rows}
        assert len(set(names.values())) == 6
        shared = [one for one in names.values() if one.startswith("command line")]
        assert "command line" not in shared, "none inherits what another reported"
        assert {one.removeprefix("command line #") for one in shared} <= names.keys()
        assert {"only one", "simulated shift"} <= set(names.values())
        assert sum(row[2] is None for row in rows) == 5, "every token of a programme still holds"
    finally:
        databases.drop(name)
