"""The life of an incident: what each state means, which verb may follow it, and who may perform it. Two tables, no
database.

What the database itself has to know of a state is said by the functions of ``base/sql/migrations``; a test proves that
they say what the first table says.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, get_args

from dispatch.access.roles import DEPARTMENT_ROLES, ON_FOOT, SPEAKS_FOR_VILLAGE, VILLAGE_ROLES, Role

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
    "report", "check", "accept", "reject", "self_handle", "dispatch", "whistle", "support", "divert", "take_back",
    "transfer", "sign", "set_out", "arrive", "start", "ask_support", "hand_over", "send_back", "feedback", "opinion",
    "verify", "rework", "close", "cancel", "suspend", "resume", "ask_extension", "grant_extension",
    "refuse_extension", "supervise", "urge", "reply", "acknowledge", "merge", "unmerge", "escalate", "rate",
    "reopen", "remark", "object", "instruct", "rule", "send_down", "archive",
]  # fmt: skip
VERBS: tuple[Verb, ...] = get_args(Verb)
Priority = Literal["P1", "P2", "P3", "P4"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)

URGENT: frozenset[str] = frozenset({"P1", "P2"})

Stage = Literal["waiting", "on_the_way", "at_work", "paused", "to_verify", "ended"]
"""How far a case is: nobody is sent yet; somebody is sent and not there yet; he is there; it is paused with leave; he
has answered and other eyes are awaited; nothing more is to be done."""
STAGES: tuple[Stage, ...] = get_args(Stage)
Step = Literal["accept", "dispatch", "sign", "arrive", "handle", "verify"]


@dataclass(frozen=True)
class Meaning:
    """What a state means: one line of the table.

    Parameters
    ----------
    state
        the state.
    stage
        how far a case in it is.
    step
        the step whose limit runs meanwhile; None: no clock runs.
    milestone
        the state it counts as on the usual way of a case; None: it has left that way.
    is_counted
        false: it turned out to be no case of its own, so it is never due, closed or in hand in the figures.
    follows_tasks
        whether a case is in it by its tasks (``tasks.derive_state``); else it is the case's own.
    """

    state: State
    stage: Stage
    step: Step | None
    milestone: State | None
    is_counted: bool = True
    follows_tasks: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.stage != "ended"

    @property
    def is_in_hand(self) -> bool:
        """Whether somebody was sent and has not answered yet."""
        return self.stage in ("on_the_way", "at_work")

    @property
    def is_to_handle(self) -> bool:
        """Whether somebody still has to handle the case, so that the clock of handling runs."""
        return self.stage == "waiting" or self.is_in_hand


MEANINGS: tuple[Meaning, ...] = (
    Meaning("reported", "waiting", "accept", "reported"),
    Meaning("checking", "waiting", "accept", "reported"),
    Meaning("accepted", "waiting", "dispatch", "accepted", follows_tasks=True),
    Meaning("dispatched", "on_the_way", "sign", "dispatched", follows_tasks=True),
    Meaning("received", "on_the_way", "arrive", "received", follows_tasks=True),
    Meaning("on_scene", "at_work", "handle", "on_scene", follows_tasks=True),
    Meaning("handling", "at_work", "handle", "on_scene", follows_tasks=True),
    Meaning("suspended", "paused", None, "on_scene"),
    Meaning("handled", "to_verify", "verify", "handled", follows_tasks=True),
    Meaning("verifying", "to_verify", "verify", "handled", follows_tasks=True),
    Meaning("self_handled", "to_verify", "verify", None),
    Meaning("closed", "ended", None, "closed"),
    Meaning("archived", "ended", None, "closed"),
    Meaning("rejected", "ended", None, None, is_counted=False),
    Meaning("merged", "ended", None, None, is_counted=False),
    Meaning("cancelled", "ended", None, None, is_counted=False),
)
"""The one place that says what a state means; screens, API, figures and browser ask it.

