"""What holds for every answer: no browser keeps it, it leads to no other host, no request is over its head."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from api.security.answers import on_this_host
from api.security.guard import HEADERS_LIMIT, URL_LIMIT
from api.security.permissions import is_file
from app import build_server
from dispatch.centre import Centre
from tests.api.conftest import serving
from tests.api.test_guard import everything_served

Headers = Callable[[str], dict[str, str]]
EVIL = "evil.example"


@pytest.fixture(scope="module")
def whole(small_centre: Centre) -> Iterator[str]:
    """The address of the whole server, with every screen."""
    with serving(build_server(small_centre)) as address:
        yield address


@pytest.fixture(scope="module")
def paths(small_centre: Centre) -> list[str]:
    """A path for every route, with something in the place of its parameters; with and without a slash at its end."""
    fill = {"{z}/{x}/{y}": "12/3400/1670", "{case_no}": "XZ9901010001", "{verb}": "accept", "{photo_id}": "x"}
    found = set()
    for route in everything_served(small_centre, build_server):
        path = getattr(route, "path", "")
        for name, value in fill.items():
            path = path.replace(name, value)
        path = path.split("{")[0]
        found |= {path, path.rstrip("/") or "/", path.rstrip("/") + "/"}
    return sorted(found)


def test_only_files_may_be_kept_by_a_browser(whole: str, paths: list[str], token_of: Headers) -> None:
    kept = set()
    with httpx.Client(base_url=whole, timeout=30) as client:
        for headers in (token_of("shift_leader"), {"Accept": "text/html"}):
            for path in paths:
                answer = client.get(path, headers=headers)
                if "no-store" not in answer.headers.get("cache-control", ""):
                    kept.add(path)
                    assert is_file(path), path
                    assert answer.status_code == 200
        assert client.get("/browser/0/map.css", headers=token_of("operator")).headers["cache-control"] == "no-cache"
        tile = client.get("/tiles/12/3400/1670.mvt", headers=token_of("operator"))
        assert "max-age" in tile.headers["cache-control"]
        again = client.get("/browser/0/map.css", headers=token_of("operator") | {"If-None-Match": "x"})
        tag = {"If-None-Match": again.headers["etag"]}
        unchanged = client.get("/browser/0/map.css", headers=token_of("operator") | tag)
        assert (unchanged.status_code, unchanged.headers["cache-control"]) == (304, "no-cache")
    assert kept <= {path for path in paths if is_file(path)}
    assert len(paths) > 60


@pytest.mark.parametrize(
    "path", ["/console/_dash-update-component", "/login", "/logout", "/api/positions", "/api/incidents"]
)
def test_answers_to_what_is_sent_are_kept_neither(whole: str, token_of: Headers, path: str) -> None:
    for headers in ({}, token_of("operator")):
        answer = httpx.post(f"{whole}{path}", json={}, headers=headers)
        assert "no-store" in answer.headers["cache-control"], path


@pytest.mark.parametrize("host", [EVIL, f"{EVIL}:99999", "[", "a b", "", "x" * 3000, f"{EVIL}/path", f"{EVIL}\\@x"])
def test_a_wrong_host_changes_nothing(whole: str, paths: list[str], token_of: Headers, host: str) -> None:
    asked = ["/", "/wall", "/wall/", "/api/grids", "/api/grids/", "/api/nowhere", "/login", "/login/", "/logout"]
    if host == EVIL:
        asked += [path for path in paths if path.count("/") < 3 and path not in asked]
    with httpx.Client(base_url=whole, timeout=30) as client:
        for path in asked:
            for headers in ({"Accept": "text/html"}, token_of("shift_leader")):
                right = client.get(path, headers=headers)
                wrong = client.get(path, headers=headers | {"Host": host})
                assert wrong.status_code == right.status_code, path
                assert wrong.headers.get("location") == right.headers.get("location"), path
                assert EVIL not in str(wrong.headers) + wrong.text, path
                assert wrong.headers.get("location", "/").startswith("/")


def test_a_slash_more_or_less_leads_to_a_path(whole: str, token_of: Headers) -> None:
    answer = httpx.get(f"{whole}/wall", headers=token_of("operator") | {"Host": EVIL})
    assert (answer.status_code // 100, answer.headers["location"]) == (3, "/wall/")


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/login?next=/wall", "/login?next=/wall"),
        ("http://evil.example/wall/", "/wall/"),
        ("https://evil.example//other.example/", "/other.example/"),
        ("//evil.example/x", "/x"),
        ("\\\\evil.example/x", "/x"),
        ("http://evil.example", "/"),
        ("http://evil.example?a=b", "/?a=b"),
        ("wall/", "wall/"),
    ],
)
def test_an_address_without_its_host(location: str, path: str) -> None:
    assert on_this_host(location) == path


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "\\\\", "http://a b"])
def test_an_origin_that_is_none_is_another_site(whole: str, origin: str) -> None:
    answer = httpx.post(f"{whole}/login", data={"account": "x", "password": "y"}, headers={"Origin": origin})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_origin")


def test_an_address_without_end_is_refused_in_words(whole: str, token_of: Headers) -> None:
    with httpx.Client(base_url=whole, headers=token_of("operator"), timeout=30) as client:
        for path in (f"/api/{'x' * URL_LIMIT}", f"/api/incidents?grid={'1' * URL_LIMIT}", f"/wall/{'%41' * 20000}"):
            answer = client.get(path)
            assert answer.status_code == 414, path[:40]
            assert answer.json()["error"]["code"] == "address_too_long"
        assert client.get(f"/api/incidents?grid={'1' * 4000}").status_code == 400


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000, b"9" * 100_000, b'{"id":' + b"9" * 5000 + b"}"])
def test_json_without_end_is_the_senders_fault(whole: str, token_of: Headers, body: bytes) -> None:
    paths = ["/api/incidents", "/api/positions", "/api/duty", "/api/devices/osmand", "/api/devices/owntracks"]
    paths += ["/api/incidents/XZ9901010001/accept", "/console/_dash-update-component"]
    for path in paths:
        headers = token_of("shift_leader" if "duty" in path or "_dash" in path else "gateway")
        answer = httpx.post(f"{whole}{path}", content=body, headers=headers | {"Content-Type": "application/json"})
        assert answer.status_code < 500, f"{path}: {answer.text[:200]}"
        # A telephone's own address answers 200 to what has no place in it: refused, it would be sent for ever.
        assert "devices" in path or answer.json()["error"]["message"], path


def test_too_many_and_too_large_headers_are_refused_in_words(whole: str, token_of: Headers) -> None:
    many = {f"X-{number}": "x" for number in range(HEADERS_LIMIT + 1)}
    for headers in (many, {"X": "x" * 40_000}, {"Cookie": "a=" + "b" * 40_000}):
        answer = httpx.get(f"{whole}/api/grids", headers=token_of("operator") | headers, timeout=30)
        assert answer.status_code == 431
        assert answer.json()["error"]["code"] == "headers_too_large"
