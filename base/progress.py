"""How a long piece of work says where it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called at each step; ``key`` names a text (``steps.<key>``), ``words`` fill it in."""

    def __call__(self, key: str, **words: object) -> None:
        """Take note of one step."""


def silent(key: str, **words: object) -> None:
    """Say nothing."""
