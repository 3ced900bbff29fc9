"""What goes in and out of the endpoints of a case."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from api.wording import Answer, Id, Said, Sentence, named
from dispatch.cases.intake import LONGEST_TEXT, is_storable
from dispatch.cases.sending_verbs import MOST_AT_ONCE


def _storable(words: str) -> str:
    if not is_storable(words):
        raise ValueError("not storable")
    return words


Words = Annotated[str, AfterValidator(_storable)]
"""A text that can be kept: no NUL character, no half of a surrogate pair."""
Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
Priority = Literal["P1", "P2", "P3", "P4"]
Channel = Literal[
    "grid_patrol",
    "citizen_app",
    "hotline_12345",
    "phone",
    "visit",
    "consult",
    "complaint",
    "video",
    "sensor",
    "police_110",
    "upper",
    "media",
    "dept",
    "satellite",
    "uav",
]
WorkerId = Annotated[int, Field(ge=1, le=65535, strict=True)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]
DepartmentCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["ZF"])]
TypeCode = Annotated[str, Field(pattern=r"^[0-9]{4}$", examples=["0501"])]


STORED_DATUM: Datum = "wgs84"
"""Of ``lon`` and ``lat`` of a case; the one it was given in stands beside the point as given. Source: docs/adr/0004."""
_EXAMPLES = json.loads((Path(__file__).parent / "incident_examples.json").read_text(encoding="utf-8"))
_LON_RANGE: dict[str, JsonValue] = {"minimum": -180, "maximum": 180}
_LAT_RANGE: dict[str, JsonValue] = {"minimum": -90, "maximum": 90}
"""Told in the description; checked where swapped coordinates are recognised."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Reporter(_Body):
    """Who reported it, as far as it is known."""

    name: Words = Field(default="", max_length=60)
    phone: Words = Field(default="", max_length=30)


class ReportBody(_Body):
    """A report. Type and priority are proposed from the description when left out."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": _EXAMPLES["report"]},
    )

    id: UUID | None = Field(default=None, description="client-made; the same id from the same client is the same case")
    source_channel: Channel
    description: Words = Field(min_length=1, max_length=LONGEST_TEXT)
    lon: Degrees = Field(description="degrees in the named datum", json_schema_extra=_LON_RANGE)
    lat: Degrees = Field(description="degrees in the named datum", json_schema_extra=_LAT_RANGE)
    datum: Datum
    type_code: TypeCode | None = None
    priority: Priority | None = None
    reporter: Reporter | None = None
    worker: WorkerId | None = Field(default=None, description="the worker a gateway reports for")


class ActBody(_Body):
    """What comes with a verb; each verb asks for what it needs."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": _EXAMPLES["act"]},
    )

    id: UUID | None = Field(default=None, description="client-made; the same id from the same client is the same act")
    note: Words = Field(default="", max_length=LONGEST_TEXT)
    worker: WorkerId | None = Field(
        default=None, description="whom to send; or whose task is meant: the worker a gateway or the centre acts for"
    )
    with_workers: list[WorkerId] = Field(
        default=[], alias="with", max_length=MOST_AT_ONCE, description="dispatch, support: who goes besides"
    )
    queue: bool = Field(default=False, description="dispatch, support: who is busy gets it when he is free")
    required: bool = Field(
        default=True, description="dispatch, support: false when the case may be handled without those who help"
    )
    department: DepartmentCode | None = Field(
        default=None, description="dispatch, support: a department that leads or helps, in place of a worker"
    )
    lead: DepartmentCode | None = Field(default=None, description="whistle: the department that leads")
    departments: list[DepartmentCode] = Field(
        default=[], max_length=50, description="whistle: the departments that are called beside it"
    )
    meet_at: AwareDatetime | None = Field(
        default=None, description="whistle: when they meet; P1 and P2 have a time of their own where it is left out"
    )
    task: UUID | None = Field(default=None, description="the task that is meant; take_back needs it")
    from_case: Words | None = Field(
        default=None, max_length=20, description="divert: the case the worker is taken from"
    )
    to: WorkerId | None = Field(default=None, description="hand_over: who of the department does it")
    suggestion: UUID | None = Field(default=None, description="the advice that was taken, if any")
    until: AwareDatetime | None = Field(
        default=None, description="suspend, ask_extension: until when; RFC 3339 with its offset"
    )
    passed: bool = Field(default=True, description="verify: true closes, false sends for rework")
    lon: Degrees | None = Field(default=None, ge=-180, le=180)
    lat: Degrees | None = Field(default=None, ge=-90, le=90)
    datum: Datum | None = None
    type_code: TypeCode | None = Field(default=None, description="accept: the type put right")
    priority: Priority | None = Field(default=None, description="accept: the priority put right")
    parent: Words | None = Field(default=None, max_length=20, description="merge: the case it is a duplicate of")
    rating: Literal["satisfied", "dissatisfied"] | None = Field(
        default=None, description="rate: what the reporter says"
    )
    score: int | None = Field(
        default=None, ge=1, le=5, strict=True, description="rate: 1 to 5; 3 and more is satisfied"
    )
    found: bool | None = Field(default=None, description="feedback of a check: whether it is as it was told")
    item: Words | None = Field(
        default=None,
        max_length=40,
        description="feedback, opinion: code of the item of law by which somebody inspected or fined",
    )
    called_back: bool = Field(default=False, description="remark: the dissatisfied reporter was called back")
    no_photo_reason: Words = Field(
        default="", max_length=500, description="feedback, self_handle: why there is no picture with moment=after"
    )


