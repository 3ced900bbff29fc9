"""Two at once over HTTP, again and again: one wins, and the other is told who was first and when."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.small_town import AREA_ID, SOUTH_POINT

TRIES = 200
"""How often each is tried."""
OF_ONE_CASE = 20
"""Tries that share their cases: an answer holds the whole log, and a long one would take most of the time."""
FREE = """
update task set state = 'withdrawn', outcome = 'taken_back', ended_at = now(), ended_by = 'test'
where area_id = %(area)s and ended_at is null and worker_id is distinct from %(but)s;
"""
"""Everybody is free again but one, without a request for each: a try is two requests."""
WAITS = "update incident set state = 'accepted' where area_id = %(area)s and case_no = any(%(cases)s)"
AT_WORK_AGAIN = """
update task set state = 'working', outcome = null, done_at = null, ended_at = null, ended_by = null
where area_id = %(area)s and case_no = any(%(cases)s) and kind = 'lead'
"""
HANDLED_AGAIN = """
update incident set state = 'handling', handled_at = null where area_id = %(area)s and case_no = any(%(cases)s)
"""
BOUND = """
select exists (select from duty where area_id = %(area)s and worker_id = 1 and ended_at is null),
       exists (select from task where area_id = %(area)s and worker_id = 1 and ended_at is null)
