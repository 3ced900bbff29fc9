"""What the console's stores hold, as its page writes them and its callbacks read them."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from screens.shell.values import ClientId, Degrees, NoteText, ShortText, TownMinute


class Draft(TypedDict):
    """The event being written; its place is given when it is known."""

    id: ClientId
    lon: Degrees | None
    lat: Degrees | None


class Stage(TypedDict):
    """What the suggestion and the surroundings are asked for."""

    case_no: str
    lon: Degrees
    lat: Degrees
    ask: bool
    by: str
    sent: list[int]
    diverts: bool


class Sent(TypedDict):
    """A press of 派单, 增派 or 转派: who leads, who goes with him, whether the case waits for who helps."""

    id: ClientId
    case_no: str
    worker: int
    others: list[int]
    suggestion: str
    verb: str
    required: NotRequired[bool]


class Pressed(TypedDict):
    """A press of another verb; about one task, or about a worker and the case he is taken from, or with its form."""

    id: ClientId
    verb: str
    task: NotRequired[ClientId]
    worker: NotRequired[int]
    from_case: NotRequired[str]
    rating: NotRequired[str]
    until: NotRequired[TownMinute]
    parent: NotRequired[ShortText]
    department: NotRequired[ShortText]
    lead: NotRequired[ShortText]
    departments: NotRequired[list[ShortText]]
    meet_at: NotRequired[TownMinute]
    lon: NotRequired[Degrees]
    lat: NotRequired[Degrees]
    note: NotRequired[NoteText]


class PlanPress(TypedDict):
    """A press on the plan of the open case; step 0 takes it, another one ticks that step."""

    id: ClientId
    step: int


class Proposed(TypedDict):
    """The type and priority last proposed from the text."""

    type_code: str | None
    priority: str | None
