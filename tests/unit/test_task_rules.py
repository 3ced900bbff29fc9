"""What several people share on a case: the table of task states, the steps, and the state of the case that follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.cases.lifecycle import FOLLOWS_TASKS, STATES
from dispatch.cases.tasks import (
    ACTIVE,
    OPEN,
    TASK_MEANINGS,
    TASK_STATES,
    TASK_STEPS,
    Task,
    after,
    derive_state,
    derive_times,
    open_tasks,
    settled,
    verbs_of,
    withdrawn,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
REACHED_LATER = {"paused"}
"""States no step leads to yet: a case cannot be suspended."""
OWN = sorted(set(STATES) - FOLLOWS_TASKS - {"checking"})


def a_task(task_no: int = 1, state: str = "sent", kind: str = "lead", **changes: object) -> Task:
    task = Task(
        area_id=1, task_id=UUID(int=task_no), case_no="XZ2611210001", task_no=task_no, kind="lead", is_required=True,
        worker_id=task_no, department_code=None, parent_task_id=None, state="sent", suggestion_id=None,
        created_by="leader", created_at=NOW, sent_at=NOW,
    )  # fmt: skip
    ended = None if state in OPEN else NOW
    return replace(task, state=state, kind=kind, ended_at=ended, **changes)  # type: ignore[arg-type]


# the table ----------------------------------------------------------------------------------------------------------


def test_every_state_has_its_line_and_leads_the_case_where_the_tasks_decide():
    assert tuple(meaning.state for meaning in TASK_MEANINGS) == TASK_STATES
    assert ACTIVE < OPEN
    for meaning in TASK_MEANINGS:
        assert meaning.case_state in FOLLOWS_TASKS or meaning.state in REACHED_LATER


def test_every_open_task_comes_to_an_end_by_steps():
    for start in OPEN:
        found, new = set(), {start}
        while new:
            found |= new
            new = {step.target for step in TASK_STEPS for state in new if state in step.sources and step.target} - found
        assert found - OPEN, f"{start} never ends"


def test_every_state_is_reached_and_nothing_follows_an_end():
    assert {step.target for step in TASK_STEPS if step.target} | {"queued"} == set(TASK_STATES) - REACHED_LATER
    assert all(verbs_of(a_task(state=state)) == frozenset() for state in set(TASK_STATES) - OPEN)


def test_only_a_department_hands_over():
    assert "hand_over" not in verbs_of(a_task(state="signed"))
    assert "hand_over" in verbs_of(a_task(state="signed", worker_id=None, department_code="ZF"))


def test_a_step_keeps_its_moment():
    task, moments = a_task(state="queued", sent_at=None), {}
    for minutes, verb in enumerate(("send_queued", "sign", "set_out", "arrive", "start", "feedback")):
        moments[verb] = NOW + timedelta(minutes=minutes)
        task = after(task, verb, moments[verb], "w1")
    assert task.state == "done"
    assert (task.sent_at, task.signed_at, task.set_out_at) == tuple(moments.values())[:3]
    assert (task.arrived_at, task.started_at, task.done_at) == tuple(moments.values())[3:]
    assert (task.ended_at, task.outcome) == (task.done_at, "handled")
    assert (task.signed_by, task.ended_by) == ("w1", "w1")
    with pytest.raises(AssertionError):
        after(task, "sign", NOW, "w1")


@pytest.mark.parametrize(
    ("verb", "state", "outcome"),
    [
        ("send_back", "returned", "returned"),
        ("take_back", "withdrawn", "taken_back"),
        ("divert", "diverted", "diverted"),
    ],
)
def test_what_ends_undone_is_not_done(verb: str, state: str, outcome: str):
    task = after(a_task(), verb, NOW, "chen")
    assert (task.state, task.outcome, task.ended_at, task.done_at) == (state, outcome, NOW, None)
    assert task.ended_by == "chen"


# the state of the case ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lead", "state"),
    [
        ("queued", "accepted"), ("sent", "dispatched"), ("signed", "received"), ("under_way", "received"),
        ("on_scene", "on_scene"), ("working", "handling"), ("done", "handled"), ("returned", "accepted"),
        ("withdrawn", "accepted"), ("diverted", "accepted"),
    ],
)  # fmt: skip
def test_the_case_goes_with_its_lead(lead: str, state: str):
    assert derive_state("accepted", [a_task(state=lead)]) == state
    # whatever is done besides him
    for other in TASK_STATES:
        expected = "handling" if state == "handled" and other in OPEN else state
        assert derive_state("accepted", [a_task(state=lead), a_task(2, other, "co")]) == expected


def test_nobody_was_sent():
    assert derive_state("accepted", []) == "accepted"
    assert derive_state("accepted", [a_task(state="working", kind="co")]) == "accepted"


def test_the_latest_lead_counts():
    assert derive_state("handled", [a_task(1, "done"), a_task(2, "sent")]) == "dispatched"
    assert derive_state("handled", [a_task(2, "queued"), a_task(1, "done")]) == "accepted"


def test_a_failed_check_puts_the_case_among_the_accepted():
    assert derive_state("handled", [a_task(state="done", failed_at=NOW)]) == "accepted"


def test_who_need_not_be_there_is_not_awaited():
    tasks = [a_task(state="done"), a_task(2, "working", "co", is_required=False)]
    assert derive_state("handling", tasks) == "handled"


def test_a_check_after_handling():
    assert derive_state("handled", [a_task(state="done"), a_task(2, "sent", "check")]) == "verifying"
    assert derive_state("handling", [a_task(state="working"), a_task(2, "sent", "check")]) == "handling"


tasks_of_a_case = st.lists(st.tuples(st.sampled_from(TASK_STATES), st.sampled_from(["lead", "co"])), max_size=6).map(
    lambda drawn: [a_task(number, state, kind) for number, (state, kind) in enumerate(drawn, start=1)]
)


def test_what_nobody_is_to_look_at_is_reported_again():
    assert derive_state("checking", [a_task(kind="check")]) == "checking"
    assert derive_state("checking", [a_task(kind="check", state="done"), a_task(2, "sent", "co")]) == "reported"


@given(state=st.sampled_from(OWN), tasks=tasks_of_a_case)
def test_what_is_the_cases_own_stays(state: str, tasks: list[Task]):
    assert derive_state(state, tasks) == state  # type: ignore[arg-type]


@given(before=st.sampled_from(sorted(FOLLOWS_TASKS)), tasks=tasks_of_a_case, order=st.randoms())
def test_the_state_follows_from_the_tasks_alone(before: str, tasks: list[Task], order: object):
    tasks = [task for task in tasks if task.state != "paused" or task.kind == "co"]
    shuffled = list(tasks)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    state = derive_state(before, shuffled)  # type: ignore[arg-type]
    assert state == derive_state("accepted", tasks)
    assert state in FOLLOWS_TASKS
    times = derive_times(state, tasks, NOW)
    assert (times.handled_at is None) == (state != "handled")
    assert (times.dispatched_at is None) == (state == "accepted")
    if state == "handled":
        assert not any(task.is_open for task in tasks if task.kind == "co")


# what follows another task ------------------------------------------------------------------------------------------


def handed_over(*states: str) -> list[Task]:
    parent = a_task(1, "signed", "co", worker_id=None, department_code="ZF")
    children = [
        a_task(number, state, "co", parent_task_id=parent.task_id) for number, state in enumerate(states, start=2)
    ]
    return [parent, *children]


@pytest.mark.parametrize(
    ("children", "is_done"),
    [(["done"], True), (["done", "returned"], True), (["done", "working"], False), (["returned"], False), ([], False)],
)
def test_what_was_handed_over_is_done_when_theirs_is(children: list[str], is_done: bool):
    changed = settled(handed_over(*children), NOW, "chen")
    assert [(task.task_no, task.state) for task in changed] == ([(1, "done")] if is_done else [])


def test_what_was_handed_over_ends_with_it():
    parent, child = handed_over("working")
    changed = settled([withdrawn(parent, "taken_back", NOW, "chen"), child], NOW, "chen")
    assert [(task.task_no, task.state) for task in changed] == [(2, "withdrawn")]


def test_the_lead_comes_first_and_who_is_active_before_who_waits():
    tasks = [a_task(1, "queued", "co"), a_task(2, "sent", "co"), a_task(3, "queued"), a_task(4, "done", "co")]
    assert [task.task_no for task in open_tasks(tasks)] == [3, 2, 1]
