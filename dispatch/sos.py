"""Calls for help of workers (求助): raised, acknowledged by the centre, ended; none is ever changed or deleted.

Source: docs/domain.md, "Calls for help".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from base.bus import publish
from base.database import Transaction
from base.errors import Conflict, InvalidInput, NotFound
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.grants import may
from dispatch.access.masking import mask_phone, worker_name
from dispatch.access.scope import Scope, WorkerScope, readable_workers
from dispatch.advice.workforce import require_own
from dispatch.centre import Centre
from mapdata.datum import to_wgs84
from mapdata.duty import begin_duty, is_on_duty, lock_workers
from mapdata.location import Place, place_of
from mapdata.tracks import Track, read_tracks

SQL = load_statements(Path(__file__).parent / "sql" / "sos.sql")

WAY_SHOWN = timedelta(minutes=5)
"""How much of the way of who calls for help wall and console show, while the call is open."""
Answer = Literal["acknowledged", "ended"]
Screen = Literal["wall", "console"]


@dataclass(frozen=True)
class Press:
    """A press of 求助 as it comes in: its id, whose, when by the phone's clock, and where in the named datum."""

    sos_id: UUID
    worker_id: int
    pressed_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    datum: str | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Answered:
    """That a call was acknowledged, or ended: when, by which account in which role, with which words."""

    at: datetime
    by: str
    role: str
    note: str


@dataclass(frozen=True)
class Call:
    """A call for help; ``name`` and ``phone`` as its reader may see them, the place in degrees, EPSG:4326.

    ``raised_at`` is by the centre's clock, ``pressed_at`` by the phone's and never later; ``seen_at`` is when he was at
    the place.
    """

    sos_id: UUID
    worker_id: int
    name: str
    phone: str
    raised_at: datetime
    pressed_at: datetime
    raised_by: str
    lon: float | None
    lat: float | None
    seen_at: datetime | None
    accuracy_m: float | None
    acknowledged: Answered | None
    ended: Answered | None


def open_calls(transaction: Transaction, area_id: int, scope: Scope) -> list[Call]:
    """The calls nobody has ended, of the workers the asker may see, the oldest first."""
    return _calls(transaction, area_id, scope, None)


def read_call(transaction: Transaction, area_id: int, scope: Scope, sos_id: UUID) -> Call:
    """One call, open or ended.

    Raises
    ------
    NotFound
        when there is none of this id, or it is not for this person to know of it.
    """
    found = _calls(transaction, area_id, scope, sos_id)
    if not found:
        raise NotFound("no_such_sos", field="sos", given=sos_id)
    return found[0]


def _calls(transaction: Transaction, area_id: int, scope: Scope, sos_id: UUID | None) -> list[Call]:
    parameters = {"area_id": area_id, "sos_id": sos_id} | readable_workers(scope)
    return [_call(row, scope) for row in transaction.execute(SQL["calls"], parameters)]


def _call(row: dict[str, Any], scope: Scope) -> Call:
    answers = {what: _answered(row, what) for what in ("acknowledged", "ended")}
    phone = row["phone"] if may(scope, "person.unmask") else mask_phone(row["phone"])
    return Call(**row | answers | {"name": worker_name(scope, row["name"]), "phone": phone})


def _answered(row: dict[str, Any], what: str) -> Answered | None:
    at, by, role, note = (row.pop(f"{what}_{part}") for part in ("at", "by", "role", "note"))
    return None if at is None else Answered(at, by, role, note)


def raise_call(centre: Centre, transaction: Transaction, scope: Scope, press: Press) -> Call:
    """Take a call for help; a worker who is not on duty is put on duty, so that he can be found.

    The same id again is the same call, also when it has ended since; while a call of his is open, another press is that
    one.

    Raises
    ------
    Forbidden
        when the asker does not speak for this worker.
    NotFound
        when there is no such active worker.
    Conflict
        when the id is that of somebody else's call.
    InvalidInput
        when the place has no datum, or is not on the earth.
    """
    area_id, at = centre.area.area_id, centre.clock()
    point = _point(press)
    require_own(transaction, area_id, scope, [press.worker_id])
    # one after the other for each worker: two presses at once are one call
    if not lock_workers(transaction, area_id, [press.worker_id]):
        raise NotFound("no_such_worker", field="worker", given=press.worker_id)
    values = {"area_id": area_id, "sos_id": press.sos_id, "worker_id": press.worker_id}
    if transaction.execute(SQL["worker_of_call"], values).fetchone() is None:
        before = transaction.execute(SQL["open_call_of"], values).fetchone()
        if before is not None:
            return read_call(transaction, area_id, scope, before["sos_id"])
        _add(transaction, area_id, scope, press, point, at)
    owner = transaction.execute(SQL["worker_of_call"], values).fetchone()
    if owner is None or owner["worker_id"] != press.worker_id:
        raise Conflict("sos_id_taken", field="id")
    return read_call(transaction, area_id, scope, press.sos_id)


