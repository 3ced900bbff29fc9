"""The frame of every screen: title bar, connection, clock, language, log-out; footer with what the map owes."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from base.settings import Settings
from dispatch.access.grants import may
from mapdata.areas import Area
from screens.shell.visitor import Visitor
from words.catalogue import LANGUAGES, text

NAVIGATION: tuple[tuple[str, str], ...] = (
    ("wall", "wall.see"),
    ("console", "console.see"),
    ("desk", "desk.see"),
    ("replay", "track.read"),
    ("statistics", "statistics.see"),
    ("verify", "verify.see"),
    ("whistle", "whistle.see"),
    ("handover", "handover.sign"),
    ("needs", "need.see"),
    ("roster", "roster.plan"),
    ("people", "worker.leave"),
    ("duties", "standing.own"),
    ("notices", "notice.see"),
    ("plans", "plan.change"),
    ("routing", "routing.see"),
    ("accounts", "account.see"),
    ("audit", "audit.see"),
    ("field", "field.see"),
)
"""Screens in the order of the menu, with the grant each needs."""
MOST_IN_SIGHT = 5
"""Screens that stand in the title bar, so that it holds on 1366 pixels; the others are behind 更多."""

SITUATION_SCREENS = frozenset({"wall", "console"})
"""Screens that show the present situation, which can be printed from there."""


def title_bar(area: Area, visitor: Visitor, active: str, extra: Sequence[Component] = ()) -> html.Header:
    """The bar at the top: whose centre this is, the screens, the stream's state, ``extra``, the clock."""
    return html.Header(
        [
            html.Div(
                [
                    html.Img(src="/favicon.ico", className="brand-mark", alt=""),
                    html.H1(visitor.text("shell.brand", area=area.name)),
                ],
                className="brand",
            ),
            navigation(visitor, active),
            html.Div(
                [
                    *extra,
                    *printing(visitor, active),
                    stream_state(visitor),
                    language_switch(visitor),
                    *account(visitor),
                ],
                className="tools",
            ),
            clock(),
        ],
        className="title-bar",
    )


def navigation(visitor: Visitor, active: str) -> html.Nav:
    """The screens this visitor may see, the first in sight, the others behind 更多; nothing when there is only one."""
    names = open_to(visitor)
    links = [_screen_link(visitor, name, active) for name in names]
    seldom = names[MOST_IN_SIGHT:]
    if seldom:
        here = f"shell.screen.{active}" if active in seldom else "shell.more_screens"
        summary = html.Summary(visitor.text(here), className="nav-link active" if active in seldom else "nav-link")
        links[MOST_IN_SIGHT:] = [html.Details([summary, html.Div(links[MOST_IN_SIGHT:])], className="more-screens")]
    return html.Nav(links if len(names) > 1 else [], className="screens-nav")


def _screen_link(visitor: Visitor, name: str, active: str) -> html.A:
    classes = "nav-link active" if name == active else "nav-link"
    return html.A(visitor.text(f"shell.screen.{name}"), href=f"/{name}", className=classes)


def open_to(visitor: Visitor) -> list[str]:
    """The screens this visitor may see, in the order of the menu."""
    scope = visitor.scope
    return [name for name, grant in NAVIGATION if scope is not None and may(scope, grant)]


def case_link(visitor: Visitor, case_no: str, label: str | None = None) -> Component:
    """A case's number as a link to the page on which this visitor may open it; the bare number where there is none."""
    for screen in ("console", "desk"):
        if screen in open_to(visitor):
            return html.A(label or case_no, href=f"/{screen}?case={case_no}")
    return html.Span(label or case_no)


def printing(visitor: Visitor, active: str) -> list[Component]:
    """The way to the present situation as a file to print or send, on the screens that show it."""
    scope = visitor.scope
    if active not in SITUATION_SCREENS or scope is None or not may(scope, "map.print"):
        return []
    return [html.A(visitor.text("shell.print_situation"), href="/print/situation", download="", className="print-link")]


def stream_state(visitor: Visitor) -> html.Span:
    """The lamp of the live stream; ``freshness.js`` puts the class ``not-live`` on the page when it is silent."""
    return html.Span(
        [
            html.I(),
            html.Span(visitor.text("shell.live"), className="when-live"),
            html.Span(visitor.text("shell.not_live"), className="when-not-live"),
        ],
        className="stream-state",
        role="status",
    )


def language_switch(visitor: Visitor) -> html.Div:
    """One button a language, each named in itself."""
    buttons = [
        html.Button(
            text("shell.language_name", language),
            type="button",
            **{"data-language": language, "aria-pressed": "true" if language == visitor.language else "false"},
        )
        for language in LANGUAGES
    ]
    return html.Div(buttons, className="language-switch", role="group")


def account(visitor: Visitor) -> list[Component]:
    """Who is logged in, of which department, and the way out."""
    if visitor.scope is None:
        return []
    role, code = visitor.text(f"shell.role.{visitor.scope.role}"), visitor.scope.department_code
    who = role if code is None else f"{role} · {visitor.text(f'departments.{code}')}"
    return [
        html.Span(who, className="account", title=visitor.scope.account),
        html.Form(
            html.Button(visitor.text("shell.logout"), type="submit", className="logout"),
            action="/logout",
            method="POST",
        ),
    ]


def clock() -> html.Div:
    """The town's time and date; ``clock.js`` fills it in."""
    return html.Div(
        [
            html.Div([html.Span(className="clock-date"), html.Span(className="clock-weekday")], className="clock-day"),
            html.Span(className="clock-time"),
        ],
        id="clock",
        className="clock",
    )


def stale_bar(visitor: Visitor) -> html.Div:
    """The bar that shows since when the picture is not live; it cannot be dismissed."""
    return html.Div(
        html.Span(),
        id="stale-bar",
        className="stale-bar",
        hidden=True,
        role="alert",
        **{"data-since": visitor.text("shell.stale_since"), "data-never": visitor.text("shell.stale_never")},
    )


def sound_notice(visitor: Visitor) -> html.Button:
    """Tells that the browser lets nothing be heard before somebody presses something; ``alarm.js`` shows it."""
    return html.Button(
        visitor.text("shell.sound_blocked"), id="sound-blocked", type="button", className="sound-blocked", hidden=True
    )


def demo_banner(area: Area, settings: Settings, visitor: Visitor) -> list[Component]:
    """Says that the data are invented, and how fast the simulated shift runs."""
    parts = [visitor.text("shell.demo")] if area.is_demo else []
    if settings.shift:
        parts.append(visitor.text("shell.simulated", speed=settings.shift))
    return [html.Div(" · ".join(parts), className="demo-banner")] if parts else []


def footer(area: Area, settings: Settings, visitor: Visitor) -> html.Footer:
    """What the map owes: where its data come from and, where there is one, its approval number."""
    approval = area.map_approval_no or settings.map_approval_no
    owed = [html.Span(visitor.text("shell.attribution", source=area.attribution), className="attribution")]
    if approval:
        owed.append(html.Span(visitor.text("shell.approval", number=approval), className="approval"))
    return html.Footer(
        [*demo_banner(area, settings, visitor), html.Div(owed, className="owed")], className="page-footer"
    )
