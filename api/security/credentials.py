"""The token a request carries, and where it stands in it."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope

from api.security.language import cookies
from dispatch.access.sessions import COOKIE, SECURE_COOKIE, session_of


def token_of(scope: Scope, headers: Headers) -> tuple[str, bool]:
    """The token of a request (empty: none), and whether the browser added it by itself.

    Devices that can set no header may give it as the password of Basic (OwnTracks) or as ``token`` in the address.
    """
    kind, _, given = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return given.strip(), False
    if scope["path"].startswith("/api/devices/"):
        if kind.lower() == "basic":
            return _basic_password(given), False
        given_token = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token")
        if given_token:
            return given_token[0], False
    return session_of(cookies(headers.get("cookie", ""))), True


def _basic_password(given: str) -> str:
    try:
        return base64.b64decode(given.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def without_token(scope: Scope) -> Scope:
    """The request of whoever sends it, without what would let them in."""
    kept = [(name, _without_session(name, value)) for name, value in scope["headers"] if name != b"authorization"]
    return {**scope, "headers": kept}


def _without_session(name: bytes, value: bytes) -> bytes:
    if name != b"cookie":
        return value
    parts = [part.strip() for part in value.split(b";")]
    sessions = (COOKIE.encode() + b"=", SECURE_COOKIE.encode() + b"=")
    return b"; ".join(part for part in parts if not part.startswith(sessions))
