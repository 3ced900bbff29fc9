"""Who may perform which verb of a case now, and on which task of it: the table of ``lifecycle``, for one person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from base.database import Transaction
from base.errors import Conflict, Forbidden, InvalidInput
from base.values import Code, Value
from dispatch.access.grants import may_speak_for
from dispatch.access.roles import DEPARTMENT_ROLES, SPEAKS_FOR_VILLAGE
from dispatch.access.scope import Scope
from dispatch.cases.allowed import allowed_to_all
from dispatch.cases.extensions import next_rule
from dispatch.cases.guards import Kept, kept_from, return_kept_from, task_kept_from
from dispatch.cases.incidents import Case, LogLine, spoken_for
from dispatch.cases.ladder import TOWN
from dispatch.cases.lifecycle import (
    NOT_OF_HANDLER,
    ON_BEHALF,
    TRANSITIONS,
    VERIFIES,
    Transition,
    Verb,
    is_granted,
    is_possible,
)
from dispatch.cases.tasks import Task, latest_lead, open_checks, open_tasks, verbs_of


class VerbNotPossible(Conflict):
    """The verb may not follow the case's state; ``allowed`` tells which may, and who may perform them.

    Where somebody else acted before, ``key`` and ``values`` tell who and when.
    """

    def __init__(self, case: Case, verb: str, key: str = "verb_out_of_turn", **values: Value) -> None:
        super().__init__(key, field="verb", **fault_values(case, verb) | values)
        self.allowed = _allowed_to_all(case)


class VerbNotGranted(Forbidden):
    """The verb may follow, but not from this person; ``allowed`` tells who may perform which.

    Where a department's task was named, ``task`` tells whose it is.
    """

    def __init__(self, case: Case, verb: str, scope: Scope, task: Task | None = None) -> None:
        told: dict[str, Value] = {"role": Code("lifecycle.role", scope.role), "priority": case.priority}
        key, field = ("verb_not_granted", "verb") if task is None else ("task_of_others", "task")
        whose: dict[str, Value] = {} if task is None else {"department": task.name}
        super().__init__(key, field=field, **told, **whose, **fault_values(case, verb))
        self.allowed = _allowed_to_all(case)


def _allowed_to_all(case: Case) -> tuple[tuple[Verb, tuple[str, ...]], ...]:
    """Every verb that may follow on the case or on some task of it, each with who may perform it."""
    found = allowed_to_all(case.state, case.priority, frozenset().union(*(_following(case, one) for one in case.tasks)))
    return tuple((verb, who) for verb, who in found if kept_from(case, verb) is None)


def _following(case: Case, task: Task) -> frozenset[str]:
    """The verbs that follow on a task of the case, and nothing keeps from it."""
    return frozenset(verb for verb in verbs_of(task) if task_kept_from(case, task, verb) is None)


def fault_values(case: Case, verb: str) -> dict[str, Value]:
    """The values that a fault about a verb of a case is worded with."""
    state, performed = Code("lifecycle.state", case.state), Code("lifecycle.verb", verb)
    return {"case_no": case.case_no, "state": state, "verb": performed}


@dataclass(frozen=True)
class Named:
    """Whose task is meant, as far as the asker says: a worker's, or one by its id."""

    worker_id: int | None = None
    task_id: UUID | None = None


NOBODY_NAMED = Named()
VILLAGE_SERVICE = "WY"
"""The department a village's station stands for in its own village. Source: docs/domain.md, "Departments"."""


def acts_for(scope: Scope, task: Task, worker_id: int | None) -> bool:
    """Whether a task is the asker's own: his, of one of his department or of it, or of the worker a gateway names.

    That the case is of the department's kind is not enough: a department speaks for its own people, not for whoever
    else was sent.
    """
    if task.worker_id is None:
        return _is_department_of(scope, task)
    if scope.role == "gateway" and worker_id != task.worker_id:
        return False
    return may_speak_for(scope, task.worker_id, task.worker_department, task.worker_grid)


