"""Suggestion, nearby and route over HTTP on the small town: a canal with one bridge."""

from __future__ import annotations

import json
import re
import uuid

import httpx
import pytest
from psycopg import sql

from api.advice_models import SuggestionOut
from dispatch.advice.given import kept_advice
from dispatch.centre import Centre
from tests.small_town import AREA_ID, SOUTH_POINT


@pytest.fixture
def as_role(address, token_of):
    """A client that speaks as a role."""
    clients = []

    def client(role: str) -> httpx.Client:
        clients.append(httpx.Client(base_url=address, headers=token_of(role), timeout=30))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


@pytest.fixture
def leader(as_role):
    return as_role("shift_leader")


def _report(
    client: httpx.Client,
    text: str = "桃园路边垃圾成堆",
    lon: float = SOUTH_POINT[0],
    lat: float = SOUTH_POINT[1],
    **more,
) -> str:
    body = {
        "id": str(uuid.uuid4()), "source_channel": "phone", "description": text, "lon": lon, "lat": lat,
        "datum": "wgs84", **more,
    }  # fmt: skip
    answer = client.post("/api/incidents", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["case_no"]


def _rows(centre: Centre, table: str) -> list[dict]:
    with centre.database.transaction() as transaction:
        query = sql.SQL("select * from {} where area_id = %s").format(sql.Identifier(table))
        return transaction.execute(query, (AREA_ID,)).fetchall()


def test_the_one_across_the_canal_is_not_first_and_the_reason_is_told(leader, small_centre):
    case_no = _report(leader)
    answer = leader.get(f"/api/incidents/{case_no}/suggestion")
    assert answer.status_code == 200, answer.text
    advice = answer.json()
    assert [(one["rank"], one["worker"]) for one in advice["workers"]] == [(1, 3), (2, 2), (3, 4), (4, 1)]
    across = advice["workers"][3]
    assert across["straight_m"] == pytest.approx(222, abs=5)
    assert across["distance_m"] > 2400
    assert across["bridges"] == 1
    assert across["straight_m"] == min(one["straight_m"] for one in advice["workers"])
    reason = next(one for one in across["reasons"] if one["code"] == "detour_bridge")
    assert reason["text"] == f"直线 220 米,需绕桥 {across['distance_m'] / 1000:.1f} 公里(过桥 1 座)"
    assert advice["nobody"] is None
    line = across["route"]["coordinates"]
    assert any(abs(lon - 120.958) < 1e-5 for lon, _ in line)
    assert len(line) > 5


def test_a_drowning_gets_a_team_and_what_is_lacking_is_said(leader, small_centre):
    case_no = _report(leader, "有人落水", type_code="1209", priority="P1")
    advice = leader.get(f"/api/incidents/{case_no}/suggestion").json()
    team = advice["team"]
    assert [(one["worker"], one["is_lead"]) for one in team["members"]] == [(3, True), (2, False)]
    assert team["members"][1]["roles"] == [{"code": "skill", "text": "急救"}]
    assert team["members"][1]["eta_s"] == advice["workers"][1]["eta_s"]
    lacking = team["unmet"][0]
    assert lacking.pop("text") == "应急消防站须到场,可派 0 人:没有登记这样的人"
    assert lacking == {"code": "need_unit", "any_of": ["YJ"], "wanted": 1, "found": 0, "why": "nobody_at_all"}
    assert team["call"][0] == {"department": "YJ", "text": "通知应急消防站到场"}
    address = f"/api/incidents/{case_no}/suggestion"
    english = leader.get(address, headers={"Accept-Language": "en"}).json()["team"]
    assert english["call"][0]["text"] == "Call the fire station"
    assert english["unmet"][0]["text"] == "The fire station must go, 0 can be sent: nobody like that is registered"


def test_who_is_on_a_litter_case_can_be_diverted_to_a_drowning(leader, small_centre):
    litter = _report(leader)
    assert leader.post(f"/api/incidents/{litter}/dispatch", json={"id": str(uuid.uuid4()), "worker": 2}).is_success
    case_no = _report(leader, "有人落水", type_code="1209", priority="P1")
    advice = leader.get(f"/api/incidents/{case_no}/suggestion").json()
    assert [one["worker"] for one in advice["team"]["members"]] == [3, 1]
    assert advice["team"]["unmet"][0]["code"] == "need_skill"
    (taken,) = advice["divertible"]
    assert (taken["worker"], taken["case_no"], taken["priority"], taken["state"]) == (2, litter, "P3", "sent")
    assert (taken["earlier_s"], taken["gain"]["text"]) == (None, "可补缺:急救")
    assert taken["loss"] == {"code": "waits_again", "text": f"案件 {litter}(P3)退回待派,时限照走"}
    assert advice["divertible_more"] == 0
    assert leader.post(f"/api/incidents/{litter}/cancel", json={"note": "worker 2 is free again"}).is_success


def test_a_case_for_one_has_no_team(leader, small_centre):
    advice = leader.get(f"/api/incidents/{_report(leader)}/suggestion").json()
    assert (advice["team"], advice["divertible"], advice["divertible_more"]) == (None, [], 0)


def test_one_near_by_is_divertible_to_a_grave_case_that_needs_one_person(leader, small_centre):
    litter = _report(leader)
    assert leader.post(f"/api/incidents/{litter}/dispatch", json={"id": str(uuid.uuid4()), "worker": 3}).is_success
    case_no = _report(leader, "路面塌陷", type_code="0501", priority="P2")
    advice = leader.get(f"/api/incidents/{case_no}/suggestion").json()
    assert advice["team"] is None
    (taken,) = advice["divertible"]
    assert (taken["worker"], taken["case_no"], taken["gain"]["code"]) == (3, litter, "earlier")
    assert taken["earlier_s"] == pytest.approx(advice["workers"][0]["eta_s"] - taken["eta_s"], abs=0.2)
    assert leader.post(f"/api/incidents/{litter}/cancel", json={"note": "worker 3 is free again"}).is_success


def test_who_is_on_it_already_is_no_longer_asked_for(leader, small_centre):
    case_no = _report(leader, "有人落水", type_code="1209", priority="P1")
    address = f"/api/incidents/{case_no}"
    assert leader.post(f"{address}/dispatch", json={"id": str(uuid.uuid4()), "worker": 3}).is_success
    team = leader.get(f"{address}/suggestion").json()["team"]
    assert [(one["worker"], one["is_lead"]) for one in team["members"]] == [(2, False)], "3 leads and swims"
    assert [one["any_of"] for one in team["unmet"]] == [["YJ"], ["PC"], ["WS"]]
    for more in ({"worker": 2}, *({"department": code} for code in ("YJ", "PC"))):
        assert leader.post(f"{address}/support", json={"id": str(uuid.uuid4())} | more).is_success, more
    team = leader.get(f"{address}/suggestion").json()["team"]
    assert [one["any_of"] for one in team["unmet"]] == [["WS"]]
    assert (team["members"], [one["department"] for one in team["call"]]) == ([], ["WS"])
    assert leader.post(f"{address}/cancel", json={"note": "all are free again"}).is_success


def test_the_advice_is_kept_as_given_and_audited(leader, small_centre):
    case_no = _report(leader)
    advice = leader.get(f"/api/incidents/{case_no}/suggestion").json()
    kept = [row for row in _rows(small_centre, "suggestion") if row["case_no"] == case_no]
    assert [str(row["suggestion_id"]) for row in kept] == [advice["suggestion"]]
    as_kept = SuggestionOut.of(kept_advice(kept[0]["answer"]), "zh")
    assert as_kept.model_dump(mode="json") == advice
    codes = {reason["code"] for one in kept[0]["answer"]["workers"] for reason in one["reasons"]}
    assert "detour_bridge" in codes
    assert not re.search(r"[㐀-鿿]", json.dumps([one["reasons"] for one in kept[0]["answer"]["workers"]])), "no words"
    assert "incident.suggestion" in [row["action"] for row in _rows(small_centre, "audit")]


def test_what_was_given_in_chinese_reads_in_english_later(leader, as_role, small_centre):
    case_no = _report(leader)
    given = leader.get(f"/api/incidents/{case_no}/suggestion").json()
    address = f"/api/incidents/{case_no}/suggestion/{given['suggestion']}"
    assert leader.get(address).json() == given
    later = leader.get(address, headers={"Accept-Language": "en"}).json()
    assert not re.search(r"[㐀-鿿]", json.dumps([one["reasons"] for one in later["workers"]], ensure_ascii=False))
    assert "round by the bridge" in str(later["workers"])

    def without_words(advice):
        return advice | {
            "workers": [one | {"reasons": [r["code"] for r in one["reasons"]]} for one in advice["workers"]]
        }

    assert without_words(later) == without_words(given)
    looks = [row for row in _rows(small_centre, "audit") if row["action"] == "incident.suggestion_read"]
    assert [row["object"] for row in looks] == [case_no] * 2
    assert as_role("reviewer").get(address).status_code == 403


def test_a_suggestion_that_was_not_given_for_the_case_is_not_there(leader):
    case_no, other = _report(leader), _report(leader)
    given = leader.get(f"/api/incidents/{other}/suggestion").json()["suggestion"]
    for suggestion in (given, uuid.uuid4()):
        answer = leader.get(f"/api/incidents/{case_no}/suggestion/{suggestion}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_suggestion")
    assert leader.get(f"/api/incidents/{case_no}/suggestion/nothing").status_code == 400


def test_the_language_is_the_askers(leader):
    case_no = _report(leader)
    said = leader.get(f"/api/incidents/{case_no}/suggestion", headers={"Accept-Language": "en"}).json()
    words = " ".join(reason["text"] for one in said["workers"] for reason in one["reasons"])
    assert "round by the bridge" in words
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in words)