Source: docs/domain.md, "States".
"""

_MEANING: dict[str, Meaning] = {meaning.state: meaning for meaning in MEANINGS}
FOLLOWS_TASKS: frozenset[State] = frozenset(meaning.state for meaning in MEANINGS if meaning.follows_tasks)
"""States a case is in by its tasks; the others are its own."""
OPEN_STATES: tuple[State, ...] = tuple(meaning.state for meaning in MEANINGS if meaning.is_open)
WAY: tuple[State, ...] = tuple(meaning.state for meaning in MEANINGS if meaning.milestone == meaning.state)
"""The usual way of a case, from its report to its end."""


def meaning_of(state: str) -> Meaning:
    """What a state means."""
    return _MEANING[state]


def stage_of(state: str) -> Stage:
    """How far a case in this state is."""
    return _MEANING[state].stage


def states_of(*stages: str) -> tuple[State, ...]:
    """The states of these stages."""
    return tuple(meaning.state for meaning in MEANINGS if meaning.stage in stages)


_CENTRE: frozenset[Role] = frozenset({"operator", "shift_leader"})
_LEADER: frozenset[Role] = frozenset({"shift_leader"})
_CHECKS: frozenset[Role] = frozenset({"verifier"})
"""Whose office it is to look at what was done; and whoever was asked to check the case, ``by_checker``."""
ASKERS: frozenset[Role] = _CENTRE | _CHECKS
"""Who asks others: to look at a case, and the reporter whether he is satisfied."""
_TOWN: frozenset[Role] = frozenset({"town_leader"})
_COUNTY: frozenset[Role] = frozenset({"county_operator"})
_READERS: frozenset[Role] = ASKERS | ON_FOOT | DEPARTMENT_ROLES | VILLAGE_ROLES | _TOWN | _COUNTY | {"gateway"}
_ESCALATES: frozenset[Role] = _LEADER | SPEAKS_FOR_VILLAGE | {"dept_leader"}
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
        state it leads to; None: it stays as it is.
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
    on_task
        whether it is performed on one task of the case: that task's state decides whether it may follow, while
        ``sources`` and ``target`` tell how the case goes with its lead. Whoever else is on it leaves it as it is, or
        handled.
    by_checker, by_reporter
        whether a worker with a task to check the case, or the account that reported it, may perform it too.
    """

    verb: Verb
    sources: frozenset[State]
    target: State | None
    roles: frozenset[Role]
    urgent_roles: frozenset[Role]
    by_assignee: bool = False
    needs: tuple[str, ...] = ()
    otherwise: tuple[State, ...] = ()
    priorities: frozenset[str] = field(default=frozenset(PRIORITIES))
    on_task: bool = False
    by_checker: bool = False
    by_reporter: bool = False

    @property
    def targets(self) -> tuple[State, ...]:
        """Every state the verb may lead to, the usual one first; none when the case stays as it is."""
        return (*(() if self.target is None else (self.target,)), *self.otherwise)

    @property
    def persons(self) -> tuple[str, ...]:
        """Who may perform it whatever their role: by what the case has to do with them."""
        named = (("assignee", self.by_assignee), ("checker", self.by_checker), ("reporter", self.by_reporter))
        return tuple(name for name, may in named if may)


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


_IN_HAND = _from(*(meaning.state for meaning in MEANINGS if meaning.is_in_hand))


_ABOVE: frozenset[Role] = _LEADER | _TOWN | _COUNTY

