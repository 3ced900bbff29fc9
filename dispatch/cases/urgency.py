"""Which case stands first wherever cases are listed to be worked on: the one place that orders them."""

from __future__ import annotations

from datetime import UTC, datetime

from dispatch.cases.incidents import Case
from dispatch.cases.lifecycle import URGENT

_NEVER = datetime.max.replace(tzinfo=UTC)
Urgency = tuple[bool, bool, datetime, str, datetime, str]


def urgency(case: Case) -> Urgency:
    """What burns first stands first: by the clock that runs out first, so that what is overdue stands before all else.

    But a case of P1 or P2 never stands below one of P3 or P4. What no clock runs for comes after, what has ended last.

    Source: docs/domain.md, "Order of the queue".
    """
    is_ordinary = case.priority not in URGENT
    return case.has_ended, is_ordinary, case.next_due_at or _NEVER, case.priority, case.reported_at, case.case_no
