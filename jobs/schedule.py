"""What is done at its time: each job once over all processes, each in a transaction of its own, no fault stops another.

A job is one line of ``JOBS``. It is handed the centre, the transaction its row is held in, and the present moment; what
it writes there stands or falls with that it ran. Moved clocks do not bring it twice: who holds the row decides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from base.database import Transaction
from base.statements import load_statements
from dispatch.cases.acting import act_on_clocks, tell_of_suspensions
from dispatch.cases.archive import archive_all
from dispatch.centre import Centre
from dispatch.notices.job_runs import HEARTBEAT

SQL = load_statements(Path(__file__).parent / "sql" / "schedule.sql")
_log = logging.getLogger("gridcommand.jobs")

Work = Callable[[Centre, Transaction, datetime], None]


@dataclass(frozen=True)
class Job:
    """What is done, how often, and how long it may take (seconds) before it is broken off."""

    name: str
    every: timedelta
    work: Work
    timeout_s: float = 30.0


def _alive(_: Centre, __: Transaction, ___: datetime) -> None:
    """Only that it ran is told: by its row the web process sees that somebody does the jobs."""


def _act(centre: Centre, _: Transaction, __: datetime) -> None:
    """In small transactions of its own: what one did stands when a later one fails, and is not done twice."""
    act_on_clocks(centre)


def _suspended(centre: Centre, transaction: Transaction, at: datetime) -> None:
    tell_of_suspensions(centre, transaction, at)


def _archive(centre: Centre, _: Transaction, at: datetime) -> None:
    archive_all(centre, at)


JOBS: tuple[Job, ...] = (
    Job(HEARTBEAT, timedelta(seconds=5), _alive),
    Job("clocks", timedelta(seconds=5), _act),
    Job("suspensions", timedelta(minutes=1), _suspended),
    Job("archive", timedelta(hours=1), _archive),
)
"""Every job of the second process."""


def run_due(centre: Centre, jobs: Sequence[Job] = JOBS) -> list[str]:
    """Do what is due in a town, each job in its own transaction; which ones were done.

    A job that fails is written down as failed and tried again at its next time.
    """
    due = _due(centre, jobs)
    return [job.name for job in jobs if job.name in due and _run(centre, job)]


def _due(centre: Centre, jobs: Sequence[Job]) -> set[str]:
    """Which jobs' times have come; each gets its row, from the first time on."""
    parameters = {
        "area_id": centre.area.area_id,
        "jobs": [job.name for job in jobs],
        "every_s": [job.every.total_seconds() for job in jobs],
        "at": centre.clock(),
    }
    with centre.database.transaction() as transaction:
        transaction.execute(SQL["know_jobs"], parameters)
        return {row["job"] for row in transaction.execute(SQL["due_jobs"], parameters)}


def _run(centre: Centre, job: Job) -> bool:
    at = centre.clock()
    parameters = {"area_id": centre.area.area_id, "job": job.name, "at": at, "before": at - job.every}
    try:
        with centre.database.transaction(timeout_s=job.timeout_s) as transaction:
            if transaction.execute(SQL["begin_job"], parameters).fetchone() is None:
                return False
            job.work(centre, transaction, at)
            transaction.execute(SQL["job_done"], parameters)
    except Exception as fault:
        _log.exception("job %s failed", job.name)
        with centre.database.transaction() as transaction:
            transaction.execute(SQL["job_failed"], parameters | {"fault": type(fault).__name__})
        return False
    return True
