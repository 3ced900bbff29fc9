"""Which verbs somebody may perform on a case in a state, by the table of ``lifecycle`` alone: no case, no database."""

from __future__ import annotations

from collections.abc import Collection

from dispatch.cases.lifecycle import TRANSITIONS, URGENT, Verb, is_granted, is_possible


def allowed(
    state: str, role: str, priority: str, is_assignee: bool, on_task: Collection[str] | None = None
) -> tuple[Verb, ...]:
    """The verbs this person may perform on a case now.

    Parameters
    ----------
    state, priority
        of the case.
    role
        of the person.
    is_assignee
        whether a task of the case is this person's (or his department's, or that of a worker he acts for).
    on_task
        the verbs that may follow on the task he acts on; None as for :func:`is_possible`.
    """
    return tuple(
        transition.verb
        for transition in TRANSITIONS
        if is_possible(transition.verb, state, priority, on_task)
        and is_granted(transition, role, priority, is_assignee)
    )


def allowed_to_all(
    state: str, priority: str, on_task: Collection[str] | None = None
) -> tuple[tuple[Verb, tuple[str, ...]], ...]:
    """Every verb that may follow now, each with who may perform it (roles, and ``assignee``)."""
    answer: list[tuple[Verb, tuple[str, ...]]] = []
    for transition in TRANSITIONS:
        if is_possible(transition.verb, state, priority, on_task):
            roles = transition.urgent_roles if priority in URGENT else transition.roles
            answer.append((transition.verb, (*transition.persons, *sorted(roles))))
    return tuple(answer)
