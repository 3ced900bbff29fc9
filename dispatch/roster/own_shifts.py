"""A town writes its own shifts.

Source: docs/domain.md, "Shifts".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from base.database import Transaction
from base.errors import Conflict, InvalidInput
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases.intake import is_storable
from dispatch.roster.lines import held_lines, lock_roster, require_no_clash
from dispatch.roster.shifts import ONE_DAY, POSTS, SQL, Shift, day_of, shifts_of

MOST_SHIFTS = 12
MOST_NEEDED = 99
_CODE = re.compile(r"[a-z][a-z0-9_]{0,19}")


def write_shifts(
    transaction: Transaction, area_id: int, scope: Scope, shifts: Sequence[Shift], at: datetime
) -> dict[str, Shift]:
    """Put a town's own shifts in the place of those that hold; without any the default holds again.

    Raises
    ------
    InvalidInput
        naming the shift and what of it cannot be.
    Conflict
        when somebody stands on the roster from today on with a shift that would be gone, or would be
        needed at two places at one time.
    """
    if len(shifts) > MOST_SHIFTS:
        raise InvalidInput("shifts_too_many", field="shifts", given=len(shifts), high=MOST_SHIFTS)
    for n, one in enumerate(shifts, start=1):
        _check(n, one, [other.shift for other in shifts])
    lock_roster(transaction, area_id)
    transaction.execute(SQL["forget_shifts"], {"area_id": area_id})
    for one in shifts:
        transaction.execute(SQL["add_shift"], {"area_id": area_id} | vars(one))
    now = shifts_of(transaction, area_id)
    held = held_lines(transaction, area_id, day_of(at) - ONE_DAY)
    gone = sorted({one.shift for one in held if one.shift not in now})
    if gone:
        raise Conflict("shift_in_use", field="shifts", shifts=gone)
    require_no_clash(now, held, field="shifts")
    audit.append(transaction, area_id, at, scope, "roster.shifts", "", {"shifts": len(shifts)})
    return now


def _check(n: int, one: Shift, codes: Sequence[str]) -> None:
    field = f"shifts.{n}"
    if not _CODE.fullmatch(one.shift):
        raise InvalidInput("shift_code_invalid", field=field, n=n, given=one.shift)
    if codes.count(one.shift) > 1:
        raise InvalidInput("shift_code_twice", field=field, given=one.shift)
    if not one.zh.strip() or not is_storable(one.zh + one.en):
        raise InvalidInput("shift_name_missing", field=field, n=n)
    if not all(0 <= one.needs(post) <= MOST_NEEDED for post in POSTS):
        raise InvalidInput("shift_need_invalid", field=field, n=n, high=MOST_NEEDED)
