"""Suggestions kept by earlier releases, in sentences or in older codes, are codes and values now: nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.advice_models import SuggestionOut
from base import migrations
from base.values import Code, Metres, Seconds
from dispatch.advice.given import Advice, advice_json, kept_advice
from dispatch.advice.ranking import Reason
from tests.databases import Databases

MIGRATION = next(file for file in migrations.migration_files() if "suggestion_codes" in file.name)
EARLIER: list[dict[str, Any]] = json.loads(Path("tests/data/earlier_suggestions.json").read_text(encoding="utf-8"))
"""What the releases that made the three forms kept of the same cases, each in both languages where it had one."""


@pytest.fixture(scope="module")
def connection(databases: Databases) -> Iterator[psycopg.Connection[Any]]:
    """A database with nothing but the kept suggestions."""
    with databases.copy() as url, psycopg.connect(url) as connection:
        connection.execute("create table suggestion (n integer, answer jsonb)")
        yield connection


def _migrated(connection: psycopg.Connection[Any], answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows after the migration, which is tried twice: the second time it finds nothing to do."""
    connection.execute("delete from suggestion")
    with connection.cursor() as cursor:
        rows = [(n, json.dumps(answer)) for n, answer in enumerate(answers)]
        cursor.executemany("insert into suggestion values (%s, %s)", rows)
    seen = []
    for _ in range(2):
        connection.execute(MIGRATION.read_bytes())
        seen.append([row[0] for row in connection.execute("select answer from suggestion order by n").fetchall()])
        connection.execute("drop table was_called, was_told")
        for name in connection.execute("""select 'drop function ' || oid::regprocedure from pg_proc
                                          where pronamespace = pg_my_temp_schema()""").fetchall():
            connection.execute(name[0] + " cascade")
    assert seen[0] == seen[1]
    return seen[0]


@pytest.fixture(scope="module")
def advices(connection: psycopg.Connection[Any]) -> list[tuple[dict[str, Any], Advice]]:
    """Each row as it was kept, and what it is read as now."""
    answers = [row["answer"] for row in EARLIER]
    return list(zip(EARLIER, (kept_advice(kept) for kept in _migrated(connection, answers)), strict=True))


def _reasons(advice: Advice) -> list[Reason]:
    own = [reason for worker in advice.workers for reason in worker.reasons]
    return [*own, *(entry.reason for entry in advice.passed_over), *([advice.nobody] if advice.nobody else [])]


def _old_reasons(answer: dict[str, Any]) -> list[dict[str, Any]]:
    own = [reason for worker in answer["workers"] for reason in worker["reasons"]]
    return [*own, *(entry["reason"] for entry in answer["passed_over"]), *filter(None, [answer["nobody"]])]


def test_every_reason_keeps_its_code_and_none_its_sentence(advices) -> None:
    assert len({reason.code for _, advice in advices for reason in _reasons(advice)}) >= 30
    for row, advice in advices:
        assert [reason.code for reason in _reasons(advice)] == [one["code"] for one in _old_reasons(row["answer"])]
        assert not [reason for reason in _reasons(advice) if "text" in reason.values]


def test_what_was_told_in_two_languages_is_one_thing(advices) -> None:
    told = [(row, advice) for row, advice in advices if row["language"]]
    for (chinese, first), (english, second) in zip(told[::2], told[1::2], strict=True):
        assert (chinese["language"], english["language"]) == ("zh", "en")
        assert first == second


def _is_near(found: object, exact: object) -> bool:
    """Whether a value is what a sentence could tell of another one."""
    if isinstance(found, Metres) and isinstance(exact, Metres):
        return found.value == pytest.approx(exact.value, abs=5.1 if exact.value < 1000 else 51)
    if isinstance(found, Seconds) and isinstance(exact, Seconds):
        return found.value == pytest.approx(exact.value, abs=0.6 if exact.value < 90 else 181)
    return found == exact


def test_a_sentence_gives_the_values_that_were_kept_as_values_later(advices) -> None:
    """The second form told in sentences what the third keeps as values."""
    told = [advice for row, advice in advices if row["release"] == "a829c58" and row["language"] == "zh"]
    kept = [advice for row, advice in advices if row["release"] == "3761eba"]
    assert len(told) == len(kept) >= 5
    for first, second in zip(told, kept, strict=True):
        for found, exact in zip(_reasons(first), _reasons(second), strict=True):
            wanted = {name: value for name, value in exact.values.items() if name in found.values}
            assert set(exact.values) - set(found.values) <= {"eta", "bridges"}, "not in the sentence, beside it"
            assert all(_is_near(found.values[name], value) for name, value in wanted.items()), (found, exact)


def test_everything_else_of_a_row_stays(advices, connection) -> None:
    answers = [row["answer"] for row in EARLIER]
    for before, after in zip(answers, _migrated(connection, answers), strict=True):
        assert {**after, **before, "passed_over_more": 0} == {**before, "passed_over_more": 0}
        for old, new in zip(before["workers"], after["workers"], strict=True):
            assert {**new, "reasons": 0} == {**old, "reasons": 0}
        known = len(before["passed_over"]) < 12
        assert after["passed_over_more"] == (0 if known else None)


def test_what_was_given_in_chinese_reads_in_english(advices) -> None:
    for _, advice in advices:
        said = SuggestionOut.of(advice, "en").model_dump()
        texts = [reason["text"] for reason in _old_reasons(said)]
        assert not re.search(r"[㐀-鿿]|\{|suggestion\.", " ".join(texts))


def test_a_sentence_nobody_can_read_is_kept_and_shown(connection) -> None:
    reason = {"code": "later", "text": "沿路很远"}
    entry = {"worker": 1, "name": "人1", "straight_m": 3.0, "reason": reason}
    answer = {**EARLIER[0]["answer"], "workers": [], "passed_over": [entry], "nobody": {"code": "gone", "text": "改了"}}
    (after,) = _migrated(connection, [answer])
    assert after["passed_over"][0]["reason"] == {"code": "later", "values": {"text": "沿路很远"}}
    said = SuggestionOut.of(kept_advice(after), "en")
    assert said.passed_over[0].reason.text == "沿路很远"
    assert said.nobody is not None
    assert (said.nobody.code, said.nobody.text) == ("gone", "改了")


def test_what_is_kept_now_reads_back_as_it_was(advices) -> None:
    for _, advice in advices:
        assert kept_advice(json.loads(advice_json(advice))) == advice
    status = Code("suggestion.status", "patrolling")
    assert Reason("duty", {"status": status}) in _reasons(advices[0][1])
