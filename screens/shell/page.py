"""The page around a screen: one Dash app each, in the visitor's language, loading only what it needs."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import dash
from dash import html
from dash.development.base_component import Component
from fastapi import FastAPI
from psycopg import DataError

from base.errors import Fault
from screens.shell import files
from screens.shell.values import NotSentByAPage, only_genuine
from screens.shell.visitor import NOBODY, Visitor, visitor_of_state
from words.catalogue import text
from words.faults import fault_texts
from words.units import unit_texts

_log = logging.getLogger(__name__)

HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}

_SCRIPT = re.compile(r"<script src=\"[^\"]*/_dash-component-suites/(?P<package>[^/\"]+)/[^\"]*\"></script>\n?")
_ALWAYS = frozenset({"dash", "dash_leaflet"})


@dataclass(frozen=True)
class Page:
    """A screen's page: ``name`` is its path and CSS class, ``title`` the key of its title.

    ``packages`` are the component packages it uses besides Dash's own and dash-leaflet; the script of any other
    package that happens to be imported is left out. ``scripts`` and ``styles`` are files of its own. ``failure`` is the
    part of the page that tells what a callback failed of.
    """

    name: str
    title: str
    packages: frozenset[str] = frozenset()
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    failure: str = ""


class Screen(dash.Dash):  # type: ignore[misc]
    """A Dash app whose page speaks the visitor's language and loads our browser modules after Leaflet."""

    def __init__(self, page: Page, **options: Any) -> None:
        self.page = page
        super().__init__(on_error=self.show_failure, **options)

    def callback(self, *parts: Any, **options: Any) -> Callable[[Callable[..., Any]], Any]:
        """As Dash's own, but the function is handed the visitor first, and values of the types it names only."""
        register = super().callback(*parts, **options)
        return lambda function: register(only_genuine(function, self.visitor))

    def visitor(self) -> Visitor:
        """For whom the screen answers now; nobody while it is made.

        Dash hands no request to what it calls, but keeps it beside. It is asked for here and nowhere else.
        """
        if not self.backend.has_request_context():
            return NOBODY
        return visitor_of_state(self.backend.request_adapter().context)

    def show_failure(self, failure: Exception) -> None:
        """Show what a callback failed of; what nobody foresaw goes to the log with its trace.

        What no page of ours sends is answered 400 (``api/security/errors.py``): there is nobody to show it to.
        """
        if isinstance(failure, NotSentByAPage | DataError):
            raise failure
        language = self.visitor().language
        if isinstance(failure, Fault):
            lines = fault_texts(failure, language)
            words = " ".join(lines[1:] or lines)
        else:
            _log.error("a callback of %s failed", self.page.name, exc_info=failure)
            words = text("shell.failed", language)
        if self.page.failure:
            dash.set_props(self.page.failure, {"children": html.Span(words, className="fault", role="alert")})

    def _town_of(self, visitor: Visitor) -> str:
        """Where a process serves several towns: the one under which a browser keeps what it keeps for this page."""
        towns = getattr(self.server.state, "towns", ())
        if visitor.scope is None or len(towns) < 2:
            return ""
        return f' data-town="{visitor.scope.area_id}"'

    def interpolate_index(self, **parts: str) -> str:
        """The HTML around the app."""
        visitor = self.visitor()
        own_styles = "".join(
            f'<link rel="stylesheet" href="{files.address(name)}">' for name in (*files.STYLES, *self.page.styles)
        )
        own_scripts = "".join(
            f'<script src="{files.address(name)}"></script>'
            for name in (*files.LIBRARIES, *files.MODULES, *self.page.scripts)
        )
        waiting = escape(visitor.text("shell.loading"))
        return (
            f'<!DOCTYPE html><html lang="{HTML_LANGUAGES[visitor.language]}" class="screen-{self.page.name}" '
            f'data-units="{escape(unit_texts(visitor.language))}"{self._town_of(visitor)}><head>'
            f"{parts['metas']}<title>{escape(visitor.text(self.page.title))}</title>"
            f'<link rel="icon" href="/favicon.ico">'
            f"{parts['css']}{own_styles}</head><body>"
            f'<div id="react-entry-point"><div class="page-loading">{waiting}</div></div>'
            f"<footer>{parts['config']}{needed(parts['scripts'], self.page.packages)}{own_scripts}"
            f"{parts['renderer']}</footer></body></html>"
        )


def needed(scripts: str, packages: frozenset[str]) -> str:
    """The script tags without those of component packages the page does not use."""

    def keep(tag: re.Match[str]) -> str:
        return tag[0] if tag["package"] in packages | _ALWAYS else ""

    return _SCRIPT.sub(keep, scripts)


def screen_app(server: FastAPI, page: Page, layout: Callable[[Visitor], Component], **options: Any) -> Screen:
    """A screen's Dash app on the common server, at ``/<name>/``.

    Parameters
    ----------
    layout
        called for each request with its visitor, and once at the start for nobody, to check the callbacks against it.
    options
        further options of ``dash.Dash``.
    """
    app = Screen(
        page,
        name=f"screens.{page.name}",
        server=server,
        url_base_pathname=f"/{page.name}/",
        update_title=None,
        assets_folder="none",
        serve_locally=True,
        **options,
    )
    app.backend._setup_catchall = lambda: None
    app.layout = lambda: layout(app.visitor())
    return app
