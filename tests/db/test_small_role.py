"""The role the centre works as owns nothing, so nothing it is made to say can change or switch off a rule."""

import psycopg
import pytest
from psycopg import errors

from base.database import APP_ROLE, Database
from tests.small_town import AREA_ID

OWNED = """
select 'relation ' || relname from pg_class where relowner = %(role)s::regrole
union all select 'function ' || proname from pg_proc where proowner = %(role)s::regrole
union all select 'schema ' || nspname from pg_namespace where nspowner = %(role)s::regrole
union all select 'type ' || typname from pg_type where typowner = %(role)s::regrole
union all select 'database ' || datname from pg_database where datdba = %(role)s::regrole
"""
MEMBER_OF = """
select roleid::regrole::text from pg_auth_members where member = %(role)s::regrole
union all select rolname from pg_roles
where rolname = %(role)s::text and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication)
"""
MAY_CHANGE = """
select table_name || ' ' || privilege_type from information_schema.role_table_grants
where grantee = %(role)s and (privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES')
    or (table_name in ('audit', 'migration', 'spatial_ref_sys', 'position_other') and privilege_type <> 'SELECT')
    or (table_name in ('incident_log', 'suggestion', 'photo') and privilege_type in ('UPDATE', 'DELETE'))
    or (table_name in ('incident', 'position') and privilege_type = 'DELETE'))
"""


@pytest.mark.parametrize("question", [OWNED, MEMBER_OF, MAY_CHANGE], ids=["owns", "is", "may change"])
def test_the_small_role_has_nothing_to_tamper_with(shared_small_url: str, question: str):
    with psycopg.connect(shared_small_url) as owner:
        assert owner.execute(question, {"role": APP_ROLE}).fetchall() == []


@pytest.mark.parametrize(
    "statement",
    [
        "update audit set actor = 'x'",
        "delete from audit",
        "truncate audit",
        "insert into audit select * from audit",
        "alter table audit disable trigger all",
        "alter table audit add column more text",
        "alter table audit owner to gridcommand_app",
        "alter table position drop constraint tracked_only_on_duty",
        "drop table audit",
        "drop table position_other",
        "create table mine (one integer)",
        "create function audit_hash_v2() returns integer language sql as 'select 1'",
        """create or replace function audit_append_v1(p_area_id integer, p_at timestamptz, p_actor text, p_role text,
           p_action text, p_object text, p_details jsonb) returns bigint language sql as 'select 1::bigint'""",
        "drop function audit_append_v1",
        "alter function audit_append_v1 security invoker",
        """create trigger swallow before insert on audit
           for each row execute function suppress_redundant_updates_trigger()""",
        "create rule swallow as on insert to audit do instead nothing",
        "create schema mine",
        "alter schema public rename to other",
        "alter role gridcommand_app superuser",
        "set session_replication_role = replica",
        "set local session_replication_role = replica",
        "update incident_log set note = ''",
        "delete from incident_log",
        "update migration set name = 'x'",
        "delete from position_other",
        "update spatial_ref_sys set proj4text = ''",
    ],
)
def test_it_is_refused(shared_small_database: Database, statement: str):
    with (
        pytest.raises((errors.InsufficientPrivilege, errors.WrongObjectType, errors.DependentObjectsStillExist)),
        shared_small_database.transaction() as transaction,
    ):
        transaction.execute(statement)


def test_an_audit_link_is_added_through_its_function_only(shared_small_database: Database):
    with shared_small_database.transaction() as transaction:
        row = transaction.execute(
            "select audit_append_v1(%s, now(), 'li', 'operator', 'look', 'x', '{}') as link_no", [AREA_ID]
        ).fetchone()
    assert row is not None
    assert row["link_no"] >= 1
