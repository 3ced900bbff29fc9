"""What was sent to whom, and did it arrive: the outbox as the centre reads it, numbers masked, looks in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from base.database import Row, Transaction
from base.errors import InvalidInput
from base.values import Code, Value
from dispatch.access import audit
from dispatch.access.masking import mask_name, mask_phone, without_numbers
from dispatch.access.scope import Scope, readable_cases
from dispatch.notices.claims import Error
from dispatch.notices.outbox import newest_first, told_values
from dispatch.notices.rules import DIGEST

NoticeState = Literal["waiting", "sending", "sent", "dead", "held", "digested"]
NOTICE_STATES: tuple[NoticeState, ...] = get_args(NoticeState)
LIMIT = 200
_KEEPS_IT_RUNNING = "sysadmin"
"""Sees that notices leave and why not, of every case, and neither what they say nor whole names."""


@dataclass(frozen=True)
class SentNotice:
    """A notice as its reader may see it.

    ``to`` is who it is for (a name, a masked number, ``Code`` of a robot); ``told`` is None, ``body`` empty where its
    words are not for this reader.
    """

    notice_id: UUID
    code: str
    case_no: str | None
    recipient_kind: str
    to: str | Code
    language: str
    channel: str
    over: str | None
    urgency: str
    state: NoticeState
    tries: int
    created_at: datetime
    not_before: datetime | None
    next_try_at: datetime | None
    sent_at: datetime | None
    last_error: Error | None
    told: Mapping[str, Value] | None
    body: str


def sent_notices(
    transaction: Transaction,
    area_id: int,
    scope: Scope,
    at: datetime,
    state: str | None = None,
    case_no: str | None = None,
    *,
    is_again: bool = False,
) -> list[SentNotice]:
    """The newest notices, of cases the asker may know of; that they were looked at is in the audit.

    ``is_again``: a page that is open looks once more; the audit has its first look.

    Raises
    ------
    InvalidInput
        when there is no such state.
    """
    if state is not None and state not in NOTICE_STATES:
        raise InvalidInput("no_such_notice_state", field="state", given=state, allowed=NOTICE_STATES)
    rows = newest_first(transaction, area_id, _cases_of(scope), None if state is None else [state], case_no, LIMIT)
    if not is_again:
        audit.append(transaction, area_id, at, scope, "notice.list", case_no or "", {"count": len(rows)})
    return [_shown(row, scope) for row in rows]


def _cases_of(scope: Scope) -> dict[str, Any]:
    return readable_cases(scope) | ({"every_case": True} if scope.role == _KEEPS_IT_RUNNING else {})


def _shown(row: Row, scope: Scope) -> SentNotice:
    has_words = scope.role != _KEEPS_IT_RUNNING
    told: dict[str, Value] = told_values(row["told"])
    if row["code"] == DIGEST:
        told = {"count": None, "cases": None} | told
    is_waiting = row["state"] in ("waiting", "held")
    return SentNotice(
        notice_id=row["notice_id"],
        code=row["code"],
        case_no=row["case_no"],
        recipient_kind=row["recipient_kind"],
        to=_to(row, is_whole=has_words),
        language=row["language"],
        channel=row["channel"],
        over=row["sent_over"],
        urgency=row["urgency"],
        state=row["state"],
        tries=row["tries"],
        created_at=row["created_at"],
        not_before=row["not_before"],
        next_try_at=row["next_try_at"] if is_waiting else None,
        sent_at=row["sent_at"],
        last_error=row["last_error"],
        told=told if has_words else None,
        body=without_numbers(row["body"]) if has_words else "",
    )


def _to(row: Row, *, is_whole: bool) -> str | Code:
    if row["recipient_kind"] == "robot":
        return Code("notices.robot", row["recipient_id"])
    if row["recipient_kind"] == "phone":
        return mask_phone(row["recipient_id"])
    name = row["recipient_name"] or row["recipient_id"]
    return name if is_whole or row["recipient_kind"] == "department" else mask_name(name)
