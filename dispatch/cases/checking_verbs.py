"""What happens when somebody looks at a case, before it is accepted or after it was handled, and when it is closed.

Nothing is closed unseen but for two exceptions (``guards.may_be_closed_unseen``). Source: docs/domain.md, "Other eyes".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from base.errors import Conflict, InvalidInput
from dispatch.cases.lifecycle import stage_of
from dispatch.cases.permission import check_not_own_work, check_other_eyes, check_task, fault_values
from dispatch.cases.sending import queued_details, send, send_again, tasks_now, withdraw, worker_to_send
from dispatch.cases.steps import Change, Step
from dispatch.cases.task_rows import change_task
from dispatch.cases.tasks import done, open_checks, open_tasks


def _check(step: Step) -> Change:
    """Somebody is sent to look: whether it is as reported, or whether it was done."""
    worker_id = step.given.worker_id
    assert worker_id is not None
    worker = worker_to_send(step, worker_id)
    if any(task.worker_id == worker_id for task in step.case.done_tasks):
        raise InvalidInput("handler_cannot_check", field="worker", worker=worker["name"], case_no=step.case.case_no)
    name = str(worker["name"])
    task_id = send(step, "check", worker_id, name, queue=step.given.queue)
    is_before = stage_of(step.case.state) == "waiting"
    details = {"worker": worker_id, "worker_name": name} | queued_details(step, [worker_id])
    return Change("checking" if is_before else None, details=details, task_id=task_id)


def end_checks(step: Step) -> None:
    """Whoever was to look need not any more: it was decided without him."""
    withdraw(step, open_checks(tasks_now(step)), "replaced")


def _verify(step: Step) -> Change:
    """Looked at by other eyes: closed, or done again."""
    check_other_eyes(step.transaction, step.scope, step.case)
    if not step.given.passed:
        if not step.given.note.strip():
            raise InvalidInput("note_needed", field="note", **fault_values(step.case, "rework"))
        return _done_again(step, {"passed": False})
    _end_own_check(step)
    _let_go(step)
    return Change("closed", {"closed_at": step.at}, {"passed": True})


def _rework(step: Step) -> Change:
    check_other_eyes(step.transaction, step.scope, step.case)
    return _done_again(step, {})


def _done_again(step: Step, details: dict[str, object]) -> Change:
    """Whoever handled it is sent again; what was settled on the spot waits for somebody to be sent."""
    _end_own_check(step)
    change = send_again(step, details)
    if step.case.state != "self_handled":
        return change
    return Change("accepted", change.columns | {"handled_at": None}, change.details)


def _end_own_check(step: Step) -> None:
    """Who was asked to look has looked; if it was somebody else, the one who was asked need not."""
    own = check_task(step.scope, step.case, step.given.worker_id)
    if own is not None:
        change_task(step.transaction, done(own, step.at, step.scope.account))
    end_checks(step)


def _let_go(step: Step) -> None:
    """Who is still on a closed case, which did not wait for him, is free."""
    withdraw(step, open_tasks(tasks_now(step)), "taken_back")


def _close(step: Step) -> Change:
    """Closed by the centre without a look, where that may be; not by who did it."""
    check_not_own_work(step.scope, step.case)
    if step.case.state != "self_handled" and step.case.handled_at is not None:
        days = step.centre.settings.satisfied_days
        soonest = step.case.handled_at + timedelta(days=days)
        if step.at < soonest:
            raise Conflict("close_too_early", field="verb", case_no=step.case.case_no, days=days, at=soonest)
    _let_go(step)
    return Change("closed", {"closed_at": step.at})


CHECKING_VERBS: dict[str, Callable[[Step], Change]] = {
    "check": _check,
    "verify": _verify,
    "rework": _rework,
    "close": _close,
}
