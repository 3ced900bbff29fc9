"""The door: who comes in to what, from where, how large; and how soon somebody is out again."""

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from api.security.answers import HEADERS
from api.security.bodies import BODY_LIMIT
from api.security.permissions import OPEN, PROTECTED_PATHS, protection_of
from base.clock import utc_now
from dispatch.access.accounts import NewAccount, create_account, create_token, revoke_token, set_disabled
from dispatch.access.grants import GRANTS
from dispatch.access.roles import ROLES
from dispatch.access.sessions import COOKIE
from dispatch.centre import Centre
from tests.api.conftest import make_server
from tests.small_town import AREA_ID, SOUTH_POINT

Headers = Callable[[str], dict[str, str]]

EVERYWHERE = {
    "/api/incidents": {"GET": "incident.list", "POST": "incident.report"},
    "/api/grids": {"GET": "map.see"},
    "/api/workers": {"GET": "worker.list"},
}


@pytest.fixture(scope="module")
def passwords(small_centre: Centre) -> dict[str, str]:
    """One account for each role that logs in at the page."""
    made = {}
    with small_centre.database.transaction() as transaction:
        for role in ("operator", "shift_leader", "display", "sysadmin"):
            made[role] = create_account(transaction, 0, NewAccount(role, role), utc_now())
    return made


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """A browser nobody has logged in with."""
    with httpx.Client(base_url=address, timeout=30) as browser:
        yield browser


def log_in(browser: httpx.Client, account: str, password: str, **more: str) -> httpx.Response:
    return browser.post("/login", data={"account": account, "password": password} | more)


def everything_served(centre: Centre, build: Callable[[Centre], FastAPI] = make_server) -> list[BaseRoute]:
    def inside(routes: list[BaseRoute]) -> Iterator[BaseRoute]:
        for route in routes:
            inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
            yield from inside(inner) if inner else [route]

    return list(inside(build(centre).routes))


def test_every_route_lies_in_a_room_and_only_the_named_are_open(small_centre: Centre):
    routes = everything_served(small_centre)
    paths = {route.path for route in routes if isinstance(route, APIRoute | WebSocketRoute) or hasattr(route, "path")}
    assert {"/api/incidents/{case_no}/{verb}", "/ws/workers", "/login"} <= paths
    for path in paths:
        assert protection_of(path) is not None, f"{path} is in no room: nobody can come in"
    is_open = {room.path for room in PROTECTED_PATHS if room.grant == OPEN}
    assert is_open == {"/login", "/logout", "/favicon.ico", "/api/health"}


def test_every_grant_of_a_room_is_known():
    assert {room.grant for room in PROTECTED_PATHS} - {OPEN, "logged_in"} <= GRANTS.keys()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_at_every_door(client: httpx.Client, token_of: Headers, role: str):
    for path, methods in EVERYWHERE.items():
        for method, action in methods.items():
            status = client.request(method, path, headers=token_of(role), json={}).status_code
            assert (status != 403) == (role in GRANTS[action]), f"{role} {method} {path}: {status}"
    for room in PROTECTED_PATHS:
        if room.grant in GRANTS and not room.path.startswith("/ws"):
            status = client.get(room.path, headers=token_of(role)).status_code
            assert (status != 403) == (role in GRANTS[room.grant]), f"{role} {room.path}: {status}"
            assert status < 500


