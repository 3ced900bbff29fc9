"""Who asks, and the language they read, as a route is handed them: the guard laid both beside the request."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from dispatch.access import grants
from dispatch.access.scope import Scope


def asker_of(connection: HTTPConnection) -> Scope | None:
    """Who makes a request or opens a channel; None where nobody is asked who they are."""
    asker: Scope | None = getattr(connection.state, "asker", None)
    return asker


def granted(action: str) -> Any:
    """Who asks, for a parameter of a route that needs a grant.

    ``scope: Annotated[Scope, granted("incident.list")]``

    Raises
    ------
    NotAuthenticated
        before the route is called, when nobody is logged in.
    Forbidden
        when the role may not do this.
    """

    async def granted_scope(connection: HTTPConnection) -> Scope:
        return grants.require(asker_of(connection), action)

    return Depends(granted_scope)


async def _language_of(connection: HTTPConnection) -> str:
    return str(connection.state.language)


Language = Annotated[str, Depends(_language_of)]
"""For a route's parameter: ``language: Language`` is the language the asker reads."""
