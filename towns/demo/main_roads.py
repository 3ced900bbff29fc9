"""The named main roads and the motorway, by their way points."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import LineString

from towns.demo.curves import curve, curve_line
from towns.demo.plane import metres


@dataclass(frozen=True)
class RoadLine:
    """A road as it is laid out: name, OSM highway value, middle line in metres."""

    name: str
    kind: str
    line: LineString


MAIN_ROADS: tuple[tuple[str, str, list[tuple[float, float]]], ...] = (
    ("平黎公路", "primary", [(120.9510, 30.8780), (120.9520, 30.8895), (120.9527, 30.9000), (120.9530, 30.9130),
     (120.9526, 30.9270), (120.9538, 30.9420), (120.9533, 30.9540), (120.9548, 30.9660), (120.9524, 30.9770),
     (120.9497, 30.9835), (120.9445, 30.9915), (120.9385, 30.9985), (120.9362, 31.0060), (120.9345, 31.0185)]),
    ("清凉大道", "secondary", [(120.9190, 30.9140), (120.9340, 30.9133), (120.9440, 30.9128), (120.9550, 30.9124),
     (120.9640, 30.9119), (120.9720, 30.9113), (120.9850, 30.9106), (121.0050, 30.9100)]),
    ("丁枫公路", "secondary", [(120.9150, 30.9850), (120.9300, 30.9868), (120.9450, 30.9862), (120.9550, 30.9880),
     (120.9700, 30.9893), (120.9850, 30.9880), (121.0080, 30.9866)]),
    ("善江公路", "secondary", [(120.9200, 30.9498), (120.9420, 30.9487), (120.9535, 30.9478), (120.9660, 30.9490),
     (120.9740, 30.9487), (120.9850, 30.9479), (121.0080, 30.9486)]),
    ("姚俞公路", "secondary", [(120.9720, 30.9113), (120.9716, 30.9200), (120.9726, 30.9300), (120.9718, 30.9400),
     (120.9728, 30.9510), (120.9708, 30.9620), (120.9724, 30.9750), (120.9713, 30.9892), (120.9700, 31.0010),
     (120.9660, 31.0100)]),
    ("展丰路", "tertiary", [(120.9527, 30.9346), (120.9640, 30.9337), (120.9724, 30.9345), (120.9860, 30.9332),
     (120.9970, 30.9327)]),
    ("界泾港路", "tertiary", [(120.9420, 30.9690), (120.9545, 30.9679), (120.9710, 30.9689), (120.9800, 30.9678),
     (120.9900, 30.9690)]),
    ("沉香路", "tertiary", [(120.9385, 30.9985), (120.9470, 31.0030), (120.9580, 31.0042), (120.9700, 31.0010),
     (120.9810, 31.0022), (120.9880, 31.0012)]),
    ("展幸路", "tertiary", [(120.9340, 30.8990), (120.9435, 30.9012), (120.9527, 30.9000), (120.9640, 30.8982),
     (120.9765, 30.8996), (120.9880, 30.8985)]),
    ("武长路", "tertiary", [(120.9772, 30.8850), (120.9785, 30.8990), (120.9803, 30.9077)]),
    ("金星路", "tertiary", [(120.9714, 30.9870), (120.9800, 30.9915), (120.9845, 30.9990), (120.9838, 31.0080)]),
    ("横港路", "tertiary", [(120.9355, 30.9290), (120.9430, 30.9345), (120.9480, 30.9440), (120.9455, 30.9600),
     (120.9460, 30.9690)]),
    ("姚庄西路", "tertiary", [(120.9342, 30.9160), (120.9390, 30.9167), (120.9452, 30.9166)]),
)  # fmt: skip
"""Named main roads: name, OSM highway value, way points (EPSG:4326)."""

MOTORWAY = [(120.9080, 30.9262), (120.9335, 30.9268), (120.9550, 30.9277), (120.9750, 30.9264), (120.9955, 30.9250),
            (121.0120, 30.9240)]  # fmt: skip
RAMPS = (
    [(120.9610, 30.92745), (120.9645, 30.9268), (120.9678, 30.9250), (120.9695, 30.9239)],
    [(120.9790, 30.92610), (120.9755, 30.9257), (120.9722, 30.9252), (120.9702, 30.9246), (120.9695, 30.9239)],
    [(120.9695, 30.9239), (120.97175, 30.9226)],
)
"""Ways from the motorway to the toll gate at 南鹿 and on to 姚俞公路; the ends lie on the lines they join."""


def main_lines() -> list[RoadLine]:
    """The named main roads."""
    return [RoadLine(name, kind, curve_line(metres(points), 50)) for name, kind, points in MAIN_ROADS]


def motorway_lines() -> list[RoadLine]:
    """The motorway and its ramps; they meet only each other and, at the last ramp's end, an ordinary road."""
    motorway = LineString(curve(metres(MOTORWAY), 80))
    ramps = [LineString(curve(metres(points), 30)) for points in RAMPS]
    joined = [
        LineString([motorway.interpolate(motorway.project(shapely.Point(ramp.coords[0]))), *ramp.coords[1:]])
        for ramp in ramps[:2]
    ]
    lines = [RoadLine("申嘉湖高速", "motorway", motorway)]
    return lines + [RoadLine("姚庄互通", "motorway_link", ramp) for ramp in [*joined, ramps[2]]]
