"""How the tests are divided among several workers (pytest-xdist): which stay together, and which come first."""

from __future__ import annotations

from typing import Any

import pytest

GROUPS = {
    "browser, living towns": (
        "tests/browser/test_day.py",
        "tests/browser/test_replay.py",
        "tests/browser/test_wall.py",
    ),
    "browser, quiet town": (
        "tests/browser/test_alarms.py",
        "tests/browser/test_case_verbs.py",
        "tests/browser/test_console.py",
        "tests/browser/test_field.py",
        "tests/browser/test_field_lost.py",
        "tests/browser/test_field_photos.py",
        "tests/browser/test_field_sos.py",
        "tests/browser/test_field_time.py",
        "tests/browser/test_people_page.py",
        "tests/browser/test_printed_page.py",
        "tests/browser/test_roster_page.py",
        "tests/browser/test_second_in_line.py",
        "tests/browser/test_statistics_page.py",
        "tests/browser/test_transfer.py",
        "tests/browser/test_verify.py",
    ),
}
"""Files that share what takes long to start; every other file is a group by itself."""
LONGEST_FIRST = (
    "tests/setup/test_start.py",
    "browser, living towns",
    "tests/api/test_shift.py",
    "browser, quiet town",
)
"""Groups that begin before all others, so that at the end no worker is left alone with one of them."""
_GROUP_OF_FILE = {file: group for group, files in GROUPS.items() for file in files}


def group_of(nodeid: str) -> str:
    """The group of a test, all of which one worker runs."""
    file = nodeid.split("::", 1)[0]
    return _GROUP_OF_FILE.get(file, file)


def order_of(nodeid: str) -> int:
    """The place of the test's group among all, to sort by; within a group the order stays as it is."""
    group = group_of(nodeid)
    return LONGEST_FIRST.index(group) if group in LONGEST_FIRST else len(LONGEST_FIRST)


def make_scheduler(config: pytest.Config, log: Any) -> object:
    """A scheduler that gives a worker the next group when it is nearly done with its own."""
    from xdist.scheduler import LoadScopeScheduling

    named = {*_GROUP_OF_FILE, *LONGEST_FIRST} - GROUPS.keys()
    if gone := sorted(file for file in named if not (config.rootpath / file).exists()):
        raise pytest.UsageError(f"tests/distribution.py names files that do not exist: {gone}")

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return GroupScheduling(config, log)
