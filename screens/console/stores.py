"""What the console's stores hold, as its page writes them and its callbacks read them."""

from __future__ import annotations

from typing_extensions import TypedDict

from screens.shell.values import ClientId, Degrees


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
    sent: int | None


class Sent(TypedDict):
    """A press of 派单 or 改派."""

    id: ClientId
    case_no: str
    worker: int | None
    suggestion: str
    verb: str


class Pressed(TypedDict):
    """A press of another verb."""

    id: ClientId
    verb: str


class Proposed(TypedDict):
    """The type and priority last proposed from the text."""

    type_code: str | None
    priority: str | None
