"""Key places, merchants and stations, each in a building that stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from towns.demo.addresses import AddressBook
from towns.demo.blocks import Block
from towns.demo.buildings import Building
from towns.demo.divisions import Divisions
from towns.demo.names_of_people import given_names, surnames
from towns.demo.people import TODAY

_SITE_PLACES: dict[str, tuple[str, str]] = {
    "government": ("station", "command_centre"), "police": ("station", "police"), "clinic": ("station", "clinic"),
    "fire_station": ("station", "fire_station"), "school": ("key_place", "school"),
    "kindergarten": ("key_place", "kindergarten"),
    "market": ("key_place", "market"), "mall": ("key_place", "mall"), "culture": ("key_place", "culture"),
    "dormitory": ("key_place", "dormitory"), "utility": ("station", "utility"),
}  # fmt: skip
"""What a block kept for one purpose is as a place: layer and kind."""
_CHECK_DAYS = {"school": 30, "kindergarten": 30, "market": 15, "mall": 30, "dormitory": 15, "factory": 90, "hotel": 30,
               "internet_cafe": 15, "gas_station": 15, "temple": 60, "chemical": 15, "restaurant_big": 60}  # fmt: skip
_MERCHANTS = (
    ("supermarket", "便利店", 14), ("restaurant", "饭店", 16), ("noodle", "面馆", 8), ("breakfast", "早餐店", 7),
    ("fruit", "水果店", 6), ("pharmacy", "药房", 4), ("barber", "理发店", 6), ("clothes", "服饰店", 6),
    ("hardware", "五金店", 6),
    ("repair", "电动车行", 5), ("phone_shop", "手机店", 4), ("bakery", "糕点铺", 4), ("tea", "茶饮店", 4),
    ("laundry", "洗衣店", 2),
    ("stationery", "文具店", 2), ("express", "快递驿站", 4), ("hotel", "旅馆", 2), ("internet_cafe", "网吧", 1),
)  # fmt: skip
"""Kind, what it is called, weight."""
_FIRST = "福兴顺裕丰泰隆盛和祥瑞康乐美嘉鑫宏达源茂聚永春江南新"
_WORKS = (
    "精密机械",
    "电子科技",
    "新材料",
    "包装",
    "紧固件",
    "食品",
    "纺织",
    "家居",
    "汽车零部件",
    "塑业",
    "光电",
    "物流",
)


@dataclass(frozen=True)
class Place:
    """One row of the table ``place``; ``at`` is in metres."""

    layer: str
    kind: str
    name: str
    address_text: str
    in_charge: str
    check_every_days: int | None
    last_checked_on: date | None
    grid_code: str
    at: tuple[float, float]


class _Register:
    """Collects places, each with somebody in charge and a last check."""

    def __init__(self, random: np.random.Generator, book: AddressBook, buildings: list[Building]) -> None:
        self.random = random
        self._book = book
        self._buildings = buildings
        self.places: list[Place] = []

    def add(self, layer: str, kind: str, name: str, building: int) -> None:
        """A place in the building of that number."""
        address = self._book.addresses[self._book.of_building[building] - 1]
        days = _CHECK_DAYS.get(kind) if layer == "key_place" else None
        last = TODAY - timedelta(days=int(self.random.uniform(0, 1.2) * days)) if days else None
        person = surnames(self.random, 1)[0] + given_names(self.random, [int(self.random.integers(1, 3))])[0]
        self.places.append(
            Place(layer, kind, name, address.full_text, person, days, last, address.grid_code, address.at)
        )

    def firm_name(self) -> str:
        """Two lucky letters, as firms are named."""
        return "".join(_FIRST[int(i)] for i in self.random.choice(len(_FIRST), 2, replace=False))


def make_places(
    random: np.random.Generator, blocks: list[Block], buildings: list[Building], book: AddressBook, divisions: Divisions
) -> list[Place]:
    """Every place of the town."""
    register = _Register(random, book, buildings)
    _sites(register, blocks, buildings)
    for number, building in enumerate(buildings):
        if building.place.endswith("便民服务中心"):
            register.add("station", "service_centre", building.place, number)
        elif building.kind == "shop" and building.use == "business":
            _merchant(register, number)
        elif building.use == "industry" and random.random() < 0.8:
            works = _WORKS[int(random.integers(len(_WORKS)))]
            kind = "chemical" if works == "新材料" and random.random() < 0.3 else "factory"
            register.add("key_place", kind, f"嘉善{register.firm_name()}{works}有限公司", number)
    _village_places(register, buildings, divisions)
    return register.places


def _sites(register: _Register, blocks: list[Block], buildings: list[Building]) -> None:
    first: dict[str, int] = {}
    for number, building in enumerate(buildings):
        first.setdefault(building.place, number)
    for block in blocks:
        if block.use in _SITE_PLACES and block.name in first:
            layer, kind = _SITE_PLACES[block.use]
            register.add(layer, kind, block.name, first[block.name])


def _merchant(register: _Register, number: int) -> None:
    weights = np.array([weight for _, _, weight in _MERCHANTS], dtype=float)
    kind, called, _ = _MERCHANTS[int(register.random.choice(len(_MERCHANTS), p=weights / weights.sum()))]
    layer = "key_place" if kind in ("hotel", "internet_cafe") else "merchant"
    register.add(layer, kind, f"{register.firm_name()}{called}", number)


def _village_places(register: _Register, buildings: list[Building], divisions: Divisions) -> None:
    """In each village a few shops in houses, here and there a temple, a workshop, a home for the old."""
    codes = divisions.codes_at(np.array([b.shape.centroid.coords[0] for b in buildings]), "village")
    houses: dict[str, list[int]] = {}
    for number, (building, code) in enumerate(zip(buildings, codes, strict=True)):
        if building.kind == "house":
            houses.setdefault(code, []).append(number)
    for row in divisions.level("village"):
        chosen = register.random.permutation(houses.get(row.code, []))[:14].tolist()
        short = row.name.removesuffix("村").removesuffix("社区")
        for number in chosen[:9]:
            _merchant(register, number)
        extra = (("workshop", f"{short}{register.firm_name()}加工坊"), ("temple", f"{short}庵"),
        ("elderly_home", f"{short}居家养老服务照料中心"),
                 ("clinic", f"{short}卫生服务站"), ("chess_room", f"{short}棋牌室"))  # fmt: skip
        for number, (kind, name) in zip(chosen[9:], extra, strict=False):
            register.add("station" if kind == "clinic" else "key_place", kind, name, number)
