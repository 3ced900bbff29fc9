"""The one way a command is put into a group of commands."""

from __future__ import annotations

import argparse
from typing import Any, Protocol

from base.settings import Settings


class Command(Protocol):
    """A command: its docstring is its help."""

    def __call__(self, settings: Settings, arguments: argparse.Namespace, /) -> int | None:
        """Do it; the exit code, none for 0."""


def add_area_option(parser: argparse.ArgumentParser) -> None:
    """Which town's accounts or tokens a command is about."""
    parser.add_argument("--area", type=int, help="six-digit area, 0: every area (default: the served one)")


def add_command(group: Any, name: str, command: Command) -> argparse.ArgumentParser:
    """Put a command into a group; its help is the function's docstring."""
    described = (command.__doc__ or "").strip()
    parser: argparse.ArgumentParser = group.add_parser(name, help=described.splitlines()[0], description=described)
    parser.set_defaults(command=command)
    return parser
