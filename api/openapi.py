"""The description of the API as OpenAPI tells it: every failure in the one shape, the ways to log in."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from api.health import VERSION

_ABOUT = (
    "Coordinates are `lon`, `lat` in degrees with their `datum`; times are RFC 3339; writes take a client-made `id` or "
    "`Idempotency-Key` and may be repeated. Every failure has the shape of `Error`."
)


class AllowedVerb(BaseModel):
    """A verb that may follow now, and the roles that may perform it (`assignee`: who was sent)."""

    verb: str
    roles: list[str]


class ErrorInside(BaseModel):
    """What went wrong: a stable code, a sentence in the asker's language, the inputs it is about."""

    code: str = Field(examples=["verb_out_of_turn"])
    message: str
    fields: dict[str, str] = Field(examples=[{"lon": "…"}])
    allowed: list[AllowedVerb] | None = None


class Error(BaseModel):
    """The one shape of every failure."""

    error: ErrorInside


_FAILURES = {
    "400": "Something given cannot be taken; `fields` names it",
    "401": "Nobody is logged in, or the token does not hold",
    "403": "The role may not do this",
    "404": "There is no such thing, or it is not the asker's to know of it",
    "409": "Not in this state, or somebody was first; `allowed` names the verbs that may follow and to whom",
    "413": "The body is larger than 1 MB",
    "408": "The body did not arrive in time",
    "429": "Too many requests; `Retry-After` says when to come again",
    "503": "The database cannot be reached",
}
_ALWAYS = ("400", "401", "403", "429", "503")


def describe(server: FastAPI) -> None:
    """Let the server describe itself so. Call after every route is added."""

    def openapi() -> dict[str, Any]:
        if server.openapi_schema is None:
            server.openapi_schema = _description(server)
        return server.openapi_schema

    server.openapi = openapi  # type: ignore[method-assign]


def _description(server: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title="Gridcommand", version=VERSION, description=_ABOUT, routes=server.routes)
    schema.setdefault("components", {})
    schemas = schema["components"].setdefault("schemas", {})
    error = Error.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= error.pop("$defs") | {"Error": error}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schema["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "gridcommand"},
    }
    schema["security"] = [{"token": []}, {"session": []}]
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            _add_failures(path, operation)
            _add_summary(operation)
    return schema


def _add_summary(operation: dict[str, Any]) -> None:
    """Where nobody wrote a summary, the first line of the endpoint's own description says more than its name."""
    made_from_name = str(operation.get("summary", "")).lower().replace(" ", "_")
    first_line = str(operation.get("description", "")).partition("\n")[0].rstrip(".")
    if first_line and str(operation.get("operationId", "")).startswith(made_from_name):
        operation["summary"] = first_line


def _add_failures(path: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    if path == "/api/health":
        operation["security"] = []
        return
    wanted = (
        set(_ALWAYS) | ({"404"} if "{" in path else set()) | ({"408", "413"} if "requestBody" in operation else set())
    )
    wanted |= {"409"} if "{verb}" in path else set()
    wanted |= {status for status in answers if status.startswith("4")}
    for status in sorted(wanted):
        answers[status] = {
            "description": _FAILURES[status],
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