def test_a_worker_sent_elsewhere_is_passed_over_with_the_case(leader):
    first = _report(leader)
    sent = leader.post(f"/api/incidents/{first}/dispatch", json={"worker": 2})
    assert sent.status_code == 200, sent.text
    advice = leader.get(f"/api/incidents/{_report(leader)}/suggestion").json()
    assert 2 not in [one["worker"] for one in advice["workers"]]
    over = {one["worker"]: one["reason"] for one in advice["passed_over"]}
    assert over[2]["code"] == "responding"
    assert first in over[2]["text"]


def test_a_case_that_has_ended_gets_no_advice(leader):
    case_no = _report(leader)
    ended = leader.post(f"/api/incidents/{case_no}/cancel", json={"note": "重复来电"})
    assert ended.status_code == 200, ended.text
    answer = leader.get(f"/api/incidents/{case_no}/suggestion")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "case_has_ended")


def test_who_may_not_ask_is_refused(leader, as_role):
    case_no = _report(leader)
    assert as_role("display").get(f"/api/incidents/{case_no}/suggestion").status_code == 403
    assert as_role("display").get(f"/api/incidents/{case_no}/nearby").status_code == 403
    assert leader.get("/api/incidents/XZ9901010001/suggestion").status_code == 404
    assert leader.get("/api/incidents/XZ9901010001/nearby").status_code == 404


