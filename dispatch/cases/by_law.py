"""What the law asks of who is sent to a case, and of who inspects or fines there.

Source: docs/domain.md, "Legal competence".
"""

from __future__ import annotations

from typing import Any

from base.errors import Conflict, Forbidden, InvalidInput
from base.values import Code, Value
from dispatch.cases.steps import Step
from dispatch.cases.tasks import Task
from dispatch.competence.items import Competence, Item, Lack, act_lack, department_lack, lead_lack
from dispatch.competence.reads import Holder, competence_of, read_holders


def check_lead(
    step: Step, *, worker_id: int | None = None, department_code: str | None = None, field: str | None = None
) -> dict[str, Any]:
    """Make sure that who is to lead may by law, or that the shift leader sends him all the same and says why.

    Returns what the log tells of it: what he lacks; nothing where he lacks nothing.

    Raises
    ------
    Forbidden
        when he may not, and it is not the shift leader who sends.
    Conflict
        when the shift leader gives no reason.
    """
    competence = _competence(step)
    if worker_id is None:
        who: Value = Code("departments", department_code or "")
        lack = department_lack(competence, department_code)
    else:
        holder = _holder(step, worker_id)
        who, lack = holder.name, lead_lack(competence, holder.card, holder.department_code)
    if lack is None:
        return {}
    told: dict[str, Value] = {"who": who, "lack": lack.told, "case_no": step.case.case_no}
    if step.scope.role != "shift_leader":
        raise Forbidden("lead_lacks_right", field=field or ("department" if worker_id is None else "worker"), **told)
    if not step.given.note.strip():
        raise Conflict("lead_lacks_right_note", field="note", **told)
    return {"lack": lack.code, **lack.values}


def check_hand_over(step: Step, worker_id: int) -> None:
    """Make sure that a department which leads hands its task to a card holder first, where who leads needs a card.

    Raises
    ------
    Conflict
        when it does not.
    """
    competence, task = _competence(step), step.own_task
    if task.kind != "lead" or not competence.needs_card:
        return
    others = [one.worker_id for one in step.case.tasks if one.parent_task_id == task.task_id and _is_at_work(one)]
    holders = _holders(step, [worker_id, *filter(None, others)])
    lacks = {one.worker_id: lead_lack(competence, one.card, one.department_code) for one in holders}
    lack = lacks[worker_id]
    if lack is not None and all(lacks.values()):
        name = next(one.name for one in holders if one.worker_id == worker_id)
        raise Conflict("hand_over_needs_card", field="to", who=name, lack=lack.told)


def check_act(step: Step) -> dict[str, Any]:
    """Make sure that who answers with an item of law may inspect or fine by it, and was not alone where two are asked.

    Returns what the log tells of it; nothing where no item is named.

    Raises
    ------
    InvalidInput
        when the item is none of this type's, or not this department's or this person's.
    Conflict
        when too few card holders work on the case.
    """
    code = step.given.item
    if code is None:
        return {}
    competence = _competence(step)
    item = competence.item(code)
    if item is None:
        allowed: list[Value] = [one.code for one in competence.items]
        raise InvalidInput("item_unknown", field="item", given=code, allowed=allowed, type=_type(step))
    people = _holders(step, _who_worked(step))
    _check_actor(step, item, people)
    found = [one for one in people if act_lack(item, one.card, one.department_code) is None]
    if len(found) < item.holders:
        told: dict[str, Value] = {"item": item.name, "wanted": item.holders, "found": len(found)}
        raise Conflict("item_needs_holders", field="item", **told)
    return {"item": item.code, "item_name": item.name}


def _check_actor(step: Step, item: Item, people: list[Holder]) -> None:
    """Who answers is himself a holder; a department answers for its holders, of whom it is one of the item's."""
    task = step.own_task
    lack: Lack | None
    if task.worker_id is None:
        lack = None if task.department_code in item.departments else Lack("no_competence")
    else:
        lack = next(act_lack(item, one.card, one.department_code) for one in people if one.worker_id == task.worker_id)
    if lack is not None:
        raise InvalidInput("item_not_his", field="item", who=task.name, item=item.name, lack=lack.told)


def _who_worked(step: Step) -> list[int]:
    """Who works or worked on the case; of a department's own task also who answers for it."""
    found = {one.worker_id for one in step.case.tasks if one.worker_id is not None and _is_at_work(one)}
    own = step.own_task
    if own.worker_id is not None:
        found.add(own.worker_id)
    elif step.scope.worker_id and step.scope.department_code == own.department_code:
        found.add(step.scope.worker_id)
    return sorted(found)


def _is_at_work(task: Task) -> bool:
    return task.kind != "check" and (task.is_active or task.done_at is not None)


def _competence(step: Step) -> Competence:
    return competence_of(step.transaction, step.area_id, step.case.type_code)


def _holders(step: Step, worker_ids: list[int]) -> list[Holder]:
    return read_holders(step.transaction, step.area_id, worker_ids, step.at)


def _holder(step: Step, worker_id: int) -> Holder:
    return _holders(step, [worker_id])[0]


def _type(step: Step) -> Code:
    return Code("types", step.case.type_code)