def _is_department_of(scope: Scope, task: Task) -> bool:
    """Whether the asker speaks for the department whose task it is; a village's station is its village service."""
    if scope.role in SPEAKS_FOR_VILLAGE and task.department_code == VILLAGE_SERVICE:
        return scope.village_code is not None and scope.village_code == task.village_code
    return scope.role in DEPARTMENT_ROLES and scope.department_code == task.department_code


def own_part(scope: Scope, tasks: Sequence[Task]) -> Task | None:
    """The asker's part in the whistle of a case: what his department gave him to do, else what it is called for.

    Parameters
    ----------
    scope
        who asks.
    tasks
        those of the case.
    """
    called = {task.task_id for task in tasks if task.whistle_id is not None}
    given = [task for task in tasks if task.is_open and task.parent_task_id in called]
    own = [task for task in given if task.worker_id is not None and task.worker_id == scope.worker_id]
    of_department = [task for task in tasks if task.task_id in called and acts_for(scope, task, None)]
    last = max(of_department, key=lambda task: (task.is_open, task.task_no), default=None)
    return own[0] if own else last


def _tasks_of_asker(scope: Scope, case: Case, transition: Transition, named: Named) -> list[Task]:
    """The tasks, open or ended, that the verb can be about when this person performs it.

    The centre acts on the lead's unless it names one; to take a task back it has to.
    """
    tasks = [
        task
        for task in case.tasks
        if named.task_id in (None, task.task_id) and named.worker_id in (None, task.worker_id)
    ]
    if is_granted(transition, scope.role, case.priority, is_assignee=False):
        is_named = named != NOBODY_NAMED or transition.verb == "take_back"
        return [task for task in tasks if is_named or task.kind == "lead"]
    return [task for task in tasks if transition.by_assignee and acts_for(scope, task, named.worker_id)]


def task_for(scope: Scope, case: Case, transition: Transition, named: Named = NOBODY_NAMED) -> Task | None:
    """The open task the verb is about when this person performs it; None when there is none for him.

    His own before that of another he speaks for, the lead's before others.
    """
    tasks = open_tasks(_tasks_of_asker(scope, case, transition, named))
    return min(tasks, key=lambda task: task.worker_id is None or task.worker_id != scope.worker_id, default=None)


def verbs_for(scope: Scope, case: Case, log: Sequence[LogLine] = ()) -> tuple[Verb, ...]:
    """The verbs this person may perform on the case now; a gateway is taken to act for whoever it may.

    With the case's ``log`` those are left out, too, that are not for who spoke for a handler; without it he is told
    so when he tries.
    """
    spoken = _spoken_of(scope, case, log)
    return tuple(
        line.verb
        for line in TRANSITIONS
        if line.verb not in spoken
        and has_point(case, line.verb)
        and _may(scope, case, line)
        and _is_his(scope, case, line.verb)
    )


def has_point(case: Case, verb: str) -> bool:
    """Whether there is anything to answer, to decide or to ask for, and it was not done already."""
    has = _POINTS.get(verb)
    return has is None or has(case)


def _may_ask_extension(case: Case) -> bool:
    return case.extension_until is None and case.priority != "P1" and next_rule(case.extended_count) is not None


_POINTS: dict[str, Callable[[Case], bool]] = {
    "ask_extension": _may_ask_extension,
    "grant_extension": lambda case: case.extension_until is not None,
    "refuse_extension": lambda case: case.extension_until is not None,
    "reply": lambda case: case.answer_due_at is not None,
    "merge": lambda case: not case.children,
    "transfer": lambda case: any(task.kind == "lead" for task in open_tasks(case.tasks)),
    "whistle": lambda case: all(task.whistle_id is None for task in open_tasks(case.tasks)),
}


def _may(scope: Scope, case: Case, transition: Transition) -> bool:
    named = [Named()] if scope.role != "gateway" else [Named(worker_id) for worker_id in sorted(case.active_workers)]
    if not transition.on_task:
        follows = is_possible(transition.verb, case.state, case.priority) and kept_from(case, transition.verb) is None
        return follows and any(_is_for(scope, case, transition, one) for one in [NOBODY_NAMED, *named])
    tasks = [task_for(scope, case, transition, one) for one in named]
    return any(task is not None and _follows_for(scope, case, task, transition.verb) for task in tasks)


