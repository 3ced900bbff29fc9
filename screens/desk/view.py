"""What the desk shows of cases; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from base.clock import TOWN_ZONE
from base.values import Code
from dispatch.advice.workforce import WorkerNow
from dispatch.cases.deadlines import Lamp, lamp
from dispatch.cases.incidents import Case, LogLine
from dispatch.cases.ladder import GRID
from dispatch.cases.lifecycle import transition_of
from dispatch.cases.photos import Photo
from dispatch.cases.tasks import Task
from dispatch.competence.items import Item, Lack, department_lack, lead_lack
from screens.desk.reads import OpenCase
from screens.shell.by_law import by_law
from screens.shell.marks import case_marks
from screens.shell.meeting import meeting_words
from words.catalogue import text
from words.names import near_address, type_name
from words.units import day_and_time
from words.values import code_text, list_text

ORDER = (
    "rule", "grant_extension", "refuse_extension", "sign", "start", "feedback", "hand_over", "ask_support", "instruct",
    "supervise", "send_down", "ask_extension", "reply", "opinion", "object", "escalate", "remark", "send_back",
)  # fmt: skip
"""The order in which the verbs of the desk stand as buttons: what waits for a decision, the way of a task, the rest."""
OFF_THE_WAY = frozenset({"send_back", "refuse_extension", "escalate"})
ON_THE_WAY = frozenset({"rule", "grant_extension", "sign", "start", "feedback", "instruct"})
_FIELDS = {"to": "colleagues", "department": "department", "until": "until", "note": "note"}
"""What a verb needs, and the field of the form that asks for it."""
_NOTE_IF_ANY = frozenset({"hand_over", "grant_extension"})
SOON = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """One case of the inbox: what, how urgent, where, how far, by when, what is special about it."""

    case_no: str
    priority: str
    title: str
    place: str
    state: str
    due: str
    lamp: Lamp
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """How many cases wait for a signature, are past a clock, run out within a day."""

    to_sign: int
    overdue: int
    soon: int


@dataclass(frozen=True)
class Press:
    """A button: its verb, what it is called, the fields its form asks for, whether a word has to be said."""

    verb: str
    name: str
    fields: tuple[str, ...]
    needs_note: bool
    tone: str


@dataclass(frozen=True)
class Line:
    """One line of the log, or one task: when, what, who, words."""

    at: str
    what: str
    who: str
    note: str


@dataclass(frozen=True)
class Opened:
    """The open case; ``choices`` are what may be chosen in a form, by field; ``whistle`` leads to its whistle.

    ``laws`` are its items of law, each by name with what is told of it; ``standing`` what who reads may do by them.
    """

    row: Row
    version: int
    description: str
    facts: tuple[tuple[str, str], ...]
    presses: tuple[Press, ...]
    choices: tuple[tuple[str, str, str], ...]
    photos: tuple[Photo, ...]
    tasks: tuple[Line, ...]
    log: tuple[Line, ...]
    whistle: str
    laws: tuple[tuple[str, str], ...]
    standing: tuple[str, ...]


def rows(cases: Sequence[Case], now: datetime, town: str, language: str) -> list[Row]:
    """The cases of a town's inbox, in the order given."""
    return [_row(case, now, town, language) for case in cases]


def counts(cases: Sequence[Case], now: datetime) -> Counts:
    """What the head of the inbox tells."""
    overdue = [case for case in cases if case.is_overdue(now)]
    soon = [one for one in cases if one.next_due_at is not None and now < one.next_due_at <= now + SOON]
    return Counts(sum(case.state == "dispatched" for case in cases), len(overdue), len(soon))


def _row(case: Case, now: datetime, town: str, language: str) -> Row:
    return Row(
        case_no=case.case_no,
        priority=case.priority,
        title=type_name(case.type_code, language),
        place=near_address(case.address_text, town) or case.grid_name or "",
        state=text(f"lifecycle.state.{case.state}", language),
        due=_due(case, language),
        lamp=lamp(case.next_started_at, case.next_due_at, now, is_paused=case.stage == "paused"),
        tags=tuple(_tags(case, language)),
    )


def _due(case: Case, language: str) -> str:
    """What runs out next, and when."""
    if case.next_due_at is None or case.next_stage is None:
        return ""
    step = text(f"console.limit.{case.next_stage}", language)
    return text("desk.due", language, step=step, at=day_and_time(case.next_due_at, language))


def _tags(case: Case, language: str) -> Iterator[str]:
    """What is asked or argued about it, and that it is supervised, how high it is."""
    yield from case_marks(case, language)
    if case.extension_until is not None:
        yield text("desk.tag.extension", language, until=day_and_time(case.extension_until, language))
    if case.answer_due_at is not None:
        yield text("desk.tag.answer", language, at=day_and_time(case.answer_due_at, language))
    if case.supervised_at is not None:
        yield text("desk.tag.supervised", language)
    if case.level > GRID:
        yield text("desk.tag.level", language, level=text(f"lifecycle.level.{case.level}", language))


