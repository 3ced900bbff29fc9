"""Requests to the screens' callbacks are looked at before they are let in: a wrong one is the sender's fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Scope

UPDATE = "/_dash-update-component"


class DashRequests:
    """The callbacks of every screen, as the screens themselves list them.

    None of our callbacks takes a pattern of ids (Dash's ALL and MATCH), so every id is a plain name here.

    Parameters
    ----------
    app
        the server; asked once for each screen.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._by_screen: dict[str, dict[str, dict[str, Any]]] = {}

    async def is_genuine(self, scope: Scope, body: Iterable[Message]) -> bool:
        """Whether a request is one the screen's page could have sent: a callback of it, with the parts it takes.

        Of what type the values are is known to the callbacks only, and checked there (``screens/shell/values.py``).
        """
        request = _read(b"".join(message.get("body", b"") for message in body))
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        # endId is Dash's own; its other words steer background callbacks, of which we have none.
        if request is None or not asked.keys() <= {"endId"}:
            return False
        output = request.get("output")
        callback = (await self._callbacks_of_screen(scope)).get(output) if isinstance(output, str) else None
        if callback is None:
            return False
        return (
            all(_same_places(callback.get(kind, []), request.get(kind, [])) for kind in ("inputs", "state"))
            and _same_outputs(callback["output"], request.get("outputs"))
            and _are_inputs(request.get("changedPropIds"), callback["inputs"])
        )

    async def _callbacks_of_screen(self, scope: Scope) -> dict[str, dict[str, Any]]:
        screen = str(scope["path"]).removesuffix(UPDATE)
        if screen not in self._by_screen:
            listed = await _get(self._app, scope, f"{screen}/_dash-dependencies")
            self._by_screen[screen] = {callback["output"]: callback for callback in listed}
        return self._by_screen[screen]


def _read(body: bytes) -> dict[str, Any] | None:
    """The request, None when it is no JSON object or holds what no page can write: NaN, half a letter, a zero byte."""
    try:
        request = json.loads(body, parse_constant=_refuse)
        if not isinstance(request, dict) or b"\\u0000" in body:
            return None
        json.dumps(request, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return request


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _same_places(callback: list[dict[str, Any]], given: object) -> bool:
    """Whether the values given stand for the components' properties the callback takes, in their order."""
    if not isinstance(given, list) or len(callback) != len(given):
        return False
    return all(_same_place(one, other) for one, other in zip(callback, given, strict=True))


def _same_place(callback: dict[str, Any], given: object) -> bool:
    return isinstance(given, dict) and (given.get("id"), given.get("property")) == (
        callback["id"],
        callback["property"],
    )


def _same_outputs(output: str, given: object) -> bool:
    """Whether the outputs given are those of the callback: one by itself, several as a list (``..a.b...c.d..``)."""
    if not output.startswith(".."):
        return _is_output(output, given)
    names = output[2:-2].split("...")
    if not isinstance(given, list) or len(given) != len(names):
        return False
    return all(_is_output(name, one) for name, one in zip(names, given, strict=True))


def _is_output(name: str, given: object) -> bool:
    return isinstance(given, dict) and f"{given.get('id')}.{given.get('property')}" == name


def _are_inputs(changed: object, inputs: list[dict[str, Any]]) -> bool:
    """Whether what is said to have changed are inputs of the callback."""
    known = {f"{one['id']}.{one['property']}" for one in inputs}
    return isinstance(changed, list) and all(isinstance(one, str) and one in known for one in changed)


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
