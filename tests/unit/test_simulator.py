"""The simulated shift: the same seed gives the same shift, its mix is the known one, its walkers stay on their way."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.cases.allowed import allowed
from dispatch.cases.lifecycle import stage_of
from simulator.__main__ import parser
from simulator.arrivals import plan, plan_day, stories
from simulator.chance import stream
from simulator.client import Client, Refused
from simulator.gps import Receiver, drop_outs
from simulator.ground import Way, distance_m, is_inside, moved, point_inside
from simulator.shift import Options, Shift
from simulator.shift_clock import DAY_S, ShiftClock
from simulator.town import Grid
from simulator.uploads import PhoneFix, Phones

GRIDS = [
    Grid(f"99000100120{n}001", ((120.94 + n / 100, 30.91), (120.95 + n / 100, 30.91), (120.945, 30.93))) for n in (1, 2)
]


def as_told(case: dict[str, Any]) -> dict[str, Any]:
    """The case as the centre tells a gateway of it."""
    reported = {"reported_by": "operator", "reported_at": "2026-11-21T01:00:00Z"}
    asked = {"version": hash(str(case)), "allowed": allowed(case["state"], "gateway", "P3", True)}
    asked["stage"] = stage_of(case["state"])
    return {"tasks": []} | reported | case | asked


def a_case(case_no: str, tasks: dict[int, str]) -> dict[str, Any]:
    """A case on which these workers are, each with the state of his task; the first leads."""
    told = [
        {
            "task": f"{case_no}-{worker}",
            "kind": "co" if number else "lead",
            "state": state,
            "active": state != "queued",
            "addressee": {"kind": "worker", "id": worker, "name": "甲"},
        }
        for number, (worker, state) in enumerate(tasks.items())
    ]
    place = {"type_code": "0501", "lon": 120.9465, "lat": 30.9150}
    return {"case_no": case_no, "state": "dispatched", "worker": {"worker": next(iter(tasks))}, "tasks": told} | place


AFTER = {"sign": "signed", "set_out": "under_way", "arrive": "on_scene", "start": "working", "feedback": "done"}
"""The state of a task after each verb."""


class FakeCentre(httpx.AsyncBaseTransport):
    """A centre of two grids and a few workers, whose roads are straight lines; remembers what it was told.

    Answers come after a random while, so that their order differs from run to run.
    """

    def __init__(self, workers: int = 4, slowest_s: float = 0.0) -> None:
        self.told: list[tuple[str, str, Any]] = []
        self.cases: list[dict[str, Any]] = []
        self.workers = workers
        self.slowest_s = slowest_s
        self.failing: Callable[[str], int] = lambda _path: 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(random.uniform(0, self.slowest_s))
        path = request.url.path
        status = self.failing(path)
        if status:
            return httpx.Response(status, json={"error": {"code": "failing"}})
        body = json.loads(request.content) if request.content else dict(request.url.params)
        self.told.append((request.method, path, body))
        return self._answer(path, request.url.params, body)

    def _answer(self, path: str, asked: httpx.QueryParams, body: Any) -> httpx.Response:
        if path == "/api/workers":
            rows = [
                {
                    "worker": n,
                    "mode": ("foot", "ebike")[n % 2],
                    "grid_code": GRIDS[n % 2].code,
                    "lon": None,
                    "lat": None,
                }
                for n in range(1, self.workers + 1)
            ]
            return httpx.Response(200, json={"workers": rows})
        if path == "/api/grids":
            features = [
                {"geometry": {"type": "Polygon", "coordinates": [grid.ring]}, "properties": {"code": grid.code}}
                for grid in GRIDS
            ]
            return httpx.Response(200, json={"features": features})
        if path == "/api/route":
            line = [[float(part) for part in asked[end].split(",")] for end in ("from", "to")]
            return httpx.Response(200, json={"eta_s": 100, "line": {"coordinates": line}})
        if path == "/api/positions":
            return httpx.Response(202, json={"refused": 0})
        return self._case(path, asked, body)

    def _case(self, path: str, asked: httpx.QueryParams, body: Any) -> httpx.Response:
        case = self.cases[0] if self.cases else {}
        verb = path.rsplit("/", 1)[1]
        if verb in AFTER:
            task = next(one for one in case["tasks"] if one["task"] == path.split("/")[3])
            task |= {"state": AFTER[verb], "active": verb != "feedback"}
            return httpx.Response(200, json=as_told(case))
        named = next((one for one in self.cases if one["case_no"] == verb), None)
        if named is not None:
            return httpx.Response(200, json=as_told(named))
        if path == "/api/incidents" and "stage" in asked:
            found = [as_told(one) for one in self.cases if stage_of(one["state"]) in asked["stage"].split(",")]
            return httpx.Response(200, json={"incidents": found})
        told = {"reported_by": "simulated shift", "reported_at": "2026-11-21T02:00:00Z"}
        return httpx.Response(200, json={"case_no": "YZ2611210001", "state": "reported", **told})

    def fixes(self) -> dict[int, list[tuple[float, float]]]:
        """What each phone sent, in order of its own clock."""
        fixes: dict[int, list[tuple[str, float, float]]] = {}
        for _, path, body in self.told:
            if path == "/api/positions":
                for one in body["fixes"]:
                    fixes.setdefault(one["worker"], []).append((one["recorded_at"], one["lon"], one["lat"]))
            elif path == "/api/devices/osmand" and "location" in body:
                for one in body["location"]:
                    at, coords = one["timestamp"], one["coords"]
                    found = (at, coords["longitude"], coords["latitude"])
                    fixes.setdefault(int(body["device_id"]), []).append(found)
            elif path == "/api/devices/osmand":
                found = (str(body["timestamp"]), float(body["lon"]), float(body["lat"]))
                fixes.setdefault(int(body["id"]), []).append(found)
        return {worker: [(lon, lat) for _, lon, lat in sorted(found)] for worker, found in sorted(fixes.items())}

    def reports(self) -> list[tuple[str, float, float]]:
        return [
            (body["description"], body["lon"], body["lat"])
            for method, path, body in self.told
            if (method, path) == ("POST", "/api/incidents")
        ]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits in real time, however fast the shift is played, waits a fiftieth of it here."""
    monkeypatch.setattr("simulator.client._PAUSES_S", (0.01, 0.02, 0.04, 0.08, 0.16))
    monkeypatch.setattr("simulator.uploads.FLUSH_S", 0.02)
    monkeypatch.setattr("simulator.uploads.OSMAND_EVERY_S", 0.06)
    monkeypatch.setattr("simulator.shift._LOOK_EVERY_S", 0.04)
    monkeypatch.setattr("simulator.shift._TOWN_EVERY_S", 0.1)
    monkeypatch.setattr("simulator.leader.LOOK_EVERY_S", 0.06)


