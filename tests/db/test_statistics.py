"""Statistics: every count is what its definition says, and opens as many cases as it tells."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from api.spreadsheets import figures_workbook, plain
from base.errors import InvalidInput
from dispatch.access.scope import Scope
from dispatch.figures.statistics import (
    DIMENSIONS,
    MEASURES,
    FigureRow,
    Period,
    cases_of_figure,
    figures_by,
    figures_total,
)
from tests.small_town import AREA_ID, NORTH_WEST, SOUTH_EAST, SOUTH_WEST, make_small_town

REVIEWER = Scope("reviewer", "reviewer", AREA_ID)
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
PERIOD = Period(NOW - timedelta(days=5), NOW - timedelta(days=1), NOW)
ENDED = {"closed", "cancelled", "rejected"}
INSERT = """
insert into incident (area_id, case_no, client_id, state, source_channel, description, type_code, priority,
    department_code, geom, datum, given_lon, given_lat, grid_code, village_code, reported_by, rework_count, reported_at,
    accepted_at, dispatched_at, arrived_at, handled_at, closed_at, updated_at, due_at)
values (%(area_id)s, %(case_no)s, %(client_id)s, %(state)s, %(source)s, '测试', %(type_code)s, %(priority)s, 'ZF',
    st_setsrid(st_makepoint(120.945, 30.919), 4326), 'wgs84', 120.945, 30.919, %(grid)s, left(%(grid)s, 12), 'op',
    %(reworks)s, %(reported)s, %(accepted)s, %(dispatched)s, %(arrived)s, %(handled)s, %(closed)s, %(reported)s,
    %(due)s)
