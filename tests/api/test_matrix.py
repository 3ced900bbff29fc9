"""Red team: every route, callback and channel of the server, tried by every role.

Each is allowed or refused as the tables of ``exits.py`` say; every answer is searched for what was planted; every look
at somebody's data leaves its line in the audit. A route that is not in the tables is a failure.
"""

from __future__ import annotations

import html
import json
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from starlette.routing import WebSocketRoute
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from app import build_server
from dispatch.access.grants import GRANTS
from dispatch.access.roles import ROLES
from dispatch.centre import Centre
from screens.screens import home
from tests.api import exits
from tests.api.conftest import serving
from tests.api.exits import SECRETS, Exit, Planted
from tests.api.planting import plant
from tests.small_town import AREA_ID

Headers = Callable[[str], dict[str, str]]


@pytest.fixture(scope="module")
def server(small_centre: Centre) -> Any:
    """The whole server, as the start puts it together."""
    return build_server(small_centre)


@pytest.fixture(scope="module")
def whole(server: Any) -> Iterator[str]:
    """Its address."""
    with serving(server) as address:
        yield address


@pytest.fixture(scope="module")
def roles(whole: str, token_of: Headers) -> Iterator[dict[str, httpx.Client]]:
    """A client for each role."""
    clients = {role: httpx.Client(base_url=whole, headers=token_of(role), timeout=60) for role in ROLES}
    yield clients
    for client in clients.values():
        client.close()


@pytest.fixture(scope="module")
def planted(roles: dict[str, httpx.Client], shared_small_url: str) -> Planted:
    """Two cases, a call for help, a picture and a resident, full of what must not come out."""
    return plant(roles, shared_small_url, AREA_ID, SECRETS)


@pytest.fixture(scope="module")
def looks(shared_small_url: str) -> Iterator[Callable[[], list[str]]]:
    """The actions in the audit since it was asked last."""
    with psycopg.connect(shared_small_url, autocommit=True) as connection:
        seen = 0

        def since() -> list[str]:
            nonlocal seen
            rows = connection.execute(
                "select link_no, action from audit where area_id = %s and link_no > %s order by link_no",
                [AREA_ID, seen],
            ).fetchall()
            seen = rows[-1][0] if rows else seen
            return [action for _, action in rows]

        yield since


def told(answer: httpx.Response) -> set[str]:
    """Which secrets an answer tells, in whatever way it is written."""
    return secrets_in(text_of(answer))


def text_of(answer: httpx.Response) -> str:
    """What an answer says, the sheets of a workbook with it."""
    body = answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return body.decode("utf-8", "replace")


