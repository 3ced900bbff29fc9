"""The table of states and verbs: closed in itself, every case can end, urgent ones are the shift leader's."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dispatch.access.roles import ROLES
from dispatch.cases.allowed import allowed, allowed_to_all
from dispatch.cases.lifecycle import (
    MEANINGS,
    OPEN_STATES,
    PRIORITIES,
    STAGES,
    STATES,
    TRANSITIONS,
    VERBS,
    WAY,
    is_possible,
    meaning_of,
    stage_of,
    states_of,
    transition_of,
)

ENDED = frozenset(states_of("ended"))

REACHED_LATER: set[str] = set()
"""States of the table's domain that no verb leads to yet."""


def reachable(priority: str) -> set[str]:
    found, new = set(), {"reported"}
    while new:
        found |= new
        new = {
            target
            for state in new
            for transition in TRANSITIONS
            if is_possible(transition.verb, state, priority)
            for target in transition.targets
        } - found
    return found


def test_one_line_for_each_verb_but_report():
    assert [line.verb for line in TRANSITIONS] == list(dict.fromkeys(line.verb for line in TRANSITIONS))
    assert {line.verb for line in TRANSITIONS} == set(VERBS) - {"report"}


def test_every_state_is_known_and_reached():
    for line in TRANSITIONS:
        assert line.sources <= set(STATES)
        assert set(line.targets) <= set(STATES)
    assert reachable("P3") == set(STATES) - REACHED_LATER


@pytest.mark.parametrize("priority", PRIORITIES)
def test_every_case_can_come_to_an_end(priority: str):
    for state in reachable(priority) - ENDED:
        ends, new = set(), {state}
        while new:
            ends |= new
            new = {
                target
                for one in new
                for line in TRANSITIONS
                if is_possible(line.verb, one, priority)
                for target in line.targets
            } - ends
        assert ends & ENDED, f"{state} never ends"


@pytest.mark.parametrize("state", sorted(ENDED))
def test_after_the_end_nothing_is_done_any_more(state: str):
    """It may be remarked on; a closed one rated and opened again; a merged one taken out."""
    left = {"closed": {"rate", "reopen"}, "merged": {"unmerge"}}.get(state, set()) | {"remark"}
    told = {verb for role in ROLES for priority in PRIORITIES for verb in allowed(state, role, priority, True)}
    assert told == left


@pytest.mark.parametrize("priority", ["P1", "P2"])
@pytest.mark.parametrize("verb", ["dispatch", "reject", "cancel", "transfer"])
def test_urgent_cases_are_the_shift_leaders(verb: str, priority: str):
    for state in STATES:
        if is_possible(verb, state, priority):
            who = {role for role in ROLES if verb in allowed(state, role, priority, False)}
            assert who == {"shift_leader"}


def test_an_urgent_case_is_never_ended_on_the_spot():
    assert not any(is_possible("self_handle", state, priority) for state in STATES for priority in ("P1", "P2"))


def test_a_display_says_nothing():
    for role in ("display", "reviewer", "sysadmin", "secadmin", "auditor"):
        assert not any(allowed(state, role, priority, False) for state in STATES for priority in PRIORITIES)


def test_the_one_who_was_sent_speaks_for_himself():
    own = {"sign", "ask_support", "hand_over", "send_back", "reply", "object"}
    assert set(allowed("dispatched", "grid_worker", "P1", True)) == own | {"remark"}
    assert allowed("dispatched", "grid_worker", "P1", False) == ("remark",)
    assert "assignee" in dict(allowed_to_all("dispatched", "P1"))["sign"]


def test_each_state_has_one_meaning():
    assert [meaning.state for meaning in MEANINGS] == sorted(STATES, key=[one.state for one in MEANINGS].index)
    assert len(MEANINGS) == len(STATES)
    assert {meaning.stage for meaning in MEANINGS} == set(STAGES)
    assert set(OPEN_STATES) == set(STATES) - ENDED
    assert states_of(*STAGES) == tuple(meaning.state for meaning in MEANINGS)
    assert transition_of("sing") is None


def test_the_usual_way_is_gone_milestone_by_milestone():
    assert WAY == ("reported", "accepted", "dispatched", "received", "on_scene", "handled", "closed")
    assert all(meaning.milestone in (None, *WAY) for meaning in MEANINGS)


@pytest.mark.parametrize("state", STATES)
def test_a_clock_runs_exactly_while_something_is_to_be_done(state: str):
    meaning = meaning_of(state)
    assert (meaning.step is not None) == (meaning.is_open and meaning.stage != "paused")
    assert not meaning.is_to_handle or meaning.step != "verify"
    assert meaning.is_counted or not meaning.is_open


class Life(RuleBasedStateMachine):
    """Whoever says whatever in whatever order: the case stays in the table, and ended is ended."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "reported"
        self.priority = "P3"
        self.was_sent = False
        self.signed = False

    @rule(
        verb=st.sampled_from(VERBS),
        role=st.sampled_from(ROLES),
        is_assignee=st.booleans(),
        otherwise=st.integers(0, 2),
        priority=st.sampled_from(PRIORITIES),
    )
    def say(self, verb: str, role: str, is_assignee: bool, otherwise: int, priority: str) -> None:
        if self.state == "reported":
            self.priority = priority
        if verb not in allowed(self.state, role, self.priority, is_assignee and meaning_of(self.state).is_in_hand):
            return
        transition = transition_of(verb)
        assert transition is not None
        before = self.state
        self.state = (transition.targets or (before,))[otherwise % len(transition.targets or (before,))]
        assert stage_of(before) != "ended" or verb in ("rate", "reopen", "remark", "unmerge")
        if verb == "sign":
            assert self.was_sent
            self.signed = True
        if verb in ("arrive", "start", "feedback"):
            assert self.signed, "nobody arrives who has not signed"
        self.was_sent = self.was_sent or self.state == "dispatched"
        if verb in ("reopen", "unmerge"):
            self.was_sent = self.signed = False

    @invariant()
    def in_the_table(self) -> None:
        assert self.state in STATES
        assert self.state not in REACHED_LATER


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