def _point(press: Press) -> tuple[float, float] | None:
    if press.lon is None or press.lat is None:
        return None
    if press.datum is None:
        raise InvalidInput("datum_missing", field="datum")
    return to_wgs84(press.lon, press.lat, press.datum)


def _add(
    transaction: Transaction, area_id: int, scope: Scope, press: Press, point: tuple[float, float] | None, at: datetime
) -> None:
    if not is_on_duty(transaction, area_id, press.worker_id):
        begin_duty(transaction, area_id, press.worker_id, at)
    lon, lat = point or (None, None)
    added = transaction.execute(
        SQL["add_call"],
        {
            "area_id": area_id,
            "sos_id": press.sos_id,
            "worker_id": press.worker_id,
            "at": at,
            "pressed_at": min(press.pressed_at or at, at),
            "raised_by": scope.account,
            "lon": lon,
            "lat": lat,
            "accuracy_m": press.accuracy_m if point else None,
        },
    ).fetchone()
    if added is not None:
        publish(transaction, area_id, "sos", [press.worker_id])
        audit.append(transaction, area_id, at, scope, "sos.raise", str(press.worker_id), {"sos": press.sos_id})


def answer_call(
    centre: Centre, transaction: Transaction, scope: Scope, sos_id: UUID, what: Answer, note: str = ""
) -> Call:
    """Acknowledge a call, or end it; who was first stays, and an ended one stays as it ended.

    Raises
    ------
    NotFound
        when there is none of this id, or it is not for this person to know of it.
    Forbidden
        when the asker does not speak for this worker.
    """
    area_id, at = centre.area.area_id, centre.clock()
    call = read_call(transaction, area_id, scope, sos_id)
    require_own(transaction, area_id, scope, [call.worker_id])
    if call.ended is not None:
        return call
    values = {"area_id": area_id, "sos_id": sos_id, "what": what, "at": at, "note": note.strip()}
    who = {"by_account": scope.account, "by_role": scope.role}
    if transaction.execute(SQL["add_answer"], values | who).fetchone() is not None:
        publish(transaction, area_id, "sos", [call.worker_id])
        audit.append(transaction, area_id, at, scope, f"sos.{what}", str(call.worker_id), {"sos": sos_id})
    return read_call(transaction, area_id, scope, sos_id)


def note_list(transaction: Transaction, area_id: int, scope: Scope, calls: Sequence[Call], at: datetime) -> None:
    """Leave a line in the audit when somebody was shown who else calls for help; machines and displays see no names."""
    others = [call for call in calls if call.worker_id != scope.worker_id]
    if others and scope.role not in ("display", "gateway"):
        audit.append(transaction, area_id, at, scope, "sos.list", "sos", {"calls": len(others)})


def last_way(
    transaction: Transaction, area_id: int, scope: Scope, call: Call, screen: Screen, at: datetime
) -> Track | None:
    """The last five minutes of the way of who calls for help, for everybody who sees the screen.

    Nobody else's, and only while the call is open: the emergency is the reason, which is why the screen's role need not
    read tracks. That it was shown is in the audit, once for each call and screen.
    """
    if call.ended is not None:
        return None
    look = {"area_id": area_id, "sos_id": call.sos_id, "screen": screen, "at": at}
    if transaction.execute(SQL["note_look"], look).fetchone() is not None:
        details = {"sos": call.sos_id, "screen": screen}
        audit.append(transaction, area_id, at, scope, "sos.track", str(call.worker_id), details)
    his = WorkerScope(everybody=False, worker_id=call.worker_id).parameters()
    until = at + timedelta(seconds=1)
    found = read_tracks(transaction, area_id, his, at - WAY_SHOWN, until, [call.worker_id])
    return found[0] if found else None


@dataclass(frozen=True)
class Shown:
    """A call as it is shown: which place that is (None: not known where), and on a screen the way he came."""

    call: Call
    place: Place | None
    way: Track | None = None


def located(transaction: Transaction, area_id: int, call: Call) -> Shown:
    """The call with grid, village and nearest address of where he is, however far outside the town."""
    if call.lon is None or call.lat is None:
        return Shown(call, None)
    return Shown(call, place_of(transaction, area_id, call.lon, call.lat))


def shown_on(centre: Centre, transaction: Transaction, scope: Scope, screen: Screen, at: datetime) -> list[Shown]:
    """The open calls as a screen shows them to everybody before it."""
    area_id = centre.area.area_id
    return [
        replace(located(transaction, area_id, call), way=last_way(transaction, area_id, scope, call, screen, at))
        for call in open_calls(transaction, area_id, scope)
    ]
