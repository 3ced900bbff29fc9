"""Every sentence a person reads, Chinese and English, from one catalogue.

``texts/<language>/<section>.json`` (or ``<section>.<part>.json``) holds the texts of one section, nested; a key is
``section.path.to.text``.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
"""Chinese first."""
LANGUAGE_COOKIE = "language"
"""The cookie that keeps which of them a visitor chose."""

_FOLDER = Path(__file__).parent / "texts"


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every text of one language, by full key."""
    texts: dict[str, str] = {}
    for file in sorted((_FOLDER / language).glob("*.json")):
        _flatten(file.name.split(".")[0], json.loads(file.read_text(encoding="utf-8")), texts)
    return texts


def _flatten(prefix: str, node: dict[str, Any] | str, into: dict[str, str]) -> None:
    if isinstance(node, str):
        into[prefix] = node
        return
    for key, child in node.items():
        _flatten(f"{prefix}.{key}", child, into)


def text(key: str, language: str = "zh", **words: object) -> str:
    """The text of a key with its words filled in; the key itself when there is none, so that a gap is seen."""
    pattern = catalogue(language).get(key)
    return key if pattern is None else pattern.format_map(_Words(words))


class _Words(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
