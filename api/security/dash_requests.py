"""Requests to the screens' callbacks are looked at before they are let in: a wrong one is the sender's fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from starlette.types import ASGIApp, Message, Scope

UPDATE = "/_dash-update-component"
FILES = "/_dash-component-suites/"


class DashRequests:
    """The callbacks of every screen, as the screens themselves list them.

    Parameters
    ----------
    app
        the server; asked once for each screen.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._by_screen: dict[str, dict[str, dict[str, Any]]] = {}

    async def is_genuine(self, scope: Scope, body: Iterable[Message]) -> bool:
        """Whether a request is one the screen's page could have sent: a callback callback with the inputs it takes."""
        try:
            request = json.loads(b"".join(message.get("body", b"") for message in body))
        except ValueError:
            return False
        if not isinstance(request, dict) or not isinstance(request.get("output"), str):
            return False
        callback = (await self._callbacks_of_screen(scope)).get(request["output"])
        # An id with a brace stands for a pattern of ids (Dash's ALL); those are not listed under this name, and Dash
        # checks them itself.
        if callback is None:
            return "{" in request["output"]
        return all(_same_places(callback.get(kind, []), request.get(kind, [])) for kind in ("inputs", "state"))

    async def _callbacks_of_screen(self, scope: Scope) -> dict[str, dict[str, Any]]:
        screen = str(scope["path"]).removesuffix(UPDATE)
        if screen not in self._by_screen:
            listed = await _get(self._app, scope, f"{screen}/_dash-dependencies")
            self._by_screen[screen] = {callback["output"]: callback for callback in listed}
        return self._by_screen[screen]


def _same_places(callback: list[dict[str, Any]], given: object) -> bool:
    """Whether the values given stand for the components' properties the callback takes, in their order."""
    if not isinstance(given, list) or len(callback) != len(given):
        return False
    return all(_same_place(one, other) for one, other in zip(callback, given, strict=True))


def _same_place(callback: dict[str, Any], given: object) -> bool:
    if str(callback["id"]).startswith("{"):
        return isinstance(given, list | dict)
    return isinstance(given, dict) and (given.get("id"), given.get("property")) == (
        callback["id"],
        callback["property"],
    )


async def _get(app: ASGIApp, scope: Scope, path: str) -> list[dict[str, Any]]:
    """What the server itself answers to a GET, as JSON."""
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    own_scope = dict(scope) | {
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    await app(own_scope, receive, send)
    return list(json.loads(b"".join(parts)))


def missing_file(send: Callable[[Message], Any], refuse: Callable[[], Any]) -> Callable[[Message], Any]:
    """Answer "not there" where the screens' library fails over a file that is not there."""
    refused = False

    async def send_or_refuse(message: Message) -> None:
        nonlocal refused
        if message["type"] == "http.response.start" and message["status"] == 500:
            refused = True
            await refuse()
        if not refused:
            await send(message)

    return send_or_refuse
