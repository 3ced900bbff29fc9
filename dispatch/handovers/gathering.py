"""Gathers a hand-over's sheet from the data as they are at this moment, as the asker may see them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from base.database import Transaction
from base.statements import load_statements
from base.values import Moment
from dispatch.access.scope import Scope
from dispatch.advice.workforce import WorkerNow, read_workforce
from dispatch.cases.clock_rows import latest_extensions
from dispatch.cases.incidents import LIMIT, Case, CaseFilter
from dispatch.cases.lifecycle import OPEN_STATES
from dispatch.cases.looks import list_shown
from dispatch.cases.urgency import urgency
from dispatch.centre import Centre
from dispatch.handovers.case_lines import Beside, PlanUnderWay, call_back_line, lines_of_cases
from dispatch.handovers.centre_lines import (
    MOST_OUT,
    call_lines,
    check_lines,
    given_up_lines,
    out_lines,
    silent_lines,
    who_is_out,
)
from dispatch.handovers.sheet import Line
from dispatch.notices.job_runs import GIVEN_UP_WITHIN, check_jobs
from dispatch.notices.outbox import told_values
from dispatch.sos import open_calls
from dispatch.soundness import check_disks
from mapdata.location import place_of

SQL = load_statements(Path(__file__).parent / "sql" / "handovers.sql")

MOST_GIVEN_UP = 50


def gather(centre: Centre, transaction: Transaction, scope: Scope, at: datetime, *, with_places: bool) -> list[Line]:
    """The lines of a sheet; ``with_places`` tells where everybody was last seen, which costs a look for each."""
    area_id = centre.area.area_id
    filtered = CaseFilter(states=OPEN_STATES, limit=LIMIT)
    cases = sorted(list_shown(transaction, area_id, scope, filtered), key=urgency)
    call_backs = list_shown(transaction, area_id, scope, CaseFilter(needs_call_back=True, limit=LIMIT))
    out = who_is_out(read_workforce(transaction, area_id, scope, at))
    near = _near(transaction, area_id, out[:MOST_OUT]) if with_places else {}
    since = {"area_id": area_id, "since": at - GIVEN_UP_WITHIN, "limit": MOST_GIVEN_UP}
    checks = [*check_jobs(transaction, area_id, at), *centre.reports.newest(), *check_disks(centre.settings)]
    return [
        *lines_of_cases(cases, _beside(transaction, area_id, cases), at),
        *(call_back_line(case) for case in call_backs),
        *call_lines(open_calls(transaction, area_id, scope)),
        *given_up_lines(transaction.execute(SQL["given_up"], since)),
        *out_lines(out, near),
        *check_lines(checks),
        *silent_lines(out),
    ]


def _beside(transaction: Transaction, area_id: int, cases: list[Case]) -> Beside:
    numbers = [case.case_no for case in cases]
    key = {"area_id": area_id, "case_nos": numbers}
    told = {
        row["case_no"]: told_values(row["told"]).get("due") for row in transaction.execute(SQL["told_deadlines"], key)
    }
    plans = {
        row.pop("case_no"): PlanUnderWay(**row) for row in map(dict, transaction.execute(SQL["plans_under_way"], key))
    }
    return Beside(
        told={case_no: due.value for case_no, due in told.items() if isinstance(due, Moment)},
        extensions=latest_extensions(transaction, area_id, numbers),
        plans=plans,
    )


def _near(transaction: Transaction, area_id: int, out: list[WorkerNow]) -> dict[int, str]:
    """Where each was last seen: the nearest address, else grid or village; empty outside."""
    near = {}
    for one in out:
        if one.lon is not None and one.lat is not None:
            place = place_of(transaction, area_id, one.lon, one.lat)
            near[one.worker_id] = place.address_text or place.grid_name or place.village_name or ""
    return near
