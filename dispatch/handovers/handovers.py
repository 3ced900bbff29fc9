"""A hand-over: begun and gathered by who goes, signed by him, read and signed by who comes; then it stays as it is.

Each write carries an id; the same id of the same account again changes nothing.

Source: docs/domain.md, "Handing over a shift".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

from base.clock import TOWN_ZONE
from base.database import Row, Transaction
from base.errors import Conflict, Forbidden, InvalidInput, NotFound
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases.intake import is_storable
from dispatch.centre import Centre
from dispatch.handovers.gathering import SQL, gather
from dispatch.handovers.sheet import Change, Line, changes, changes_of, kept_changes, kept_lines, lines_of

Side = Literal["outgoing", "incoming"]
LONGEST_WORDS = 2000
LIST_LIMIT = 200


@dataclass(frozen=True)
class Signature:
    """Who signed, as what, and when."""

    by: str
    role: str
    at: datetime


@dataclass(frozen=True)
class Remark:
    """A question or remark of somebody about a sheet."""

    by: str
    role: str
    at: datetime
    words: str


@dataclass(frozen=True)
class HandoverHead:
    """A sheet as it stands in a list: who began it when, and who has signed."""

    handover_id: UUID
    opened_by: str
    opened_role: str
    opened_at: datetime
    outgoing: Signature | None
    incoming: Signature | None

    @property
    def is_closed(self) -> bool:
        """Whether both have signed, so that nothing of it changes any more."""
        return self.incoming is not None


@dataclass(frozen=True)
class Handover(HandoverHead):
    """A sheet: what was gathered when, the words of who goes, remarks, and what has become otherwise since.

    Of one that both have signed ``changes`` are those up to the second signature.
    """

    version: int
    words: str
    gathered_at: datetime
    lines: tuple[Line, ...]
    remarks: tuple[Remark, ...]
    changes: tuple[Change, ...]


def list_handovers(
    transaction: Transaction, area_id: int, day: date | None = None, limit: int = LIST_LIMIT
) -> list[HandoverHead]:
    """The sheets, those begun on a day of the town or all, the newest first."""
    since = None if day is None else datetime(day.year, day.month, day.day, tzinfo=TOWN_ZONE)
    until = None if since is None else since + timedelta(days=1)
    rows = transaction.execute(
        SQL["handovers"], {"area_id": area_id, "since": since, "until": until, "limit": limit}
    ).fetchall()
    return [_head(row) for row in rows]


def open_handover(centre: Centre, transaction: Transaction, scope: Scope, handover_id: UUID) -> Handover:
    """Begin a sheet, gathered at this moment; the account's same id again is the same sheet.

    Raises
    ------
    Conflict
        when the account has begun one that both have not signed yet, or the id is another's.
    """
    area_id, at = centre.area.area_id, centre.clock()
    key = _key(area_id, handover_id) | {"account": scope.account}
    if transaction.execute(SQL["handover_of_id"], key).fetchone() is None:
        sheet = kept_lines(gather(centre, transaction, scope, at, with_places=True))
        added = transaction.execute(
            SQL["add_handover"], key | {"role": scope.role, "at": at, "sheet": sheet}
        ).fetchone()
        begun = transaction.execute(SQL["open_of_account"], key).fetchone()
        if added is None and begun is not None and begun["handover_id"] != handover_id:
            raise Conflict("handover_begun_already", field="id", at=begun["opened_at"], handover=begun["handover_id"])
        if added is not None:
            audit.append(transaction, area_id, at, scope, "handover.open", str(handover_id))
            return read_handover(centre, transaction, scope, handover_id)
    found = look_at(centre, transaction, scope, handover_id)
    if found.opened_by != scope.account:
        raise Conflict("handover_id_taken", field="id", handover=handover_id)
    return found


def look_at(centre: Centre, transaction: Transaction, scope: Scope, handover_id: UUID) -> Handover:
    """One sheet; that it was opened is in the audit.

    Raises
    ------
    NotFound
        when the town has none of this id.
    """
    found = read_handover(centre, transaction, scope, handover_id)
    audit.append(transaction, centre.area.area_id, centre.clock(), scope, "handover.read", str(handover_id))
    return found


def read_handover(centre: Centre, transaction: Transaction, scope: Scope, handover_id: UUID) -> Handover:
    """One sheet, for what changes it or has it open already.

    Raises
    ------
    NotFound
        when the town has none of this id.
    """
    area_id = centre.area.area_id
    row = transaction.execute(SQL["handover_of_id"], _key(area_id, handover_id)).fetchone()
    if row is None:
        raise NotFound("no_such_handover", field="handover", given=handover_id)
    head, lines = _head(row), lines_of(row["sheet"])
    if head.is_closed:
        since = changes_of(row["changes"])
    else:
        since = tuple(changes(lines, gather(centre, transaction, scope, centre.clock(), with_places=False)))
    remarks = transaction.execute(SQL["remarks"], _key(area_id, handover_id))
    return Handover(
        **vars(head), version=row["version"], words=row["words"], gathered_at=row["gathered_at"], lines=lines,
        remarks=tuple(Remark(one["account"], one["role"], one["at"], one["words"]) for one in remarks), changes=since,
    )  # fmt: skip


def refresh(
    centre: Centre, transaction: Transaction, scope: Scope, handover_id: UUID, write_id: UUID, words: str | None = None
) -> Handover:
    """Gather the sheet anew; a signature under what it was before does not hold any more.

    Raises
    ------
    NotFound, Forbidden, Conflict, InvalidInput
        when there is none, it is a colleague's, both have signed it, or the words cannot be kept.
    """
    _check_words(words)

    def write(found: Handover, at: datetime) -> None:
        _require_own(found, scope)
        sheet = kept_lines(gather(centre, transaction, scope, at, with_places=True))
        key = _key(centre.area.area_id, handover_id)
        transaction.execute(SQL["gather_anew"], key | {"sheet": sheet, "at": at, "words": words})

    return _written(centre, transaction, scope, handover_id, write_id, "refresh", write)


def sign(
    centre: Centre, transaction: Transaction, scope: Scope, handover_id: UUID, write_id: UUID, side: Side, version: int,
    words: str | None = None,
) -> Handover:  # fmt: skip
    """Sign the sheet that was read: who has begun it as the one who goes, then another as the one who comes.

    Parameters
    ----------
    side
        as which of the two.
    version
        of the sheet that was read.
    words
        what the one who goes has to say besides; None leaves what he said before.

    Raises
    ------
    NotFound
        when the town has none of this id.
    Forbidden
        when it would be signed for a colleague.
    Conflict
        when one would sign both sides, the first has not signed, it is signed already, or was gathered anew.
    InvalidInput
        when the words cannot be kept.
    """
    _check_words(words)

    def write(found: Handover, at: datetime) -> None:
        _check_side(found, scope, side)
        if found.version != version:
            raise Conflict("handover_gathered_anew", field="version", given=version, version=found.version)
        key = _key(centre.area.area_id, handover_id) | {"account": scope.account, "role": scope.role, "at": at}
        transaction.execute(SQL[f"sign_{side}"], key | {"words": words, "changes": kept_changes(found.changes)})

    return _written(centre, transaction, scope, handover_id, write_id, side, write)


def remark(
    centre: Centre, transaction: Transaction, scope: Scope, handover_id: UUID, write_id: UUID, words: str
) -> Handover:
    """Ask or remark something; it stands on the sheet with who and when.

    Raises
    ------
    NotFound, Conflict, InvalidInput
        when there is none, both have signed it, or nothing is said, or what cannot be kept.
    """
    if not words.strip():
        raise InvalidInput("handover_remark_needed", field="words")
    _check_words(words)
    said = words.strip()
    return _written(centre, transaction, scope, handover_id, write_id, "remark", lambda _found, _at: None, said)


def _written(
    centre: Centre, transaction: Transaction, scope: Scope, handover_id: UUID, write_id: UUID, act: str,
    write: Callable[[Handover, datetime], None], words: str = "",
) -> Handover:  # fmt: skip
    """Hold the sheet, let ``write`` change it once, and note it; what was written before is only read."""
    area_id, at = centre.area.area_id, centre.clock()
    transaction.execute(SQL["hold_handover"], _key(area_id, handover_id))
    found = read_handover(centre, transaction, scope, handover_id)
    if not _is_new(transaction, scope, area_id, handover_id, write_id, act, at, words):
        return look_at(centre, transaction, scope, handover_id)
    if found.incoming is not None:
        raise Conflict("handover_closed", field="handover", by=found.incoming.by, at=found.incoming.at)
    write(found, at)
    after = read_handover(centre, transaction, scope, handover_id)
    details = {"version": after.version, "digest": digest(after)}
    audit.append(transaction, area_id, at, scope, f"handover.{act}", str(handover_id), details)
    return after


def digest(handover: Handover) -> str:
    """What tells that a sheet is the one that was signed: SHA-256 of its lines and the words, hexadecimal."""
    return sha256(f"{kept_lines(handover.lines)}\n{handover.words}".encode()).hexdigest()


def _is_new(
    transaction: Transaction, scope: Scope, area_id: int, handover_id: UUID, write_id: UUID, act: str, at: datetime,
    words: str = "",
) -> bool:  # fmt: skip
    values = {"account": scope.account, "role": scope.role, "write_id": write_id, "act": act, "at": at, "words": words}
    return transaction.execute(SQL["add_act"], _key(area_id, handover_id) | values).fetchone() is not None


def _check_side(found: Handover, scope: Scope, side: Side) -> None:
    """Who may sign as what: the one who has begun it as he who goes, after him anybody else as he who comes."""
    if side == "outgoing":
        _require_own(found, scope)
        if found.outgoing is not None:
            raise Conflict("handover_signed_already", field="side", by=found.outgoing.by, at=found.outgoing.at)
    elif found.opened_by == scope.account:
        raise Conflict("handover_both_sides", field="side")
    elif found.outgoing is None:
        raise Conflict("handover_outgoing_first", field="side", by=found.opened_by)


def _require_own(found: Handover, scope: Scope) -> None:
    if found.opened_by != scope.account:
        raise Forbidden("handover_of_colleague", field="handover", by=found.opened_by)


def _check_words(words: str | None) -> None:
    if words is not None and (len(words) > LONGEST_WORDS or not is_storable(words)):
        raise InvalidInput("text_not_storable", field="words")


def _key(area_id: int, handover_id: UUID) -> dict[str, object]:
    return {"area_id": area_id, "handover_id": handover_id}


def _head(row: Row) -> HandoverHead:
    out_at, in_at = row["outgoing_signed_at"], row["incoming_signed_at"]
    return HandoverHead(
        row["handover_id"], row["opened_by"], row["opened_role"], row["opened_at"],
        None if out_at is None else Signature(row["opened_by"], row["opened_role"], out_at),
        None if in_at is None else Signature(row["incoming_by"], row["incoming_role"], in_at),
    )  # fmt: skip
