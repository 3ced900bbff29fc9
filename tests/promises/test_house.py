"""The rules of the house, read from the code itself: what is promised in CONTRIBUTING.md is looked up here."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from base.migrations import migration_files
from base.statements import load_statements
from words.catalogue import LANGUAGES, catalogue

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
PACKAGES = tuple(SETTINGS["importlinter"]["root_packages"])
"""Every room of ours, the simulator among them."""
SPEAKS_BEFORE_A_SCHEMA = {"base/migrations.py", "base/database.py", "base/cluster/cluster.py"}
"""Files whose statements make or check the database itself, before any named statement can be run."""


def python_files(*packages: str) -> list[Path]:
    return sorted(file for package in packages for file in (ROOT / package).rglob("*.py"))


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of the nodes that are sentences standing alone: docstrings of modules, classes, functions, names."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def spoken(file: Path) -> Iterator[tuple[int, str]]:
    """Every string of a file that is not a docstring, with its line."""
    tree = parsed(file)
    silent = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.lineno, node.value


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


# imports ------------------------------------------------------------------------------------------------------------


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    answer = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


# SQL ----------------------------------------------------------------------------------------------------------------

SQL_WORDS = re.compile(
    r"^\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\(|create\s+"
    r"(table|index|view|function|role)\s|alter\s+table\s|truncate\s)",
    re.IGNORECASE | re.DOTALL,
)


def test_no_sql_in_python() -> None:
    found = [
        f"{name_of(file)}:{line}: {string[:60]!r}"
        for file in python_files(*PACKAGES)
        if name_of(file) not in SPEAKS_BEFORE_A_SCHEMA
        for line, string in spoken(file)
        if SQL_WORDS.match(string)
    ]
    assert not found, "statements belong in .sql files:\n" + "\n".join(found)


def area_tables() -> set[str]:
    """Every table whose rows belong to an area, read from the migrations."""
    schema = "\n".join(file.read_text(encoding="utf-8") for file in migration_files())
    tables = re.findall(r"create table (?:if not exists )?(\w+) \((.*?)\n\)", schema, re.DOTALL)
    return {name for name, body in tables if re.search(r"^\s*area_id ", body, re.MULTILINE)} - {"area"}


def statement_files() -> list[Path]:
    return sorted(
        file for package in PACKAGES for file in (ROOT / package).rglob("*.sql")
        if file.parent.name != "migrations" and file.name != "schema.sql"
    )  # fmt: skip


def statements() -> list[tuple[str, str]]:
    return [
        (f"{name_of(file)}:{name}", re.sub(r"--[^\n]*", "", statement))
        for file in statement_files()
        for name, statement in load_statements(file).items()
    ]


def test_there_are_statements_and_area_tables() -> None:
    assert len(statements()) > 20
    assert {"incident", "position", "worker", "audit", "division"} <= area_tables()


def test_every_statement_on_an_area_table_names_its_area() -> None:
    touched = re.compile(r"\b(?:from|join|into|update)\s+(" + "|".join(sorted(area_tables())) + r")\b", re.IGNORECASE)
    found = [name for name, statement in statements() if touched.search(statement) and "area_id" not in statement]
    assert not found, f"these statements would read every area: {found}"


def test_the_area_is_the_first_test_of_a_where() -> None:
    tables = "|".join(sorted(area_tables()))
    clause = re.compile(
        rf"\b(?:from|update)\s+(?:{tables})\b(?:\s+(?:as\s+)?(?!where\b|set\b|join\b|left\b|cross\b)\w+)?\s+"
        r"(?:set\s+[^;]*?)?where\s+(?P<first>[^=<>&]{1,60})",
        re.IGNORECASE,
    )
    found = [
        f"{name}: where {hit['first'].strip()} ..."
        for name, statement in statements()
        for hit in clause.finditer(statement)
        if "area_id" not in hit["first"]
    ]
    assert not found, "area_id comes first:\n" + "\n".join(found)


JOINED = re.compile(
    r"\bjoin\s+(?!lateral\b)(?P<table>\w+)\b(?:\s+(?:as\s+)?(?!on\b|using\b)\w+)?\s+"
    r"(?:on|using)\s+(?P<first>[^=<>&]{1,60})",
    re.IGNORECASE,
)


def joined_without_area(statement: str) -> list[str]:
    """Area tables a statement joins by something else first: an id of one town may be an id of another."""
    tables = area_tables()
    return [
        f"join {hit['table']} on {hit['first'].strip()} ..."
        for hit in JOINED.finditer(statement)
        if hit["table"].lower() in tables and "area_id" not in hit["first"]
    ]


def test_the_area_is_the_first_test_of_a_join() -> None:
    found = [f"{name}: {join}" for name, statement in statements() for join in joined_without_area(statement)]
    assert not found, "area_id comes first:\n" + "\n".join(found)


def test_a_join_without_its_area_is_seen() -> None:
    assert joined_without_area("from incident i join worker w on w.worker_id = i.worker_id and w.area_id = 1")
    assert joined_without_area("left join duty using (worker_id)")
    assert not joined_without_area("join worker as w on w.area_id = i.area_id and w.worker_id = 1")
    assert not joined_without_area("cross join lateral (select 1) x join other o on o.id = x.id")


def test_every_key_of_an_area_table_begins_with_the_area() -> None:
    schema = "\n".join(file.read_text(encoding="utf-8") for file in migration_files())
    unique = re.findall(r"create unique index (\w+) on (\w+) \((\w+)", schema)
    found = [name for name, table, column in unique if table in area_tables() and column != "area_id"]
    for name, body in re.findall(r"create table (?:if not exists )?(\w+) \((.*?)\n\)", schema, re.DOTALL):
        if name in area_tables():
            found += [
                f"{name} ({keys})" for keys in re.findall(r"(?:primary|foreign) key \((\w+)", body) if keys != "area_id"
            ]
    assert not found, f"keys that do not begin with area_id: {found}"


# sizes --------------------------------------------------------------------------------------------------------------


def length_of(node: ast.stmt) -> int:
    """Lines of a statement, its decorators among them."""
    marks = getattr(node, "decorator_list", [])
    return (node.end_lineno or 0) - min([node.lineno, *(mark.lineno for mark in marks)]) + 1


def function_lines(file: Path) -> Iterator[tuple[str, int]]:
    """Each function of a file with its own lines: its docstring and the functions it only defines left out."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            defined = sum(
                length_of(part) for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
            )
            docstring = length_of(node.body[0]) if ast.get_docstring(node) is not None else 0
            yield f"{name_of(file)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - docstring - defined


