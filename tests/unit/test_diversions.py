"""Who could be taken from a lighter case: only from a lighter one, only where the team is slower or lacks somebody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch.advice.diversions import DIVERTIBLE_MOST, Busy, divertible
from dispatch.advice.needs import Need, Needs, needs_of
from dispatch.advice.teams import Candidate, propose_team
from words.values import code_text

DROWNING = needs_of("1209", "P1")
TWO = Needs(Need("people", 2))


def busy(worker_id: int, eta_s: float, *skills: str, priority: str = "P3", state: str = "working") -> Busy:
    return Busy(Candidate(worker_id, skills, None, eta_s), f"YZ26112100{worker_id:02d}", priority, state)


def team(needs: Needs, *people: tuple[float, tuple[str, ...]]):
    return propose_team(needs, [Candidate(one, skills, None, eta) for one, (eta, skills) in enumerate(people, start=1)])


def test_one_ten_metres_away_on_a_litter_case():
    found = divertible(TWO, "P1", team(TWO, (90.0, ()), (300.0, ())), [busy(50, 7.0)])
    (near,) = found.workers
    assert (near.busy.case_no, near.busy.priority, near.busy.state) == ("YZ2611210050", "P3", "working")
    assert near.earlier_s == 293.0
    assert code_text(near.gain, "zh") == "人手可早到 4 分 53 秒"
    assert code_text(near.loss, "zh") == "案件 YZ2611210050(P3)退回待派,时限照走"
    assert code_text(near.loss, "en") == "Case YZ2611210050 (P3) waits to be sent again, its clocks running on"


def test_only_from_a_lighter_case():
    slow = team(TWO, (500.0, ()), (600.0, ()))
    others = [busy(one, 10.0, priority=f"P{one}") for one in range(1, 5)]
    assert [one.busy.priority for one in divertible(TWO, "P2", slow, others).workers] == ["P3", "P4"]
    assert divertible(TWO, "P4", slow, others).workers == ()


def test_only_who_is_there_before_those_who_go_for_the_same():
    swims = team(DROWNING, (60.0, ()), (400.0, ("water_rescue", "first_aid")))
    sooner, later = busy(50, 300.0, "water_rescue"), busy(51, 500.0, "water_rescue")
    found = divertible(DROWNING, "P1", swims, [later, sooner]).workers
    assert [(one.busy.candidate.worker_id, one.need, one.earlier_s) for one in found] == [
        (50, Need("skill", 1, ("water_rescue",)), 100.0)
    ]
    fast = team(DROWNING, (60.0, ()), (70.0, ()), (400.0, ("water_rescue", "first_aid")))
    assert divertible(DROWNING, "P1", fast, [later]).workers == ()


def test_who_has_what_the_team_lacks_is_named_first():
    dry = team(DROWNING, (60.0, ()), (70.0, ()))
    found = divertible(DROWNING, "P1", dry, [busy(50, 5.0), busy(51, 900.0, "water_rescue"), busy(52, 65.0)]).workers
    assert [one.busy.candidate.worker_id for one in found] == [51, 50, 52]
    assert found[0].earlier_s is None
    assert code_text(found[0].gain, "zh") == "可补缺:水上救援"
    assert code_text(found[0].gain, "en") == "Would fill what is lacking: water rescue"


def test_where_nobody_is_free_anybody_is_worth_it():
    assert [one.earlier_s for one in divertible(TWO, "P1", team(TWO), [busy(50, 3000.0)]).workers] == [None]


def test_it_is_told_how_many_more_there_are():
    found = divertible(TWO, "P1", team(TWO), [busy(one, float(one)) for one in range(10, 20)])
    assert [one.busy.candidate.worker_id for one in found.workers] == list(range(10, 10 + DIVERTIBLE_MOST))
    assert found.more == 10 - DIVERTIBLE_MOST


@given(
    st.sampled_from(["P1", "P2", "P3"]),
    st.lists(st.floats(0, 600), max_size=4),
    st.lists(st.tuples(st.floats(0, 900), st.sampled_from(["P1", "P2", "P3", "P4"])), max_size=8),
)
def test_nobody_is_taken_in_vain(priority, free, others):
    sent = team(TWO, *((eta, ()) for eta in free))
    on_cases = [busy(one, eta, priority=of) for one, (eta, of) in enumerate(others, start=10)]
    found = divertible(TWO, priority, sent, on_cases)
    last_s = max((one.candidate.eta_s for one in sent.members), default=0.0) if len(free) > 1 else float("inf")
    worth = [one for one in on_cases if one.priority > priority and one.candidate.eta_s < last_s]
    assert len(found.workers) + found.more == len(worth)
    assert all(one.earlier_s is None or one.earlier_s > 0 for one in found.workers)


def test_enough_people_and_one_more_asked_for():
    enough = Needs(Need("people", 0), (Need("skill", 1, ("fire",)),))
    nobody = team(enough)
    near, far = busy(50, 60.0), busy(51, 200.0)
    assert [one.busy.candidate.worker_id for one in divertible(enough, "P1", nobody, [near, far]).workers] == [50, 51]
    (sooner,) = divertible(enough, "P1", nobody, [near, far], next_free_s=100.0).workers
    assert (sooner.busy.candidate.worker_id, sooner.need.kind, sooner.earlier_s) == (50, "people", 40.0)
