"""Every address of the server and what one needs to come in. An address that is not here is not there."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.access import grants
from dispatch.access.scope import Scope

OPEN = "open"
"""Nobody is asked who they are."""
LOGGED_IN = "logged_in"
"""Anybody who is; the endpoint asks for the rest."""


@dataclass(frozen=True)
class ProtectedPath:
    """A path, what is under it unless ``with_subpaths`` is False, and the action one must be granted to come in.

    ``to_change`` is the action for requests that may change something, where it is another one.
    """

    path: str
    grant: str
    with_subpaths: bool = True
    to_change: str | None = None

    def covers(self, path: str) -> bool:
        """Whether this protects the path."""
        return path == self.path or (self.with_subpaths and path.startswith(self.path.rstrip("/") + "/"))

    def action_for(self, *, changes: bool) -> str:
        """The action one must be granted."""
        return self.to_change if changes and self.to_change else self.grant

    def admits(self, scope: Scope, *, changes: bool = False) -> bool:
        """Whether the asker may come in, to change something or only to look."""
        action = self.action_for(changes=changes)
        return action in (OPEN, LOGGED_IN) or grants.may(scope, action)


PROTECTED_PATHS: tuple[ProtectedPath, ...] = (
    ProtectedPath("/", LOGGED_IN, with_subpaths=False),
    ProtectedPath("/login", OPEN),
    ProtectedPath("/logout", OPEN, with_subpaths=False),
    ProtectedPath("/favicon.ico", OPEN, with_subpaths=False),
    ProtectedPath("/api/health", OPEN, with_subpaths=False),
    ProtectedPath("/api/openapi.json", LOGGED_IN, with_subpaths=False),
    ProtectedPath("/api/incidents", "incident.list", with_subpaths=False, to_change="incident.report"),
    ProtectedPath("/api/incidents", "incident.read"),
    ProtectedPath("/api/tasks", "incident.read"),
    ProtectedPath("/api/grids", "map.see"),
    ProtectedPath("/api/workers", "worker.list", to_change="worker.leave"),
    ProtectedPath("/api/plans", "plan.see", to_change="plan.change"),
    ProtectedPath("/api/routing", "routing.see", to_change="routing.change"),
    ProtectedPath("/api/handovers", "handover.sign"),
    ProtectedPath("/api/roster/swaps", "roster.see", to_change="roster.swap"),
    ProtectedPath("/api/roster", "roster.see", to_change="roster.change"),
    ProtectedPath("/api/duties", "standing.see", with_subpaths=False, to_change="standing.change"),
    ProtectedPath("/api/duties", "standing.see", to_change="standing.done"),
    ProtectedPath("/api/units", "need.see", to_change="unit.change"),
    ProtectedPath("/api/needs", "need.see", to_change="need.change"),
    ProtectedPath("/api/claims", "need.change"),
    ProtectedPath("/api/route", "route.ask"),
    ProtectedPath("/api/positions/refusals", "refusal.see", with_subpaths=False),
    ProtectedPath("/api/positions", "position.send"),
    ProtectedPath("/api/devices", "position.send"),
    ProtectedPath("/api/duty", "duty.change"),
    ProtectedPath("/api/sos", "sos.see", to_change="sos.raise"),
    ProtectedPath("/api/tracks", "track.read"),
    ProtectedPath("/api/statistics", "statistics.see"),
    ProtectedPath("/api/notices", "notice.see", to_change="notice.again"),
    ProtectedPath("/tiles", "map.see"),
    ProtectedPath("/browser", "map.see"),
    ProtectedPath("/wall", "wall.see"),
    ProtectedPath("/console", "console.see"),
    ProtectedPath("/desk", "desk.see"),
    ProtectedPath("/needs", "need.see", with_subpaths=False),
    ProtectedPath("/people", "worker.leave", with_subpaths=False),
    ProtectedPath("/accounts", "account.see", with_subpaths=False),
    ProtectedPath("/audit", "audit.see", with_subpaths=False),
    ProtectedPath("/routing", "routing.see", with_subpaths=False, to_change="routing.change"),
    ProtectedPath("/roster", "roster.plan", with_subpaths=False),
    ProtectedPath("/duties", "standing.see", with_subpaths=False),
    ProtectedPath("/replay", "track.read"),
    ProtectedPath("/statistics", "statistics.see"),
    ProtectedPath("/notices", "notice.see"),
    ProtectedPath("/verify", "verify.see"),
    ProtectedPath("/whistle", "whistle.see"),
    ProtectedPath("/plans", "plan.change"),
    ProtectedPath("/handover", "handover.sign"),
    ProtectedPath("/field", "field.see"),
    ProtectedPath("/print/handover", "handover.sign"),
    ProtectedPath("/print", "map.print"),
    ProtectedPath("/ws/workers", "worker.live", with_subpaths=False),
    ProtectedPath("/ws/board/wall", "wall.see", with_subpaths=False),
    ProtectedPath("/ws/board/console", "console.see", with_subpaths=False),
)
"""Dash's own files and callbacks of a screen lie under the screen's path, so its grant covers them."""


CALLBACKS_OVER_A_CHANNEL = "/_dash-ws-callback"
"""Dash opens a second way to the callbacks of every screen; no page of ours uses it, so it is closed."""


def protection_of(path: str) -> ProtectedPath | None:
    """What protects a path; None for a path that is not served."""
    if path.endswith(CALLBACKS_OVER_A_CHANNEL):
        return None
    return next((room for room in PROTECTED_PATHS if room.covers(path)), None)


_FILES = ("/tiles/", "/browser/", "/login/login.css", "/favicon.ico")
COMPONENT_FILES = "/_dash-component-suites/"
"""Dash's own scripts and styles, under the path of each screen."""


def is_file(path: str) -> bool:
    """Whether a path leads to a file that is the same for everybody who may see it: map tiles, scripts, styles."""
    return path.startswith(_FILES) or COMPONENT_FILES in path
