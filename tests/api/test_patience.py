"""Requests that do not come to their end are closed; others are answered meanwhile. Over real sockets."""

from __future__ import annotations

import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest

from api.security.bodies import SLOWEST_BYTES_S
from commands.connections import HEAD_BYTES_LIMIT, allow_open_files, connections
from dispatch.centre import Centre
from tests.api.conftest import make_server, serving

Headers = Callable[[str], dict[str, str]]
PATIENCE_S = 1.0
CLOSED_WITHIN_S = 30


@pytest.fixture(scope="module")
def hurried(small_centre: Centre) -> Iterator[str]:
    """Address of a server that waits a second for a request."""
    centre = replace(small_centre, settings=replace(small_centre.settings, request_timeout_s=PATIENCE_S))
    with serving(make_server(centre), http=connections(PATIENCE_S)) as address:
        yield address


def half_sent(token: dict[str, str]) -> list[bytes]:
    """Beginnings of requests: of the first line, of the headers, of bodies of both kinds."""
    head = f"POST /api/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: {token['Authorization']}\r\n".encode()
    return [
        b"GET /api/hea",
        b"GET /api/health HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        head + b"Content-Length: 1000\r\n\r\n{",
        head + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{    \r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\naccount=",
    ]


def connected(address: str) -> socket.socket:
    place = urlsplit(address)
    found = socket.create_connection((place.hostname, place.port), timeout=CLOSED_WITHIN_S)
    found.settimeout(CLOSED_WITHIN_S)
    return found


def until_closed(half: socket.socket) -> bytes:
    """What a connection is answered before it is closed."""
    told = b""
    try:
        while part := half.recv(4096):
            told += part
    except ConnectionResetError:
        pass
    return told


def hold_half_sent(address: str, token: dict[str, str], count: int) -> None:
    beginnings = half_sent(token)
    with ExitStack() as stack:
        held = [stack.enter_context(connected(address)) for _ in range(count)]
        for place, half in enumerate(held):
            half.sendall(beginnings[place % len(beginnings)])
        for _ in range(3):
            assert httpx.get(f"{address}/api/health", timeout=CLOSED_WITHIN_S).status_code == 200
        for half in held:
            told = until_closed(half)
            assert told.startswith(b"HTTP/1.1 408"), told[:200]


def test_what_is_half_sent_is_closed_and_others_are_answered(hurried: str, token_of: Headers) -> None:
    hold_half_sent(hurried, token_of("operator"), 40)


@pytest.mark.long
def test_five_hundred_half_sent_are_closed_and_others_are_answered(hurried: str, token_of: Headers) -> None:
    allow_open_files()
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 1200:
        pytest.skip("this account may not open so many files")
    hold_half_sent(hurried, token_of("operator"), 500)


def test_a_body_that_stops_is_told_so_in_the_one_shape(hurried: str, token_of: Headers) -> None:
    with connected(hurried) as half:
        half.sendall(half_sent(token_of("operator"))[2])
        told = until_closed(half)
    assert b'"code":"body_too_slow"' in told
    assert b"connection: close" in told.lower()


def test_whoever_says_nothing_at_all_is_closed(hurried: str) -> None:
    with connected(hurried) as silent:
        assert until_closed(silent) == b""


def test_the_second_request_of_a_connection_is_waited_for_no_longer(hurried: str) -> None:
    whole = b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"
    with connected(hurried) as half:
        half.sendall(whole)
        assert half.recv(4096).startswith(b"HTTP/1.1 200")
        half.sendall(whole[:20])
        assert b"HTTP/1.1 408" in until_closed(half)


def test_a_slow_body_that_keeps_coming_is_taken(hurried: str, token_of: Headers) -> None:
    import threading

    pause = threading.Event()

    def parts() -> Iterator[bytes]:
        for _ in range(4):
            pause.wait(PATIENCE_S / 2)  # together longer than a silent one is waited for
            yield b" " * SLOWEST_BYTES_S * 2

    answer = httpx.post(f"{hurried}/api/incidents", content=parts(), headers=token_of("operator"), timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


def test_headers_without_end_are_not_kept(hurried: str) -> None:
    with connected(hurried) as endless:
        endless.sendall(b"GET /api/health HTTP/1.1\r\nHost: x\r\n")
        try:
            for _ in range(4 * HEAD_BYTES_LIMIT // 1000):
                endless.sendall(b"X-More: " + b"x" * 990 + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            return
        assert until_closed(endless).startswith(b"HTTP/1.1 431")


def test_with_too_many_connections_the_silent_make_room(small_centre: Centre) -> None:
    with serving(make_server(small_centre), http=connections(60.0, 5)) as address, ExitStack() as stack:
        silent = [stack.enter_context(connected(address)) for _ in range(8)]
        assert httpx.get(f"{address}/api/health", timeout=CLOSED_WITHIN_S).status_code == 200
        assert [until_closed(one) for one in silent[:3]] == [b""] * 3
