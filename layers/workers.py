"""Workers are drawn by the browser on a canvas (``browser/workers.js``); here is what Python knows of the frames.

The wire frame is made in ``api/live/channel.py``: a header of 16 bytes, 12 bytes a worker, little endian.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.style import WORKER_LOOKS

HEADER = np.dtype([("tick", "<u4"), ("n", "<u4"), ("at_ms", "<f8")])
RECORD = np.dtype([("lon", "<i4"), ("lat", "<i4"), ("heading", "u1"), ("state", "u1"), ("worker", "<u2")])


@dataclass(frozen=True)
class Frame:
    """One decoded frame: tick, server time (ms since 1970, UTC) and the records."""

    tick: int
    at_ms: float
    records: NDArray[np.void]


def decode(message: bytes) -> Frame:
    """Read a wire frame.

    Raises
    ------
    ValueError
        when the length does not fit the count in the header.
    """
    head = np.frombuffer(message, HEADER, count=1)[0]
    count = int(head["n"])
    if len(message) != HEADER.itemsize + count * RECORD.itemsize:
        raise ValueError(f"a frame of {count} workers has {len(message)} bytes")
    records = np.frombuffer(message, RECORD, offset=HEADER.itemsize)
    return Frame(int(head["tick"]), float(head["at_ms"]), records)


def encode(tick: int, at_ms: float, records: NDArray[np.void]) -> bytes:
    """Make a wire frame of records of dtype ``RECORD`` (used by benchmarks and tests)."""
    head = np.array([(tick, len(records), at_ms)], HEADER)
    return head.tobytes() + records.astype(RECORD, copy=False).tobytes()


def worker_words(say: Callable[[str], str]) -> dict[str, Any]:
    """What the card of a picked worker says, for ``town_map(words=...)``; ``say`` gives the text of a key of layers."""
    statuses = [say(f"status.{look.status}") for look in WORKER_LOOKS]
    return {"status": statuses, **{name: say(f"card.{name}") for name in ("age", "accuracy", "case", "unknown")}}
