"""What the panel shows of a case: head, facts, verbs, log; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from base.clock import TOWN_ZONE
from dispatch.access.grants import may
from dispatch.access.scope import Scope
from dispatch.cases.due_steps import ToldClock
from dispatch.cases.incidents import Case, LogLine
from dispatch.cases.lifecycle import WAY, meaning_of
from screens.console.clock_view import ClockView, clock_views
from screens.console.log_view import LogRow, log_rows
from screens.console.queue_view import due_of, marks_of, queue_group, started_of
from screens.console.verb_view import Choice, VerbButton, verb_buttons_of
from screens.shell.meeting import meeting_words
from words.catalogue import text
from words.names import type_name
from words.units import day_and_time, time_of_day
from words.values import list_text


@dataclass(frozen=True)
class Beside:
    """What is read beside a case to show it: its clocks, and what may be chosen in the form of a verb."""

    clocks: tuple[ToldClock, ...] = ()
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)


NOTHING_BESIDE = Beside()


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
    is_paused: bool
    clocks: tuple[ClockView, ...]
    asked: str
    unsettled: str
    description: str
    facts: tuple[tuple[str, str], ...]
    verbs: tuple[VerbButton, ...]
    log: tuple[LogRow, ...]
    step: int
    may_send: bool
    marks: str = ""


def case_step(state: str) -> int:
    """How far a case has come along the usual way, ``lifecycle.WAY``; -1 when it left it."""
    milestone = meaning_of(state).milestone
    return -1 if milestone is None else WAY.index(milestone)


def case_view(
    case: Case, log: Sequence[LogLine], allowed: Sequence[str], language: str, beside: Beside = NOTHING_BESIDE
) -> CaseView:
    """What the panel shows of a case; ``allowed`` are the verbs its reader may perform now."""
    names = {task.task_id: task.name for task in case.tasks}
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
        is_paused=case.stage == "paused",
        clocks=clock_views(beside.clocks, names, language),
        asked=_asked(case, log, language),
        unsettled=_unsettled(beside.clocks, language),
        description=case.description,
        facts=_facts(case, language),
        verbs=verb_buttons_of(allowed, language, beside.choices),
        log=log_rows(case, log, language),
        step=case_step(case.state),
        may_send="dispatch" in allowed,
        marks=marks_of(case, language),
    )


def _unsettled(clocks: Sequence[ToldClock], language: str) -> str:
    """That what is due may move: in a year whose exchange days are not known; empty where they are."""
    years = [
        clock.due_at.astimezone(TOWN_ZONE).year for clock in clocks if clock.is_live and not clock.calendar_settled
    ]
    return text("console.case.unsettled", language, year=max(years)) if years else ""


def _asked(case: Case, log: Sequence[LogLine], language: str) -> str:
    """What waits for the centre: an extension (until when), others to help, an objection; with why. Empty: nothing."""
    waits = {
        "ask_extension": case.extension_until, "ask_support": case.support_asked_at, "object": case.objected_at,
    }  # fmt: skip
    told = []
    for verb, at in waits.items():
        line = next((one for one in reversed(log) if one.verb == verb), None)
        if at is not None:
            when, why = day_and_time(at, language), "" if line is None else line.note
            told.append(text(f"console.ask.{verb}", language, at=when, who=_party(case, line), why=why))
    return "\n".join(told)


def _party(case: Case, line: LogLine | None) -> str:
    """Whose task a line is about."""
    return next((task.name for task in case.tasks if line is not None and task.task_id == line.task_id), "")


def _facts(case: Case, language: str) -> tuple[tuple[str, str], ...]:
    village, grid_name = case.village_name or "", case.grid_name or ""
    grid = grid_name if grid_name.startswith(village) else f"{village} {grid_name}"
    reporter = " ".join(part for part in (case.reporter_name, case.reporter_phone) if part)
    channel = text(f"console.channel.{case.source_channel}", language)
    suspended = case.suspended_until
    pairs = (
        ("suspended_until", "" if suspended is None else day_and_time(suspended, language)),
        ("grid", grid or text("console.case.outside", language)),
        ("address", case.address_text),
        ("meet", meeting_words(case, language)),
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


def case_links(scope: Scope, case: Case, log: Sequence[LogLine], language: str) -> list[CaseLink]:
    """The other ways to look at the case that are granted to this person."""
    case_no = case.case_no
    ways = [("replay", "track.read", f"/replay?case={case_no}"), ("print", "map.print", f"/print/cases/{case_no}")]
    if any(task.whistle_id is not None for task in case.tasks):
        ways.insert(0, ("whistle", "whistle.see", f"/whistle?case={case_no}"))
    if any("need" in line.details for line in log):
        ways.insert(0, ("needs", "need.see", f"/needs?case={case_no}"))
    return [CaseLink(text(f"console.case.{name}", language), at) for name, grant, at in ways if may(scope, grant)]
