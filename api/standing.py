"""Standing duties (八大员): the catalogue of the town, what is due where, and that one was done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.incident_models import Words
from api.parameters import IdempotencyKey, write_id
from api.security.asker import granted
from api.wording import Answer, Id
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.roster.shifts import day_of
from dispatch.standing.due import LONGEST_SAID, due_by_grid, mark_done, spots_of_grid
from dispatch.standing.duties import MOST_DUTIES, Every, Spots, StandingDuty, duties_of, write_duties

GridCode = Annotated[str, Path(pattern=r"^[0-9]{15}$")]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]


class DutyBody(BaseModel):
    """One duty: ``every`` day, week, month or quarter; ``spots`` each grid, key place or rented home, of ``kinds``."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    zh: Words = Field(max_length=40)
    en: Words = Field(default="", max_length=80)
    todo_zh: Words = Field(default="", max_length=200)
    todo_en: Words = Field(default="", max_length=200)
    every: Every
    spots: Spots
    kinds: list[Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,29}$")]] = Field(default=[], max_length=30)


class DutiesBody(BaseModel):
    """The town's own duties in their order; none: the default holds."""

    model_config = ConfigDict(extra="forbid")

    duties: list[DutyBody] = Field(max_length=MOST_DUTIES)


class DoneBody(BaseModel):
    """That a duty was done at a spot; ``spot`` 0 is the grid as a whole."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(default=None, description="client-made; the same id is the same")
    code: Code
    spot: int = Field(default=0, ge=0, le=2**31 - 1)
    said: Words = Field(default="", max_length=LONGEST_SAID)


class DutyOut(Answer):
    """A duty."""

    code: str
    zh: str
    en: str
    todo_zh: str
    todo_en: str
    every: str
    spots: str
    kinds: list[str]


class GridDutyOut(Answer):
    """One duty in one grid: spots, those done in this period, those overdue."""

    grid: str = Field(validation_alias="grid_code")
    code: str
    spots: int
    done: int
    overdue: int
    oldest: date | None


class SpotOut(Answer):
    """One duty at one spot."""

    code: str
    spot: int = Field(validation_alias="spot_id")
    name: str = Field(validation_alias="spot_name")
    last_done: date | None
    state: str
    due_by: date


class DoneOut(Answer):
    """What was said to be done."""

    id: Id = Field(validation_alias="done_id")
    code: str
    grid: str = Field(validation_alias="grid_code")
    spot: int = Field(validation_alias="spot_id")
    worker: int = Field(validation_alias="worker_id")
    done_at: datetime
    said: str


class DutiesOut(BaseModel):
    """The duties that hold, and how each stands in the grids the asker sees."""

    day: date
    duties: list[DutyOut]
    grids: list[GridDutyOut]


def router(centre: Centre) -> APIRouter:
    """The endpoints of the standing duties."""
    routes = APIRouter(prefix="/api/duties", tags=["duties"])
    area_id = centre.area.area_id

    @routes.get("", summary="The standing duties, and how each stands grid by grid")
    def duties(scope: Annotated[Scope, granted("standing.see")]) -> DutiesOut:
        today = day_of(centre.clock())
        with centre.database.transaction() as transaction:
            hold = duties_of(transaction, area_id)
            grids = due_by_grid(transaction, area_id, scope, today, hold)
        return DutiesOut(
            day=today, duties=[DutyOut.of(one) for one in hold], grids=[GridDutyOut.of(one) for one in grids]
        )

    @routes.put("", summary="Write the town's own standing duties; without any the default holds")
    def write(body: DutiesBody, scope: Annotated[Scope, granted("standing.change")]) -> list[DutyOut]:
        own = [StandingDuty(**one.model_dump() | {"kinds": tuple(one.kinds)}) for one in body.duties]
        with centre.database.transaction() as transaction:
            return [DutyOut.of(one) for one in write_duties(transaction, area_id, scope, own, centre.clock())]

    @routes.get("/{grid}", summary="Every spot of a grid with each duty, and when it was done last")
    def spots(grid: GridCode, scope: Annotated[Scope, granted("standing.see")]) -> list[SpotOut]:
        with centre.database.transaction() as transaction:
            found = spots_of_grid(transaction, area_id, scope, grid, day_of(centre.clock()))
        return [SpotOut.of(one) for one in found]

    @routes.post("/{grid}/done", summary="Say that a duty was done at a spot of the grid")
    def done(
        grid: GridCode,
        body: DoneBody,
        scope: Annotated[Scope, granted("standing.done")],
        idempotency_key: IdempotencyKey = None,
    ) -> DoneOut:
        done_id = write_id(body.id, idempotency_key) or uuid4()
        with centre.database.transaction() as transaction:
            return DoneOut.of(
                mark_done(transaction, area_id, scope, done_id, body.code, grid, body.spot, body.said, centre.clock())
            )

    return routes
