"""Who gets what and over which channels, and when it may go: a table and pure functions, no database.

Source: docs/domain.md, "Notices".
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

from base.clock import TOWN_ZONE

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""Nobody is sent a notice between these in the town's time, but for what is urgent."""
URGENT = frozenset({"P1", "P2"})
MOST_TRIES = 6
"""The first and five more; then a notice is dead until somebody has it sent again."""
FIRST_PAUSE = timedelta(seconds=30)
MOST_AN_HOUR = 20
"""What one person gets besides is told in one digest at the next full hour."""
ROBOT_A_MINUTE = 20
"""Source: DingTalk and WeCom, custom robots: 20 messages a minute, then it is stopped for a while."""
DOWN_AFTER = 3
"""Failures in a row after which a channel counts as down."""
LONGEST_CLOSED = timedelta(minutes=10)
LEASE = timedelta(minutes=2)
"""Far longer than any provider is waited for; whoever has not marked a notice by then is gone."""
DIGEST = "digest"


@dataclass(frozen=True)
class Rule:
    """One line of ``notices.csv``: after which verbs who is told what, over which channels in turn.

    ``to`` names a part in the case (``reporter``, ``handlers``, ``sent``, ``freed``, ``department``) or a post.
    """

    code: str
    after: frozenset[str]
    to: str
    channels: tuple[str, ...]
    any_hour: bool


@cache
def rules() -> tuple[Rule, ...]:
    """The table."""
    with (Path(__file__).parent / "notices.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Rule(
                line["code"],
                frozenset(line["after"].split()),
                line["to"],
                tuple(line["channels"].split()),
                bool(line["any_hour"]),
            )
            for line in csv.DictReader(file)
        )


def rules_of(code: str) -> list[Rule]:
    """Who is told of it."""
    return [rule for rule in rules() if rule.code == code]


def codes_after(verb: str) -> list[str]:
    """What a verb may have to tell, each once."""
    return list(dict.fromkeys(rule.code for rule in rules() if verb in rule.after))


def earliest(at: datetime, urgency: str, *, any_hour: bool) -> datetime:
    """When a notice may go that is ready at this moment: now, or when the quiet hours end."""
    if any_hour or urgency in URGENT:
        return at
    here = at.astimezone(TOWN_ZONE)
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return at
    day = here.date() + timedelta(days=here.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, TOWN_ZONE).astimezone(at.tzinfo)


def pause_after(tries: int) -> timedelta:
    """How long to wait after this many failed tries: 30 s, and each time twice as long."""
    return timedelta(seconds=FIRST_PAUSE.total_seconds() * 2.0 ** max(0, tries - 1))


def closed_for(failures: int) -> timedelta | None:
    """How long a channel is left alone after this many failures in a row; None: it is not down."""
    if failures < DOWN_AFTER:
        return None
    return min(pause_after(min(failures - DOWN_AFTER, 10) + 1), LONGEST_CLOSED)


def channel_after(channels: tuple[str, ...], channel: str) -> str | None:
    """The next channel in turn; None when this was the last."""
    place = channels.index(channel) + 1 if channel in channels else 0
    return channels[place] if place < len(channels) else None


def next_hour(at: datetime) -> datetime:
    """The full hour after this moment, when a digest goes."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