_ABOUT_TIME = (
    Transition("suspend", _IN_HAND, "suspended", _LEADER, _LEADER, needs=("until", "note")),
    Transition("resume", _from("suspended"), "handling", _LEADER, _LEADER,
               otherwise=("on_scene", "received", "dispatched", "accepted", "handled")),
    Transition("ask_extension", _from("received", "on_scene", "handling"), None, _NOBODY, _NOBODY, by_assignee=True,
               needs=("until", "note"), on_task=True),
    Transition("grant_extension", _IN_HAND, None, _LEADER | _TOWN, _LEADER | _TOWN),
    Transition("refuse_extension", _IN_HAND, None, _LEADER | _TOWN, _LEADER | _TOWN, needs=("note",)),
    Transition("supervise", frozenset(OPEN_STATES), None, _ABOVE, _ABOVE, needs=("note",)),
    Transition("urge", _IN_HAND, None, _CENTRE, _CENTRE),
    Transition("reply", _IN_HAND, None, _CENTRE, _CENTRE, by_assignee=True, needs=("note",), on_task=True),
)  # fmt: skip
"""Verbs about time: ``time_verbs.py``."""
_TO_VERIFY = _from(*states_of("to_verify"))

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "check", _from("reported", "handled"), "checking", ASKERS, ASKERS, needs=("worker",), otherwise=("verifying",)
    ),
    Transition("accept", _from("reported", "checking"), "accepted", _CENTRE, _CENTRE),
    Transition("reject", _from("reported", "checking"), "rejected", _CENTRE, _LEADER, needs=("note",)),
    Transition(
        "self_handle", _from("reported"), "self_handled", ON_FOOT - {"micro_leader"} | {"gateway"}, _NOBODY,
        needs=("note",), priorities=frozenset({"P3", "P4"}),
    ),
    Transition(
        "dispatch", _from("reported", "checking", "accepted"), "dispatched", _CENTRE, _LEADER, otherwise=("accepted",)
    ),
    Transition(
        "whistle", _IN_HAND | {"reported", "checking", "accepted"}, "dispatched", _LEADER, _LEADER, needs=("lead",)
    ),
    Transition("support", _IN_HAND, None, _CENTRE, _LEADER),
    Transition(
        "divert", _IN_HAND | {"reported", "checking", "accepted"}, "dispatched", _LEADER, _LEADER,
        needs=("worker", "from_case", "note"),
    ),
    Transition(
        "take_back", _IN_HAND | {"accepted"}, "accepted", _CENTRE, _LEADER,
        needs=("task", "note"), otherwise=("handled", "reported"), on_task=True,
    ),
    Transition("transfer", _IN_HAND, "dispatched", _CENTRE, _LEADER, needs=("worker", "note")),
    Transition("sign", _from("dispatched"), "received", _CENTRE, _CENTRE, by_assignee=True, on_task=True),
    Transition("set_out", _from("received"), None, _CENTRE, _CENTRE, by_assignee=True, on_task=True),
    Transition("arrive", _from("received"), "on_scene", _CENTRE, _CENTRE, by_assignee=True, on_task=True),
    Transition(
        "start", _from("received", "on_scene"), "handling", _CENTRE, _CENTRE,
        by_assignee=True, on_task=True, otherwise=("on_scene",),
    ),
    Transition("ask_support", _IN_HAND, None, _NOBODY, _NOBODY, by_assignee=True, needs=("note",), on_task=True),
    Transition("hand_over", _IN_HAND, None, _NOBODY, _NOBODY, by_assignee=True, needs=("to",), on_task=True),
    Transition(
        "send_back", _from("dispatched", "received"), "accepted", _CENTRE, _CENTRE,
        by_assignee=True, needs=("note",), otherwise=("handled", "reported"), on_task=True,
    ),
    Transition(
        "feedback", _from("on_scene", "handling"), "handled", _CENTRE, _CENTRE,
        by_assignee=True, needs=("note",), otherwise=("handling", "reported"), on_task=True,
    ),
    Transition(
        "opinion", _from("on_scene", "handling"), "handled", _NOBODY, _NOBODY,
        by_assignee=True, needs=("note",), otherwise=("handling",), on_task=True,
    ),
    Transition("verify", _TO_VERIFY, "closed", _CHECKS, _CHECKS, otherwise=("dispatched", "accepted"), by_checker=True),
    Transition(
        "rework", _TO_VERIFY, "dispatched", _CHECKS, _CHECKS, needs=("note",), otherwise=("accepted",), by_checker=True
    ),
    Transition("close", _from("handled", "self_handled"), "closed", _CENTRE, _CENTRE),
    Transition(
        "cancel",
        _IN_HAND | {"reported", "checking", "accepted", "suspended"},
        "cancelled",
        _LEADER,
        _LEADER,
        needs=("note",),
    ),
    *_ABOUT_TIME,
    Transition("acknowledge", frozenset(OPEN_STATES), None, _CENTRE, _CENTRE, priorities=frozenset({"P1"})),
    Transition("merge", _from("reported", "accepted"), "merged", _CENTRE, _CENTRE, needs=("parent",)),
    Transition("unmerge", _from("merged"), "accepted", _CENTRE, _CENTRE, otherwise=("reported",)),
    Transition("escalate", _IN_HAND | {"accepted"}, "accepted", _ESCALATES, _ESCALATES, needs=("note",)),
    Transition("send_down", frozenset(OPEN_STATES), None, _COUNTY, _COUNTY, needs=("note",)),
    Transition("rule", _from("accepted"), "dispatched", _LEADER, _LEADER, needs=("department", "note")),
    Transition("instruct", frozenset(OPEN_STATES), None, _TOWN, _TOWN, needs=("note",)),
    Transition("object", _IN_HAND, None, _NOBODY, _NOBODY, by_assignee=True, needs=("note",), on_task=True),
    Transition("rate", _TO_VERIFY | {"closed"}, None, ASKERS, ASKERS, by_reporter=True),
    Transition("reopen", _from("closed"), "accepted", _LEADER, _LEADER, needs=("note",)),
    Transition("remark", frozenset(STATES), None, _READERS, _READERS, needs=("note",)),
    Transition("archive", _from("closed", "rejected", "merged"), "archived", _NOBODY, _NOBODY),
)  # fmt: skip
"""``verify`` passes unless ``passed`` is false. ``rework`` and a failed ``verify``
send the same handler again (``dispatched``), or when he is busy elsewhere put the case back among the accepted ones.
``start`` by one of a department's people signs in the department that leads a whistle, which is then on the scene.
``close`` is kept from what has to be looked at (``guards.py``); ``archive`` is the clock's alone (``archive.py``).
``dispatch`` leaves it there when the lead waits in his queue. ``object`` is for who returned the case once, or leads it
after the ruling (``guards.py``).

Source: docs/domain.md, "States" and "Verbs".
"""

