"""Who and what is around a case, as records of codes and values; ``words/`` and whoever shows them make sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from base.values import Code, Value
from mapdata.resources import Circle


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """A resident, masked: how registered, age in years, phone, address."""

    residence: Code
    age: int
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class KeyPersonDetail(PersonDetail):
    """A key person, and how much attention is paid."""

    attention: Code


@dataclass(frozen=True, slots=True)
class PlaceDetail:
    """A place: of which layer, its address, who is in charge."""

    layer: str
    address: str | None
    in_charge: str
    phone: str
    kind_name: Code


@dataclass(frozen=True, slots=True)
class RentalDetail:
    """A rental house: its grade, what is dangerous, tenants, storeys."""

    layer: str
    grade: Code
    hazard: str
    tenants: int
    storeys: int
    kind_name: Code


@dataclass(frozen=True, slots=True)
class ThingDetail:
    """A thing: its code and whether it works."""

    code: str
    state: str
    kind_name: Code


@dataclass(frozen=True, slots=True)
class CameraDetail:
    """A camera: its sector (degrees from north, clockwise; metres), whether the case's place lies in it, its number."""

    heading_deg: float
    fov_deg: float
    range_m: float
    state: str
    gb28181_id: str | None
    stream_url: str | None
    sees: bool
    offline: bool
    kind_name: Code


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """Another case; ``open`` while it has not ended."""

    type_code: str
    state: str
    priority: str
    reported_at: datetime
    open: bool
    state_name: Code


Detail = PersonDetail | PlaceDetail | RentalDetail | ThingDetail | CameraDetail | CaseDetail | Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class NearRow:
    """Somebody or something around: where (EPSG:4326), how far, and why it is wanted first where it is.

    Of a remark the values of its sentence are the detail; it has no place.
    """

    kind: str
    id: str
    name: str | Code
    distance_m: float | None
    lon: float | None
    lat: float | None
    detail: Detail
    why: Code | None = None

    @property
    def sees(self) -> bool | None:
        """Of a camera, whether the case's place lies in its sector."""
        return self.detail.sees if isinstance(self.detail, CameraDetail) else None

    @property
    def offline(self) -> bool | None:
        """Of a camera, whether it is out of order."""
        return self.detail.offline if isinstance(self.detail, CameraDetail) else None


@dataclass(frozen=True, slots=True)
class Nearby:
    """What is around a case, group by group, cut to a readable length, and the whole count of each group."""

    case_no: str
    circle: Circle
    people: tuple[NearRow, ...]
    places: tuple[NearRow, ...]
    things: tuple[NearRow, ...]
    incidents: tuple[NearRow, ...]
    notes: tuple[NearRow, ...]
    counts: Mapping[str, int]

    @property
    def lon(self) -> float:
        """Longitude of the case in degrees (EPSG:4326)."""
        return self.circle.lon

    @property
    def lat(self) -> float:
        """Latitude of the case in degrees (EPSG:4326)."""
        return self.circle.lat

    @property
    def radius_m(self) -> float:
        """How far was looked, in metres."""
        return self.circle.radius_m
