"""What a page may send to a callback: each value of the type its parameter names, or the request is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_type_hints

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from base.errors import InvalidInput
from screens.shell.visitor import Visitor

Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
ClientId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")]
"""An id the page made (UUID)."""

TownMinute = Annotated[str, StringConstraints(pattern=r"^\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}$")]
"""A moment by the town's wall clock, as a field for it gives it."""
ShortText = Annotated[str, StringConstraints(max_length=40)]
NoteText = Annotated[str, StringConstraints(max_length=1000)]


class NotSentByAPage(InvalidInput):
    """A value no page of ours sends: the request was made by hand, or by a page older than the server."""

    def __init__(self) -> None:
        super().__init__("no_such_callback")


def only_genuine(function: Callable[..., Any], visitor: Callable[[], Visitor]) -> Callable[..., Any]:
    """The callback behind a check of its values, so that it may rely on the types it names; its first is the visitor.

    A parameter says ``None`` where the page sends nothing yet: a button nobody pressed, a field nobody filled in.

    Raises
    ------
    NotSentByAPage
        from the callback, when a value is of another type.
    """
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    named = [TypeAdapter(hints.get(one.name, Any)) for one in parameters if one.kind is not one.VAR_POSITIONAL]
    rest = next((TypeAdapter(hints[one.name]) for one in parameters if one.kind is one.VAR_POSITIONAL), None)

    @wraps(function)
    def check_and_call(*values: Any) -> Any:
        adapters = [*named, *[rest] * (len(values) - len(named))]
        try:
            for adapter, value in zip(adapters, values, strict=True):
                assert adapter is not None
                adapter.validate_python(value, strict=True)
        except ValidationError as fault:
            raise NotSentByAPage from fault
        return function(visitor(), *values)

    return check_and_call
