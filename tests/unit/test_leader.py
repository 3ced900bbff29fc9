"""The leader of the simulated shift: not before its patience, never people's cases, and a person who is first wins."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from base.errors import InvalidInput
from base.settings import read_settings
from dispatch.cases.allowed import allowed
from dispatch.cases.lifecycle import stage_of
from simulator.client import Client
from simulator.leader import LEAST_REAL_S, LEFT_S, SEND_S, VERIFY_S, Leader, patience
from simulator.shift_clock import ShiftClock

SEED = 7
BEGAN_AT = datetime(2026, 11, 21, 2, tzinfo=UTC)


class HandClock(ShiftClock):
    """A clock moved by hand."""

    def __init__(self, speed: float) -> None:
        super().__init__(speed)
        self.time_s = 0.0

    def now_s(self) -> float:
        return self.time_s


def as_told(case: dict[str, Any]) -> dict[str, Any]:
    """The case as the centre tells a shift leader of it."""
    may = allowed(case["state"], "shift_leader", case["priority"], False)
    return case | {"allowed": may, "stage": stage_of(case["state"])}


class FakeCentre(httpx.AsyncBaseTransport):
    """A centre of a few cases that remembers what was asked of it and by whom each case was sent."""

    def __init__(self) -> None:
        self.cases: dict[str, dict[str, Any]] = {}
        self.free = [4, 9]
        self.team: dict[str, Any] | None = None
        self.refusals: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.bodies: list[Any] = []

    def add(self, number: int, priority: str = "P3", by: str = "simulated shift", state: str = "reported") -> Any:
        at = BEGAN_AT + timedelta(minutes=number)
        case = {"case_no": f"YZ26112100{number:02}", "state": state, "priority": priority, "worker": None}
        case |= {"reported_by": by, "reported_at": at.isoformat().replace("+00:00", "Z")}
        self.cases[case["case_no"]] = case
        return case

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path, verb = request.url.path, request.url.path.rsplit("/", 1)[1]
        self.asked.append((request.method, path))
        if verb in self.refusals:
            return httpx.Response(409, json={"error": {"code": self.refusals[verb]}})
        if verb == "incidents":
            assert request.url.params["brief"] == "true", (
                "it needs nobody's words, and fills no audit every three seconds"
            )
            stages = request.url.params["stage"].split(",")
            found = [as_told(case) for case in self.cases.values() if stage_of(case["state"]) in stages]
            return httpx.Response(200, json={"incidents": found})
        if verb == "suggestion":
            advice = {"suggestion": "s-1", "workers": [{"worker": n} for n in self.free], "team": self.team}
            return httpx.Response(200, json=advice)
        self.bodies.append(body := json.loads(request.content))
        case = self.cases[path.split("/")[3]]
        if verb == "dispatch":
            case |= {"state": "dispatched", "worker": {"worker": body["worker"], "assigned_by": "simulated leader"}}
        else:
            case["state"] = "closed"
        return httpx.Response(200, json=case)

    def said(self) -> list[str]:
        """What was done to cases, in order: ``01 dispatch``."""
        return [f"{path.split('/')[3][-2:]} {path.split('/')[4]}" for method, path in self.asked if method == "POST"]


class Play:
    """A leader before a fake centre, made to act by hand."""

    def __init__(self, speed: float = 5) -> None:
        self.centre = FakeCentre()
        self.clock = HandClock(speed)
        self.loop = asyncio.new_event_loop()
        self.client = Client("http://centre", "token", self.centre)
        self.leader = Leader(self.client, SEED, self.clock, self.client)

    def report(self, number: int, priority: str = "P3") -> Any:
        case = self.centre.add(number, priority)
        self.leader.take(number, dict(case))
        return case

    def act_once(self, at_s: float) -> list[str]:
        """Look at this shift time; what was done to cases so far."""
        self.clock.time_s = at_s
        self.loop.run_until_complete(self.leader.act_once())
        return self.centre.said()

    def close(self) -> None:
        self.loop.run_until_complete(self.client.close())
        self.loop.close()


@pytest.fixture
def play() -> Iterator[Play]:
    made = Play()
    yield made
    made.close()


def number_of(fits: Callable[[int], bool]) -> int:
    return next(number for number in range(1, 99) if fits(number))


USUAL = number_of(lambda number: not patience(SEED, number, "P3").is_left)
LEFT = number_of(lambda number: patience(SEED, number, "P3").is_left)


def test_somebody_is_sent_after_its_patience_and_not_before(play: Play) -> None:
    case = play.report(USUAL)
    send_s = patience(SEED, USUAL, "P3").send_s
    assert play.act_once(0) == []
    assert play.act_once(send_s - 1) == []
    assert play.act_once(send_s) == [f"{USUAL:02} dispatch"]
    assert (case["state"], case["worker"]["worker"]) == ("dispatched", 4), "the first one advised"
    assert play.centre.bodies[0]["suggestion"] == "s-1"
    assert play.act_once(send_s + 900) == [f"{USUAL:02} dispatch"], "once"


@pytest.mark.parametrize(("priority", "sent"), [("P1", (9, [4])), ("P2", (4, []))])
def test_somebody_goes_with_the_lead_of_a_p1_case(play: Play, priority: str, sent: tuple[int, list[int]]) -> None:
    play.centre.team = {"members": [{"worker": n, "is_lead": n == 9} for n in (4, 9, 11)]}
    play.report(USUAL, priority)
    play.act_once(900)
    assert (play.centre.bodies[0]["worker"], play.centre.bodies[0]["with"]) == sent


def test_where_no_team_is_advised_one_goes_alone_to_a_p1_case(play: Play) -> None:
    play.report(USUAL, "P1")
    play.act_once(900)
    assert (play.centre.bodies[0]["worker"], play.centre.bodies[0]["with"]) == (4, [])


def test_a_handled_case_is_closed_after_another_patience(play: Play) -> None:
    case = play.report(USUAL)
    play.act_once(900)
    case["state"] = "handled"
    assert play.act_once(1000)[1:] == []
    verify_s = patience(SEED, USUAL, "P3").verify_s
    assert play.act_once(1000 + verify_s - 1)[1:] == []
    assert play.act_once(1000 + verify_s)[1:] == [f"{USUAL:02} verify"]
    assert play.centre.bodies[-1]["passed"] is True
    assert case["state"] == "closed"


def test_without_a_verifier_what_is_handled_is_left_to_people(play: Play) -> None:
    play.leader = Leader(play.client, SEED, play.clock)
    case = play.report(USUAL)
    play.act_once(900)
    case["state"] = "handled"
    play.act_once(1000)
    assert play.act_once(20_000)[1:] == []


def test_patience_follows_from_the_seed_and_is_short_for_p1() -> None:
    drawn = [patience(SEED, number, "P3") for number in range(1000)]
    assert drawn == [patience(SEED, number, "P3") for number in range(1000)]
    assert drawn != [patience(SEED + 1, number, "P3") for number in range(1000)]
    assert 0.07 < sum(one.is_left for one in drawn) / 1000 < 0.13
    for number, one in enumerate(drawn):
        low_s, high_s = LEFT_S if one.is_left else SEND_S
        assert low_s <= one.send_s <= high_s
        assert VERIFY_S[0] <= one.verify_s <= VERIFY_S[1]
        urgent = patience(SEED, number, "P1")
        assert (urgent.send_s, urgent.verify_s) == (one.send_s / 2, one.verify_s / 2)


def test_a_person_has_some_real_seconds_at_any_speed() -> None:
    play = Play(speed=60)
    play.report(USUAL, "P1")
    assert play.act_once(LEAST_REAL_S * 60 - 1) == []
    assert play.act_once(LEAST_REAL_S * 60) == [f"{USUAL:02} dispatch"]
    play.close()


def test_one_in_ten_is_left_to_people_for_long(play: Play) -> None:
    play.report(LEFT)
    assert play.act_once(0) == []
    assert play.act_once(LEFT_S[0] - 1) == []
    assert play.act_once(LEFT_S[1]) == [f"{LEFT:02} dispatch"]


def test_people_s_cases_are_left_alone(play: Play) -> None:
    play.report(USUAL)
    play.centre.add(50, "P1", by="operator")
    play.centre.add(51, by="operator", state="handled")
    for at_s in (0, 900, 1800, 20_000):
        play.act_once(at_s)
    assert play.centre.said() == [f"{USUAL:02} dispatch"]
    assert not [path for _, path in play.centre.asked if "0050" in path or "0051" in path]


def test_a_case_a_person_sent_somebody_to_is_the_person_s_to_its_end(play: Play) -> None:
    other = play.report(USUAL)
    case = play.report(USUAL + 1)
    case |= {"state": "dispatched", "worker": {"worker": 9, "assigned_by": "shift_leader"}}
    play.act_once(20_000)
    case["state"] = other["state"] = "handled"
    play.act_once(20_001)
    play.act_once(40_000)
    assert play.centre.said() == [f"{USUAL:02} dispatch", f"{USUAL:02} verify"]


@pytest.mark.parametrize("verb", ["suggestion", "dispatch"])
def test_a_conflict_makes_it_forget_the_case(play: Play, verb: str) -> None:
    play.report(USUAL)
    play.centre.refusals = {verb: "verb_out_of_turn"}
    play.act_once(900)
    before = len(play.centre.asked)
    play.centre.refusals = {}
    for at_s in range(1000, 30_000, 500):
        play.act_once(at_s)
    assert {path for _, path in play.centre.asked[before:]} == {"/api/incidents"}


def test_a_conflict_about_the_closing_makes_it_forget_the_case(play: Play) -> None:
    case = play.report(USUAL)
    play.act_once(900)
    case["state"] = "handled"
    play.centre.refusals = {"verify": "verb_out_of_turn"}
    for at_s in range(1000, 9_000, 500):
        play.act_once(at_s)
    assert play.centre.said() == [f"{USUAL:02} dispatch", f"{USUAL:02} verify"]


def test_when_nobody_is_there_it_tries_again_later(play: Play) -> None:
    play.report(USUAL)
    play.centre.free = []
    assert play.act_once(900) == []
    asked = len(play.centre.asked)
    play.act_once(901)
    assert len(play.centre.asked) == asked + 1, "only the list"
    play.centre.free = [9]
    assert play.act_once(1100) == [f"{USUAL:02} dispatch"]


def test_a_worker_who_was_just_sent_elsewhere_is_no_reason_to_forget_the_case(play: Play) -> None:
    play.report(USUAL)
    play.centre.refusals = {"dispatch": "worker_already_sent"}
    play.act_once(900)
    play.centre.refusals = {}
    assert play.act_once(1100) == [f"{USUAL:02} dispatch"] * 2


def test_one_list_is_asked_for_however_many_cases_there_are(play: Play) -> None:
    assert play.act_once(0) == []
    assert play.centre.asked == [], "nothing reported yet"
    for number in range(10, 30):
        play.report(number)
    play.act_once(1)
    assert play.centre.asked == [("GET", "/api/incidents")]


def test_urgent_cases_come_first(play: Play) -> None:
    usual = [number for number in range(1, 60) if not patience(SEED, number, "P3").is_left][:3]
    for number, priority in zip(usual, ("P3", "P2", "P1"), strict=True):
        play.report(number, priority)
    play.act_once(0)
    assert play.act_once(900) == [f"{number:02} dispatch" for number in reversed(usual)]


def test_what_an_earlier_run_left_behind_is_looked_after_too(play: Play) -> None:
    """Reported by the shift and waiting, or sent by the leader and handled; a person's are not."""
    play.centre.add(1)
    for number, by in ((2, "simulated leader"), (3, "shift_leader")):
        play.centre.add(number, state="handled")["worker"] = {"worker": 4, "assigned_by": by}
    play.report(USUAL + 10)
    for at_s in (0, 20_000, 20_001, 30_000):
        play.act_once(at_s)
    assert sorted(play.centre.said()) == sorted([f"{USUAL + 10:02} dispatch", "01 dispatch", "02 verify"])


def test_the_setting_is_on_or_off() -> None:
    assert read_settings({}).shift_leader
    assert not read_settings({"GRIDCOMMAND_SHIFT_LEADER": "off"}).shift_leader
    with pytest.raises(InvalidInput, match="setting_not_one_of"):
        read_settings({"GRIDCOMMAND_SHIFT_LEADER": "perhaps"})
