"""``GET /api/statistics``: the figures of a period, and the cases behind each of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel

from api.security.errors import language_of
from api.spreadsheets import figures_workbook
from api.wording import Answer
from base.clock import as_aware
from dispatch.access import audit
from dispatch.access.grants import require
from dispatch.centre import Centre
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


class StatisticsOut(BaseModel):
    """The figures of a period by one dimension, and all together."""

    by: str
    rows: list[FigureOut]
    total: FigureOut


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
        since: Since,
        until: Until,
        by: Annotated[str, Query(description=", ".join(DIMENSIONS))] = "type",
        accept_language: Annotated[str, Header()] = "",
    ) -> StatisticsOut:
        """Counts, shares and times (seconds) of a period by one dimension, with their total."""
        require("statistics.see")
        language = language_of(accept_language)
        with centre.database.transaction() as transaction:
            rows = figures_by(transaction, area_id, period(since, until), check_dimension(by))
            total = figures_total(transaction, area_id, period(since, until))
        named = [_named(row, by, language) for row in rows]
        return StatisticsOut(by=by, rows=named, total=_named(total, "total", language))

    @routes.get("/cases")
    def cases(
        since: Since,
        until: Until,
        measure: Annotated[str, Query(description=", ".join(MEASURES))],
        by: Annotated[str, Query(description=", ".join((*DIMENSIONS, "total")))] = "total",
        key: Annotated[str, Query(max_length=40)] = "",
    ) -> FigureCases:
        """The numbers of the cases behind one figure."""
        scope = require("statistics.see")
        with centre.database.transaction() as transaction:
            found = cases_of_figure(transaction, area_id, scope, period(since, until), by, key, measure)
        return FigureCases(cases=found)

    @routes.get("/export.xlsx", response_class=Response)
    def export(
        since: Since,
        until: Until,
        by: Annotated[str, Query(description=", ".join(DIMENSIONS))] = "type",
        language: Annotated[Literal["zh", "en"], Query()] = "zh",
    ) -> Response:
        """The same figures as a spreadsheet; the export is in the audit."""
        scope = require("statistics.see")
        counted = period(since, until)
        with centre.database.transaction() as transaction:
            rows = figures_by(transaction, area_id, counted, check_dimension(by))
            total = figures_total(transaction, area_id, counted)
            details: dict[str, object] = {"from": counted.since, "to": counted.until, "by": by}
            audit.append(transaction, area_id, counted.now, scope, "statistics.export", "statistics", details)
        name = f"statistics-{by}-{counted.since:%Y%m%d}-{counted.until:%Y%m%d}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(figures_workbook(rows, total, by, counted, language), media_type=XLSX, headers=headers)

    return routes


def _named(row: FigureRow, by: str, language: str) -> FigureOut:
    return FigureOut.of(replace(row, name=figure_name(by, row.key, row.name, language)))
