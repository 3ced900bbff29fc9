"""A claim that was accepted becomes a case: reported the usual way, by the centre also dispatched, linked both ways.

Source: docs/domain.md, "Need lists".
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from base.database import Transaction
from base.errors import Conflict, Forbidden
from base.values import Code
from dispatch.access.scope import Scope
from dispatch.cases.incidents import Case, NewLogLine, add_line
from dispatch.cases.intake import Report, take_report
from dispatch.cases.steps import VerbInput
from dispatch.cases.task_rows import lock_verbs
from dispatch.cases.verbs import perform
from dispatch.centre import Centre
from dispatch.needs.needs import SQL, Claim, Need, lock_needs, read_claim
from dispatch.needs.units import Unit, find_unit, speaks_for

CHANNEL = "visit"
_JOINT = " ⇄ "


@dataclass(frozen=True)
class CaseOfClaim:
    """What the case is to be: its type (None: proposed from the words), who is to do it (None: decided later)."""

    type_code: str | None = None
    worker_id: int | None = None
    department_code: str | None = None


def make_case(
    centre: Centre, transaction: Transaction, scope: Scope, claim_id: UUID, write_id: UUID, wanted: CaseOfClaim
) -> Case:
    """Make a case of a claim, where the work is to be done: a resource goes to who claims it, all else to who entered.

    The same id by the same account is the same case.

    Raises
    ------
    NotFound
        when there is no such claim.
    Forbidden
        when somebody speaks for neither unit, or may not report.
    VerbNotGranted
        when who is to do it is named by somebody who may not dispatch.
    Conflict
        when the claim was not accepted, or has an open case.
    InvalidInput
        naming what cannot be taken.
    """
    area_id = centre.area.area_id
    lock_verbs(transaction, area_id)
    lock_needs(transaction, area_id)
    need, claim = read_claim(transaction, area_id, claim_id)
    entrant, claimant = (find_unit(transaction, area_id, code) for code in (need.unit_code, claim.unit_code))
    if not (speaks_for(scope, entrant) or speaks_for(scope, claimant)):
        raise Forbidden("unit_of_others", field="claim", unit=entrant.name)
    case, is_new = take_report(centre, transaction, scope, _report(need, entrant, claimant, write_id, wanted))
    if not is_new and case.case_no == claim.case_no:
        return case
    _check_free(claim)
    transaction.execute(SQL["link_case"], {"area_id": area_id, "claim_id": claim_id, "case_no": case.case_no})
    note, details = f"{entrant.name}{_JOINT}{claimant.name}", {"need": str(need.need_id)}
    line = NewLogLine(uuid5(write_id, "remark"), "remark", case.state, case.state, note, details)
    add_line(transaction, area_id, case.case_no, centre.clock(), scope, line)
    return _sent(centre, transaction, scope, case, write_id, wanted)


def _check_free(claim: Claim) -> None:
    if claim.state != "agreed":
        raise Conflict("claim_stands_otherwise", field="claim", state=Code("needs.claim_state", claim.state))
    if claim.has_open_case:
        raise Conflict("claim_has_case", field="claim", case_no=claim.case_no)


def _report(need: Need, entrant: Unit, claimant: Unit, write_id: UUID, wanted: CaseOfClaim) -> Report:
    where = claimant if need.list == "resource" else entrant
    return Report(
        client_id=write_id,
        source_channel=CHANNEL,
        description="\n".join(filter(None, (need.title, need.told))),
        lon=where.lon,
        lat=where.lat,
        datum="wgs84",
        type_code=wanted.type_code,
        reporter_name=where.contact_name,
        reporter_phone=where.contact_phone,
    )


def _sent(
    centre: Centre, transaction: Transaction, scope: Scope, case: Case, write_id: UUID, wanted: CaseOfClaim
) -> Case:
    """Who is named is sent; the case is accepted with it."""
    if wanted.worker_id is None and wanted.department_code is None:
        return case
    named = VerbInput(
        uuid5(write_id, "dispatch"), worker_id=wanted.worker_id, department_code=wanted.department_code, queue=True
    )
    return perform(centre, transaction, scope, case.case_no, "dispatch", named)
