"""Where a report lies and what is made of it: datum, borders, outside the town, words, numbers."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.incident_models import CaseOut
from api.shown_case import shown_case
from base.clock import utc_now
from base.database import Database
from base.errors import Forbidden, InvalidInput
from dispatch.access.masking import without_numbers
from dispatch.access.scope import Scope
from dispatch.cases.incidents import read_log
from dispatch.cases.intake import Report, report, take_report
from mapdata.datum import DATUMS, from_wgs84
from mapdata.grids import BORDER_TOLERANCE_M, count_grids, distance_to_town, grid_of, list_grids
from tests.small_town import (
    AREA,
    AREA_ID,
    NORTH_EAST,
    NORTH_WEST,
    OUTSIDE_FAR,
    OUTSIDE_NEAR,
    SOUTH_EAST,
    SOUTH_POINT,
    SOUTH_WEST,
)
from words.catalogue import LANGUAGES
from words.faults import fault_text

OPERATOR = Scope("li", "operator", AREA_ID)
DISPLAY = Scope("wall", "display", AREA_ID)
LEADER = Scope("chen", "shift_leader", AREA_ID)


def take(database: Database, who: Scope = OPERATOR, description: str = "店外经营占道", **changes):
    lon, lat = SOUTH_POINT
    told = {"client_id": uuid4(), "source_channel": "phone", "lon": lon, "lat": lat, "datum": "wgs84"} | changes
    centre = SimpleNamespace(area=AREA, clock=utc_now, database=database)
    with database.transaction() as transaction:
        return report(centre, transaction, who, Report(description=description, **told))


def find(database: Database, lon: float, lat: float):
    with database.transaction() as transaction:
        return grid_of(transaction, AREA_ID, lon, lat)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lon=st.floats(120.940, 120.960), lat=st.floats(30.912, 30.928))
def test_every_point_of_the_town_has_its_grid(shared_small_database: Database, lon: float, lat: float):
    hit = find(shared_small_database, lon, lat)
    assert hit is not None
    assert hit.distance_m == 0
    west, south = lon < 120.950, lat < 30.920
    expected = {(1, 1): SOUTH_WEST, (0, 1): SOUTH_EAST, (1, 0): NORTH_WEST, (0, 0): NORTH_EAST}
    if min(abs(lon - 120.950), abs(lat - 30.920)) > 1e-9:
        assert hit.grid_code == expected[int(west), int(south)]
    assert hit.grid_code.startswith(hit.village_code)
    assert hit.micro_grid_code.startswith(hit.grid_code)


@pytest.mark.parametrize(("metres", "inside"), [(5, True), (19, True), (21, False), (500, False)])
def test_the_border_is_twenty_metres_thick(shared_small_database: Database, metres: float, inside: bool):
    hit = find(shared_small_database, 120.945, 30.912 - metres / 110_870)
    assert (hit is not None) is inside
    assert hit is None or hit.distance_m == pytest.approx(metres, abs=0.5)
    assert BORDER_TOLERANCE_M == 20


@pytest.mark.parametrize("datum", DATUMS)
def test_the_same_place_in_any_datum(shared_small_database: Database, datum: str):
    lon, lat = from_wgs84(*SOUTH_POINT, datum)
    case = take(shared_small_database, lon=lon, lat=lat, datum=datum)
    assert (case.lon, case.lat) == pytest.approx(SOUTH_POINT, abs=1e-7)
    assert (case.given_lon, case.given_lat, case.datum) == (lon, lat, datum)
    assert case.grid_code == SOUTH_WEST


def test_just_outside_is_a_neighbours_notice(shared_small_database: Database):
    lon, lat = OUTSIDE_NEAR
    case = take(shared_small_database, lon=lon, lat=lat)
    assert (case.grid_code, case.village_code) == (None, None)
    with shared_small_database.transaction() as transaction:
        line = read_log(transaction, AREA_ID, case.case_no)[0]
        assert line.details["outside_town_m"] == pytest.approx(956, abs=5)


@pytest.mark.parametrize(
    ("lon", "lat", "datum", "hint"),
    [
        (*OUTSIDE_FAR, "wgs84", "hint_none"),
        (SOUTH_POINT[1], SOUTH_POINT[0], "wgs84", "coordinates_swapped"),
        (*from_wgs84(*SOUTH_POINT, "bd09")[::-1], "bd09", "coordinates_swapped"),
        (30.0, 120.0, "wgs84", "lat_out_of_range"),
        (0.0, 0.0, "wgs84", "hint_none"),
        (-170.0, -80.0, "bd09", "hint_none"),
    ],
)
def test_far_outside_is_a_mistake_and_says_which(
    shared_small_database: Database, lon: float, lat: float, datum: str, hint: str
):
    with pytest.raises(InvalidInput) as fault:
        take(shared_small_database, lon=lon, lat=lat, datum=datum)
    assert fault.value.field in ("lon", "lat")
    assert hint in (fault.value.key, getattr(fault.value.values.get("hint"), "code", ""))
    for language in LANGUAGES:
        assert "{" not in fault_text(fault.value, language)


def test_nobody_else_reports(shared_small_database: Database):
    with pytest.raises(Forbidden):
        take(shared_small_database, who=DISPLAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"description": "   "}, "description"),
        ({"description": "x" * 4001}, "description"),
        ({"description": "a\0b"}, "description"),
        ({"description": "half \ud800"}, "description"),
        ({"reporter_name": "a\0"}, "reporter_name"),
        ({"source_channel": "pigeon"}, "source_channel"),
        ({"type_code": "0000"}, "type_code"),
        ({"type_code": "05"}, "type_code"),
        ({"priority": "P0"}, "priority"),
        ({"datum": "mars"}, "datum"),
        ({"lon": float("nan")}, "lon"),
        ({"lat": 91.0}, "lat"),
    ],
)
def test_what_cannot_be_taken_is_named(shared_small_database: Database, changes: dict, field: str):
    with pytest.raises(InvalidInput) as fault:
        take(shared_small_database, **changes)
    assert fault.value.field == field


def test_type_priority_and_department_from_the_text(shared_small_database: Database):
    case = take(shared_small_database, description="有人打架,流血了")
    assert (case.type_code, case.priority, case.department_code) == ("0401", "P1", "PC")
    with shared_small_database.transaction() as transaction:
        details = read_log(transaction, AREA_ID, case.case_no)[0].details
    assert details["type_proposed"]["type_code"] == "0401"
    assert "流血" in details["raised_by"]


def test_a_given_type_wins_and_a_priority_is_only_raised(shared_small_database: Database):
    assert take(shared_small_database, type_code="0501").type_code == "0501"
    assert take(shared_small_database, type_code="0501", priority="P1").priority == "P1"
    assert take(shared_small_database, type_code="0301", priority="P4").priority == "P1"
    assert take(shared_small_database, who=LEADER, type_code="0301", priority="P4").priority == "P4"


def test_another_mans_id_is_a_case_of_ones_own(shared_small_database: Database):
    case = take(shared_small_database)
    stranger = Scope("bing", "grid_worker", AREA_ID, worker_id=3)
    own = take(shared_small_database, who=stranger, client_id=case.client_id, description="邻里争吵")
    assert own.case_no != case.case_no
    assert (own.reported_by, own.description) == ("bing", "邻里争吵")


def test_again_is_not_new(shared_small_database: Database):
    lon, lat = SOUTH_POINT
    told = Report(uuid4(), "phone", "路灯不亮", lon, lat, "wgs84")
    centre = SimpleNamespace(area=AREA, clock=utc_now)
    with shared_small_database.transaction() as transaction:
        first = take_report(centre, transaction, OPERATOR, told)
    with shared_small_database.transaction() as transaction:
        again = take_report(centre, transaction, OPERATOR, told)
    assert (first[1], again[1]) == (True, False)
    assert first[0] == again[0]


def _answer(case, scope):
    return CaseOut.of(shown_case(case, scope, utc_now()), "zh").model_dump()


def test_the_wall_sees_no_person(shared_small_database: Database):
    said = "13812345678 张三丰 身份证 330421199001010018"
    case = take(shared_small_database, description=said, reporter_name="张三丰", reporter_phone="13812345678")
    shown = str(_answer(case, DISPLAY))
    for secret in ("13812345678", "330421199001010018"):
        assert secret not in shown
    assert _answer(case, DISPLAY)["reporter"] == {"name": "张*丰", "phone": "138****5678"}
    assert _answer(case, OPERATOR)["reporter"]["phone"] == "13812345678"


@given(st.text(max_size=60))
def test_masking_leaves_other_words_alone(words: str):
    if not any(letter.isdigit() for letter in words):
        assert without_numbers(words) == words


def test_grids_are_listed_with_their_outline(shared_small_database: Database):
    with shared_small_database.transaction() as transaction:
        shapes = list_grids(transaction, AREA_ID)
        assert count_grids(transaction, AREA_ID) == len(shapes) == 4
        assert distance_to_town(transaction, AREA_ID, *SOUTH_POINT) == 0
        assert distance_to_town(transaction, 123456, *SOUTH_POINT) is None
    assert shapes[0].outline["type"] == "MultiPolygon"
    assert (shapes[0].village_name, shapes[0].label_lon) == ("南村", pytest.approx(120.945))
