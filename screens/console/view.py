"""What the queue and the case panel show: records in, view models out; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dispatch.access import Principal, may
from dispatch.case_view import type_name
from dispatch.deadlines import step_due
from dispatch.incidents import Case, LogLine
from dispatch.lifecycle import ENDED, IN_HAND, WAITING
from dispatch.texts import text
from dispatch.workforce import WorkerNow
from mapdata.roads import Way
from screens.console.words import clock_time, near_address, say_distance, say_duration

Record = Mapping[str, Any]
ON_THE_WAY = frozenset({"dispatched", "received"})
"""States in which somebody was sent and is not there yet."""

VERB_ORDER = (
    "accept", "sign", "arrive", "start", "feedback", "verify", "rework", "close", "transfer", "send_back", "reject",
    "cancel",
)  # fmt: skip
"""The order in which verbs stand as buttons: the way of a case, then the ways off it (``dispatch`` has a place of its
own)."""
OFF_THE_WAY = frozenset({"reject", "cancel", "send_back"})
AGAIN = frozenset({"rework", "transfer"})
GROUPS = ("waiting", "to_verify", "under_way", "finished")
"""What the centre has to do with a case, what it must do first first."""


@dataclass(frozen=True)
class QueueRow:
    """One case in the queue."""

    case_no: str
    priority: str
    title: str
    place: str
    state_name: str
    group: str
    since: str
    due: str
    worker: str
    words: str


def queue_group(state: str) -> str:
    """Which filter of the queue a state belongs to, one of :data:`GROUPS`."""
    if state in WAITING:
        return "waiting"
    if state in ENDED:
        return "finished"
    return "under_way" if state in IN_HAND or state == "suspended" else "to_verify"


def queue_rows(cases: Sequence[Case], town: str, language: str) -> list[QueueRow]:
    """The queue of a town's cases: what waits first, most urgent first, then what is due first."""
    rows = [_queue_row(case, town, language) for case in cases]
    return sorted(rows, key=lambda row: (GROUPS.index(row.group), row.priority, row.due or "~", row.since))


def place_of(case: Case, town: str) -> str:
    """Where a case is, in few words: its address within the grid, else its grid."""
    return near_address(case.address_text, town, case.grid_name) or case.grid_name or case.grid_code or ""


def _queue_row(case: Case, town: str, language: str) -> QueueRow:
    title, place = type_name(case.type_code, language), place_of(case, town)
    worker = case.open_worker.name if case.open_worker else ""
    return QueueRow(
        case_no=case.case_no,
        priority=case.priority,
        title=title,
        place=place,
        state_name=text(f"lifecycle.state.{case.state}", language),
        group=queue_group(case.state),
        since=case.reported_at.isoformat(),
        due=_due(case),
        worker=worker,
        words=" ".join(
            (case.case_no, title, case.description, case.address_text, case.grid_name or "", worker)
        ).lower(),
    )


def _due(case: Case) -> str:
    return case.due_at.isoformat() if case.due_at and not case.has_ended else ""


def group_counts(rows: Sequence[QueueRow]) -> dict[str, int]:
    """How many rows each filter of the queue would show."""
    groups = ("waiting", "under_way", "to_verify")
    return {"all": len(rows)} | {group: sum(row.group == group for row in rows) for group in groups}


@dataclass(frozen=True)
class VerbButton:
    """One thing this person may do with the case now."""

    verb: str
    label: str
    tone: str


@dataclass(frozen=True)
class SaidLine:
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
    due: str
    next_step: str
    next_since: str
    next_due: str
    description: str
    facts: tuple[tuple[str, str], ...]
    verbs: tuple[VerbButton, ...]
    log: tuple[SaidLine, ...]
    step: int
    may_send: bool


STEPS = ("reported", "accepted", "dispatched", "received", "on_scene", "handled", "closed")
_STEP_OF = {"checking": 0, "handling": 4, "suspended": 4, "verifying": 5, "archived": 6}


def case_step(state: str) -> int:
    """How far a case has come along :data:`STEPS`; -1 when it left the way (rejected, merged, cancelled)."""
    return STEPS.index(state) if state in STEPS else _STEP_OF.get(state, -1)


