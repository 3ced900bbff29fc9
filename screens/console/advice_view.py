"""What the panel shows of a suggestion: who is there first and why; nothing here knows of Dash."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.advice.given import Advice, AdvisedWorker
from words.catalogue import text
from words.units import distance_text, duration_text
from words.values import code_text


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


def advice_view(advice: Advice, language: str) -> AdviceView:
    """What the panel shows of a suggestion."""
    return AdviceView(
        suggestion=str(advice.suggestion),
        case_no=advice.case_no,
        rows=tuple(_advice_row(worker, language) for worker in advice.workers),
        passed_over=tuple(
            (entry.name, distance_text(entry.straight_m, language), code_text(entry.reason.told, language))
            for entry in advice.passed_over
        ),
        passed_over_more=advice.passed_over_more or 0,
        nobody=code_text(advice.nobody.told, language) if advice.nobody else "",
    )


def _advice_row(worker: AdvisedWorker, language: str) -> AdviceRow:
    mode = text(f"console.mode.{worker.mode}", language)
    role = text(f"console.role.{worker.role}", language)
    return AdviceRow(
        rank=worker.rank,
        worker=worker.worker,
        name=worker.name,
        role=f"{role} · {mode}",
        eta=duration_text(worker.eta_s, language),
        distance=distance_text(worker.distance_m, language),
        straight=text("console.advice.straight", language, d=distance_text(worker.straight_m, language)),
        fix=_fix(worker, language),
        reasons=tuple(code_text(reason.told, language) for reason in worker.reasons),
    )  # fmt: skip


def _fix(worker: AdvisedWorker, language: str) -> str:
    if worker.fix_age_s is None:
        return ""
    age = duration_text(worker.fix_age_s, language)
    accuracy = distance_text(worker.accuracy_m or 0, language)
    return text("console.advice.fix", language, age=age, accuracy=accuracy)
