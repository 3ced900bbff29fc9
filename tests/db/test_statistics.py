"""Statistics: every count is what its definition says, and opens as many cases as it tells."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.spreadsheets import figures_workbook, plain
from base.clock import TOWN_ZONE
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
    accepted_at, dispatched_at, arrived_at, handled_at, closed_at, updated_at, due_at,
    next_stage, next_started_at, next_due_at)
values (%(area_id)s, %(case_no)s, %(client_id)s, %(state)s, %(source)s, '测试', %(type_code)s, %(priority)s, 'ZF',
    st_setsrid(st_makepoint(120.945, 30.919), 4326), 'wgs84', 120.945, 30.919, %(grid)s, left(%(grid)s, 12), 'op',
    %(reworks)s, %(reported)s, %(accepted)s, %(dispatched)s, %(arrived)s, %(handled)s, %(closed)s, %(reported)s,
    %(due)s, case when %(next_due)s::timestamptz is not null then 'handle' end,
    case when %(next_due)s::timestamptz is not null then %(reported)s::timestamptz end, %(next_due)s)
"""


LOG = """
insert into incident_log (area_id, case_no, line_no, write_id, at, actor, role, verb, from_state, to_state, details)
values (%(area_id)s, %(case_no)s, %(line_no)s, %(write_id)s, %(at)s, 'wang', 'verifier', %(verb)s, 'handled',
    %(to_state)s, '{}')
"""


@dataclass
class Sample:
    case_no: str
    state: str
    source: str
    type_code: str
    priority: str
    grid: str | None
    failed: list[datetime]
    reported: datetime
    accepted: datetime | None = None
    dispatched: datetime | None = None
    arrived: datetime | None = None
    handled: datetime | None = None
    closed: datetime | None = None
    due: datetime | None = None

    @property
    def next_due(self) -> datetime | None:
        """What runs out first: the handling, after it the check."""
        if self.state in ENDED:
            return None
        return self.due if self.handled is None else self.handled + timedelta(hours=40)

    def events(self, measure, period=PERIOD):
        """The moments by which the case counts in the period as this measure, by the words of docs/domain.md."""

        def is_in(moment):
            return moment is not None and period.since <= moment < period.until

        is_due = (
            self.state not in {"rejected", "cancelled"}
            and self.due is not None
            and (is_in(self.due) or (is_in(self.handled) and self.due >= period.until))
            and (self.handled is None or self.handled >= period.since)
        )
        in_time = self.handled is not None and self.due is not None and self.handled <= self.due
        due = [self.handled if in_time else self.due] if is_due else []
        return {
            "reported": [self.reported] if is_in(self.reported) else [],
            "accepted": [self.accepted] if is_in(self.accepted) else [],
            "due": due,
            "handled": [self.handled] if is_in(self.handled) else [],
            "on_time": due if in_time else [],
            "late": due if self.handled is not None and not in_time else [],
            "overdue": [self.next_due] if is_in(self.next_due) and self.next_due < period.now else [],
            "closed": [self.closed] if is_in(self.closed) and self.state == "closed" else [],
            "reworked": [moment for moment in self.failed if is_in(moment)],
            "open": [self.reported] if self.reported < period.until and self.state not in ENDED else [],
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
    failed = [dispatched + timedelta(minutes=n) for n in range(rng.choice([0, 0, 0, 1, 3]))] if dispatched else []
    return Sample(
        f"XZ261121{number:04}", state, rng.choice(["phone", "hotline_12345", "grid_patrol"]),
        rng.choice(["0501", "0601", "0203"]), rng.choice(["P1", "P2", "P3"]),
        rng.choice([SOUTH_WEST, SOUTH_EAST, NORTH_WEST, None]), [at for at in failed if at < NOW], reported, accepted,
        dispatched, arrived, handled, closed, reported + timedelta(hours=rng.uniform(2, 96)) if accepted else None,
    )  # fmt: skip


def write_sample(transaction, sample):
    """Keep a case, with a line for each check that failed and for the one that passed."""
    given = {"area_id": AREA_ID, "client_id": uuid.uuid4(), "reworks": len(sample.failed)}
    transaction.execute(INSERT, vars(sample) | {"next_due": sample.next_due} | given)
    lines = [(at, ("rework", "verify")[n % 2], "dispatched") for n, at in enumerate(sample.failed)]
    lines += [(sample.closed, "verify", "closed")] if sample.closed else []
    for line_no, (at, verb, to_state) in enumerate(lines, start=1):
        line = {"line_no": line_no, "write_id": uuid.uuid4(), "at": at, "verb": verb, "to_state": to_state}
        transaction.execute(LOG, line | {"area_id": AREA_ID, "case_no": sample.case_no})


@pytest.fixture
def samples(empty_database):
    make_small_town(empty_database)
    rng = random.Random(330421)
    made = [make_sample(rng, number) for number in range(1, 301)]
    with empty_database.transaction() as transaction:
        for sample in made:
            write_sample(transaction, sample)
    return made


def test_every_measure_counts_what_its_definition_says(empty_database, samples):
    with empty_database.transaction() as transaction:
        total = figures_total(transaction, AREA_ID, PERIOD)
        for measure in MEASURES:
            expected = {sample.case_no: len(sample.events(measure)) for sample in samples if sample.events(measure)}
            assert getattr(total, measure) == sum(expected.values()) > 0, measure
            found = cases_of_figure(transaction, AREA_ID, REVIEWER, PERIOD, "total", "", measure)
            assert sorted(found) == sorted(expected), measure


def test_the_rows_of_a_dimension_add_up_and_each_opens_its_cases(empty_database, samples):
    with empty_database.transaction() as transaction:
        total = figures_total(transaction, AREA_ID, PERIOD)
        for by in DIMENSIONS:
            rows = figures_by(transaction, AREA_ID, PERIOD, by)
            for measure in MEASURES:
                assert sum(getattr(row, measure) for row in rows) == getattr(total, measure), (by, measure)
            for row in rows:
                opened = cases_of_figure(transaction, AREA_ID, REVIEWER, PERIOD, by, row.key, "reported")
                assert len(opened) == row.reported, (by, row.key)


def town_day(moment):
    return moment.astimezone(TOWN_ZONE).strftime("%Y-%m-%d")


def test_a_bar_of_a_day_counts_and_opens_what_happened_on_it(empty_database, samples):
    with empty_database.transaction() as transaction:
        rows = {row.key: row for row in figures_by(transaction, AREA_ID, PERIOD, "day")}
        for measure in MEASURES:
            days = Counter(town_day(at) for sample in samples for at in sample.events(measure))
            assert {key: getattr(row, measure) for key, row in rows.items() if getattr(row, measure)} == days, measure
            for day in days:
                cases = {s.case_no for s in samples if day in map(town_day, s.events(measure))}
                found = cases_of_figure(transaction, AREA_ID, REVIEWER, PERIOD, "day", day, measure)
                assert set(found) == cases, (measure, day)


def test_the_days_of_any_period_add_up_to_it(empty_database, samples):
    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 300), st.integers(1, 200), st.integers(-48, 48))
    def of_any_period(begins_h, lasts_h, now_h):
        since = NOW - timedelta(hours=begins_h)
        period = Period(since, since + timedelta(hours=lasts_h), NOW + timedelta(hours=now_h))
        with empty_database.transaction() as transaction:
            total = figures_total(transaction, AREA_ID, period)
            days, hours = (figures_by(transaction, AREA_ID, period, by) for by in ("day", "hour"))
        for measure in MEASURES:
            counted = sum(len(sample.events(measure, period)) for sample in samples)
            assert getattr(total, measure) == counted, measure
            assert sum(getattr(row, measure) for row in days) == counted, measure
            assert sum(getattr(row, measure) for row in hours) == counted, measure

    of_any_period()


