"""The language of the present request: the visitor's choice (cookie ``language``), else the centre's setting."""

from __future__ import annotations

from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie

from starlette.types import ASGIApp, Receive, Scope, Send

from words.catalogue import LANGUAGES

COOKIE = "language"

_present: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def present_language() -> str:
    """``zh`` or ``en``: what the one who makes the present request reads."""
    return _present.get()


def chosen_language(cookie_header: str, otherwise: str) -> str:
    """The language a Cookie header chooses; ``otherwise`` when it chooses none of ours."""
    try:
        morsel = SimpleCookie(cookie_header).get(COOKIE)
    except CookieError:
        return otherwise
    return morsel.value if morsel is not None and morsel.value in LANGUAGES else otherwise


class LanguageMiddleware:
    """Notes the visitor's language before anything else answers the request."""

    def __init__(self, app: ASGIApp, otherwise: str) -> None:
        self._app = app
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in the visitor's language."""
        if scope["type"] in ("http", "websocket"):
            headers = dict(scope["headers"])
            _present.set(chosen_language(headers.get(b"cookie", b"").decode("latin-1"), self._otherwise))
        await self._app(scope, receive, send)
