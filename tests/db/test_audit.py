"""The chain of the audit: any change, taking out, putting in or moving of a link is found."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors

from base.checks import Reports
from base.clock import TOWN_ZONE, utc_now
from base.database import Database
from base.settings import read_settings
from dispatch.access.audit import append, audit_check, broken_links, check_chains, read_heads
from dispatch.access.audit_heads import FILE, AuditHeads, Head
from dispatch.access.audit_watch import NOTE_AT_LEAST_EVERY, AuditWatch, audit_watched
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from tests.small_town import AREA, AREA_ID

WHO = Scope("li", "operator", AREA_ID)
LINKS = 12


def write_links(database: Database) -> None:
    with database.transaction() as transaction:
        for number in range(LINKS):
            append(transaction, AREA_ID, utc_now(), WHO, "incident.accept", f"XZ{number:010}", {"n": number, "t": "甲"})


def test_the_small_role_only_adds(shared_small_database: Database):
    write_links(shared_small_database)
    for statement in ("update audit set actor = 'x'", "delete from audit", "insert into audit select * from audit"):
        with pytest.raises(errors.InsufficientPrivilege), shared_small_database.transaction() as transaction:
            transaction.execute(statement)


TAMPER = {
    "insert": """insert into audit select area_id, link_no + 1000, at, actor, role, action, object, details, hash,
        audit_hash_v1(area_id, link_no + 1000, at, actor, role, action, object, details, hash)
        from audit where area_id = %(area)s and link_no = %(one)s""",
    "swap": """update audit a set link_no = -b.link_no from audit b
        where a.area_id = %(area)s and b.area_id = %(area)s
          and ((a.link_no = %(one)s and b.link_no = %(one)s + 1) or (a.link_no = %(one)s + 1 and b.link_no = %(one)s));
        update audit set link_no = -link_no where area_id = %(area)s and link_no < 0""",
    "edit": "update audit set details = '{}' where area_id = %(area)s and link_no = %(one)s",
    "rename": "update audit set actor = actor || 'x' where area_id = %(area)s and link_no = %(one)s",
    "delete": "delete from audit where area_id = %(area)s and link_no = %(one)s",
    "forge": "update audit set hash = sha256(hash) where area_id = %(area)s and link_no = %(one)s",
    "backdate": "update audit set at = at - interval '1 day' where area_id = %(area)s and link_no = %(one)s",
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(how=st.sampled_from(sorted(TAMPER)), one=st.integers(1, LINKS - 1))
def test_whatever_is_done_to_a_link_is_found(
    shared_small_url: str, shared_small_database: Database, how: str, one: int
):
    with psycopg.connect(shared_small_url, autocommit=True) as owner:
        owner.execute("delete from audit")
        write_links(shared_small_database)
        with shared_small_database.transaction() as transaction:
            assert broken_links(transaction, AREA_ID) == []
        for statement in TAMPER[how].split(";"):
            owner.execute(statement, {"area": AREA_ID, "one": one})
    with shared_small_database.transaction() as transaction:
        assert broken_links(transaction, AREA_ID)


class Watched:
    """A centre of the small town whose audit is looked after, at times the test chooses."""

    def __init__(self, database: Database, var: Path) -> None:
        self.now = datetime(2026, 11, 24, 12, 0, tzinfo=TOWN_ZONE)
        self.var = var
        self.database = database
        self.centre = Centre(
            read_settings({"GRIDCOMMAND_VAR": str(var)}), database, lambda: self.now, AREA, None, Reports()
        )  # type: ignore[arg-type]
        self.watch = AuditWatch(self.centre)

    def look(self, **later: float) -> str:
        """One round after some time; what health tells then."""
        self.now += timedelta(**later)
        self.watch.look()
        return self.told()

    def told(self) -> str:
        return next((one.key for one in self.centre.reports.newest() if one.name == "audit"), "")

    def lines(self) -> list[str]:
        path = self.var / FILE
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def watched(shared_small_url: str, shared_small_database: Database, tmp_path: Path) -> Watched:
    with psycopg.connect(shared_small_url, autocommit=True) as owner:
        owner.execute("delete from audit")
    write_links(shared_small_database)
    return Watched(shared_small_database, tmp_path)


CUT = "delete from audit where area_id = %(area)s and link_no > %(one)s"
REWRITTEN = """with recursive chain as (
    select area_id, link_no, at, actor, role, action, object, details, previous_hash, hash from audit
    where area_id = %(area)s and link_no = %(one)s
    union all
    select a.area_id, a.link_no, a.at, 'somebody else', a.role, a.action, a.object, a.details, c.hash,
        audit_hash_v1(a.area_id, a.link_no, a.at, 'somebody else', a.role, a.action, a.object, a.details, c.hash)
    from chain c join audit a on a.area_id = c.area_id and a.link_no = c.link_no + 1
)
update audit a set actor = c.actor, previous_hash = c.previous_hash, hash = c.hash
from chain c where a.area_id = c.area_id and a.link_no = c.link_no and c.link_no > %(one)s"""


@pytest.mark.parametrize("done", [CUT, REWRITTEN, "delete from audit where %(one)s > 0 and area_id = %(area)s"])
def test_a_cut_tail_and_a_chain_written_anew_are_found(watched: Watched, shared_small_url: str, done: str):
    assert watched.look() == "ok"
    with psycopg.connect(shared_small_url, autocommit=True) as owner:
        owner.execute(done, {"area": AREA_ID, "one": LINKS - 3})
    with watched.database.transaction() as transaction:
        assert broken_links(transaction, AREA_ID) == [], "in itself the chain is whole"
        chains = check_chains(transaction, AuditHeads(watched.var / FILE).read())
    found = audit_check(chains)
    assert (found.state, found.key, found.values["noted"]) == ("failed", "cut", LINKS)
    assert watched.look(days=1) == "cut", "every night"
    assert Watched(watched.database, watched.var).look() == "cut", "and at every start"
    write_links(watched.database)
    assert watched.look(days=1) == "cut", "new links do not make up for it"


def test_a_changed_link_is_told_the_next_night(watched: Watched, shared_small_url: str):
    assert watched.look() == "ok"
    with psycopg.connect(shared_small_url, autocommit=True) as owner:
        owner.execute(TAMPER["rename"], {"area": AREA_ID, "one": 4})
    assert watched.look(minutes=10) == "ok", "not looked through by day"
    assert watched.look(hours=16) == "changed"


def test_heads_are_noted_when_they_move_and_every_hour(watched: Watched):
    watched.look()
    assert [line.split(" ")[-1] for line in watched.lines()] == ["checked"]
    watched.look(minutes=5)
    assert len(watched.lines()) == 1, "nothing moved"
    write_links(watched.database)
    watched.look(minutes=5)
    assert [line.split(" ")[2] for line in watched.lines()] == [str(LINKS), str(2 * LINKS)]
    watched.now += NOTE_AT_LEAST_EVERY
    watched.look()
    assert len(watched.lines()) == 3
    assert (watched.var / FILE).stat().st_mode & 0o777 == 0o600


def test_a_torn_line_is_left_out_and_the_next_is_whole(tmp_path: Path):
    heads = AuditHeads(tmp_path / FILE)
    assert heads.read() == []
    head = Head(AREA_ID, 7, bytes(range(32)))
    heads.note([head], utc_now(), "running")
    with (tmp_path / FILE).open("a") as file:
        file.write("2026-11-24T00:00:00Z 330421 8 00ff")
    later = Head(AREA_ID, 9, bytes(32))
    heads.note([head, later], utc_now(), "running")
    assert heads.read() == [head, later]


def test_where_the_heads_cannot_be_noted_that_is_told(watched: Watched):
    (watched.var / FILE).mkdir()
    assert watched.look() == "unwritable"
    (watched.var / FILE).rmdir()
    assert watched.look() == "ok"


def test_a_running_centre_looks_at_its_start(watched: Watched):
    with audit_watched(watched.centre):
        until = time.monotonic() + 20
        while not watched.told() and time.monotonic() < until:
            time.sleep(0.01)
        assert watched.told() == "ok"
        write_links(watched.database)
    with watched.database.transaction() as transaction:
        assert AuditHeads(watched.var / FILE).read()[-1:] == read_heads(transaction), "at its end it notes the last"
