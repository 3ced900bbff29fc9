"""``GET /api/statistics``: the figures of a period, and the cases behind each of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from api.security.language import asked_language
from api.spreadsheets import figures_workbook
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


def router(centre: Centre) -> APIRouter:
    """The routes of the statistics."""
    routes = APIRouter(prefix="/api/statistics", tags=["statistics"])
    area_id = centre.area.area_id

    def period(since: datetime, until: datetime) -> Period:
        return Period(as_aware(since), as_aware(until), centre.clock())

    @routes.get("")
    def statistics(
        request: Request,
        since: Since,
        until: Until,
        by: Annotated[str, Query(description=", ".join(DIMENSIONS))] = "type",
    ) -> dict[str, Any]:
        """Counts, shares and times (seconds) of a period by one dimension, with their total."""
        require("statistics.see")
        language = asked_language(request.headers, centre.settings.language)
        with centre.database.transaction() as transaction:
            rows = figures_by(transaction, area_id, period(since, until), check_dimension(by))
            total = figures_total(transaction, area_id, period(since, until))
        return {
            "by": by,
            "rows": [describe(row, by, language) for row in rows],
            "total": describe(total, "total", language),
        }

    @routes.get("/cases")
    def cases(
        since: Since,
        until: Until,
        measure: Annotated[str, Query(description=", ".join(MEASURES))],
        by: Annotated[str, Query(description=", ".join((*DIMENSIONS, "total")))] = "total",
        key: Annotated[str, Query(max_length=40)] = "",
    ) -> dict[str, Any]:
        """The numbers of the cases behind one figure."""
        scope = require("statistics.see")
        with centre.database.transaction() as transaction:
            return {"cases": cases_of_figure(transaction, area_id, scope, period(since, until), by, key, measure)}

    @routes.get("/export.xlsx", response_class=Response)
    def export(
        request: Request,
        since: Since,
        until: Until,
        by: Annotated[str, Query(description=", ".join(DIMENSIONS))] = "type",
        language: Annotated[
            Literal["zh", "en"] | None, Query(description="else that of the cookie, of Accept-Language, of the centre")
        ] = None,
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
        chosen = language or asked_language(request.headers, centre.settings.language)
        return Response(figures_workbook(rows, total, by, counted, chosen), media_type=XLSX, headers=headers)

    return routes


def describe(row: FigureRow, by: str, language: str) -> dict[str, Any]:
    """A row as JSON: its name, its measures and the shares made of them."""
    return asdict(row) | {
        "name": figure_name(by, row.key, row.name, language),
        "on_time_share": row.on_time_share,
        "handled_share": row.handled_share,
        "rework_share": row.rework_share,
    }
