"""Wire frames of workers' positions. The browser draws them on a canvas (``browser/workers.js``).

A frame is made in ``api/live/channel.py``: a header of 16 bytes, 12 bytes a worker, little endian.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.style import WORKER_STYLES

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


def worker_card_texts(text_of: Callable[[str], str]) -> dict[str, Any]:
    """Texts of the card of a picked worker, for ``town_map(card_texts=...)``.

    ``text_of`` gives the text of a key below ``layers`` in the reader's language.
    """
    statuses = [text_of(f"status.{style.status}") for style in WORKER_STYLES]
    return {"status": statuses, **{name: text_of(f"card.{name}") for name in ("age", "accuracy", "case", "unknown")}}
