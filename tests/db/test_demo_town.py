"""The demo town as it stands in the database: complete, connected, dry-footed, and nobody real in it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from base.database import Database
from base.errors import Conflict
from mapdata.areas import read_area
from towns.demo.names_of_people import check_digit
from towns.demo.plan import RandomSources, plan_town
from towns.demo.rows import tables
from towns.demo.town import make_demo_town

AREA = 330421


def rows(database: Database, statement: str) -> list[dict[str, Any]]:
    with database.transaction(timeout_s=60) as transaction:
        return transaction.execute(statement).fetchall()  # type: ignore[arg-type]


def shapes(found: list[dict[str, Any]], column: str = "geom") -> np.ndarray:
    return np.array(shapely.from_wkb([bytes(row[column]) for row in found]), dtype=object)


def test_the_area_says_it_is_a_demo(demo_database: Database) -> None:
    with demo_database.transaction() as transaction:
        area = read_area(transaction, AREA)
    assert (area.name, area.case_prefix, area.is_demo, area.srid_m) == ("姚庄镇", "YZ", True, 4549)
    assert "演示数据" in area.attribution
    assert area.west < area.centre_lon < area.east
    assert area.south < area.centre_lat < area.north


def test_counts(demo_database: Database) -> None:
    levels = {
        row["level"]: row["n"] for row in rows(demo_database, "select level, count(*) n from division group by level")
    }
    assert (levels["town"], levels["village"], levels["grid"]) == (1, 25, 56)
    assert 270 <= levels["micro_grid"] <= 310
    counts = {
        table: rows(demo_database, f"select count(*) n from {table}")[0]["n"]
        for table in (
            "person",
            "floating_resident",
            "key_person",
            "worker",
            "camera",
            "department",
            "house",
            "rental_house",
            "district_unit",
            "need",
        )
    }
    assert 63_000 < counts["person"] < 67_000
    assert counts["floating_resident"] == 11_500
    assert 300 < counts["key_person"] < 700
    assert (counts["worker"], counts["camera"], counts["department"]) == (104, 300, 21)
    assert counts["house"] > 19_000
    assert counts["rental_house"] > 1_500
    assert (counts["district_unit"], counts["need"]) == (129, 14)
    kinds = {row["kind"]: row["n"] for row in rows(demo_database, "select kind, count(*) n from thing group by kind")}
    assert set(kinds) == {"hydrant", "valve", "manhole", "life_ring", "defibrillator", "loudspeaker", "street_lamp"}
    assert all(number > 25 for number in kinds.values())
    layers = Counter(row["layer"] for row in rows(demo_database, "select layer from place"))
    assert set(layers) == {"key_place", "merchant", "station"}


def test_workers(demo_database: Database) -> None:
    found = rows(demo_database, "select * from worker order by worker_id")
    homes = [row["grid_code"] for row in found if row["role"] == "grid_worker"]
    grids = [row["code"] for row in rows(demo_database, "select code from division where level = 'grid' order by code")]
    assert sorted(homes) == grids
    assert all(row["phone"].startswith("100") for row in found)
    assert len({row["name"] for row in found}) == 104
    assert {row["mode"] for row in found} == {"foot", "ebike", "car"}


def test_nobody_is_real(demo_database: Database) -> None:
    for row in rows(demo_database, "select id_no, gender, born_on, phone from person"):
        number = row["id_no"]
        assert number[:6] == "999999"
        assert number[17] == check_digit(number[:17])
        assert number[6:14] == f"{row['born_on']:%Y%m%d}"
        assert row["phone"] == "" or row["phone"].startswith("100")


def test_grids_have_equal_households_and_addresses_in_them(demo_database: Database) -> None:
    uneven = rows(
        demo_database,
        """select parent_code from division where level = 'grid'
           group by parent_code having max(households) - min(households) > 1""",
    )
    assert uneven == []
    outside = rows(
        demo_database,
        """select address.full_text from address
           join division grid on grid.area_id = address.area_id and grid.code = address.grid_code
           join division micro on micro.area_id = address.area_id and micro.code = address.micro_grid_code
           where address.level = 'building' and not (
               st_dwithin(grid.geom, address.geom, 2e-7) and st_dwithin(micro.geom, address.geom, 2e-7)
               and starts_with(address.micro_grid_code, address.grid_code))""",
    )
    assert outside == []


def test_roads_cross_water_only_on_bridges(demo_database: Database) -> None:
    wet = rows(
        demo_database,
        """select edge.edge_id, edge.kind, water.name,
                  st_length(st_intersection(st_transform(edge.geom, 3857), water.geom)) as wet_m
           from road_edge edge join base_feature water on water.layer = 'water'
            and water.geom && st_transform(edge.geom, 3857) and st_intersects(water.geom, st_transform(edge.geom, 3857))
           where not edge.is_bridge""",
    )
    assert [row for row in wet if row["wet_m"] > 0.2] == []
    bridges = rows(demo_database, "select name, kind from road_edge where is_bridge")
    assert len(bridges) > 150
    assert all(row["name"].endswith("桥") for row in bridges)


def test_the_network_is_one_for_feet_and_ebikes_and_for_cars(demo_database: Database) -> None:
    edges = rows(demo_database, "select from_node, to_node, modes, length_m from road_edge")
    for mode in ("foot", "ebike", "car"):
        ends = np.array([(row["from_node"], row["to_node"]) for row in edges if mode in row["modes"]])
        nodes, index = np.unique(ends, return_inverse=True)
        index = index.reshape(-1, 2)
        graph = coo_matrix((np.ones(len(index)), (index[:, 0], index[:, 1])), shape=(len(nodes), len(nodes)))
        assert connected_components(graph, directed=False)[0] == 1, mode
    assert any(row["modes"] == ["car"] for row in edges)


def test_houses_stand_on_dry_ground_off_the_roads(demo_database: Database) -> None:
    wet = rows(
        demo_database,
        """select count(*) n from base_feature house join base_feature water on water.layer = 'water'
             and st_intersects(house.geom, water.geom) where house.layer = 'buildings'""",
    )
    assert wet[0]["n"] == 0
    in_road = rows(
        demo_database,
        """select count(*) n from base_feature house join base_feature road on road.layer = 'roads'
             and st_intersects(house.geom, road.geom) where house.layer = 'buildings'""",
    )
    assert in_road[0]["n"] == 0


def test_every_house_is_near_a_road(demo_database: Database) -> None:
    edges = shapes(
        rows(
            demo_database, "select st_asbinary(st_transform(geom, 4549)) geom from road_edge where 'foot' = any(modes)"
        )
    )
    homes = shapes(
        rows(demo_database, "select st_asbinary(st_transform(geom, 4549)) geom from address where level = 'building'")
    )
    _, distance = shapely.STRtree(edges).query_nearest(homes, return_distance=True, all_matches=False)
    assert float(distance.max()) < 150


def test_cameras_look_along_roads_and_most_are_in_the_core(demo_database: Database) -> None:
    found = rows(
        demo_database,
        """select gb28181_id, state,
              metres_between_v1(st_x(geom), st_y(geom), 120.955, 30.913) far,
              (select min(metres_to_shape_v1(edge.geom, camera.geom)) from road_edge edge
               where edge.geom && st_expand(camera.geom, 0.001)) road
           from camera""",
    )
    assert len({row["gb28181_id"] for row in found}) == 300
    assert sum(row["far"] < 1200 for row in found) == pytest.approx(180, abs=12)
    assert all(row["road"] is not None and row["road"] < 1 for row in found)
    assert 0 < sum(row["state"] == "fault" for row in found) < 30


def test_made_twice_it_is_refused_then_replaced_on_demand(demo_database: Database) -> None:
    with pytest.raises(Conflict, match="demo_exists"):
        make_demo_town(demo_database)


def test_a_stage_draws_the_same_for_the_same_seed() -> None:
    assert RandomSources(7).of("water").random() == RandomSources(7).of("water").random()
    assert RandomSources(7).of("water").random() != RandomSources(8).of("water").random()


def test_same_seed_same_town(demo_database: Database) -> None:
    """A town planned in this process is row for row the one in the database (made in another plan)."""
    plan = plan_town(330421, lambda stage, part: None)
    planned = dict(tables(plan))
    edges = [(row[1], row[2], row[3], row[4], row[6]) for row in planned["road_edge"]]
    stored = rows(demo_database, "select edge_id, from_node, to_node, name, length_m from road_edge order by edge_id")
    assert edges == [tuple(row.values()) for row in stored]
    people = [(row[2], row[3], row[8]) for row in planned["person"]]
    stored = rows(demo_database, "select id_no, name, address_id from person order by person_id")
    assert people == [tuple(row.values()) for row in stored]
    texts = [row[5] for row in planned["address"]]
    assert texts == [
        row["full_text"] for row in rows(demo_database, "select full_text from address order by address_id")
    ]
