"""For whom a token may speak: a worker for himself, a department for its own people, a gateway for everybody."""

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from base.clock import utc_now
from dispatch.access.accounts import create_token
from dispatch.centre import Centre
from tests.small_town import AREA_ID, SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
Ask = Callable[[httpx.Client, int], httpx.Response]


def a_fix(client: httpx.Client, worker: int) -> httpx.Response:
    lon, lat = SOUTH_POINT
    fix = {"recorded_at": utc_now().isoformat(), "lon": lon, "lat": lat}
    return client.post("/api/positions", json={"worker": worker, "datum": "wgs84", "fixes": [fix]})


def a_status(client: httpx.Client, worker: int) -> httpx.Response:
    return client.post("/api/duty", json={"worker": worker, "status": "patrolling"})


def a_phone(client: httpx.Client, worker: int) -> httpx.Response:
    lon, lat = SOUTH_POINT
    return client.get("/api/devices/osmand", params={"id": worker, "lon": lon, "lat": lat})


def places_of(address: str, headers: dict[str, str], worker: int) -> tuple[float, str]:
    """Where the worker was seen last, and when."""
    workers = httpx.get(f"{address}/api/workers", headers=headers, timeout=30).json()["workers"]
    found = next(one for one in workers if one["worker"] == worker)
    return found["lon"], found["recorded_at"]


def a_report(client: httpx.Client, worker: int) -> httpx.Response:
    lon, lat = SOUTH_POINT
    body = {"id": str(uuid4()), "source_channel": "grid_patrol", "description": "垃圾", "worker": worker}
    return client.post("/api/incidents", json=body | {"lon": lon, "lat": lat, "datum": "wgs84"})


@pytest.fixture(scope="module")
def special(small_centre: Centre) -> Callable[[str], dict[str, str]]:
    """Headers of tokens bound in another way than the roles' usual ones."""
    bound = {"department": ("dept_handler", None, "ZF"), "own gateway": ("gateway", None, "ZF")}
    made: dict[str, dict[str, str]] = {}
    for name, (role, worker_id, department) in bound.items():
        with small_centre.database.transaction() as transaction:
            token = create_token(transaction, AREA_ID, role, f"speaks {name}", utc_now(), worker_id, department)
        made[name] = {"Authorization": f"Bearer {token}"}
    return made.__getitem__


@pytest.mark.parametrize("ask", [a_fix, a_status, a_report], ids=["position", "duty", "report"])
def test_a_department_speaks_for_its_own_people(address: str, special: Callable, token_of: Headers, ask: Ask):
    for headers in (special("department"), token_of("dept_handler"), special("own gateway")):
        with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
            assert ask(client, 4).status_code in (200, 201, 202)
            for other in (1, 2, 3, 999):
                answer = ask(client, other)
                assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_yourself"), other


def test_a_departments_phone_is_one_of_its_peoples(address: str, special: Callable, token_of: Headers):
    leader = token_of("shift_leader")
    with httpx.Client(base_url=address, headers=special("department"), timeout=30) as client:
        before = {worker: places_of(address, leader, worker) for worker in (2, 4)}
        # A phone is answered "taken" whatever it sends, or it would send it for ever; what is not its own is not kept.
        assert a_phone(client, 4).status_code == 200
        assert a_phone(client, 2).status_code == 200
        assert places_of(address, leader, 4) != before[4]
        assert places_of(address, leader, 2) == before[2]


@pytest.mark.parametrize("ask", [a_fix, a_status, a_report], ids=["position", "duty", "report"])
def test_a_worker_speaks_for_himself_and_a_gateway_for_everybody(address: str, token_of: Headers, ask: Ask):
    with httpx.Client(base_url=address, headers=token_of("grid_worker"), timeout=30) as client:
        assert ask(client, 2).status_code in (200, 201, 202)
        assert ask(client, 4).status_code == 403
    with httpx.Client(base_url=address, headers=token_of("gateway"), timeout=30) as client:
        for worker in (1, 2, 3, 4):
            assert ask(client, worker).status_code in (200, 201, 202)


def test_a_token_reads_nothing_another_of_its_kind_reported(address: str, small_centre: Centre):
    tokens = []
    for name in ("twin one", "twin two"):
        with small_centre.database.transaction() as transaction:
            tokens.append(create_token(transaction, AREA_ID, "dept_handler", name, utc_now(), None, "ZF"))
    first, second = ({"Authorization": f"Bearer {token}"} for token in tokens)
    lon, lat = SOUTH_POINT
    body = {"id": str(uuid4()), "source_channel": "dept", "description": "食物中毒", "type_code": "0901", "lon": lon}
    body |= {"lat": lat, "datum": "wgs84", "reporter": {"name": "张三", "phone": "13800000000"}}
    with httpx.Client(base_url=address, timeout=30) as client:
        case = client.post("/api/incidents", json=body, headers=first).json()
        path = f"/api/incidents/{case['case_no']}"
        assert case["reported_by"] == "token:twin one"
        assert client.get(path, headers=first).json()["reporter"]["name"] == "张三"
        other = client.get(path, headers=second)
        assert other.status_code == 404 or other.json()["reporter"]["name"] != "张三"
