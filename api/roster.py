"""The roster (排班): who has which shift where, what is not covered; written, a week copied, stood in, swapped."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.incident_models import Words, WorkerId
from api.parameters import IdempotencyKey, write_id
from api.security.asker import granted
from api.wording import Answer, Id
from base.database import Transaction
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.roster.coverage import gaps
from dispatch.roster.lines import MOST_LINES, Line, copy_week, list_lines, put_lines, stand_in, take_off
from dispatch.roster.own_shifts import MOST_SHIFTS, write_shifts
from dispatch.roster.shifts import Post, Shift, day_of, shifts_of
from dispatch.roster.swaps import Swap, agree, ask_swap, confirm, list_swaps, refuse

ShiftCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
See = Annotated[Scope, granted("roster.see")]
Change = Annotated[Scope, granted("roster.change")]
Trade = Annotated[Scope, granted("roster.swap")]
WallTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:00"])]
"""By the town's wall clock, hours and minutes."""
SaidTime = Annotated[str, BeforeValidator(lambda at: f"{at:%H:%M}")]
SwapId = Annotated[UUID, Path()]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineBody(_Body):
    """A shift of a worker on the day it begins: in a grid, or at a post of the centre (``grid`` left out)."""

    day: Day
    shift: ShiftCode
    worker: WorkerId
    post: Post = "grid"
    grid: Annotated[str, Field(pattern=r"^[0-9]{15}$")] | None = None


class LinesBody(_Body):
    """Lines put on the roster, all or none."""

    lines: list[LineBody] = Field(min_length=1, max_length=MOST_LINES)


class CopyBody(_Body):
    """The Monday of the week to be filled from the one before."""

    monday: Day


class StandInBody(_Body):
    """Whose shift, and who stands in."""

    day: Day
    shift: ShiftCode
    worker: WorkerId
    by: WorkerId


class SwapBody(_Body):
    """Whose shift is to be changed for whose."""

    id: UUID | None = Field(default=None, description="client-made; the same id is the same asking")
    day: Day
    shift: ShiftCode
    worker: WorkerId
    other_day: Day
    other_shift: ShiftCode
    other: WorkerId


class ShiftBody(_Body):
    """One shift by the wall clock, and how many each grid and each post of the centre needs."""

    shift: ShiftCode
    zh: Words = Field(max_length=40)
    en: Words = Field(default="", max_length=40)
    begins: WallTime
    ends: WallTime
    grid: int = Field(default=0, ge=0, le=99)
    operator: int = Field(default=0, ge=0, le=99)
    shift_leader: int = Field(default=0, ge=0, le=99)


class ShiftsBody(_Body):
    """The town's own shifts; none: the default holds."""

    shifts: list[ShiftBody] = Field(max_length=MOST_SHIFTS)


class ShiftOut(Answer):
    """A shift; one that does not end after it begins ends on the next day."""

    shift: str
    zh: str
    en: str
    begins: SaidTime
    ends: SaidTime
    grid: int
    operator: int
    shift_leader: int


class LineOut(Answer):
    """A line of the roster; ``instead_of`` is whose it was before somebody stood in."""

    day: date = Field(validation_alias="on_day")
    shift: str
    worker: int = Field(validation_alias="worker_id")
    name: str = ""
    post: str
    grid: str | None = Field(validation_alias="grid_code")
    instead_of: int | None
    on_duty: bool = False


class GapOut(Answer):
    """Where fewer stand than are needed."""

    day: date = Field(validation_alias="on_day")
    shift: str
    post: str
    grid: str | None = Field(validation_alias="grid_code")
    needed: int
    there: int


class SwapOut(Answer):
    """A swap: agreed when ``agreed_at`` is there, made or refused when ``ended_at`` is."""

    swap: Id = Field(validation_alias="swap_id")
    day: date = Field(validation_alias="on_day")
    shift: str
    worker: int = Field(validation_alias="worker_id")
    other_day: date
    other_shift: str
    other: int = Field(validation_alias="other_id")
    asked_at: datetime
    agreed_at: datetime | None
    ended_at: datetime | None
    is_made: bool


class RosterOut(BaseModel):
    """The roster of some days: shifts, lines of whom the asker may see, gaps, swaps not yet ended."""

    first: date
    last: date
    shifts: list[ShiftOut]
    lines: list[LineOut]
    gaps: list[GapOut]
    swaps: list[SwapOut]


class WrittenOut(BaseModel):
    """How many lines stand on the roster by this, and how many could not."""

    lines: int
    left_out: int = 0


def router(centre: Centre) -> APIRouter:
    """The endpoints of the roster."""
    routes = APIRouter(prefix="/api/roster", tags=["roster"])
    _add_reading(routes, centre)
    _add_writing(routes, centre)
    _add_shifts(routes, centre)
    _add_swaps(routes, centre)
    return routes


