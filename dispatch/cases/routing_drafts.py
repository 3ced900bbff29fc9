"""What a ruling says about cases of its kind is a draft: somebody adopts it as a rule of the town, or drops it.

Source: docs/domain.md, "Sending back".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from base.clock import TOWN_ZONE, rfc3339
from base.database import Transaction
from base.errors import Conflict, InvalidInput, NotFound
from base.statements import load_statements
from base.values import Code, Moment
from dispatch.access import audit
from dispatch.access.scope import Scope, readable_cases
from dispatch.cases import routing_rules
from dispatch.cases.intake import is_storable
from dispatch.cases.routing import department_of
from dispatch.cases.routing_rules import RoutingRule
from dispatch.centre import Centre

SQL = load_statements(Path(__file__).parent / "sql" / "routing_drafts.sql")

MOST_DRAFTS = 200
LOOKS_BACK = timedelta(days=90)
"""How far back is looked for cases that would have gone elsewhere."""
SHOWN_CASES = 20
LATEST = timedelta(days=366)
"""How far ahead a rule may begin."""
LONGEST_REASON = 1000


@dataclass(frozen=True)
class RoutingDraft:
    """What a ruling says about cases of its kind: of this type (and village) they are this department's."""

    draft_id: UUID
    case_no: str
    type_code: str
    village_code: str | None
    village_name: str | None
    department_code: str
    returned_by: list[str]
    ruled_by: str
    ruled_at: datetime
    note: str
    state: str
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class Effect:
    """How many cases of the last days (``LOOKS_BACK``) would have gone elsewhere, and the newest of their numbers."""

    count: int
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Adoption:
    """How a draft is adopted: for its village or the whole town, why, and from which day (None: from now on)."""

    whole_town: bool
    reason: str
    since: date | None = None


def routing_drafts(transaction: Transaction, area_id: int) -> list[RoutingDraft]:
    """The rulings nobody has adopted or dropped, the newest first."""
    rows = transaction.execute(SQL["drafts"], {"area_id": area_id, "limit": MOST_DRAFTS})
    return [RoutingDraft(**row) for row in rows]


def read_draft(transaction: Transaction, area_id: int, draft_id: UUID) -> RoutingDraft:
    """One ruling, whatever became of it.

    Raises
    ------
    NotFound
        when there is none of this id.
    """
    row = transaction.execute(SQL["draft_by_id"], {"area_id": area_id, "draft_id": draft_id}).fetchone()
    if row is None:
        raise NotFound("no_such_draft", field="draft", given=draft_id)
    return RoutingDraft(**row)


def effect_of(
    transaction: Transaction, area_id: int, scope: Scope, draft: RoutingDraft, at: datetime, *, whole_town: bool
) -> Effect:
    """Which cases of the last 90 days would have gone elsewhere, of those the asker may know of."""
    asked = {
        "area_id": area_id,
        "type_code": draft.type_code,
        "village_code": None if whole_town else draft.village_code,
        "department_code": draft.department_code,
        "by_table": department_of(draft.type_code),
        "since": at - LOOKS_BACK,
        "limit": SHOWN_CASES,
    }
    rows = transaction.execute(SQL["cases_elsewhere"], asked | readable_cases(scope)).fetchall()
    return Effect(rows[0]["count"] if rows else 0, tuple(row["case_no"] for row in rows))


def adopt(centre: Centre, transaction: Transaction, scope: Scope, draft_id: UUID, how: Adoption) -> RoutingRule:
    """A draft becomes a rule of the town; the same account's same adoption again is the same rule.

    Raises
    ------
    NotFound
        when there is no such draft.
    InvalidInput
        naming what is missing or cannot be.
    Conflict
        when the draft was settled before, or another rule holds for the same type and place.
    """
    area_id, at = centre.area.area_id, centre.clock()
    draft = read_draft(transaction, area_id, draft_id)
    if not how.whole_town and draft.village_code is None:
        raise InvalidInput("draft_without_village", field="whole_town", case_no=draft.case_no)
    village_code = None if how.whole_town else draft.village_code
    key = {"area_id": area_id, "rule_id": draft_id}
    if draft.state == "adopted" and draft.settled_by == scope.account:
        rule = _rule(transaction, area_id, draft_id)
        if rule.village_code == village_code and rule.revoked_at is None:
            return rule
    _check_unsettled(draft)
    since = _since(how.since, at)
    told = {"reason": _reason(how.reason), "since": since, "account": scope.account, "at": at}
    place = {"type_code": draft.type_code, "village_code": village_code, "department_code": draft.department_code}
    if transaction.execute(routing_rules.SQL["add_rule"], key | told | place).fetchone() is None:
        raise _taken(transaction, area_id, place)
    _settle(transaction, area_id, draft_id, "adopted", told)
    said = place | {"case_no": draft.case_no, "since": rfc3339(since)}
    audit.append(transaction, area_id, at, scope, "routing.adopt", str(draft_id), said)
    return _rule(transaction, area_id, draft_id)


