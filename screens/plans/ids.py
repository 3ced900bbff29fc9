"""Names of the plans' parts."""

from __future__ import annotations

LIST = "plans-list"
CHANGED = "plans-changed"
"""Store: a plan was written; what it holds means nothing, that it changes does."""
EDITOR = "plans-editor"
"""Where ``plans.js`` draws the steps of the plan that is open."""
ANSWER = "plans-answer"
