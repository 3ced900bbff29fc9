"""The town's communities and villages. Codes and names are real; areas, grids, households are figures of the demo."""

from __future__ import annotations

from dataclasses import dataclass

AREA_ID = 330421
TOWN_CODE = "330421111"
TOWN_NAME = "姚庄镇"


@dataclass(frozen=True)
class Unit:
    """A community or village: 12-digit code, aimed-at area (km2), middle (EPSG:4326), grids, households."""

    code: str
    name: str
    area_km2: float
    lon: float
    lat: float
    grids: int
    households: int

    @property
    def is_community(self) -> bool:
        """Whether it is a residents' committee. Source: docs/domain.md, "Division codes"."""
        return int(self.code[9:]) < 200

    @property
    def short_name(self) -> str:
        """The name without 村 or 社区."""
        return self.name.removesuffix("社区").removesuffix("村")


UNITS: tuple[Unit, ...] = (
    Unit("330421111001", "姚庄社区", 0.61, 120.9550, 30.9130, 3, 1300),
    Unit("330421111002", "丁栅社区", 0.70, 120.9450, 30.9880, 2, 800),
    Unit("330421111003", "俞汇社区", 0.60, 120.9740, 30.9510, 2, 700),
    Unit("330421111004", "桃源新邨社区", 0.64, 120.9613, 30.9155, 5, 2200),
    Unit("330421111005", "锦绣社区", 0.64, 120.9490, 30.9155, 4, 1700),
    Unit("330421111006", "学苑社区", 0.64, 120.9490, 30.9105, 3, 1300),
    Unit("330421111007", "新景社区", 0.64, 120.9613, 30.9105, 3, 1400),
    Unit("330421111200", "展丰村", 3.89, 120.9872, 30.9286, 2, 640),
    Unit("330421111201", "南鹿村", 4.43, 120.9687, 30.9300, 2, 650),
    Unit("330421111202", "姚庄村", 2.25, 120.9397, 30.9155, 2, 700),
    Unit("330421111203", "展幸村", 2.23, 120.9436, 30.9003, 2, 560),
    Unit("330421111204", "横港村", 4.37, 120.9462, 30.9315, 2, 600),
    Unit("330421111205", "北鹤村", 2.34, 120.9585, 30.8974, 2, 600),
    Unit("330421111206", "武长村", 3.21, 120.9765, 30.8966, 2, 550),
    Unit("330421111207", "清凉村", 4.22, 120.9798, 30.9118, 2, 650),
    Unit("330421111208", "中联村", 5.17, 120.9524, 30.9449, 2, 580),
    Unit("330421111209", "界泾港村", 3.29, 120.9527, 30.9664, 2, 560),
    Unit("330421111210", "金星村", 4.07, 120.9767, 30.9923, 2, 592),
    Unit("330421111211", "俞汇村", 4.64, 120.9841, 30.9497, 2, 620),
    Unit("330421111212", "银水庙村", 2.63, 120.9688, 30.9603, 1, 480),
    Unit("330421111213", "沉香村", 5.52, 120.9529, 31.0046, 2, 600),
    Unit("330421111214", "渔民村", 4.86, 120.9569, 30.9829, 1, 300),
    Unit("330421111215", "俞北村", 3.79, 120.9824, 30.9746, 2, 560),
    Unit("330421111216", "北港村", 4.67, 120.9743, 31.0035, 2, 540),
    Unit("330421111217", "丁栅村", 6.63, 120.9372, 30.9971, 2, 650),
)
"""Source: docs/domain.md, "Division codes"; codes and names are those of the 2023 statistics."""
