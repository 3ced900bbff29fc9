"""What is around a case: 人 people, 地 places, 物 things, 事 other cases, 情 what one should know.

Each group is ranked by use for this type of event, then by distance, and cut to a readable length with its whole count.
Person data is masked; key people are counted, and named (masked) only to those granted it who give a reason. Every look
is in the audit.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from base.clock import TOWN_ZONE
from base.database import Row, Transaction
from base.errors import Forbidden, InvalidInput
from base.statements import load_statements
from base.values import Code, Value
from dispatch.access import audit
from dispatch.access.grants import may
from dispatch.access.masking import mask_name, mask_phone, without_numbers
from dispatch.access.scope import Scope, readable_cases
from dispatch.advice.surroundings import (
    CameraDetail,
    CaseDetail,
    Detail,
    KeyPersonDetail,
    Nearby,
    NearRow,
    PersonDetail,
    PlaceDetail,
    RentalDetail,
    ThingDetail,
)
from dispatch.cases.incidents import Case, read_case
from dispatch.centre import Centre
from mapdata.resources import (
    CHILD_BELOW,
    OLD_FROM,
    Circle,
    cameras_around,
    people_around,
    places_around,
    rentals_around,
    things_around,
)

SQL = load_statements(Path(__file__).parent / "sql" / "nearby.sql")

RADIUS_M, RADIUS_LEAST_M, RADIUS_MOST_M = 300, 50, 2000
LIMIT = 20
"""Rows a group at most; its count is given whole."""
REASON_LEAST = 2
SAME_PLACE_M = 50.0
"""Cases this near are at the same place: GPS and a click differ by as much.

