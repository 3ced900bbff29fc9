"""The language and the shape in which the API says that something went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from base.errors import Fault, Faults
from words.catalogue import LANGUAGES, text


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


def error(code: str, message: str, fields: Mapping[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """The one shape of every error."""
    return {"error": {"code": code, "message": message, "fields": dict(fields or {}), **more}}


def say(fault: Fault, language: str) -> str:
    """What a fault says in a language."""
    return text(f"faults.{fault.key}", language, **({"field": fault.field} | fault.words))


def tell(fault: Fault, language: str) -> dict[str, Any]:
    """A fault in the one shape; a list of faults tells each under its own field."""
    message = say(fault, language)
    fields = {fault.field: message} if fault.field else {}
    if isinstance(fault, Faults):
        fields |= {one.field or str(place): say(one, language) for place, one in enumerate(fault.faults)}
    allowed = getattr(fault, "allowed", None)
    more = {} if allowed is None else {"allowed": [{"verb": verb, "roles": list(roles)} for verb, roles in allowed]}
    return error(fault.key, message, fields, **more)
