"""Writes base/sql/schema.sql anew from the migrations: ``make schema``."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from base.migrations import migrate
from tests.conftest import _drop_database, _make_database, _url

SCHEMA = Path(__file__).parents[2] / "base" / "sql" / "schema.sql"
HEAD = """-- The whole schema as the migrations leave it, to be read in one piece. Written by `make schema`.
set check_function_bodies = false;
create extension if not exists postgis;

do $$ begin
    if not exists (select from pg_roles where rolname = 'gridcommand_app') then
        create role gridcommand_app nologin;
    end if;
    execute format('grant gridcommand_app to %I', current_user);
end $$;

"""
LEFT_OUT = re.compile(
    r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*|CREATE EXTENSION .*|COMMENT ON EXTENSION .*)$",
    re.MULTILINE,
)


@contextmanager
def cluster() -> Iterator[str]:
    """Address of a server: DATABASE_URL, or a private cluster for the moment."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    from base.cluster.cluster import Cluster

    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder)).running() as url:
        yield url


def dump(url: str) -> str:
    """The schema of a database as SQL, without what a fresh database does not need to be told."""
    command = ["pg_dump", "--schema-only", "--no-owner", "--no-publications", "--no-subscriptions", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"\n{3,}", "\n\n", LEFT_OUT.sub("", told)).strip() + "\n"


def main() -> None:
    """Migrate an empty database and write down what came of it."""
    with cluster() as server:
        name = _make_database(server)
        try:
            migrate(_url(server, name))
            SCHEMA.write_text(HEAD + dump(_url(server, name)), encoding="utf-8")
        finally:
            _drop_database(server, name)


if __name__ == "__main__":
    main()
