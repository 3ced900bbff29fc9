"""The chain of the audit: any change, taking out, putting in or moving of a link is found."""

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors

from base.clock import utc_now
from base.database import Database
from dispatch.access.audit import append, broken_links
from dispatch.access.grants import Principal
from tests.small_town import AREA_ID

WHO = Principal("li", "operator", AREA_ID)
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
        owner.execute(TAMPER[how], {"area": AREA_ID, "one": one})
    with shared_small_database.transaction() as transaction:
        assert broken_links(transaction, AREA_ID)
