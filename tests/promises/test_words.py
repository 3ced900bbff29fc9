"""Rules hand on codes and values; sentences, spans and lengths are made in ``words/``, and in one file of the page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.promises.test_house import ROOT, name_of, parsed, python_files, spoken

RULES = ("base", "mapdata", "dispatch")
"""The rooms without words. A text that begins with ``#`` is a remark in a file of settings."""
READS_CHINESE = {"dispatch/access/personal_numbers.py", "dispatch/competence/lists.py", "mapdata/addresses.py"}
"""What people write is Chinese, and these read it."""
CHINESE = re.compile(r"[\u3400-\u9fff]")
SENTENCE = re.compile(r"^(?!# )[^\n]*[A-Za-z']{2,}(?:,? [A-Za-z']{2,}){3,}")
FOR_DEVELOPERS = {"AssertionError", "RuntimeError", "TypeError", "ValueError", "NotImplementedError"}

TAKE_VALUES = {
    "Fault", "InvalidInput", "NotFound", "Conflict", "NotAuthenticated", "Forbidden", "Unavailable", "Faults",
    "TooManyRequests", "check", "report", "Code", "Reason",
}  # fmt: skip
"""What carries a code and the values of its text."""
MAKES_TEXT = {"join", "format", "strftime", "isoformat"}
SPANS = {60, 3600, 86400}
SAY_SPANS = {"words/units.py"}
SPAN_IN_SCRIPT = re.compile(r"[/%] ?(?:60|3600|86400)\b")
SAYS_SPANS_IN_SCRIPT = "layers/browser/units.js"


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


# sentences ----------------------------------------------------------------------------------------------------------


def _developers_strings(tree: ast.Module) -> set[int]:
    """The lines on which an exception for developers is made, or a line of the log written."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (_called(node) in FOR_DEVELOPERS or "log" in ast.unparse(node.func).lower())
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def test_no_rule_makes_a_sentence() -> None:
    found = []
    for file in python_files(*RULES):
        for_developers = _developers_strings(parsed(file))
        for line, string in spoken(file):
            is_chinese = CHINESE.search(string) and name_of(file) not in READS_CHINESE
            if is_chinese or (SENTENCE.search(string) and line not in for_developers):
                found.append(f"{name_of(file)}:{line}: {string[:60]!r}")
    assert not found, "sentences belong in words/texts:\n" + "\n".join(found)


# values -------------------------------------------------------------------------------------------------------------


def _is_made_text(value: ast.expr) -> bool:
    """Whether a value was put into words before it is handed on: a number with its places, a list, a key of a text."""
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) and part.format_spec is not None for part in value.values) or (
            ast.unparse(value)[2:3] == "@"
        )
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and value.value.startswith("@")
    return isinstance(value, ast.Call) and _called(value) in MAKES_TEXT and not _is_version(value)


def _is_version(value: ast.Call) -> bool:
    """Numbers joined by points."""
    return isinstance(value.func, ast.Attribute) and ast.unparse(value.func.value) == "'.'"


def _handed_on(file: Path) -> Iterator[ast.expr]:
    """The values of every fault, check, reason and code, and what the names hold that are given as values."""
    tree = parsed(file)
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in TAKE_VALUES:
            given = [*(word.value for word in node.keywords if word.arg != "field"), *node.args[1:]]
            for value in given:
                yield from [value, *named.get(value.id, [])] if isinstance(value, ast.Name) else [value]


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """A value, and of a dictionary, a list or a choice what is in it."""
    yield value
    inner = [*value.values] if isinstance(value, ast.Dict) else [*value.elts] if isinstance(value, ast.List) else []
    inner += [value.body, value.orelse] if isinstance(value, ast.IfExp) else []
    for one in inner:
        yield from _parts(one)


def test_values_are_handed_on_as_they_are() -> None:
    found = [
        f"{name_of(file)}:{part.lineno}: {ast.unparse(part)[:60]}"
        for file in python_files(*RULES, "towns", "api", "commands")
        for value in _handed_on(file)
        for part in _parts(value)
        if _is_made_text(part)
    ]
    assert not found, "hand on Metres, Seconds, a moment, a list, a Code:\n" + "\n".join(found)


# spans --------------------------------------------------------------------------------------------------------------


def _is_by_a_span(node: ast.AST) -> bool:
    """Whether seconds are divided into minutes, hours or days here; a constant by one is a unit of another kind."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod):
        if isinstance(node.left, ast.Constant):
            return False
        divisor: ast.expr = node.right
    elif isinstance(node, ast.Call) and _called(node) == "divmod":
        divisor = node.args[1]
    else:
        return False
    return isinstance(divisor, ast.Constant) and divisor.value in SPANS


def _is_length_in_text(node: ast.AST) -> bool:
    """Whether metres are divided into kilometres inside a text."""
    return isinstance(node, ast.FormattedValue) and any(
        isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div) and ast.unparse(part.right) in ("1000", "1000.0")
        for part in ast.walk(node.value)
    )


def test_spans_and_lengths_are_said_in_one_place() -> None:
    found = [
        f"{name_of(file)}:{node.lineno}: {ast.unparse(node)}"
        for file in python_files(*RULES, "words", "layers", "api", "screens", "commands")
        if name_of(file) not in SAY_SPANS
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.expr) and (_is_by_a_span(node) or _is_length_in_text(node))
    ]
    assert not found, "words/units.py says them:\n" + "\n".join(found)


def test_a_span_is_said_in_one_place_of_the_page() -> None:
    scripts = [file for room in ("layers", "screens") for file in sorted((ROOT / room).rglob("*.js"))]
    assert any(name_of(file) == SAYS_SPANS_IN_SCRIPT for file in scripts)
    found = [
        f"{name_of(file)}:{number}: {line.strip()[:80]}"
        for file in scripts
        if name_of(file) != SAYS_SPANS_IN_SCRIPT
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if SPAN_IN_SCRIPT.search(line)
    ]
    assert not found, f"{SAYS_SPANS_IN_SCRIPT} says a span:\n" + "\n".join(found)