NIGHT = datetime(2026, 11, 20, 23, 59, tzinfo=TOWN_ZONE)


def night_case(**changes):
    """Reported a minute before midnight, handled half an hour after it, due in the afternoon."""
    fresh = Sample("XZ2611200001", "handled", "phone", "0501", "P3", None, [], NIGHT)
    steps = {"accepted": NIGHT, "dispatched": NIGHT, "handled": NIGHT + timedelta(minutes=31)}
    return replace(fresh, **steps | {"due": NIGHT + timedelta(hours=16)} | changes)


def test_reported_before_midnight_and_handled_after_it_counts_on_both_days(empty_database):
    make_small_town(empty_database)
    period = Period(NIGHT - timedelta(days=2), NIGHT + timedelta(days=2), NIGHT + timedelta(days=1))
    with empty_database.transaction() as transaction:
        write_sample(transaction, night_case())
        first, second = figures_by(transaction, AREA_ID, period, "day")
        hours = figures_by(transaction, AREA_ID, period, "hour")
        opened = cases_of_figure(transaction, AREA_ID, REVIEWER, period, "day", "2026-11-21", "handled")
    assert (first.key, first.reported, first.handled, first.due) == ("2026-11-20", 1, 0, 0)
    assert (second.key, second.reported, second.handled, second.due) == ("2026-11-21", 0, 1, 1)
    assert second.handle_median_s == 31 * 60
    assert [(row.key, row.reported, row.handled) for row in hours] == [("00", 0, 1), ("23", 1, 0)]
    assert opened == ["XZ2611200001"]


def test_rework_counts_the_checks_that_failed_not_the_cases(empty_database):
    make_small_town(empty_database)
    twice = night_case(failed=[NIGHT + timedelta(minutes=5), NIGHT + timedelta(minutes=15)])
    others = [night_case(case_no=f"XZ261120000{n}") for n in (2, 3, 4)]
    period = Period(NIGHT - timedelta(days=2), NIGHT + timedelta(days=2), NIGHT + timedelta(days=1))
    with empty_database.transaction() as transaction:
        for sample in (twice, *others):
            write_sample(transaction, sample)
        total = figures_total(transaction, AREA_ID, period)
        opened = cases_of_figure(transaction, AREA_ID, REVIEWER, period, "total", "", "reworked")
    assert (total.reworked, total.handled, opened) == (2, 4, [twice.case_no])
    assert total.rework_share == 0.5, "one case of four, but two checks"


def test_a_check_fails_in_the_period_in_which_it_was_said(empty_database):
    make_small_town(empty_database)
    first, second = NIGHT + timedelta(minutes=5), NIGHT + timedelta(days=1)
    again = night_case(failed=[first, second], handled=None, state="dispatched")
    with empty_database.transaction() as transaction:
        write_sample(transaction, again)
        for failed in (first, second):
            period = Period(failed - timedelta(hours=1), failed + timedelta(hours=1), NIGHT + timedelta(days=3))
            total = figures_total(transaction, AREA_ID, period)
            assert (total.reworked, total.handled, total.rework_share) == (1, 0, None)


def test_medians_are_those_of_the_cases_handled_in_the_period(empty_database, samples):
    took = sorted(
        (sample.handled - sample.dispatched).total_seconds()
        for sample in samples
        if sample.events("handled") and sample.dispatched
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
