"""A hand-over on paper: one HTML file that needs no network, as it was signed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from uuid import UUID

from fastapi import FastAPI, Response

from dispatch.centre import Centre
from mapdata.areas import Area
from screens.handover.reads import HandoverReads
from screens.handover.view import LineRow, Opened, opened_view
from screens.shell.page import HTML_LANGUAGES
from screens.shell.visitor import Visiting, Visitor

_PAGE = Template((Path(__file__).parent / "printed.html").read_text(encoding="utf-8"))


def register(server: FastAPI, centre: Centre, reads: HandoverReads) -> None:
    """Add ``/print/handover/{handover}``."""

    @server.get("/print/handover/{handover}", include_in_schema=False)
    def printed(handover: UUID, visitor: Visiting) -> Response:
        found = reads.printed(visitor, handover)
        page = printed_sheet(opened_view(found, "", centre.area.name, visitor.language), centre.area, visitor)
        name = f"handover-{found.opened_at:%Y%m%d-%H%M}.html"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)


def printed_sheet(view: Opened, area: Area, visitor: Visitor) -> str:
    """The sheet as one HTML file; every word is escaped."""
    parts = [(part.title, _rows(part.rows) + _crowd(part.crowd)) for part in view.parts]
    remarks = "".join(f"<p>{escape(one.by)} {escape(one.words)}</p>" for one in view.remarks)
    beside = [
        (visitor.text("handover.words"), f"<p>{escape(view.words)}</p>" if view.words else ""),
        (view.changed, _rows(view.changes)),
        (visitor.text("handover.remarks"), remarks),
    ]
    nothing = f"<p>{escape(visitor.text('handover.none'))}</p>"
    sections = [*((title, inside or nothing) for title, inside in parts), *(one for one in beside if one[1])]
    return _PAGE.substitute(
        lang=HTML_LANGUAGES[visitor.language],
        title=escape(visitor.text("handover.printed", area=area.name)),
        subtitle=escape(f"{view.state_words} · {view.begun} · {view.gathered}"),
        parts="".join(f"<h2>{escape(title)}</h2>{inside}" for title, inside in sections),
        signatures="".join(f"<div>{escape(one.label)} {escape(one.text)}</div>" for one in view.signatures),
        notes=escape(visitor.text("shell.demo") if area.is_demo else ""),
    )


def _rows(rows: Sequence[LineRow]) -> str:
    return f"<table>{''.join(_row(row) for row in rows)}</table>" if rows else ""


def _crowd(rows: Sequence[LineRow]) -> str:
    items = "".join(f"<li>{escape(row.text)} <small>{escape(row.at)}</small></li>" for row in rows)
    return f"<ul>{items}</ul>" if rows else ""


def _row(row: LineRow) -> str:
    cells = (f"{row.priority} {row.case_no}".strip(), f"{row.kind_words} {row.text}".strip(), row.at)
    css_class = ' class="late"' if row.is_late else ""
    return f"<tr{css_class}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
