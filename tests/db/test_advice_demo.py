"""On the demo town: across a canal the nearest by air is not proposed first, and everything is soon enough."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import numpy as np
import pytest
from shapely.geometry import Point

from api.advice_models import NearbyOut, SuggestionOut
from base.bulk import copy_rows, geometry
from base.clock import utc_now
from base.settings import read_settings
from dispatch.access.scope import Scope
from dispatch.advice.advice import advise
from dispatch.advice.nearby import read_nearby
from dispatch.cases.intake import Report, report
from dispatch.centre import Centre
from mapdata.areas import read_area
from mapdata.roads.network import RoadNetwork, load_roads

LEADER_ROLE = "shift_leader"


@pytest.fixture(scope="module")
def centre(demo_database) -> Centre:
    with demo_database.transaction() as transaction:
        area = read_area(transaction, 330421)
        roads = load_roads(transaction, area)
    return Centre(read_settings({}), demo_database, utc_now, area, roads)


def _leader(centre: Centre) -> Scope:
    return Scope("leader", LEADER_ROLE, centre.area.area_id)


def _report(centre: Centre, lon: float, lat: float, text: str = "暴露垃圾无人清运") -> str:
    with centre.database.transaction() as transaction:
        told = Report(client_id=uuid.uuid4(), source_channel="phone", description=text, lon=lon, lat=lat, datum="wgs84")
        return report(centre, transaction, _leader(centre), told).case_no


def _place(centre: Centre, places: dict[int, tuple[float, float]]) -> None:
    """Put workers on duty just now, each at a place; everybody else goes home."""
    now = utc_now()
    with centre.database.transaction() as transaction:
        area_id = centre.area.area_id
        key = {"area_id": area_id, "at": now}
        transaction.execute("update duty set ended_at = %(at)s where area_id = %(area_id)s and ended_at is null", key)
        transaction.execute("delete from position_latest where area_id = %(area_id)s", key)
        duties = [(area_id, one, uuid.uuid4(), "patrolling", now - timedelta(minutes=5)) for one in places]
        copy_rows(transaction, "duty", ("area_id", "worker_id", "duty_id", "status", "started_at"), duties)
        columns = ("area_id", "worker_id", "recorded_at", "received_at", "geom", "accuracy_m", "source")
        fixes = [(area_id, one, now, now, geometry(Point(place)), 8.0, "api") for one, place in places.items()]
        copy_rows(transaction, "position_latest", columns, fixes)


def _middles(roads: RoadNetwork) -> np.ndarray:
    """The middle of every street a person may walk on."""
    edges = np.flatnonzero(roads.graph("foot").usable_edges & ~roads.edges.is_bridge)
    return np.array([roads.edges.piece(int(edge), 0.0, 0.5)[-1] for edge in edges])


def _across_a_canal(roads: RoadNetwork) -> tuple[tuple[float, float], ...]:
    """A place for a case, one near it across the water, and one further away on its own side."""
    places = _middles(roads)
    metres = roads.edges.plane.to_metres(places)
    order = np.random.default_rng(1).permutation(len(places))
    for number in order:
        far_m = np.hypot(*(metres - metres[number]).T)
        for other in np.flatnonzero((far_m > 30) & (far_m < 300)):
            way = roads.route(*places[other], *places[number], "foot")
            if way is None or way.distance_m < far_m[other] * 4 or not way.bridges:
                continue
            for third in np.flatnonzero((far_m > far_m[other] + 50) & (far_m < 700)):
                same = roads.route(*places[third], *places[number], "foot")
                if same is not None and not same.bridges and same.distance_m < way.distance_m - 600:
                    return tuple(tuple(map(float, places[one])) for one in (number, other, third))
    pytest.fail("the demo town has no canal to walk round")


def _walkers(centre: Centre) -> list[int]:
    query = """select worker_id from worker
               where area_id = %s and mode = 'foot' and role = 'grid_worker' order by worker_id"""
    with centre.database.transaction() as transaction:
        return [row["worker_id"] for row in transaction.execute(query, (centre.area.area_id,))]


def test_across_a_canal_the_nearest_by_air_is_not_first(centre):
    case_at, across_at, same_at = _across_a_canal(centre.roads)
    across, same = _walkers(centre)[:2]
    _place(centre, {across: across_at, same: same_at})
    case_no = _report(centre, *case_at)
    with centre.database.transaction() as transaction:
        advice = SuggestionOut.of(advise(centre, transaction, _leader(centre), case_no), "zh").model_dump()
    assert [one["worker"] for one in advice["workers"]] == [same, across]
    first, second = advice["workers"]
    assert second["straight_m"] < first["straight_m"]
    assert second["eta_s"] > first["eta_s"] * 1.5
    reason = next(one["text"] for one in second["reasons"] if one["code"] == "detour_bridge")
    assert "需绕桥" in reason


def test_with_five_on_the_own_side_the_one_across_is_passed_over_with_the_reason(centre):
    case_at, across_at, same_at = _across_a_canal(centre.roads)
    walkers = _walkers(centre)
    _place(centre, {walkers[0]: across_at} | dict.fromkeys(walkers[1:6], same_at))
    case_no = _report(centre, *case_at)
    with centre.database.transaction() as transaction:
        advice = SuggestionOut.of(advise(centre, transaction, _leader(centre), case_no), "zh").model_dump()
    assert walkers[0] not in [one["worker"] for one in advice["workers"]]
    over = {one["worker"]: one["reason"] for one in advice["passed_over"]}
    assert over[walkers[0]]["code"] == "slower_bridge"
    assert "隔水需绕桥" in over[walkers[0]]["text"]


def test_people_around_are_masked_and_key_people_named_only_with_a_reason(centre):
    case_no = _report(centre, 120.9613, 30.9155, "厨房起火冒浓烟")

    def look(reason):
        with centre.database.transaction() as transaction:
            around = read_nearby(centre, transaction, _leader(centre), case_no, 500, reason)
        return NearbyOut.of(around, "zh").model_dump()

    plain, reasoned = look(""), look("核实独居情况")
    assert len(plain["people"]) == 20 < plain["counts"]["people"]
    assert plain["counts"]["key_people"] > 0
    assert {row["kind"] for row in plain["people"]} == {"resident"}
    assert reasoned["people"][0]["kind"] == "key_person"
    for row in plain["people"] + reasoned["people"]:
        assert "*" in row["name"]
        assert "id_no" not in str(row)
        assert not re.search("[0-9]{15,}", str(row["detail"]))
        assert row["detail"]["phone"] == "" or "****" in row["detail"]["phone"]
    assert plain["people"][0]["why"]
    distances = [row["distance_m"] for row in plain["people"]]
    assert distances == sorted(distances)
    hydrants = [row for row in plain["things"] if row["kind"] == "hydrant"]
    assert plain["things"][0]["kind"] in ("hydrant", "valve", "camera")
    assert hydrants
    with centre.database.transaction() as transaction:
        query = """select details from audit where area_id = %s and action = 'incident.nearby' and object = %s
                   order by link_no"""
        links = transaction.execute(query, (centre.area.area_id, case_no)).fetchall()
    assert [link["details"]["key_people_named"] for link in links] == [False, True]


def test_every_kind_of_case_is_advised_on_and_looked_around(centre):
    places = _middles(centre.roads)
    rng = np.random.default_rng(3)
    with centre.database.transaction() as transaction:
        query = "select worker_id from worker where area_id = %s order by worker_id"
        workers = [row["worker_id"] for row in transaction.execute(query, (centre.area.area_id,))]
    _place(centre, {one: tuple(places[rng.integers(len(places))]) for one in workers})
    for text in ("暴露垃圾无人清运", "厨房起火冒浓烟", "有人落水"):
        lon, lat = places[rng.integers(len(places))]
        case_no = _report(centre, float(lon), float(lat), text)
        with centre.database.transaction() as transaction:
            picks = advise(centre, transaction, _leader(centre), case_no).workers
            around = read_nearby(centre, transaction, _leader(centre), case_no, 300, "核实情况")
        assert [pick.eta_s for pick in picks] == sorted(pick.eta_s for pick in picks)
        assert len(picks) == 5
        assert around.counts["people"] + around.counts["places"] + around.counts["things"] > 0
