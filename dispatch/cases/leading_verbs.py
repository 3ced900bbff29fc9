"""What leaders and departments say about a case: instruction (批示), objection (异议); the county sends it down."""

from __future__ import annotations

from collections.abc import Callable

from dispatch.cases.ladder import TOWN
from dispatch.cases.steps import Change, Step


def _instruct(_step: Step) -> Change:
    """The town's leader says what he wants: in the log, and told to who has it."""
    return Change()


def _object(step: Step) -> Change:
    """Who has it handles it and says why it is not his (先办后议): in the log, and told to who decides."""
    return Change(columns={"objected_at": step.at})


def _send_down(_step: Step) -> Change:
    """The county gives it back to the town."""
    return Change(columns={"level": TOWN}, details={"level": TOWN})


LEADING_VERBS: dict[str, Callable[[Step], Change]] = {
    "instruct": _instruct,
    "object": _object,
    "send_down": _send_down,
}