def _rule(transaction: Transaction, area_id: int, rule_id: UUID) -> RoutingRule:
    row = transaction.execute(routing_rules.SQL["rule_by_id"], {"area_id": area_id, "rule_id": rule_id}).fetchone()
    if row is None:
        raise NotFound("no_such_rule", field="rule", given=rule_id)
    return RoutingRule(**row)


def _check_unsettled(draft: RoutingDraft) -> None:
    if draft.state != "draft":
        assert draft.settled_at is not None
        by, at = draft.settled_by or "", Moment(draft.settled_at)
        raise Conflict(f"draft_{draft.state}", field="draft", case_no=draft.case_no, by=by, at=at)


def _taken(transaction: Transaction, area_id: int, place: dict[str, str | None]) -> Conflict:
    """Another rule holds there: whose it says such cases are."""
    row = transaction.execute(routing_rules.SQL["rule_of_place"], {"area_id": area_id} | place).fetchone()
    code = str(place["department_code"] if row is None else row["department_code"])
    kind, department = Code("types", str(place["type_code"])), Code("departments", code)
    return Conflict("rule_holds", field="whole_town", type=kind, department=department)


def _settle(transaction: Transaction, area_id: int, draft_id: UUID, state: str, told: dict[str, object]) -> None:
    values = {"area_id": area_id, "draft_id": draft_id, "state": state} | told
    transaction.execute(SQL["settle_draft"], values)


def _reason(given: str) -> str:
    """Why, as it is kept."""
    if not given.strip():
        raise InvalidInput("reason_needed", field="reason")
    if len(given) > LONGEST_REASON:
        raise InvalidInput("text_too_long", field="reason", length=len(given), longest=LONGEST_REASON)
    if not is_storable(given):
        raise InvalidInput("text_not_storable", field="reason")
    return given.strip()


def _since(day: date | None, at: datetime) -> datetime:
    """From when it holds: now, or the beginning of a day to come."""
    today = at.astimezone(TOWN_ZONE).date()
    if day is None or day == today:
        return at
    if not today < day <= today + LATEST:
        raise InvalidInput("rule_since_out_of_range", field="since", days=LATEST.days)
    return datetime.combine(day, time(), TOWN_ZONE)


def drop(centre: Centre, transaction: Transaction, scope: Scope, draft_id: UUID, reason: str) -> RoutingDraft:
    """A draft is nobody's rule; the same account again is the same act.

    Raises
    ------
    NotFound, InvalidInput, Conflict
        when there is no such draft, no reason, or it was settled before.
    """
    area_id, at = centre.area.area_id, centre.clock()
    draft = read_draft(transaction, area_id, draft_id)
    if draft.state == "dropped" and draft.settled_by == scope.account:
        return draft
    _check_unsettled(draft)
    told = {"reason": _reason(reason), "account": scope.account, "at": at}
    _settle(transaction, area_id, draft_id, "dropped", told)
    audit.append(transaction, area_id, at, scope, "routing.drop", str(draft_id), {"case_no": draft.case_no})
    return read_draft(transaction, area_id, draft_id)


def revoke(centre: Centre, transaction: Transaction, scope: Scope, rule_id: UUID, reason: str) -> RoutingRule:
    """A rule holds no longer for cases to come; the same account again is the same act.

    Raises
    ------
    NotFound, InvalidInput, Conflict
        when there is no such rule, no reason, or somebody else revoked it.
    """
    area_id, at = centre.area.area_id, centre.clock()
    rule = _rule(transaction, area_id, rule_id)
    if rule.revoked_at is not None:
        if rule.revoked_by == scope.account:
            return rule
        raise Conflict("rule_revoked", field="rule", by=rule.revoked_by or "", at=Moment(rule.revoked_at))
    values = {"area_id": area_id, "rule_id": rule_id, "reason": _reason(reason), "account": scope.account, "at": at}
    transaction.execute(routing_rules.SQL["revoke_rule"], values)
    said = {"type_code": rule.type_code, "village_code": rule.village_code, "department_code": rule.department_code}
    audit.append(transaction, area_id, at, scope, "routing.revoke", str(rule_id), said)
    return _rule(transaction, area_id, rule_id)
