"""Who asks, what they read and which town is meant are handed in: nothing of it lies about in the process."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.promises.test_house import PACKAGES, name_of, parsed, python_files

AMBIENT = re.compile(r"\bContextVar\b|\bcontextvars\b|\bWeak(?:Key|Value)Dictionary\b|\bthreading\.local\b")
OF_DASH = re.compile(r"\brequest_adapter\b|\bhas_request_context\b|\bget_current_request\b|\bcallback_context\b")
ASKS_DASH = "screens/shell/page.py"
"""Dash hands no request to a callback or layout; this file asks it, and hands the visitor on."""
OF_A_TOWN = frozenset({"transaction", "database", "centre", "area", "area_id", "scope", "visitor", "language_of"})
FILLED_LATER = frozenset({"dict", "list", "set", "defaultdict", "Counter", "OrderedDict", "TTLCache", "LRUCache"})


def kept_for_all(file: Path) -> list[str]:
    """Names a module keeps for the whole process and fills as it runs; functions that remember what a town answered."""
    made = [node for node in parsed(file).body if isinstance(node, ast.Assign | ast.AnnAssign)]
    found = [ast.unparse(node) for node in made if is_empty(node.value)]
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef) and any("cache" in ast.unparse(one) for one in node.decorator_list):
            found += [f"{node.name}({one.arg})" for one in node.args.args if one.arg in OF_A_TOWN]
    return found


def is_empty(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        called = value.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        return name in FILLED_LATER and not (value.args and name in ("dict", "list", "set"))
    return (isinstance(value, ast.Dict) and not value.keys) or (isinstance(value, ast.List) and not value.elts)


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_ambient(package: str) -> None:
    for file in python_files(package):
        assert not AMBIENT.search(file.read_text(encoding="utf-8")), f"{name_of(file)}: hand it in"
        assert kept_for_all(file) == [], f"{name_of(file)}: keep it with the server or the centre"


def test_one_file_asks_dash_whose_request_it_is() -> None:
    asking = [name_of(file) for file in python_files(*PACKAGES) if OF_DASH.search(file.read_text(encoding="utf-8"))]
    assert asking == [ASKS_DASH]


def test_what_is_kept_for_all_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "some.py"
    file.write_text(
        "_seen: dict[str, int] = {}\n_tiles = TTLCache(1, 2)\nNAMES = {'a': 1}\n"
        "@cache\ndef version(area_id): ...\n@lru_cache(1)\ndef digest(path): ...\n"
    )
    assert [one.split(" ")[0] for one in kept_for_all(file)] == ["_seen:", "_tiles", "version(area_id)"]
    assert AMBIENT.search("from contextvars import ContextVar")
