"""The guard before every route: login, grant, origin, size, time and number of requests; an unknown path is 404."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from html import escape
from ipaddress import ip_network
from pathlib import Path
from string import Template
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from starlette import types as asgi
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Send

from api.security import errors
from api.security.answers import with_headers
from api.security.bodies import BODY_LIMIT, RequestRefused, read_body, replay
from api.security.channel_logins import ChannelLogins
from api.security.credentials import token_of
from api.security.dash_requests import UPDATE, DashRequests, missing_file
from api.security.language import asked_language
from api.security.permissions import COMPONENT_FILES, OPEN, ProtectedPath, is_file, protection_of
from api.security.proxies import as_sent
from api.security.rates import ADDRESS, FILES, Rates, name_of, rate_of
from base.errors import Fault, Forbidden, InvalidInput, NotAuthenticated, NotFound, TooManyRequests
from base.values import Code
from dispatch.access.scope import Scope
from dispatch.access.sessions import Sessions
from dispatch.centre import Centre
from words.catalogue import text
from words.faults import fault_text

_REFUSAL = Template((Path(__file__).parent / "refusal.html").read_text(encoding="utf-8"))
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSED = 4401
"""Code a WebSocket is closed with when its login does not hold (any more)."""
WRONG_ORIGIN = 4403
_CLOSE_CODES: dict[type[Fault], int] = {Forbidden: WRONG_ORIGIN, TooManyRequests: 4429}
URL_LIMIT = 8 * 1024
HEADERS_LIMIT = 100
HEADER_BYTES_LIMIT = 32 * 1024
"""Bytes of an address, number of headers and their bytes taken together, at most."""


def protect(server: FastAPI, centre: Centre, rates: Rates | None = None) -> None:
    """Put the guard before everything else, and make every failure leave in the one shape. Call this last.

    The sessions belong to the server (``server.state.sessions``): two servers on one database share no login. The
    ``rates`` may be those of a whole process, so that nobody asks more often by asking for several towns.
    """
    errors.install(server, centre)
    settings = centre.settings
    server.state.sessions = Sessions(centre.database, centre.area.area_id, centre.clock, settings.display_addresses)
    server.state.towns = (centre.area,)
    guarding = {"sessions": server.state.sessions, "rates": rates or Rates(settings.rate_factor)}
    server.add_middleware(Guard, centre=centre, **guarding)


@dataclass(frozen=True)
class _Visit:
    """One request as the guard sees it."""

    scope: asgi.Scope
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
    """ASGI middleware: login, grants, origin, size and time of the body, number of requests, headers of the answer.

    Parameters
    ----------
    app
        what stands behind the guard.
    centre, sessions, rates
        whose settings count, whose accounts and tokens are asked, and where requests are counted.
    """

    def __init__(self, app: ASGIApp, centre: Centre, sessions: Sessions, rates: Rates) -> None:
        self._app = app
        self._sessions = sessions
        self._channels = ChannelLogins(self._sessions)
        self._dash_requests = DashRequests(app)
        self._language = centre.settings.language
        self._proxies = tuple(ip_network(one, strict=False) for one in centre.settings.proxies)
        self._patience_s = centre.settings.request_timeout_s
        self._rates = rates
        self._area_id = centre.area.area_id

    async def __call__(self, scope: asgi.Scope, receive: Receive, send: Send) -> None:
        """Let one request or channel in, or say why not."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        # The guard is the outermost layer: what it does not name is answered 404 before any route is looked up, so a
        # route added without a grant is closed, not open.
        headers = Headers(scope=scope)
        scope = as_sent(scope, headers, self._proxies)
        visit = _Visit(
            scope, headers, asked_language(scope["path"], headers, self._language), protection_of(scope["path"])
        )
        send = send if visit.is_websocket else with_headers(send, visit.path, is_https=scope["scheme"] == "https")
        try:
            _check_head(visit)
            asker, token = await self._admit(visit)
        except RequestRefused as refused:
            await _refuse_size(visit, refused, receive, send)
            return
        except Fault as fault:
            await _refuse(visit, fault, receive, send)
            return
        scope = _without_host(scope)
        # What is done for this request learns here, and nowhere else, who asks and what they read.
        scope["state"] = {**scope.get("state", {}), "asker": asker, "language": visit.language}
        if visit.is_websocket:
            await self._channels.run(token, self._app, scope, receive, send)
            return
        await self._answer(visit, scope, receive, send)

    async def _answer(self, visit: _Visit, scope: asgi.Scope, receive: Receive, send: Send) -> None:
        """Let a request in with its body."""
        # Read whole, up to the limit, before the application starts: a route would otherwise begin work for a body that
        # is refused half-way, and Dash's callbacks could not be checked at all.
        try:
            body = await read_body(visit.headers, receive, self._patience_s)
        except RequestRefused as refused:
            await _refuse_size(visit, refused, receive, send)
            return
        if visit.path.endswith(UPDATE) and not await self._dash_requests.is_genuine(scope, body):
            await _refuse(visit, InvalidInput("no_such_callback"), receive, send)
            return
        if COMPONENT_FILES in visit.path:
            missing = _refusal(visit, NotFound("no_such_page"))
            refuse = partial(missing, visit.scope, receive, send)
            await self._app(scope, replay(body, receive), missing_file(send, refuse))
            return
        await self._app(scope, replay(body, receive), send)

    async def _admit(self, visit: _Visit) -> tuple[Scope | None, str]:
        """Who comes in (nobody where no login is asked for), and with which token.

        Raises
        ------
        Fault
            when they may not.
        """
        protection = visit.protection
        if protection is None and not visit.path.startswith("/api"):
            raise NotFound("no_such_page")
        token, by_cookie = token_of(visit.scope, visit.headers)
        # Only a cookie is added by the browser itself, so only then can another site make somebody act. The login form
        # is checked too, or another site could log somebody in as a person they are not.
        if visit.changes and (by_cookie or (protection is not None and protection.grant == OPEN)):
            _check_origin(visit)
        if protection is not None and protection.grant == OPEN:
            self._rates.count(FILES if is_file(visit.path) else ADDRESS, visit.address)
            return None, token
        asker = await self._recognise(token, visit.address)
        if asker is None or not asker.is_of(self._area_id):
            self._rates.count(ADDRESS, visit.address)
            raise NotAuthenticated("login_needed")
        rate = rate_of(asker, is_file=is_file(visit.path), by_cookie=by_cookie)
        self._rates.count(rate, name_of(token, rate))
        self._sessions.check_address(asker.role, visit.address)
        if protection is None:
            raise NotFound("no_such_page")
        if not protection.admits(asker, changes=visit.changes and not visit.is_websocket):
            raise Forbidden(
                "not_granted",
                role=Code("lifecycle.role", asker.role),
                action=protection.action_for(changes=visit.changes),
            )
        return asker, token

    async def _recognise(self, token: str, address: str) -> Scope | None:
        if not token:
            return None
        # Asked first on the event loop, since it is in memory; only a token not seen lately is worth a thread and a
        # statement.
        known = self._sessions.remembered(token)
        if known is not None:
            return known.scope
        # Whoever tries out tokens is sent away before the database is asked about the next.
        self._rates.check(ADDRESS, address)
        return await run_in_threadpool(self._sessions.recognise, token)


