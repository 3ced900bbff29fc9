"""From tagged shapes to places and things: schools, clinics, shops, hydrants, cameras."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from towns.osm.extract import Element
from towns.osm.tags import Site, Tags, View, camera_view, classify_site, local_name, thing_kind

_CHECK_DAYS = {"school": 30, "kindergarten": 30, "hospital": 30, "gas_station": 15, "hotel": 30, "ktv": 15}
_OTHER_CHECK_DAYS = 90


class Place(NamedTuple):
    """A key place, merchant or station, at a point in WGS-84 degrees."""

    site: Site
    name: str
    address: str
    phone: str
    check_every_days: int | None
    point: BaseGeometry


class Thing(NamedTuple):
    """A thing of the street, with OSM's id as its code."""

    kind: str
    code: str
    name: str
    point: BaseGeometry


class Camera(NamedTuple):
    """A camera and what it sees."""

    name: str
    view: View
    point: BaseGeometry


class Sites(NamedTuple):
    """Everything that can be listed beside an incident."""

    places: list[Place]
    things: list[Thing]
    cameras: list[Camera]


def find_sites(elements: Iterable[Element]) -> Sites:
    """Find the places, things and cameras; an area counts at a point inside it."""
    sites = Sites([], [], [])
    for element in elements:
        if element.shape.geom_type == "LineString" or element.shape.is_empty:
            continue
        site = classify_site(element.tags)
        kind = thing_kind(element.tags)
        view = camera_view(element.tags)
        if site or kind or view:
            point = element.shape if isinstance(element.shape, Point) else element.shape.representative_point()
        if site:
            sites.places.append(_place(site, element.tags, point))
        if kind:
            sites.things.append(Thing(kind, element.osm_id, local_name(element.tags), point))
        if view:
            sites.cameras.append(Camera(local_name(element.tags), view, point))
    return sites


def _place(site: Site, tags: Tags, point: BaseGeometry) -> Place:
    check_days = _CHECK_DAYS.get(site.kind, _OTHER_CHECK_DAYS) if site.layer == "key_place" else None
    phone = tags.get("phone") or tags.get("contact:phone") or ""
    return Place(site, local_name(tags), _address(tags), phone, check_days, point)


def _address(tags: Tags) -> str:
    if full := tags.get("addr:full"):
        return full
    street, number = tags.get("addr:street", ""), tags.get("addr:housenumber", "")
    # 和平路12号, but Hauptstraße 12
    gap = "" if any("\u4e00" <= letter <= "\u9fff" for letter in street) else " "
    return gap.join(part for part in (street, number) if part)
