"""A request to a screen's callback is let in only as the screen's own page would send it."""

import asyncio
import json
from typing import Any

import pytest

from api.security.dash_requests import DashRequests

LISTED = [
    {
        "output": "panel.children",
        "inputs": [{"id": "map", "property": "clickData"}],
        "state": [{"id": "form", "property": "value"}],
    },
    {"output": "list.data", "inputs": [{"id": '{"row":["ALL"]}', "property": "n_clicks"}], "state": []},
]
ONE = {
    "output": "panel.children",
    "inputs": [{"id": "map", "property": "clickData", "value": None}],
    "state": [{"id": "form", "property": "value", "value": "x"}],
}


async def screen(scope: dict[str, Any], receive: Any, send: Any) -> None:
    assert scope["path"] == "/console/_dash-dependencies"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(LISTED).encode()})


def is_genuine(body: bytes) -> bool:
    scope = {"type": "http", "method": "POST", "path": "/console/_dash-update-component", "headers": []}
    return asyncio.run(DashRequests(screen).is_genuine(scope, [{"type": "http.request", "body": body}]))


def test_what_the_page_sends_is_let_in():
    assert is_genuine(json.dumps(ONE).encode())
    rows = {"output": "list.data", "inputs": [[{"id": {"row": 1}, "property": "n_clicks", "value": 1}]], "state": []}
    assert is_genuine(json.dumps(rows).encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"output": "nothing.children"},
        {"output": 5},
        {"inputs": []},
        {"inputs": "x"},
        {"inputs": [{"id": "another", "property": "clickData"}]},
        {"inputs": ONE["inputs"] * 2},
        {"state": []},
        {"state": [None]},
    ],
)
def test_what_it_cannot_have_sent_is_not(changes: dict[str, Any]):
    assert not is_genuine(json.dumps(ONE | changes).encode())


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"5", b"\xff\xfe", b"null"])
def test_nor_is_what_is_not_a_request_at_all(body: bytes):
    assert not is_genuine(body)