"""


@dataclass
class Sample:
    case_no: str
    state: str
    source: str
    type_code: str
    priority: str
    grid: str | None
    reworks: int
    reported: datetime
    accepted: datetime | None
    dispatched: datetime | None
    arrived: datetime | None
    handled: datetime | None
    closed: datetime | None
    due: datetime | None

    def is_in(self, moment):
        return moment is not None and PERIOD.since <= moment < PERIOD.until

    def counts_as(self, measure):
        due = (
            self.state not in {"rejected", "cancelled"}
            and self.due is not None
            and (self.is_in(self.due) or (self.is_in(self.handled) and self.due >= PERIOD.until))
            and (self.handled is None or self.handled >= PERIOD.since)
        )
        return {
            "reported": self.is_in(self.reported),
            "accepted": self.is_in(self.accepted),
            "due": due,
            "handled": self.is_in(self.handled),
            "on_time": due and self.handled is not None and self.handled <= self.due,
            "late": due and self.handled is not None and self.handled > self.due,
            "overdue": due and self.handled is None and self.due < NOW,
            "closed": self.is_in(self.closed) and self.state == "closed",
            "reworked": self.is_in(self.handled) and self.reworks > 0,
            "open": self.reported < PERIOD.until and self.state not in ENDED,
        }[measure]


def make_sample(rng, number):
    reported = NOW - timedelta(hours=rng.uniform(0, 240))
    steps = [reported]
    for _ in range(5):
        steps.append(steps[-1] + timedelta(hours=rng.expovariate(1 / 6)))
    reached = rng.randint(0, 5)
    accepted, dispatched, arrived, handled, closed = (
        steps[i] if i <= reached and steps[i] < NOW else None for i in range(1, 6)
    )
    state = "closed" if closed else "handled" if handled else rng.choice(["dispatched", "accepted", "cancelled"])
    return Sample(
        f"XZ261121{number:04}", state, rng.choice(["phone", "hotline_12345", "grid_patrol"]),
        rng.choice(["0501", "0601", "0203"]), rng.choice(["P1", "P2", "P3"]),
        rng.choice([SOUTH_WEST, SOUTH_EAST, NORTH_WEST, None]), rng.choice([0, 0, 0, 1]), reported, accepted,
        dispatched, arrived, handled, closed, reported + timedelta(hours=rng.uniform(2, 96)) if accepted else None,
    )  # fmt: skip


@pytest.fixture
def samples(empty_database):
    make_small_town(empty_database)
    rng = random.Random(330421)
    made = [make_sample(rng, number) for number in range(1, 301)]
    with empty_database.transaction() as transaction:
        for sample in made:
            transaction.execute(INSERT, vars(sample) | {"area_id": AREA_ID, "client_id": uuid.uuid4()})
    return made


def test_every_measure_counts_what_its_definition_says(empty_database, samples):
    with empty_database.transaction() as transaction:
        total = figures_total(transaction, AREA_ID, PERIOD)
        for measure in MEASURES:
            expected = {sample.case_no for sample in samples if sample.counts_as(measure)}
            assert getattr(total, measure) == len(expected) > 0, measure
            assert set(cases_of_figure(transaction, AREA_ID, REVIEWER, PERIOD, "total", "", measure)) == expected, (
                measure
            )


def test_the_rows_of_a_dimension_add_up_and_each_opens_its_cases(empty_database, samples):
    with empty_database.transaction() as transaction:
        total = figures_total(transaction, AREA_ID, PERIOD)
        for by in DIMENSIONS:
            rows = figures_by(transaction, AREA_ID, PERIOD, by)
            assert sum(row.reported for row in rows) == total.reported, by
            for row in rows:
                opened = cases_of_figure(transaction, AREA_ID, REVIEWER, PERIOD, by, row.key, "reported")
                assert len(opened) == row.reported, (by, row.key)


def test_medians_are_those_of_the_cases_handled_in_the_period(empty_database, samples):
    took = sorted(
        (sample.handled - sample.dispatched).total_seconds()
        for sample in samples
        if sample.is_in(sample.handled) and sample.dispatched
    )
    middle = len(took) // 2
    median = took[middle] if len(took) % 2 else (took[middle - 1] + took[middle]) / 2
    with empty_database.transaction() as transaction:
        assert figures_total(transaction, AREA_ID, PERIOD).handle_median_s == pytest.approx(median, abs=0.01)


def row(**measures):
    counts = dict.fromkeys(MEASURES, 0) | measures
    times = dict.fromkeys(["arrive_median_s", "arrive_p90_s", "handle_median_s", "handle_p90_s"])
    return FigureRow(key="", name="=cmd", **counts, **times)


def test_shares_follow_the_published_arithmetic():
    # Tianmen, December 2016: 972 due to be closed, 911 closed (93.72 %), 737 of them in time (75.82 %).
    tianmen = row(due=972, on_time=737, late=911 - 737)
    assert f"{tianmen.on_time_share:.2%}" == "75.82%"
    assert f"{tianmen.handled_share:.2%}" == "93.72%"
    assert row().on_time_share is None


def test_an_empty_or_endless_period_is_refused(empty_database):
    with empty_database.transaction() as transaction:
        with pytest.raises(InvalidInput, match="period_empty"):
            figures_total(transaction, AREA_ID, Period(NOW, NOW, NOW))
        with pytest.raises(InvalidInput, match="period_too_long"):
            figures_total(transaction, AREA_ID, Period(NOW - timedelta(days=9999), NOW, NOW))
        with pytest.raises(InvalidInput, match="unknown_measure"):
            cases_of_figure(transaction, AREA_ID, REVIEWER, PERIOD, "total", "", "nonsense")


def test_the_spreadsheet_holds_the_figures_and_no_formula():
    from openpyxl import load_workbook

    counted = row(reported=3, due=4, on_time=2)
    data = figures_workbook([replace(counted, key="990001001201001")], counted, "grid", PERIOD, "zh")
    sheet = load_workbook(BytesIO(data)).active
    assert [cell.value for cell in sheet[3]][:3] == ["合计", 3, 0]
    assert [cell.value for cell in sheet[4]][:3] == ["'=cmd", 3, 0]
    assert sheet.cell(3, 12).value == 0.5
    assert sheet.cell(3, 12).number_format == "0.0%"
    assert plain("普通") == "普通"
    assert plain("普\x01通\x0b") == "普通"
