"""Two towns in one database, served by one process: nothing of one is seen in the other, by any way out.

Both have the same numbers of everything: workers, grids, addresses, cases, pictures, accounts. They differ in names, in
what was planted, and in where their workers stand.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from websockets.sync.client import ClientConnection, connect

from api.security.rates import Rates
from api.towns import Towns
from app import build_server
from base.bus import Notice
from base.clock import utc_now
from base.database import Database
from base.errors import NotAuthenticated
from base.settings import read_settings
from dispatch.access.accounts import NewAccount, create_account, create_token, revoke_token, set_disabled
from dispatch.access.roles import ROLES
from dispatch.access.scope import EVERY_AREA
from dispatch.access.sessions import FAILURES
from dispatch.access.tokens import hash_token
from dispatch.centre import Centre
from mapdata.areas import served_areas
from mapdata.roads.network import load_roads
from screens.shell.board import Board
from tests.api import exits
from tests.api.conftest import UNHURRIED, WHOSE_OF_ROLE, serving
from tests.api.exits import Planted
from tests.api.planting import plant
from tests.api.test_matrix import body_of, may, plain, text_of
from tests.databases import Databases
from tests.second_town import NAMES, OTHER_ID, OTHER_NAMES, make_second_town, rows_of
from tests.small_town import AREA_ID, WORKERS, put_on_duty

TOWNS = (AREA_ID, OTHER_ID)
OTHER_OF = {AREA_ID: OTHER_ID, OTHER_ID: AREA_ID}
OTHER_SECRETS = {
    "reporter": "公冶目击",
    "phone": "13812340011",
    "text_phone": "13812340012",
    "identity": "999999195001010019",
    "words": "地下车库进水",
    "note": "已请物业周五检修",
    "note_phone": "13812340013",
    "other_words": "广场音响扰民",
    "other_reporter": "端木街坊",
    "resident": "令狐老人",
    "resident_phone": "13812340014",
    "resident_identity": "999999195001010027",
}
SECRETS = {AREA_ID: {name: exits.SECRETS[name] for name in OTHER_SECRETS}, OTHER_ID: OTHER_SECRETS}
MARKS = {
    AREA_ID: {*NAMES, *SECRETS[AREA_ID].values()},
    OTHER_ID: {*OTHER_NAMES, *SECRETS[OTHER_ID].values()},
}
"""What tells a town: whatever names it, and what was planted in it."""
PUT_BACK = """
update position_latest set geom = st_setsrid(st_makepoint(%s, %s), 4326) where area_id = %s and worker_id = %s
"""
PASSWORD = "for the tests only"


@dataclass
class TwoTowns:
    """Both towns as they are served, and who is let into them."""

    url: str
    database_url: str
    database: Database
    centres: dict[int, Centre]
    servers: dict[int, FastAPI]
    tokens: dict[int, dict[str, str]]
    planted: dict[int, Planted]

    def headers(self, area_id: int, role: str) -> dict[str, str]:
        """What lets a role of a town in, and asks for the other town in every other way there is."""
        return {"Authorization": f"Bearer {self.tokens[area_id][role]}", "Cookie": f"town={OTHER_OF[area_id]}"}

    def client(self, area_id: int, role: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=self.headers(area_id, role), timeout=60)


def _open(url: str, database: Database) -> tuple[dict[int, Centre], dict[int, FastAPI], Towns]:
    settings = read_settings(UNHURRIED)
    with database.transaction() as transaction:
        areas = served_areas(transaction, TOWNS)
        roads = [load_roads(transaction, area) for area in areas]
    centres = {
        area.area_id: Centre(settings, database, utc_now, area, way) for area, way in zip(areas, roads, strict=True)
    }
    rates = Rates(settings.rate_factor)
    servers = {area_id: build_server(centre, rates) for area_id, centre in centres.items()}
    return centres, servers, Towns(servers, settings, rates)


@pytest.fixture(scope="module")
def both_url(databases: Databases, small_template: str) -> Iterator[str]:
    """A database with both towns; everybody on duty, over there a little further north."""
    with databases.copy(small_template) as url:
        make_second_town(url)
        with closing(Database(url, size=2)) as database:
            for worker in WORKERS:
                at = utc_now() - timedelta(seconds=30)
                put_on_duty(database, worker.worker_id, at)
                put_on_duty(database, worker.worker_id, at, worker.lon, worker.lat + 0.0003, area_id=OTHER_ID)
        yield url


@pytest.fixture(scope="module")
def towns(both_url: str) -> Iterator[TwoTowns]:
    with closing(Database(both_url)) as database:
        centres, servers, both = _open(both_url, database)
        tokens: dict[int, dict[str, str]] = {area_id: {} for area_id in TOWNS}
        with database.transaction() as transaction:
            for area_id in TOWNS:
                create_account(transaction, area_id, NewAccount("li", "operator"), utc_now(), PASSWORD)
                for role in ROLES:
                    given = (role, f"test {role}", utc_now())
                    whose = WHOSE_OF_ROLE.get(role, {})
                    tokens[area_id][role] = create_token(transaction, area_id, *given, **whose)
        with serving(both) as url:
            made = TwoTowns(url, both_url, database, centres, servers, tokens, {})
            photo = uuid4()
            for area_id in TOWNS:
                with ExitStack() as stack:
                    roles = {role: stack.enter_context(made.client(area_id, role)) for role in ROLES}
                    made.planted[area_id] = plant(roles, both_url, area_id, SECRETS[area_id], photo)
            yield made


def asking_for(area_id: int, path: str) -> str:
    """The address with another town in it than the token's."""
    return f"{path}{'&' if '?' in path else '?'}town={area_id}"


