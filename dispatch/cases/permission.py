"""Who may perform which verb of a case now: the table of ``lifecycle``, for one case and one person."""

from __future__ import annotations

from base.errors import Conflict, Forbidden
from dispatch.access.grants import Principal
from dispatch.cases.incidents import Case
from dispatch.cases.lifecycle import ON_BEHALF, Transition, Verb, allowed, allowed_to_all, is_granted, is_possible


class VerbNotPossible(Conflict):
    """The verb may not follow the case's state; ``allowed`` tells which may, and who may perform them."""

    def __init__(self, case: Case, verb: str) -> None:
        super().__init__("verb_out_of_turn", field="verb", **fault_values(case, verb))
        self.allowed = allowed_to_all(case.state, case.priority)


class VerbNotGranted(Forbidden):
    """The verb may follow, but not from this person; ``allowed`` tells who may perform which."""

    def __init__(self, case: Case, verb: str, principal: Principal) -> None:
        role = f"@lifecycle.role.{principal.role}"
        super().__init__(
            "verb_not_granted", field="verb", role=role, priority=case.priority, **fault_values(case, verb)
        )
        self.allowed = allowed_to_all(case.state, case.priority)


def fault_values(case: Case, verb: str) -> dict[str, object]:
    """The values that a fault about a verb of a case is worded with."""
    return {"case_no": case.case_no, "state": f"@lifecycle.state.{case.state}", "verb": f"@lifecycle.verb.{verb}"}


def is_assignee(principal: Principal, case: Case, on_behalf_of_worker: int | None = None) -> bool:
    """Whether the case was sent to this person: to him, to his department, or to the worker a gateway acts for."""
    sent = case.open_worker
    if sent is None:
        return False
    if principal.role == "gateway":
        return on_behalf_of_worker == sent.worker_id
    if principal.role == "dept_handler" and principal.department_code is not None:
        return principal.department_code in (case.department_code, sent.department_code)
    return principal.worker_id is not None and principal.worker_id == sent.worker_id


def verbs_for(principal: Principal, case: Case) -> tuple[Verb, ...]:
    """The verbs this person may perform on the case now; a gateway is taken to act for the one who was sent."""
    sent = case.open_worker
    on_behalf_of_worker = None if sent is None else sent.worker_id
    return allowed(case.state, principal.role, case.priority, is_assignee(principal, case, on_behalf_of_worker))


def check_permitted(principal: Principal, case: Case, transition: Transition, on_behalf_of_worker: int | None) -> None:
    """Make sure the verb may be performed on the case now, by this person.

    Raises
    ------
    VerbNotPossible
        when it may not follow, whoever performs it.
    VerbNotGranted
        when it is for somebody else to perform.
    """
    if not is_possible(transition.verb, case.state, case.priority):
        raise VerbNotPossible(case, transition.verb)
    if not is_granted(transition, principal.role, case.priority, is_assignee(principal, case, on_behalf_of_worker)):
        raise VerbNotGranted(case, transition.verb, principal)


def on_behalf(principal: Principal, case: Case, verb: str) -> dict[str, object]:
    """What the log tells when somebody performs the verb for the one who was sent; empty when he does it himself."""
    sent = case.open_worker
    if verb not in ON_BEHALF or sent is None or principal.worker_id == sent.worker_id:
        return {}
    return {"on_behalf_of": sent.worker_id}


def check_not_own_work(principal: Principal, case: Case) -> None:
    """Make sure that who verifies is not who handled.

    Raises
    ------
    Forbidden
        when it is.
    """
    if case.worker is not None and principal.worker_id == case.worker.worker_id:
        raise Forbidden("own_work", field="verb", case_no=case.case_no)
