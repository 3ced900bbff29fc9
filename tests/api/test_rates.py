"""Who asks too often is told when to come again, in words; nobody else notices; normal work stays far below."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from api.security.rates import ADDRESS, DEVICE, FILES, GATEWAY, PERSON, Rate, Rates
from app import build_server
from base.errors import TooManyRequests
from dispatch.centre import Centre
from tests.api.conftest import serving
from words.units import duration_text

Headers = Callable[[str], dict[str, str]]
FACTOR = 0.05
"""Six requests of a device, thirty of a person."""


@pytest.fixture
def strict(small_centre: Centre) -> Iterator[httpx.Client]:
    """A server that has counted nothing yet, with a twentieth of the limits."""
    centre = replace(small_centre, settings=replace(small_centre.settings, rate_factor=FACTOR))
    with serving(build_server(centre)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def statuses(client: httpx.Client, path: str, headers: dict[str, str], times: int) -> list[int]:
    return [client.get(path, headers=headers).status_code for _ in range(times)]


def test_a_device_is_stopped_and_the_others_go_on(strict: httpx.Client, token_of: Headers) -> None:
    allowed = round(DEVICE.requests * FACTOR)
    device = token_of("grid_worker")
    assert statuses(strict, "/api/incidents", device, allowed) == [200] * allowed
    refused = strict.get("/api/incidents", headers=device | {"Accept-Language": "en"})
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many_requests"
    wait_s = int(refused.headers["retry-after"])
    assert 1 <= wait_s <= DEVICE.window_s
    assert duration_text(wait_s, "en") in refused.json()["error"]["message"]
    assert re.search("[秒分]", strict.get("/api/incidents", headers=device).json()["error"]["message"])
    assert statuses(strict, "/api/incidents", token_of("operator"), 3) == [200] * 3
    gateway = statuses(strict, "/api/grids", token_of("gateway"), 60)
    assert set(gateway) == {200}, "a gateway speaks for many"


def test_callbacks_pages_and_channels_count_files_do_not(strict: httpx.Client, token_of: Headers) -> None:
    person = token_of("operator")
    allowed = round(PERSON.requests * FACTOR)
    assert set(statuses(strict, "/console/_dash-layout", person, allowed // 2)) == {200}
    callback = "/console/_dash-update-component"
    for _ in range(allowed - allowed // 2):
        assert strict.post(callback, json={}, headers=person).status_code == 400
    assert strict.post(callback, json={}, headers=person).status_code == 429
    page = strict.get("/console/", headers=person | {"Accept": "text/html"})
    assert (page.status_code, "<h1>" in page.text, "retry-after" in page.headers) == (429, True, True)
    with pytest.raises(InvalidStatus) as refused:
        connect(str(strict.base_url).replace("http", "ws") + "/ws/workers", additional_headers=person)
    assert refused.value.response.status_code == 403
    assert set(statuses(strict, "/browser/0/map.css", person, 20)) == {200}


def test_whoever_tries_tokens_is_stopped_by_address_and_a_known_login_is_not(
    strict: httpx.Client, token_of: Headers
) -> None:
    person = token_of("operator")
    allowed = round(ADDRESS.requests * FACTOR)
    found = [
        strict.get("/api/grids", headers={"Authorization": f"Bearer gc_{number}"}).status_code
        for number in range(allowed + 5)
    ]
    assert found == [401] * allowed + [429] * 5
    assert strict.get("/login").status_code == 429
    assert strict.get("/favicon.ico").status_code == 200
    with_cookie = strict.get("/api/grids", headers=person)
    assert with_cookie.status_code in (200, 429), "known for three seconds, asked about again afterwards"


def test_normal_work_stays_far_below() -> None:
    """A console loads with some 40 requests; a phone reports every ten seconds; a wall's map has hundreds of tiles."""
    rates = Rates(1.0)
    for _ in range(3 * 40):
        rates.count(PERSON, "a console loaded three times within a minute")
    for _ in range(120):
        rates.count(DEVICE, "a phone that sends what it kept")
    for _ in range(4000):
        rates.count(FILES, "a large wall")
    for _ in range(80 * 60):
        rates.count(GATEWAY, "eighty phones a second each, through one gateway")
    with pytest.raises(TooManyRequests):
        rates.count(DEVICE, "a phone that sends what it kept")
    rates.count(DEVICE, "another phone")


def test_the_settings_page_tells_every_limit() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| .* \|$", page, re.MULTILINE)
    told = {name: Rate(int(requests), int(window_s)) for name, requests, window_s in rows}
    assert told == {"device": DEVICE, "person": PERSON, "gateway": GATEWAY, "address": ADDRESS, "files": FILES}


def test_counting_starts_no_thread_and_forgets_who_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = Rates(1.0)
    rates.count(PERSON, "the first")
    monkeypatch.setattr(threading.Thread, "start", lambda _: pytest.fail("a thread for a count"))
    for number in range(200):
        rates.count(ADDRESS, f"192.0.2.{number}")
    storage = rates._counter.storage
    assert len(storage.storage) > 200
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 3600)
    monkeypatch.setattr(time, "monotonic", lambda now=time.monotonic: now() + 3600)
    rates.count(ADDRESS, "192.0.2.1")
    assert len(storage.storage) < 10


def test_what_is_refused_is_not_counted() -> None:
    rates = Rates(FACTOR)
    for _ in range(round(DEVICE.requests * FACTOR)):
        rates.check(DEVICE, "one")
        rates.count(DEVICE, "one")
    for _ in range(50):
        with pytest.raises(TooManyRequests):
            rates.check(DEVICE, "one")
