"""What no page sends to a callback is the sender's fault: 400 or harmless, never a 500, never a logged error."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from app import build_server
from dispatch.centre import Centre
from tests.api.conftest import serving

Headers = Callable[[str], dict[str, str]]
ROLE_OF_SCREEN = {
    "console": "shift_leader",
    "wall": "operator",
    "field": "grid_worker",
    "replay": "reviewer",
    "statistics": "reviewer",
    "verify": "verifier",
}
UNLIKELY: tuple[Any, ...] = (
    None,
    True,
    -1,
    3.7,
    10**30,
    float("nan"),
    "",
    "{",
    "\0",
    "YZ9901010001",
    "x" * 5000,
    [],
    [None, {}],
    {},
    {"case_no": None, "id": 5, "lon": "x", "lat": [], "verb": {}, "ask": "yes"},
    {"properties": {"code": {}}},
    {"id": "not-a-uuid", "case_no": "YZ9901010001", "verb": "no_such_verb", "worker": "x", "suggestion": "y"},
    {"case_no": {"a": 1}, "lon": 1e308, "lat": -1e308, "ask": True, "by": 7, "sent": "x"},
    {"measure": "__class__", "by": "no such", "key": None},
)
"""Values of every kind a property may wrongly have."""


@pytest.fixture(scope="module")
def screens(small_centre: Centre) -> Iterator[str]:
    """The address of the whole server, with every screen."""
    with serving(build_server(small_centre)) as address:
        yield address


@pytest.fixture(scope="module")
def callbacks(screens: str, token_of: Headers) -> dict[str, list[dict[str, Any]]]:
    """The callbacks of every screen that run on the server, as the screens list them."""
    found = {}
    for screen, role in ROLE_OF_SCREEN.items():
        listed = httpx.get(f"{screens}/{screen}/_dash-dependencies", headers=token_of(role), timeout=30).json()
        found[screen] = [each for each in listed if not each["clientside_function"]]
    return found


def outputs_of(output: str) -> Any:
    names = output[2:-2].split("...") if output.startswith("..") else [output]
    parts = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    return parts if output.startswith("..") else parts[0]


def request_of(callback: dict[str, Any], values: list[Any]) -> dict[str, Any]:
    """The request the page sends for a callback, with these values in order."""
    left = iter(values)

    def filled(kind: str) -> list[dict[str, Any]]:
        return [{"id": one["id"], "property": one["property"], "value": next(left)} for one in callback[kind]]

    inputs = filled("inputs")
    return {
        "output": callback["output"],
        "outputs": outputs_of(callback["output"]),
        "inputs": inputs,
        "changedPropIds": [f"{one['id']}.{one['property']}" for one in inputs[:1]],
        "state": filled("state"),
    }


def malformed(callback: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Requests for this callback that its page cannot send."""
    count = len(callback["inputs"]) + len(callback["state"])
    for value in UNLIKELY:
        yield request_of(callback, [value] * count)
    whole = request_of(callback, [None] * count)
    for name in ("output", "outputs", "inputs", "state", "changedPropIds"):
        yield {key: value for key, value in whole.items() if key != name}
        for value in (None, 5, "x", [], {}, [None], [[]], [5], [{"id": "a"}], {"id": {"a": 1}, "property": 5}):
            yield whole | {name: value}
    pattern = '{"index":["ALL"],"type":"x"}.n_clicks'
    yield whole | {"output": pattern}
    yield whole | {"output": f"..{pattern}...{pattern}.."}
    yield whole | {"changedPropIds": [pattern, 'x"{.y', "", "....", "a" * 5000]}
    yield whole | {"changedPropIds": [None]}
    yield whole | {"outputs": {"id": "elsewhere", "property": "children"}}
    for kind in ("inputs", "state"):
        yield whole | {kind: [*whole[kind], *whole[kind], {"id": "a", "property": "b", "value": 1}]}
        yield whole | {kind: [whole[kind]]}
        yield whole | {kind: [{key: one[key] for key in one if key != "value"} for one in whole[kind]]}
        yield whole | {kind: [one | {"id": {"type": one["id"]}} for one in whole[kind]]}


def one_shape(answer: httpx.Response) -> bool:
    if answer.status_code in (200, 204):
        return True
    if not 400 <= answer.status_code < 500:
        return False
    told = answer.json()
    return told.keys() == {"error"} and {"code", "message", "fields"} <= told["error"].keys()


@pytest.mark.parametrize("screen", [screen for screen in ROLE_OF_SCREEN if screen != "wall"])
def test_what_no_page_sends_is_the_senders_fault(
    screens: str,
    callbacks: dict[str, list[dict[str, Any]]],
    token_of: Headers,
    screen: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert callbacks[screen], "the screens still list their callbacks"
    wrong, calls = [], 0
    headers = token_of(ROLE_OF_SCREEN[screen]) | {"Content-Type": "application/json"}
    with httpx.Client(base_url=screens, headers=headers, timeout=30) as client, caplog.at_level(logging.ERROR):
        for callback in callbacks[screen]:
            for request in malformed(callback):
                calls += 1
                answer = client.post(f"/{screen}/_dash-update-component", content=json.dumps(request))
                if not one_shape(answer):
                    wrong.append((answer.status_code, answer.text[:80], json.dumps(request)[:400]))
    assert calls > 80
    assert not wrong, f"{len(wrong)} of {calls}:\n" + "\n".join(map(str, wrong[:20]))
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
