"""Names of the whistle's parts."""

from __future__ import annotations

TICK = "whistle-tick"
LIST = "whistle-list"
SELECTED = "whistle-selected"
"""Store: the number of the case whose whistle is open, or nothing."""
PRESSED = "whistle-pressed"
"""Store: a press of a button, ``{"press", "id", "lon", "lat"}``."""
CHANGED = "whistle-changed"
"""Store: something was done; what it holds means nothing, that it changes does."""
CASE = "whistle-case"
MAP = "whistle-map"
MEET = "whistle-meet"
NOTE = "whistle-note"
ANSWER = "whistle-answer"
"""What came of the last press."""
FAILURE = "whistle-failure"
