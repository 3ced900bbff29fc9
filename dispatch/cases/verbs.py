"""What happens when somebody performs a verb of a case (accept, dispatch, sign ...): one function for each verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from base.bus import publish
from base.database import Transaction
from base.errors import Conflict, Forbidden, InvalidInput, NotFound
from base.values import Metres
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases import deadlines, routing
from dispatch.cases.assignments import distance_to_case, is_free, mark, release, send_worker
from dispatch.cases.incidents import (
    Case,
    NewLogLine,
    add_line,
    change_case,
    is_written_already,
    lock_case,
    read_case,
    times_performed,
)
from dispatch.cases.intake import check_priority, check_type, is_storable
from dispatch.cases.lifecycle import Transition, is_granted, transition_of
from dispatch.cases.permission import check_not_own_work, check_other_eyes, check_permitted, fault_values, on_behalf
from dispatch.centre import Centre

FENCE_M = 100.0
"""How near to the case one has to be to have arrived. Source: docs/domain.md, "Arriving"."""
_SEND_BACKS_WITHOUT_LEADER = 1


@dataclass(frozen=True)
class VerbInput:
    """What comes with a verb.

    ``write_id`` is made by the client: the same id by the same account is the same write. ``worker_id`` is the one to
    send (dispatch, transfer) or the one a gateway acts for. ``lon``, ``lat`` (degrees in ``datum``) say where it was
    done. ``type_code`` and ``priority`` may be put right when accepting; ``passed`` is what a look at the work found.
    """

    write_id: UUID = field(default_factory=uuid4)
    note: str = ""
    worker_id: int | None = None
    suggestion_id: UUID | None = None
    passed: bool = True
    lon: float | None = None
    lat: float | None = None
    datum: str | None = None
    type_code: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class _Step:
    """One verb being performed: the locked case, who performs it, when, with what."""

    centre: Centre
    transaction: Transaction
    scope: Scope
    case: Case
    at: datetime
    given: VerbInput

    @property
    def area_id(self) -> int:
        return self.case.area_id

    @property
    def point(self) -> tuple[float, float, str] | None:
        """Where it was done, as given."""
        lon, lat, datum = self.given.lon, self.given.lat, self.given.datum
        return None if lon is None or lat is None or datum is None else (lon, lat, datum)


@dataclass(frozen=True)
class _Change:
    """What a verb does to a case: its next state, columns that change, what the log tells, where it was done."""

    state: str
    columns: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    lon: float | None = None
    lat: float | None = None


def perform(
    centre: Centre,
    transaction: Transaction,
    scope: Scope,
    case_no: str,
    verb: str,
    given: VerbInput | None = None,
) -> Case:
    """Perform a verb of a case.

    Parameters
    ----------
    centre, transaction
        the centre, and the transaction all of it is written in.
    scope
        who performs it.
    case_no, verb
        of which case, and one of ``lifecycle.VERBS`` but ``report``.
    given
        what comes with it.

    Returns
    -------
    Case
        as it is now. The account's same ``write_id`` again changes nothing and gives the case as it is now.

    Raises
    ------
    NotFound
        when there is no such case (for this person) or no such verb.
    VerbNotPossible, VerbNotGranted
        when the verb may not follow now, or not from this person.
    Conflict
        when somebody else was first: the worker is on another case, the case has its worker.
    InvalidInput
        when something the verb needs is missing or cannot be taken.
    """
    given = given or VerbInput()
    transition = transition_of(verb)
    if transition is None:
        raise NotFound("no_such_verb", field="verb", given=verb)
    area_id = centre.area.area_id
    lock_case(transaction, area_id, case_no)
    case = read_case(transaction, area_id, case_no, scope)
    if is_written_already(transaction, area_id, case_no, scope.account, given.write_id, verb):
        return _seen_again(centre, transaction, scope, case)
    _check_given(given)
    step = _Step(centre, transaction, scope, case, centre.clock(), given)
    if _is_closed_again(step, transition):
        return _seen_again(centre, transaction, scope, case)
    check_permitted(scope, case, transition, given.worker_id)
    _check_needs(step, transition)
    if verb == "dispatch" and case.state != "accepted":
        step = _accept_first(step)
    _carry_out(step, transition)
    publish(transaction, area_id, "incident", [case_no])
    audit.append(transaction, area_id, step.at, scope, f"incident.{verb}", case_no, _audit_details(step))
    return read_case(transaction, area_id, case_no, scope)


def _seen_again(centre: Centre, transaction: Transaction, scope: Scope, case: Case) -> Case:
    """The case nothing was done to: it was only looked at, and that is in the audit as any look."""
    audit.append(transaction, case.area_id, centre.clock(), scope, "incident.read", case.case_no)
    return case


def _check_given(given: VerbInput) -> None:
    if not is_storable(given.note):
        raise InvalidInput("text_not_storable", field="note")
    if (given.lon is None) != (given.lat is None):
        raise InvalidInput("point_incomplete", field="lat" if given.lat is None else "lon")
    if given.lon is not None and given.datum is None:
        raise InvalidInput("datum_missing", field="datum")


def _is_closed_again(step: _Step, transition: Transition) -> bool:
    """Closing what is closed is the same thing twice."""
    may = is_granted(transition, step.scope.role, step.case.priority, is_assignee=False)
    return transition.verb == "close" and step.case.state == "closed" and may


def _check_needs(step: _Step, transition: Transition) -> None:
    for name in transition.needs:
        value = getattr(step.given, "worker_id" if name == "worker" else name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise InvalidInput(f"{name}_needed", field=name, **fault_values(step.case, transition.verb))


def _carry_out(step: _Step, transition: Transition) -> None:
    """Carry out the verb on the case and add its line to the log."""
    change = _VERBS[transition.verb](step)
    assert change.state in transition.targets, f"{transition.verb} led to {change.state}"
    change_case(step.transaction, step.case, change.state, step.at, change.columns)
    details = on_behalf(step.scope, step.case, transition.verb) | change.details
    line = NewLogLine(
        step.given.write_id,
        transition.verb,
        step.case.state,
        change.state,
        step.given.note,
        details,
        change.lon,
        change.lat,
    )
    add_line(step.transaction, step.area_id, step.case.case_no, step.at, step.scope, line)


def _audit_details(step: _Step) -> dict[str, object]:
    return {} if step.given.worker_id is None else {"worker": step.given.worker_id}


def _accept_first(step: _Step) -> _Step:
    """Sending somebody to a case nobody has accepted yet accepts it."""
    transition = transition_of("accept")
    assert transition is not None
    _carry_out(step, transition)
    case = read_case(step.transaction, step.area_id, step.case.case_no, step.scope)
    return _Step(step.centre, step.transaction, step.scope, case, step.at, step.given)


def _accept(step: _Step) -> _Change:
    """Type and priority are settled, the clock of the case starts."""
    case, given = step.case, step.given
    type_code = given.type_code or case.type_code
    check_type(type_code)
    own = routing.priority_of(type_code)
    priority = given.priority or (min(case.priority, own) if given.type_code else case.priority)
    check_priority(priority)
    if priority > case.priority and step.scope.role != "shift_leader":
        raise Forbidden("only_leader_lowers", field="priority", priority=case.priority)
    due_at = deadlines.handle_due(step.at, priority, own, routing.event_types()[type_code].limit)
    columns = {
        "type_code": type_code,
        "priority": priority,
        "department_code": routing.department_of(type_code),
        "accepted_at": step.at,
        "due_at": due_at,
    }
    changed = {name: columns[name] for name in ("type_code", "priority") if columns[name] != getattr(case, name)}
    return _Change("accepted", columns, changed)


def _reject(step: _Step) -> _Change:
    return _Change("rejected", {"closed_at": step.at})


def _self_handle(step: _Step) -> _Change:
    """Done on the spot by the one who found it; still looked at before it is closed."""
    return _Change("self_handled", {"accepted_at": step.at, "handled_at": step.at})


def _send(step: _Step) -> dict[str, Any]:
    """Bind the worker named; returns what the log tells of it."""
    given, case = step.given, step.case
    assert given.worker_id is not None
    name = send_worker(step.transaction, case, given.worker_id, step.scope.account, step.at, given.suggestion_id)
    advice = {} if given.suggestion_id is None else {"suggestion": str(given.suggestion_id)}
    return {"worker": given.worker_id, "worker_name": name} | advice


def _sent_anew(step: _Step) -> dict[str, Any]:
    return {"dispatched_at": step.at, "signed_at": None, "arrived_at": None, "handled_at": None}


def _dispatch(step: _Step) -> _Change:
    """One worker is bound to the case, and only to it."""
    return _Change("dispatched", _sent_anew(step), _send(step))


def _sign(step: _Step) -> _Change:
    mark(step.transaction, step.case, signed_at=step.at)
    return _Change("received", {"signed_at": step.at})


def _arrive(step: _Step) -> _Change:
    """Arrived when within 100 m of the case; farther away only with a note; where nothing is known, noted so."""
    found = distance_to_case(step.transaction, step.case, step.at, step.point)
    mark(step.transaction, step.case, arrived_at=step.at)
    if found is None:
        return _Change("on_scene", {"arrived_at": step.at}, {"fence": "unknown"})
    lon, lat, distance_m = found
    if distance_m > FENCE_M and not step.given.note.strip():
        raise Conflict("too_far_to_arrive", field="note", distance=Metres(distance_m), fence=Metres(FENCE_M))
    fence = "inside" if distance_m <= FENCE_M else "overridden"
    return _Change("on_scene", {"arrived_at": step.at}, {"fence": fence, "distance_m": round(distance_m)}, lon, lat)


def _start(_step: _Step) -> _Change:
    return _Change("handling")


def _feedback(step: _Step) -> _Change:
    """The one who was sent has answered and is free again."""
    found = distance_to_case(step.transaction, step.case, step.at, step.point)
    lon, lat = (None, None) if found is None else found[:2]
    release(step.transaction, step.case, step.at, "handled")
    return _Change("handled", {"handled_at": step.at}, lon=lon, lat=lat)


def _send_back(step: _Step) -> _Change:
    """Once without the shift leader; the second time he decides. Source: docs/domain.md, "Sending back"."""
    returned = times_performed(step.transaction, step.area_id, step.case.case_no, "send_back")
    if returned >= _SEND_BACKS_WITHOUT_LEADER and step.scope.role != "shift_leader":
        raise Forbidden("only_leader_sends_back_again", field="verb")
    release(step.transaction, step.case, step.at, "returned")
    return _Change("accepted", {"dispatched_at": None, "signed_at": None})


def _transfer(step: _Step) -> _Change:
    """Somebody else is sent; the case is due when it was."""
    before = step.case.open_worker
    release(step.transaction, step.case, step.at, "transferred")
    details = {} if before is None else {"from_worker": before.worker_id}
    return _Change("dispatched", _sent_anew(step), details | _send(step))


def _verify(step: _Step) -> _Change:
    """Looked at by other eyes: closed, or done again."""
    check_other_eyes(step.transaction, step.scope, step.case)
    if step.given.passed:
        return _Change("closed", {"closed_at": step.at}, {"passed": True})
    if not step.given.note.strip():
        raise InvalidInput("note_needed", field="note", **fault_values(step.case, "rework"))
    return _again(step, {"passed": False})


def _rework(step: _Step) -> _Change:
    check_other_eyes(step.transaction, step.scope, step.case)
    return _again(step, {})


def _again(step: _Step, details: dict[str, Any]) -> _Change:
    """The same handler is sent again; when he is not free, the case waits to be sent anew."""
    case, handler = step.case, step.case.worker
    due_at = case.due_at
    if due_at is not None:
        due_at = deadlines.rework_due(step.at, case.started_at, due_at)
    columns = _sent_anew(step) | {"rework_count": case.rework_count + 1, "due_at": due_at}
    if handler is None or not is_free(step.transaction, step.area_id, handler.worker_id):
        return _Change("accepted", columns | {"dispatched_at": None}, details)
    name = send_worker(step.transaction, case, handler.worker_id, step.scope.account, step.at)
    return _Change("dispatched", columns, details | {"worker": handler.worker_id, "worker_name": name})


def _close(step: _Step) -> _Change:
    """Closed by the centre, looked at or not; not by who was sent to it."""
    check_not_own_work(step.scope, step.case)
    return _Change("closed", {"closed_at": step.at})


def _cancel(step: _Step) -> _Change:
    release(step.transaction, step.case, step.at, "cancelled")
    return _Change("cancelled", {"closed_at": step.at})


_VERBS: dict[str, Callable[[_Step], _Change]] = {
    "accept": _accept,
    "reject": _reject,
    "self_handle": _self_handle,
    "dispatch": _dispatch,
    "sign": _sign,
    "arrive": _arrive,
    "start": _start,
    "feedback": _feedback,
    "send_back": _send_back,
    "transfer": _transfer,
    "verify": _verify,
    "rework": _rework,
    "close": _close,
    "cancel": _cancel,
}