def _add_reading(routes: APIRouter, centre: Centre) -> None:
    @routes.get("", summary="The roster of some days, what is not covered, and the swaps")
    def roster(
        scope: See, first: Annotated[Day | None, Query()] = None, days: Annotated[int, Query(ge=1, le=31)] = 7
    ) -> RosterOut:
        """From today when no day is named; of the workers the asker may see."""
        since = first or day_of(centre.clock())
        with centre.database.transaction() as transaction:
            return _roster(transaction, centre, scope, since, since + timedelta(days=days - 1))


def _roster(transaction: Transaction, centre: Centre, scope: Scope, first: date, last: date) -> RosterOut:
    area_id = centre.area.area_id
    shifts = shifts_of(transaction, area_id).values()
    return RosterOut(
        first=first,
        last=last,
        shifts=[ShiftOut.of(one) for one in shifts],
        lines=[LineOut.of(one) for one in list_lines(transaction, area_id, scope, first, last)],
        gaps=[GapOut.of(one) for one in gaps(transaction, area_id, first, last)],
        swaps=[SwapOut.of(one) for one in list_swaps(transaction, area_id, scope, centre.clock())],
    )


def _add_writing(routes: APIRouter, centre: Centre) -> None:
    area_id = centre.area.area_id

    @routes.put("/lines", summary="Put lines on the roster, all or none")
    def put(body: LinesBody, scope: Change) -> WrittenOut:
        lines = [Line(one.day, one.shift, one.worker, one.post, one.grid) for one in body.lines]
        with centre.database.transaction() as transaction:
            return WrittenOut(lines=put_lines(transaction, area_id, scope, lines, centre.clock()))

    @routes.delete("/lines/{day}/{shift}/{worker}", summary="Take a line off the roster")
    def delete(
        day: Annotated[Day, Path()],
        shift: Annotated[ShiftCode, Path()],
        worker: Annotated[int, Path(ge=1, le=65535)],
        scope: Change,
    ) -> WrittenOut:
        with centre.database.transaction() as transaction:
            gone = take_off(transaction, area_id, scope, day, shift, worker, centre.clock())
        return WrittenOut(lines=int(gone))

    @routes.post("/copy", summary="Fill a week from the one before; what is there stays")
    def copy(body: CopyBody, scope: Change) -> WrittenOut:
        with centre.database.transaction() as transaction:
            done = copy_week(transaction, area_id, scope, body.monday, centre.clock())
        return WrittenOut(lines=done.copied, left_out=done.left_out)

    @routes.post("/stand-in", summary="Somebody stands in for who is away")
    def stands_in(body: StandInBody, scope: Change) -> LineOut:
        with centre.database.transaction() as transaction:
            return LineOut.of(
                stand_in(transaction, area_id, scope, body.day, body.shift, body.worker, body.by, centre.clock())
            )


def _shift(one: ShiftBody) -> Shift:
    hours = {"begins": time.fromisoformat(one.begins), "ends": time.fromisoformat(one.ends)}
    return Shift(**one.model_dump() | hours)


def _add_shifts(routes: APIRouter, centre: Centre) -> None:
    @routes.put("/shifts", summary="Write the town's own shifts; without any the default holds")
    def shifts(body: ShiftsBody, scope: Change) -> list[ShiftOut]:
        own = [_shift(one) for one in body.shifts]
        with centre.database.transaction() as transaction:
            now = write_shifts(transaction, centre.area.area_id, scope, own, centre.clock())
        return [ShiftOut.of(one) for one in now.values()]


def _add_swaps(routes: APIRouter, centre: Centre) -> None:
    area_id = centre.area.area_id

    @routes.post("/swaps", summary="Ask another worker to change shifts")
    def ask(body: SwapBody, scope: Trade, idempotency_key: IdempotencyKey = None) -> SwapOut:
        swap_id = write_id(body.id, idempotency_key) or uuid4()
        swap = Swap(
            swap_id, body.day, body.shift, body.worker, body.other_day, body.other_shift, body.other, centre.clock()
        )
        with centre.database.transaction() as transaction:
            return SwapOut.of(ask_swap(transaction, area_id, scope, swap))

    @routes.post("/swaps/{swap}/{answer}", summary="Agree to a swap (the other), confirm it (the leader), or refuse it")
    def answers(swap: SwapId, answer: Literal["agree", "confirm", "refuse"], scope: Trade) -> SwapOut:
        with centre.database.transaction() as transaction:
            act = {"agree": agree, "confirm": confirm, "refuse": refuse}[answer]
            return SwapOut.of(act(transaction, area_id, scope, swap, centre.clock()))
