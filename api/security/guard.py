"""The guard before every route: login, grant, origin, size of the body, security headers; an unknown path is 404."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from ipaddress import ip_network
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security import errors
from api.security.channel_logins import ChannelLogins
from api.security.dash_requests import FILES, UPDATE, DashRequests, missing_file
from api.security.language import asked_language, cookies
from api.security.permissions import OPEN, ProtectedPath, protection_of
from api.security.proxies import as_sent
from base.errors import Fault, Forbidden, InvalidInput, NotAuthenticated, NotFound
from dispatch.access import grants
from dispatch.access.grants import Principal
from dispatch.access.sessions import session_of, sessions_of
from dispatch.centre import Centre
from words.catalogue import text
from words.faults import fault_text

BODY_LIMIT = 1024 * 1024
"""Bytes of a request's body at most. Source: docs/api.md, "Coming in"."""
_REFUSAL = Template((Path(__file__).parent / "refusal.html").read_text(encoding="utf-8"))
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSED = 4401
"""Code a WebSocket is closed with when its login does not hold (any more)."""
WRONG_ORIGIN = 4403

_RENDERER = "'sha256-jZlsGVOhUAIcH+4PVs7QuGZkthRMgvT2n0ilH6/zTM0='"
"""Dash's one inline script, ``var renderer = new DashRenderer();``, by its hash (a test makes it anew)."""
HEADERS = {
    "content-security-policy": "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {_RENDERER}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), payment=()",
}
"""Headers of every answer. Inline styles are needed by the component libraries; scripts come from files only."""
HTTPS_HEADERS = {"strict-transport-security": "max-age=31536000"}


def protect(server: FastAPI, centre: Centre) -> None:
    """Put the guard before everything else, and make every failure leave in the one shape. Call this last."""
    errors.install(server, centre)
    server.add_middleware(Guard, centre=centre)


@dataclass(frozen=True)
class _Visit:
    """One request as the guard sees it."""

    scope: Scope
    headers: Headers
    language: str
    protection: ProtectedPath | None

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def is_websocket(self) -> bool:
        return bool(self.scope["type"] == "websocket")

    @property
    def changes(self) -> bool:
        """Whether it could change something, or opens a channel."""
        return self.is_websocket or self.scope["method"] not in SAFE_METHODS

    @property
    def wants_page(self) -> bool:
        """Whether a person is looking: a page is asked for, not data."""
        is_data = self.path.startswith(("/api", "/tiles", "/ws"))
        return not self.is_websocket and not is_data and "text/html" in self.headers.get("accept", "")

    @property
    def address(self) -> str:
        client = self.scope.get("client")
        return str(client[0]) if client else ""


