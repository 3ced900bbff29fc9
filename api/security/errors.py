"""Every way a request can fail, told in one shape: ``{"error": {"code", "message", "fields"}}``."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import DataError
from starlette.exceptions import HTTPException

from api.security.language import asked_language
from base.errors import (
    Conflict,
    Fault,
    Faults,
    Forbidden,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    TooManyRequests,
    Unavailable,
)
from base.values import Seconds
from dispatch.centre import Centre
from words.catalogue import text
from words.faults import fault_text

log = logging.getLogger("gridcommand.api")

_STATUS: tuple[tuple[type[Fault], int], ...] = (
    (InvalidInput, 400),
    (NotAuthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooManyRequests, 429),
    (Unavailable, 503),
)
_CODES = {400: "invalid_request", 404: "no_such_address", 405: "method_not_allowed", 413: "body_too_large"}


def error_body(code: str, message: str, fields: Mapping[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """The one shape of every error."""
    return {"error": {"code": code, "message": message, "fields": dict(fields or {}), **more}}


def fault_body(fault: Fault, language: str) -> dict[str, Any]:
    """A fault in the one shape; a list of faults gives each under its own field."""
    message = fault_text(fault, language)
    fields = {fault.field: message} if fault.field else {}
    if isinstance(fault, Faults):
        fields |= {one.field or str(place): fault_text(one, language) for place, one in enumerate(fault.faults)}
    allowed = getattr(fault, "allowed", None)
    more = {} if allowed is None else {"allowed": [{"verb": verb, "roles": list(roles)} for verb, roles in allowed]}
    return error_body(fault.key, message, fields, **more)


def status_of(fault: Fault) -> int:
    """The HTTP status a fault leaves with."""
    return next((status for kind, status in _STATUS if isinstance(fault, kind)), 400)


def headers_of(fault: Fault) -> dict[str, str]:
    """Headers that belong to a fault: how to log in, when to come back."""
    if isinstance(fault, NotAuthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(fault, Unavailable | TooManyRequests):
        after = fault.values.get("retry_after")
        return {"Retry-After": str(after.value if isinstance(after, Seconds) else 2)}
    return {}


def field_of(place: Sequence[Any]) -> str:
    """The name of the input a complaint is about: ``reporter.phone``, ``bbox``; ``body`` for the whole body."""
    parts = [str(part) for part in place if part not in ("body", "query", "path", "header")]
    if not parts or (len(parts) == 1 and parts[0].isdigit()):
        return "body"
    return ".".join(parts)


def invalid_text(kind: str, words: Mapping[str, Any], language: str) -> str:
    """What is wrong with one input, in a language; ``kind`` is pydantic's name of the complaint."""
    key = f"api.invalid.{kind}"
    message = text(key, language, **words)
    return message if message != key else text("api.invalid.other", language)


def install(server: FastAPI, centre: Centre) -> None:
    """Make every failure of this server leave in the one shape, in the asker's language."""
    otherwise = centre.settings.language

    def language_for(request: Request) -> str:
        return asked_language(request.url.path, request.headers, otherwise)

    def on_fault(request: Request, fault: Exception) -> JSONResponse:
        assert isinstance(fault, Fault)
        return JSONResponse(fault_body(fault, language_for(request)), status_of(fault), headers_of(fault))

    def on_invalid(request: Request, fault: Exception) -> JSONResponse:
        assert isinstance(fault, RequestValidationError)
        language = language_for(request)
        fields = {
            field_of(one["loc"]): invalid_text(one["type"], one.get("ctx", {}), language) for one in fault.errors()
        }
        return JSONResponse(error_body("invalid_request", text("api.invalid_request", language), fields), 400)

    def on_http(request: Request, fault: Exception) -> JSONResponse:
        assert isinstance(fault, HTTPException)
        code = _CODES.get(fault.status_code, "refused")
        body = error_body(code, text(f"api.{code}", language_for(request), path=str(request.scope["path"])[:200]))
        return JSONResponse(body, fault.status_code, fault.headers)

    def on_data(request: Request, _: Exception) -> JSONResponse:
        return JSONResponse(error_body("unusable_value", text("api.unusable_value", language_for(request))), 400)

    def on_surprise(request: Request, fault: Exception) -> JSONResponse:
        log.error("%s %s: %s", request.method, request.scope.get("route", ""), type(fault).__name__)
        return JSONResponse(error_body("unexpected", text("api.unexpected", language_for(request))), 500)

    server.add_exception_handler(Fault, on_fault)
    server.add_exception_handler(RequestValidationError, on_invalid)
    server.add_exception_handler(HTTPException, on_http)
    server.add_exception_handler(DataError, on_data)
    server.add_exception_handler(Exception, on_surprise)
