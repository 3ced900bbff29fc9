"""What is shown of hand-overs, on the page and on paper; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from base.values import Code
from dispatch.handovers.handovers import Handover, HandoverHead, Signature
from dispatch.handovers.sheet import PARTS, Line
from words.catalogue import text
from words.names import name_of, near_address
from words.units import day_and_time
from words.values import code_text

_LATE = frozenset({"case_late", "p1_unseen", "sos_unseen"})
"""Lines that burn."""


@dataclass(frozen=True)
class HeadRow:
    """One sheet of the list."""

    handover_id: str
    at: str
    begun_by: str
    state: str
    state_words: str


@dataclass(frozen=True)
class LineRow:
    """One line: the moment it is about, of which case and how urgent, and what; ``kind`` of a change."""

    at: str
    case_no: str
    priority: str
    text: str
    is_late: bool = False
    kind: str = ""
    kind_words: str = ""


@dataclass(frozen=True)
class PartRows:
    """One part of the sheet; ``crowd`` are those who are out without a case, who are many: shown one beside another."""

    name: str
    title: str
    when: str
    rows: tuple[LineRow, ...]
    crowd: tuple[LineRow, ...]


@dataclass(frozen=True)
class SignatureRow:
    """One of the two signatures."""

    side: str
    label: str
    text: str
    is_signed: bool


@dataclass(frozen=True)
class RemarkRow:
    """One remark: who, when, what."""

    by: str
    words: str


@dataclass(frozen=True)
class Opened:
    """The open sheet; ``presses`` are the buttons this person has, ``note`` what the field is for (empty: none)."""

    handover_id: str
    version: int
    state: str
    state_words: str
    begun: str
    gathered: str
    signatures: tuple[SignatureRow, ...]
    words: str
    changed: str
    changes: tuple[LineRow, ...]
    parts: tuple[PartRows, ...]
    remarks: tuple[RemarkRow, ...]
    presses: tuple[str, ...]
    note: str
    own_words: str


def state_of(head: HandoverHead) -> str:
    """How far a sheet is, as a word of a few."""
    if head.is_closed:
        return "closed"
    return "draft" if head.outgoing is None else "waiting"


def head_rows(found: Sequence[HandoverHead], language: str) -> list[HeadRow]:
    """The list, in the order given."""
    return [
        HeadRow(
            str(one.handover_id),
            day_and_time(one.opened_at, language),
            _begun(one, language),
            state_of(one),
            text(f"handover.state.{state_of(one)}", language),
        )
        for one in found
    ]


def presses_of(found: Handover, account: str) -> tuple[str, ...]:
    """The buttons somebody has: who goes gathers and signs, another signs after him, both may remark."""
    if found.is_closed:
        return ()
    if account == found.opened_by:
        return ("refresh", "outgoing") if found.outgoing is None else ("refresh", "remark")
    return ("remark",) if found.outgoing is None else ("remark", "incoming")


def opened_view(found: Handover, account: str, town: str, language: str) -> Opened:
    """What is shown of the open sheet to somebody; the town's name is left out of addresses."""
    state, presses = state_of(found), presses_of(found, account)
    is_own_draft = "outgoing" in presses
    return Opened(
        handover_id=str(found.handover_id),
        version=found.version,
        state=state,
        state_words=text(f"handover.state.{state}", language),
        begun=_begun(found, language),
        gathered=text(
            "handover.gathered", language, at=day_and_time(found.gathered_at, language), version=found.version
        ),
        signatures=tuple(
            _signature(side, one, language)
            for side, one in (("outgoing", found.outgoing), ("incoming", found.incoming))
        ),
        words=found.words,
        changed=_changed(found, language),
        changes=tuple(_change(one.kind, one.line, town, language) for one in found.changes),
        parts=tuple(_part(name, found.lines, town, language) for name in PARTS),
        remarks=tuple(RemarkRow(_signed(one.by, one.role, one.at, language), one.words) for one in found.remarks),
        presses=presses,
        note=text(f"handover.write.{'words' if is_own_draft else 'remark'}", language) if presses else "",
        own_words=found.words if is_own_draft else "",
    )


def _begun(head: HandoverHead, language: str) -> str:
    role, at = name_of("lifecycle.role", head.opened_role, language), day_and_time(head.opened_at, language)
    return text("handover.begun_by", language, by=head.opened_by, role=role, at=at)


def _signed(by: str, role: str, at: datetime, language: str) -> str:
    words = {"by": by, "role": name_of("lifecycle.role", role, language), "at": day_and_time(at, language)}
    return text("handover.signed", language, **words)


def _signature(side: str, signature: Signature | None, language: str) -> SignatureRow:
    said = text("handover.unsigned", language)
    if signature is not None:
        said = _signed(signature.by, signature.role, signature.at, language)
    return SignatureRow(side, text(f"handover.{side}", language), said, signature is not None)


def _changed(found: Handover, language: str) -> str:
    if not found.changes:
        return ""
    return text(f"handover.changed.{'closed' if found.is_closed else 'open'}", language, n=len(found.changes))


def _part(name: str, lines: Sequence[Line], town: str, language: str) -> PartRows:
    rows = tuple(line_row(line, town, language) for line in lines if line.part == name)
    crowd = tuple(row for row in rows if name == "out" and not row.case_no)
    title = f"{text(f'handover.part.{name}', language)} {len(rows)}"
    when = text(f"handover.when.{name}", language)
    return PartRows(name, title, when, tuple(row for row in rows if row not in crowd), crowd)


def line_row(line: Line, town: str, language: str, kind: str = "", kind_words: str = "") -> LineRow:
    """One line in a language."""
    return LineRow(
        at="" if line.at is None else day_and_time(line.at, language),
        case_no=line.case_no or "",
        priority=line.priority or "",
        text=code_text(_without(line.said, town), language),
        is_late=line.said.code in _LATE,
        kind=kind,
        kind_words=kind_words,
    )


def _without(said: Code, town: str) -> Code:
    """What is said, its addresses without what every reader knows."""
    known = {
        name: near_address(value, town) for name in ("place", "near") if isinstance(value := said.values.get(name), str)
    }
    return replace(said, values={**said.values, **known})


def _change(kind: str, line: Line, town: str, language: str) -> LineRow:
    return line_row(line, town, language, kind, text(f"handover.change.{kind}", language))
