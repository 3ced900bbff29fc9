"""The table of the four lists, how it is narrowed, and the form for a new entry."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from dispatch.needs.needs import NEED_LISTS, NEED_PHASES, Need
from dispatch.needs.units import Unit
from screens.needs.shown import NeedsShown
from screens.shell.plain import button
from screens.shell.visitor import Visitor


def body(shown: NeedsShown, visitor: Visitor) -> str:
    """Everything below the open entry."""
    return "".join([_lists(shown, visitor), _search(shown, visitor), _enter(shown, visitor), _table(shown, visitor)])


def said(visitor: Visitor, key: str, **words: object) -> str:
    """A text of the page, escaped."""
    return escape(visitor.text(f"needs.{key}", **words))


def unit_name(unit: Unit) -> str:
    """A unit and the village it lies in, escaped."""
    village = unit.village_name if unit.village_name and unit.village_name not in unit.name else ""
    return escape(" · ".join(filter(None, (unit.name, village))))


def unit_choice(units: Iterable[Unit]) -> str:
    """A choice of units."""
    options = "".join(f'<option value="{escape(one.unit_code)}">{unit_name(one)}</option>' for one in units)
    return f'<select name="unit">{options}</select>'


def link(shown: NeedsShown, text: str, *, is_current: bool = False, **changed: str) -> str:
    """A link to this page as it is narrowed, with something of it changed; ``text`` is escaped already."""
    narrowed = shown.narrowed
    asked = {"list": narrowed.list, "state": narrowed.state, "find": narrowed.asked, "case": narrowed.case_no} | changed
    mark = ' aria-current="true"' if is_current else ""
    return f'<a href="/needs?{escape(urlencode({name: one for name, one in asked.items() if one}))}"{mark}>{text}</a>'


def _lists(shown: NeedsShown, visitor: Visitor) -> str:
    links = [
        link(
            shown,
            said(visitor, f"list.{one}" if one else "every_list"),
            is_current=shown.narrowed.list == one,
            list=one or "",
        )
        for one in (None, *NEED_LISTS)
    ]
    return f'<div class="filters need-lists">{"".join(links)}</div>'


def _search(shown: NeedsShown, visitor: Visitor) -> str:
    narrowed = shown.narrowed
    options = "".join(
        f'<option value="{one}"{" selected" if one == (narrowed.state or "") else ""}>'
        f"{said(visitor, f'state.{one}' if one else 'every_state')}</option>"
        for one in ("", *NEED_PHASES)
    )
    kept = f'<input type="hidden" name="list" value="{escape(narrowed.list)}">' if narrowed.list else ""
    field = f'<input name="find" value="{escape(narrowed.asked)}" placeholder="{said(visitor, "find")}">'
    press = f'<button type="submit">{escape(visitor.text("office.find"))}</button>'
    of_case = f"<strong>{said(visitor, 'of_case', case_no=narrowed.case_no)}</strong>" if narrowed.case_no else ""
    count = f"<span>{said(visitor, 'count', n=len(shown.needs))}</span>"
    return f'<form class="filters">{kept}<select name="state">{options}</select>{field}{press}{count}{of_case}</form>'


def _enter(shown: NeedsShown, visitor: Visitor) -> str:
    if not shown.own_units:
        return ""
    lists = "".join(f'<option value="{one}">{said(visitor, f"list.{one}")}</option>' for one in NEED_LISTS)
    fields = (
        f"{unit_choice(shown.own_units)}"
        f'<select name="list">{lists}</select>'
        f'<input name="title" maxlength="80" placeholder="{said(visitor, "title")}">'
        f'<input name="text" class="wide" maxlength="1000" placeholder="{said(visitor, "text")}">'
    )
    press = button(visitor.text("needs.enter"), press="enter")
    return (
        f'<details class="need-enter"><summary>{said(visitor, "enter")}</summary>'
        f'<form class="filters">{fields}{press}</form></details>'
    )


def _table(shown: NeedsShown, visitor: Visitor) -> str:
    if not shown.needs:
        return f'<p class="empty">{said(visitor, "none")}</p>'
    head = "".join(f"<th>{said(visitor, f'head.{one}')}</th>" for one in ("list", "title", "unit", "state", "claims"))
    rows = "".join(_row(one, shown, visitor) for one in shown.needs)
    return f'<table class="needs"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(need: Need, shown: NeedsShown, visitor: Visitor) -> str:
    by = [shown.units[one.unit_code].name for one in need.claims if one.state in ("agreed", "done")]
    offers = visitor.text("needs.offers", n=need.offers) if need.offers else ""
    title = link(shown, escape(need.title), need=str(need.need_id))
    cells = (
        f'<span class="list list-{need.list}">{said(visitor, f"list.{need.list}")}</span>',
        f"{title}<small>{escape(need.told)}</small>",
        unit_name(shown.units[need.unit_code]),
        f'<span class="need-{need.state}">{said(visitor, f"state.{need.state}")}</span>',
        escape(visitor.text("units.list_mark").join(filter(None, (*by, offers)))),
    )
    return f'<tr data-need="{need.need_id}">{"".join(f"<td>{one}</td>" for one in cells)}</tr>'
