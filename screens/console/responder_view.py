"""What the panel shows of the worker who was sent; nothing here knows of Dash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.advice.workforce import WorkerNow
from dispatch.cases.incidents import Case
from mapdata.roads.routes import Route
from words.catalogue import text
from words.units import distance_text, duration_text, time_of_day


@dataclass(frozen=True)
class ResponderView:
    """The worker who was sent: who, on which step, how far still."""

    worker: int
    name: str
    status: str
    still: str
    phone: str


def responder_view(
    case: Case, worker: WorkerNow | None, way: Route | None, now: datetime, language: str
) -> ResponderView | None:
    """The worker on the case, and how long his way still is while he is on it."""
    sent = case.open_worker
    if sent is None:
        return None
    still = ""
    if way is not None:
        at = time_of_day(now + timedelta(seconds=way.eta_s))[:5]
        words = {"eta": duration_text(way.eta_s, language), "distance": distance_text(way.distance_m, language)}
        still = text("console.worker.still", language, at=at, **words)
    status = text(f"lifecycle.state.{case.state}", language)
    return ResponderView(sent.worker_id, sent.name, status, still, worker.phone if worker else "")