def test_files_are_of_one_noun() -> None:
    lengths = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in python_files(*PACKAGES)}
    scripts = sorted((ROOT / "layers" / "browser").glob("*.js"))
    lengths |= {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in scripts}
    long = {name: lines for name, lines in lengths.items() if lines > 400}
    assert not long, f"over 400 lines: {long}"
    assert statistics.median(lengths.values()) < 150


def test_functions_are_short() -> None:
    lengths = dict(entry for file in python_files(*PACKAGES) for entry in function_lines(file))
    long = {name: lines for name, lines in lengths.items() if lines > 40}
    assert not long, f"over 40 lines: {long}"
    assert statistics.median(lengths.values()) < 10


def test_callbacks_read_call_and_present() -> None:
    files = [file for file in python_files("screens") if file.name == "callbacks.py"]
    inner = [
        (f"{name_of(file)}:{node.name}", (node.end_lineno or 0) - node.body[0].lineno + 1)
        for file in files
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(
            isinstance(mark, ast.Call) and getattr(mark.func, "attr", "") == "callback" for mark in node.decorator_list
        )
    ]
    assert inner, "no callbacks found: has their registration changed?"
    long = {name: lines for name, lines in inner if lines > 15}
    assert not long, f"callbacks over 15 lines: {long}"


# texts --------------------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_texts() -> None:
    chinese, english = (catalogue(language) for language in LANGUAGES)
    assert chinese.keys() == english.keys(), sorted(chinese.keys() ^ english.keys())


def test_both_languages_fill_in_the_same_words() -> None:
    def words(pattern: str) -> set[str]:
        return set(re.findall(r"\{(\w+)", pattern))

    chinese, english = (catalogue(language) for language in LANGUAGES)
    odd = {key: (words(chinese[key]), words(english.get(key, ""))) for key in chinese}
    assert not {key: pair for key, pair in odd.items() if pair[0] != pair[1]}


CHINESE = re.compile(r"[㐀-鿿]")


def test_no_chinese_words_in_a_layout() -> None:
    found = [
        f"{name_of(file)}:{line}: {string[:40]!r}"
        for file in python_files("screens", "layers")
        for line, string in spoken(file)
        if CHINESE.search(string)
    ]
    assert not found, "texts belong in words/texts:\n" + "\n".join(found)


# hosts --------------------------------------------------------------------------------------------------------------

ONLY_TAKEN_OUT = {"layers/printed.py": "https://leafletjs.com"}
"""An address that stands in the code to be removed from what a library writes."""
HOST = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


def test_no_page_names_another_host() -> None:
    found = [
        f"{name_of(file)}:{line}: {string[:60]!r}"
        for file in python_files("screens", "layers")
        for line, string in spoken(file)
        if HOST.search(string) and "127.0.0.1" not in string and ONLY_TAKEN_OUT.get(name_of(file)) != string
    ]
    for file in sorted((ROOT / "layers" / "browser").glob("*.[cj]s*")):
        code = re.sub(r"/\*.*?\*/|^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        found += [f"{name_of(file)}: {hit}" for hit in HOST.findall(code)]
    assert not found, "\n".join(found)


# the rules bite -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("string", "is_sql"),
    [
        ("select * from worker", True),
        ("insert into worker values (1)", True),
        ("update worker set name = 'x'", True),
        ("select one of the workers", False),
        ("with regard to the case", False),
        ("update the map", False),
    ],
)
def test_sql_is_told_from_prose(string: str, is_sql: bool) -> None:
    assert bool(SQL_WORDS.match(string)) is is_sql


@pytest.mark.parametrize("address", ["https://cdn.example.com/a.js", "//unpkg.com/leaflet", "http://tile.osm.org/1"])
def test_another_host_is_seen(address: str) -> None:
    assert HOST.search(address)
