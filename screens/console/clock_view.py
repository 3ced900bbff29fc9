"""The clocks of the open case, each with why it is due when it is; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from dispatch.cases.due_steps import DueStep, Span, ToldClock
from words.catalogue import text
from words.units import day_and_time, time_of_day
from words.values import code_text, list_text

MOST_SPANS = 12
"""Spans of working time that are told one by one; of more the first and the last days say enough."""


@dataclass(frozen=True)
class ClockView:
    """One clock: of which step (and whose), how it stands, when it is due, and the steps that made that.

    ``since`` and ``due`` (ISO 8601) are for its lamp; ``due`` is empty while it stands. ``ended`` is in words how it
    ended, empty while it has not.
    """

    key: str
    name: str
    since: str
    due: str
    is_paused: bool
    due_words: str
    ended: str
    why: tuple[str, ...]


def clock_views(clocks: Sequence[ToldClock], names: Mapping[UUID, str], language: str) -> tuple[ClockView, ...]:
    """The clocks that have not ended, what runs out first first, then the ended ones; ``names`` tell whose task is."""
    order = sorted(clocks, key=lambda clock: (not clock.is_live, clock.due_at))
    return tuple(_clock(clock, names, language) for clock in order)


def _clock(clock: ToldClock, names: Mapping[UUID, str], language: str) -> ClockView:
    stage = text(f"console.limit.{clock.stage}", language)
    whose = names.get(clock.task_id, "") if clock.task_id is not None else ""
    is_paused = clock.is_live and not clock.is_running
    return ClockView(
        key=str(clock.clock_id),
        name=f"{stage} · {whose}" if whose else stage,
        since=clock.started_at.isoformat(),
        due="" if is_paused else clock.due_at.isoformat(),
        is_paused=is_paused,
        due_words=day_and_time(clock.due_at, language),
        ended="" if clock.is_live else text(f"due.state.{clock.state}", language),
        why=tuple(_step(step, language) for step in clock.steps),
    )


def _step(step: DueStep, language: str) -> str:
    """A step, and behind it the spans of working time that counted."""
    told = code_text(step.text, language)
    if not 1 < len(step.spans) <= MOST_SPANS:
        return told
    return f"{told}: {list_text([_span(span, language) for span in step.spans], language)}"


def _span(span: Span, language: str) -> str:
    return f"{day_and_time(span.since, language)}–{time_of_day(span.until)[:5]}"
