"""What the panel shows of a case: head, facts, verbs, log; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispatch.access.grants import may
from dispatch.access.scope import Scope
from dispatch.cases.deadlines import step_due
from dispatch.cases.incidents import Case, LogLine
from dispatch.cases.lifecycle import WAY, meaning_of
from screens.console.queue_view import due_of, queue_group
from words.catalogue import text
from words.names import type_name
from words.units import time_of_day

VERB_ORDER = (
    "accept", "sign", "arrive", "start", "feedback", "verify", "rework", "close", "transfer", "send_back", "reject",
    "cancel",
)  # fmt: skip
"""The order in which verbs stand as buttons: the way of a case, then the ways off it (``dispatch`` has a place of its
own)."""
OFF_THE_WAY = frozenset({"reject", "cancel", "send_back"})
AGAIN = frozenset({"rework", "transfer"})


@dataclass(frozen=True)
class VerbButton:
    """One thing this person may do with the case now."""

    verb: str
    label: str
    tone: str


@dataclass(frozen=True)
class LogRow:
    """One line of the case's log as it is read."""

    at: str
    who: str
    account: str
    what: str
    note: str


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
    next_step: str
    next_since: str
    next_due: str
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


def case_view(case: Case, log: Sequence[LogLine], allowed: Sequence[str], language: str) -> CaseView:
    """What the panel shows of a case; ``allowed`` are the verbs its reader may perform now."""
    following = step_due(case.state, case.priority, case.updated_at, case.due_at)
    names = _names_sent(case, log)
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
        started=case.started_at.isoformat(),
        due=due_of(case),
        next_step=text(f"console.limit.{following[0]}", language) if following else "",
        next_since=case.updated_at.isoformat(),
        next_due=following[1].isoformat() if following else "",
        description=case.description,
        facts=_facts(case, language),
        verbs=tuple(_button(verb, language) for verb in VERB_ORDER if verb in allowed),
        log=tuple(_log_row(line, names, language) for line in log),
        step=case_step(case.state),
        may_send="dispatch" in allowed,
    )


def _button(verb: str, language: str) -> VerbButton:
    tone = "off" if verb in OFF_THE_WAY else "again" if verb in AGAIN else "on"
    return VerbButton(verb, text(f"console.verb.{verb}", language), tone)


def _facts(case: Case, language: str) -> tuple[tuple[str, str], ...]:
    village, grid_name = case.village_name or "", case.grid_name or ""
    grid = grid_name if grid_name.startswith(village) else f"{village} {grid_name}"
    reporter = " ".join(part for part in (case.reporter_name, case.reporter_phone) if part)
    channel = text(f"console.channel.{case.source_channel}", language)
    pairs = (
        ("grid", grid or text("console.case.outside", language)),
        ("address", case.address_text),
        ("department", case.department_name or case.department_code),
        ("source", f"{channel} · {reporter}" if reporter else channel),
    )
    return tuple((text(f"console.case.{name}", language), value) for name, value in pairs if value)


def _names_sent(case: Case, log: Sequence[LogLine]) -> dict[int, str]:
    """The name of everybody who was ever sent to the case, by id."""
    sent = [line.details for line in log if {"worker", "worker_name"} <= line.details.keys()]
    by_id = {details["worker"]: details["worker_name"] for details in sent}
    return by_id | ({case.worker.worker_id: case.worker.name} if case.worker else {})


def _log_row(line: LogLine, names: Mapping[int, str], language: str) -> LogRow:
    before = names.get(line.details.get("from_worker", 0), "")
    sent = " → ".join(name for name in (before, str(line.details.get("worker_name", ""))) if name)
    return LogRow(
        at=time_of_day(line.at),
        who=_who(line, names, language),
        account=line.actor,
        what=text(f"console.done.{line.verb}", language) + (f" · {sent}" if sent else ""),
        note=line.note,
    )


def _who(line: LogLine, names: Mapping[int, str], language: str) -> str:
    """The role that did it; the worker's name where his phone did, both where somebody did it for him."""
    role = text(f"lifecycle.role.{line.role}", language)
    name = names.get(line.details.get("on_behalf_of", 0))
    if name is None:
        return role
    if line.role == "gateway":
        return name
    return text("console.case.on_behalf", language, role=role, name=name)


@dataclass(frozen=True)
class CaseLink:
    """Another way to look at the case: what it is called, where it is."""

    label: str
    address: str


def case_links(scope: Scope, case_no: str, language: str) -> list[CaseLink]:
    """The other ways to look at the case that are granted to this person."""
    ways = (("replay", "track.read", f"/replay?case={case_no}"), ("print", "map.print", f"/print/cases/{case_no}"))
    return [CaseLink(text(f"console.case.{name}", language), at) for name, grant, at in ways if may(scope, grant)]
