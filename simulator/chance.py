"""Chance that can be had again: one stream of random numbers for each thing that is decided.

A decision draws from a stream named after what is decided (a worker's day, one incident), never from a common one. So
it does not matter in which order answers come, or how fast the shift is played: the same seed gives the same shift.
"""

from __future__ import annotations

import hashlib
import random


def stream(seed: int, *name: object) -> random.Random:
    """The stream of random numbers of this seed with this name."""
    text = "\x1f".join(map(str, (seed, *name)))
    return random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))
