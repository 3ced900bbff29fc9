"""What of the standing duties is due where, what is behind, and that one was done. No figure counts it.

Source: docs/domain.md, "Standing duties".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.errors import Conflict, Forbidden, InvalidInput, NotFound
from dispatch.access.roles import ON_FOOT, VILLAGE_ROLES
from dispatch.access.scope import Scope
from dispatch.cases.intake import is_storable
from dispatch.standing.duties import SQL, StandingDuty, before, duties_of, period_of

State = Literal["done", "due", "overdue"]
LONGEST_SAID = 200


@dataclass(frozen=True)
class GridDuty:
    """One duty in one grid: spots, those done in this period, those overdue (not in the period before either).

    ``oldest`` is the last day of the one that was done longest ago.
    """

    grid_code: str
    grid_name: str
    code: str
    spots: int
    done: int
    overdue: int
    oldest: date | None


@dataclass(frozen=True)
class Spot:
    """One duty at one spot (0: the grid as a whole): when it was done last, and until when it is to be done again."""

    code: str
    spot_id: int
    spot_name: str
    last_done: date | None
    state: State
    due_by: date


@dataclass(frozen=True)
class Done:
    """That a duty was done at a spot, by whom, when."""

    done_id: UUID
    code: str
    grid_code: str
    spot_id: int
    worker_id: int
    done_at: datetime
    said: str


def state_of(duty: StandingDuty, last_done: date | None, today: date, town_since: date) -> tuple[State, date]:
    """How a spot stands, and the last day by which it is due; what was never done counts from the town's first day."""
    since, until = period_of(duty.every, today)
    if last_done is not None and last_done >= since:
        return "done", _last_day(period_of(duty.every, until)[1])
    counts_from = last_done or town_since
    if counts_from >= before(duty.every, today):
        return "due", _last_day(until)
    return "overdue", _last_day(period_of(duty.every, period_of(duty.every, counts_from)[1])[1])


def _town_since(transaction: Transaction, area_id: int) -> date:
    row = transaction.execute(SQL["town_since"], {"area_id": area_id}).fetchone()
    assert row is not None
    return date.fromisoformat(str(row["day"]))


def _last_day(until: date) -> date:
    return date.fromordinal(until.toordinal() - 1)


def due_by_grid(
    transaction: Transaction, area_id: int, scope: Scope, today: date, duties: Sequence[StandingDuty]
) -> list[GridDuty]:
    """What is done and what behind of each duty, grid by grid: of the asker's grids; of all for who sees the town."""
    parameters = _columns(area_id, duties) | {"grid_codes": _grids_of(transaction, area_id, scope)}
    parameters["since"] = [period_of(one.every, today)[0] for one in duties]
    parameters["town_since"] = _town_since(transaction, area_id)
    parameters["before"] = [before(one.every, today) for one in duties]
    return [GridDuty(**row) for row in transaction.execute(SQL["by_grid"], parameters)]


def _columns(area_id: int, duties: Sequence[StandingDuty]) -> dict[str, Any]:
    return {
        "area_id": area_id,
        "codes": [one.code for one in duties],
        "spots": [one.spots for one in duties],
        "kinds": [" ".join(one.kinds) for one in duties],
    }


def _grids_of(transaction: Transaction, area_id: int, scope: Scope) -> list[str] | None:
    """The grids whose duties the asker sees; None: every one."""
    if scope.role in VILLAGE_ROLES:
        rows = transaction.execute(SQL["grids_of_village"], {"area_id": area_id, "village": scope.village_code})
        return [row["code"] for row in rows]
    return list(scope.grids) if scope.role in ON_FOOT else None


def spots_of_grid(transaction: Transaction, area_id: int, scope: Scope, grid_code: str, today: date) -> list[Spot]:
    """Every spot of a grid with each duty, what is behind first within a duty.

    Raises
    ------
    NotFound
        when there is no such grid, or it is not the asker's to see.
    """
    _require_grid(transaction, area_id, scope, grid_code, today)
    duties = {one.code: one for one in duties_of(transaction, area_id)}
    parameters = _columns(area_id, list(duties.values())) | {"grid_code": grid_code}
    town_since = _town_since(transaction, area_id)
    rows = transaction.execute(SQL["spots"], parameters)
    return [Spot(**row, **_stands(duties[row["code"]], row["last_done"], today, town_since)) for row in rows]


def _stands(duty: StandingDuty, last_done: date | None, today: date, town_since: date) -> dict[str, Any]:
    state, due_by = state_of(duty, last_done, today, town_since)
    return {"state": state, "due_by": due_by}


def _require_grid(transaction: Transaction, area_id: int, scope: Scope, grid_code: str, today: date) -> None:
    if transaction.execute(SQL["grid"], {"area_id": area_id, "grid_code": grid_code}).fetchone() is None:
        raise NotFound("no_such_grid", field="grid", given=grid_code)
    own = _grids_of(transaction, area_id, scope)
    if own is not None and grid_code not in own and not _walks(transaction, area_id, scope, grid_code, today):
        raise NotFound("not_your_grid", field="grid", given=grid_code)


def _walks(transaction: Transaction, area_id: int, scope: Scope, grid_code: str, today: date) -> bool:
    """Whether the asker has the grid on the roster: who stands in does its duties too."""
    asked = {"area_id": area_id, "worker_id": scope.worker_id, "grid_code": grid_code, "today": today}
    row = transaction.execute(SQL["walks"], asked).fetchone()
    return row is not None and bool(row["walks"])


def mark_done(
    transaction: Transaction, area_id: int, scope: Scope, done_id: UUID, code: str, grid_code: str, spot_id: int,
    said: str, at: datetime,
) -> Done:  # fmt: skip
    """Say that a duty was done at a spot; the same id again is the same.

    Raises
    ------
    Forbidden
        when the asker is no worker.
    NotFound
        when there is no such duty or spot, or the grid is not his.
    InvalidInput, Conflict
        when what is said cannot be kept, or the id was used for something else.
    """
    if scope.worker_id is None:
        raise Forbidden("not_yourself", field="worker", own=scope.department_code)
    if len(said) > LONGEST_SAID or not is_storable(said):
        raise InvalidInput("duty_said_invalid", field="said", high=LONGEST_SAID)
    today = at.astimezone(TOWN_ZONE).date()
    spots = spots_of_grid(transaction, area_id, scope, grid_code, today)
    if not any(one.code == code and one.spot_id == spot_id for one in spots):
        raise NotFound("no_such_duty", field="spot", code=code, given=spot_id)
    key = {"area_id": area_id, "done_id": done_id}
    told = {"code": code, "grid_code": grid_code, "spot_id": spot_id, "worker_id": scope.worker_id}
    transaction.execute(SQL["add_done"], key | told | {"at": at, "said": said})
    done = Done(**transaction.execute(SQL["done_of_id"], key).fetchone() or {})
    if any(getattr(done, name) != value for name, value in told.items()):
        raise Conflict("duty_id_used", field="id", given=str(done_id))
    return done


def behind(found: Collection[GridDuty]) -> int:
    """How many spots are overdue."""
    return sum(one.overdue for one in found)
