"""The statistics' view model: the period asked, the cards, the table, the cases behind a number. No Dash in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from base.clock import TOWN_ZONE
from base.errors import InvalidInput
from dispatch.cases.incidents import Case
from dispatch.figures.statistics import FigureRow, Period
from words.catalogue import text
from words.names import type_name
from words.units import duration_text

FORM = "%Y-%m-%d"
COUNTS = ("reported", "accepted", "due", "handled", "on_time", "late", "overdue", "closed", "reworked", "open")
"""Measures that are counts: each opens its cases."""
WHISTLE_COUNTS = ("blown", "called", "on_time", "late", "absent", "answered")
"""What is counted of whistles, in the order of the table."""
CHART_DAYS = 62
"""With more days than this only those on which something happened stand in the chart."""
CHOICES = ("class", "type", "grid", "village", "department", "source", "priority")


def read_day(words: str | None, field: str) -> datetime:
    """The beginning of a day as it is typed, ``2026-11-21``, in the town's time.

    Raises
    ------
    InvalidInput
        naming the field.
    """
    try:
        return datetime.strptime((words or "").strip()[:10], FORM).replace(tzinfo=TOWN_ZONE)
    except ValueError:
        raise InvalidInput("day_unreadable", field=field, given=words or "") from None


def read_period(since: str | None, until: str | None, now: datetime) -> Period:
    """The period from the first day to the end of the last.

    Raises
    ------
    InvalidInput
        naming the field.
    """
    return Period(read_day(since, "from"), read_day(until, "to") + timedelta(days=1), now).checked()


def last_days(now: datetime, days: int) -> tuple[str, str]:
    """The last ``days`` days with today, as they are typed."""
    today = now.astimezone(TOWN_ZONE)
    return (today - timedelta(days=days - 1)).strftime(FORM), today.strftime(FORM)


def this_month(now: datetime) -> tuple[str, str]:
    """From the first of the month to today, as it is typed."""
    today = now.astimezone(TOWN_ZONE)
    return today.replace(day=1).strftime(FORM), today.strftime(FORM)


def days_of(period: Period) -> list[str]:
    """The days of a period up to today, as the figures name them; none of a longer one than a chart can show."""
    first = period.since.astimezone(TOWN_ZONE)
    past = min(period.until, period.now + timedelta(days=1)) - period.since
    return [(first + timedelta(days=day)).strftime(FORM) for day in range(past.days)] if past.days <= CHART_DAYS else []


def share(value: float | None) -> str:
    """A share in per cent; a dash where nothing was counted."""
    return "—" if value is None else f"{value:.1%}"


def duration(seconds: float | None, language: str) -> str:
    """A span of time; a dash where nothing was measured."""
    return "—" if seconds is None else duration_text(seconds, language)


@dataclass(frozen=True)
class Card:
    """A large number: its name, its value, and the measure whose cases it opens (none: it opens nothing)."""

    name: str
    value: str
    measure: str = ""
    remark: str = ""


def cards(total: FigureRow, language: str) -> list[Card]:
    """The numbers a leader looks at first."""

    def text_of(key: str) -> str:
        return text(f"statistics.measure.{key}", language)

    def p90(seconds: float | None) -> str:
        return text("statistics.p90", language, value=duration(seconds, language))

    return [
        Card(text_of("reported"), str(total.reported), "reported"),
        Card(text_of("handled"), str(total.handled), "handled"),
        Card(text_of("closed"), str(total.closed), "closed"),
        Card(text_of("on_time_share"), share(total.on_time_share), "on_time", f"{total.on_time} / {total.due}"),
        Card(text_of("overdue"), str(total.overdue), "overdue"),
        Card(text_of("arrive_median_s"), duration(total.arrive_median_s, language), "", p90(total.arrive_p90_s)),
        Card(text_of("handle_median_s"), duration(total.handle_median_s, language), "", p90(total.handle_p90_s)),
    ]


@dataclass(frozen=True)
class CaseLine:
    """A case behind a number."""

    case_no: str
    at: str
    title: str
    priority: str
    state: str
    place: str


def case_lines(cases: Sequence[Case], language: str) -> list[CaseLine]:
    """One line a case."""
    return [
        CaseLine(
            case.case_no,
            case.reported_at.astimezone(TOWN_ZONE).strftime("%m-%d %H:%M"),
            type_name(case.type_code, language),
            case.priority,
            text(f"lifecycle.state.{case.state}", language),
            case.address_text or case.grid_name or "",
        )
        for case in cases
    ]


def export_address(period: Period, by: str, language: str) -> str:
    """Where the spreadsheet of what is shown is fetched."""
    query = {"from": period.since.isoformat(), "to": period.until.isoformat(), "by": by, "language": language}
    return "/api/statistics/export.xlsx?" + urlencode(query)
