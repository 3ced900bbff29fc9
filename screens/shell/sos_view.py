"""What wall and console show of a call for help: records in, view models and map features out. No Dash in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.sos import Shown
from layers.feature import SosFeature
from mapdata.tracks import segments
from words.catalogue import text
from words.units import time_of_day


@dataclass(frozen=True)
class SosRow:
    """One call: who, how to call him (empty: not shown), where in words, since when; who has seen it, and the point."""

    sos: str
    name: str
    phone: str
    place: str
    since: str
    seen: str
    lon: float | None
    lat: float | None


def sos_rows(calls: Sequence[Shown], town: str, language: str, *, with_phone: bool) -> list[SosRow]:
    """The rows of the banner, the oldest call first."""
    return [_row(each, town, language, with_phone=with_phone) for each in calls]


def _row(shown: Shown, town: str, language: str, *, with_phone: bool) -> SosRow:
    call = shown.call
    return SosRow(
        sos=str(call.sos_id),
        name=call.name,
        phone=call.phone if with_phone else "",
        place=place_words(shown, town, language),
        since=call.pressed_at.isoformat(),
        seen=seen_words(shown, language),
        lon=call.lon,
        lat=call.lat,
    )


def place_words(shown: Shown, town: str, language: str) -> str:
    """Grid and nearest address, the town's own name left out of it; that it is not known where nothing is."""
    place = shown.place
    if place is None:
        return text("sos.outside" if shown.call.lon is not None else "sos.nowhere", language)
    address = place.address_text.rpartition(town)[2] if town else place.address_text
    village, grid = place.village_name or "", place.grid_name or ""
    whole_grid = grid if grid.startswith(village) else f"{village}{grid}"
    return " · ".join(part for part in (whole_grid, address) if part) or text("sos.outside", language)


def seen_words(shown: Shown, language: str) -> str:
    """Which role of the centre has acknowledged the call, and when; empty before."""
    seen = shown.call.acknowledged
    if seen is None:
        return ""
    role = text(f"lifecycle.role.{seen.role}", language)
    return text("sos.seen", language, role=role, at=time_of_day(seen.at)[:5])


def sos_features(calls: Sequence[Shown], language: str) -> list[SosFeature]:
    """The calls whose place is known, as marks with the last minutes of the way."""
    return [
        SosFeature(
            key=str(each.call.sos_id),
            lon=each.call.lon,
            lat=each.call.lat,
            label=text("sos.label", language, name=each.call.name),
            is_acknowledged=each.call.acknowledged is not None,
            pieces=_pieces(each),
        )
        for each in calls
        if each.call.lon is not None and each.call.lat is not None
    ]


def _pieces(shown: Shown) -> tuple[tuple[tuple[float, float], ...], ...]:
    way = shown.way
    if way is None or not len(way):
        return ()
    return tuple(
        tuple((float(lon), float(lat)) for lon, lat in zip(way.lon[piece], way.lat[piece], strict=True))
        for piece in segments(way)
    )
