"""The language of an answer: of a page, of what lies on it, of the API."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from words.catalogue import LANGUAGE_COOKIE, LANGUAGES

_PROGRAMMES = ("/api", "/tiles")
"""Paths programmes ask for; everything else is a page, or part of one."""


def cookies(header: str) -> dict[str, str]:
    """The cookies of a Cookie header; none when it cannot be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def asked_language(path: str, headers: Mapping[str, str], otherwise: str) -> str:
    """The language of an answer: the visitor's choice, else, for a programme, the first of ours in ``Accept-Language``.

    A page that nobody has chosen a language for speaks the centre's: the operators' machines are seldom set up well.

    Parameters
    ----------
    path, headers
        of the request; headers with lower-case names.
    otherwise
        the centre's language (GRIDCOMMAND_LANGUAGE).
    """
    chosen = cookies(headers.get("cookie", "")).get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return _accepted_language(headers, otherwise) if path.startswith(_PROGRAMMES) else otherwise


def _accepted_language(headers: Mapping[str, str], otherwise: str) -> str:
    ranked = []
    for place, part in enumerate(headers.get("accept-language", "").split(",")):
        name, _, weight = part.strip().partition(";q=")
        ranked.append((-_weight(weight), place, name[:2].lower()))
    return next((name for weight, _, name in sorted(ranked) if weight < 0 and name in LANGUAGES), otherwise)


def _weight(given: str) -> float:
    try:
        return float(given or 1)
    except ValueError:
        return 0.0