class GivenPoint(Answer):
    """The point as it was given."""

    lon: float
    lat: float
    datum: str


class SentWorker(Answer):
    """Who was sent last; ``is_open`` while he is bound by the case."""

    worker: int = Field(validation_alias="worker_id")
    name: str
    is_open: bool
    assigned_by: str
    assigned_at: datetime
    signed_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    suggestion: Id | None = Field(validation_alias="suggestion_id")


class NextStep(Answer):
    """The next limit of the case."""

    step: str
    due_at: datetime
    overdue: bool


class CaseLine(Answer):
    """One line of the log of a case."""

    line_no: int
    at: datetime
    actor: str
    role: str
    verb: str
    verb_name: Annotated[str, named("lifecycle.verb")] = Field(validation_alias="verb")
    from_state: str | None
    to_state: str
    note: str
    details: dict[str, Any]
    lon: float | None
    lat: float | None


class CaseOut(Answer):
    """A case as it is now; ``lon``, ``lat`` in ``datum``; ``allowed`` are the verbs the asker may perform next.

    ``stage`` tells what its state means: ``waiting``, ``on_the_way``, ``at_work``, ``paused``, ``to_verify`` or
    ``ended``. ``level`` is how far up the ladder it is (0 micro-grid to 4 county), ``round`` how often it was taken up.
    """

    case_no: str
    id: Id = Field(validation_alias="client_id")
    version: int
    state: str
    stage: str
    state_name: Annotated[str, named("lifecycle.state")] = Field(validation_alias="state")
    source_channel: str
    channel_name: Annotated[str, named("lifecycle.channel")] = Field(validation_alias="source_channel")
    description: str
    type_code: str
    type_name: Annotated[str, named("types")] = Field(validation_alias="type_code")
    priority: str
    priority_name: Annotated[str, named("lifecycle.priority")] = Field(validation_alias="priority")
    department_code: str
    department_name: str
    lon: float
    lat: float
    datum: Annotated[str, BeforeValidator(lambda _: STORED_DATUM)]
    given: GivenPoint
    grid_code: str | None
    grid_name: str | None
    village_code: str | None
    village_name: str | None
    address_text: str
    reporter: Reporter
    reported_by: str
    rework_count: int
    reported_at: datetime
    accepted_at: datetime | None
    dispatched_at: datetime | None
    signed_at: datetime | None
    arrived_at: datetime | None
    handled_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime
    due_at: datetime | None
    lamp: str
    overdue: bool
    is_overdue: bool = Field(validation_alias="overdue", description="as overdue: any running clock is past")
    step: NextStep | None
    next_clock: NextStep | None = Field(validation_alias="step", description="as step: the clock that runs out first")
    supervised_at: datetime | None
    suspended_until: datetime | None
    extension_until: datetime | None = Field(description="the extension that is asked for and not decided")
    extended_count: int
    worker: SentWorker | None
    level: int
    level_name: Annotated[str, named("lifecycle.level")] = Field(validation_alias="level")
    round: int
    parent_case: str | None
    satisfied: bool | None
    score: int | None
    rated_at: datetime | None
    rated_by: str | None
    needs_call_back: bool
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    raised_count: int
    returned_count: int
    ruling_wanted_at: datetime | None
    ruled_at: datetime | None
    support_asked_at: datetime | None = Field(description="since when who has it asks for others")
    objected_at: datetime | None = Field(description="when who has it objected to its being his")
    allowed: list[str]


