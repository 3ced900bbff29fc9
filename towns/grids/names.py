"""Names for divisions that are cut by machine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

_UNINHABITED_STREET = re.compile("隧道|地道|高架|立交|匝道|快速|[A-Z] ?[0-9]")
"""Streets nobody lives on: tunnels, viaducts, ramps, numbered trunk roads."""
_DIGITS = "零一二三四五六七八九"


class VillageNames:
    """Names for villages: the greatest place inside that gave none yet, else the longest street inside."""

    def __init__(
        self, places: Sequence[dict[str, Any]], lines: Sequence[BaseGeometry], street_names: Sequence[str]
    ) -> None:
        self._places = places
        self._points = shapely.points([(place["x"], place["y"]) for place in places]) if places else []
        self._line_tree = shapely.STRtree(lines)
        self._lines = lines
        self._street_names = street_names
        self._times_given: dict[str, int] = defaultdict(int)

    def name_for(self, shape: BaseGeometry) -> str:
        """The name of a village of this shape (in the plane of places and lines), unlike those given before."""
        name = self._place_name(shape) or self._street_name(shape) or "片区"
        self._times_given[name] += 1
        return name if self._times_given[name] == 1 else f"{name}{chinese_number(self._times_given[name])}片"

    def _place_name(self, shape: BaseGeometry) -> str | None:
        inside = shapely.intersects(shape, self._points) if self._places else []
        names = [place["name"] for place, is_inside in zip(self._places, inside, strict=True) if is_inside]
        # a name given before is better than none: it gets a number
        return next((name for name in names if name not in self._times_given), names[0] if names else None)

    def _street_name(self, shape: BaseGeometry) -> str | None:
        lengths: dict[str, float] = defaultdict(float)
        for index in self._line_tree.query(shape, predicate="intersects"):
            name = self._street_names[index]
            if name and f"{name}片区" not in self._times_given and not _UNINHABITED_STREET.search(name):
                lengths[name] += shape.intersection(self._lines[index]).length
        return f"{max(lengths, key=lambda name: lengths[name])}片区" if lengths else None


def chinese_number(number: int) -> str:
    """A number from 1 to 99 in Chinese (一, 十, 十二, 三十); greater ones in digits."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