def _check_origin(visit: _Visit) -> None:
    """Make sure that what changes something comes from our own pages.

    Raises
    ------
    Forbidden
        when a browser says it comes from elsewhere.
    """
    origin = visit.headers.get("origin")
    if origin is not None and _host_of(origin) != visit.headers.get("host", "").lower():
        raise Forbidden("wrong_origin")
    if visit.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("wrong_origin")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _check_head(visit: _Visit) -> None:
    """Make sure the address and the headers are of a size anybody needs.

    Raises
    ------
    RequestRefused
        when they are not.
    """
    if len(visit.scope.get("raw_path") or visit.path) + len(visit.scope.get("query_string", b"")) > URL_LIMIT:
        raise RequestRefused(414, "address_too_long")
    sizes = [len(name) + len(value) for name, value in visit.scope["headers"]]
    if len(sizes) > HEADERS_LIMIT or sum(sizes) > HEADER_BYTES_LIMIT:
        raise RequestRefused(431, "headers_too_large")


def _without_host(scope: asgi.Scope) -> asgi.Scope:
    """The request without the name it gave to this server: whatever is made of it behind here is made of a lie."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {**scope, "headers": [(b"host", b"gridcommand"), *headers]}


async def _refuse_size(visit: _Visit, refused: RequestRefused, receive: Receive, send: Send) -> None:
    """Say that a request is too large or too slow, and end the connection: the rest of it may still be on its way."""
    if visit.is_websocket:
        await send({"type": "websocket.close", "code": REFUSED, "reason": refused.code})
        return
    told = text(f"api.{refused.code}", visit.language, limit_mb=BODY_LIMIT // 1024 // 1024, limit_kb=URL_LIMIT // 1024)
    answer = JSONResponse(errors.error_body(refused.code, told), refused.status, {"Connection": "close"})
    await answer(visit.scope, receive, send)


async def _refuse(visit: _Visit, fault: Fault, receive: Receive, send: Send) -> None:
    """Say why not: a channel is closed, a person is sent to the login, a machine gets the one shape."""
    if visit.is_websocket:
        code = _CLOSE_CODES.get(type(fault), REFUSED)
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
    return HTMLResponse(page, errors.status_of(fault), errors.headers_of(fault))
