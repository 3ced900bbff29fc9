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
    {"output": "..list.data@0a1b...list.className..", "inputs": [{"id": "row", "property": "n_clicks"}], "state": []},
]
ONE = {
    "output": "panel.children",
    "outputs": {"id": "panel", "property": "children"},
    "changedPropIds": ["map.clickData"],
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
    outputs = [{"id": "list", "property": "data@0a1b"}, {"id": "list", "property": "className"}]
    rows = {"output": "..list.data@0a1b...list.className..", "outputs": outputs, "changedPropIds": []}
    rows |= {"inputs": [{"id": "row", "property": "n_clicks"}]}
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
        {"outputs": None},
        {"outputs": [{"id": "panel", "property": "children"}]},
        {"outputs": {"id": "another", "property": "children"}},
        {"changedPropIds": None},
        {"changedPropIds": ["form.value"]},
        {"changedPropIds": [{"id": "map"}]},
        {"output": '{"row":["ALL"]}.n_clicks'},
        {"state": [{"id": "form", "property": "value", "value": "\0"}]},
        {"state": [{"id": "form", "property": "value", "value": "\ud800"}]},
        {"state": [{"id": "form", "property": "value", "value": float("nan")}]},
    ],
)
def test_what_it_cannot_have_sent_is_not(changes: dict[str, Any]):
    assert not is_genuine(json.dumps(ONE | changes).encode())


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"5", b"\xff\xfe", b"null", b"[" * 100_000])
def test_nor_is_what_is_not_a_request_at_all(body: bytes):
    assert not is_genuine(body)