class Addressee(Answer):
    """Who has to do something: ``kind`` is ``worker`` (``id`` his number) or ``department`` (``id`` its code)."""

    kind: str
    id: int | str
    name: str


class TaskOut(Answer):
    """What one addressee has to do about the case; ``active`` while it binds him."""

    task: Id = Field(validation_alias="task_id")
    kind: str
    is_required: bool
    parent: Id | None = Field(validation_alias="parent_task_id")
    state: str
    state_name: Annotated[str, named("lifecycle.task_state")] = Field(validation_alias="state")
    active: bool = Field(validation_alias="is_active")
    addressee: Addressee
    created_by: str
    created_at: datetime
    sent_at: datetime | None
    signed_at: datetime | None
    set_out_at: datetime | None
    arrived_at: datetime | None
    started_at: datetime | None
    done_at: datetime | None
    failed_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    meet_at: datetime | None = Field(description="when its department is called to be there, by a whistle")
    due_at: datetime | None = Field(description="when the clock of this task that runs is over")


class LimitOut(Answer):
    """So much time: ``minute`` and ``hour`` are natural time, ``work_hour`` and ``work_day`` working time."""

    amount: float
    unit: str


class ClockOut(Answer):
    """One clock of the case or (``task``) of one task: ``running``, ``paused``, ``kept``, ``missed`` or ``void``.

    ``calendar_settled`` is false when working time is counted in a year whose exchange days are not announced.
    """

    clock: Id = Field(validation_alias="clock_id")
    stage: str
    stage_name: Annotated[str, named("lifecycle.step")] = Field(validation_alias="stage")
    task: Id | None = Field(validation_alias="task_id")
    state: str
    state_name: Annotated[str, named("due.state")] = Field(validation_alias="state")
    basis: str
    limit: LimitOut | None
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    is_overdue: bool
    calendar_settled: bool
    why: Sentence


class CountedSpan(Answer):
    """A span of working time that counted."""

    since: datetime
    until: datetime


class DueStepOut(Answer):
    """One step that made a due time: what it was, in words too, and when the clock was due after it."""

    code: str
    text: Said
    due_at: datetime
    spans: list[CountedSpan]


class ClockWithSteps(ClockOut):
    """A clock with the steps that made its due time."""

    steps: list[DueStepOut]


class DueOut(Answer):
    """Every clock of a case, with why it is due when it is."""

    case_no: str
    is_overdue: bool = Field(validation_alias="overdue")
    next_clock: NextStep | None = Field(validation_alias="step")
    clocks: list[ClockWithSteps]


class CaseWithLog(CaseOut):
    """A case with everything that was done about it, and by whom; ``children`` are the duplicates merged into it."""

    children: list[str]
    tasks: list[TaskOut]
    clocks: list[ClockOut]
    log: list[CaseLine]


class CaseList(Answer):
    """Cases, the newest first."""

    incidents: list[CaseOut]