def play(
    centre: FakeCentre,
    done: Callable[[], bool],
    *,
    seed: int = 7,
    speed: float = 3000,
    per_day: float = 200,
    leave_out: frozenset[int] = frozenset(),
    is_led: bool = False,
) -> Shift:
    """Play a shift against the fake centre, many times faster than a person can, until ``done``."""

    async def run() -> Shift:
        client = Client("http://centre", "token", centre)
        options = Options(seed, speed, per_day, leave_out=leave_out)
        shift = Shift(client, options, leader_client=client if is_led else None, verifier_client=client)
        playing = asyncio.create_task(shift.run())
        for _ in range(1500):
            await asyncio.sleep(0.01)
            if done() or playing.done():
                break
        assert done(), "it did not come so far"
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        await client.close()
        return shift

    return asyncio.run(run())


def test_the_same_seed_gives_the_same_shift_whatever_the_order_of_answers() -> None:
    runs = []
    for slowest_s in (0.0, 0.02):
        centre = FakeCentre(slowest_s=slowest_s)

        def done(centre: FakeCentre = centre) -> bool:
            fixes = centre.fixes()
            return len(fixes) == 4 and min(map(len, fixes.values())) > 60 and len(centre.reports()) > 5

        play(centre, done)
        runs.append(centre)
    one, other = (run.fixes() for run in runs)
    for worker_id in one:
        walked = list(
            itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one[worker_id], other[worker_id], strict=False))
        )
        assert len(walked) >= 40, worker_id
    assert runs[0].reports()[:6] == runs[1].reports()[:6]


def test_another_seed_gives_another_shift() -> None:
    assert plan_day(1, 0, 60, GRIDS) != plan_day(2, 0, 60, GRIDS)
    assert plan_day(1, 0, 60, GRIDS) == plan_day(1, 0, 60, GRIDS)


def test_incidents_come_in_order_at_the_asked_rate() -> None:
    arrivals = list(itertools.islice(plan(5, 60, GRIDS), 600))
    times = [one.shift_s for one in arrivals]
    assert times == sorted(times)
    assert 500 <= len([one for one in times if one < 9 * DAY_S]) <= 600
    assert len({one.client_id("run") for one in arrivals}) == 600
    assert arrivals[0].client_id("run") != arrivals[0].client_id("another run")


