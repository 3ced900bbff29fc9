"""The audit is looked through at the start and every night; in between its heads are noted outside the database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta

from base.clock import TOWN_ZONE
from base.errors import Unavailable
from dispatch.access.audit import audit_check, check_chains, read_heads
from dispatch.access.audit_heads import FILE, AuditHeads, Head
from dispatch.centre import Centre

_log = logging.getLogger("gridcommand.audit")

LOOK_EVERY_S = 300.0
NOTE_AT_LEAST_EVERY = timedelta(hours=1)
_NIGHT = timedelta(hours=3)
"""The nightly check is due from 03:00, the town's time: fewest people work then."""
_CHECK_S = 900.0


class AuditWatch:
    """Looks after the audit of one centre; one round is :meth:`look`."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._heads = AuditHeads(centre.settings.var / FILE)
        self._checked_on: date | None = None
        self._noted: list[Head] = []
        self._noted_at: datetime | None = None

    def look(self) -> None:
        """Check the chains when that is due, else note their heads when they moved or an hour has passed."""
        now = self._centre.clock()
        night = (now.astimezone(TOWN_ZONE) - _NIGHT).date()
        try:
            if night != self._checked_on:
                self._check(now)
                self._checked_on = night
            else:
                self._note(now)
        except Unavailable:
            return  # the database is away: that is told elsewhere, and the next round comes soon
        except OSError as fault:
            self._centre.reports.report("audit", "failed", "unwritable", reason=fault.strerror or str(fault), file=FILE)

    def end(self) -> None:
        """Note the heads once more, so that nothing is cut off unnoticed while the centre is stopped."""
        with suppress(Unavailable, OSError):
            self._note(self._centre.clock())

    def _check(self, now: datetime) -> None:
        """Compare first, note afterwards: a head noted now must not hide what is missing."""
        noted = self._heads.read()
        with self._centre.database.transaction(timeout_s=_CHECK_S) as transaction:
            found = audit_check(check_chains(transaction, noted))
            heads = read_heads(transaction, {head.area_id for head in noted})
        self._centre.reports.report(found.name, found.state, found.key, **found.values)
        self._keep(heads, now, "checked" if found.state == "ok" else found.key)

    def _note(self, now: datetime) -> None:
        with self._centre.database.transaction() as transaction:
            heads = read_heads(transaction)
        is_due = self._noted_at is None or now - self._noted_at >= NOTE_AT_LEAST_EVERY
        if heads != self._noted or is_due:
            self._keep(heads, now, "running")

    def _keep(self, heads: list[Head], now: datetime, why: str) -> None:
        if heads:
            self._heads.note(heads, now, why)
        self._noted, self._noted_at = heads, now


@contextmanager
def audit_watched(centre: Centre) -> Iterator[None]:
    """Look after the audit while the block runs, on a thread of its own."""
    watch, is_over = AuditWatch(centre), threading.Event()

    def rounds() -> None:
        while True:
            try:
                watch.look()
            except Exception as fault:
                # the audit must not go unwatched because of a fault nobody thought of
                _log.exception("the audit could not be looked through")
                centre.reports.report("audit", "failed", "broken_off", fault=type(fault).__name__)
            if is_over.wait(LOOK_EVERY_S):
                return

    thread = threading.Thread(target=rounds, name="audit", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(2)
        if not thread.is_alive():
            watch.end()
