"""A plain page: a title, the ways to the other screens, a lead, and a body the server has made. No Dash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from string import Template

from fastapi.responses import HTMLResponse

from screens.shell import files
from screens.shell.frame import open_to
from screens.shell.visitor import Visitor

_PAGE = Template((Path(__file__).parent / "plain.html").read_text(encoding="utf-8"))
_HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def plain_page(
    visitor: Visitor,
    name: str,
    lead: str,
    body: str,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    *,
    status: int = 200,
) -> HTMLResponse:
    """The page of a screen; ``lead`` is text, ``body`` is HTML in which every word is escaped already."""
    scope = visitor.scope
    ways = open_to(visitor)
    links = "".join(f'<a href="/{one}">{escape(visitor.text(f"shell.screen.{one}"))}</a>' for one in ways)
    named = ("shell.css", "office.css", *styles)
    words = {
        "lang": _HTML_LANGUAGES[visitor.language],
        "title": escape(visitor.text(f"shell.screen.{name}")),
        "who": escape(visitor.text(f"shell.role.{scope.role}") if scope else ""),
        "logout": escape(visitor.text("shell.logout")),
        "lead": escape(lead),
        "links": links if len(ways) > 1 else "",
        "styles": "".join(f'<link rel="stylesheet" href="{files.address(one)}">' for one in named),
        "scripts": "".join(f'<script src="{files.address(one)}" defer></script>' for one in scripts),
        "body": body,
    }
    return HTMLResponse(_PAGE.substitute(words), status, headers={"Cache-Control": "no-store"})


def table(visitor: Visitor, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; every word is escaped."""
    return html_table(visitor, heads, ([escape(one) for one in row] for row in rows))


def html_table(visitor: Visitor, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML."""
    head = "".join(f"<th>{escape(visitor.text(f'office.head.{one}'))}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def button(text: str, **data: object) -> str:
    """A button with what its script is told."""
    told = "".join(f' data-{name.replace("_", "-")}="{escape(str(value))}"' for name, value in data.items())
    return f'<button type="button"{told}>{escape(text)}</button>'
