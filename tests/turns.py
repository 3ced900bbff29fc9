"""Which tests stay together where several workers run them, and which of them come first."""

from __future__ import annotations

from typing import Any

import pytest

TOGETHER = {
    "living towns": ("tests/browser/test_day.py", "tests/browser/test_replay.py", "tests/browser/test_wall.py"),
    "quiet town": (
        "tests/browser/test_console.py",
        "tests/browser/test_field.py",
        "tests/browser/test_printed_page.py",
        "tests/browser/test_statistics_page.py",
        "tests/browser/test_transfer.py",
    ),
}
"""Files that share what takes long to start; every other file is for itself."""
FIRST = ("tests/setup/test_start.py", "living towns", "tests/api/test_shift.py", "quiet town")
"""What takes longest, so that at the end no worker is alone with it."""
_PART_OF = {file: name for name, files in TOGETHER.items() for file in files}


def part_of(nodeid: str) -> str:
    """The part of the suite a test belongs to: one worker runs all of it."""
    file = nodeid.split("::", 1)[0]
    return _PART_OF.get(file, file)


def turn_of(nodeid: str) -> int:
    """The test's place in the order of all parts, for sorting; the order within a part stays as it is."""
    part = part_of(nodeid)
    return FIRST.index(part) if part in FIRST else len(FIRST)


def make_scheduler(config: pytest.Config, log: Any) -> object:
    """Hands out whole parts, in their order, whenever a worker has nearly done what it has."""
    from xdist.scheduler import LoadScopeScheduling

    class Parts(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return part_of(nodeid)

    config.option.loadscopereorder = False
    return Parts(config, log)
