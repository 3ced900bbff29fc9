"""Several towns served by one process: each has a server of its own, and each request goes to one of them.

Whoever carries a token goes to the town it names, whatever else the request says, so a token of one town never reaches
the server of another. Whoever carries none chooses the town, with ``?town=`` or by the cookie the login page sets.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import ip_network
from urllib.parse import parse_qs

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from api.security.credentials import token_of, without_token
from api.security.language import cookies
from api.security.permissions import OPEN, protection_of
from api.security.proxies import as_sent
from api.security.rates import ADDRESS, Rates
from base.errors import TooManyRequests, Unavailable
from base.settings import Settings
from dispatch.access.sessions import TOWN_COOKIE
from dispatch.access.tokens import area_of_token

LOGOUT = "/logout"
"""Open to everybody, and ends the session of the town it is of."""


class Towns:
    """ASGI: the servers of several towns as one.

    Parameters
    ----------
    servers
        by area, in the order of the login page; the first answers who names no town.
    settings, rates
        the proxies that are believed; the counts that all the servers share.
    """

    def __init__(self, servers: Mapping[int, FastAPI], settings: Settings, rates: Rates) -> None:
        self._servers = dict(servers)
        self._proxies = tuple(ip_network(one, strict=False) for one in settings.proxies)
        self._rates = rates
        self._lifespan = Starlette(lifespan=self._all_up)
        areas = tuple(area for server in self._servers.values() for area in server.state.towns)
        health = tuple(one for server in self._servers.values() for one in server.state.health)
        for server in self._servers.values():
            server.state.towns, server.state.health = areas, health

    @asynccontextmanager
    async def _all_up(self, _: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for server in self._servers.values():
                await stack.enter_async_context(server.router.lifespan_context(server))
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request or channel to the server of its town."""
        if scope["type"] not in ("http", "websocket"):
            await self._lifespan(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = self._asked(scope, headers)
        protection = protection_of(scope["path"])
        if protection is not None and protection.grant == OPEN and scope["path"] != LOGOUT:
            scope = without_token(scope)
        token, _ = token_of(scope, headers=Headers(scope=scope))
        area_id = await self._town_of(token, asked, scope, headers) if token else asked
        await self._servers[area_id](scope, receive, send)

    def _asked(self, scope: Scope, headers: Headers) -> int:
        """The town the address or the cookie names, else the first."""
        in_address = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("town", [""])[-1]
        in_cookie = cookies(headers.get("cookie", "")).get(TOWN_COOKIE, "")
        by_name = {str(area_id): area_id for area_id in self._servers}
        return by_name.get(in_address) or by_name.get(in_cookie) or next(iter(self._servers))

    async def _town_of(self, token: str, asked: int, scope: Scope, headers: Headers) -> int:
        """The town of a token; where it holds nowhere, one whose guard says so."""
        named = area_of_token(token)
        if named is not None:
            return named if named in self._servers else asked
        try:
            # Of every town, or made before tokens named theirs: each town is asked, the chosen one first.
            for area_id in (asked, *(other for other in self._servers if other != asked)):
                if await self._holds(token, area_id, scope, headers):
                    return area_id
        except (TooManyRequests, Unavailable):
            pass  # told by the guard of the town asked for, which meets the same
        return asked

    async def _holds(self, token: str, area_id: int, scope: Scope, headers: Headers) -> bool:
        sessions = self._servers[area_id].state.sessions
        known = sessions.remembered(token)
        if known is not None:
            return known.scope is not None
        # As the guard does: whoever tries out tokens is sent away before the database is asked about the next.
        address = str(as_sent(scope, headers, self._proxies)["client"][0])
        self._rates.check(ADDRESS, address)
        return await run_in_threadpool(sessions.recognise, token) is not None