Source: docs/domain.md, "What is around".
"""
LOOK_BACK = timedelta(days=90)

_USEFUL = Code("nearby.why", "useful")


@dataclass(frozen=True)
class Use:
    """What is wanted first for a type of event: kinds of places and things, and whether the weak come first."""

    first: tuple[str, ...] = ()
    vulnerable: bool = False


@cache
def _uses() -> dict[str, Use]:
    with (Path(__file__).parent / "type_nearby.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["prefix"]: Use(tuple(row["first"].split("|")), row["vulnerable"] == "yes")
            for row in csv.DictReader(file)
        }


def use_for(type_code: str) -> Use:
    """What is wanted first for a type of event, the most specific entry of ``type_nearby.csv``."""
    for length in range(len(type_code), 1, -1):
        if type_code[:length] in _uses():
            return _uses()[type_code[:length]]
    return Use()


@dataclass(frozen=True)
class _Query:
    """One question: who asks around which case, how far, whether key people are named."""

    transaction: Transaction
    scope: Scope
    case: Case
    circle: Circle
    at: datetime
    show_key: bool

    @property
    def use(self) -> Use:
        return use_for(self.case.type_code)


def read_nearby(
    centre: Centre,
    transaction: Transaction,
    scope: Scope,
    case_no: str,
    radius_m: int = RADIUS_M,
    reason: str = "",
) -> Nearby:
    """Everything around a case within a radius; the look is written into the audit.

    Parameters
    ----------
    centre, transaction
        the centre, and the transaction it is read in.
    scope, case_no
        who asks, around which case.
    radius_m
        50 to 2,000 metres.
    reason
        why key people are to be named; empty: they are only counted.

    Raises
    ------
    InvalidInput
        when the radius or the reason cannot be taken.
    Forbidden
        when a reason is given by somebody to whom key people are not shown.
    NotFound
        when there is no such case for this person.
    """
    if not RADIUS_LEAST_M <= radius_m <= RADIUS_MOST_M:
        raise InvalidInput(
            "radius_out_of_range", field="radius_m", given=radius_m, low=RADIUS_LEAST_M, high=RADIUS_MOST_M
        )
    reason = _checked(reason, scope)
    case = read_case(transaction, centre.area.area_id, case_no, scope)
    circle = Circle(case.lon, case.lat, float(radius_m))
    query = _Query(transaction, scope, case, circle, centre.clock(), bool(reason))
    nearby = _groups(query)
    details = {"radius_m": radius_m, "reason": reason, "key_people_named": bool(reason), "counts": nearby.counts}
    audit.append(transaction, case.area_id, query.at, scope, "incident.nearby", case.case_no, details)
    return nearby


def _checked(reason: str, scope: Scope) -> str:
    reason = reason.strip()
    if not reason:
        return ""
    if not may(scope, "person.unmask"):
        raise Forbidden("not_granted", field="reason", role=Code("lifecycle.role", scope.role), action="person.unmask")
    if len(reason) < REASON_LEAST or not reason.isprintable():
        raise InvalidInput("reason_too_short", field="reason", least=REASON_LEAST)
    return reason


def _groups(query: _Query) -> Nearby:
    people, counts = _people(query)
    places, counts["places"] = _places(query)
    things, counts["things"], cameras = _things(query)
    incidents, case_counts = _incidents(query)
    counts["incidents"] = case_counts["total"]
    notes = _notes(query, counts, cameras, case_counts)
    return Nearby(
        case_no=query.case.case_no,
        circle=query.circle,
        people=tuple(people),
        places=tuple(places),
        things=tuple(things),
        incidents=tuple(incidents),
        notes=tuple(notes),
        counts=counts,
    )


def _row(kind: str, key: object, name: str | Code, found: Row, detail: Detail, why: Code | None = None) -> NearRow:
    distance_m = round(float(found["distance_m"]), 1)
    return NearRow(kind, str(key), name, distance_m, found["lon"], found["lat"], detail, why)


def _kind(kind: str) -> Code:
    return Code("nearby.kind", kind)


def _wanted_first(row: NearRow) -> tuple[bool, float]:
    """The order of places and things: those with a reason, then the nearest."""
    return row.why is None, row.distance_m or 0.0


def _people(query: _Query) -> tuple[list[NearRow], dict[str, int]]:
    found = people_around(
        query.transaction,
        query.case.area_id,
        query.circle,
        query.at.astimezone(TOWN_ZONE).date(),
        LIMIT,
        show_key=query.show_key,
        vulnerable_first=query.use.vulnerable,
    )
    names = {"people": "total", "floating": "floating", "key_people": "key_people", "vulnerable": "vulnerable"}
    counts = {name: int(found[0][column]) if found else 0 for name, column in names.items()}
    return [_person(query, row) for row in found], counts


def _person(query: _Query, row: Row) -> NearRow:
    kind, why = "resident", None
    residence = Code("nearby.residence", row["residence"])
    detail = PersonDetail(residence, row["age"], mask_phone(row["phone"]), row["building_text"])
    if query.use.vulnerable and row["is_vulnerable"]:
        why = Code("nearby.why", "old" if row["age"] >= OLD_FROM else "child", {"age": row["age"]})
    if query.show_key and row["key_kind"] is not None:
        kind, why = "key_person", Code("nearby.key_kind", row["key_kind"])
        attention = Code("nearby.attention", row["key_attention"])
        detail = KeyPersonDetail(residence, detail.age, detail.phone, detail.address, attention)
    return _row(kind, row["person_id"], mask_name(row["name"]), row, detail, why)


def _places(query: _Query) -> tuple[list[NearRow], int]:
    area_id, whole = query.case.area_id, may(query.scope, "person.unmask")
    found = places_around(query.transaction, area_id, query.circle, query.use.first, LIMIT)
    rows = []
    for row in found:
        detail = PlaceDetail(
            layer=row["layer"],
            address=row["address_text"],
            in_charge=row["in_charge"] if whole else mask_name(row["in_charge"]),
            phone=row["phone"] if whole else mask_phone(row["phone"]),
            kind_name=_kind(row["kind"]),
        )
        why = _USEFUL if row["kind"] in query.use.first else None
        rows.append(_row(row["kind"], row["id"], row["name"], row, detail, why))
    rentals = rentals_around(query.transaction, area_id, query.circle, LIMIT)
    rows += [_rental(query, row) for row in rentals]
    rows.sort(key=_wanted_first)
    total = (found[0]["total"] if found else 0) + (rentals[0]["total"] if rentals else 0)
    return rows[:LIMIT], int(total)


def _rental(query: _Query, row: Row) -> NearRow:
    detail = RentalDetail(
        layer="rental_house",
        grade=Code("nearby.attention", row["grade"]),
        hazard=without_numbers(row["hazard"]),
        tenants=row["tenants"],
        storeys=row["storeys"],
        kind_name=_kind("rental_house"),
    )
    risky = query.use.vulnerable and row["grade"] == "red"
    why = Code("nearby.why", "rental") if risky else None
    return _row("rental_house", row["id"], row["address_text"], row, detail, why)


def _things(query: _Query) -> tuple[list[NearRow], int, list[Row]]:
    area_id, first = query.case.area_id, query.use.first
    found = things_around(query.transaction, area_id, query.circle, first, LIMIT)
    cameras = cameras_around(query.transaction, area_id, query.circle)
    rows = [_thing(row, first) for row in found] + [_camera(row) for row in cameras]
    rows.sort(key=_wanted_first)
    total = (int(found[0]["total"]) if found else 0) + len(cameras)
    return rows[:LIMIT], total, cameras


def _thing(row: Row, first: Collection[str]) -> NearRow:
    kind = row["kind"]
    detail = ThingDetail(row["code"], row["state"], _kind(kind))
    name = row["name"] or Code("nearby.name", "thing", {"kind": detail.kind_name, "code": detail.code})
    return _row(kind, row["id"], name, row, detail, _USEFUL if kind in first and row["state"] == "ok" else None)


def _camera(row: Row) -> NearRow:
    working = row["state"] == "ok"
    names = ("heading_deg", "fov_deg", "range_m", "state", "gb28181_id", "stream_url", "sees")
    detail = CameraDetail(**{name: row[name] for name in names}, offline=not working, kind_name=_kind("camera"))
    why = Code("nearby.why", "sees") if row["sees"] and working else None
    return _row("camera", row["id"], row["name"], row, detail, why)


def _incidents(query: _Query) -> tuple[list[NearRow], dict[str, int]]:
    case = query.case
    found = query.transaction.execute(
        SQL["cases_around"],
        query.circle.box()
        | {
            "area_id": case.area_id,
            "case_no": case.case_no,
            "type_code": case.type_code,
            "same_place_m": SAME_PLACE_M,
            "since": query.at - LOOK_BACK,
            "limit": LIMIT,
        }
        | readable_cases(query.scope),
    ).fetchall()
    names = ("total", "same_place", "same_kind")
    counts = {name: int(found[0][name]) if found else 0 for name in names}
    return [_incident(row) for row in found], counts


def _incident(row: Row) -> NearRow:
    names = ("type_code", "state", "priority", "reported_at")
    state_name = Code("lifecycle.state", row["state"])
    detail = CaseDetail(**{name: row[name] for name in names}, open=row["is_open"], state_name=state_name)
    values = {"case_no": row["case_no"], "type": Code("types", row["type_code"])}
    return _row("incident", row["case_no"], Code("nearby.name", "incident", values), row, detail)


def _notes(query: _Query, counts: dict[str, int], cameras: list[Row], case_counts: dict[str, int]) -> list[NearRow]:
    seeing = [row for row in cameras if row["sees"]]
    working = sum(row["state"] == "ok" for row in seeing)
    remarks: list[tuple[str, dict[str, Value]]] = []
    if query.case.address_text:
        remarks.append(("address", {"address": query.case.address_text}))
    remarks.append(("residents", {"count": counts["people"], "floating": counts["floating"]}))
    if counts["key_people"]:
        remarks.append(("key_people", {"count": counts["key_people"]}))
    if query.use.vulnerable and counts["vulnerable"]:
        remarks.append(("vulnerable", {"count": counts["vulnerable"], "old": OLD_FROM, "child": CHILD_BELOW}))
    if case_counts["same_place"]:
        same = {"count": case_counts["same_place"], "same_kind": case_counts["same_kind"]}
        remarks.append(("same_place", {**same, "days": LOOK_BACK.days}))
    remarks.append(("cameras" if working else "no_camera", {"count": working, "offline": len(seeing) - working}))
    return [
        NearRow(kind, kind, Code("nearby.note", kind, values), None, None, None, values) for kind, values in remarks
    ]
