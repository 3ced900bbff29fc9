"""The life of an incident: which verb may follow which state, and who may perform it. One table, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from dispatch.access.roles import Role

State = Literal[
    "reported",
    "checking",
    "accepted",
    "dispatched",
    "received",
    "on_scene",
    "handling",
    "suspended",
    "handled",
    "verifying",
    "closed",
    "archived",
    "rejected",
    "self_handled",
    "merged",
    "cancelled",
]
STATES: tuple[State, ...] = get_args(State)
Verb = Literal[
    "report",
    "accept",
    "reject",
    "self_handle",
    "dispatch",
    "sign",
    "arrive",
    "start",
    "send_back",
    "transfer",
    "feedback",
    "verify",
    "rework",
    "close",
    "cancel",
]
VERBS: tuple[Verb, ...] = get_args(Verb)
Priority = Literal["P1", "P2", "P3", "P4"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)

URGENT: frozenset[str] = frozenset({"P1", "P2"})
WAITING: frozenset[State] = frozenset({"reported", "checking", "accepted"})
"""Nobody has been sent yet."""
IN_HAND: frozenset[State] = frozenset({"dispatched", "received", "on_scene", "handling"})
"""Somebody has been sent and has not answered yet."""
ENDED: frozenset[State] = frozenset({"closed", "archived", "rejected", "merged", "cancelled"})
"""Nothing more is to be done."""
FOLLOWS_TASKS: frozenset[State] = frozenset(
    {"accepted", "dispatched", "received", "on_scene", "handling", "handled", "verifying"}
)
"""States that follow from the tasks of a case (``tasks.derive_state``); the others are the case's own."""

_CENTRE: frozenset[Role] = frozenset({"operator", "shift_leader"})
_LEADER: frozenset[Role] = frozenset({"shift_leader"})
_CHECKS: frozenset[Role] = _CENTRE | {"verifier"}
"""A grid worker does not judge a colleague's work; nobody can be told to check a case yet."""
_NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Transition:
    """One line of the table.

    Parameters
    ----------
    verb
        what is performed.
    sources
        states it may be performed in.
    target
        state it leads to.
    roles
        roles that may perform it on any case.
    urgent_roles
        the same for a case of priority P1 or P2.
    by_assignee
        whether the one who was sent may perform it too (a worker, his department, the gateway that acts for him).
    needs
        names of inputs that must be there.
    otherwise
        states it may lead to instead, when the case or the answer asks for it.
    priorities
        priorities of cases it may be performed on.
    """

    verb: Verb
    sources: frozenset[State]
    target: State
    roles: frozenset[Role]
    urgent_roles: frozenset[Role]
    by_assignee: bool = False
    needs: tuple[str, ...] = ()
    otherwise: tuple[State, ...] = ()
    priorities: frozenset[str] = field(default=frozenset(PRIORITIES))

    @property
    def targets(self) -> tuple[State, ...]:
        """Every state the verb may lead to, the usual one first."""
        return (self.target, *self.otherwise)


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


