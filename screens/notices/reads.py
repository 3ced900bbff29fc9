"""What the page of notices reads, and the one thing it writes: one transaction each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from base.errors import InvalidInput
from dispatch.access.grants import may
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.notices.job_runs import check_jobs
from dispatch.notices.outbox import send_again
from dispatch.notices.sent import sent_notices
from screens.notices.view import NoticeLine, notice_lines
from words.checks import check_text


@dataclass(frozen=True)
class Shown:
    """The lines, and what is not well."""

    lines: list[NoticeLine]
    down: list[str]


def read_notices(
    centre: Centre, scope: Scope, language: str, state: str, case_no: str, *, is_again: bool = False
) -> Shown:
    """The newest notices of a state (empty: every one), of a case (empty: every one).

    ``is_again``: the page that is open looks once more, which is the same look.

    Raises
    ------
    InvalidInput
        when there is no such state.
    """
    at, area_id = centre.clock(), centre.area.area_id
    with centre.database.transaction() as transaction:
        found = sent_notices(
            transaction, area_id, scope, at, state or None, case_no.strip().upper() or None, is_again=is_again
        )
        checks = check_jobs(transaction, area_id, at)
    lines = notice_lines(found, language, may_send_again=may(scope, "notice.again"))
    return Shown(lines, [check_text(one, language) for one in checks if one.state != "ok"])


def send_notice_again(centre: Centre, scope: Scope, notice_id: str) -> None:
    """Have a notice that was given up sent again.

    Raises
    ------
    InvalidInput, NotFound, Conflict
        when this is no id, there is no such notice, or it has been sent.
    """
    try:
        notice = UUID(notice_id)
    except ValueError as fault:
        raise InvalidInput("no_such_notice", field="notice", given=notice_id[:40]) from fault
    with centre.database.transaction() as transaction:
        send_again(transaction, centre.area.area_id, scope, notice, centre.clock())
