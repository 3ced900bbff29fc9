"""How long the demo town takes to make, and how much there is in it.

    DATABASE_URL=... python bench/demo.py

Makes a database of its own on the server, and drops it.
"""

from __future__ import annotations

import os
import sys
import time
import uuid
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from mapdata.database import Database
from mapdata.demo.rows import COLUMNS
from mapdata.demo.town import make_demo_town
from mapdata.migrations import migrate

LIMIT_S = 60


def main() -> None:
    server = os.environ["DATABASE_URL"]
    name = f"gridcommand_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        measure(make_conninfo(server, dbname=name))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def measure(url: str) -> None:
    migrate(url)
    database = Database(url, size=2)
    began, began_cpu = time.perf_counter(), time.process_time()
    make_demo_town(database)
    took_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
    print(f"demo town: {took_s:.1f} s ({cpu_s:.1f} s of one core); limit {LIMIT_S} s")
    with database.transaction() as transaction:
        for table in COLUMNS:
            row = transaction.execute(sql.SQL("select count(*) as n from {}").format(sql.Identifier(table))).fetchone()
            print(f"{table:18} {row['n'] if row else 0:7}")
    database.close()
    if took_s > LIMIT_S:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
