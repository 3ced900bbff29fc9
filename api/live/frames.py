"""The binary frame of workers, 12 bytes each, the same bytes for every browser.

Little endian. Header of 16 bytes: u32 tick, u32 number of workers n, f64 server time in ms. Then n records: i32
longitude and i32 latitude in millionths of a degree (WGS-84), u8 heading in 256ths of a turn clockwise from north,
u8 state (low four bits: place in ``STATUSES``; high four bits: age of the fix in steps of 15 s, at most 15),
u16 worker id. Every frame is a full state.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from dispatch.advice.workforce import STATUSES, status_of

HEADER = struct.Struct("<IId")
RECORD = struct.Struct("<iiBBH")
AGE_STEP_S = 15.0

_NUMBER = {status: number for number, status in enumerate(STATUSES)}


def encode_frame(tick: int, at: datetime, workers: Iterable[Sequence[Any]]) -> bytes:
    """One frame.

    Parameters
    ----------
    tick
        number of the frame.
    at
        the server's time.
    workers
        rows of the statement ``on_the_map``: id, longitude and latitude in millionths of a degree, heading, time of
        the fix in seconds since 1970, duty status, assigned, arrived.
    """
    now_s = at.timestamp()
    records = [_record(now_s, *worker) for worker in workers]
    return HEADER.pack(tick % 2**32, len(records), now_s * 1000) + b"".join(records)


def _record(
    now_s: float,
    worker_id: int,
    lon_e6: int,
    lat_e6: int,
    heading_deg: float | None,
    recorded_s: float,
    duty_status: str,
    is_assigned: bool,
    has_arrived: bool,
) -> bytes:
    age_s = max(0.0, now_s - recorded_s)
    state = _NUMBER[status_of(duty_status, is_assigned, has_arrived, age_s)]
    steps = min(15, int(age_s // AGE_STEP_S))
    heading = 0 if heading_deg is None else round(heading_deg * 256 / 360) % 256
    return RECORD.pack(lon_e6, lat_e6, heading, state | steps << 4, worker_id)
