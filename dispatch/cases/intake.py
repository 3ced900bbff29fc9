"""A case comes in: where it is, what kind it is, who gets it, when it is due."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from base.bus import publish
from base.clock import TOWN_ZONE
from base.database import Transaction
from base.errors import Forbidden, InvalidInput
from base.values import Code
from dispatch.access import audit, grants
from dispatch.access.scope import Scope
from dispatch.cases import deadlines, routing
from dispatch.cases.calendar import Calendar
from dispatch.cases.clock_rows import follow_clocks, read_calendar, type_facts
from dispatch.cases.clocks import Facts
from dispatch.cases.incidents import SQL, Case, NewLogLine, add_line, read_case
from dispatch.cases.ladder import level_of
from dispatch.cases.lifecycle import PRIORITIES
from dispatch.cases.routing_rules import rule_for
from dispatch.cases.telling import tell_after
from dispatch.centre import Centre
from mapdata.areas import Area
from mapdata.location import Place, locate

LONGEST_TEXT = 4000
CHANNELS = (
    "grid_patrol",
    "citizen_app",
    "hotline_12345",
    "phone",
    "visit",
    "consult",
    "complaint",
    "video",
    "sensor",
    "police_110",
    "upper",
    "media",
    "dept",
    "satellite",
    "uav",
)


@dataclass(frozen=True)
class Report:
    """What somebody tells the centre.

    ``client_id`` is made by the one who reports: the same id by the same account is the same case. ``lon``, ``lat``
    are degrees in ``datum``. Type and priority are proposed from the text when left out.
    """

    client_id: UUID
    source_channel: str
    description: str
    lon: float
    lat: float
    datum: str
    type_code: str | None = None
    priority: str | None = None
    reporter_name: str = ""
    reporter_phone: str = ""
    worker_id: int | None = None


def report(centre: Centre, transaction: Transaction, scope: Scope, incoming: Report) -> Case:
    """Take a report; the same client id by the same account gives the same case.

    Raises
    ------
    Forbidden
        when the role may not report.
    InvalidInput
        naming what cannot be taken.
    """
    return take_report(centre, transaction, scope, incoming)[0]


def take_report(centre: Centre, transaction: Transaction, scope: Scope, incoming: Report) -> tuple[Case, bool]:
    """As :func:`report`, and whether the case is new.

    Raises
    ------
    Forbidden
        when the role may not report.
    InvalidInput
        naming what cannot be taken.
    """
    if not grants.may(scope, "incident.report"):
        raise Forbidden("not_granted", role=Code("lifecycle.role", scope.role), action="incident.report")
    area = centre.area
    existing = _case_of(transaction, area.area_id, scope, incoming.client_id)
    if existing is not None:
        return read_case(transaction, area.area_id, existing, scope), False
    _check_words(incoming)
    _check_worker(transaction, area.area_id, incoming.worker_id)
    place = locate(transaction, area, incoming.lon, incoming.lat, incoming.datum)
    calendar = read_calendar(transaction, area.area_id)
    case_no, now = _numbered(centre, transaction)
    values, details = _classify(incoming, scope, place, now, calendar)
    _route(transaction, area.area_id, values, details, now)
    row = {"area_id": area.area_id, "case_no": case_no, "at": now} | values
    if transaction.execute(SQL["insert_incident"], row).fetchone() is None:
        existing = _case_of(transaction, area.area_id, scope, incoming.client_id)
        assert existing is not None
        return read_case(transaction, area.area_id, existing, scope), False
    _start_clocks(transaction, area.area_id, case_no, values, now)
    line = NewLogLine(incoming.client_id, "report", None, "reported", details=details, lon=place.lon, lat=place.lat)
    add_line(transaction, area.area_id, case_no, now, scope, line)
    case = read_case(transaction, area.area_id, case_no, scope)
    tell_after(transaction, now, "report", case)
    publish(transaction, area.area_id, "incident", [case_no])
    audit.append(transaction, area.area_id, now, scope, "incident.report", case_no)
    return case, True


def _route(
    transaction: Transaction, area_id: int, values: dict[str, Any], details: dict[str, Any], now: datetime
) -> None:
    """A rule of the town says whose it is before the table of types does; the first log line tells by which."""
    rule = rule_for(transaction, area_id, values["type_code"], values["village_code"], now)
    if rule is not None:
        values["department_code"] = rule.department_code
        details["routing_rule"] = str(rule.rule_id)


def _start_clocks(transaction: Transaction, area_id: int, case_no: str, values: dict[str, Any], now: datetime) -> None:
    """The clock of acceptance starts with the report."""
    facts = Facts(
        state="reported",
        before="reported",
        priority=values["priority"],
        reported_at=now,
        accepted_at=None,
        handled_at=None,
        due_at=values["due_at"],
        **type_facts(values["type_code"]),
    )
    shown = asdict(follow_clocks(transaction, area_id, case_no, facts, now).next)
    transaction.execute(SQL["show_next_due"], {"area_id": area_id, "case_no": case_no} | shown)


def _case_of(transaction: Transaction, area_id: int, scope: Scope, client_id: UUID) -> str | None:
    parameters = {"area_id": area_id, "account": scope.account, "client_id": client_id}
    row = transaction.execute(SQL["case_of_client"], parameters).fetchone()
    return None if row is None else str(row["case_no"])


def _check_worker(transaction: Transaction, area_id: int, worker_id: int | None) -> None:
    """A gateway reports for somebody who is known."""
    if worker_id is None:
        return
    row = transaction.execute(SQL["active_worker"], {"area_id": area_id, "worker_id": worker_id}).fetchone()
    if row is None:
        raise InvalidInput("no_such_worker", field="worker", given=worker_id)


def _check_words(incoming: Report) -> None:
    text = incoming.description
    if not text.strip():
        raise InvalidInput("description_empty", field="description")
    if len(text) > LONGEST_TEXT:
        raise InvalidInput("text_too_long", field="description", length=len(text), longest=LONGEST_TEXT)
    for name in ("description", "reporter_name", "reporter_phone"):
        if not is_storable(getattr(incoming, name)):
            raise InvalidInput("text_not_storable", field=name)
    if incoming.source_channel not in CHANNELS:
        raise InvalidInput("unknown_channel", field="source_channel", given=incoming.source_channel, allowed=CHANNELS)


def is_storable(text: str) -> bool:
    """Whether a text can be kept: no NUL character, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def check_type(type_code: str) -> None:
    """Make sure a case may be of this type.

    Raises
    ------
    InvalidInput
        when the code is not in ``event_types.csv`` or names a whole class.
    """
    if not routing.is_reportable(type_code):
        raise InvalidInput("unknown_type", field="type_code", given=type_code)


