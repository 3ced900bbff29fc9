"""What happens when the whistle is blown (吹哨报到), and when who was called files its opinion.

Source: docs/domain.md, "The whistle".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from base.clock import rfc3339
from base.errors import Conflict, InvalidInput
from base.values import Metres, Moment, Value
from dispatch.cases.by_law import check_act, check_lead
from dispatch.cases.clock_rows import end_answers, read_calendar
from dispatch.cases.deadlines import MEET
from dispatch.cases.permission import fault_values
from dispatch.cases.sending import send_to_department, tasks_now, withdraw
from dispatch.cases.steps import Change, Step
from dispatch.cases.task_rows import change_task
from dispatch.cases.task_verbs import check_not_handed_over, distance_to_case
from dispatch.cases.tasks import Task, TaskKind, after, open_tasks
from dispatch.cases.whistle import SQL, last_whistle
from mapdata.location import locate

LONGEST_AHEAD = timedelta(days=30)
"""For a later day a case is made that day."""
MOST_CALLED = 12


def _whistle(step: Step) -> Change:
    """Departments are called to one place at one time: one leads, the others help, each is awaited."""
    _check_not_blown(step)
    lead, *others = _called(step)
    by_law = check_lead(step, department_code=lead, field="lead")
    meet_at, (lon, lat, place_text) = _meet_at(step), _place(step)
    values = {"area_id": step.area_id, "whistle_id": uuid4(), "case_no": step.case.case_no, "lead": lead}
    values |= {"by": step.scope.account, "at": step.at, "meet_at": meet_at, "lon": lon, "lat": lat}
    step.transaction.execute(SQL["add_whistle"], values | {"place_text": place_text, "note": step.given.note.strip()})
    whistle_id = values["whistle_id"]
    assert isinstance(whistle_id, UUID)
    details = _free_the_lead(step, lead)
    task_id = _call(step, lead, "lead", whistle_id)
    for code in others:
        _call(step, code, "co", whistle_id)
    told = {"lead": lead, "departments": others, "meet_at": rfc3339(meet_at), "place": place_text}
    return Change(details=details | told | by_law, lon=lon, lat=lat, task_id=task_id)


def _check_not_blown(step: Step) -> None:
    """One whistle of a case at a time."""
    if any(task.is_open and task.whistle_id is not None for task in step.case.tasks):
        blown = last_whistle(step.transaction, step.area_id, step.case.case_no)
        assert blown is not None
        first: dict[str, Value] = {"by": blown.blown_by, "at": Moment(blown.blown_at)}
        raise Conflict("whistle_blown_already", field="verb", case_no=step.case.case_no, **first)


def _called(step: Step) -> list[str]:
    """The codes of those who are called, the lead first.

    Raises
    ------
    InvalidInput
        when nobody is called beside the lead, somebody twice, two lead, there is no such department, or it has nobody.
    """
    given = step.given
    assert given.lead is not None
    if given.department_code is not None or given.worker_id is not None:
        raise InvalidInput("whistle_two_leads", field="department" if given.worker_id is None else "worker")
    if not given.departments:
        raise InvalidInput("whistle_to_nobody", field="departments", case_no=step.case.case_no)
    codes = [given.lead, *given.departments]
    if given.lead in given.departments or len(set(codes)) < len(codes):
        raise InvalidInput("department_named_twice", field="departments")
    if len(codes) > MOST_CALLED:
        raise InvalidInput("too_many_departments", field="departments", given=len(codes), high=MOST_CALLED)
    rows = step.transaction.execute(SQL["called_departments"], {"area_id": step.area_id, "codes": codes})
    known = {row["code"]: row for row in rows}
    for n, code in enumerate(codes):
        field = "departments" if n else "lead"
        if code not in known:
            raise InvalidInput("no_such_department", field=field, given=code)
        if not known[code]["has_people"]:
            raise InvalidInput("department_has_nobody", field=field, department=known[code]["name"])
    return codes


def _meet_at(step: Step) -> datetime:
    """When they meet: as agreed, else as soon as the case's priority asks.

    Raises
    ------
    InvalidInput
        when nothing is agreed and nothing is asked, or what is agreed is over or too far ahead.
    """
    meet_at, limit = step.given.meet_at, MEET.get(step.case.priority)
    if meet_at is None and limit is not None:
        return read_calendar(step.transaction, step.area_id).after(step.at, limit)
    if meet_at is None:
        raise InvalidInput("meet_at_needed", field="meet_at", **fault_values(step.case, "whistle"))
    if meet_at <= step.at:
        raise InvalidInput("meet_at_in_past", field="meet_at", given=Moment(meet_at), now=Moment(step.at))
    if meet_at > step.at + LONGEST_AHEAD:
        raise InvalidInput("meet_at_too_far", field="meet_at", given=Moment(meet_at), days=LONGEST_AHEAD.days)
    return meet_at


def _place(step: Step) -> tuple[float, float, str]:
    """Where they meet: degrees EPSG:4326 and in words; where nothing is given, at the case.

    Raises
    ------
    InvalidInput
        when the point lies outside the town.
    """
    if step.point is None:
        case = step.case
        return case.lon, case.lat, case.address_text or case.grid_name or ""
    area = step.centre.area
    place = locate(step.transaction, area, *step.point)
    if place.grid_code is None:
        told: dict[str, Value] = {"distance": Metres(place.outside_m), "town": area.name}
        raise InvalidInput("whistle_outside_town", field="lon", **told)
    return place.lon, place.lat, place.address_text or place.grid_name or ""


def _free_the_lead(step: Step, lead: str) -> dict[str, object]:
    """Whoever else leads gives way to the department that is called to; what the log tells of it."""
    before = [task for task in open_tasks(step.case.tasks) if task.kind == "lead" and task.department_code != lead]
    withdraw(step, before, "transferred")
    workers = [task.worker_id for task in before if task.worker_id is not None]
    return {"from_worker": workers[0]} if workers else {}


def _call(step: Step, code: str, kind: TaskKind, whistle_id: UUID) -> UUID:
    """The task of one who is called: the one it has as such goes on, any other is replaced."""
    own = [task for task in tasks_now(step) if task.is_open and task.department_code == code]
    going_on = next((task for task in own if task.kind == kind), None)
    if going_on is not None:
        change_task(step.transaction, replace(going_on, whistle_id=whistle_id, is_required=True))
        return going_on.task_id
    withdraw(step, own, "replaced")
    return send_to_department(step, kind, code, whistle_id=whistle_id, is_required=True)


def _opinion(step: Step) -> Change:
    """Who was called says what it found, and has done its part."""
    check_not_handed_over(step)
    by_law = check_act(step)
    task: Task = step.own_task
    found = distance_to_case(step)
    change_task(step.transaction, after(task, "opinion", step.at, step.scope.account))
    end_answers(step.transaction, step.area_id, step.case.case_no, step.at)
    lon, lat = (None, None) if found is None else found[:2]
    return Change(details={"department": task.department_code} | by_law, lon=lon, lat=lat)


WHISTLE_VERBS: dict[str, Callable[[Step], Change]] = {"whistle": _whistle, "opinion": _opinion}
