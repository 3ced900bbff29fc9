"""For whom a page, a part of one or an answer to a press is made: handed to whatever makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import State
from starlette.requests import HTTPConnection

from dispatch.access import grants
from dispatch.access.scope import Scope
from words.catalogue import LANGUAGES, text


@dataclass(frozen=True)
class Visitor:
    """For whom a page is made: who (nobody while the centre starts), and the language."""

    scope: Scope | None
    language: str

    def text(self, key: str, **words: object) -> str:
        """The text of a key in the visitor's language."""
        return text(key, self.language, **words)

    def granted(self, action: str) -> Scope:
        """Who it is, when the action is granted to them.

        Raises
        ------
        NotAuthenticated
            when nobody is logged in.
        Forbidden
            when the role may not do this.
        """
        return grants.require(self.scope, action)


NOBODY = Visitor(None, LANGUAGES[0])
"""While the centre starts, each layout is made once for nobody, to check the callbacks against it."""


def visitor_of_state(state: State) -> Visitor:
    """The visitor of a request, as the guard laid them beside it."""
    return Visitor(getattr(state, "asker", None), getattr(state, "language", LANGUAGES[0]))


async def visitor_of(connection: HTTPConnection) -> Visitor:
    """The visitor of a request or channel."""
    return visitor_of_state(connection.state)


Visiting = Annotated[Visitor, Depends(visitor_of)]
"""For a route's parameter: ``visitor: Visiting`` is for whom the answer is made."""