TRANSITIONS: tuple[Transition, ...] = (
    Transition("accept", _from("reported", "checking"), "accepted", _CENTRE, _CENTRE),
    Transition("reject", _from("reported", "checking"), "rejected", _CENTRE, _LEADER, needs=("note",)),
    Transition(
        "self_handle",
        _from("reported"),
        "self_handled",
        frozenset({"grid_worker", "gateway"}),
        _NOBODY,
        needs=("note",),
        priorities=frozenset({"P3", "P4"}),
    ),
    Transition(
        "dispatch", _from("reported", "checking", "accepted"), "dispatched", _CENTRE, _LEADER, needs=("worker",)
    ),
    Transition("sign", _from("dispatched"), "received", _CENTRE, _CENTRE, by_assignee=True),
    Transition("arrive", _from("received"), "on_scene", _CENTRE, _CENTRE, by_assignee=True),
    Transition("start", _from("received", "on_scene"), "handling", _CENTRE, _CENTRE, by_assignee=True),
    Transition(
        "send_back",
        _from("dispatched", "received"),
        "accepted",
        _CENTRE,
        _CENTRE,
        by_assignee=True,
        needs=("note",),
    ),
    Transition(
        "transfer",
        _from("dispatched", "received", "on_scene", "handling"),
        "dispatched",
        _CENTRE,
        _LEADER,
        needs=("worker", "note"),
    ),
    Transition(
        "feedback",
        _from("on_scene", "handling"),
        "handled",
        _CENTRE,
        _CENTRE,
        by_assignee=True,
        needs=("note",),
    ),
    Transition(
        "verify",
        _from("handled", "verifying"),
        "closed",
        _CHECKS,
        _CHECKS,
        otherwise=("dispatched", "accepted"),
    ),
    Transition(
        "rework",
        _from("handled", "verifying"),
        "dispatched",
        _CHECKS,
        _CHECKS,
        needs=("note",),
        otherwise=("accepted",),
    ),
    Transition("close", _from("handled", "verifying", "self_handled"), "closed", _CENTRE, _CENTRE),
    Transition(
        "cancel",
        _from("reported", "checking", "accepted", "dispatched", "received", "on_scene", "handling", "suspended"),
        "cancelled",
        _LEADER,
        _LEADER,
        needs=("note",),
    ),
)
"""``verify`` passes unless ``passed`` is false. ``rework`` and a failed ``verify``
send the same handler again (``dispatched``), or when he is busy elsewhere put the case back among the accepted ones.

Source: docs/domain.md, "States" and "Verbs".
"""

_BY_VERB: dict[str, Transition] = {transition.verb: transition for transition in TRANSITIONS}
ON_BEHALF: frozenset[str] = frozenset(t.verb for t in TRANSITIONS if t.by_assignee)
"""Verbs of the one who was sent; performed by the centre they are noted as performed on his behalf."""

VERIFIES: frozenset[str] = frozenset({"verify", "rework"})
"""Verbs that say what a look at the work found; not for who spoke for the handler."""
OTHER_EYES: frozenset[str] = VERIFIES | {"close"}
"""Verbs that are not for who did the work. Source: docs/domain.md, "Other eyes"."""


def transition_of(verb: str) -> Transition | None:
    """The table's line for a verb, None when it is not a verb of a case."""
    return _BY_VERB.get(verb)


def is_possible(verb: str, state: str, priority: str) -> bool:
    """Whether somebody may perform the verb on a case in this state and of this priority."""
    transition = _BY_VERB.get(verb)
    return transition is not None and state in transition.sources and priority in transition.priorities


def is_granted(transition: Transition, role: str, priority: str, is_assignee: bool) -> bool:
    """Whether the role may perform the verb on a case of this priority."""
    roles = transition.urgent_roles if priority in URGENT else transition.roles
    return role in roles or (transition.by_assignee and is_assignee)


def allowed(state: str, role: str, priority: str, is_assignee: bool) -> tuple[Verb, ...]:
    """The verbs this person may perform on a case now.

    Parameters
    ----------
    state, priority
        of the case.
    role
        of the person.
    is_assignee
        whether the case was sent to this person (or to his department, or to a worker he acts for).
    """
    return tuple(
        transition.verb
        for transition in TRANSITIONS
        if is_possible(transition.verb, state, priority) and is_granted(transition, role, priority, is_assignee)
    )


def allowed_to_all(state: str, priority: str) -> tuple[tuple[Verb, tuple[str, ...]], ...]:
    """Every verb that may follow now, each with who may perform it (roles, and ``assignee``)."""
    answer: list[tuple[Verb, tuple[str, ...]]] = []
    for transition in TRANSITIONS:
        if is_possible(transition.verb, state, priority):
            roles = transition.urgent_roles if priority in URGENT else transition.roles
            who = (*(("assignee",) if transition.by_assignee else ()), *sorted(roles))
            answer.append((transition.verb, who))
    return tuple(answer)
