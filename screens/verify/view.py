"""What the verifier's page shows of cases; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from base.clock import TOWN_ZONE
from dispatch.cases.incidents import Case, LogLine
from dispatch.cases.photos import Photo
from screens.verify.reads import OpenCase
from words.catalogue import text
from words.names import type_name


@dataclass(frozen=True)
class Row:
    """One case that waits: what, how urgent, where, why it is here, since when."""

    case_no: str
    priority: str
    title: str
    place: str
    why: str
    since: str


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    at: str
    what: str
    who: str
    note: str


@dataclass(frozen=True)
class Opened:
    """The open case; ``presses`` are the buttons this person has, ``said`` what the handler answered."""

    case_no: str
    version: int
    priority: str
    title: str
    state: str
    place: str
    description: str
    handler: str
    said: str
    before: tuple[Photo, ...]
    after: tuple[Photo, ...]
    rating: str
    presses: tuple[str, ...]
    may_call: bool
    log: tuple[Line, ...]


def rows(cases: Sequence[Case], language: str) -> list[Row]:
    """The cases that wait, in the order given."""
    return [
        Row(
            case_no=case.case_no,
            priority=case.priority,
            title=type_name(case.type_code, language),
            place=case.address_text or case.grid_name or "",
            why=text(f"verify.why.{_why(case)}", language),
            since=f"{(case.handled_at or case.updated_at).astimezone(TOWN_ZONE):%m-%d %H:%M}",
        )
        for case in cases
    ]


def _why(case: Case) -> str:
    if case.needs_call_back:
        return "call_back"
    return "sample" if case.state == "self_handled" else "handled"


def opened_view(opened: OpenCase, language: str) -> Opened:
    """What is shown of the open case."""
    case = opened.case
    rated = "" if case.satisfied is None else ("satisfied" if case.satisfied else "dissatisfied")
    return Opened(
        case_no=case.case_no,
        version=case.version,
        priority=case.priority,
        title=type_name(case.type_code, language),
        state=text(f"lifecycle.state.{case.state}", language),
        place=case.address_text or case.grid_name or "",
        description=case.description,
        handler=case.worker.name if case.worker else "",
        said=_said(opened.log, language),
        before=tuple(photo for photo in opened.photos if photo.moment == "before"),
        after=tuple(photo for photo in opened.photos if photo.moment != "before"),
        rating=text(f"lifecycle.rating.{rated}", language) if rated else "",
        presses=_presses(opened),
        may_call=bool(case.reporter_phone),
        log=tuple(_line(line, language) for line in opened.log),
    )


def _presses(opened: OpenCase) -> tuple[str, ...]:
    verify = ("pass", "fail") if "verify" in opened.verbs else ()
    rate = ("satisfied", "dissatisfied") if "rate" in opened.verbs else ()
    return (*verify, *rate, *(("called",) if opened.case.needs_call_back else ()))


def _said(log: Sequence[LogLine], language: str) -> str:
    """What the handler said last, and why there is no picture."""
    line = next((line for line in reversed(log) if line.verb in ("feedback", "self_handle")), None)
    return "" if line is None else _words(line, language)


def _words(line: LogLine, language: str) -> str:
    why, found = line.details.get("no_photo_reason"), line.details.get("found")
    told = [line.note, text("verify.no_photo", language, why=why) if why else ""]
    told += [] if found is None else [text(f"verify.found.{'yes' if found else 'no'}", language)]
    return " · ".join(part for part in told if part)


def _line(line: LogLine, language: str) -> Line:
    return Line(
        at=f"{line.at.astimezone(TOWN_ZONE):%m-%d %H:%M}",
        what=text(f"lifecycle.verb.{line.verb}", language),
        who=text(f"lifecycle.role.{line.role}", language),
        note=_words(line, language),
    )
