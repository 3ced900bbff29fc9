"""View models of replay, statistics and printed maps: what was query, said back in the town's terms."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import InvalidInput
from dispatch.access.scope import Scope
from dispatch.cases.history import CaseHistory
from dispatch.figures.returns import ReturnFigures
from dispatch.figures.statistics import FigureRow, Period
from dispatch.figures.whistles import WhistleFigures
from layers.feature import GridFeature
from layers.printed import Sheet, grids_with_room_for_name
from mapdata.tracks import Track
from screens.printed import view as printed
from screens.replay import view as replay
from screens.shell.frame import Visitor
from screens.statistics import charts as statistics_charts
from screens.statistics import layout as statistics_layout
from screens.statistics import view as statistics
from tests.small_town import AREA
from tests.unit.test_wall_view import CJK, words_of
from words.catalogue import LANGUAGES

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
CASE = CaseHistory(
    "YZ2611210001", "0501", "P3", 120.95, 30.92, None, NOW - timedelta(hours=1),
    ((NOW.timestamp() - 3600, "reported"), (NOW.timestamp() - 60, "closed")), (2,),
)  # fmt: skip


@pytest.mark.parametrize(
    ("search", "case_no"),
    [
        ("?case=YZ2611210001", "YZ2611210001"), ("?case=yz2611210001&x=1", "YZ2611210001"), ("", None), (None, None),
        ("?case=", None), ("?case=<script>", None), ("?other=YZ2611210001", None),
    ],
)  # fmt: skip
def test_the_case_of_an_address(search: str | None, case_no: str | None) -> None:
    assert replay.case_of_address(search) == case_no


def test_the_period_around_a_case_is_told_in_the_towns_time() -> None:
    since, until = replay.around_case(CASE, NOW)
    assert (since.strftime(replay.FORM), until.strftime(replay.FORM)) == ("2026-11-21 10:50", "2026-11-21 12:00")


def test_the_clock_begins_where_something_is_to_be_seen() -> None:
    query = replay.ReplayQuery(NOW - timedelta(hours=2), NOW, (), None, "x")
    track = Track(2, "乙", None, np.array([NOW.timestamp() - 1800]), np.array([120.9]), np.array([30.9]))
    assert replay.begins_at(query, [track], []) == NOW.timestamp() - 1800
    assert replay.begins_at(query, [track], [CASE]) == NOW.timestamp() - 3600
    assert replay.begins_at(query, [], []) == query.since.timestamp()
    early = replace(CASE, changes=((0.0, "reported"),))
    assert replay.begins_at(query, [], [early]) == query.since.timestamp(), "never before the period"


@pytest.mark.parametrize(
    "form",
    [
        ("2026-11-21 08:00", "2026-11-21 09:00", [], "", " "),
        ("gestern", "2026-11-21 09:00", [], "", "x"),
        ("2026-11-21 09:00", "2026-11-21 09:00", [], "", "x"),
        ("2026-11-21 08:00", "2026-11-21 09:00", [], "17", "x"),
    ],
)
def test_a_form_that_cannot_be_answered_is_refused(form: tuple[str, str, list[int], str, str]) -> None:
    with pytest.raises(InvalidInput):
        replay.read_form(*form)


FIGURES = FigureRow(
    "", "", reported=5, accepted=4, due=4, handled=3, on_time=2, late=1, overdue=1, closed=2, reworked=2, open=3,
    arrive_median_s=90.0, arrive_p90_s=1000.0, handle_median_s=9000.0, handle_p90_s=400_000.0,
)  # fmt: skip
CALLED = [WhistleFigures("ZF", "", 1, 2, 1, 0, 1, 1), WhistleFigures("", "", 1, 3, 2, 0, 1, 2)]
CASE_LINE = statistics.CaseLine("YZ2611210001", "11-21 12:00", "", "P3", "", "")


def parts_of_the_statistics(language: str) -> list[Any]:
    """Everything the statistics show, with nothing in it that the town itself has a name for."""
    visitor = Visitor(Scope("li", "reviewer", AREA.area_id), language)
    rows = {by: [replace(FIGURES, key=key)] for by, key in KEYS.items()}
    charts = [
        statistics_charts.days_chart([replace(FIGURES, key="2026-11-21")], ["2026-11-21"], language),
        statistics_charts.hours_chart([replace(FIGURES, key="09")], language),
    ]
    drawn = [words for chart in charts for words in (chart.layout.title.text, *(bars.name for bars in chart.data))]
    return [
        statistics_layout.toolbar(visitor, ("2026-11-15", "2026-11-21")),
        statistics_layout.card_row(statistics.cards(FIGURES, language)),
        [statistics_layout.table(found, FIGURES, by, visitor) for by, found in rows.items()],
        statistics_layout.whistle_table(CALLED, visitor),
        statistics_layout.return_table(
            [ReturnFigures("", is_total, "", 2, 1, 1) for is_total in (False, True)], visitor
        ),
        statistics_layout.case_table([CASE_LINE], visitor.text("statistics.measure.due"), visitor),
        [words for words in drawn if words],
    ]


KEYS = {"class": "01", "type": "0501", "source": "phone", "priority": "P1", "day": "2026-11-21", "hour": "09"}
KEYS |= {"grid": "", "village": "", "department": ""}


def test_every_part_of_the_statistics_is_in_the_language_chosen() -> None:
    english, chinese = (list(words_of(parts_of_the_statistics(language))) for language in LANGUAGES[::-1])
    assert len(english) == len(chinese) > 100
    assert not [words for words in english if CJK.search(words)]
    spelt = [words for words in chinese if re.search(r"[A-Za-z]{2,}", words) and "YZ" not in words]
    assert not spelt, "in Chinese no English word is left"


def test_every_bar_leads_to_the_cases_of_its_own_day() -> None:
    rows = [replace(FIGURES, key="2026-11-20"), replace(FIGURES, key="2026-11-21", overdue=0)]
    days = [row.key for row in rows]
    for chart in (statistics_charts.days_chart(rows, days, "zh"), statistics_charts.days_chart(rows, [], "zh")):
        leads = {tuple(lead): count for bars in chart.data for lead, count in zip(bars.customdata, bars.y, strict=True)}
        measures = ("reported", "handled", "overdue")
        assert leads == {(m, "day", row.key): getattr(row, m) for row in rows for m in measures}
    (hours,) = statistics_charts.hours_chart([replace(FIGURES, key="09")], "zh").data
    assert list(hours.customdata[9]) == ["reported", "hour", "09"]


def test_a_long_period_shows_only_days_on_which_something_happened() -> None:
    long_ago = replace(FIGURES, key="2026-01-01", reported=0, handled=0, overdue=0)
    chart = statistics_charts.days_chart([long_ago, replace(FIGURES, key="2026-11-21")], [], "zh")
    assert list(chart.data[0].x) == ["11-21"], "a case still open since long ago is no bar"


def test_a_chart_has_every_day_of_its_period_up_to_today() -> None:
    week = statistics.read_period("2026-11-15", "2026-11-25", NOW)
    days = statistics.days_of(week)
    assert (days[0], days[-1], len(days)) == ("2026-11-15", "2026-11-21", 7)
    assert statistics.days_of(Period(NOW - timedelta(days=400), NOW, NOW)) == []


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, "—"), (7.4, "7 秒"), (150, "2 分 30 秒"), (7200, "2 小时"), (259200, "3 天")]
)
def test_durations_are_told_in_the_unit_that_fits(seconds: float | None, told: str) -> None:
    assert statistics.duration(seconds, "zh") == told


@given(st.floats(120, 122), st.floats(30, 32), st.floats(1e-4, 0.1), st.floats(1e-4, 0.1))
def test_a_sheet_shows_more_than_it_was_asked_for(lon: float, lat: float, wide: float, high: float) -> None:
    asked = (lon, lat, lon + wide, lat + high)
    west, south, east, north = printed.around(asked)
    assert west <= asked[0] + 1e-9
    assert south <= asked[1] + 1e-9
    assert east >= asked[2] - 1e-9
    assert north >= asked[3] - 1e-9


def test_names_that_would_lie_on_one_another_are_printed_once() -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    grids = [GridFeature(str(n), f"第{n}网格", square, 120.95, 30.92 + n * 1e-4) for n in range(5)]
    far = GridFeature("9", "远处网格", square, 120.95, 30.98)
    shown = grids_with_room_for_name(Sheet("", "", (120.9, 30.9, 121.0, 31.0), grids=[*grids, far]))
    assert [grid.code for grid in shown] == ["0", "9"]


def test_whistles_stand_in_the_table_only_where_some_were_blown() -> None:
    visitor = Visitor(None, "zh")
    nothing = WhistleFigures("", "", 0, 0, 0, 0, 0, 0)
    assert statistics_layout.whistle_table([nothing], visitor) == []
    words = list(words_of(statistics_layout.whistle_table(CALLED, visitor)))
    assert words.index("合计") < words.index("综合执法平台")
    assert "66.7%" in words
