"""A made-up town in OpenStreetMap's form, written by pyosmium in whatever kind of file a test wants.

::

    row 4   o---o---o---o---o      five streets west to east (100 m x 0.01 deg apart), five lanes south to north
    row 3   o---o---o---o---o
    canal   ~~~~~~~~~~~~~~~~~      between rows 2 and 3; lanes 0 and 4 cross it on bridges, the others end at it
    row 2   o---o---o---o---o
    row 1   o---o---o---o---o
    row 0   o---o---o---o---o

Everything in it is invented; it holds no data of OpenStreetMap.
"""

from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

WEST, SOUTH, STEP = 120.950, 30.900, 0.002
SIZE = 5
STREETS = ("一号街", "二号街", "三号街", "四号街", "五号街")
LANES = ("东一弄", "东二弄", "东三弄", "东四弄", "东五弄")


class OsmTown:
    """Collects nodes, ways and relations; :meth:`write` writes them."""

    def __init__(self) -> None:
        self.nodes: dict[int, Node] = {}
        self.ways: list[Way] = []
        self.relations: list[Relation] = []
        self._next = 1000

    def node(self, lon: float, lat: float, number: int | None = None, **tags: str) -> int:
        number = number or self._take()
        self.nodes[number] = Node(id=number, location=(lon, lat), tags=_keys(tags), version=1)
        return number

    def way(self, nodes: list[int], **tags: str) -> int:
        number = self._take()
        self.ways.append(Way(id=number, nodes=nodes, tags=_keys(tags), version=1))
        return number

    def area(self, lon: float, lat: float, size: float, **tags: str) -> int:
        corners = [(lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size)]
        ring = [self.node(*corner) for corner in corners]
        return self.way([*ring, ring[0]], **tags)

    def relation(self, members: list[tuple[str, int, str]], **tags: str) -> None:
        self.relations.append(Relation(id=self._take(), members=members, tags=_keys(tags), version=1))

    def write(self, file: Path) -> Path:
        with osmium.SimpleWriter(str(file), overwrite=True) as writer:
            for number in sorted(self.nodes):
                writer.add_node(self.nodes[number])
            for way in self.ways:
                writer.add_way(way)
            for relation in self.relations:
                writer.add_relation(relation)
        return file

    def _take(self) -> int:
        self._next += 1
        return self._next


def _keys(tags: dict[str, str]) -> dict[str, str]:
    return {key.replace("__", ":"): value for key, value in tags.items()}


def crossing(column: int, row: int) -> int:
    """The node where a lane and a street meet."""
    return 1 + row * SIZE + column


def lon_of(column: float) -> float:
    return WEST + column * STEP


def lat_of(row: float) -> float:
    return SOUTH + row * STEP


def small_osm_town() -> OsmTown:
    """The town of the drawing, with houses, a pond with an island, a school, a shop, hydrants and cameras."""
    town = OsmTown()
    for row in range(SIZE):
        for column in range(SIZE):
            town.node(lon_of(column), lat_of(row), crossing(column, row))
    _roads(town)
    _water(town)
    _houses(town)
    _sites(town)
    return town


def _roads(town: OsmTown) -> None:
    for row, name in enumerate(STREETS):
        tags = {"highway": "tertiary", "name": f"Street {row}", "name__zh": name}
        if row == 4:
            tags |= {"highway": "primary", "oneway": "yes"}
        town.way([crossing(column, row) for column in range(SIZE)], **tags)
    for column, name in enumerate(LANES):
        tags = {"highway": "residential", "name": name}
        town.way([crossing(column, row) for row in range(3)], **tags)
        town.way([crossing(column, row) for row in (3, 4)], **tags)
        if column in (0, 4):
            town.way([crossing(column, 2), crossing(column, 3)], **tags, bridge="yes")
    far = [town.node(lon_of(8), lat_of(0)), town.node(lon_of(9), lat_of(0))]
    town.way(far, highway="footway", name="孤岛小径")
    ramp = town.node(lon_of(4), lat_of(5))
    town.way([crossing(4, 4), ramp], highway="motorway", oneway="yes", name="高速")
    town.way([crossing(0, 0), town.node(lon_of(-1), lat_of(0))], highway="steps")
    town.way([crossing(0, 1), town.node(lon_of(-1), lat_of(1)), 999_999], highway="service", access="private")
    town.way([crossing(0, 4), town.node(lon_of(-1), lat_of(4))], highway="service", access="no")
    town.way([crossing(0, 4), town.node(lon_of(-1), lat_of(4.5))], highway="proposed", name="规划路")


def _water(town: OsmTown) -> None:
    canal = [town.node(lon_of(column), lat_of(2.5)) for column in (-1, 2, 5)]
    town.way(canal, waterway="canal", name="小运河", width="12")
    shore = town.area(lon_of(1.2), lat_of(0.2), 0.001)
    island = town.area(lon_of(1.2) + 0.0003, lat_of(0.2) + 0.0003, 0.0003)
    town.relation(
        [("w", shore, "outer"), ("w", island, "inner")], type="multipolygon", natural="water", name="白荡"
    )  # fmt: skip


def _houses(town: OsmTown) -> None:
    for row in range(4):
        for column in range(4):
            for place in range(3):
                town.area(lon_of(column) + 0.0004 * (place + 1), lat_of(row) + 0.0003, 0.00012, building="house")
    town.area(lon_of(2.2), lat_of(1.5), 0.0005, building="apartments", name="阳光公寓")
    town.area(lon_of(0), lat_of(3), 0.002, landuse="residential")
    town.area(lon_of(2), lat_of(3), 0.004, landuse="farmland")


def _sites(town: OsmTown) -> None:
    town.area(lon_of(3.2), lat_of(1.2), 0.0004, amenity="school", name="实验小学", building="yes")
    town.node(lon_of(1.5), lat_of(1.01), amenity="police", name="派出所", phone="000")
    town.node(
        lon_of(1.6), lat_of(1.01), shop="supermarket", name="惠民超市", addr__street="二号街", addr__housenumber="8"
    )
    for column in range(3):
        town.node(lon_of(column + 0.5), lat_of(2.02), emergency="fire_hydrant")
    town.node(lon_of(2), lat_of(2.01), man_made="surveillance", camera__direction="NE", name="路口")
    town.node(lon_of(1.5), lat_of(1.5), place="village", name="甲村")
    town.node(lon_of(2.5), lat_of(3.5), place="hamlet", name="B hamlet", name__zh="乙庄")
