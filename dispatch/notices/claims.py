"""Sending, as far as the database has a part in it: what is due is claimed for a while, then marked as what came of it.

Claims of a town are made one after the other (an advisory lock, for some milliseconds), so that what one person got in
the last hour counts right however many processes send.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from base.database import Row, Transaction
from base.statements import load_statements
from dispatch.notices.outbox import Notice, notice_of
from dispatch.notices.recipients import Recipient
from dispatch.notices.rules import (
    DIGEST,
    LEASE,
    MOST_AN_HOUR,
    MOST_TRIES,
    ROBOT_A_MINUTE,
    URGENT,
    channel_after,
    closed_for,
    earliest,
    next_hour,
    pause_after,
)

SQL = load_statements(Path(__file__).parent / "sql" / "claims.sql")

Error = Mapping[str, str]
"""What went wrong: ``code`` of ``notices.error``, and what fills its text."""
INTERRUPTED: Error = {"code": "interrupted"}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROBOT_PAUSE = timedelta(seconds=5)


def claim(transaction: Transaction, area_id: int, at: datetime, most: int) -> list[Notice]:
    """Take up to ``most`` notices to be sent now, the gravest first; commit before sending.

    What may not go now is put off, or told in a digest, and not given out.
    """
    transaction.execute(SQL["lock_claims"], {"area_id": area_id})
    rows = transaction.execute(SQL["due"], {"area_id": area_id, "at": at, "most": most}).fetchall()
    claimed = [_claim(transaction, notice_of(row), at) for row in rows]
    return [notice for notice in claimed if notice is not None]


def _claim(transaction: Transaction, notice: Notice, at: datetime) -> Notice | None:
    goes_at = _may_go_at(transaction, notice, at)
    if goes_at > at:
        _mark(transaction, notice, "put_off", until=goes_at)
    elif notice.state == "sending" and notice.tries >= MOST_TRIES:
        _mark(transaction, notice, "give_up", error=json.dumps(dict(INTERRUPTED)))
    elif _has_had_enough(transaction, notice, at):
        _digest(transaction, notice, at)
    else:
        return notice_of(_mark(transaction, notice, "take", lease=uuid4(), leased_until=at + LEASE)[0])
    return None


def _may_go_at(transaction: Transaction, notice: Notice, at: datetime) -> datetime:
    """When it may go: in the quiet hours few do, and a robot takes so many a minute."""
    if notice.recipient.kind == "robot" and _recent(transaction, notice, at - MINUTE) >= ROBOT_A_MINUTE:
        return at + ROBOT_PAUSE
    return earliest(at, notice.urgency, any_hour=notice.any_hour)


def _has_had_enough(transaction: Transaction, notice: Notice, at: datetime) -> bool:
    """Whether its reader got so many in the last hour that he is told the rest together; never what is urgent."""
    if notice.recipient.kind == "robot" or notice.urgency in URGENT or notice.code == DIGEST:
        return False
    return _recent(transaction, notice, at - HOUR) >= MOST_AN_HOUR


def _mark(transaction: Transaction, notice: Notice, name: str, **values: Any) -> list[Row]:
    parameters = {"area_id": notice.area_id, "notice_id": notice.notice_id, "given": notice.lease} | values
    cursor = transaction.execute(SQL[name], parameters)
    return cursor.fetchall() if cursor.description else []


def _recent(transaction: Transaction, notice: Notice, since: datetime) -> int:
    """How many the recipient was sent, or is being sent, since a moment."""
    parameters = _to(notice.area_id, notice.recipient) | {"since": since, "notice_id": notice.notice_id}
    row = transaction.execute(SQL["recent"], parameters).fetchone()
    assert row is not None
    return int(row["n"])


def _to(area_id: int, recipient: Recipient) -> dict[str, Any]:
    return {"area_id": area_id, "recipient_kind": recipient.kind, "recipient_id": recipient.id}


def _digest(transaction: Transaction, notice: Notice, at: datetime) -> None:
    """Tell it together with others at the next full hour whose digest has not gone yet."""
    goes_at = next_hour(at)
    for _ in range(24):
        parameters = _to(notice.area_id, notice.recipient) | {
            "notice_id": notice.notice_id,
            "digest_id": uuid4(),
            "language": notice.language,
            "channels": list(notice.channels),
            "goes_at": goes_at,
            "at": at,
        }
        transaction.execute(SQL["open_digest"], parameters)
        if transaction.execute(SQL["join_digest"], parameters).rowcount:
            return
        goes_at = next_hour(goes_at)


def digested(transaction: Transaction, notice: Notice) -> tuple[int, list[str]]:
    """How many notices a digest tells of, and their cases."""
    parameters = {"area_id": notice.area_id, "digest_id": notice.notice_id}
    row = transaction.execute(SQL["digested"], parameters).fetchone()
    assert row is not None
    return int(row["n"]), list(row["cases"] or ())


def mark_sent(
    transaction: Transaction, notice: Notice, at: datetime, *, over: str, provider_id: str, body: str
) -> bool:
    """Mark what was sent; False when the lease had passed and somebody else has taken it since."""
    told = {"at": at, "over": over, "provider_id": provider_id, "body": body}
    is_ours = bool(_mark(transaction, notice, "mark_sent", **told))
    transaction.execute(SQL["channel_works"], {"area_id": notice.area_id, "channel": notice.channel})
    return is_ours


def mark_failed(
    transaction: Transaction, notice: Notice, at: datetime, error: Error, *, is_passing: bool, is_down: bool = False
) -> None:
    """Mark what could not be sent: tried again later or over the next channel, or given up.

    Parameters
    ----------
    is_passing
        whether it may go well another time; refused for good it goes to the next channel, if there is one.
    is_down
        whether the fault is the provider's, not this notice's: then the channel itself is counted.
    """
    following = channel_after(notice.channels, notice.channel)
    text = json.dumps(dict(error), ensure_ascii=False)
    if following is not None and (not is_passing or notice.urgency == "P1"):
        _mark(transaction, notice, "try_again", channel=following, next_try_at=at, error=text)
    elif not is_passing or notice.tries >= MOST_TRIES:
        _mark(transaction, notice, "give_up", error=text)
    else:
        again_at = at + pause_after(notice.tries)
        _mark(transaction, notice, "try_again", channel=notice.channels[0], next_try_at=again_at, error=text)
    if is_down:
        _count_failure(transaction, notice, at, text)


def _count_failure(transaction: Transaction, notice: Notice, at: datetime, error: str) -> None:
    parameters = {"area_id": notice.area_id, "channel": notice.channel, "at": at, "error": error}
    row = transaction.execute(SQL["channel_fails"], parameters).fetchone()
    assert row is not None
    pause = closed_for(int(row["failures"]))
    if pause is not None:
        transaction.execute(SQL["close_channel"], parameters | {"until": at + pause})
