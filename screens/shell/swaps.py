"""A swap of shifts in one line, as the roster and the worker's own page show it."""

from __future__ import annotations

from collections.abc import Mapping

from base.clock import TOWN_ZONE
from dispatch.roster.shifts import Shift
from dispatch.roster.swaps import ShownSwap
from screens.shell.visitor import Visitor


def swap_text(swap: ShownSwap, shifts: Mapping[str, Shift], visitor: Visitor) -> str:
    """Whose shift for whose, and when it was asked; who may not be named is told by number."""

    def shift(code: str) -> str:
        return shifts[code].name(visitor.language) if code in shifts else code

    return visitor.text(
        "roster.swap", name=swap.name or swap.worker_id, day=swap.on_day, shift=shift(swap.shift),
        other=swap.other_name or swap.other_id, other_day=swap.other_day, other_shift=shift(swap.other_shift),
        at=f"{swap.asked_at.astimezone(TOWN_ZONE):%m-%d %H:%M}",
    )  # fmt: skip