_BY_VERB: dict[str, Transition] = {transition.verb: transition for transition in TRANSITIONS}
ON_BEHALF: frozenset[str] = frozenset(t.verb for t in TRANSITIONS if t.by_assignee)
"""Verbs of the one who was sent; performed by the centre they are noted as performed on his behalf."""

VERIFIES: frozenset[str] = frozenset({"verify", "rework"})
"""Verbs that say what a look at the work found; not for who spoke for the handler."""
NOT_OF_HANDLER: frozenset[str] = VERIFIES | {"close", "rate"}
"""Verbs that are not for who did the work. Source: docs/domain.md, "Other eyes"."""


def transition_of(verb: str) -> Transition | None:
    """The table's line for a verb, None when it is not a verb of a case."""
    return _BY_VERB.get(verb)


def is_possible(verb: str, state: str, priority: str, on_task: Collection[str] | None = None) -> bool:
    """Whether somebody may perform the verb on a case in this state and of this priority.

    ``on_task`` are the verbs that may follow on the task at hand; without it the case is taken to be its lead's alone.
    """
    transition = _BY_VERB.get(verb)
    if transition is None:
        return False
    if transition.on_task and on_task is not None:
        return verb in on_task
    return state in transition.sources and priority in transition.priorities


def is_granted(transition: Transition, role: str, priority: str, is_assignee: bool) -> bool:
    """Whether the role may perform the verb on a case of this priority."""
    roles = transition.urgent_roles if priority in URGENT else transition.roles
    return role in roles or (transition.by_assignee and is_assignee)
