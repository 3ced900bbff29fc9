"""Headers of every answer: what browsers may load and keep, and that no answer sends anybody to another host."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from api.security.permissions import is_file

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
_ANY_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,}[^/\\?#]*", re.IGNORECASE)


def with_headers(send: Send, path: str, *, is_https: bool) -> Send:
    """Send an answer with the headers every answer has.

    Only a file that is the same for everybody may be kept by a browser; whatever else there is may hold a person's
    data, whichever route made it.
    """
    wanted = HEADERS | (HTTPS_HEADERS if is_https else {})

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            # setdefault: a route may be stricter (a printed map), never laxer by leaving a header out
            headers = MutableHeaders(scope=message)
            for name, value in wanted.items():
                headers.setdefault(name, value)
            is_kept = is_file(path) and message["status"] in (200, 304)
            if not is_kept and "no-store" not in headers.get("cache-control", ""):
                headers["cache-control"] = "no-store"
            if "location" in headers:
                headers["location"] = on_this_host(headers["location"])
        await send(message)

    return send_with_headers


def on_this_host(location: str) -> str:
    """An address without its host: the framework takes that from the request, where anybody may write anything."""
    without = _ANY_HOST.sub("", location)
    return without if without == location else "/" + without.lstrip("/\\")
