"""The databases of one run of the tests: one server, templates made once by whoever needs them first, and copies."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

_DISK_IN_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 3 * 2**30


def folder_for_data() -> str | None:
    """Where the data of servers lie best: on a disk in memory, where there is room; None is the usual place."""
    has_room = _DISK_IN_MEMORY.is_dir() and shutil.disk_usage(_DISK_IN_MEMORY).free > _ROOM_BYTES
    return str(_DISK_IN_MEMORY) if has_room else None


@contextmanager
def _server() -> Iterator[str]:
    """Address of a server whose account may make databases: DATABASE_URL, or a private cluster while this lasts."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    from base.cluster.cluster import Cluster

    with tempfile.TemporaryDirectory(prefix="gridcommand-test-", dir=folder_for_data()) as folder:
        Path(folder).chmod(0o755)  # the server runs as another account when the tests run as root
        with Cluster(Path(folder) / "var", throwaway=True).running() as url:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("alter system set autovacuum = off")  # templates are analysed, copies short-lived
                connection.execute("select pg_reload_conf()")
            yield url


@dataclass(frozen=True)
class Databases:
    """Databases on the server of a run; every name begins with the run's own, so that none is left behind."""

    server_url: str
    run: str

    def url(self, name: str) -> str:
        """Address of a database."""
        return make_conninfo(self.server_url, dbname=name)

    def make(self, template: str | None = None) -> str:
        """Make a database, empty or a copy of a template nobody is connected to; its name."""
        name = f"{self.run}_{uuid.uuid4().hex[:12]}"
        statement = sql.SQL("create database {}").format(sql.Identifier(name))
        if template:
            # file by file: a tenth of the time that copying through the journal, the server's default, takes
            statement += sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template))
        self._do(statement)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._do(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    @contextmanager
    def copy(self, template: str | None = None) -> Iterator[str]:
        """Address of a copy of a template (an empty database without one), dropped with the block."""
        name = self.make(template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def template(self, what: str, fill: Callable[[str], None], *, of: str | None = None) -> str:
        """Name of the template of this kind: of all the run's processes the first to ask makes it, the others wait.

        It is filled under another name and gets its own when it is whole, so that a half-made one is never copied.

        Parameters
        ----------
        what
            kind of template.
        fill
            writes what is to be in it; given its address, and leaves no connection open.
        of
            template it is a copy of; an empty database without one.
        """
        whole = f"{self.run}_template_{what}"
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [whole])
            if connection.execute("select from pg_database where datname = %s", [whole]).fetchone() is None:
                growing = self.make(of)
                fill(self.url(growing))
                with psycopg.connect(self.url(growing), autocommit=True) as filled:
                    filled.execute("vacuum analyze")
                rename = sql.SQL("alter database {} rename to {}")
                connection.execute(rename.format(sql.Identifier(growing), sql.Identifier(whole)))
        return whole

    def drop_all(self) -> None:
        """Drop every database of the run."""
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            named = connection.execute("select datname from pg_database where starts_with(datname, %s)", [self.run])
            for (name,) in named.fetchall():
                self.drop(name)

    def _do(self, statement: sql.Composable) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def databases_of_run(run: str) -> Iterator[Databases]:
    """The databases of a run, on a server of its own or the one of DATABASE_URL; none is left afterwards."""
    with _server() as url:
        found = Databases(url, f"gridcommand_test_{run}")
        try:
            yield found
        finally:
            found.drop_all()
