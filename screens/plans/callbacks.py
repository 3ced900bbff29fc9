"""What the plans' page shows; what is saved on it goes through the public API (``plans.js``)."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from screens.plans import ids
from screens.plans.layout import plan_list
from screens.plans.reads import PlanReads
from screens.shell.visitor import Visitor


def register(app: Dash, reads: PlanReads) -> None:
    """Add the callback."""

    @app.callback(Output(ids.LIST, "children"), Input(ids.CHANGED, "data"))
    def show_list(visitor: Visitor, _changed: Any) -> Any:
        return plan_list(reads.plans(visitor), visitor.language)
