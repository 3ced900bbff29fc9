"""What the clock does to cases by itself, in nobody's name: put away what ended long ago, take up what waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from base.bus import publish
from base.database import Transaction
from dispatch.access import audit
from dispatch.access.scope import Scope, system_scope
from dispatch.cases.case_state import write_case
from dispatch.cases.guards import kept_from
from dispatch.cases.incidents import SQL, Case, NewLogLine, add_line, read_any_case
from dispatch.cases.lifecycle import is_possible, transition_of
from dispatch.cases.task_rows import lock_verbs
from dispatch.centre import Centre

ARCHIVE_AFTER = timedelta(days=30)
"""Source: docs/domain.md, "After the end"."""
AT_ONCE = 50
"""About as long as the verbs of a town may have to wait."""
BATCHES = 20


def archive_old(centre: Centre, transaction: Transaction, at: datetime) -> list[str]:
    """Put away the cases that ended more than 30 days before the moment ``at`` (aware), 50 at most.

    Returns
    -------
    list of str
        their numbers; call again while there are as many as were asked for.
    """
    area_id, transition = centre.area.area_id, transition_of("archive")
    assert transition is not None
    lock_verbs(transaction, area_id)
    parameters = {"area_id": area_id, "before": at - ARCHIVE_AFTER, "limit": AT_ONCE}
    rows = transaction.execute(SQL["cases_to_archive"], parameters | {"states": sorted(transition.sources)}).fetchall()
    for row in rows:
        case = read_any_case(transaction, area_id, row["case_no"])
        write_case(transaction, case, at, system_scope(area_id).account, "archived", {"archived_from": case.state})
        add_system_line(transaction, case, "archive", "archived", at, {})
    return [row["case_no"] for row in rows]


def archive_all(centre: Centre, at: datetime) -> int:
    """Put away what is to be put away by now, in small transactions, a thousand cases at most; how many were."""
    count = 0
    for _ in range(BATCHES):
        with centre.database.transaction(timeout_s=30.0) as transaction:
            found = len(archive_old(centre, transaction, at))
        count += found
        if found < AT_ONCE:
            break
    return count


def escalate_unanswered(centre: Centre, transaction: Transaction, case_no: str, at: datetime, note: str = "") -> bool:
    """Take a case one level up because its time has run out; who is on it stays on it.

    Returns
    -------
    bool
        whether it was: a case that is not in hand, or with the county already, stays as it is.
    """
    area_id = centre.area.area_id
    lock_verbs(transaction, area_id)
    case = read_any_case(transaction, area_id, case_no)
    if not is_possible("escalate", case.state, case.priority) or kept_from(case, "escalate") is not None:
        return False
    write_case(transaction, case, at, system_scope(area_id).account, changes={"level": case.level + 1})
    add_system_line(transaction, case, "escalate", case.state, at, {"level": case.level + 1}, note)
    return True


def add_system_line(
    transaction: Transaction,
    case: Case,
    verb: str,
    state: str,
    at: datetime,
    details: dict[str, object],
    note: str = "",
) -> None:
    """A line of the clock in a case's log, with the link in the audit; every screen is told."""
    scope: Scope = system_scope(case.area_id)
    line = NewLogLine(uuid4(), verb, case.state, state, note, details)
    add_line(transaction, case.area_id, case.case_no, at, scope, line)
    publish(transaction, case.area_id, "incident", [case.case_no])
    audit.append(transaction, case.area_id, at, scope, f"incident.{verb}", case.case_no)