def plain(text: str) -> str:
    """The letters themselves, however they are written."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda hit: chr(int(hit[1], 16)), html.unescape(text))


def secrets_in(text: str) -> set[str]:
    letters = plain(text)
    return {name for name, secret in SECRETS.items() if secret in letters}


def may(role: str, grant: str) -> bool:
    return grant == "open" or role in GRANTS[grant]


def routes_of(server: Any) -> set[tuple[str, str]]:
    """Every method and path the server answers to; ``WS`` for channels."""

    def inside(routes: list[Any]) -> Iterator[Any]:
        for route in routes:
            inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
            yield from inside(inner) if inner else [route]

    found = set()
    for route in inside(server.routes):
        methods = {"WS"} if isinstance(route, WebSocketRoute) or not hasattr(route, "methods") else route.methods
        found |= {(method, route.path) for method in methods or () if method != "HEAD"}
    return found


def test_every_route_and_channel_is_in_the_tables(server: Any) -> None:
    known = set(exits.HTTP) | {("WS", path) for path in exits.CHANNELS}
    for screen in exits.SCREENS:
        known |= {
            ("POST" if name == "_dash-update-component" else "GET", f"/{screen}/{name}") for name in exits.SCREEN_ROUTES
        }
        known.add(("WS", f"/{screen}/{exits.CLOSED_CHANNEL}"))
    assert routes_of(server) == known


@pytest.mark.parametrize("route", exits.HTTP, ids=" ".join)
def test_every_role_at_every_route(
    roles: dict[str, httpx.Client], planted: Planted, looks: Callable[[], list[str]], route: tuple[str, str]
) -> None:
    for way in exits.HTTP[route]:
        for role, client in roles.items():
            looks()
            body = None if way.body is None else way.body(planted, role)
            answer = client.request(route[0], way.path(planted), json=body)
            _check(way, role, answer, looks())
            if answer.is_success and "html" in answer.headers.get("content-type", ""):
                _follow_links(client, answer, f"{role} {route[1]}")


def _check(way: Exit, role: str, answer: httpx.Response, left: list[str]) -> None:
    where = f"{role} {answer.request.method} {answer.request.url}: {answer.status_code}"
    assert answer.status_code < 500, where
    if way.grant != "open":
        assert (answer.status_code not in (401, 403)) == may(role, way.grant), where
    assert told(answer) == (way.sees.get(role, set()) if may(role, way.grant) else set()), where
    if way.look:
        recorded = may(role, way.grant) and role not in way.unrecorded
        assert (way.look in left) == recorded, f"{where} left {left}"
    elif not way.body:
        assert left == [], f"{where} left {left}"


@pytest.mark.parametrize("screen", exits.SCREENS)
def test_every_role_at_every_screen(roles: dict[str, httpx.Client], planted: Planted, screen: str) -> None:
    assert planted
    for role, client in roles.items():
        is_granted = may(role, exits.SCREENS[screen])
        for name in exits.SCREEN_FILES:
            answer = client.get(f"/{screen}/{name}")
            assert (answer.status_code == 403) != is_granted, f"{role} /{screen}/{name}: {answer.status_code}"
            sees = exits.SCREEN_LAYOUTS.get(screen, {}).get(role, set()) if name == "_dash-layout" else set()
            assert told(answer) == sees, f"{role} /{screen}/{name}"
            if is_granted and name == "_dash-layout":
                _follow_links(client, answer, f"{role} /{screen}")
        answer = client.get(f"/{screen}/_dash-component-suites/dash/nothing.js")
        assert answer.status_code == (404 if is_granted else 403)


@pytest.mark.parametrize("screen", exits.SCREENS)
def test_every_role_at_every_callback(
    roles: dict[str, httpx.Client], planted: Planted, looks: Callable[[], list[str]], screen: str
) -> None:
    within = next(role for role in ROLES if may(role, exits.SCREENS[screen]))
    listed = roles[within].get(f"/{screen}/_dash-dependencies").json()
    values = exits.callback_values(planted)
    for callback in [each for each in listed if each["clientside_function"] is None] or [_NO_CALLBACK]:
        name, body = name_of(callback), body_of(callback, values)
        for role, client in roles.items():
            looks()
            answer = client.post(f"/{screen}/_dash-update-component", json=body)
            where, left = f"{role} {screen} {name}: {answer.status_code}", looks()
            expected = (
                (403,) if not may(role, exits.SCREENS[screen]) else (400,) if callback is _NO_CALLBACK else (200, 204)
            )
            assert answer.status_code in expected, f"{where} {answer.text[:300]}"
            is_granted = answer.status_code != 403
            assert told(answer) == (exits.CALLBACK_SEES.get(name, {}).get(role, set()) if is_granted else set()), where
            look = exits.CALLBACK_LOOKS.get(name)
            is_late = (name in exits.ONLY_HIS and role != exits.LEADER) or role in exits.NOT_THEIRS.get(name, ())
            assert (look in left) if look and is_granted and not is_late else not left, f"{where} left {left}"
            if is_granted:
                _follow_links(client, answer, where)
                looks()


LINK = re.compile(r'(?:"href":\s*|\bhref=)"(/[^"#]*)"')
"""Of a page's parts, and of a page that is written whole."""
_followed: set[tuple[int, str]] = set()


def _follow_links(client: httpx.Client, answer: httpx.Response, where: str) -> None:
    """No link of a page leads whom it is shown to to a refusal."""
    for path in set(LINK.findall(html.unescape(answer.text.replace("\\u0026", "&")))):
        if (id(client), path) not in _followed:
            _followed.add((id(client), path))
            led = client.get(path, follow_redirects=True)
            assert led.status_code == 200, f"{where} leads to {path}: {led.status_code}"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "gateway"])