def marks_in(text: str) -> set[int]:
    """Which towns a text tells of."""
    letters = plain(text)
    return {area_id for area_id, marks in MARKS.items() if any(mark in letters for mark in marks)}


def test_every_number_is_there_twice(towns: TwoTowns) -> None:
    here, there = (towns.planted[area_id] for area_id in TOWNS)
    assert (here.a, here.b, here.photo) == (there.a, there.b, there.photo)
    assert MARKS[AREA_ID].isdisjoint(MARKS[OTHER_ID])


@pytest.mark.parametrize("here", TOWNS)
def test_every_route_tells_of_its_own_town_only(towns: TwoTowns, here: int) -> None:
    there, seen = OTHER_OF[here], set()
    before = rows_of(towns.database_url, there)
    for role in ROLES:
        with towns.client(here, role) as client:
            for (method, path), ways in exits.HTTP.items():
                if path in ("/login", "/logout"):
                    continue
                for way in ways:
                    body = None if way.body is None else way.body(towns.planted[here], role)
                    answer = client.request(method, asking_for(there, way.path(towns.planted[here])), json=body)
                    told = marks_in(text_of(answer))
                    assert answer.status_code < 500, f"{role} {method} {answer.url}"
                    assert there not in told, f"{role} {method} {answer.url} of {here}"
                    seen |= {path} if here in told else set()
    assert rows_of(towns.database_url, there) == before
    assert seen >= {"/api/incidents", "/api/grids", "/api/workers", "/api/tracks", "/print/cases/{case_no}"}


@pytest.mark.parametrize("here", TOWNS)
def test_every_screen_tells_of_its_own_town_only(towns: TwoTowns, here: int) -> None:
    there, seen = OTHER_OF[here], set()
    before = rows_of(towns.database_url, there)
    values = exits.callback_values(towns.planted[here])
    for screen, grant in exits.SCREENS.items():
        for role in [role for role in ROLES if may(role, grant)]:
            with towns.client(here, role) as client:
                told = {
                    f"{screen} {name}": client.get(asking_for(there, f"/{screen}/{name}"))
                    for name in exits.SCREEN_FILES
                }
                listed = told[f"{screen} _dash-dependencies"].json()
                for callback in [one for one in listed if one["clientside_function"] is None]:
                    address = f"/{screen}/_dash-update-component"
                    body = body_of(callback, values)
                    told[callback["output"]] = client.post(address, json=body)
                for name, answer in told.items():
                    assert answer.status_code in (200, 204, 400), f"{role} {name}: {answer.status_code}"
                    assert there not in marks_in(text_of(answer)), f"{role} {name} of {here}"
                    seen |= {screen} if here in marks_in(text_of(answer)) else set()
    assert rows_of(towns.database_url, there) == before
    assert seen == set(exits.SCREENS)


def _channel(towns: TwoTowns, path: str, area_id: int, role: str) -> ClientConnection:
    url = f"{towns.url.replace('http', 'ws', 1)}{path}?town={OTHER_OF[area_id]}"
    return connect(url, additional_headers=towns.headers(area_id, role), max_size=None)


@pytest.mark.parametrize("path", ["/ws/board/wall", "/ws/board/console"])
def test_every_board_tells_of_its_own_town_only(towns: TwoTowns, path: str) -> None:
    for here in TOWNS:
        for role in [role for role in ROLES if may(role, exits.CHANNELS[path])]:
            with _channel(towns, path, here, role) as channel:
                assert marks_in(str(channel.recv(timeout=10))) == {here}, role


