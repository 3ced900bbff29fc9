"""Writes base/sql/schema.sql anew from the migrations: ``make schema``."""

import re
import subprocess
from pathlib import Path

from base.migrations import migrate
from tests.databases import databases_of_run

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


def dump(url: str) -> str:
    """The schema of a database as SQL, without what a fresh database does not need to be told."""
    command = ["pg_dump", "--schema-only", "--no-owner", "--no-publications", "--no-subscriptions", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"\n{3,}", "\n\n", LEFT_OUT.sub("", told)).strip() + "\n"


def main() -> None:
    """Migrate an empty database and write down what came of it."""
    with databases_of_run("schema") as databases, databases.copy() as url:
        migrate(url)
        SCHEMA.write_text(HEAD + dump(url), encoding="utf-8")


if __name__ == "__main__":
    main()
