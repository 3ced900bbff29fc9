"""The language an answer of the API is written in."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from words.catalogue import LANGUAGES


def cookies(header: str) -> dict[str, str]:
    """The cookies of a Cookie header; none when it cannot be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def asked_language(headers: Mapping[str, str], otherwise: str) -> str:
    """The language of an answer: the visitor's cookie, else the first of ours in ``Accept-Language``.

    Parameters
    ----------
    headers
        of the request, with lower-case names.
    otherwise
        the language when neither names one of ours.
    """
    chosen = cookies(headers.get("cookie", "")).get("language")
    if chosen in LANGUAGES:
        return str(chosen)
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