def test_every_frame_shows_its_own_workers_only(towns: TwoTowns) -> None:
    expected: dict[int, dict[int, int]] = {}
    with psycopg.connect(towns.database_url) as connection:
        for area_id, north in ((AREA_ID, 0.0), (OTHER_ID, 0.0003)):
            expected[area_id] = {one.worker_id: round((one.lat + north) * 1e6) for one in WORKERS}
            for one in WORKERS:  # other tests have moved them, and ended the duty of some
                connection.execute(PUT_BACK, [one.lon, one.lat + north, area_id, one.worker_id])
        duties = connection.execute("select area_id, worker_id from duty where ended_at is null").fetchall()
    with ExitStack() as stack:
        within = [role for role in ROLES if may(role, "worker.live")]
        listening = {
            (here, role): stack.enter_context(_channel(towns, "/ws/workers", here, role))
            for here in TOWNS for role in within
        }  # fmt: skip
        for (here, role), channel in listening.items():
            channel.recv(timeout=10)
            frame = channel.recv(timeout=10)
            assert isinstance(frame, bytes)
            shown = {worker: lat for _, lat, _, _, worker in struct.iter_unpack("<iiBBH", frame[16:])}
            on_duty = {worker for area_id, worker in duties if area_id == here} & exits.LIVE_WORKERS[role]
            assert shown == {worker: expected[here][worker] for worker in on_duty}, role


def test_tiles_are_of_the_own_town(towns: TwoTowns) -> None:
    tags = {}
    for here in TOWNS:
        with towns.client(here, "display") as client:
            answer = client.get(asking_for(OTHER_OF[here], "/tiles/14/13694/6700.mvt"))
            tags[here] = answer.headers["etag"]
            assert "Cookie" in answer.headers["vary"], "a browser that changes towns would show the other's"
    for here in TOWNS:
        with towns.client(here, "display") as client:
            answer = client.get("/tiles/14/13694/6700.mvt", headers={"If-None-Match": tags[OTHER_OF[here]]})
            assert (answer.status_code, answer.headers["etag"]) == (200, tags[here])


def test_what_only_the_other_town_has_is_not_there(towns: TwoTowns) -> None:
    with towns.client(OTHER_ID, "operator") as client:
        body = {"id": str(uuid4()), "source_channel": "phone", "description": "再来一件", "datum": "wgs84"}
        case_no = client.post("/api/incidents", json=body | {"lon": 120.9455, "lat": 30.9190}).json()["case_no"]
    with towns.client(AREA_ID, "shift_leader") as leader:
        assert leader.get(asking_for(OTHER_ID, f"/api/incidents/{case_no}")).status_code == 404
        assert leader.get(f"/print/cases/{case_no}").status_code == 404
        assert leader.post(f"/api/incidents/{case_no}/accept", json={"id": str(uuid4())}).status_code == 404
        assert case_no not in leader.get("/api/incidents").text
    with towns.client(OTHER_ID, "operator") as client:
        assert client.get(f"/api/incidents/{case_no}").json()["state"] == "reported"


def test_a_whole_day_in_one_town_changes_nothing_in_the_other(towns: TwoTowns) -> None:
    before = rows_of(towns.database_url, OTHER_ID)
    with towns.client(AREA_ID, "verifier") as verifier, towns.client(AREA_ID, "gateway") as gateway:
        case_no = towns.planted[AREA_ID].b
        for verb, client, body in (
            ("sign", gateway, {"worker": 2}),
            ("arrive", gateway, {"worker": 2, "lon": 120.9455, "lat": 30.9190, "datum": "wgs84"}),
            ("start", gateway, {"worker": 2}),
            ("feedback", gateway, {"worker": 2, "note": "已劝和", "no_photo_reason": "没带手机"}),
            ("verify", verifier, {"passed": True, "note": "属实"}),
        ):
            answer = client.post(f"/api/incidents/{case_no}/{verb}", json=body | {"id": str(uuid4())})
            assert answer.status_code == 200, f"{verb}: {answer.text}"
        fix = {"recorded_at": utc_now().isoformat(), "lon": 120.95, "lat": 30.919}
        sent = gateway.post("/api/positions", json={"worker": 3, "datum": "wgs84", "fixes": [fix]})
        assert sent.json()["accepted"] == 1
        assert gateway.post("/api/duty", json={"worker": 3, "on": False}).json()["changed"]
    assert rows_of(towns.database_url, OTHER_ID) == before


