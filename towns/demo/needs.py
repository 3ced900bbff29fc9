"""The district's 129 units, and what some of them need and offer: invented, as everything of the town but its names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from base.clock import TOWN_ZONE
from towns.demo.divisions import Divisions
from towns.demo.names_of_people import telephone
from towns.demo.people import TODAY
from towns.demo.places import Place
from towns.demo.units import AREA_ID
from towns.departments import DEPARTMENTS

COUNT = 129
"""As many as the pilot this is modelled on lists. Source: docs/domain.md, "Need lists"."""
_KINDS = {
    "school": "school", "kindergarten": "school", "clinic": "medical", "market": "shop", "mall": "shop",
    "culture": "social", "factory": "enterprise", "chemical": "enterprise", "gas_station": "enterprise",
    "dormitory": "enterprise", "hotel": "shop", "restaurant_big": "shop",
    "pharmacy": "medical", "supermarket": "shop",
}  # fmt: skip
"""What a place is as a unit; others are none."""
_NAMES = UUID("7d0ff2b8-6f0e-4f2b-9b3c-5a3b0f6f4a10")
_FIRST_PHONE = 9_700_000


@dataclass(frozen=True)
class DemoUnit:
    """One row of the table ``district_unit``; ``at`` is in metres."""

    code: str
    name: str
    kind: str
    village_code: str | None
    department_code: str | None
    contact: str
    at: tuple[float, float]


_ENTRIES = (
    (
        "school",
        0,
        "need",
        "暑期托管缺活动场地",
        "每天约60名学生,需要室内场地两间,7月上旬起。",
        ("community", 0, "agreed"),
    ),
    ("school", 1, "need", "校门口早高峰疏导", "每天7:20至8:00,门前车多,缺人疏导。", ("public:JJ", 0, "offered")),
    ("community", 3, "need", "独居老人用电线路老化", "共9户,需要电工上门检查。", ("public:GD", 0, "done")),
    ("community", 4, "need", "楼道堆物清理缺车辆", "", None),
    ("enterprise", 0, "need", "新员工居住登记", "本月新招40人,请上门办理。", ("public:XJ", 0, "offered")),
    ("medical", 0, "resource", "每月一次下村义诊", "内科、血压血糖检测,可去任一村社。", ("community", 8, "offered")),
    ("enterprise", 1, "resource", "厂区礼堂周末可借用", "可坐200人,有投影。", ("community", 9, "agreed")),
    ("social", 0, "resource", "志愿者书法课", "老师2名,周三下午。", None),
    ("public:YJ", 0, "resource", "消防体验车", "需提前一周预约。", ("school", 2, "offered")),
    ("public:ZF", 0, "project", "沿街店招整治", "今年下半年覆盖三条街,请沿线单位参加。", ("shop", 0, "offered")),
    ("community", 5, "project", "老小区加装充电桩", "选址已公示,缺施工场地协调。", ("public:GD", 0, "agreed")),
    ("shop", 1, "wish", "希望有一处外卖员歇脚点", "", ("community", 0, "offered")),
    ("school", 3, "wish", "想请民警上一堂法治课", "五年级两个班。", ("public:PC", 0, "done")),
    ("community", 10, "wish", "村民想看一场露天电影", "", None),
)
"""Whose: kind (of a department its code) and which of it; list, title, words; who claims it, and how it stands."""


def demo_units(divisions: Divisions, places: list[Place], seats: dict[str, tuple[float, float]]) -> list[DemoUnit]:
    """Every community and village, every department at its seat (metres), and places up to the number."""
    villages = [row for row in divisions.rows if row.level == "village"]
    units = [
        DemoUnit(f"C{row.code[9:]}", row.name, "community", row.code, None, "", (row.label.x, row.label.y))
        for row in sorted(villages, key=lambda row: row.code)
    ]
    units += [
        DemoUnit(one.code, f"姚庄镇{one.name}", "public", None, one.code, "", seats[one.code]) for one in DEPARTMENTS
    ]
    chosen = _some_of_every_kind([one for one in places if one.kind in _KINDS], COUNT - len(units))
    units += [
        DemoUnit(f"U{n:03}", one.name, _KINDS[one.kind], one.grid_code[:12], None, one.in_charge, one.at)
        for n, one in enumerate(chosen, start=1)
    ]
    return units


def _some_of_every_kind(places: list[Place], count: int) -> list[Place]:
    """So many of the places: the first of every kind, the second of every kind, and so on."""
    seen: Counter[str] = Counter()
    turns = []
    for one in places:
        turns.append((seen[one.kind], list(_KINDS).index(one.kind), one))
        seen[one.kind] += 1
    return [one for *_, one in sorted(turns, key=lambda turn: turn[:2])[:count]]


def unit_rows(units: list[DemoUnit], shapes: list[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of ``district_unit``."""
    for n, (one, shape) in enumerate(zip(units, shapes, strict=True)):
        phone = telephone(_FIRST_PHONE + n)
        yield AREA_ID, one.code, one.name, one.kind, one.village_code, one.department_code, one.contact, phone, shape


def need_rows(units: list[DemoUnit]) -> Iterator[tuple[Any, ...]]:
    """Rows of ``need``."""
    for n, (kind, place, in_list, title, told, _claim) in enumerate(_ENTRIES):
        unit = _of_kind(units, kind, place)
        yield AREA_ID, uuid5(_NAMES, f"need {n}"), unit.code, in_list, title, told, "demo", _moment(n)


def claim_rows(units: list[DemoUnit]) -> Iterator[tuple[Any, ...]]:
    """Rows of ``need_claim``."""
    for n, (*_entry, claim) in enumerate(_ENTRIES):
        if claim is not None:
            kind, place, state = claim
            unit, at = _of_kind(units, kind, place), _moment(n) + timedelta(hours=5)
            answered = (None, None) if state == "offered" else ("demo", at + timedelta(hours=20))
            yield (
                AREA_ID,
                uuid5(_NAMES, f"claim {n}"),
                uuid5(_NAMES, f"need {n}"),
                unit.code,
                "demo",
                at,
                state,
                *answered,
            )


def _of_kind(units: list[DemoUnit], kind: str, place: int) -> DemoUnit:
    kind, _, department = kind.partition(":")
    found = [one for one in units if one.kind == kind and department in ("", one.department_code)]
    return found[place % len(found)]


def _moment(n: int) -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=TOWN_ZONE) - timedelta(days=20 - n, minutes=7 * n)