def _follows_for(scope: Scope, case: Case, task: Task, verb: str) -> bool:
    """Whether the verb follows on a task of the case for this person.

    What was argued out only the leader returns; what was handed over is answered by who has it.
    """
    if verb == "send_back" and scope.role != "shift_leader" and return_kept_from(case, task) is not None:
        return False
    children = (one for one in case.tasks if one.parent_task_id == task.task_id)
    if verb in ("feedback", "opinion") and any(child.is_open for child in children):
        return False
    return verb in _following(case, task)


def _is_for(scope: Scope, case: Case, transition: Transition, named: Named = NOBODY_NAMED) -> bool:
    """Whether a verb of the whole case is for this person: by his role, or by what the case has to do with him."""
    if is_granted(transition, scope.role, case.priority, is_assignee=False):
        return True
    if transition.by_reporter and scope.account == case.reported_by:
        return True
    return transition.by_checker and check_task(scope, case, named.worker_id) is not None


def check_task(scope: Scope, case: Case, worker_id: int | None = None) -> Task | None:
    """The task to check the case that binds this person, or whom a gateway names; None when there is none."""
    return next(
        (task for task in open_checks(case.tasks) if task.is_active and _is_checker(scope, task, worker_id)), None
    )


def _is_checker(scope: Scope, task: Task, worker_id: int | None) -> bool:
    """Nobody looks in another's name; a gateway is the phone of who does."""
    if scope.role == "gateway":
        return acts_for(scope, task, worker_id)
    return scope.worker_id is not None and scope.worker_id == task.worker_id


def _spoken_of(scope: Scope, case: Case, log: Sequence[LogLine]) -> frozenset[str]:
    """Verbs that are not for who spoke for a handler, when the asker did."""
    lines = [line.details for line in log if line.actor == scope.account]
    spoken = {line.get("on_behalf_of") for line in lines} | {line.get("on_behalf_of_department") for line in lines}
    return VERIFIES if spoken & _handlers(case) else frozenset()


def _handlers(case: Case) -> set[int | str | None]:
    """The workers and departments whose work it is."""
    return {task.department_code if task.worker_id is None else task.worker_id for task in case.done_tasks}


def check_permitted(scope: Scope, case: Case, transition: Transition, named: Named) -> Task | None:
    """Make sure the verb may be performed on the case now, by this person.

    Returns
    -------
    Task or None
        the task it is about, when it is performed on one.

    Raises
    ------
    VerbNotPossible
        when it may not follow, whoever performs it.
    VerbNotGranted
        when it is for somebody else to perform.
    InvalidInput
        when the task that is named is none of the case's.
    """
    if transition.on_task:
        return _permitted_task(scope, case, transition, named)
    is_for_role = _is_for(scope, case, transition, named)
    if not is_possible(transition.verb, case.state, case.priority):
        lead = latest_lead(case.tasks)
        if transition.verb == "dispatch" and lead is not None and lead.is_active and is_for_role:
            first: dict[str, Value] = {"worker": lead.name, "by": lead.created_by, "at": lead.created_at}
            raise VerbNotPossible(case, transition.verb, "case_already_sent", **first)
        raise VerbNotPossible(case, transition.verb)
    if not is_for_role or (transition.verb == "self_handle" and not _is_his(scope, case, "self_handle")):
        raise VerbNotGranted(case, transition.verb, scope)
    _check_nothing_keeps(case, transition.verb, kept_from(case, transition.verb))
    return None


def _check_nothing_keeps(case: Case, verb: str, kept: Kept | None) -> None:
    if kept is not None:
        key, values = kept
        raise VerbNotPossible(case, verb, key, **values)


