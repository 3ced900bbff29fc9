"""One fix of a batch as our field page, gateways and other programs send it: docs/api.md, "Positions"."""

from __future__ import annotations

from typing import Any

from base.errors import InvalidInput
from mapdata.devices.report import between, heading, moment, number, percent, place, shown, speed, truth
from mapdata.positions import Fix

WORKER_ID_LIMIT = 65535


def worker_of(given: Any, otherwise: int | None) -> int | None:
    """The worker a fix names, else the batch's; None when neither does.

    Raises
    ------
    InvalidInput
        when what it names can be no worker's number.
    """
    named = given.get("worker") if isinstance(given, dict) else None
    if named is None:
        return otherwise
    value = number(named)
    if value is None or value != int(value) or not 1 <= value <= WORKER_ID_LIMIT:
        raise InvalidInput("no_such_worker", field="worker", given=shown(named))
    return int(value)


def decode_fix(given: Any, otherwise: int | None, datum: str) -> Fix:
    """The fix; what else it says than place and time is unknown where it cannot be read or cannot be.

    Parameters
    ----------
    given
        ``worker``, ``recorded_at`` (with its offset), ``lon``, ``lat`` (degrees in ``datum``), ``accuracy_m``,
        ``speed_mps``, ``heading_deg``, ``battery`` (percent), ``mock``.
    otherwise
        the worker of the batch, where the fix names none.
    datum
        of the batch.

    Raises
    ------
    InvalidInput
        when it is no fix, nobody's, or its place or time cannot be; ``field`` is the name inside the fix.
    """
    if not isinstance(given, dict):
        raise InvalidInput("fix_unreadable", given=shown(given))
    worker_id = worker_of(given, otherwise)
    if worker_id is None:
        raise InvalidInput("no_such_worker", field="worker", given="")
    lon, lat = place(given.get("lon"), given.get("lat"))
    return Fix(
        worker_id,
        moment(given.get("recorded_at"), "recorded_at", zone_needed=True),
        lon,
        lat,
        datum,
        between(given.get("accuracy_m"), 0, 1e6),
        speed(given.get("speed_mps")),
        heading(given.get("heading_deg")),
        battery_pct=percent(given.get("battery")),
        is_mock=truth(given.get("mock")),
    )
