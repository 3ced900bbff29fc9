"""Who goes together: by examples, against every possible team, and what is told of what is lacking."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.advice.given_team import UnitCall
from dispatch.advice.needs import ONE_PERSON, Need, Needs, needs_of
from dispatch.advice.teams import PERSON_WORTH_S, Candidate, Team, propose_team
from words.values import code_text

DROWNING = needs_of("1209", "P1")
TWO = Needs(Need("people", 2))


@dataclass(frozen=True)
class _Absent:
    skills: tuple[str, ...] = ()
    department_code: str | None = None
    on_duty: bool = True


def somebody(worker_id: int, eta_s: float, *skills: str, unit: str | None = None) -> Candidate:
    return Candidate(worker_id, skills, unit, eta_s)


def ids(team: Team) -> list[int]:
    return [member.candidate.worker_id for member in team.members]


def unmet(team: Team) -> list[tuple[str, tuple[str, ...], int, str]]:
    return [(one.need.kind, one.need.any_of, one.found, one.why) for one in team.unmet]


# examples -----------------------------------------------------------------------------------------------------------


def test_a_case_without_needs_gets_the_first_to_arrive():
    team = propose_team(ONE_PERSON, [somebody(1, 90.0), somebody(2, 60.0)])
    assert ids(team) == [2]
    assert team.members[0].is_lead
    assert team.unmet == team.call == ()


def test_the_rule_of_two():
    assert ids(propose_team(TWO, [somebody(1, 90.0), somebody(2, 60.0), somebody(3, 70.0)])) == [2, 3]


def test_the_nearest_cannot_rescue_and_the_farther_one_who_can_goes_too():
    near, other, far = somebody(1, 60.0), somebody(2, 80.0), somebody(3, 400.0, "water_rescue", "first_aid")
    team = propose_team(DROWNING, [near, other, far])
    assert ids(team) == [1, 3]
    assert [member.is_lead for member in team.members] == [True, False]
    assert [code.code for code in team.members[0].roles] == ["lead"]
    assert [code_text(code, "zh") for code in team.members[1].roles] == ["水上救援", "急救"]
    assert team.call == ("YJ", "PC", "WS")


def test_a_second_rescuer_is_sent_when_he_is_a_minute_sooner():
    both = somebody(3, 400.0, "water_rescue", "first_aid")
    swims, revives = somebody(4, 400.0 - PERSON_WORTH_S, "water_rescue"), somebody(5, 390.0, "first_aid")
    assert ids(propose_team(DROWNING, [somebody(1, 60.0), both, swims, revives])) == [1, 3], "no more than a minute"
    sooner = somebody(4, 399.0 - PERSON_WORTH_S, "water_rescue")
    assert ids(propose_team(DROWNING, [somebody(1, 60.0), both, sooner, revives])) == [1, 4, 5]


def test_of_two_teams_of_three_the_one_goes_whose_last_is_there_first():
    needs = Needs(skills=tuple(Need("skill", 1, (skill,)) for skill in ("fire", "boat", "first_aid", "uav")))
    one_way = [somebody(2, 10.0, "fire", "boat"), somebody(3, 50.0, "first_aid", "uav")]
    other_way = [somebody(4, 30.0, "fire", "first_aid"), somebody(5, 31.0, "boat", "uav")]
    assert ids(propose_team(needs, [somebody(1, 5.0), *one_way, *other_way])) == [1, 4, 5]


@pytest.mark.parametrize(
    ("type_code", "skilled", "station", "call"),
    [
        ("0301", ("fire",), "YJ", ("WS",)),
        ("1209", ("water_rescue", "first_aid"), "YJ", ("PC", "WS")),
        ("0203", ("fire",), "RQ", ("YJ",)),
        ("0401", ("law_enforcement", "first_aid"), "PC", ("WS",)),
        ("0110", ("mediation",), "PC", ("ZZ",)),
    ],
    ids=["fire", "drowning", "gas", "knife", "crowd"],
)
def test_a_grave_case_gets_the_first_the_skilled_and_the_unit(type_code, skilled, station, call):
    people = [
        somebody(1, 30.0), somebody(2, 60.0), somebody(3, 100.0, *skilled), somebody(4, 900.0, unit=station),
        somebody(5, 950.0, unit=station), somebody(6, 500.0, *skilled),
    ]  # fmt: skip
    team = propose_team(needs_of(type_code, "P1"), people)
    assert ids(team) == [1, 3, 4]
    assert team.call == call


def test_where_something_fell_two_revive():
    people = [somebody(1, 30.0, "first_aid"), somebody(2, 60.0), somebody(3, 300.0, "first_aid")]
    assert ids(propose_team(needs_of("1204", "P1"), people)) == [1, 3]


def test_three_go_to_a_crowd_though_the_first_can_do_it_all():
    people = [somebody(1, 30.0, "mediation", unit="PC"), somebody(2, 60.0), somebody(3, 90.0), somebody(4, 99.0)]
    team = propose_team(needs_of("0110", "P1"), people)
    assert ids(team) == [1, 2, 3]
    assert [code.code for code in team.members[2].roles] == ["second"]


def test_nobody_at_all_can_go():
    team = propose_team(DROWNING, [])
    assert team.members == ()
    assert {why for *_, why in unmet(team)} == {"nobody_at_all"}
    assert [kind for kind, *_ in unmet(team)] == ["people", "skill", "skill", "unit", "unit", "unit"]


def test_why_a_need_is_not_met():
    away = [_Absent(("water_rescue",), on_duty=False), _Absent(("first_aid",)), _Absent(("first_aid",), on_duty=False)]
    team = propose_team(DROWNING, [somebody(1, 10.0)], [*away, _Absent(department_code="YJ", on_duty=False)])
    assert unmet(team) == [
        ("people", (), 1, "nobody_free"),
        ("skill", ("water_rescue",), 0, "nobody_on_duty"),
        ("skill", ("first_aid",), 0, "nobody_free"),
        ("unit", ("YJ",), 0, "nobody_on_duty"),
        ("unit", ("PC",), 0, "nobody_at_all"),
        ("unit", ("WS",), 0, "nobody_at_all"),
    ]
    assert ids(team) == [1], "what can be done is done"


def test_what_is_lacking_is_said_in_words():
    team = propose_team(DROWNING, [somebody(1, 10.0)], [_Absent(("water_rescue",), on_duty=False), _Absent()])
    people, rescue, *_ = team.unmet
    assert code_text(people.told, "zh") == "须 2 人同去,可派 1 人:在岗的都派不出"
    assert code_text(rescue.told, "zh") == "须 1 人会水上救援,可派 0 人:都不在岗"
    assert code_text(team.unmet[-1].told, "zh") == "卫生院须到场,可派 0 人:没有登记这样的人"
    assert code_text(rescue.told, "en") == "1 with water rescue must go, 0 can be sent: they are off duty"
    assert [code_text(UnitCall(code).told, "zh") for code in team.call] == [
        "通知应急消防站到场",
        "通知派出所到场",
        "通知卫生院到场",
    ]
    assert code_text(UnitCall("YJ").told, "en") == "Call the fire station"
    either = propose_team(Needs(skills=(Need("skill", 1, ("boat", "water_rescue")),)), [somebody(1, 10.0)])
    assert code_text(either.unmet[0].told, "zh") == "须 1 人会船艇、水上救援之一,可派 0 人:没有登记这样的人"


# against every possible team ----------------------------------------------------------------------------------------

SKILLS, UNITS = ("fire", "boat", "first_aid"), ("YJ", "PC")
needs_lists = st.builds(
    Needs,
    st.builds(Need, st.just("people"), st.integers(1, 4)),
    st.lists(
        st.builds(
            Need, st.just("skill"), st.integers(1, 3),
            st.lists(st.sampled_from(SKILLS), min_size=1, max_size=2, unique=True).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    st.lists(st.sampled_from(UNITS), max_size=2, unique=True).map(
        lambda codes: tuple(Need("unit", 1, (code,)) for code in codes)
    ),
)  # fmt: skip
people_lists = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 1000),
        st.sets(st.sampled_from(SKILLS)).map(tuple),
        st.sampled_from((None, None, *UNITS)),
        st.one_of(st.integers(0, 4), st.integers(0, 300)).map(float),
    ),
    max_size=9,
    unique_by=lambda one: one.worker_id,
)


def best_of_all(needs: Needs, people: list[Candidate]) -> list[int]:
    """The best team, by the definition, of every team there is."""
    order = sorted(people, key=lambda one: (one.eta_s, one.worker_id))
    teams = [order[:1] + list(rest) for size in range(len(order)) for rest in combinations(order[1:], size)]

    def met_after_s(need: Need, team: list[Candidate]) -> float:
        able = [one.eta_s for one in team if need.is_met_by(one)]
        wanted = min(need.people, sum(need.is_met_by(one) for one in order))
        return float("inf") if len(able) < wanted else able[wanted - 1] if wanted else 0.0

    soonest_s = {need: met_after_s(need, order) for need in needs.special}
    good = [
        team
        for team in teams
        if len(team) >= min(needs.people.people, len(order))
        and all(met_after_s(need, team) <= soonest_s[need] + PERSON_WORTH_S for need in needs.special)
    ]
    best = min(
        good,
        key=lambda team: (
            len(team), team[-1].eta_s, fsum(one.eta_s for one in team), [one.worker_id for one in team]
        ),
        default=[],
    )  # fmt: skip
    return [one.worker_id for one in best]


@settings(deadline=None)
@given(needs_lists, people_lists)
def test_no_team_is_better(needs, people):
    assert ids(propose_team(needs, people)) == (best_of_all(needs, people) if people else [])


@settings(deadline=None)
@given(needs_lists, people_lists)
def test_what_can_be_met_is_met_and_nobody_goes_in_vain(needs, people):
    team = propose_team(needs, people)
    members = [member.candidate for member in team.members]
    for need in needs.every:
        able = sum(need.is_met_by(one) for one in people)
        assert sum(need.is_met_by(one) for one in members) >= min(need.people, able)
        assert (able < need.people) == (need in [one.need for one in team.unmet])
    for one in members[1:]:
        rest = [other for other in members if other is not one]
        assert len(members) <= needs.people.people or not _as_good(needs, people, rest)


def _as_good(needs: Needs, people: list[Candidate], team: list[Candidate]) -> bool:
    """Whether each skill and unit is there as soon as it has to be."""
    for need in needs.special:
        soonest = sorted(one.eta_s for one in people if need.is_met_by(one))[: need.people]
        in_time = [one for one in team if need.is_met_by(one) and one.eta_s <= soonest[-1] + PERSON_WORTH_S]
        if soonest and len(in_time) < len(soonest):
            return False
    return True


@settings(deadline=None)
@given(needs_lists, people_lists, st.randoms(use_true_random=False))
def test_the_order_they_come_in_changes_nothing(needs, people, random):
    shuffled = list(people)
    random.shuffle(shuffled)
    assert propose_team(needs, shuffled) == propose_team(needs, people)


def test_a_whole_prefecture_is_looked_through():
    skills = ("water_rescue", "first_aid", "fire", "boat")
    people = [
        somebody(one, one * 0.25, *(skill for bit, skill in enumerate(skills) if one >> bit & 1 and one % 97 == 0))
        for one in range(1, 8412)
    ]
    assert ids(propose_team(DROWNING, people)) == [1, 291]


def test_beside_who_leads_only_those_go_who_are_needed():
    people = [somebody(1, 10.0), somebody(2, 90.0, "water_rescue"), somebody(3, 400.0, "water_rescue")]
    swims = Needs(Need("people", 0), (Need("skill", 1, ("water_rescue",)),))
    team = propose_team(swims, people, has_lead=True)
    assert [(one.candidate.worker_id, one.is_lead) for one in team.members] == [(2, False)]
    assert propose_team(swims, people[:1], has_lead=True).members == ()
    assert ids(propose_team(Needs(Need("people", 1)), people, has_lead=True)) == [1]