def case_view(case: Case, log: Sequence[LogLine], allowed: Sequence[str], language: str) -> CaseView:
    """What the panel shows of a case; ``allowed`` are the verbs its reader may say now."""
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
        due=_due(case),
        next_step=text(f"console.limit.{following[0]}", language) if following else "",
        next_since=case.updated_at.isoformat(),
        next_due=following[1].isoformat() if following else "",
        description=case.description,
        facts=_facts(case, language),
        verbs=tuple(_button(verb, language) for verb in VERB_ORDER if verb in allowed),
        log=tuple(_said(line, names, language) for line in log),
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
    told = {details["worker"]: details["worker_name"] for details in sent}
    return told | ({case.worker.worker_id: case.worker.name} if case.worker else {})


def _said(line: LogLine, names: Mapping[int, str], language: str) -> SaidLine:
    before = names.get(line.details.get("from_worker", 0), "")
    sent = " → ".join(name for name in (before, str(line.details.get("worker_name", ""))) if name)
    return SaidLine(
        at=clock_time(line.at),
        who=_who(line, names, language),
        account=line.actor,
        what=text(f"console.done.{line.verb}", language) + (f" · {sent}" if sent else ""),
        note=line.note,
    )


def _who(line: LogLine, names: Mapping[int, str], language: str) -> str:
    """The role that said it; the worker's name where it was said by his phone, both where somebody said it for him."""
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


def case_links(principal: Principal, case_no: str, language: str) -> list[CaseLink]:
    """The other ways to look at the case that are granted to this person."""
    ways = (("replay", "track.read", f"/replay?case={case_no}"), ("print", "map.print", f"/print/cases/{case_no}"))
    return [CaseLink(text(f"console.case.{name}", language), at) for name, grant, at in ways if may(principal, grant)]


@dataclass(frozen=True)
class AdviceRow:
    """One worker of the suggestion."""

    rank: int
    worker: int
    name: str
    role: str
    eta: str
    distance: str
    straight: str
    fix: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class AdviceView:
    """The suggestion: who is there first and why, who was passed over and why, or why nobody."""

    suggestion: str
    case_no: str
    rows: tuple[AdviceRow, ...]
    passed_over: tuple[tuple[str, str, str], ...]
    nobody: str


def advice_view(advice: Record, language: str) -> AdviceView:
    """What the panel shows of a suggestion."""
    return AdviceView(
        suggestion=str(advice["suggestion"]),
        case_no=advice["case_no"],
        rows=tuple(_advice_row(worker, language) for worker in advice["workers"]),
        passed_over=tuple(
            (entry["name"], say_distance(entry["straight_m"], language), entry["reason"]["text"])
            for entry in advice["passed_over"]
        ),
        nobody=(advice.get("nobody") or {}).get("text", ""),
    )


def _advice_row(worker: Record, language: str) -> AdviceRow:
    mode = text(f"console.mode.{worker['mode']}", language)
    role = text(f"console.role.{worker['role']}", language)
    return AdviceRow(
        rank=worker["rank"],
        worker=worker["worker"],
        name=worker["name"],
        role=f"{role} · {mode}",
        eta=say_duration(worker["eta_s"], language),
        distance=say_distance(worker["distance_m"], language),
        straight=text("console.advice.straight", language, d=say_distance(worker["straight_m"], language)),
        fix=_fix(worker, language),
        reasons=tuple(reason["text"] for reason in worker["reasons"]),
    )  # fmt: skip


def _fix(worker: Record, language: str) -> str:
    if worker["fix_age_s"] is None:
        return ""
    age = say_duration(worker["fix_age_s"], language)
    return text("console.advice.fix", language, age=age, accuracy=round(worker["accuracy_m"] or 0))


@dataclass(frozen=True)
class ResponderView:
    """The worker who was sent: who, on which step, how far still."""

    worker: int
    name: str
    status: str
    still: str
    phone: str


def responder_view(
    case: Case, worker: WorkerNow | None, way: Way | None, now: datetime, language: str
) -> ResponderView | None:
    """The worker on the case, and how long his way still is while he is on it."""
    sent = case.open_worker
    if sent is None:
        return None
    still = ""
    if way is not None:
        at = clock_time(now + timedelta(seconds=way.eta_s))[:5]
        words = {"eta": say_duration(way.eta_s, language), "distance": say_distance(way.distance_m, language)}
        still = text("console.worker.still", language, at=at, **words)
    status = text(f"lifecycle.state.{case.state}", language)
    return ResponderView(sent.worker_id, sent.name, status, still, worker.phone if worker else "")