def test_every_role_begins_on_a_page_of_its_own(roles: dict[str, httpx.Client], role: str) -> None:
    first = roles[role].get("/", follow_redirects=True)
    assert first.status_code == 200
    assert urlsplit(str(first.url)).path.rstrip("/") == home(role)


_NO_CALLBACK = {"output": "nothing.children", "inputs": [], "state": []}


def name_of(callback: dict[str, Any]) -> str:
    """The first output without Dash's mark of a second writer, with the input where that one is shared."""
    first = callback["output"].strip(".").split("...")[0]
    name, _, is_shared = first.partition("@")
    return f"{name}@{callback['inputs'][0]['id'].rpartition('-')[2]}" if is_shared else name


def body_of(callback: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    def filled(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {"id": part["id"], "property": part["property"], "value": values.get(f"{part['id']}.{part['property']}")}
            for part in parts
        ]

    output = callback["output"]
    outputs = [
        {"id": place.rpartition(".")[0], "property": place.rpartition(".")[2]}
        for place in output.strip(".").split("...")
    ]
    inputs = filled(callback["inputs"])
    return {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": inputs,
        "state": filled(callback["state"]),
        "changedPropIds": [f"{part['id']}.{part['property']}" for part in inputs[:1]],
    }


@pytest.mark.parametrize("path", exits.CHANNELS)
def test_every_role_at_every_channel(
    whole: str, token_of: Headers, planted: Planted, looks: Callable[[], list[str]], path: str
) -> None:
    assert planted
    url = whole.replace("http", "ws", 1) + path
    within = [role for role in ROLES if may(role, exits.CHANNELS[path])]
    look = [exits.CHANNEL_LOOKS[path]] if path in exits.CHANNEL_LOOKS else []
    with ExitStack() as stack:
        channels = {}
        for role in within:
            looks()
            channels[role] = stack.enter_context(connect(url, additional_headers=token_of(role), max_size=None))
            assert [one for one in looks() if one != exits.ONCE_A_SCREEN] == look, role
        for role in set(ROLES) - set(within):
            with pytest.raises(InvalidStatus) as refused, connect(url, additional_headers=token_of(role)):
                pass
            assert refused.value.response.status_code == 403, role
        assert [one for one in looks() if one != exits.ONCE_A_SCREEN] == []
        for role, channel in channels.items():
            _check_message(path, role, channel.recv(timeout=10))


def _check_message(path: str, role: str, message: str | bytes) -> None:
    if isinstance(message, bytes):
        workers = {worker for *_, worker in struct.iter_unpack("<iiBBH", message[16:])}
        assert workers == exits.LIVE_WORKERS[role], role
        return
    assert json.loads(message)["full"]
    assert secrets_in(message) == exits.CHANNEL_SEES.get(path, {}).get(role, set()), role


@pytest.mark.parametrize("screen", exits.SCREENS)
def test_callbacks_over_a_channel_are_open_to_nobody(whole: str, token_of: Headers, screen: str) -> None:
    url = f"{whole.replace('http', 'ws', 1)}/{screen}/{exits.CLOSED_CHANNEL}"
    role = next(role for role in ROLES if may(role, exits.SCREENS[screen]))
    with pytest.raises(InvalidStatus), connect(url, additional_headers=token_of(role), origin=whole):
        pass


def test_every_secret_is_told_to_somebody_or_to_nobody_at_all() -> None:
    ways = [way for each in exits.HTTP.values() for way in each]
    anywhere = [*(way.sees for way in ways), *exits.CALLBACK_SEES.values(), *exits.SCREEN_LAYOUTS.values()]
    shown = set().union(*(secrets for sees in anywhere for secrets in sees.values()))
    assert set(SECRETS) - shown == {"resident", "resident_phone", "resident_identity"}
    assert all("display" not in sees and "sysadmin" not in sees for sees in anywhere)
