"""How many clocks of each step were kept: of a period, by when the step was taken."""

from __future__ import annotations

from dataclasses import dataclass

from base.database import Transaction
from dispatch.cases.clocks import STAGES
from dispatch.figures.statistics import SQL, Period


@dataclass(frozen=True)
class StageShare:
    """The clocks of one step that ended in a period: kept and missed; the void ones count nowhere."""

    stage: str
    kept: int
    missed: int

    @property
    def share(self) -> float | None:
        """Kept over all that ended; None where none did. Source: docs/domain.md, "Shares"."""
        ended = self.kept + self.missed
        return self.kept / ended if ended else None


def shares_kept(transaction: Transaction, area_id: int, period: Period) -> list[StageShare]:
    """The share of clocks kept of each step, in the order of the steps."""
    period = period.checked()
    parameters = {"area_id": area_id, "since": period.since, "until": period.until}
    rows = {row["stage"]: row for row in transaction.execute(SQL["clocks_ended"], parameters)}
    nothing = {"kept": 0, "missed": 0}
    return [StageShare(stage, rows.get(stage, nothing)["kept"], rows.get(stage, nothing)["missed"]) for stage in STAGES]
