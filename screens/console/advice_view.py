"""What the panel shows of a suggestion: who is there first and why; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from words.catalogue import text
from words.units import distance_text, duration_text

Record = Mapping[str, Any]


@dataclass(frozen=True)
class AdviceRow:
    """One worker of the suggestion."""

    rank: int
    worker: int
    name: str
    role: str
    eta: str
    distance: str
    straight: str
    fix: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class AdviceView:
    """The suggestion: who is there first and why, who was passed over and why, or why nobody."""

    suggestion: str
    case_no: str
    rows: tuple[AdviceRow, ...]
    passed_over: tuple[tuple[str, str, str], ...]
    passed_over_more: int
    nobody: str


def advice_view(advice: Record, language: str) -> AdviceView:
    """What the panel shows of a suggestion."""
    return AdviceView(
        suggestion=str(advice["suggestion"]),
        case_no=advice["case_no"],
        rows=tuple(_advice_row(worker, language) for worker in advice["workers"]),
        passed_over=tuple(
            (entry["name"], distance_text(entry["straight_m"], language), entry["reason"]["text"])
            for entry in advice["passed_over"]
        ),
        passed_over_more=advice["passed_over_more"],
        nobody=(advice.get("nobody") or {}).get("text", ""),
    )


def _advice_row(worker: Record, language: str) -> AdviceRow:
    mode = text(f"console.mode.{worker['mode']}", language)
    role = text(f"console.role.{worker['role']}", language)
    return AdviceRow(
        rank=worker["rank"],
        worker=worker["worker"],
        name=worker["name"],
        role=f"{role} · {mode}",
        eta=duration_text(worker["eta_s"], language),
        distance=distance_text(worker["distance_m"], language),
        straight=text("console.advice.straight", language, d=distance_text(worker["straight_m"], language)),
        fix=_fix(worker, language),
        reasons=tuple(reason["text"] for reason in worker["reasons"]),
    )  # fmt: skip


def _fix(worker: Record, language: str) -> str:
    if worker["fix_age_s"] is None:
        return ""
    age = duration_text(worker["fix_age_s"], language)
    return text("console.advice.fix", language, age=age, accuracy=round(worker["accuracy_m"] or 0))
