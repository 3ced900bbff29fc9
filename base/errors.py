"""What can go wrong, with what a person needs to mend it.

A fault carries a key into the catalogue of texts (``faults.<key>``), the values to fill in (:mod:`base.values`, not yet
in words), and the field it is about. It holds no sentence itself: whoever shows it (API, screen, command line) does so
in the reader's language.
"""

from __future__ import annotations

from base.values import Value


class Fault(Exception):
    """Base of every expected fault. ``key`` names the text, ``field`` the input, ``values`` fill the text."""

    def __init__(self, key: str, *, field: str | None = None, **values: Value) -> None:
        super().__init__(f"{key} {field or ''} {values or ''}".strip())
        self.key = key
        self.field = field
        self.values = values


class InvalidInput(Fault, ValueError):
    """Something given from outside cannot be taken as it is."""


class NotFound(Fault, LookupError):
    """There is no such thing, or it is not for this person to know of it."""


class Conflict(Fault):
    """The thing is not in a state that allows this, or somebody else was first."""


class NotAuthenticated(Fault):
    """Nobody is logged in, or the token is not known."""


class Forbidden(Fault, PermissionError):
    """This role may not do this."""


class Unavailable(Fault):
    """A part this needs (database, disk, port, programme) is not there; try again or mend it."""


class TooManyRequests(Fault):
    """One asks more often than anybody needs to; ``retry_after`` (Seconds) says when to come back."""


class Faults(InvalidInput):
    """Many faults of one input, reported together."""

    def __init__(self, key: str, faults: list[Fault], *, field: str | None = None, **values: Value) -> None:
        super().__init__(key, field=field, count=len(faults), **values)
        self.faults = faults
