"""Looking at a whistle: the case is opened for it, masked for who asks, and that stands in the audit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from base.database import Transaction
from base.errors import NotFound
from dispatch.access.scope import Scope
from dispatch.cases.clock_rows import read_clocks
from dispatch.cases.incidents import Case, read_case, read_log
from dispatch.cases.looks import case_words, open_case, shown, shown_log
from dispatch.cases.whistle import WhistleNow, last_whistle, whistle_now


def open_whistle(transaction: Transaction, area_id: int, scope: Scope, case_no: str, at: datetime) -> WhistleNow:
    """The whistle of a case that was blown last, and how everybody it called stands; the look is in the audit.

    Raises
    ------
    NotFound
        when there is no such case (for this person), or none was blown for it.
    """
    open_case(transaction, area_id, scope, case_no, at)
    return look_again(transaction, area_id, scope, case_no, at)[1]


def look_again(
    transaction: Transaction, area_id: int, scope: Scope, case_no: str, at: datetime
) -> tuple[Case, WhistleNow]:
    """As :func:`open_whistle`, with its case and without a line in the audit: for a page that has it open.

    Raises
    ------
    NotFound
        as there.
    """
    case = read_case(transaction, area_id, case_no, scope)
    whistle = last_whistle(transaction, area_id, case_no)
    if whistle is None:
        raise NotFound("no_whistle", field="case_no", case_no=case_no)
    log = shown_log(read_log(transaction, area_id, case_no), case, scope)
    clocks = read_clocks(transaction, area_id, case_no)
    masked = replace(whistle, note=case_words(case, scope, whistle.note))
    return case, whistle_now(masked, shown(case, scope), log, clocks, at)
