"""How a long piece of work reports its steps to whoever started it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called at each step; ``key`` names a text (``steps.<key>``), ``words`` fill it in."""

    def __call__(self, key: str, **words: object) -> None:
        """Receive one step."""


def silent(key: str, **words: object) -> None:
    """Report nothing."""
