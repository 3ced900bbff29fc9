"""What happens when somebody says a verb of a case: one function a verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from base.bus import publish
from base.database import Transaction
from base.errors import Conflict, Forbidden, InvalidInput, NotFound
from dispatch.access import audit
from dispatch.access.grants import Principal
from dispatch.cases import deadlines, routing
from dispatch.cases.assignments import distance_to_case, is_free, mark, release, send_worker
from dispatch.cases.incidents import (
    Case,
    NewLine,
    add_line,
    change_case,
    hold_case,
    read_case,
    times_said,
    written_already,
)
from dispatch.cases.intake import check_priority, check_type, is_storable
from dispatch.cases.lifecycle import Transition, may_say, transition_of
from dispatch.cases.permission import case_words, check_other_eyes, check_turn, on_behalf
from dispatch.centre import Centre

FENCE_M = 100.0
"""How near to the case one has to be to have arrived. Source: domain reference 1.5, ``on_scene``."""
_SEND_BACKS_WITHOUT_LEADER = 1


@dataclass(frozen=True)
class Act:
    """What comes with a verb.

    ``write_id`` is made by the client: the same id is the same act. ``worker_id`` is the one to send (dispatch,
    transfer) or the one a gateway speaks for. ``lon``, ``lat`` (degrees in ``datum``) say where it was done.
    ``type_code`` and ``priority`` may be put right when accepting; ``passed`` is what a look at the work found.
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
class _Work:
    """One verb being done: the held case, who says it, when, with what."""

    centre: Centre
    transaction: Transaction
    principal: Principal
    case: Case
    at: datetime
    given: Act

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


def act(
    centre: Centre, transaction: Transaction, principal: Principal, case_no: str, verb: str, given: Act | None = None
) -> Case:
    """Say a verb of a case.

    Parameters
    ----------
    centre, transaction
        the centre, and the transaction all of it is written in.
    principal
        who says it.
    case_no, verb
        of which case, and one of ``lifecycle.VERBS`` but ``report``.
    given
        what comes with it.

    Returns
    -------
    Case
        as it is now. The same ``write_id`` again changes nothing and gives the case as it is now.

    Raises
    ------
    NotFound
        when there is no such case (for this person) or no such verb.
    VerbOutOfTurn, VerbNotGranted
        when the verb may not follow now, or not from this person.
    Conflict
        when somebody else was first: the worker is on another case, the case has its worker.
    InvalidInput
        when something the verb needs is missing or cannot be taken.
    """
    given = given or Act()
    transition = transition_of(verb)
    if transition is None:
        raise NotFound("no_such_verb", field="verb", given=verb)
    area_id = centre.area.area_id
    hold_case(transaction, area_id, case_no)
    case = read_case(transaction, area_id, case_no, principal)
    if written_already(transaction, area_id, case_no, given.write_id, verb):
        return case
    _check_given(given)
    work = _Work(centre, transaction, principal, case, centre.clock(), given)
    if _is_closed_again(work, transition):
        return case
    check_turn(principal, case, transition, given.worker_id)
    _check_needs(work, transition)
    if verb == "dispatch" and case.state != "accepted":
        work = _first_accept(work)
    _say(work, transition)
    publish(transaction, area_id, "incident", [case_no])
    audit.append(transaction, area_id, work.at, principal, f"incident.{verb}", case_no, _for_the_record(work))
    return read_case(transaction, area_id, case_no, principal)


def _check_given(given: Act) -> None:
    if not is_storable(given.note):
        raise InvalidInput("text_not_storable", field="note")
    if (given.lon is None) != (given.lat is None):
        raise InvalidInput("point_incomplete", field="lat" if given.lat is None else "lon")
    if given.lon is not None and given.datum is None:
        raise InvalidInput("datum_missing", field="datum")


def _is_closed_again(work: _Work, transition: Transition) -> bool:
    """Closing what is closed is the same thing twice."""
    may = may_say(transition, work.principal.role, work.case.priority, is_assignee=False)
    return transition.verb == "close" and work.case.state == "closed" and may