def _permitted_task(scope: Scope, case: Case, transition: Transition, named: Named) -> Task:
    if named.task_id is not None and all(task.task_id != named.task_id for task in case.tasks):
        raise InvalidInput("no_such_task", field="task", given=named.task_id)
    task = task_for(scope, case, transition, named)
    if task is not None and transition.verb in verbs_of(task):
        _check_nothing_keeps(case, transition.verb, task_kept_from(case, task, transition.verb))
        return task
    if task is None:
        _check_not_taken(scope, case, transition, named)
    for_others = any(transition.verb in verbs_of(other) for other in case.tasks)
    if task is None and for_others and not is_granted(transition, scope.role, case.priority, is_assignee=False):
        raise VerbNotGranted(case, transition.verb, scope, _department_named(case, named))
    raise VerbNotPossible(case, transition.verb)


def _department_named(case: Case, named: Named) -> Task | None:
    return next((one for one in case.tasks if one.task_id == named.task_id and one.worker_id is None), None)


def _check_not_taken(scope: Scope, case: Case, transition: Transition, named: Named) -> None:
    """Tell who ended the task he means, and when, if it was somebody else's word."""
    tasks = _tasks_of_asker(scope, case, transition, named)
    last = max(tasks, key=lambda task: task.task_no, default=None)
    if last is not None and last.was_taken and last.ended_at is not None:
        end = Code("lifecycle.task_state", last.state)
        first: dict[str, Value] = {"by": last.ended_by, "at": last.ended_at, "end": end}
        raise VerbNotPossible(case, transition.verb, "task_taken", **first)


def _is_his(scope: Scope, case: Case, verb: str) -> bool:
    """Whether a verb his role has is his on this case: settled on the spot is by who found it, looked at by others."""
    if verb == "self_handle":
        return case.reported_by == scope.account
    if verb == "grant_extension":
        rule = next_rule(case.extended_count)
        return rule is not None and scope.role in rule.roles
    if verb == "escalate":
        return scope.role == "shift_leader" or (case.level < TOWN and not is_led_by_others(scope, case))
    return verb not in NOT_OF_HANDLER or not _has_handled(scope, case)


def is_led_by_others(scope: Scope, case: Case) -> bool:
    """Whether the asker's department only helps: another leads the case, and is not called off by who helps."""
    leads = (task for task in open_tasks(case.tasks) if task.kind == "lead")
    return scope.role == "dept_leader" and any(not acts_for(scope, task, None) for task in leads)


def _has_handled(scope: Scope, case: Case) -> bool:
    """Whether he did some of the work, settled it on the spot, or signed for his department that did."""
    if case.state == "self_handled" and scope.account == case.reported_by:
        return True
    return any(
        scope.account == task.signed_by if task.worker_id is None else scope.worker_id == task.worker_id
        for task in case.done_tasks
    )


def on_behalf(scope: Scope, task: Task | None, verb: str) -> dict[str, object]:
    """What the log tells when somebody performs the verb for the one whose task it is; nothing when it is he."""
    if task is None or verb not in ON_BEHALF:
        return {}
    if task.worker_id is not None:
        return {} if scope.worker_id == task.worker_id else {"on_behalf_of": task.worker_id}
    is_own = acts_for(scope, task, None)
    return {} if is_own else {"on_behalf_of_department": task.department_code}


def check_not_own_work(scope: Scope, case: Case) -> None:
    """Make sure that who closes, or says how the reporter found it, is not who handled.

    Raises
    ------
    Forbidden
        when it is.
    """
    if _has_handled(scope, case):
        raise Forbidden("own_work", field="verb", case_no=case.case_no)


def check_other_eyes(transaction: Transaction, scope: Scope, case: Case) -> None:
    """Make sure that who says the work is done well, or is not, is neither who did it nor who spoke for him.

    Raises
    ------
    Forbidden
        when it is. Source: docs/domain.md, "Other eyes".
    """
    check_not_own_work(scope, case)
    if spoken_for(transaction, case, scope.account) & _handlers(case):
        raise Forbidden("own_work_spoken", field="verb", case_no=case.case_no)
