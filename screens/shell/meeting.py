"""Where and when those meet whom a whistle called: in words, and as marks on a map."""

from __future__ import annotations

from dispatch.cases.incidents import Case
from dispatch.cases.tasks import meeting
from layers.feature import HighlightFeature
from words.catalogue import text
from words.units import day_and_time


def meeting_words(case: Case, language: str) -> str:
    """When and where they meet; empty where nobody is awaited."""
    task = meeting(case.tasks)
    if task is None or task.meet_at is None:
        return ""
    return " · ".join(filter(None, (day_and_time(task.meet_at, language), task.meet_place)))


def meeting_marks(case: Case, language: str) -> list[HighlightFeature]:
    """The mark of the meeting place; none where nobody is awaited."""
    task = meeting(case.tasks)
    if task is None or task.meet_at is None or task.meet_lon is None or task.meet_lat is None:
        return []
    label = text("shell.meet_mark", language, at=day_and_time(task.meet_at, language))
    return [HighlightFeature("meet", task.meet_lon, task.meet_lat, label)]