def opened_view(opened: OpenCase, town: str, language: str) -> Opened:
    """What is shown of the open case."""
    case = opened.case
    return Opened(
        row=_row(case, opened.at, town, language),
        version=case.version,
        description=case.description,
        facts=tuple(_facts(case, language)),
        presses=tuple(
            _press(verb, language, has_items=bool(opened.competence.items)) for verb in ORDER if verb in opened.verbs
        ),
        choices=(
            *(("colleagues", str(one.worker_id), _colleague(opened, one, language)) for one in opened.colleagues),
            *(("item", item.code, item.name) for item in opened.competence.items),
            *(("department", one.code, one.name) for one in opened.departments),
        ),
        photos=tuple(opened.photos),
        tasks=tuple(_task(task, language) for task in case.tasks),
        log=tuple(_line(line, language) for line in opened.log),
        whistle=f"/whistle?case={case.case_no}" if opened.is_called else "",
        laws=tuple((item.name, _law(item, language)) for item in opened.competence.items),
        standing=tuple(_standing(opened, language)) if opened.competence.items else (),
    )


def _law(item: Item, language: str) -> str:
    """Its code, the law, who may handle it, and who needs a card."""
    departments = list_text([Code("departments", code) for code in item.departments], language)
    card = text(f"competence.card.{item.card}", language)
    if item.holders > 1:
        card = text("competence.two", language, card=card)
    return text("competence.item", language, code=item.code, law=item.law, departments=departments, card=card)


def _standing(opened: OpenCase, language: str) -> Iterator[str]:
    """Whether the department of who reads may handle it, and whether he may lead it himself."""
    if opened.own_department is not None:
        lack = department_lack(opened.competence, opened.own_department)
        key = "competence.department_not" if lack else "competence.department_may"
        department = text(f"departments.{opened.own_department}", language)
        yield text(key, language, department=department, lack=_lack(lack, language))
    if opened.own is not None and opened.competence.needs_card:
        lack = lead_lack(opened.competence, opened.own.card, opened.own.department_code)
        yield text("competence.leads_not" if lack else "competence.leads", language, lack=_lack(lack, language))


def _lack(lack: Lack | None, language: str) -> str:
    return code_text(lack.told, language) if lack else ""


def _colleague(opened: OpenCase, one: WorkerNow, language: str) -> str:
    """His name, with what he lacks to lead the case by law."""
    lack = lead_lack(opened.competence, one.card, one.department_code)
    return text("competence.colleague", language, name=one.name, lack=_lack(lack, language)) if lack else one.name


def _facts(case: Case, language: str) -> Iterator[tuple[str, str]]:
    yield text("desk.fact.department", language), case.department_name
    yield text("desk.fact.place", language), " · ".join(filter(None, (case.village_name, case.grid_name)))
    if meet := meeting_words(case, language):
        yield text("desk.fact.meet", language), meet
    if case.due_at is not None:
        yield text("desk.fact.due", language), day_and_time(case.due_at, language)


def _press(verb: str, language: str, *, has_items: bool) -> Press:
    transition = transition_of(verb)
    assert transition is not None
    needs = {*transition.needs, *(("note",) if verb in _NOTE_IF_ANY else ())}
    fields = tuple(field for name, field in _FIELDS.items() if name in needs)
    answer = (("item", "photos") if has_items else ("photos",)) if verb == "feedback" else ()
    tone = "off" if verb in OFF_THE_WAY else "on" if verb in ON_THE_WAY else "besides"
    return Press(
        verb,
        text(f"lifecycle.verb.{verb}", language),
        (*fields, *answer),
        "note" in transition.needs,
        tone,
    )


def _task(task: Task, language: str) -> Line:
    way = (task.sent_at, task.signed_at, task.set_out_at, task.arrived_at, task.started_at, task.ended_at)
    moment = max((one for one in way if one is not None), default=task.created_at)
    return Line(
        day_and_time(moment, language),
        text(f"lifecycle.task_state.{task.state}", language),
        task.name,
        text(f"field.part.{task.kind}", language),
    )


def _line(line: LogLine, language: str) -> Line:
    return Line(
        at=f"{line.at.astimezone(TOWN_ZONE):%m-%d %H:%M}",
        what=text(f"lifecycle.verb.{line.verb}", language),
        who=text(f"lifecycle.role.{line.role}", language),
        note=" · ".join(filter(None, (_whom(line, language), *by_law(line, language), line.note))),
    )


def _whom(line: LogLine, language: str) -> str:
    """Whom a line tells it was given to: the worker, or the department."""
    code = line.details.get("department")
    return str(line.details.get("worker_name") or (text(f"departments.{code}", language) if code else ""))
