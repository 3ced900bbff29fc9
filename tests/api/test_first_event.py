"""The story of one event over HTTP alone: reported, sent, signed, arrived, answered, verified, closed."""

from collections.abc import Callable
from uuid import uuid4

import httpx

from tests.small_town import SOUTH_POINT, SOUTH_WEST

Headers = Callable[[str], dict[str, str]]


def a_report(**changes: object) -> dict[str, object]:
    lon, lat = SOUTH_POINT
    report = {
        "id": str(uuid4()),
        "source_channel": "phone",
        "description": "店外经营,占道",
        "lon": lon,
        "lat": lat,
        "datum": "wgs84",
    }
    return report | changes


def test_an_event_from_report_to_close(client: httpx.Client, token_of: Headers):
    operator, gateway = token_of("operator"), token_of("gateway")
    report = a_report()
    answer = client.post("/api/incidents", json=report, headers=operator)
    assert answer.status_code == 201, answer.text
    case = answer.json()
    assert case["state"] == "reported"
    assert case["type_code"] == "0601"
    assert case["grid_code"] == SOUTH_WEST
    assert case["department_code"] == "ZF"
    again = client.post("/api/incidents", json=report, headers=operator)
    assert again.status_code == 200
    assert again.json()["case_no"] == case["case_no"]
    path = f"/api/incidents/{case['case_no']}"

    def say(verb: str, headers: dict[str, str], **given: object) -> dict:
        answer = client.post(f"{path}/{verb}", json=given, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert say("dispatch", operator, worker=2)["state"] == "dispatched"
    assert say("sign", gateway, worker=2)["state"] == "received"
    lon, lat = SOUTH_POINT
    assert say("arrive", gateway, worker=2, lon=lon, lat=lat, datum="wgs84")["state"] == "on_scene"
    assert say("start", gateway, worker=2)["state"] == "handling"
    assert say("feedback", gateway, worker=2, note="已劝离", no_photo_reason="没带手机")["state"] == "handled"
    assert say("verify", token_of("verifier"), passed=True)["state"] == "closed"
    assert say("close", operator)["state"] == "closed"
    log = client.get(path, headers=operator).json()["log"]
    verbs = ["report", "accept", "dispatch", "sign", "arrive", "start", "feedback", "verify"]
    assert [line["verb"] for line in log] == verbs