@pytest.mark.parametrize(
    "path", ["/api/incidents", "/api/grids", "/tiles/1/1/1.mvt", "/wall/", "/console/_dash-layout"]
)
def test_nobody_comes_in_without_a_login(client: httpx.Client, path: str):
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": f"{COOKIE}=wrong"}, {"Authorization": "Basic x"}):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "login_needed"
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_person_is_sent_to_the_login_and_on_to_where_they_wanted(browser: httpx.Client, passwords: dict[str, str]):
    answer = browser.get("/wall", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/wall")
    assert 'name="next" value="/wall"' in browser.get("/login?next=/wall").text
    answer = log_in(browser, "operator", passwords["operator"], next="/wall")
    assert answer.headers["location"] == "/wall"


@pytest.mark.parametrize("goal", ["//evil.test/", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "/a\nb"])
def test_a_login_leads_nowhere_else(browser: httpx.Client, passwords: dict[str, str], goal: str):
    assert log_in(browser, "operator", passwords["operator"], next=goal).headers["location"] == "/"


def test_the_session_cookie_and_the_way_out(browser: httpx.Client, passwords: dict[str, str]):
    answer = log_in(browser, "operator", passwords["operator"])
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    first = browser.cookies[COOKIE]
    assert browser.get("/api/incidents").status_code == 200
    log_in(browser, "operator", passwords["operator"])
    assert browser.cookies[COOKIE] != first, "a new token with every login"
    assert browser.get("/logout").headers["location"] == "/login"
    assert browser.get("/api/incidents").status_code == 200, "a mere link logs nobody out"
    token = browser.cookies[COOKIE]
    assert browser.post("/logout").status_code == 303
    browser.cookies.clear()
    assert browser.get("/api/incidents", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


def test_the_login_page_in_two_languages_and_without_a_script(browser: httpx.Client):
    chinese = browser.get("/login").text
    assert "密码" in chinese
    assert "<script" not in chinese
    assert "http" not in chinese.replace("http-equiv", "")
    assert "Password" in browser.get("/login?language=en").text
    assert "Password" in browser.get("/login").text, "the choice is kept"
    assert "&lt;script&gt;" in log_in(browser, "<script>", "x").text
    assert browser.get("/login/login.css").status_code == 200
    assert browser.get("/favicon.ico").headers["content-type"].startswith("image/svg")


@pytest.mark.parametrize("path", ["/login", "/api/health", "/api/grids", "/nowhere", "/api/nowhere", "/wall"])
def test_every_answer_has_its_walls(client: httpx.Client, token_of: Headers, path: str):
    for headers in ({}, token_of("operator")):
        answer = client.get(path, headers=headers)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_the_one_inline_script_is_known_by_its_hash():
    digest = base64.b64encode(hashlib.sha256(b"var renderer = new DashRenderer();").digest()).decode()
    assert f"'sha256-{digest}'" in HEADERS["content-security-policy"]
    assert "unsafe-inline" not in HEADERS["content-security-policy"].split("style-src")[0]


def test_a_foreign_page_changes_nothing(browser: httpx.Client, passwords: dict[str, str]):
    foreign = {"Origin": "http://evil.test"}
    assert browser.post("/login", data={"account": "x", "password": "y"}, headers=foreign).status_code == 403
    log_in(browser, "operator", passwords["operator"])
    for headers in (foreign, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        answer = browser.post("/api/incidents", json={}, headers=headers)
        assert answer.json()["error"]["code"] == "wrong_origin"
        assert answer.status_code == 403
    own = {"Origin": str(browser.base_url).rstrip("/")}
    assert browser.post("/api/incidents", json={}, headers=own).status_code == 400


def test_a_token_needs_no_origin(client: httpx.Client, token_of: Headers):
    headers = token_of("operator") | {"Origin": "http://another.system"}
    assert client.post("/api/incidents", json={}, headers=headers).status_code == 400


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_over_a_megabyte_is_refused(client: httpx.Client, token_of: Headers, chunked: bool):
    def pieces() -> Iterator[bytes]:
        for _ in range(10):
            yield b"x" * (BODY_LIMIT // 8)

    body = pieces() if chunked else b"x" * (BODY_LIMIT + 1)
    answer = client.post("/api/incidents", content=body, headers=token_of("operator"))
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "body_too_large"


def test_a_large_description_under_the_limit_is_told_its_length(client: httpx.Client, token_of: Headers):
    lon, lat = SOUTH_POINT
    report = {
        "id": str(uuid4()),
        "source_channel": "phone",
        "description": "长" * 300_000,
        "lon": lon,
        "lat": lat,
        "datum": "wgs84",
    }
    body = json.dumps(report, ensure_ascii=False).encode()
    answer = client.post(
        "/api/incidents", content=body, headers=token_of("operator") | {"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert "description" in answer.json()["error"]["fields"]


def test_errors_speak_the_askers_language(client: httpx.Client):
    asked = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.2"}
    assert "Log in" in client.get("/api/grids", headers=asked).json()["error"]["message"]
    assert "登录" in client.get("/api/grids", headers={"Accept-Language": "fr"}).json()["error"]["message"]
    assert "登录" in client.get("/api/grids", headers=asked | {"Cookie": "language=zh"}).json()["error"]["message"]


def test_unknown_addresses_and_methods(client: httpx.Client, token_of: Headers):
    headers = token_of("operator")
    for path in ("/api/nowhere", "/nowhere", "/api/incidents/x/y/z", "/wall.bak", "/api/incidentsx", "//wall"):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 404, path
        assert answer.json()["error"]["message"]
    answer = client.delete("/api/incidents", headers=headers)
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
    page = client.get("/nowhere", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "<h1>" in page.text


def test_a_revoked_token_is_out_within_five_seconds(client: httpx.Client, small_centre: Centre):
    with small_centre.database.transaction() as transaction:
        token = create_token(transaction, AREA_ID, "operator", "passing", utc_now())
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/grids", headers=headers).status_code == 200
    with small_centre.database.transaction() as transaction:
        revoke_token(transaction, AREA_ID, "passing", utc_now())
    began = time.monotonic()
    while client.get("/api/grids", headers=headers).status_code == 200:
        assert time.monotonic() - began < 5
        time.sleep(0.2)


def test_a_disabled_account_is_off_the_live_channel_within_five_seconds(
    address: str, browser: httpx.Client, small_centre: Centre
):
    with small_centre.database.transaction() as transaction:
        password = create_account(transaction, 0, NewAccount("wall_two", "display"), utc_now())
    log_in(browser, "wall_two", password)
    cookie = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
    url = address.replace("http", "ws") + "/ws/workers"
    with connect(url, additional_headers=cookie) as channel:
        assert len(channel.recv(timeout=10)) >= 16
        with small_centre.database.transaction() as transaction:
            set_disabled(transaction, AREA_ID, "wall_two", is_disabled=True)
        began = time.monotonic()
        with pytest.raises(ConnectionClosed) as ended:  # noqa: PT012 - frames go on until the end
            while time.monotonic() - began < 10:
                channel.recv(timeout=10)
        assert time.monotonic() - began < 5
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 4401


def test_a_channel_needs_a_login_and_our_own_page(address: str, browser: httpx.Client, passwords: dict[str, str]):
    url = address.replace("http", "ws") + "/ws/workers"
    log_in(browser, "display", passwords["display"])
    cookie = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
    for headers in ({}, {"Cookie": f"{COOKIE}=wrong"}, cookie | {"Origin": "http://evil.test"}):
        with pytest.raises(InvalidStatus) as refused:
            connect(url, additional_headers=headers)
        assert refused.value.response.status_code == 403
    with closing(connect(url, additional_headers=cookie, origin=address)) as channel:
        assert channel.recv(timeout=10)


def test_a_phone_may_give_its_token_in_the_address_or_as_a_password(client: httpx.Client, token_of: Headers):
    token = token_of("gateway")["Authorization"].removeprefix("Bearer ")
    assert client.get(f"/api/devices/osmand?token={token}").status_code not in (401, 403)
    assert client.get("/api/devices/osmand?token=wrong").status_code == 401
    basic = base64.b64encode(f"phone:{token}".encode()).decode()
    answer = client.post("/api/devices/owntracks", json={}, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code not in (401, 403)
    assert client.get(f"/api/workers?token={token}").status_code == 401, "nowhere else"


def test_health_is_open_and_tells_little(client: httpx.Client):
    answer = client.get("/api/health")
    assert answer.status_code == 200
    assert answer.json().keys() == {"status", "database", "live", "version", "checks"}
    told = str(answer.json()["checks"])
    assert not re.search(r"postgresql://|/\w+/\w+/|\d+\.\d+\.\d+\.\d+", told), "no folder, no address"