def check_priority(priority: str) -> None:
    """Make sure this is a priority.

    Raises
    ------
    InvalidInput
        when it is not one of P1 to P4.
    """
    if priority not in PRIORITIES:
        raise InvalidInput("unknown_priority", field="priority", given=priority, allowed=PRIORITIES)


def _classify(
    incoming: Report, scope: Scope, place: Place, now: datetime, calendar: Calendar
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of a new case, and what its first log line tells of how they came about."""
    proposal = routing.propose(incoming.description)
    if incoming.type_code is not None:
        check_type(incoming.type_code)
    if incoming.priority is not None:
        check_priority(incoming.priority)
    type_code = incoming.type_code or proposal.type_code
    own = routing.priority_of(type_code)
    priority = incoming.priority or routing.priority_of(type_code, proposal.raised_by)
    if incoming.priority is not None and scope.role != "shift_leader":
        priority = min(incoming.priority, own)
    due_at = deadlines.handle_due(now, priority, own, routing.event_types()[type_code].limit, calendar)
    values = {
        "client_id": incoming.client_id,
        "source_channel": incoming.source_channel,
        "description": incoming.description,
        "type_code": type_code,
        "priority": priority,
        "department_code": routing.department_of(type_code),
        "lon": place.lon,
        "lat": place.lat,
        "datum": incoming.datum,
        "given_lon": incoming.lon,
        "given_lat": incoming.lat,
        "grid_code": place.grid_code,
        "village_code": place.village_code,
        "address_text": place.address_text,
        "reporter_name": incoming.reporter_name,
        "reporter_phone": incoming.reporter_phone,
        "reported_by": scope.account,
        "due_at": due_at,
        "level": level_of(priority),
    }
    return values, _log_details(incoming, proposal, priority, place)


def _log_details(incoming: Report, proposal: routing.Proposal, priority: str, place: Place) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if incoming.type_code is None:
        details["type_proposed"] = {"type_code": proposal.type_code, "words": list(proposal.words)}
    if incoming.priority is None and proposal.raised_by:
        details["raised_by"] = list(proposal.raised_by)
    if incoming.priority is not None and incoming.priority != priority:
        details["priority_given"] = incoming.priority
    if incoming.worker_id is not None:
        details["worker"] = incoming.worker_id
    if place.grid_code is None:
        details["outside_town_m"] = round(place.outside_m)
    if place.neighbour_code is not None:
        details["neighbour_grid"] = place.neighbour_code
    return details


def _numbered(centre: Centre, transaction: Transaction) -> tuple[str, datetime]:
    """The number of a new case, and its moment: taken when it has its number, so that many at once keep their order."""
    while True:
        before = centre.clock()
        case_no, now = _next_case_no(transaction, centre.area, before), centre.clock()
        if now.astimezone(TOWN_ZONE).date() == before.astimezone(TOWN_ZONE).date():
            return case_no, now


def _next_case_no(transaction: Transaction, area: Area, now: datetime) -> str:
    """Prefix, day (yyMMdd, the town's), four digits or more: unique in the area, never used again."""
    day = now.astimezone(TOWN_ZONE).date()
    row = transaction.execute(SQL["next_case_number"], {"area_id": area.area_id, "day": day}).fetchone()
    assert row is not None
    return f"{area.case_prefix}{day:%y%m%d}{row['last_number']:04}"