"""
MOMENT = re.compile(r"\d\d:\d\d:\d\d\b")
Answers = tuple[httpx.Response, httpx.Response]


class Two:
    """A leader and the phones of the workers, who ask at the same moment."""

    def __init__(self, address: str, token_of: Callable[[str], dict[str, str]], database_url: str) -> None:
        self.rows = psycopg.connect(database_url, autocommit=True)
        self.leader = httpx.Client(base_url=address, headers=token_of("shift_leader"), timeout=30)
        self.phones = httpx.Client(base_url=address, headers=token_of("gateway"), timeout=30)
        self.verifier = httpx.Client(base_url=address, headers=token_of("verifier"), timeout=30)
        self.other = httpx.Client(base_url=address, headers=token_of("operator"), timeout=30)
        self._pool = ThreadPoolExecutor(2)

    def at_once(self, one: Callable[[], httpx.Response], other: Callable[[], httpx.Response]) -> Answers:
        start = threading.Barrier(2)

        def run(ask: Callable[[], httpx.Response]) -> httpx.Response:
            start.wait()
            return ask()

        first, second = self._pool.map(run, (one, other))
        return first, second

    def report(self, text: str = "路灯不亮") -> str:
        lon, lat = SOUTH_POINT
        body = {"id": str(uuid4()), "source_channel": "phone", "description": text, "lon": lon, "lat": lat}
        answer = self.leader.post("/api/incidents", json=body | {"datum": "wgs84"})
        return str(self.done(answer)["case_no"])

    def say(self, who: httpx.Client, case_no: str, verb: str, **given: Any) -> httpx.Response:
        return who.post(f"/api/incidents/{case_no}/{verb}", json={"note": "说明", **given})

    def do(self, case_no: str, verb: str, **given: Any) -> dict[str, Any]:
        return self.done(self.say(self.leader, case_no, verb, **given))

    def write(self, statement: str, *cases: str, but: int | None = None) -> Any:
        """Run a statement of the test's own; ``cases`` it is about, ``but`` whom it leaves alone."""
        return self.rows.execute(statement, {"area": AREA_ID, "cases": list(cases), "but": but})

    @staticmethod
    def done(answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def close(self) -> None:
        self._pool.shutdown()
        self.rows.close()
        for client in (self.leader, self.phones, self.other):
            client.close()


@pytest.fixture(scope="module")
def two(address: str, token_of: Callable[[str], dict[str, str]], shared_small_url: str) -> Iterator[Two]:
    two = Two(address, token_of, shared_small_url)
    yield two
    two.close()


@pytest.fixture(autouse=True)
def _everybody_is_free(two: Two) -> Iterator[None]:
    yield
    two.write(FREE)


def loser_of(answers: Answers, *, names: str) -> dict[str, Any]:
    """The error of the one who lost; the other one won, and the loser is told by whom and when."""
    assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
    told = next(answer for answer in answers if answer.status_code == 409).json()["error"]
    assert names in told["message"]
    assert MOMENT.search(told["message"])
    return told


def first_of(answers: Answers) -> str:
    """The account whose word counted."""
    return "token:test shift_leader" if answers[0].status_code == 200 else "token:test operator"


def test_one_worker_for_two_cases(two: Two) -> None:
    for attempt in range(TRIES):
        if attempt % OF_ONE_CASE == 0:
            one, other = two.report(), two.report()
        answers = two.at_once(
            lambda: two.say(two.leader, one, "dispatch", worker=2),  # noqa: B023
            lambda: two.say(two.other, other, "dispatch", worker=2),  # noqa: B023
        )
        assert loser_of(answers, names=first_of(answers))["code"] == "worker_already_sent"
        two.write(FREE)
        two.write(WAITS, one, other)


def test_two_leads_for_one_case(two: Two) -> None:
    for attempt in range(TRIES):
        if attempt % OF_ONE_CASE == 0:
            case_no = two.report()
        answers = two.at_once(
            lambda: two.say(two.leader, case_no, "dispatch", worker=2),  # noqa: B023
            lambda: two.say(two.other, case_no, "dispatch", worker=3),  # noqa: B023
        )
        assert loser_of(answers, names=first_of(answers))["code"] == "case_already_sent"
        two.write(FREE)
        two.write(WAITS, case_no)


@pytest.mark.parametrize(
    ("who", "name"), [({"worker": 2, "queue": True}, "同岸乙"), ({"department": "ZF"}, "综合执法")]
)
def test_nobody_is_twice_on_a_case(two: Two, who: dict[str, Any], name: str) -> None:
    for attempt in range(TRIES // 2):
        if attempt % OF_ONE_CASE == 0:
            two.write(FREE)
            case_no = two.report()
            two.do(case_no, "dispatch", worker=3)
        answers = two.at_once(
            lambda: two.say(two.leader, case_no, "support", **who),  # noqa: B023
            lambda: two.say(two.other, case_no, "support", **who),  # noqa: B023
        )
        told = loser_of(answers, names=first_of(answers))
        assert told["code"] == "case_already_sent"
        assert name in told["message"], "not of who leads it"
        two.write(FREE, but=3)


def test_diverted_while_he_answers(two: Two) -> None:
    codes = set()
    for attempt in range(TRIES):
        if attempt % OF_ONE_CASE == 0:
            two.write(FREE)
            light, grave = two.report(), two.report("有人落水")
            two.do(light, "dispatch", worker=3)
            for verb in ("sign", "start"):
                two.done(two.say(two.phones, light, verb, worker=3))
        answers = two.at_once(
            lambda: two.say(two.leader, grave, "divert", worker=3, from_case=light),  # noqa: B023
            lambda: two.say(two.phones, light, "feedback", worker=3, no_photo_reason="没带手机"),  # noqa: B023
        )
        first = "token:test shift_leader" if answers[0].status_code == 200 else "token:test gateway"
        codes.add(loser_of(answers, names=first)["code"])
        two.write(FREE)
        two.write(WAITS, grave)
        two.write(AT_WORK_AGAIN, light)
        two.write(HANDLED_AGAIN, light)
    assert codes <= {"worker_left_case", "task_taken"}


def test_sent_while_his_duty_ends(two: Two) -> None:
    for attempt in range(TRIES):
        if attempt % OF_ONE_CASE == 0:
            case_no = two.report()
        answers = two.at_once(
            lambda: two.say(two.leader, case_no, "dispatch", worker=1),  # noqa: B023
            lambda: two.phones.post("/api/duty", json={"worker": 1, "on": False}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409], [one.text for one in answers]
        is_sent = answers[0].status_code == 200
        assert two.write(BOUND).fetchone() == (is_sent, is_sent)
        told = answers[is_sent].json()["error"]
        assert told["code"] == ("duty_has_open_case" if is_sent else "worker_off_duty")
        if is_sent:
            assert case_no in told["message"]
            two.write(FREE)
            two.write(WAITS, case_no)
        else:
            two.done(two.phones.post("/api/duty", json={"worker": 1, "on": True}))
