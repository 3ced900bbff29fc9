"""What happens when somebody performs a verb about time: suspend, resume, extend, supervise, urge, reply.

Source: docs/domain.md, "Suspending", "Extending", "Supervising and urging".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from base.clock import rfc3339
from base.errors import Conflict, Forbidden, InvalidInput
from base.values import Code, Moment, Value
from dispatch.cases.calendar import Limit
from dispatch.cases.clock_rows import (
    add_clock,
    add_extension,
    decide_extension,
    end_answers,
    read_calendar,
    read_clocks,
)
from dispatch.cases.clocks import Basis, Clock
from dispatch.cases.deadlines import SUPERVISE, URGE, is_past
from dispatch.cases.extensions import ExtensionRule, next_rule
from dispatch.cases.sending import active_task, held_worker, queued_details, send, tasks_now, withdraw
from dispatch.cases.steps import Change, Step
from dispatch.cases.task_rows import change_task
from dispatch.cases.tasks import Task, after, open_tasks, paused, resumed

LONGEST_SUSPENSION = timedelta(days=366)


def _until(step: Step) -> datetime:
    """The moment that is named, which must lie ahead.

    Raises
    ------
    InvalidInput
        when it does not, or is more than a year ahead.
    """
    until = step.given.until
    assert until is not None
    if until <= step.at:
        raise InvalidInput("until_in_past", field="until", given=Moment(until), now=Moment(step.at))
    if until > step.at + LONGEST_SUSPENSION:
        raise InvalidInput("until_too_far", field="until", given=Moment(until), days=LONGEST_SUSPENSION.days)
    return until


def _suspend(step: Step) -> Change:
    """The case stands until a day that is named: its tasks with it, and who was sent is free for others."""
    until = _until(step)
    for task in open_tasks(step.case.tasks):
        change_task(step.transaction, paused(task))
    return Change("suspended", {"suspended_until": until}, {"until": rfc3339(until)})


def _resume(step: Step) -> Change:
    """Everybody goes on where he was; who is busy gets it when he is free, who is off duty does not."""
    for task in open_tasks(step.case.tasks):
        _resume_task(step, task)
    waiting = [task.worker_id for task in tasks_now(step) if task.worker_id is not None]
    return Change("accepted", {"suspended_until": None}, queued_details(step, waiting))


def _resume_task(step: Step, task: Task) -> None:
    if task.worker_id is None:
        change_task(step.transaction, resumed(task))
        return
    worker = held_worker(step, task.worker_id)
    if worker is None or not (worker["is_active"] and worker["on_duty"]):
        withdraw(step, [task], "replaced")
        return
    is_busy = active_task(step, task.worker_id) is not None
    task_now = resumed(task)
    if is_busy and task.sent_at is not None:
        withdraw(step, [task], "replaced")
        send(
            step, task.kind, task.worker_id, task.name,
            queue=True, parent_task_id=task.parent_task_id, is_required=task.is_required,
        )  # fmt: skip
    elif task_now.state == "queued" and not is_busy:
        change_task(step.transaction, after(task_now, "send_queued", step.at, step.scope.account))
    else:
        change_task(step.transaction, task_now)


def _handling(step: Step) -> Clock:
    """The clock of handling that runs.

    Raises
    ------
    Conflict
        when none does.
    """
    clocks = read_clocks(step.transaction, step.area_id, step.case.case_no)
    clock = next((one for one in clocks if one.key == ("handle", None) and one.is_running), None)
    if clock is None:
        raise Conflict("no_deadline_runs", field="verb", case_no=step.case.case_no)
    return clock


def _rule(step: Step) -> ExtensionRule:
    """The rule of the next extension.

    Raises
    ------
    Conflict
        when the case has been extended as often as it may.
    """
    had = step.case.extended_count
    rule = next_rule(had)
    if rule is None:
        raise Conflict("extension_no_more", field="verb", case_no=step.case.case_no, times=had)
    return rule


def _ask_extension(step: Step) -> Change:
    """Who handles it asks for more time: before it is over, not for P1, once at a time."""
    if step.case.priority == "P1":
        raise Conflict("extension_not_for_p1", field="verb", case_no=step.case.case_no)
    if step.case.extension_until is not None:
        asked = Moment(step.case.extension_until)
        raise Conflict("extension_asked_already", field="verb", case_no=step.case.case_no, until=asked)
    clock, rule = _handling(step), _rule(step)
    if is_past(clock.due_at, step.at):
        raise Conflict("extension_too_late", field="verb", case_no=step.case.case_no, due=Moment(clock.due_at))
    until = _until(step)
    _check_length(step, clock, rule, until)
    add_extension(step.transaction, step.area_id, step.case.case_no, clock, step.scope.account, step.at, until,
                  step.given.note)  # fmt: skip
    return Change(columns={"extension_until": until}, details={"until": rfc3339(until)})


def _check_length(step: Step, clock: Clock, rule: ExtensionRule, until: datetime) -> None:
    """An extension is later than the deadline, and adds at most so many times the limit."""
    if until <= clock.due_at:
        raise InvalidInput("extension_not_later", field="until", given=Moment(until), due=Moment(clock.due_at))
    latest = latest_extension(step, clock, rule)
    if until > latest:
        raise InvalidInput("extension_too_long", field="until", given=Moment(until), latest=Moment(latest))


def latest_extension(step: Step, clock: Clock, rule: ExtensionRule) -> datetime:
    """The latest moment an extension may lead to: its due time and the limit as often as the rule has it."""
    if clock.limit is None:
        return clock.due_at + (clock.first_due_at - clock.started_at) * rule.most
    more = Limit(clock.limit.amount * rule.most, clock.limit.unit)
    return read_calendar(step.transaction, step.area_id).after(clock.due_at, more)


def _grant_extension(step: Step) -> Change:
    """The case is due when he asked."""
    until, rule = _asked(step), _rule(step)
    if step.scope.role not in rule.roles:
        roles: list[Value] = [Code("lifecycle.role", role) for role in sorted(rule.roles)]
        raise Forbidden("extension_for_others", field="verb", nth=rule.nth, roles=roles)
    due_at = max(until, _handling(step).due_at)  # it may have been suspended since it was asked
    decide_extension(step.transaction, step.area_id, step.case.case_no, "granted", step.scope.account, step.at)
    columns = {"extension_until": None, "due_at": due_at, "extended_count": step.case.extended_count + 1}
    return Change(columns=columns, details={"until": rfc3339(until)})


def _refuse_extension(step: Step) -> Change:
    """It stays due when it was."""
    until = _asked(step)
    decide_extension(step.transaction, step.area_id, step.case.case_no, "refused", step.scope.account, step.at)
    return Change(columns={"extension_until": None}, details={"until": rfc3339(until)})


def _asked(step: Step) -> datetime:
    until = step.case.extension_until
    if until is None:
        raise Conflict("no_extension_asked", field="verb", case_no=step.case.case_no)
    return until


def _supervise(step: Step) -> Change:
    """The case is marked, and an answer is due."""
    _await_answer(step, "supervise", SUPERVISE)
    return Change(columns={"supervised_at": step.at})


def _urge(step: Step) -> Change:
    """Who has it is to say how it stands."""
    _await_answer(step, "urge", URGE[step.case.priority])
    return Change()


def _await_answer(step: Step, basis: Basis, limit: Limit) -> None:
    live = [one for one in read_clocks(step.transaction, step.area_id, step.case.case_no) if one.is_live]
    running = next((one for one in live if one.stage == "answer" and one.basis == basis), None)
    if running is not None:
        due = Moment(running.due_at)
        raise Conflict("answer_awaited_already", field="verb", case_no=step.case.case_no, due=due,
                       verb=Code("lifecycle.verb", basis))  # fmt: skip
    due_at = read_calendar(step.transaction, step.area_id).after(step.at, limit)
    clock = Clock(uuid4(), "answer", None, basis, limit, step.at, due_at, due_at)
    add_clock(step.transaction, step.area_id, step.case.case_no, clock)


def _reply(step: Step) -> Change:
    """Whoever works on it answers what he was asked."""
    if not end_answers(step.transaction, step.area_id, step.case.case_no, step.at):
        raise Conflict("nothing_to_reply", field="verb", case_no=step.case.case_no)
    return Change()


TIME_VERBS: dict[str, Callable[[Step], Change]] = {
    "suspend": _suspend,
    "resume": _resume,
    "ask_extension": _ask_extension,
    "grant_extension": _grant_extension,
    "refuse_extension": _refuse_extension,
    "supervise": _supervise,
    "urge": _urge,
    "reply": _reply,
}
