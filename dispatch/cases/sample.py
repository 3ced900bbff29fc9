"""Which of the cases that were settled on the spot are looked at all the same: one in ten, always the same ones."""

from __future__ import annotations

from hashlib import sha256

SHARE = 0.10
"""Source: docs/domain.md, "Other eyes"."""
_PARTS = 10_000


def is_sampled(area_id: int, case_no: str) -> bool:
    """Whether a case belongs to the sample: by its number, so that nobody chooses it or talks it out of it."""
    digest = sha256(f"{area_id}/{case_no}".encode()).digest()
    return int.from_bytes(digest[:8]) % _PARTS < SHARE * _PARTS
