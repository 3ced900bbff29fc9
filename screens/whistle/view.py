"""What the whistle's page shows; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.cases.tasks import Task, verbs_of
from dispatch.cases.whistle import Member, WhistleNow
from layers.feature import HighlightFeature
from screens.whistle.reads import OpenWhistle
from words.catalogue import text
from words.names import type_name
from words.units import day_and_time

CLOSE = 16
"""The zoom at which streets and houses around a place are told apart."""


@dataclass(frozen=True)
class Row:
    """One whistle of the list: what, how urgent, when they meet, how many are there and have answered."""

    case_no: str
    priority: str
    title: str
    meet: str
    tally: str


@dataclass(frozen=True)
class MemberRow:
    """How one who is called stands; ``status`` is a word of a few, ``flag`` that it is late, empty when it is not."""

    name: str
    part: str
    status: str
    status_words: str
    when: str
    flag: str
    said_what: str
    said: str
    by: str
    is_own: bool


@dataclass(frozen=True)
class Opened:
    """The open whistle; ``presses`` are the buttons this person has, ``way`` is for whatever shows the way there."""

    case_no: str
    priority: str
    title: str
    state: str
    description: str
    meet: str
    way: str
    blown: str
    note: str
    tally: str
    is_over: bool
    members: tuple[MemberRow, ...]
    presses: tuple[str, ...]


def rows(found: Sequence[OpenWhistle], language: str) -> list[Row]:
    """The whistles under way, in the order given."""
    return [
        Row(
            one.case.case_no,
            one.case.priority,
            type_name(one.case.type_code, language),
            _meet(one.now, language),
            _tally(one.now, language),
        )
        for one in found
    ]


def opened_view(opened: OpenWhistle, language: str) -> Opened:
    """What is shown of the open whistle."""
    case, now = opened.case, opened.now
    return Opened(
        case_no=case.case_no,
        priority=case.priority,
        title=type_name(case.type_code, language),
        state=text(f"lifecycle.state.{case.state}", language),
        description=case.description,
        meet=_meet(now, language),
        way=f"geo:{now.lat:.6f},{now.lon:.6f}?q={now.lat:.6f},{now.lon:.6f}",
        blown=text("whistle.blown", language, by=now.blown_by, at=day_and_time(now.blown_at, language)),
        note=now.note,
        tally=_tally(now, language),
        is_over=now.is_over,
        members=tuple(_row(one, _is_own(one, opened.own), language) for one in now.members),
        presses=presses_of(opened.own),
    )


def marks(opened: OpenWhistle, language: str) -> list[HighlightFeature]:
    """What the map shows: where they meet, and where it happened if that is elsewhere."""
    case, now = opened.case, opened.now
    label = text("shell.meet_mark", language, at=day_and_time(now.meet_at, language))
    happened = [HighlightFeature("case", case.lon, case.lat)] if (case.lon, case.lat) != (now.lon, now.lat) else []
    return [*happened, HighlightFeature("meet", now.lon, now.lat, label)]


def viewport(now: WhistleNow) -> dict[str, Any]:
    """What brings the place they meet at into the middle of the map."""
    return {"center": [now.lat, now.lon], "zoom": CLOSE, "transition": "setView"}


def _is_own(member: Member, own: Task | None) -> bool:
    return own is not None and member.task_id in (own.task_id, own.parent_task_id)


def presses_of(own: Task | None) -> tuple[str, ...]:
    """The buttons of whom the whistle called: to sign in, then to answer."""
    if own is None:
        return ()
    verbs = verbs_of(own)
    sign_in = ("sign_in",) if {"sign", "arrive"} & verbs else ()
    return (*sign_in, *(name for name, verb in (("answer", "opinion"), ("report", "feedback")) if verb in verbs))


def _meet(now: WhistleNow, language: str) -> str:
    return text("whistle.meet", language, at=day_and_time(now.meet_at, language), place=now.place_text)


def _tally(now: WhistleNow, language: str) -> str:
    counted = [one for one in now.members if not one.is_out]
    came = sum(one.came_at is not None for one in counted)
    answered = sum(one.has_answered for one in counted)
    return text("whistle.tally", language, came=came, answered=answered, all=len(counted))


def status_of(member: Member) -> str:
    """How far one who is called is, as a word of a few."""
    if member.is_out:
        return "out"
    if member.has_answered:
        return "answered"
    if member.came_at is not None:
        return "here"
    return "called" if member.signed_at is None else "coming"


def _row(member: Member, is_own: bool, language: str) -> MemberRow:
    status = status_of(member)
    flag = ("late" if member.came_at else "absent") if member.is_late and not member.is_out else ""
    at = member.came_at or member.due_at
    return MemberRow(
        name=member.name,
        part=text(f"whistle.{'lead' if member.is_lead else 'co'}", language),
        status=status,
        status_words=text(f"whistle.status.{status}", language),
        when=text(f"whistle.{'came' if member.came_at else 'due'}", language, at=day_and_time(at, language)),
        flag=text(f"whistle.{flag}", language) if flag else "",
        said_what=text(f"whistle.{'result' if member.is_lead else 'opinion'}", language),
        said=member.opinion or text("whistle.no_opinion", language),
        by=_by(member, language),
        is_own=is_own,
    )


def _by(member: Member, language: str) -> str:
    if member.opinion_at is None:
        return ""
    return text("whistle.said", language, by=member.opinion_by, at=day_and_time(member.opinion_at, language))
