"""The outbox: what is to be told is written in the transaction of the fact; the second process claims it and marks it.

Each notice is written once (code, case, task, recipient, occasion). It is sent at least once: who is killed between
sending and marking leaves it to be sent again when the lease has passed. Source: docs/adr/0026.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from base.database import Row, Transaction
from base.errors import Conflict, NotFound
from base.kept_values import kept_value, plain
from base.statements import load_statements
from base.values import Code, Value
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.notices.recipients import About, Addressed, Recipient, languages_of, recipients
from dispatch.notices.rules import Rule, earliest, rules_of

SQL = load_statements(Path(__file__).parent / "sql" / "outbox.sql")


@dataclass(frozen=True)
class Notice:
    """A notice as it lies in the outbox; ``lease`` is of whoever sends it now."""

    area_id: int
    notice_id: UUID
    code: str
    told: Mapping[str, Value]
    case_no: str | None
    recipient: Recipient
    language: str
    channels: tuple[str, ...]
    channel: str
    urgency: str
    any_hour: bool
    state: str
    tries: int
    lease: UUID | None


def tell(
    transaction: Transaction, area_id: int, at: datetime, code: str, about: About, to: Collection[str] | None = None
) -> int:
    """Write the notices of a code into the outbox, in the transaction of what they tell.

    Parameters
    ----------
    transaction, area_id, at
        the one that writes the fact; the town; the present moment.
    code
        of ``notices.csv``, which says who is told.
    about
        what it is about. What was told on the same occasion before is not told again.
    to
        only these of whom the table names; None: all of them.

    Returns
    -------
    int
        how many were written.
    """
    written = 0
    for rule in (one for one in rules_of(code) if to is None or one.to in to):
        found = recipients(transaction, area_id, rule.to, about)
        reads = languages_of(transaction, area_id, (one.recipient for one in found))
        for one in found:
            written += enqueue(transaction, area_id, at, rule, about, one, reads[one.recipient])
    return written


def enqueue(
    transaction: Transaction, area_id: int, at: datetime, rule: Rule, about: About, to: Addressed, language: str
) -> int:
    """Write one notice; how many were written: none when it was before."""
    goes_at = earliest(at, about.urgency, any_hour=rule.any_hour)
    values = {
        "area_id": area_id,
        "notice_id": uuid4(),
        "code": rule.code,
        "told": _kept(about.told),
        "case_no": about.case_no,
        "task_id": to.task_id,
        "occasion_at": about.occasion_at,
        "recipient_kind": to.recipient.kind,
        "recipient_id": to.recipient.id,
        "language": language,
        "channels": list(rule.channels),
        "channel": rule.channels[0],
        "urgency": about.urgency,
        "any_hour": rule.any_hour,
        "at": at,
        "not_before": goes_at if goes_at > at else None,
        "next_try_at": goes_at,
        "state": "held" if goes_at > at else "waiting",
    }
    return transaction.execute(SQL["enqueue"], values).rowcount


def _kept(told: Mapping[str, Value]) -> str:
    return json.dumps(dict(told), ensure_ascii=False, default=plain)


def told_values(kept: Mapping[str, object]) -> dict[str, Value]:
    """The values of a notice's text, as they were kept."""
    return {name: kept_value(value) for name, value in kept.items()}


def notice_of(row: Row) -> Notice:
    """The notice a row holds."""
    return Notice(
        area_id=row["area_id"],
        notice_id=row["notice_id"],
        code=row["code"],
        told=told_values(row["told"]),
        case_no=row["case_no"],
        recipient=Recipient(row["recipient_kind"], row["recipient_id"]),
        language=row["language"],
        channels=tuple(row["channels"]),
        channel=row["channel"],
        urgency=row["urgency"],
        any_hour=row["any_hour"],
        state=row["state"],
        tries=row["tries"],
        lease=row["lease"],
    )


def send_again(transaction: Transaction, area_id: int, scope: Scope, notice_id: UUID, at: datetime) -> None:
    """Have a notice that was given up sent again, from its first channel on; one that waits already stays as it is.

    Raises
    ------
    NotFound
        when there is none of this id.
    Conflict
        when it has been sent.
    """
    parameters = {"area_id": area_id, "notice_id": notice_id, "at": at}
    row = transaction.execute(SQL["state_of"], parameters).fetchone()
    if row is None:
        raise NotFound("no_such_notice", field="notice", given=notice_id)
    if row["state"] in ("sent", "digested"):
        raise Conflict("notice_is_sent", field="notice", state=Code("notices.state", row["state"]))
    if transaction.execute(SQL["send_again"], parameters).rowcount:
        audit.append(transaction, area_id, at, scope, "notice.again", str(notice_id))


def newest_first(
    transaction: Transaction, area_id: int, scope_values: Mapping[str, object], states: Iterable[str] | None,
    case_no: str | None, limit: int,
) -> list[Row]:  # fmt: skip
    """The notices of the cases the asker may know of, the newest first, as rows; who shows them masks them."""
    parameters = {
        "area_id": area_id,
        "states": None if states is None else list(states),
        "case": case_no,
        "limit": limit,
    }
    return transaction.execute(SQL["notices"], parameters | dict(scope_values)).fetchall()
