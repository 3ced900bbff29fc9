"""What the statistics' buttons do."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from typing_extensions import TypedDict

from base.errors import Fault
from dispatch.cases.incidents import read_case
from dispatch.cases.looks import shown
from dispatch.centre import Centre
from dispatch.figures.clocks import StageShare, shares_kept
from dispatch.figures.returns import ReturnFigures, returns_by_department
from dispatch.figures.statistics import FigureRow, Period, cases_of_figure, check_dimension, figures_by, figures_total
from dispatch.figures.whistles import WhistleFigures, whistles_by_department
from layers.grids import grid_data
from mapdata.grids import list_grids
from screens.shell.town_features import grid_features
from screens.shell.visitor import Visitor
from screens.statistics import charts, ids, layout, view
from words.faults import fault_text

SHOWN_CASES = 200
"""Cases listed at most; the spreadsheet and the API have them all."""

Counted = dict[str, list[FigureRow]]


class Chosen(TypedDict):
    """The figure whose cases are asked for."""

    measure: str
    by: str
    key: str


class GridProperties(TypedDict):
    """What a grid on the map says of itself."""

    code: str


class GridPressed(TypedDict):
    """A press on a grid of the map."""

    properties: GridProperties


class Bar(TypedDict):
    """What a bar of a chart stands for: measure, dimension, key."""

    customdata: list[str]


class BarPressed(TypedDict):
    """A press on a bar of a chart."""

    points: list[Bar]


def count(
    centre: Centre, period: Period, by: str
) -> tuple[FigureRow, Counted, tuple[list[StageShare], list[ReturnFigures], list[WhistleFigures]]]:
    """The total, the rows by the dimension asked, by day, hour and grid, clocks, returns, whistles; read together."""
    area_id = centre.area.area_id
    with centre.database.transaction() as transaction:
        total = figures_total(transaction, area_id, period)
        dimensions = {"asked": by, "day": "day", "hour": "hour", "grid": "grid"}
        rows = {
            name: figures_by(transaction, area_id, period, check_dimension(dimension))
            for name, dimension in dimensions.items()
        }
        clocks = shares_kept(transaction, area_id, period)
        returns = returns_by_department(transaction, area_id, period)
        return total, rows, (clocks, returns, whistles_by_department(transaction, area_id, period))


def grid_map(centre: Centre, rows: list[FigureRow]) -> dict[str, Any]:
    """The grids coloured by what was reported in them."""
    with centre.database.transaction() as transaction:
        shapes = list_grids(transaction, centre.area.area_id)
    return grid_data(grid_features(shapes, {row.key: row.reported for row in rows}))


def register(app: Dash, centre: Centre) -> None:
    """Add the callbacks."""

    @app.callback(
        Output(ids.SINCE, "value"), Output(ids.UNTIL, "value"),
        Input(ids.TODAY, "n_clicks"), Input(ids.WEEK, "n_clicks"), Input(ids.MONTH, "n_clicks"),
        prevent_initial_call=True,
    )  # fmt: skip
    def quick(_visitor: Visitor, *_clicks: int | None) -> tuple[str, str]:
        now = centre.clock()
        choices = {ids.TODAY: lambda: view.last_days(now, 1), ids.WEEK: lambda: view.last_days(now, 7)}
        return choices.get(str(ctx.triggered_id), lambda: view.this_month(now))()

    @app.callback(
        Output(ids.CARDS, "children"), Output(ids.TABLE, "children"), Output(ids.DAYS, "figure"),
        Output(ids.HOURS, "figure"), Output(ids.GRIDS, "data"), Output(ids.EXPORT, "href"),
        Output(ids.PROBLEM, "children"),
        Input(ids.SINCE, "value"), Input(ids.UNTIL, "value"), Input(ids.BY, "value"), Input(ids.REFRESH, "n_clicks"),
    )  # fmt: skip
    def show(visitor: Visitor, since: str | None, until: str | None, by: str, _clicks: int | None) -> Any:
        visitor.granted("statistics.see")
        try:
            period = view.read_period(since, until, centre.clock())
            total, rows, below = count(centre, period, by)
        except Fault as fault:
            return *[no_update] * 6, fault_text(fault, visitor.language)
        return (
            layout.card_row(view.cards(total, visitor.language)),
            [layout.table(rows["asked"], total, by, visitor), *layout.tables_below(*below, visitor)],
            charts.days_chart(rows["day"], view.days_of(period), visitor.language),
            charts.hours_chart(rows["hour"], visitor.language),
            grid_map(centre, rows["grid"]),
            view.export_address(period, by, visitor.language),
            "",
        )

    @app.callback(
        Output(ids.CHOSEN, "data"), Input(ids.GRIDS, "clickData"), Input(ids.DAYS, "clickData"),
        Input(ids.HOURS, "clickData"), prevent_initial_call=True,
    )  # fmt: skip
    def choose(visitor: Visitor, grid: GridPressed | None, day: BarPressed | None, hour: BarPressed | None) -> Any:
        visitor.granted("statistics.see")
        bar = {ids.DAYS: day, ids.HOURS: hour}.get(str(ctx.triggered_id))
        if bar:
            return dict(zip(("measure", "by", "key"), bar["points"][0]["customdata"], strict=True))
        return {"measure": "reported", "by": "grid", "key": grid["properties"]["code"]} if grid else no_update

    @app.callback(
        Output(ids.CASES, "children"), Input(ids.CHOSEN, "data"), State(ids.SINCE, "value"), State(ids.UNTIL, "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    def open_cases(visitor: Visitor, chosen: Chosen | None, since: str | None, until: str | None) -> Any:
        scope = visitor.granted("statistics.see")
        if not chosen:
            return no_update
        area_id, period = centre.area.area_id, view.read_period(since, until, centre.clock())
        with centre.database.transaction() as transaction:
            numbers = cases_of_figure(
                transaction, area_id, scope, period, chosen["by"], chosen["key"], chosen["measure"]
            )
            found = [read_case(transaction, area_id, number, scope) for number in numbers[:SHOWN_CASES]]
            cases = [shown(case, scope, is_opened=False) for case in found]
        title = visitor.text(f"statistics.measure.{chosen['measure']}")
        return layout.case_table(view.case_lines(cases, visitor.language), title, visitor)
