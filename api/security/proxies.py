"""A request as its sender sent it, where a proxy stands between: the one place that believes ``X-Forwarded-...``."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import Scope

from dispatch.access.addresses import Network, client_address, is_among

_SECURE = {"http": "https", "websocket": "wss"}


def as_sent(scope: Scope, headers: Headers, proxies: Sequence[Network]) -> Scope:
    """The request with the address it comes from as ``client``, and https where the browser speaks it to a proxy.

    Everything behind the guard reads the address from ``client``: logins, the displays' addresses, the audit.
    """
    peer, port = scope.get("client") or ("", 0)
    address = client_address(peer, headers.getlist("x-forwarded-for"), proxies)
    sent = dict(scope) | {"client": (address, port if address == peer else 0)}
    protocol = headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
    if protocol in ("https", "wss") and is_among(peer, proxies):
        sent["scheme"] = _SECURE.get(scope["type"], scope["scheme"])
    return sent
