"""How a long piece of work reports its steps to whoever started it."""

from __future__ import annotations

from typing import Protocol

from base.values import Value


class Progress(Protocol):
    """Called at each step; ``key`` names a text (``steps.<key>``), ``values`` fill it in."""

    def __call__(self, key: str, **values: Value) -> None:
        """Receive one step."""


def silent(key: str, **values: Value) -> None:
    """Report nothing."""