class Guard:
    """ASGI middleware: login, grants, origin, size of the body, security headers.

    Parameters
    ----------
    app
        what stands behind the guard.
    centre
        whose accounts and sessions are asked.
    """

    def __init__(self, app: ASGIApp, centre: Centre) -> None:
        self._app = app
        self._sessions = sessions_of(centre)
        self._channels = ChannelLogins(self._sessions)
        self._dash_requests = DashRequests(app)
        self._language = centre.settings.language
        self._proxies = tuple(ip_network(one, strict=False) for one in centre.settings.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request or channel in, or say why not."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        # The guard is the outermost layer: what it does not name is answered 404 before any route is looked up, so a
        # route added without a grant is closed, not open.
        headers = Headers(scope=scope)
        scope = as_sent(scope, headers, self._proxies)
        visit = _Visit(scope, headers, asked_language(headers, self._language), protection_of(scope["path"]))
        send = send if visit.is_websocket else _with_headers(send, is_https=scope["scheme"] == "https")
        try:
            principal, token = await self._admit(visit)
        except Fault as fault:
            await _refuse(visit, fault, receive, send)
            return
        grants.set_present(principal)
        if visit.is_websocket:
            await self._channels.run(token, self._app, scope, receive, send)
            return
        # Read whole, up to the limit, before the application starts: a route would otherwise begin work for a body that
        # is refused half-way, and Dash's callbacks could not be checked at all.
        body = await _read_body(visit, receive)
        if body is None:
            await _too_large(visit)(scope, receive, send)
            return
        if scope["path"].endswith(UPDATE) and not await self._dash_requests.is_genuine(scope, body):
            await _refuse(visit, InvalidInput("no_such_callback"), receive, send)
            return
        if FILES in scope["path"]:
            missing = _refusal(visit, NotFound("no_such_page"))
            await self._app(scope, _replay(body, receive), missing_file(send, lambda: missing(scope, receive, send)))
            return
        await self._app(scope, _replay(body, receive), send)

    async def _admit(self, visit: _Visit) -> tuple[Principal | None, str]:
        """Who comes in (nobody where no login is asked for), and with which token.

        Raises
        ------
        Fault
            when they may not.
        """
        protection = visit.protection
        if protection is None and not visit.path.startswith("/api"):
            raise NotFound("no_such_page")
        token, by_cookie = _token(visit)
        # Only a cookie is added by the browser itself, so only then can another site make somebody act. The login form
        # is checked too, or another site could log somebody in as a person they are not.
        if visit.changes and (by_cookie or (protection is not None and protection.grant == OPEN)):
            _check_origin(visit)
        if protection is not None and protection.grant == OPEN:
            return None, token
        principal = await self._recognise(token)
        if principal is not None:
            self._sessions.check_address(principal.role, visit.address)
        if principal is None:
            raise NotAuthenticated("login_needed")
        if protection is None:
            raise NotFound("no_such_page")
        if not protection.admits(principal, changes=visit.changes and not visit.is_websocket):
            raise Forbidden("not_granted", role=principal.role, action=protection.action_for(changes=visit.changes))
        return principal, token

    async def _recognise(self, token: str) -> Principal | None:
        if not token:
            return None
        # Asked first on the event loop, since it is in memory; only a token not seen lately is worth a thread and a
        # statement.
        known = self._sessions.remembered(token)
        return known.principal if known is not None else await run_in_threadpool(self._sessions.recognise, token)


def _token(visit: _Visit) -> tuple[str, bool]:
    """The token a request carries, and whether the browser added it by itself.

    Devices that can set no header may give it as the password of Basic (OwnTracks) or as ``token`` in the address.
    """
    kind, _, given = visit.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return given.strip(), False
    if visit.path.startswith("/api/devices/"):
        if kind.lower() == "basic":
            return _basic_password(given), False
        given_token = parse_qs(visit.scope.get("query_string", b"").decode("latin-1")).get("token")
        if given_token:
            return given_token[0], False
    return session_of(cookies(visit.headers.get("cookie", ""))), True


def _basic_password(given: str) -> str:
    try:
        return base64.b64decode(given.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _check_origin(visit: _Visit) -> None:
    """Make sure that what changes something comes from our own pages.

    Raises
    ------
    Forbidden
        when a browser says it comes from elsewhere.
    """
    origin = visit.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != visit.headers.get("host", "").lower():
        raise Forbidden("wrong_origin")
    if visit.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("wrong_origin")


async def _refuse(visit: _Visit, fault: Fault, receive: Receive, send: Send) -> None:
    """Say why not: a channel is closed, a person is sent to the login, a machine gets the one shape."""
    if visit.is_websocket:
        code = WRONG_ORIGIN if isinstance(fault, Forbidden) else REFUSED
        await send({"type": "websocket.close", "code": code, "reason": fault.key})
        return
    await _refusal(visit, fault)(visit.scope, receive, send)


def _refusal(visit: _Visit, fault: Fault) -> Response:
    if not visit.wants_page:
        status, headers = errors.status_of(fault), errors.headers_of(fault)
        return JSONResponse(errors.fault_body(fault, visit.language), status, headers)
    if isinstance(fault, NotAuthenticated):
        back = quote(visit.path, safe="/") if visit.path != "/" and visit.scope["method"] == "GET" else ""
        return RedirectResponse(f"/login?next={back}" if back else "/login", status_code=303)
    words = {
        "lang": visit.language,
        "title": text("login.refused", visit.language),
        "message": fault_text(fault, visit.language),
        "login": text("login.other_account", visit.language),
    }
    page = _REFUSAL.substitute({name: escape(word) for name, word in words.items()})
    return HTMLResponse(page, errors.status_of(fault))


def _too_large(visit: _Visit) -> Response:
    megabytes = BODY_LIMIT // 1024 // 1024
    body = errors.error_body("body_too_large", text("api.body_too_large", visit.language, limit_mb=megabytes))
    return JSONResponse(body, 413, {"Connection": "close"})


async def _read_body(visit: _Visit, receive: Receive) -> list[Message] | None:
    """The whole body as it came, None when it is too large; nothing more than the limit is ever kept."""
    # The length the sender claims saves reading a body that is too large; what really comes is counted all the same.
    length = visit.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > BODY_LIMIT:
        return None
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > BODY_LIMIT:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return messages


def _replay(messages: Iterable[Message], receive: Receive) -> Receive:
    """Hand on what was read, then whatever comes."""
    left = iter(messages)

    async def again() -> Message:
        for message in left:
            return message
        return await receive()

    return again


def _with_headers(send: Send, *, is_https: bool) -> Send:
    wanted = HEADERS | (HTTPS_HEADERS if is_https else {})

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            # setdefault: a route may be stricter (a printed map), never laxer by leaving a header out
            headers = MutableHeaders(scope=message)
            for name, value in wanted.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
