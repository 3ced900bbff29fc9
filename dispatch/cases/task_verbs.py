"""What happens when somebody performs a verb on one task of a case (sign, arrive ...): one function for each verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from base.errors import Conflict, InvalidInput
from base.values import Metres
from dispatch.cases.by_law import check_act, check_hand_over
from dispatch.cases.clock_rows import end_answers
from dispatch.cases.permission import fault_values
from dispatch.cases.sending import send, worker_to_send
from dispatch.cases.shown_work import photo_or_reason
from dispatch.cases.steps import Change, Step
from dispatch.cases.task_rows import SQL, change_task
from dispatch.cases.tasks import Task, after, verbs_of
from mapdata.datum import to_wgs84

FENCE_M = 100.0
"""How near to the case one has to be to have arrived. Source: docs/domain.md, "Arriving"."""
FRESH = timedelta(minutes=5)
"""An older fix says nothing about where a worker is now. Source: docs/domain.md, "Duty states"."""


def _sign(step: Step) -> Change:
    change_task(step.transaction, after(step.own_task, "sign", step.at, step.scope.account))
    return Change()


def _set_out(step: Step) -> Change:
    """On the way: recorded, and it has no limit."""
    change_task(step.transaction, after(step.own_task, "set_out", step.at, step.scope.account))
    return Change()


def _arrive(step: Step) -> Change:
    """Arrived when within 100 m of the case; farther away only with a note; where nothing is known, noted so."""
    found = distance_to_case(step)
    change_task(step.transaction, after(step.own_task, "arrive", step.at, step.scope.account))
    _sign_in_department(step)
    if found is None:
        return Change(details={"fence": "unknown"})
    lon, lat, distance_m = found
    if distance_m > FENCE_M and not step.given.note.strip():
        raise Conflict("too_far_to_arrive", field="note", distance=Metres(distance_m), fence=Metres(FENCE_M))
    fence = "inside" if distance_m <= FENCE_M else "overridden"
    return Change(details={"fence": fence, "distance_m": round(distance_m)}, lon=lon, lat=lat)


def _sign_in_department(step: Step) -> None:
    """The first of a department's people who is there signs it in where a whistle called it."""
    parent = _parent(step)
    if parent is not None and parent.whistle_id is not None and "arrive" in verbs_of(parent):
        change_task(step.transaction, after(parent, "arrive", step.at, step.scope.account))


def _parent(step: Step) -> Task | None:
    """The task that was handed over to who acts."""
    return next((task for task in step.case.tasks if task.task_id == step.own_task.parent_task_id), None)


def _start(step: Step) -> Change:
    change_task(step.transaction, after(step.own_task, "start", step.at, step.scope.account))
    _sign_in_department(step)
    return Change()


def _feedback(step: Step) -> Change:
    """He has answered, what he was asked too, and is free again."""
    check_not_handed_over(step)
    details = _found(step) if step.own_task.kind == "check" else photo_or_reason(step, "feedback")
    details = details | check_act(step)
    found = distance_to_case(step)
    lon, lat = (None, None) if found is None else found[:2]
    change_task(step.transaction, after(step.own_task, "feedback", step.at, step.scope.account))
    if step.own_task.kind != "check":
        end_answers(step.transaction, step.area_id, step.case.case_no, step.at)
    return Change(details=details, lon=lon, lat=lat)


def check_not_handed_over(step: Step) -> None:
    """Make sure that nobody the task was handed to is still at it.

    Raises
    ------
    Conflict
        when somebody is.
    """
    if any(task.parent_task_id == step.own_task.task_id and task.is_open for task in step.case.tasks):
        raise Conflict("task_handed_over", field="verb", case_no=step.case.case_no)


def _found(step: Step) -> dict[str, object]:
    """Who was asked to look says whether it is as it was told: reported, or done."""
    if step.given.found is None:
        raise InvalidInput("found_needed", field="found", **fault_values(step.case, "feedback"))
    return {"found": step.given.found}


def _ask_support(step: Step) -> Change:
    """He cannot do it alone: it stands on the case until the centre has sent somebody."""
    return Change(columns={"support_asked_at": step.at})


def _take_back(step: Step) -> Change:
    """The centre does without him: his task is withdrawn."""
    task = step.own_task
    change_task(step.transaction, after(task, "take_back", step.at, step.scope.account))
    if task.worker_id is None:
        return Change(details={"from_department": task.department_code})
    return Change(details={"from_worker": task.worker_id})


def _hand_over(step: Step) -> Change:
    """A department gives what it was asked to do to one of its people."""
    task, worker_id = step.own_task, step.given.to_worker_id
    assert worker_id is not None
    worker = worker_to_send(step, worker_id, field="to")
    if worker["department_code"] != task.department_code:
        raise InvalidInput("not_of_department", field="to", worker=worker["name"], department=task.name)
    check_hand_over(step, worker_id)
    child_id = send(
        step, "co", worker_id, str(worker["name"]),
        parent_task_id=task.task_id, is_required=task.is_required, field="to",
    )  # fmt: skip
    return Change(details={"worker": worker_id, "worker_name": worker["name"]}, task_id=child_id)


def distance_to_case(step: Step) -> tuple[float, float, float] | None:
    """Where the one whose task it is stands, and how far from the case, or from where a whistle calls him.

    By the point that was given, else by the worker's latest fix, if it is fresh; of a department that a whistle called
    by that of who speaks for it.

    Returns
    -------
    (lon, lat, distance_m) or None
        degrees EPSG:4326 and metres; None when nothing fresh is known.
    """
    lon, lat = (None, None) if step.point is None else to_wgs84(*step.point)
    parent = _parent(step)
    whistle_id = step.own_task.whistle_id or (None if parent is None else parent.whistle_id)
    parameters = {
        "area_id": step.area_id,
        "case_no": step.case.case_no,
        "lon": lon,
        "lat": lat,
        "worker_id": _whose_fix(step),
        "fresh_since": step.at - FRESH,
        "whistle_id": whistle_id,
    }
    row = step.transaction.execute(SQL["worker_and_case"], parameters).fetchone()
    return None if row is None else (row["lon"], row["lat"], row["distance_m"])


def _whose_fix(step: Step) -> int | None:
    task, scope = step.own_task, step.scope
    is_called = task.whistle_id is not None and scope.department_code == task.department_code
    return scope.worker_id if task.worker_id is None and is_called else task.worker_id


TASK_VERBS: dict[str, Callable[[Step], Change]] = {
    "sign": _sign,
    "set_out": _set_out,
    "arrive": _arrive,
    "start": _start,
    "feedback": _feedback,
    "ask_support": _ask_support,
    "take_back": _take_back,
    "hand_over": _hand_over,
}
