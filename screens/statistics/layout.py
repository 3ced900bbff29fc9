"""The statistics' layout: what is counted, the large numbers, table, charts, grid map, the cases behind a number."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from dispatch.figures.clocks import StageShare
from dispatch.figures.returns import ReturnFigures
from dispatch.figures.statistics import FigureRow
from dispatch.figures.whistles import WhistleFigures
from layers import grids
from layers.map import town_map
from layers.style import PRIORITY_COLOURS
from mapdata.areas import Area
from screens.shell import frame
from screens.shell.visitor import Visitor
from screens.statistics import ids, view
from words.figures import department_name, figure_name


def statistics(area: Area, settings: Settings, visitor: Visitor, period: tuple[str, str]) -> html.Div:
    """The whole page."""
    return html.Div(
        [
            frame.title_bar(area, visitor, "statistics"),
            toolbar(visitor, period),
            html.Section(id=ids.CARDS, className="statistics-cards"),
            html.Main(
                [
                    html.Section(id=ids.TABLE, className="statistics-table panel"),
                    html.Section(
                        [_graph(ids.DAYS), _graph(ids.HOURS)],
                        className="statistics-charts panel",
                    ),
                    html.Section(
                        [
                            town_map(
                                area, id=ids.MAP, layers=[grids.grid_layer(ids.GRIDS, interactive=True)], live=False
                            ),
                            html.H2(visitor.text("statistics.map"), className="map-title"),
                        ],
                        className="statistics-map panel",
                    ),
                    html.Section(
                        html.P(visitor.text("statistics.cases.hint"), className="empty"),
                        id=ids.CASES,
                        className="statistics-cases panel",
                    ),
                ]
            ),
            frame.footer(area, settings, visitor),
            dcc.Store(id=ids.CHOSEN),
        ],
        className="statistics",
    )


def _graph(name: str) -> dcc.Graph:
    return dcc.Graph(id=name, config={"displayModeBar": False, "responsive": True}, className="chart")


def toolbar(visitor: Visitor, period: tuple[str, str]) -> html.Section:
    """Period, dimension, export."""
    text_of = visitor.text
    quick = [
        html.Button(text_of(f"statistics.quick.{name}"), id=button, type="button")
        for name, button in (("today", ids.TODAY), ("week", ids.WEEK), ("month", ids.MONTH))
    ]
    choices = [{"value": by, "label": text_of(f"statistics.by.{by}")} for by in view.CHOICES]
    return html.Section(
        [
            *quick,
            html.Label(
                [text_of("statistics.since"), dcc.Input(id=ids.SINCE, value=period[0], maxLength=10, debounce=True)]
            ),
            html.Label(
                [text_of("statistics.until"), dcc.Input(id=ids.UNTIL, value=period[1], maxLength=10, debounce=True)]
            ),
            html.Label(
                [
                    text_of("statistics.by_title"),
                    dcc.RadioItems(choices, "class", id=ids.BY, inline=True, className="by"),
                ]
            ),
            html.Button(text_of("statistics.refresh"), id=ids.REFRESH, type="button"),
            html.A(text_of("statistics.export"), id=ids.EXPORT, href="#", className="button"),
            html.P(id=ids.PROBLEM, className="problem", role="alert"),
        ],
        className="statistics-toolbar",
    )


def card_row(cards: Sequence[view.Card]) -> list[Component]:
    """The large numbers; each that is a count opens its cases."""
    return [_card(card) for card in cards]


def _card(card: view.Card) -> html.Button:
    chosen = {"data-figure": card.measure, "data-by": "total", "data-key": ""} if card.measure else {}
    return html.Button(
        [html.Span(card.name), html.Strong(card.value), html.Small(card.remark)],
        type="button",
        disabled=not card.measure,
        className="card",
        **chosen,
    )


def table(rows: Sequence[FigureRow], total: FigureRow, by: str, visitor: Visitor) -> Component:
    """One line a key, the total first; every count opens its cases."""
    heads = [f"statistics.by.{by}", *(f"statistics.measure.{name}" for name in view.COUNTS)]
    heads += [f"statistics.measure.{name}" for name in ("on_time_share", "arrive_median_s", "handle_median_s")]
    lines = [_line(total, "total", visitor, "total-line"), *(_line(row, by, visitor, "") for row in rows)]
    return html.Table([html.Thead(html.Tr([html.Th(visitor.text(head)) for head in heads])), html.Tbody(lines)])


def tables_below(
    clocks: Sequence[StageShare],
    returns: Sequence[ReturnFigures],
    called: Sequence[WhistleFigures],
    visitor: Visitor,
) -> list[Component]:
    """What stands below the table of figures: the clocks that ended, who returned what, the whistles."""
    return [clock_table(clocks, visitor), return_table(returns, visitor), *whistle_table(called, visitor)]


def clock_table(clocks: Sequence[StageShare], visitor: Visitor) -> Component:
    """The clocks of each step that ended in the period: kept, missed, the share."""
    heads = [visitor.text(f"statistics.clocks.{name}") for name in ("title", "kept", "missed", "share")]
    lines = [
        (visitor.text(f"lifecycle.step.{one.stage}"), str(one.kept), str(one.missed), view.share(one.share))
        for one in clocks
    ]
    return _small_table(heads, lines, "clocks")


def return_table(returns: Sequence[ReturnFigures], visitor: Visitor) -> Component:
    """Who returned what he was to lead, again after another, and whose it was ruled to be; all together last."""
    heads = [visitor.text(f"statistics.returns.{name}") for name in ("title", "returned", "returned_again", "ruled")]
    lines = [
        (
            visitor.text("statistics.returns.all") if one.is_total else _returned_by(one, visitor),
            *(str(count) for count in (one.returned, one.returned_again, one.ruled)),
        )
        for one in returns
    ]
    return _small_table(heads, lines, "clocks returns")


def _returned_by(one: ReturnFigures, visitor: Visitor) -> str:
    if not one.department_code:
        return visitor.text("statistics.returns.no_department")
    return figure_name("department", one.department_code, one.name, visitor.language)


def _small_table(heads: Sequence[str], lines: Sequence[Sequence[str]], css_class: str) -> Component:
    rows = [html.Tr([html.Th(name), *(html.Td(value) for value in values)]) for name, *values in lines]
    return html.Table([html.Thead(html.Tr([html.Th(head) for head in heads])), html.Tbody(rows)], className=css_class)


def whistle_table(called: Sequence[WhistleFigures], visitor: Visitor) -> list[Component]:
    """How those called by the whistles of the period answered, all together first; nothing where none was blown."""
    if not called[-1].blown:
        return []
    names = ("title", *view.WHISTLE_COUNTS, "on_time_share")
    heads = [html.Th(visitor.text(f"statistics.whistles.{name}")) for name in names]
    lines = [_whistle_line(one, visitor) for one in (called[-1], *called[:-1])]
    return [html.Table([html.Thead(html.Tr(heads)), html.Tbody(lines)], className="whistles")]


def _whistle_line(one: WhistleFigures, visitor: Visitor) -> html.Tr:
    name = department_name(one.department_code, one.name, visitor.language)
    counts = [html.Td(str(getattr(one, count))) for count in view.WHISTLE_COUNTS]
    css_class = "" if one.department_code else "total-line"
    return html.Tr([html.Th(name), *counts, html.Td(view.share(one.on_time_share))], className=css_class)


def _line(row: FigureRow, by: str, visitor: Visitor, class_name: str) -> html.Tr:
    language = visitor.language
    name = figure_name(by, row.key, row.name, language)
    counts = [html.Td(_count(row, by, measure)) for measure in view.COUNTS]
    shares = [view.share(row.on_time_share)]
    times = [view.duration(row.arrive_median_s, language), view.duration(row.handle_median_s, language)]
    return html.Tr([html.Th(name), *counts, *(html.Td(value) for value in (*shares, *times))], className=class_name)


def _count(row: FigureRow, by: str, measure: str) -> Component | str:
    value = getattr(row, measure)
    if not value:
        return "0"
    return html.Button(
        str(value),
        type="button",
        className=f"count {measure}",
        **{"data-figure": measure, "data-by": by, "data-key": row.key},
    )


def case_table(lines: Sequence[view.CaseLine], title: str, visitor: Visitor) -> list[Component]:
    """The cases behind a number; each leads to the console and to its replay."""
    return [
        html.H2([title, html.Small(str(len(lines)))]),
        html.Div([_case(line, visitor) for line in lines], className="case-lines"),
    ]


def _case(line: view.CaseLine, visitor: Visitor) -> html.Div:
    return html.Div(
        [
            html.Span(line.priority, className="priority", style={"backgroundColor": PRIORITY_COLOURS[line.priority]}),
            frame.case_link(visitor, line.case_no),
            html.Time(line.at),
            html.Span(line.title, className="case-title"),
            html.Span(line.state, className="case-state"),
            html.Span(line.place, className="case-place"),
            *_replay(line, visitor),
        ],
        className="case-line",
    )


def _replay(line: view.CaseLine, visitor: Visitor) -> list[Component]:
    """The way to the case's replay, for who may read tracks."""
    if "replay" not in frame.open_to(visitor):
        return []
    return [html.A(visitor.text("statistics.cases.replay"), href=f"/replay?case={line.case_no}")]
