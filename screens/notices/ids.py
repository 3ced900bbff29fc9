"""Names of the parts of the page of notices."""

from __future__ import annotations

STATE = "notices-state"
CASE = "notices-case"
CLOCK = "notices-clock"
DOWN = "notices-down"
ROWS = "notices-rows"
AGAIN = "notices-again"
PROBLEM = "notices-problem"
