"""Standard addresses: building, stairway (单元), room; each with its full text, grid and micro-grid."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely

from mapdata.plane import Floats
from towns.demo.buildings import Building
from towns.demo.divisions import Divisions
from towns.demo.network import Network

COUNTY_TEXT = "浙江省嘉兴市嘉善县姚庄镇"
DORMITORY_ROOMS_PER_STOREY = 9


@dataclass(frozen=True)
class Address:
    """One row of the table ``address``; ``at`` is in metres."""

    address_id: int
    parent_id: int | None
    level: str
    name: str
    full_text: str
    grid_code: str
    micro_grid_code: str
    at: tuple[float, float]


@dataclass(frozen=True)
class Home:
    """A dwelling or premises: its address, grid, use, floor area, storeys, beds (dormitory rooms only)."""

    address_id: int
    grid_code: str
    use: str
    floor_area_m2: float
    storeys: int
    beds: int = 0


@dataclass
class AddressBook:
    """Every address, every home, and the address of each building (by its number)."""

    addresses: list[Address] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    of_building: list[int] = field(default_factory=list)

    def add(self, parent: Address | None, level: str, name: str, text: str, like: Address | None = None) -> Address:
        """Append an address under another, with its text after the other's."""
        above = parent or like
        assert above is not None
        address = Address(
            len(self.addresses) + 1,
            parent.address_id if parent else None,
            level,
            name,
            above.full_text + text,
            above.grid_code,
            above.micro_grid_code,
            above.at,
        )
        self.addresses.append(address)
        return address


def _streets(buildings: list[Building], network: Network) -> list[str]:
    """The named street nearest to each building."""
    named = [
        edge for edge in network.edges if edge.name.endswith(("路", "街", "弄", "大道", "公路")) and not edge.is_bridge
    ]
    middles = shapely.centroid(np.array([building.shape for building in buildings], dtype=object))
    nearest = shapely.STRtree([edge.line for edge in named]).nearest(middles)
    return [named[int(number)].name for number in nearest]


def _names(buildings: list[Building], network: Network) -> list[str]:
    """Place and number of each building, unique in the town: 何家浜12号, 锦绣花苑3幢, 宝群路88号."""
    counts: dict[str, int] = {}
    names = []
    for building, street in zip(buildings, _streets(buildings, network), strict=True):
        is_slab = building.kind == "apartments"
        place = building.place if building.place and building.use in ("dwelling", "dormitory") else street
        key = place + ("幢" if is_slab else "号")
        counts[key] = counts.get(key, 0) + 1
        names.append(f"{place}{counts[key]}{'幢' if is_slab else '号'}")
    return names


def make_addresses(
    random: np.random.Generator, buildings: list[Building], network: Network, divisions: Divisions
) -> AddressBook:
    """Addresses of every building, with stairways and rooms where there are any."""
    places: Floats = shapely.get_coordinates(shapely.centroid(np.array([b.shape for b in buildings], dtype=object)))
    micro = divisions.codes_at(places)
    grid_names = {row.code: row.name for row in divisions.level("grid")}
    areas = random.uniform(0.85, 1.15, len(buildings)).tolist()
    book = AddressBook()
    for building, name, code, at, share in zip(
        buildings, _names(buildings, network), micro, places.tolist(), areas, strict=True
    ):
        grid = code[:15]
        above = Address(0, None, "grid", "", COUNTY_TEXT + grid_names[grid], grid, code, (at[0], at[1]))
        address = book.add(None, "building", name, name, like=above)
        book.of_building.append(address.address_id)
        _fill(book, building, address, share)
    return book


def _fill(book: AddressBook, building: Building, address: Address, share: float) -> None:
    """The homes inside a building."""
    if building.use == "dormitory":
        for floor in range(1, building.storeys + 1):
            for door in range(1, DORMITORY_ROOMS_PER_STOREY + 1):
                room = book.add(address, "room", f"{floor}{door:02d}室", f"{floor}{door:02d}室")
                book.homes.append(Home(room.address_id, room.grid_code, "dormitory", 28.0, 1, 6))
        return
    if not building.stairways:
        area_m2 = round(building.shape.area * building.storeys, 1)
        book.homes.append(Home(address.address_id, address.grid_code, building.use, area_m2, building.storeys))
        return
    flat_m2 = round(building.shape.area / (2 * building.stairways) * share * 0.82, 1)
    for stairway in range(1, building.stairways + 1):
        unit = book.add(address, "unit", f"{stairway}单元", f"{stairway}单元")
        for floor in range(1, building.storeys + 1):
            for door in (1, 2):
                room = book.add(unit, "room", f"{floor}{door:02d}室", f"{floor}{door:02d}室")
                book.homes.append(Home(room.address_id, room.grid_code, "dwelling", flat_m2, 1))
