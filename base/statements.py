"""Named SQL statements, read from ``.sql`` files.

A file holds statements, each after a line ``-- name -- what it answers``. Python code holds no SQL.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import LiteralString

_HEAD = re.compile(r"^-- (?P<name>[a-z][a-z0-9_]*) -- .+$", re.MULTILINE)


@cache
def load_statements(path: Path) -> dict[str, LiteralString]:
    """Read every named statement of one ``.sql`` file.

    Raises
    ------
    ValueError
        when two statements of the file share a name.
    """
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    statements: dict[str, LiteralString] = {}
    for head, end in zip(heads, ends, strict=True):
        name = head["name"]
        if name in statements:
            raise ValueError(f"{path.name}: two statements named {name}")
        # without its ";": a statement is also run with parameters, and then must be a single one
        statements[name] = text[head.end() : end].strip().rstrip(";")
    return statements
