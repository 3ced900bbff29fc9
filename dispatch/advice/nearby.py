"""What is around a case: 人 people, 地 places, 物 things, 事 other cases, 情 what one should know.

Each group is ranked by use for this type of event, then by distance, and cut to a readable length with its whole count.
Person data is masked; key people are counted, and named (masked) only to those granted it who give a reason. Every look
is in the audit.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from base.clock import TOWN_ZONE, rfc3339
from base.database import Row, Transaction
from base.errors import Forbidden, InvalidInput
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.grants import may
from dispatch.access.masking import mask_name, mask_phone, without_numbers
from dispatch.access.scope import Scope, readable_cases
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


Why = tuple[str, dict[str, object]]
"""Why a row is wanted first: a code, and the values its sentence needs."""
_USEFUL: Why = ("useful", {})


@dataclass(frozen=True)
class Use:
    """What is wanted first for a type of event: kinds of places and things, and whether the weak come first."""

    first: tuple[str, ...] = ()
    vulnerable: bool = False


@dataclass(frozen=True)
class Nearby:
    """What is around a case, each group as rows of codes and values, and the whole count of each group.

    A row that is wanted first has a ``why``: a code and its values. ``words.nearby`` puts all of it into a language.
    """

    case_no: str
    circle: Circle
    groups: dict[str, list[dict[str, Any]]]
    counts: dict[str, int]

    def as_record(self) -> dict[str, Any]:
        """All of it as JSON of codes and values."""
        where = {"lon": self.circle.lon, "lat": self.circle.lat, "radius_m": self.circle.radius_m}
        return {"case_no": self.case_no, **where, **self.groups, "counts": self.counts}


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
        raise Forbidden("not_granted", field="reason", role=scope.role, action="person.unmask")
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
    groups = {"people": people, "places": places, "things": things, "incidents": incidents, "notes": notes}
    return Nearby(query.case.case_no, query.circle, groups, counts)


def _row(
    kind: str, key: object, name: str | None, found: Row, detail: dict[str, Any], why: Why | None = None
) -> dict[str, Any]:
    row = {
        "kind": kind,
        "id": str(key),
        "name": name,
        "distance_m": round(float(found["distance_m"]), 1),
        "lon": found["lon"],
        "lat": found["lat"],
        "detail": detail,
    }
    return row | ({"why": {"code": why[0], "values": why[1]}} if why else {})


def _people(query: _Query) -> tuple[list[dict[str, Any]], dict[str, int]]:
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


def _person(query: _Query, row: Row) -> dict[str, Any]:
    detail = {
        "residence": row["residence"],
        "age": row["age"],
        "phone": mask_phone(row["phone"]),
        "address": row["building_text"],
    }
    kind, why = "resident", None
    if query.use.vulnerable and row["is_vulnerable"]:
        why = "old" if row["age"] >= OLD_FROM else "child", {"age": row["age"]}
    if query.show_key and row["key_kind"] is not None:
        kind, why = "key_person", ("key_kind", {"key_kind": row["key_kind"]})
        detail["attention"] = row["key_attention"]
    return _row(kind, row["person_id"], mask_name(row["name"]), row, detail, why)


def _places(query: _Query) -> tuple[list[dict[str, Any]], int]:
    area_id, whole = query.case.area_id, may(query.scope, "person.unmask")
    found = places_around(query.transaction, area_id, query.circle, query.use.first, LIMIT)
    rows = []
    for row in found:
        detail = {
            "layer": row["layer"],
            "address": row["address_text"],
            "in_charge": row["in_charge"] if whole else mask_name(row["in_charge"]),
            "phone": row["phone"] if whole else mask_phone(row["phone"]),
        }
        why = _USEFUL if row["kind"] in query.use.first else None
        rows.append(_row(row["kind"], row["id"], row["name"], row, detail, why))
    rentals = rentals_around(query.transaction, area_id, query.circle, LIMIT)
    rows += [_rental(query, row) for row in rentals]
    rows.sort(key=lambda row: ("why" not in row, row["distance_m"]))
    total = (found[0]["total"] if found else 0) + (rentals[0]["total"] if rentals else 0)
    return rows[:LIMIT], int(total)


def _rental(query: _Query, row: Row) -> dict[str, Any]:
    detail = {
        "layer": "rental_house",
        "grade": row["grade"],
        "hazard": without_numbers(row["hazard"]),
        "tenants": row["tenants"],
        "storeys": row["storeys"],
    }
    risky = query.use.vulnerable and row["grade"] == "red"
    return _row("rental_house", row["id"], row["address_text"], row, detail, ("rental", {}) if risky else None)


def _things(query: _Query) -> tuple[list[dict[str, Any]], int, list[Row]]:
    area_id, first = query.case.area_id, query.use.first
    found = things_around(query.transaction, area_id, query.circle, first, LIMIT)
    cameras = cameras_around(query.transaction, area_id, query.circle)
    rows = []
    for row in found:
        detail = {"code": row["code"], "state": row["state"]}
        useful = row["kind"] in first and row["state"] == "ok"
        rows.append(_row(row["kind"], row["id"], row["name"] or None, row, detail, _USEFUL if useful else None))
    rows += [_camera(row) for row in cameras]
    rows.sort(key=lambda row: ("why" not in row, row["distance_m"]))
    total = (int(found[0]["total"]) if found else 0) + len(cameras)
    return rows[:LIMIT], total, cameras


def _camera(row: Row) -> dict[str, Any]:
    working = row["state"] == "ok"
    names = ("heading_deg", "fov_deg", "range_m", "state", "gb28181_id", "stream_url", "sees")
    detail = {name: row[name] for name in names}
    detail["offline"] = not working
    made = _row("camera", row["id"], row["name"], row, detail, ("sees", {}) if row["sees"] and working else None)
    return made | {"sees": row["sees"], "offline": not working}


def _incidents(query: _Query) -> tuple[list[dict[str, Any]], dict[str, int]]:
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


def _incident(row: Row) -> dict[str, Any]:
    detail = {
        "type_code": row["type_code"],
        "state": row["state"],
        "priority": row["priority"],
        "reported_at": rfc3339(row["reported_at"]),
        "open": row["is_open"],
    }
    return _row("incident", row["case_no"], None, row, detail)


def _notes(
    query: _Query, counts: dict[str, int], cameras: list[Row], case_counts: dict[str, int]
) -> list[dict[str, Any]]:
    seeing = [row for row in cameras if row["sees"]]
    working = sum(row["state"] == "ok" for row in seeing)
    remarks: list[tuple[str, dict[str, object]]] = []
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
    where = {"distance_m": None, "lon": None, "lat": None}
    return [{"kind": kind, "id": kind, "name": None, **where, "detail": words} for kind, words in remarks]