def test_a_notice_of_one_town_wakes_no_board_of_the_other() -> None:
    async def woken_by(area_id: int) -> bool:
        async def notices() -> AsyncIterator[Notice]:
            yield Notice(area_id, "incident", ("XZ2611300001",))

        board = Board(lambda _: {}, utc_now, notices, AREA_ID)
        await board._listen()
        return board._woken.is_set()

    assert asyncio.run(woken_by(AREA_ID))
    assert not asyncio.run(woken_by(OTHER_ID))


# who is let in where --------------------------------------------------------------------------------------------------


def log_in(towns: TwoTowns, area_id: int) -> httpx.Client:
    """A person of a town, by the login page."""
    client = httpx.Client(base_url=towns.url, timeout=30)
    answer = client.post(f"/login?town={area_id}", data={"account": "li", "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return client


def town_of(client: httpx.Client, **headers: str) -> int | None:
    """The town somebody is in; None when they are let into none."""
    answer = client.get("/api/grids", headers=headers)
    if answer.status_code == 401:
        return None
    return marks_in(answer.text).pop()


def test_the_login_page_offers_the_towns_and_the_form_keeps_the_one_chosen(towns: TwoTowns) -> None:
    with httpx.Client(base_url=towns.url) as client:
        first, other = client.get("/login").text, client.get(f"/login?town={OTHER_ID}&next=/field").text
        assert all(name in page for page in (first, other) for name in ("小镇", "邻乡"))
        assert f'action="/login?town={AREA_ID}"' in first
        assert f'action="/login?town={OTHER_ID}"' in other
        assert 'aria-current="true">邻乡</a>' in other
        assert f"/login?town={AREA_ID}&amp;next=/field" in other
        assert f'action="/login?town={OTHER_ID}"' in client.get("/login").text, "the choice is kept"
    for unknown in ("100000", f"0{OTHER_ID}000", "", "x", "%00"):
        answer = httpx.get(f"{towns.url}/login?town={unknown}")
        assert f'action="/login?town={AREA_ID}"' in answer.text, "the first"


def test_accounts_of_one_name_are_two_and_a_login_replaces_the_one_before(towns: TwoTowns) -> None:
    with closing(log_in(towns, OTHER_ID)) as client:
        assert town_of(client) == OTHER_ID
        client.cookies.set("town", str(AREA_ID))
        assert town_of(client) == OTHER_ID, "the session decides, not what else is asked"
        answer = client.post(f"/login?town={AREA_ID}", data={"account": "li", "password": PASSWORD})
        assert answer.status_code == 303
        assert town_of(client) == AREA_ID
        assert client.cookies["gridcommand"].startswith(f"{AREA_ID}.")


def test_a_token_with_another_town_written_over_it_is_nobodys(towns: TwoTowns) -> None:
    token = towns.tokens[AREA_ID]["operator"]
    with httpx.Client(base_url=towns.url) as nobody:
        assert town_of(nobody, Authorization=f"Bearer {token}") == AREA_ID
        forged = token.replace(str(AREA_ID), str(OTHER_ID))
        assert town_of(nobody, Authorization=f"Bearer {forged}") is None
        unserved = token.replace(str(AREA_ID), "110101")
        assert town_of(nobody, Authorization=f"Bearer {unserved}") is None


def test_a_token_of_every_town_is_served_in_the_one_asked_for(towns: TwoTowns) -> None:
    with towns.database.transaction() as transaction:
        token = create_token(transaction, EVERY_AREA, "operator", "test of every town", utc_now())
    assert str(AREA_ID) not in token
    with httpx.Client(base_url=towns.url, headers={"Authorization": f"Bearer {token}"}) as client:
        assert town_of(client) == AREA_ID
        assert marks_in(client.get("/api/grids", params={"town": OTHER_ID}).text) == {OTHER_ID}
        assert marks_in(client.get("/api/grids", headers={"Cookie": f"town={OTHER_ID}"}).text) == {OTHER_ID}
        assert town_of(client) == AREA_ID


def test_a_token_made_before_towns_were_named_is_found(towns: TwoTowns) -> None:
    before = "gc_" + "x" * 43
    with towns.database.transaction() as transaction:
        create_token(transaction, OTHER_ID, "operator", "made before", utc_now())
    with psycopg.connect(towns.database_url) as connection:
        connection.execute(
            "update api_token set token_hash = %s where area_id = %s and name = 'made before'",
            [hash_token(before), OTHER_ID],
        )
    with httpx.Client(base_url=towns.url, headers={"Authorization": f"Bearer {before}"}) as client:
        assert town_of(client) == OTHER_ID
        assert marks_in(client.get("/api/grids", params={"town": AREA_ID}).text) == {OTHER_ID}


def test_an_account_shut_in_one_town_goes_on_in_the_other(towns: TwoTowns) -> None:
    with closing(log_in(towns, AREA_ID)) as here, closing(log_in(towns, OTHER_ID)) as there:
        with towns.database.transaction() as transaction:
            set_disabled(transaction, OTHER_ID, "li", is_disabled=True)
            revoke_token(transaction, OTHER_ID, "test verifier", utc_now())
        revoked = f"Bearer {towns.tokens[OTHER_ID]['verifier']}"

        def shut() -> bool:
            """A session and a token are each believed for some seconds from their own last look."""
            return town_of(there) is None and town_of(there, Authorization=revoked) is None

        until = time.monotonic() + 8
        while not shut() and time.monotonic() < until:
            time.sleep(0.1)
        assert shut()
        assert town_of(here) == AREA_ID
        assert town_of(here, Authorization=f"Bearer {towns.tokens[AREA_ID]['verifier']}") == AREA_ID
        with towns.database.transaction() as transaction:
            set_disabled(transaction, OTHER_ID, "li", is_disabled=False)
        with closing(log_in(towns, OTHER_ID)) as again:
            assert here.post("/logout", headers={"Origin": towns.url}).status_code == 303
            assert town_of(again) == OTHER_ID
            assert town_of(here) is None


def test_tokens_are_tried_out_no_faster_in_two_towns_than_in_one(both_url: str) -> None:
    with closing(Database(both_url, size=2)) as database:
        centres, _, _ = _open(both_url, database)
        settings = replace(centres[AREA_ID].settings, rate_factor=0.01)
        rates = Rates(settings.rate_factor)
        slow = {area_id: build_server(replace(one, settings=settings), rates) for area_id, one in centres.items()}
        with serving(Towns(slow, settings, rates)) as url, httpx.Client(base_url=url) as guesser:
            answers = []
            for number in range(9):
                tried = [f"gc_{AREA_ID}_", f"gc_{OTHER_ID}_", "gc_"][number % 3] + f"{number:043}"
                answers.append(guesser.get("/api/grids", headers={"Authorization": f"Bearer {tried}"}).status_code)
    assert answers == [401] * 6 + [429] * 3


def test_passwords_are_tried_out_no_faster_in_two_towns_than_in_one(towns: TwoTowns) -> None:
    with towns.database.transaction() as transaction:
        create_account(transaction, EVERY_AREA, NewAccount("chief", "sysadmin"), utc_now(), PASSWORD)
    here, there = (towns.servers[area_id].state.sessions for area_id in TOWNS)
    for number in range(FAILURES):
        with pytest.raises(NotAuthenticated):
            (here, there)[number % 2].log_in("chief", "wrong", "10.9.9.9")
    for sessions in (here, there):
        with pytest.raises(NotAuthenticated):
            sessions.log_in("chief", PASSWORD, "10.9.9.9")
        assert sessions.log_in("chief", PASSWORD, "10.9.9.8")[1].account == "chief"
    with pytest.raises(NotAuthenticated):
        here.log_in("li", "wrong", "10.9.9.9")
    assert there.log_in("li", PASSWORD, "10.9.9.9")[1].is_of(OTHER_ID)


def test_health_tells_of_every_town(towns: TwoTowns) -> None:
    with httpx.Client(base_url=towns.url) as client:
        assert client.get("/api/health").json()["status"] == "ok"
        towns.centres[OTHER_ID].reports.report("days", "failed")
        assert client.get("/api/health").json()["status"] == "degraded"
        towns.centres[OTHER_ID].reports.report("days", "ok")
        assert client.get("/api/health").json()["status"] == "ok"


def test_two_centres_on_one_database_know_their_own_people(both_url: str) -> None:
    with closing(Database(both_url, size=4)) as database:
        centres, servers, _ = _open(both_url, database)
        assert centres.keys() == servers.keys()
        with database.transaction() as transaction:
            token = create_token(transaction, OTHER_ID, "operator", "of the second", utc_now())
        with serving(servers[AREA_ID]) as first, serving(servers[OTHER_ID]) as second:
            for url, town in ((first, None), (second, OTHER_ID), (first, None)):
                with httpx.Client(base_url=url) as client:
                    assert town_of(client, Authorization=f"Bearer {token}") == town
