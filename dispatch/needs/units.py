"""The units of the district (辖区单位): communities, departments, schools, firms; who speaks for each.

Source: docs/domain.md, "Need lists".
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from base.database import Transaction
from base.errors import Forbidden, InvalidInput
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.masking import mask_name, mask_phone
from dispatch.access.roles import DEPARTMENT_ROLES
from dispatch.access.scope import Scope
from dispatch.cases.intake import is_storable
from mapdata.areas import Area
from mapdata.location import locate

SQL = load_statements(Path(__file__).parent / "sql" / "units.sql")
UnitKind = Literal["community", "public", "school", "medical", "enterprise", "shop", "social"]
UNIT_KINDS: tuple[UnitKind, ...] = get_args(UnitKind)


@dataclass(frozen=True)
class Unit:
    """A unit: whom it is reached through, its village, the department it is or belongs to; degrees WGS-84."""

    unit_code: str
    name: str
    kind: str
    village_code: str | None
    village_name: str | None
    department_code: str | None
    contact_name: str
    contact_phone: str
    lon: float
    lat: float


@dataclass(frozen=True)
class NewUnit:
    """A unit as it is written; its village follows from its place (degrees WGS-84)."""

    unit_code: str
    name: str
    kind: str
    lon: float
    lat: float
    department_code: str | None = None
    contact_name: str = ""
    contact_phone: str = ""


def speaks_for(scope: Scope, unit: Unit) -> bool:
    """Whether somebody enters, claims and answers for a unit: the centre, its village's station, its department."""
    if scope.role == "shift_leader":
        return True
    if scope.role == "village_operator":
        return scope.village_code is not None and unit.village_code == scope.village_code
    return (
        scope.role in DEPARTMENT_ROLES
        and unit.department_code is not None
        and unit.department_code in scope.departments
    )


def list_units(transaction: Transaction, area_id: int, scope: Scope) -> dict[str, Unit]:
    """Every unit by its code; whom it is reached through is whole only for who speaks for it."""
    rows = transaction.execute(SQL["units"], {"area_id": area_id, "unit_code": None})
    return {row["unit_code"]: _shown(Unit(**row), scope) for row in rows}


def _shown(unit: Unit, scope: Scope) -> Unit:
    if speaks_for(scope, unit):
        return unit
    return replace(unit, contact_name=mask_name(unit.contact_name), contact_phone=mask_phone(unit.contact_phone))


def find_unit(transaction: Transaction, area_id: int, unit_code: str) -> Unit:
    """The unit of a code, whole.

    Raises
    ------
    InvalidInput
        when the town has none.
    """
    row = transaction.execute(SQL["units"], {"area_id": area_id, "unit_code": unit_code}).fetchone()
    if row is None:
        raise InvalidInput("no_such_unit", field="unit", given=unit_code)
    return Unit(**row)


def own_unit(transaction: Transaction, area_id: int, scope: Scope, unit_code: str, field: str = "unit") -> Unit:
    """As :func:`find_unit`, for who speaks for it.

    Raises
    ------
    InvalidInput
        when the town has none.
    Forbidden
        when somebody else speaks for it.
    """
    unit = find_unit(transaction, area_id, unit_code)
    if not speaks_for(scope, unit):
        raise Forbidden("unit_of_others", field=field, unit=unit.name)
    return unit


def write_unit(transaction: Transaction, area: Area, scope: Scope, new: NewUnit, at: datetime) -> Unit:
    """Put a unit in, or write it as it is now; the same twice is one.

    Raises
    ------
    InvalidInput
        naming what of it cannot be: the name, the kind, the department, a place outside the town.
    """
    _check(transaction, area.area_id, new)
    place = locate(transaction, area, new.lon, new.lat, "wgs84")
    if place.village_code is None:
        raise InvalidInput("unit_outside_town", field="lon", town=area.name)
    values = asdict(new) | {"area_id": area.area_id, "village_code": place.village_code}
    transaction.execute(SQL["write_unit"], values)
    audit.append(transaction, area.area_id, at, scope, "unit.write", new.unit_code)
    return find_unit(transaction, area.area_id, new.unit_code)


def _check(transaction: Transaction, area_id: int, new: NewUnit) -> None:
    if new.kind not in UNIT_KINDS:
        raise InvalidInput("unit_kind_unknown", field="kind", given=new.kind, allowed=UNIT_KINDS)
    if not new.name.strip():
        raise InvalidInput("unit_name_empty", field="name")
    for name in ("name", "contact_name", "contact_phone"):
        if not is_storable(getattr(new, name)):
            raise InvalidInput("text_not_storable", field=name)
    key = {"area_id": area_id, "department_code": new.department_code}
    if new.department_code is not None and transaction.execute(SQL["known_department"], key).fetchone() is None:
        raise InvalidInput("no_such_department", field="department", given=new.department_code)
