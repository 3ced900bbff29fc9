"""Who may perform which verb of a case now: the table of ``lifecycle``, for one case and one person."""

from __future__ import annotations

from collections.abc import Sequence

from base.database import Transaction
from base.errors import Conflict, Forbidden
from base.values import Code, Value
from dispatch.access.grants import may_speak_for
from dispatch.access.scope import Scope
from dispatch.cases.incidents import Case, LogLine, has_spoken_for
from dispatch.cases.lifecycle import (
    ON_BEHALF,
    OTHER_EYES,
    VERIFIES,
    Transition,
    Verb,
    allowed,
    allowed_to_all,
    is_granted,
    is_possible,
)


class VerbNotPossible(Conflict):
    """The verb may not follow the case's state; ``allowed`` tells which may, and who may perform them."""

    def __init__(self, case: Case, verb: str) -> None:
        super().__init__("verb_out_of_turn", field="verb", **fault_values(case, verb))
        self.allowed = allowed_to_all(case.state, case.priority)


class VerbNotGranted(Forbidden):
    """The verb may follow, but not from this person; ``allowed`` tells who may perform which."""

    def __init__(self, case: Case, verb: str, scope: Scope) -> None:
        role = Code("lifecycle.role", scope.role)
        super().__init__(
            "verb_not_granted", field="verb", role=role, priority=case.priority, **fault_values(case, verb)
        )
        self.allowed = allowed_to_all(case.state, case.priority)


def fault_values(case: Case, verb: str) -> dict[str, Value]:
    """The values that a fault about a verb of a case is worded with."""
    state, performed = Code("lifecycle.state", case.state), Code("lifecycle.verb", verb)
    return {"case_no": case.case_no, "state": state, "verb": performed}


def is_assignee(scope: Scope, case: Case, on_behalf_of_worker: int | None = None) -> bool:
    """Whether the case was sent to this person: to him, to one of his department, or to the worker a gateway acts for.

    That the case is of the department's kind is not enough: a department speaks for its own people, not for whoever
    else was sent.
    """
    sent = case.open_worker
    if sent is None or (scope.role == "gateway" and on_behalf_of_worker != sent.worker_id):
        return False
    return may_speak_for(scope, sent.worker_id, sent.department_code)


def verbs_for(scope: Scope, case: Case, log: Sequence[LogLine] = ()) -> tuple[Verb, ...]:
    """The verbs this person may perform on the case now; a gateway is taken to act for the one who was sent.

    With the case's ``log`` those are left out, too, that are not for who spoke for the handler; without it he is told
    so when he tries.
    """
    sent = case.open_worker
    on_behalf_of_worker = None if sent is None else sent.worker_id
    granted = allowed(case.state, scope.role, case.priority, is_assignee(scope, case, on_behalf_of_worker))
    kept_from = _kept_from(scope, case, log)
    return tuple(verb for verb in granted if verb not in kept_from and _is_his(scope, case, verb))


def _kept_from(scope: Scope, case: Case, log: Sequence[LogLine]) -> frozenset[str]:
    """Verbs that are not for who spoke for the handler, when the asker did."""
    handler = None if case.worker is None else case.worker.worker_id
    has_spoken = handler is not None and any(
        line.actor == scope.account and line.details.get("on_behalf_of") == handler for line in log
    )
    return VERIFIES if has_spoken else frozenset()


def check_permitted(scope: Scope, case: Case, transition: Transition, on_behalf_of_worker: int | None) -> None:
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
    is_assigned = is_assignee(scope, case, on_behalf_of_worker)
    is_for_role = is_granted(transition, scope.role, case.priority, is_assigned)
    if not is_for_role or (transition.verb == "self_handle" and not _is_his(scope, case, "self_handle")):
        raise VerbNotGranted(case, transition.verb, scope)


def _is_his(scope: Scope, case: Case, verb: str) -> bool:
    """Whether a verb his role has is his on this case: settled on the spot is by who found it, looked at by others."""
    if verb == "self_handle":
        return case.reported_by == scope.account
    if verb in OTHER_EYES:
        return case.worker is None or scope.worker_id != case.worker.worker_id
    return True


def on_behalf(scope: Scope, case: Case, verb: str) -> dict[str, object]:
    """What the log tells when somebody performs the verb for the one who was sent; empty when he does it himself."""
    sent = case.open_worker
    if verb not in ON_BEHALF or sent is None or scope.worker_id == sent.worker_id:
        return {}
    return {"on_behalf_of": sent.worker_id}


def check_not_own_work(scope: Scope, case: Case) -> None:
    """Make sure that who closes is not who handled.

    Raises
    ------
    Forbidden
        when it is.
    """
    if case.worker is not None and scope.worker_id == case.worker.worker_id:
        raise Forbidden("own_work", field="verb", case_no=case.case_no)


def check_other_eyes(transaction: Transaction, scope: Scope, case: Case) -> None:
    """Make sure that who says the work is done well, or is not, is neither who did it nor who spoke for him.

    Raises
    ------
    Forbidden
        when it is. Source: docs/domain.md, "Other eyes".
    """
    check_not_own_work(scope, case)
    if case.worker is not None and has_spoken_for(transaction, case, scope.account, case.worker.worker_id):
        raise Forbidden("own_work_spoken", field="verb", case_no=case.case_no)
