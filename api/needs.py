"""Need lists (四清单): units of the district, entries of the four lists, claims on them, cases made of claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.incident_models import Words, WorkerId
from api.parameters import IdempotencyKey, write_id
from api.security.asker import Language, granted
from api.wording import Answer, Id, named
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.needs import needs
from dispatch.needs.claim_case import CaseOfClaim, make_case
from dispatch.needs.needs import NeedFilter, NeedList
from dispatch.needs.units import NewUnit, UnitKind, list_units, write_unit

UnitCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,20}$", examples=["U001"])]
See = Annotated[Scope, granted("need.see")]
Change = Annotated[Scope, granted("need.change")]
NeedId = Annotated[UUID, Path()]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Write(_Body):
    id: UUID | None = Field(default=None, description="client-made; the same id is the same write")


class UnitBody(_Body):
    """A unit; ``lon``, ``lat`` (WGS-84) say where, and so in which village."""

    name: Words = Field(max_length=80)
    kind: UnitKind
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    department: Annotated[str, Field(max_length=12)] | None = None
    contact_name: Words = Field(default="", max_length=40)
    contact_phone: Words = Field(default="", max_length=40)


class NeedBody(_Write):
    """An entry of a unit on one of the four lists."""

    unit: UnitCode
    list: NeedList
    title: Words = Field(max_length=needs.LONGEST_TITLE)
    text: Words = Field(default="", max_length=needs.LONGEST_TEXT)


class ClaimBody(_Write):
    """Which unit claims, and what it says to it."""

    unit: UnitCode
    note: Words = Field(default="", max_length=needs.LONGEST_TEXT)


class AnswerBody(_Body):
    """What is said to it."""

    note: Words = Field(default="", max_length=needs.LONGEST_TEXT)


class CaseBody(_Write):
    """The case to be made; without a type it is proposed from the words; the centre may send somebody at once."""

    type_code: Annotated[str, Field(max_length=12)] | None = None
    worker: WorkerId | None = None
    department: Annotated[str, Field(max_length=12)] | None = None


class UnitOut(Answer):
    """A unit; whom it is reached through is masked but for who speaks for it."""

    unit: str = Field(validation_alias="unit_code")
    name: str
    kind: str
    village: str | None = Field(validation_alias="village_code")
    department: str | None = Field(validation_alias="department_code")
    contact_name: str
    contact_phone: str
    lon: float
    lat: float


class ClaimOut(Answer):
    """A claim; one with a case is done when that is closed."""

    claim: Id = Field(validation_alias="claim_id")
    unit: str = Field(validation_alias="unit_code")
    note: str
    claimed_by: str
    claimed_at: datetime
    state: str
    state_name: Annotated[str, named("needs.claim_state")] = Field(validation_alias="state")
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    case_no: str | None


class NeedOut(Answer):
    """An entry: open, taken, done or withdrawn, with every claim on it."""

    need: Id = Field(validation_alias="need_id")
    unit: str = Field(validation_alias="unit_code")
    list: str
    title: str
    text: str = Field(validation_alias="told")
    entered_by: str
    entered_at: datetime
    state: str
    state_name: Annotated[str, named("needs.state")] = Field(validation_alias="state")
    claims: Sequence[ClaimOut]


class UnitList(Answer):
    """The units of the district."""

    units: list[UnitOut]


class NeedsOut(Answer):
    """Entries of the lists, those still open first."""

    needs: list[NeedOut]


class CaseMade(Answer):
    """The case that was made of a claim."""

    case_no: str
    state: str


def router(centre: Centre) -> APIRouter:
    """The endpoints of the need lists of one centre."""
    routes = APIRouter(tags=["needs"])
    _add_units(routes, centre)
    _add_needs(routes, centre)
    _add_claims(routes, centre)
    return routes


def _add_units(routes: APIRouter, centre: Centre) -> None:
    @routes.get("/api/units", summary="The units of the district")
    def units(scope: See) -> UnitList:
        with centre.database.transaction() as transaction:
            found = list_units(transaction, centre.area.area_id, scope)
        return UnitList(units=[UnitOut.of(one) for one in found.values()])

    @routes.put("/api/units/{unit}", summary="Put a unit in, or write it as it is now")
    def write(
        unit: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,20}$")],
        body: UnitBody,
        scope: Annotated[Scope, granted("unit.change")],
    ) -> UnitOut:
        told = body.model_dump(exclude={"department"})
        new = NewUnit(unit_code=unit, department_code=body.department, **told)
        with centre.database.transaction() as transaction:
            return UnitOut.of(write_unit(transaction, centre.area, scope, new, centre.clock()))


def _add_needs(routes: APIRouter, centre: Centre) -> None:
    area_id = centre.area.area_id

    @routes.get("/api/needs", summary="Entries of the four lists, with the claims on them")
    def entries(
        _scope: See,
        language: Language,
        in_list: Annotated[NeedList | None, Query(alias="list")] = None,
        state: Literal["open", "taken", "done", "withdrawn"] | None = None,
        village: Annotated[str | None, Query(max_length=12)] = None,
        case: Annotated[str | None, Query(max_length=18)] = None,
        find: Annotated[str, Query(max_length=40)] = "",
    ) -> NeedsOut:
        narrowed = NeedFilter(in_list, state, village, case, find)
        with centre.database.transaction() as transaction:
            found = needs.list_needs(transaction, area_id, narrowed)
        return NeedsOut(needs=[NeedOut.of(one, language) for one in found])

    @routes.post("/api/needs", summary="A unit puts an entry on a list")
    def enter(body: NeedBody, scope: Change, language: Language, idempotency_key: IdempotencyKey = None) -> NeedOut:
        need_id, entry = write_id(body.id, idempotency_key) or uuid4(), (body.list, body.title, body.text)
        with centre.database.transaction() as transaction:
            entered = needs.enter_need(transaction, area_id, scope, need_id, body.unit, entry, centre.clock())
        return NeedOut.of(entered, language)

    @routes.post("/api/needs/{need}/withdraw", summary="Take an entry off its list")
    def withdraw(need: NeedId, scope: Change, language: Language) -> NeedOut:
        with centre.database.transaction() as transaction:
            return NeedOut.of(needs.withdraw_need(transaction, area_id, scope, need, centre.clock()), language)


def _add_claims(routes: APIRouter, centre: Centre) -> None:
    area_id = centre.area.area_id

    @routes.post("/api/needs/{need}/claims", summary="A unit claims an entry of another")
    def claim(
        need: NeedId, body: ClaimBody, scope: Change, language: Language, idempotency_key: IdempotencyKey = None
    ) -> NeedOut:
        claim_id = write_id(body.id, idempotency_key) or uuid4()
        with centre.database.transaction() as transaction:
            claimed = needs.claim_need(
                transaction, area_id, scope, need, claim_id, body.unit, body.note, centre.clock()
            )
        return NeedOut.of(claimed, language)

    @routes.post("/api/claims/{claim}/case", summary="Make a case of a claim that was accepted")
    def case(
        claim: NeedId,
        scope: Annotated[Scope, granted("need.case")],
        body: CaseBody | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> CaseMade:
        given = body or CaseBody()
        wanted = CaseOfClaim(given.type_code, given.worker, given.department)
        made_id = write_id(given.id, idempotency_key) or uuid4()
        with centre.database.transaction() as transaction:
            return CaseMade.of(make_case(centre, transaction, scope, claim, made_id, wanted))

    @routes.post("/api/claims/{claim}/{answer}", summary="Accept, decline or withdraw a claim, or say it is done")
    def answer(
        claim: NeedId, answer: needs.Answer, scope: Change, language: Language, body: AnswerBody | None = None
    ) -> NeedOut:
        note = "" if body is None else body.note
        with centre.database.transaction() as transaction:
            answered = needs.answer_claim(transaction, area_id, scope, claim, answer, note, centre.clock())
        return NeedOut.of(answered, language)
