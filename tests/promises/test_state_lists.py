"""What a state means is said in ``dispatch/cases/lifecycle.py``; a list of states anywhere else says it again.

Migrations may (they are never edited; ``tests/db/test_states.py`` proves them right), and tests. A list of states is:

- in Python: a list, set, tuple, dict or string whose members are states, two or more and nothing else, and a function
  that compares something with two or more states;
- in a statement, and in a browser module: two or more states among its strings and keys.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dispatch.cases.lifecycle import STATES
from tests.promises.test_house import PACKAGES, ROOT, docstrings, name_of, parsed, python_files, statements

TABLE = "dispatch/cases/lifecycle.py"
NAMES = frozenset(STATES)
PARTED = re.compile(r"[\s,;|{}]+")
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
SQL_STRING = re.compile(r"'([^']*)'")
JS_WORD = re.compile(r"[\"'`]([\w\s,|]+)[\"'`]|(?:[{,]|^)\s*(\w+)\s*:", re.MULTILINE)


def are_states(words: Sequence[object]) -> bool:
    """Whether these are two or more states and nothing else."""
    return len(set(words)) > 1 and all(word in NAMES for word in words)


def states_in(string: str) -> set[str]:
    """The states a string consists of: one, or several with commas or blanks between; none when it says more."""
    words = {word for word in PARTED.split(string) if word}
    return words if words <= NAMES else set()


def constants(nodes: Sequence[ast.expr | None]) -> list[object]:
    return [node.value if isinstance(node, ast.Constant) else None for node in nodes]


def is_list(node: ast.AST) -> bool:
    """Whether a node of Python is a list of states."""
    if isinstance(node, ast.List | ast.Set | ast.Tuple):
        return are_states(constants(node.elts))
    if isinstance(node, ast.Dict):
        return are_states(constants(node.keys)) or are_states(constants(node.values))
    if isinstance(node, ast.MatchOr):
        return are_states([p.value.value for p in node.patterns if isinstance(p, ast.MatchValue)
                           and isinstance(p.value, ast.Constant)])  # fmt: skip
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and len(states_in(node.value)) > 1


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, those of the functions it defines left out."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            yield from own_nodes(node)


def compared(function: ast.AST) -> dict[str, set[object]]:
    """What a function compares with states, and with which."""
    found: dict[str, set[object]] = {}
    for node in own_nodes(function):
        if isinstance(node, ast.Compare) and all(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            sides = [node.left, *node.comparators]
            states = {value for value in constants(sides) if value in NAMES}
            what = [ast.dump(side) for side in sides if not isinstance(side, ast.Constant)]
            found.setdefault(" ".join(what), set()).update(states)
        if isinstance(node, ast.Match):
            values = [case.pattern.value for case in node.cases if isinstance(case.pattern, ast.MatchValue)]
            found.setdefault(ast.dump(node.subject), set()).update(v for v in constants(values) if v in NAMES)
    return found


def lists_in_python(tree: ast.Module) -> list[int]:
    """Lines on which a list of states stands."""
    silent = docstrings(tree)
    found = [node.lineno for node in ast.walk(tree) if id(node) not in silent and is_list(node)]  # type: ignore[attr-defined]
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return found + [one.lineno for one in functions if any(len(states) > 1 for states in compared(one).values())]


def lists_in_sql(statement: str) -> set[str]:
    """The states a statement names, when there are several."""
    named = {state for string in SQL_STRING.findall(statement) for state in states_in(string)}
    return named if len(named) > 1 else set()


def lists_in_javascript(code: str) -> set[str]:
    """The states a browser module names, when there are several."""
    words = [string or key for string, key in JS_WORD.findall(COMMENT.sub("", code))]
    named = {state for word in words for state in states_in(word)}
    return named if len(named) > 1 else set()


def javascript_files() -> list[Path]:
    return sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.*js"))


def test_python_asks_the_table() -> None:
    files = [*python_files(*PACKAGES, "bench"), ROOT / "app.py"]
    found = [f"{name_of(file)}:{line}" for file in files if name_of(file) != TABLE
             for line in lists_in_python(parsed(file))]  # fmt: skip
    assert not found, f"ask {TABLE} what a state means:\n" + "\n".join(found)


def test_statements_ask_the_functions_of_the_migrations() -> None:
    found = {name: lists_in_sql(statement) for name, statement in statements()}
    found = {name: states for name, states in found.items() if states}
    assert not found, f"ask stage_v1, is_open_v1 and the like what a state means: {found}"


def test_the_browser_is_told() -> None:
    files = javascript_files()
    assert len(files) > 10
    found = {name_of(file): lists_in_javascript(file.read_text(encoding="utf-8")) for file in files}
    found = {name: states for name, states in found.items() if states}
    assert not found, f"give the browser as data what it needs of a state: {found}"


# the rules bite -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ('OPEN = {"reported", "accepted"}', True),
        ('OPEN = ["reported", "handled"]', True),
        ('State = Literal["reported", "closed"]', True),
        ('def f(s):\n    return s in ("closed", "archived")', True),
        ('def f(s):\n    return s == "closed" or s == "archived"', True),
        ('def f(s):\n    if s == "closed":\n        return 1\n    return 2 if "handled" == s else 3', True),
        ('def f(s):\n match s:\n  case "closed": a()\n  case "handled": b()', True),
        ('def f(s):\n    match s:\n        case "closed" | "archived":\n            return 1', True),
        ('STEP = {"reported": 0, "accepted": 1}', True),
        ('AFTER = {"sign": "received", "arrive": "on_scene"}', True),
        ('ask(state="reported,accepted")', True),
        ('OPEN = "reported accepted".split()', True),
        ('MEASURES = ("reported", "due", "handled")', False),
        ('STATUSES = ("off_duty", "on_scene")', False),
        ('def f(s):\n    return s == "closed"', False),
        ('def f(s, t):\n    return s == "closed" or t == "handled"', False),
        ('"""reported, accepted"""', False),
        ('ONE = ("closed",)', False),
    ],
)  # fmt: skip
def test_a_list_of_states_in_python_is_seen(code: str, is_one: bool) -> None:
    assert bool(lists_in_python(ast.parse(code))) is is_one


@pytest.mark.parametrize(
    ("statement", "is_one"),
    [
        ("select 1 where state in ('closed', 'archived')", True),
        ("select 1 where state = any('{closed,archived}')", True),
        ("select 1 where state <> 'closed' and state <> 'rejected'", True),
        ("select case state when 'closed' then 1 when 'handled' then 2 end", True),
        ("insert into incident (state) values ('reported')", False),
        ("select 1 where stage_v1(state) = 'waiting'", False),
    ],
)
def test_a_list_of_states_in_a_statement_is_seen(statement: str, is_one: bool) -> None:
    assert bool(lists_in_sql(statement)) is is_one


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ('const ENDED = new Set(["closed", "cancelled"]);', True),
        ("if (state === 'closed' || state === 'archived') return;", True),
        ("const STEP = { reported: 0, accepted: 1 };", True),
        ('const OPEN = "reported,accepted".split(",");', True),
        ('// "reported", "accepted"\nonState("closed");', False),
        ('fetch("/api/closed/reported.js");', False),
    ],
)
def test_a_list_of_states_in_a_browser_module_is_seen(code: str, is_one: bool) -> None:
    assert bool(lists_in_javascript(code)) is is_one
