"""Names of the desk's parts."""

from __future__ import annotations

TICK = "desk-tick"
LIST = "desk-list"
COUNTS = "desk-counts"
SELECTED = "desk-selected"
"""Store: the number of the open case, or nothing."""
CHANGED = "desk-changed"
"""Store: something was done; what it holds means nothing, that it changes does."""
CASE = "desk-case"
FORM = "desk-form"
"""Where ``desk.js`` asks what a press needs."""
ANSWER = "desk-answer"
"""What came of the last press."""
FAILURE = "desk-failure"
