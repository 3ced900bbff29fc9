"""``GET /api/statistics``: the figures of a period, and the cases behind each of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.security.asker import Language, granted
from api.spreadsheets import figures_workbook
from api.wording import Answer, named
from base.clock import as_aware
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.figures.clocks import shares_kept
from dispatch.figures.returns import returns_by_department
from dispatch.figures.statistics import (
    DIMENSIONS,
    MEASURES,
    FigureRow,
    Period,
    cases_of_figure,
    check_dimension,
    figures_by,
    figures_total,
)
from dispatch.figures.whistles import whistles_by_department
from words.figures import figure_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Since = Annotated[datetime, Query(alias="from", examples=["2026-11-01T00:00:00+08:00"])]
Until = Annotated[datetime, Query(alias="to", examples=["2026-12-01T00:00:00+08:00"])]


class FigureOut(Answer):
    """The measures of one key of a dimension: counts, shares (0 to 1), times in seconds; null where nothing counts."""

    key: str
    name: str
    reported: int
    accepted: int
    due: int
    handled: int
    on_time: int
    late: int
    overdue: int
    closed: int
    reworked: int
    open: int
    arrive_median_s: float | None
    arrive_p90_s: float | None
    handle_median_s: float | None
    handle_p90_s: float | None
    on_time_share: float | None
    handled_share: float | None
    rework_share: float | None


class ClockShare(Answer):
    """The clocks of one step that ended in the period: kept, missed, the share kept (0 to 1, null where none ended)."""

    stage: str
    stage_name: Annotated[str, named("lifecycle.step")] = Field(validation_alias="stage")
    kept: int
    missed: int
    share: float | None


class WhistleFigureOut(Answer):
    """How those called by the whistles of a period answered: came in time, late, not at all; the share in time."""

    department: str = Field(validation_alias="department_code")
    name: str
    blown: int
    called: int
    on_time: int
    late: int
    absent: int
    answered: int
    on_time_share: float | None


class ReturnFigureOut(Answer):
    """How often a department returned what it was to lead, again after another, and what was ruled to be its own."""

    department: str = Field(validation_alias="department_code")
    name: str
    is_total: bool
    returned: int
    returned_again: int
    ruled: int


class StatisticsOut(BaseModel):
    """The figures of a period by one dimension, and all together; clocks, whistles and returns of the period.

    The last of ``whistles`` and of ``returns``, without a department, is of all together.
    """

    by: str
    rows: list[FigureOut]
    total: FigureOut
    clocks: list[ClockShare]
    whistles: list[WhistleFigureOut]
    returns: list[ReturnFigureOut]


class FigureCases(BaseModel):
    """The numbers of the cases behind one figure."""

    cases: list[str]


def router(centre: Centre) -> APIRouter:
    """The routes of the statistics."""
    routes = APIRouter(prefix="/api/statistics", tags=["statistics"])
    area_id = centre.area.area_id

    def period(since: datetime, until: datetime) -> Period:
        return Period(as_aware(since), as_aware(until), centre.clock())

    @routes.get("")
    def statistics(
        _scope: Annotated[Scope, granted("statistics.see")],
        language: Language,
        since: Since,
        until: Until,
        by: Annotated[str, Query(description=", ".join(DIMENSIONS))] = "type",
    ) -> StatisticsOut:
        """Counts, shares and times (seconds) of a period by one dimension, with their total."""
        asked = period(since, until)
        with centre.database.transaction() as transaction:
            rows = figures_by(transaction, area_id, asked, check_dimension(by))
            total = figures_total(transaction, area_id, asked)
            kept = shares_kept(transaction, area_id, asked)
            called = whistles_by_department(transaction, area_id, asked)
            returned = returns_by_department(transaction, area_id, asked)
        return StatisticsOut(
            by=by,
            rows=[_named(row, by, language) for row in rows],
            total=_named(total, "total", language),
            clocks=[ClockShare.of(one, language) for one in kept],
            whistles=[WhistleFigureOut.of(one) for one in called],
            returns=[ReturnFigureOut.of(one) for one in returned],
        )

    @routes.get("/cases")
    def cases(
        scope: Annotated[Scope, granted("statistics.see")],
        since: Since,
        until: Until,
        measure: Annotated[str, Query(description=", ".join(MEASURES))],
        by: Annotated[str, Query(description=", ".join((*DIMENSIONS, "total")))] = "total",
        key: Annotated[str, Query(max_length=40)] = "",
    ) -> FigureCases:
        """The numbers of the cases behind one figure."""
        with centre.database.transaction() as transaction:
            found = cases_of_figure(transaction, area_id, scope, period(since, until), by, key, measure)
        return FigureCases(cases=found)

    @routes.get("/export.xlsx", response_class=Response)
    def export(
        scope: Annotated[Scope, granted("statistics.see")],
        otherwise: Language,
        since: Since,
        until: Until,
        by: Annotated[str, Query(description=", ".join(DIMENSIONS))] = "type",
        language: Annotated[
            Literal["zh", "en"] | None, Query(description="else that of the cookie, of Accept-Language, of the centre")
        ] = None,
    ) -> Response:
        """The same figures as a spreadsheet; the export is in the audit."""
        counted = period(since, until)
        with centre.database.transaction() as transaction:
            rows = figures_by(transaction, area_id, counted, check_dimension(by))
            total = figures_total(transaction, area_id, counted)
            called = whistles_by_department(transaction, area_id, counted)
            details: dict[str, object] = {"from": counted.since, "to": counted.until, "by": by}
            audit.append(transaction, area_id, counted.now, scope, "statistics.export", "statistics", details)
        name = f"statistics-{by}-{counted.since:%Y%m%d}-{counted.until:%Y%m%d}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        chosen = language or otherwise
        file = figures_workbook(rows, total, by, counted, chosen, called)
        return Response(file, media_type=XLSX, headers=headers)

    return routes


def _named(row: FigureRow, by: str, language: str) -> FigureOut:
    return FigureOut.of(replace(row, name=figure_name(by, row.key, row.name, language)))