def test_the_mix_of_channels_and_types_is_the_known_one() -> None:
    arrivals = [one for day in range(60) for one in plan_day(3, day, 60, GRIDS)]
    channels = Counter(one.channel for one in arrivals)
    assert 0.57 < channels["hotline_12345"] / len(arrivals) < 0.63
    assert 0.22 < channels["grid_patrol"] / len(arrivals) < 0.28
    heavy = {"0501", "0601", "0606", "0102", "0802", "0701", "0208"}
    assert 0.55 < sum(one.type_code in heavy for one in arrivals) / len(arrivals) < 0.75
    busiest = Counter(int(one.shift_s % DAY_S // 3600) for one in arrivals).most_common(1)[0][1]
    assert 0.12 < busiest / len(arrivals) < 0.19


def test_stories_are_whole_and_name_what_they_are_about() -> None:
    """Every text is filled in, and the words the centre knows a type by are in it."""
    arrivals = [one for day in range(40) for one in plan_day(9, day, 60, GRIDS)]
    assert {one.type_code for one in arrivals} == {kind["code"] for kind in stories()["types"]}
    assert not [one for one in arrivals if re.search(r"[{}]", one.description)]
    assert len({one.description for one in arrivals}) > 500
    assert all(len(kind["results"]) and kind["minutes"][0] < kind["minutes"][1] for kind in stories()["types"])


def test_the_lead_and_his_helper_go_through_a_case_to_its_end_each_by_his_own_task() -> None:
    centre = FakeCentre()
    centre.cases = [a_case("YZ2611210001", {2: "working", 3: "sent", 4: "queued"})]
    tasks = centre.cases[0]["tasks"]
    play(centre, lambda: [task["state"] for task in tasks] == ["done", "done", "queued"], per_day=0, speed=1500)
    said: dict[str, list[str]] = {}
    for method, path, body in centre.told:
        if method == "POST" and path.startswith("/api/tasks/"):
            assert body["worker"] == int(path.split("/")[3][-1])
            said.setdefault(path.split("/")[3][-1], []).append(path.rsplit("/", 1)[1])
    assert said == {"2": ["feedback"], "3": ["sign", "set_out", "arrive", "start", "feedback"]}
    arrive = next(body for _, path, body in centre.told if path.endswith("/arrive"))
    assert distance_m((arrive["lon"], arrive["lat"]), (120.9465, 30.9150)) < 1


def test_a_case_is_read_again_only_when_it_has_changed() -> None:
    centre = FakeCentre()
    centre.cases = [a_case("YZ2611210001", {9: "signed"})]

    def lists() -> int:
        return sum(asked.get("brief") == "true" for _, path, asked in centre.told if path == "/api/incidents")

    play(centre, lambda: lists() > 5, per_day=0)
    assert sum(path.endswith("/YZ2611210001") for _, path, _ in centre.told) == 1


def test_nothing_more_comes_while_many_wait() -> None:
    centre = FakeCentre()
    centre.cases = [{"case_no": f"YZ26112100{n:02}", "state": "reported", "worker": None} for n in range(25)]
    play(centre, lambda: sum(map(len, centre.fixes().values())) > 400, per_day=500)
    assert centre.reports() == []


def test_a_shift_that_leads_itself_begins_even_when_many_wait() -> None:
    """By the first case its leader knows which of those that wait are the shift's own, and the queue moves again."""
    centre = FakeCentre()
    centre.cases = [{"case_no": f"YZ26112100{n:02}", "state": "accepted", "worker": None} for n in range(25)]

    def is_led() -> bool:
        return any(path == "/api/incidents" and asked.get("limit") == "500" for _, path, asked in centre.told)

    play(centre, lambda: sum(map(len, centre.fixes().values())) > 400 and is_led(), per_day=500, is_led=True)
    assert len(centre.reports()) == 1


def test_a_centre_that_is_away_is_waited_for_and_nothing_is_lost() -> None:
    centre = FakeCentre()
    asked: Counter[str] = Counter()

    def failing(path: str) -> int:
        asked[path] += 1
        return (503, 401, 502, 0)[min(3, asked[path] - 1)] if path in ("/api/positions", "/api/workers") else 0

    centre.failing = failing
    play(centre, lambda: sum(map(len, centre.fixes().values())) > 100, per_day=0)
    assert asked["/api/workers"] >= 4
    assert asked["/api/positions"] >= 4


@pytest.mark.parametrize("status", [400, 413])
def test_of_a_refused_batch_only_the_fix_that_spoils_it_is_lost(status: int) -> None:
    taken: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        workers = [fix["worker"] for fix in json.loads(request.content)["fixes"]]
        if 5 in workers:
            return httpx.Response(status, json={"error": {"code": "spoilt"}})
        taken.extend(workers)
        return httpx.Response(202, json={"refused": 0})

    async def send() -> Phones:
        client = Client("http://centre", "token", httpx.MockTransport(answer))
        phones = Phones(client, ShiftClock(600), frozenset())
        at = datetime(2026, 11, 21, tzinfo=UTC)
        for worker in range(1, 13):
            phones.keep(PhoneFix(worker, 0.0, at, 120.9, 30.9, 5.0, 1.0, 0.0, 90))
        await phones.flush()
        await client.close()
        return phones

    phones = asyncio.run(send())
    assert sorted(taken) == [worker for worker in range(1, 13) if worker != 5]
    assert (phones.sent, phones.refused) == (11, 1)


def test_a_refusal_is_told_at_once() -> None:
    centre = FakeCentre()
    centre.failing = lambda _path: 409

    async def ask() -> None:
        client = Client("http://centre", "", centre)
        with pytest.raises(Refused) as refused:
            await client.call("POST", "/api/duty", body={})
        assert (refused.value.status, refused.value.code) == (409, "failing")
        await client.close()

    asyncio.run(ask())


def test_receivers_err_by_some_metres_and_now_and_then_by_far() -> None:
    place, claimed = (120.95, 30.92), []
    errors = []
    for worker_id in range(40):
        receiver = Receiver(1, worker_id)
        for _ in range(200):
            read, accuracy_m = receiver.read(place)
            errors.append(distance_m(place, read))
            claimed.append(accuracy_m)
    errors.sort()
    assert 2 < errors[len(errors) // 2] < 8
    assert errors[int(len(errors) * 0.99)] < 30
    assert errors[-1] > 100
    assert sum(one > 200 for one in claimed) > 0


def test_drop_outs_lie_in_their_day() -> None:
    for day in range(20):
        for one in drop_outs(1, 5, day):
            assert day * DAY_S < one.from_s < one.until_s < (day + 1) * DAY_S
            assert 120 <= one.until_s - one.from_s <= 480


corners = st.lists(st.tuples(st.floats(120.9, 121.0), st.floats(30.8, 30.9)), min_size=2, max_size=6, unique=True)


@given(corners, st.floats(0, 1))
def test_a_place_on_a_way_lies_on_it(points: list[tuple[float, float]], share: float) -> None:
    way = Way(points)
    place = way.at(way.length_m * share)
    legs = [Way(pair) for pair in itertools.pairwise(points)]
    nearest = min(min(distance_m(place, leg.at(leg.length_m * k / 200)) for k in range(201)) for leg in legs)
    assert nearest <= max(leg.length_m for leg in legs) / 300 + 0.5
    assert 0 <= way.heading_deg(way.length_m * share) < 360


@given(st.integers(0, 1000))
def test_a_point_inside_is_inside(seed: int) -> None:
    ring = GRIDS[0].ring
    assert is_inside(point_inside(ring, stream(seed, "point")), ring)


def test_moved_is_so_far_away() -> None:
    assert distance_m((120.95, 30.92), moved((120.95, 30.92), 30, 40)) == pytest.approx(50, rel=1e-4)


def test_the_clock_runs_at_its_speed() -> None:
    clock = ShiftClock(1000)
    begun = clock.now_s()
    asyncio.run(clock.until(begun + 50))
    assert clock.now_s() >= begun + 50
    assert (clock.real(3600) - clock.real(0)).total_seconds() == pytest.approx(3.6)


@pytest.mark.parametrize(
    "wrong", [["--speed", "0"], ["--speed", "61"], ["--workers", "0"], ["--incidents-per-day", "-1"]]
)
def test_wrong_options_are_refused_with_code_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(wrong)
    assert ended.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_workers_whom_a_person_is_are_left_alone() -> None:
    centre = FakeCentre()
    play(centre, lambda: len(centre.fixes()) == 3, leave_out=frozenset({2}))
    on_duty = {body["worker"] for method, path, body in centre.told if (method, path) == ("POST", "/api/duty")}
    assert 2 not in centre.fixes()
    assert 2 not in on_duty
    assert on_duty, "the others work"