def _check_needs(work: _Work, transition: Transition) -> None:
    for name in transition.needs:
        value = getattr(work.given, "worker_id" if name == "worker" else name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise InvalidInput(f"{name}_needed", field=name, **case_words(work.case, transition.verb))


def _say(work: _Work, transition: Transition) -> None:
    """Do the verb and write it down."""
    change = _VERBS[transition.verb](work)
    assert change.state in transition.targets, f"{transition.verb} led to {change.state}"
    change_case(work.transaction, work.case, change.state, work.at, change.columns)
    details = on_behalf(work.principal, work.case, transition.verb) | change.details
    line = NewLine(
        work.given.write_id,
        transition.verb,
        work.case.state,
        change.state,
        work.given.note,
        details,
        change.lon,
        change.lat,
    )
    add_line(work.transaction, work.area_id, work.case.case_no, work.at, work.principal, line)


def _for_the_record(work: _Work) -> dict[str, object]:
    return {} if work.given.worker_id is None else {"worker": work.given.worker_id}


def _first_accept(work: _Work) -> _Work:
    """Sending somebody to a case nobody has accepted yet accepts it."""
    transition = transition_of("accept")
    assert transition is not None
    _say(work, transition)
    case = read_case(work.transaction, work.area_id, work.case.case_no, work.principal)
    return _Work(work.centre, work.transaction, work.principal, case, work.at, work.given)


def _accept(work: _Work) -> _Change:
    """Type and priority are settled, the clock of the case starts."""
    case, given = work.case, work.given
    type_code = given.type_code or case.type_code
    check_type(type_code)
    own = routing.priority_of(type_code)
    priority = given.priority or (min(case.priority, own) if given.type_code else case.priority)
    check_priority(priority)
    if priority > case.priority and work.principal.role != "shift_leader":
        raise Forbidden("only_leader_lowers", field="priority", priority=case.priority)
    due_at = deadlines.handle_due(work.at, priority, own, routing.event_types()[type_code].limit)
    columns = {
        "type_code": type_code,
        "priority": priority,
        "department_code": routing.department_of(type_code),
        "accepted_at": work.at,
        "due_at": due_at,
    }
    changed = {name: columns[name] for name in ("type_code", "priority") if columns[name] != getattr(case, name)}
    return _Change("accepted", columns, changed)


def _reject(work: _Work) -> _Change:
    return _Change("rejected", {"closed_at": work.at})


def _self_handle(work: _Work) -> _Change:
    """Done on the spot by the one who found it; still looked at before it is closed."""
    return _Change("self_handled", {"accepted_at": work.at, "handled_at": work.at})


def _send(work: _Work) -> dict[str, Any]:
    """Bind the worker named; returns what the log tells of it."""
    given, case = work.given, work.case
    assert given.worker_id is not None
    name = send_worker(work.transaction, case, given.worker_id, work.principal.account, work.at, given.suggestion_id)
    advice = {} if given.suggestion_id is None else {"suggestion": str(given.suggestion_id)}
    return {"worker": given.worker_id, "worker_name": name} | advice


def _sent_anew(work: _Work) -> dict[str, Any]:
    return {"dispatched_at": work.at, "signed_at": None, "arrived_at": None, "handled_at": None}


def _dispatch(work: _Work) -> _Change:
    """One worker is bound to the case, and only to it."""
    return _Change("dispatched", _sent_anew(work), _send(work))


def _sign(work: _Work) -> _Change:
    mark(work.transaction, work.case, signed_at=work.at)
    return _Change("received", {"signed_at": work.at})


def _arrive(work: _Work) -> _Change:
    """Arrived when within 100 m of the case; farther away only with a note; where nothing is known, noted so."""
    found = distance_to_case(work.transaction, work.case, work.at, work.point)
    mark(work.transaction, work.case, arrived_at=work.at)
    if found is None:
        return _Change("on_scene", {"arrived_at": work.at}, {"fence": "unknown"})
    lon, lat, distance_m = found
    if distance_m > FENCE_M and not work.given.note.strip():
        raise Conflict("too_far_to_arrive", field="note", distance_m=round(distance_m), fence_m=round(FENCE_M))
    fence = "inside" if distance_m <= FENCE_M else "overridden"
    return _Change("on_scene", {"arrived_at": work.at}, {"fence": fence, "distance_m": round(distance_m)}, lon, lat)


def _start(_work: _Work) -> _Change:
    return _Change("handling")


def _feedback(work: _Work) -> _Change:
    """The one who was sent has answered and is free again."""
    found = distance_to_case(work.transaction, work.case, work.at, work.point)
    lon, lat = (None, None) if found is None else found[:2]
    release(work.transaction, work.case, work.at, "handled")
    return _Change("handled", {"handled_at": work.at}, lon=lon, lat=lat)


def _send_back(work: _Work) -> _Change:
    """Once without the shift leader; the second time he decides. Source: domain reference 1.5 line 11, 1.7."""
    returned = times_said(work.transaction, work.area_id, work.case.case_no, "send_back")
    if returned >= _SEND_BACKS_WITHOUT_LEADER and work.principal.role != "shift_leader":
        raise Forbidden("only_leader_sends_back_again", field="verb")
    release(work.transaction, work.case, work.at, "returned")
    return _Change("accepted", {"dispatched_at": None, "signed_at": None})


def _transfer(work: _Work) -> _Change:
    """Somebody else is sent; the case is due when it was."""
    before = work.case.open_worker
    release(work.transaction, work.case, work.at, "transferred")
    details = {} if before is None else {"from_worker": before.worker_id}
    return _Change("dispatched", _sent_anew(work), details | _send(work))


def _verify(work: _Work) -> _Change:
    """Looked at by other eyes: closed, or done again."""
    check_other_eyes(work.principal, work.case)
    if work.given.passed:
        return _Change("closed", {"closed_at": work.at}, {"passed": True})
    if not work.given.note.strip():
        raise InvalidInput("note_needed", field="note", **case_words(work.case, "rework"))
    return _again(work, {"passed": False})


def _rework(work: _Work) -> _Change:
    check_other_eyes(work.principal, work.case)
    return _again(work, {})


def _again(work: _Work, details: dict[str, Any]) -> _Change:
    """The same handler is sent again; when he is not free, the case waits to be sent anew."""
    case, handler = work.case, work.case.worker
    due_at = case.due_at
    if due_at is not None:
        due_at = deadlines.rework_due(work.at, case.accepted_at or case.reported_at, due_at)
    columns = _sent_anew(work) | {"rework_count": case.rework_count + 1, "due_at": due_at}
    if handler is None or not is_free(work.transaction, work.area_id, handler.worker_id):
        return _Change("accepted", columns | {"dispatched_at": None}, details)
    name = send_worker(work.transaction, case, handler.worker_id, work.principal.account, work.at)
    return _Change("dispatched", columns, details | {"worker": handler.worker_id, "worker_name": name})


def _close(work: _Work) -> _Change:
    return _Change("closed", {"closed_at": work.at})


def _cancel(work: _Work) -> _Change:
    release(work.transaction, work.case, work.at, "cancelled")
    return _Change("cancelled", {"closed_at": work.at})


_VERBS: dict[str, Callable[[_Work], _Change]] = {
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