def test_around_a_fire_the_hydrant_comes_first(leader, small_centre):
    case_no = _report(leader, "厨房起火冒浓烟")
    answer = leader.get(f"/api/incidents/{case_no}/nearby")
    assert answer.status_code == 200, answer.text
    around = answer.json()
    assert around["things"][0]["kind"] == "hydrant"
    assert around["things"][0]["why"]
    camera = next(thing for thing in around["things"] if thing["kind"] == "camera")
    assert camera["sees"] is True
    assert [place["kind"] for place in around["places"]] == ["school"]
    assert {note["kind"] for note in around["notes"]} >= {"residents", "cameras"}
    look = [row for row in _rows(small_centre, "audit") if row["action"] == "incident.nearby"]
    assert look[-1]["object"] == case_no


def test_other_cases_are_around_too(leader):
    quiet = {"lon": 120.9565, "lat": 30.9245}
    first = _report(leader, lon=120.9567, lat=30.9245)
    around = leader.get(f"/api/incidents/{_report(leader, **quiet)}/nearby").json()
    assert [one["id"] for one in around["incidents"]] == [first]
    assert any(note["kind"] == "same_place" for note in around["notes"])


def test_a_radius_that_cannot_be(leader):
    case_no = _report(leader)
    for radius in ("49", "2001", "abc", "nan", "1e9", "-5", ""):
        answer = leader.get(f"/api/incidents/{case_no}/nearby?radius_m={radius}")
        assert answer.status_code == 400, radius
        assert "radius_m" in answer.json()["error"]["fields"]


def test_key_people_need_a_grant_to_be_named(leader, as_role):
    case_no = _report(leader)
    refused = as_role("reviewer").get(f"/api/incidents/{case_no}/nearby?reason=核实情况")
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (403, ["reason"])
    assert leader.get(f"/api/incidents/{case_no}/nearby?reason=核实情况").status_code == 200
    assert leader.get(f"/api/incidents/{case_no}/nearby?reason=%00%01").status_code == 400


def test_a_route_goes_over_the_bridge(leader):
    way = leader.get("/api/route?from=120.9455,30.9190&to=120.9455,30.9210&mode=ebike").json()
    assert way["distance_m"] == pytest.approx(2612, rel=0.02)
    assert way["bridges"] == 1
    assert way["line"]["coordinates"][0] == pytest.approx([120.9455, 30.9190], abs=1e-5)
    assert way["line"]["coordinates"][-1] == pytest.approx([120.9455, 30.9210], abs=1e-5)


NO_POINTS = (
    ("from=&to=120.9,30.9", "from"),
    ("from=1,2,3&to=1,2", "from"),
    ("from=nan,nan&to=1,2", "from"),
    ("from=1,2&to=inf,2", "to"),
    ("from=1,2", "to"),
    ("from=1,2&to=1,2&mode=boat", "mode"),
    ("from=1,2&to=181,2", "to"),
    ("from=1,91&to=1,2", "from"),
)


def test_a_route_between_what_is_no_point(leader):
    for query, field in NO_POINTS:
        answer = leader.get(f"/api/route?{query}")
        assert answer.status_code == 400, query
        assert field in answer.json()["error"]["fields"]
