"""What the panel shows of a case: head, facts, verbs, log; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from base.clock import TOWN_ZONE
from dispatch.access.grants import may
from dispatch.access.scope import Scope
from dispatch.cases.calendar import Calendar
from dispatch.cases.incidents import Case, LogLine
from dispatch.cases.life_verbs import RATINGS
from dispatch.cases.lifecycle import WAY, meaning_of
from screens.console.log_view import LogRow, log_rows
from screens.console.queue_view import due_of, queue_group, started_of
from words.catalogue import text
from words.names import type_name
from words.units import day_and_time, time_of_day
from words.values import list_text

VERB_ORDER = (
    "acknowledge", "accept", "check", "sign", "arrive", "start", "feedback", "close", "rate", "support", "transfer",
    "resume", "supervise", "urge", "reply", "grant_extension", "refuse_extension", "suspend", "escalate", "merge",
    "unmerge", "reopen", "remark", "send_back", "reject", "cancel",
)  # fmt: skip
"""The order in which verbs stand as buttons: the way of a case, then the ways off it (``dispatch``, ``divert`` and
``take_back`` have places of their own)."""
SUSPENSIONS = (1, 3, 7)
"""Days for which a case can be suspended by one press; the API takes any moment."""
OFF_THE_WAY = frozenset({"reject", "cancel", "send_back", "suspend", "refuse_extension"})
AGAIN = frozenset({"support", "transfer", "check", "rate", "escalate", "merge", "unmerge", "reopen", "remark"})


@dataclass(frozen=True)
class VerbButton:
    """One thing this person may do with the case now; ``rating`` is what the reporter said, of a call-back."""

    verb: str
    label: str
    tone: str
    rating: str = ""
    days: int | None = None


@dataclass(frozen=True)
class CaseView:
    """The head, the facts, the verbs and the log of the open case."""

    case_no: str
    version: int
    title: str
    priority: str
    priority_name: str
    state: str
    state_name: str
    group: str
    since: str
    started: str
    due: str
    due_step: str
    is_paused: bool
    handle_since: str
    handle_due: str
    unsettled: str
    description: str
    facts: tuple[tuple[str, str], ...]
    verbs: tuple[VerbButton, ...]
    log: tuple[LogRow, ...]
    step: int
    may_send: bool


def case_step(state: str) -> int:
    """How far a case has come along the usual way, ``lifecycle.WAY``; -1 when it left it."""
    milestone = meaning_of(state).milestone
    return -1 if milestone is None else WAY.index(milestone)


def case_view(
    case: Case, log: Sequence[LogLine], allowed: Sequence[str], language: str, calendar: Calendar | None = None
) -> CaseView:
    """What the panel shows of a case; ``allowed`` are the verbs its reader may perform now, ``calendar`` the town's."""
    return CaseView(
        case_no=case.case_no,
        version=case.version,
        title=type_name(case.type_code, language),
        priority=case.priority,
        priority_name=text(f"console.priority.{case.priority}", language),
        state=case.state,
        state_name=text(f"lifecycle.state.{case.state}", language),
        group=queue_group(case.state),
        since=case.reported_at.isoformat(),
        started=started_of(case),
        due=due_of(case),
        due_step=text(f"console.limit.{case.next_stage}", language) if case.next_stage else "",
        is_paused=case.stage == "paused",
        handle_since=case.started_at.isoformat(),
        handle_due=_handle_due(case),
        unsettled=_unsettled(case, calendar, language),
        description=case.description,
        facts=_facts(case, language),
        verbs=tuple(button for verb in VERB_ORDER if verb in allowed for button in _buttons(verb, language)),
        log=log_rows(case, log, language),
        step=case_step(case.state),
        may_send="dispatch" in allowed,
    )


def _unsettled(case: Case, calendar: Calendar | None, language: str) -> str:
    """That what is due may move: in a year whose exchange days are not known; empty where they are."""
    due_at = case.due_at if meaning_of(case.state).is_to_handle else case.next_due_at
    year = None if due_at is None else due_at.astimezone(TOWN_ZONE).year
    if calendar is None or year is None or calendar.is_settled(year):
        return ""
    return text("console.case.unsettled", language, year=year)


def _handle_due(case: Case) -> str:
    """When it has to be handled (ISO 8601), where that clock runs and another runs out before it."""
    is_second = meaning_of(case.state).is_to_handle and case.accepted_at is not None and case.next_stage != "handle"
    return case.due_at.isoformat() if is_second and case.due_at is not None else ""


def _buttons(verb: str, language: str) -> list[VerbButton]:
    """The button of a verb; of suspending one for each span that is offered, of rating one for each answer."""
    label = text(f"console.verb.{verb}", language)
    tone = "off" if verb in OFF_THE_WAY else "again" if verb in AGAIN else "on"
    button = VerbButton(verb, label, tone)
    if verb == "rate":
        return [replace(button, label=text(f"console.rate.{one}", language), rating=one) for one in RATINGS]
    if verb == "suspend":
        labels = {days: text("console.case.for_days", language, verb=label, days=days) for days in SUSPENSIONS}
        return [replace(button, label=told, days=days) for days, told in labels.items()]
    return [button]


def _facts(case: Case, language: str) -> tuple[tuple[str, str], ...]:
    village, grid_name = case.village_name or "", case.grid_name or ""
    grid = grid_name if grid_name.startswith(village) else f"{village} {grid_name}"
    reporter = " ".join(part for part in (case.reporter_name, case.reporter_phone) if part)
    channel = text(f"console.channel.{case.source_channel}", language)
    moments = (("suspended_until", case.suspended_until), ("asked_until", case.extension_until))
    pairs = (
        *((name, day_and_time(moment, language)) for name, moment in moments if moment is not None),
        ("grid", grid or text("console.case.outside", language)),
        ("address", case.address_text),
        ("department", case.department_name or case.department_code),
        ("source", f"{channel} · {reporter}" if reporter else channel),
        *_beside_the_way(case, language),
    )
    return tuple((text(f"console.case.{name}", language), value) for name, value in pairs if value)


def _beside_the_way(case: Case, language: str) -> tuple[tuple[str, str], ...]:
    """How far up it is, which round, what it is merged with, what the reporter said, who has seen it; else empty."""
    level = text(f"lifecycle.level.{case.level}", language)
    again = text("console.case.round", language, n=case.round)
    rated = "" if case.satisfied is None else f"lifecycle.rating.{'satisfied' if case.satisfied else 'dissatisfied'}"
    seen = "" if case.acknowledged_at is None else f"{case.acknowledged_by} {time_of_day(case.acknowledged_at)}"
    return (
        ("level", f"{level} · {again}" if case.round > 1 else level),
        ("parent", case.parent_case or ""),
        ("children", list_text(case.children, language)),
        ("rated", text(rated, language) if rated else ""),
        ("acknowledged", seen),
    )


@dataclass(frozen=True)
class CaseLink:
    """Another way to look at the case: what it is called, where it is."""

    label: str
    address: str


def case_links(scope: Scope, case_no: str, language: str) -> list[CaseLink]:
    """The other ways to look at the case that are granted to this person."""
    ways = (("replay", "track.read", f"/replay?case={case_no}"), ("print", "map.print", f"/print/cases/{case_no}"))
    return [CaseLink(text(f"console.case.{name}", language), at) for name, grant, at in ways if may(scope, grant)]
