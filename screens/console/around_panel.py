"""The dock below the map: 人地事物情 within reach, five groups side by side."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from screens.console import ids
from screens.console.around import AroundGroup, AroundRow
from words.catalogue import text
from words.units import distance_text

RADII_M = (300, 500, 1000, 2000)
FIRST_RADIUS_M = 500


def around_panel(language: str) -> html.Section:
    """The dock, empty; a callback fills the groups."""
    options = [{"value": radius_m, "label": distance_text(radius_m, language)} for radius_m in RADII_M]
    return html.Section(
        [
            html.Header(
                [
                    html.H3(text("console.around.title", language)),
                    dcc.Input(
                        id=ids.AROUND_REASON, type="text", debounce=True, maxLength=200, autoComplete="off", value="",
                        placeholder=text("console.around.reason", language),
                    ),
                    html.Span(text("console.around.radius", language)),
                    dcc.RadioItems(id=ids.AROUND_RADIUS, options=options, value=FIRST_RADIUS_M, inline=True,
                                   className="radii"),
                ]
            ),
            html.Div(id=ids.AROUND_GROUPS, className="around-groups"),
        ],
        className="console-around",
    )  # fmt: skip


def group_columns(groups: Sequence[AroundGroup], language: str) -> list[Component]:
    """One column a group."""
    return [_column(group, language) for group in groups]


def _column(group: AroundGroup, language: str) -> html.Div:
    title = html.H4([html.Span(group.sign, className=f"sign {group.code}"), group.title, html.B(str(group.count))])
    rows: list[Component] = [_row(row, language) for row in group.rows]
    empty = html.P(text("console.around.none", language), className="quiet-line")
    return html.Div([title, html.Ul(rows) if rows else empty], className=f"around-group {group.code}")


def _row(row: AroundRow, language: str) -> html.Li:
    name = _case_name(row, language) if row.case_no else [html.Span(row.name, className="around-name")]
    head = html.Div([*name, html.Span(row.distance, className="metres")])
    data = {} if row.lon is None else {"data-at": f"{row.lon},{row.lat}", "data-kind": row.mark}
    data |= {"data-case": row.case_no} if row.case_no else {}
    under = [html.Small(row.under, title=row.under)] if row.under else []
    return html.Li([head, *under], className=row.tone, **data)


def _case_name(row: AroundRow, language: str) -> list[Component]:
    """An event opens when it is pressed; a button of its own points at it on the map, as a press on other rows does."""
    opens, points = text("console.around.open", language), text("console.around.point", language)
    return [
        html.Button(row.name, type="button", className="around-name", title=opens),
        html.Button("◎", type="button", className="around-point", title=points, **{"data-point": row.case_no}),
    ]
