"""Who a token made on the command line is; and as whom the centre itself works on its private database."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import errors

from base.clock import utc_now
from base.errors import Conflict
from base.settings import Settings, read_settings
from commands.database import open_database
from commands.doctor import doctor
from commands.token import token_create, token_list, token_revoke
from dispatch.access.audit import read_heads
from dispatch.access.audit_heads import FILE, AuditHeads
from dispatch.access.sessions import Sessions


@pytest.fixture(scope="module")
def private(reachable_folder: Path) -> Iterator[Settings]:
    """Settings of a private database without a town, which runs as long as the tests of this module."""
    settings = read_settings({"GRIDCOMMAND_VAR": str(reachable_folder / "identity" / "var")})
    with open_database(settings, alone=True):
        yield settings


def asked(**given: object) -> argparse.Namespace:
    return argparse.Namespace(
        **{"role": "display", "name": None, "worker": None, "department": None, "village": None, "area": None} | given
    )


def test_the_centre_cannot_act_as_the_owner(private: Settings):
    with open_database(private) as database:
        with database.transaction() as transaction:
            row = transaction.execute("select session_user as came_as, current_user as acts_as").fetchone()
        assert row == {"came_as": "gridcommand_app", "acts_as": "gridcommand_app"}
        for statement in ("truncate audit", "alter table audit disable trigger all", "drop table audit"):
            with database.transaction() as transaction:
                transaction.execute("reset role")
                with pytest.raises(errors.InsufficientPrivilege), transaction.transaction():
                    transaction.execute(statement)
        with pytest.raises(errors.InsufficientPrivilege), database.transaction() as transaction:
            transaction.execute("set role gridcommand")


def test_tokens_nobody_named_are_two_and_told_their_names(private: Settings, capsys: pytest.CaptureFixture[str]):
    tokens, told = [], []
    for _ in range(2):
        token_create(private, asked())
        out, err = capsys.readouterr()
        tokens.append(out.strip())
        assert out == f"{tokens[-1]}\n", "the token, alone"
        told.append(err)
    with open_database(private) as database:
        sessions = Sessions(database, 0, utc_now)
        accounts = [sessions.recognise(token).account for token in tokens]
    assert len(set(accounts)) == 2
    for account, words in zip(accounts, told, strict=True):
        assert account.removeprefix("token:") in words


def test_a_name_is_refused_in_words_the_second_time(private: Settings, capsys: pytest.CaptureFixture[str]):
    token_create(private, asked(name="wall east"))
    token_revoke(private, asked(name="wall east"))
    with pytest.raises(Conflict) as fault:
        token_create(private, asked(name="wall east"))
    assert fault.value.key == "token_name_used"
    capsys.readouterr()
    token_list(private, asked())
    assert "wall east\tdisplay\t-\trevoked" in capsys.readouterr().out


def test_doctor_finds_a_cut_tail(private: Settings, capsys: pytest.CaptureFixture[str]):
    token_create(private, asked())
    with open_database(private) as database, database.transaction() as transaction:
        heads = read_heads(transaction)
    notes = AuditHeads(private.var / FILE)
    notes.note(heads, utc_now(), "running")
    doctor(private, argparse.Namespace())
    assert "audit-head.log" not in "".join(capsys.readouterr())
    notes.note([replace(heads[0], link_no=heads[0].link_no + 3)], utc_now(), "running")
    assert doctor(private, argparse.Namespace()) == 1
    assert "audit-head.log" in "".join(capsys.readouterr())
