"""What was done is shown: a picture of after, or the reason why there is none."""

from __future__ import annotations

from pathlib import Path

from base.errors import InvalidInput
from base.statements import load_statements
from dispatch.cases.permission import fault_values
from dispatch.cases.steps import Step

SQL = load_statements(Path(__file__).parent / "sql" / "photos.sql")


def photo_or_reason(step: Step, verb: str) -> dict[str, object]:
    """What the log tells of the pictures: how many there are, or why there are none.

    A picture counts that came since the task was given (the case reported, where there is no task).

    Raises
    ------
    InvalidInput
        when there is neither. Source: docs/domain.md, "Pictures".
    """
    since = step.case.reported_at if step.task is None else step.task.created_at
    parameters = {"area_id": step.area_id, "case_no": step.case.case_no, "since": since}
    row = step.transaction.execute(SQL["photos_since"], parameters).fetchone()
    if row is not None and row["photos"]:
        return {"photos": row["photos"]}
    reason = step.given.no_photo_reason.strip()
    if not reason:
        raise InvalidInput("photo_needed", field="no_photo_reason", **fault_values(step.case, verb))
    return {"no_photo_reason": reason}
