"""Every address of the server and what one needs to come in. An address that is not here is not there."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.access import grants
from dispatch.access.grants import Principal

OPEN = "open"
"""Nobody is asked who they are."""
LOGGED_IN = "logged_in"
"""Anybody who is; the endpoint asks for the rest."""


@dataclass(frozen=True)
class Room:
    """A path and everything under it (``whole`` False: only the path itself), and the action one must be granted.

    ``to_change`` is the action for requests that may change something, where it is another one.
    """

    path: str
    grant: str
    whole: bool = True
    to_change: str | None = None

    def holds(self, path: str) -> bool:
        """Whether the path lies in this room."""
        return path == self.path or (self.whole and path.startswith(self.path.rstrip("/") + "/"))

    def needs(self, *, changes: bool) -> str:
        """The action one must be granted."""
        return self.to_change if changes and self.to_change else self.grant

    def admits(self, principal: Principal, *, changes: bool = False) -> bool:
        """Whether the principal may come in, to change something or only to look."""
        action = self.needs(changes=changes)
        return action in (OPEN, LOGGED_IN) or grants.may(principal, action)


ROOMS: tuple[Room, ...] = (
    Room("/", LOGGED_IN, whole=False),
    Room("/login", OPEN),
    Room("/logout", OPEN, whole=False),
    Room("/favicon.ico", OPEN, whole=False),
    Room("/api/health", OPEN, whole=False),
    Room("/api/openapi.json", LOGGED_IN, whole=False),
    Room("/api/incidents", "incident.list", whole=False, to_change="incident.report"),
    Room("/api/incidents", "incident.read"),
    Room("/api/grids", "map.see"),
    Room("/api/workers", "worker.list"),
    Room("/api/route", "route.ask"),
    Room("/api/positions", "position.send"),
    Room("/api/devices", "position.send"),
    Room("/api/duty", "duty.change"),
    Room("/api/tracks", "track.read"),
    Room("/api/statistics", "statistics.see"),
    Room("/tiles", "map.see"),
    Room("/browser", "map.see"),
    Room("/wall", "wall.see"),
    Room("/console", "console.see"),
    Room("/replay", "track.read"),
    Room("/statistics", "statistics.see"),
    Room("/field", "field.see"),
    Room("/print", "map.print"),
    Room("/ws/workers", "worker.live", whole=False),
    Room("/ws/board/wall", "wall.see", whole=False),
    Room("/ws/board/console", "console.see", whole=False),
)
"""Dash's own files and callbacks of a screen lie under the screen's path, so its grant covers them."""


def room_of(path: str) -> Room | None:
    """The room a path lies in, None when there is none."""
    return next((room for room in ROOMS if room.holds(path)), None)
