"""The roster as a table: posts and grids down; across, the shifts of a day or the days of a week. Gaps in red words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from html import escape
from urllib.parse import urlencode

from dispatch.access.grants import may
from dispatch.roster.coverage import Gap
from dispatch.roster.lines import ShownLine
from dispatch.roster.shifts import POSTS, Post
from dispatch.roster.swaps import ShownSwap
from screens.roster.reads import RosterShown
from screens.shell.plain import button
from screens.shell.swaps import swap_text
from screens.shell.visitor import Visitor

Place = tuple[Post, str | None]
"""A post, and its grid where it has one."""
Column = tuple[date, str]
"""A day and a shift."""


def body(shown: RosterShown, visitor: Visitor, *, only_gaps: bool) -> str:
    """Everything below the lead."""
    may_change = visitor.scope is not None and may(visitor.scope, "roster.change")
    parts = [_tools(shown, visitor, only_gaps=only_gaps, may_change=may_change), _counts(shown, visitor)]
    parts.append(f'<p class="problem" role="alert" data-refused="{escape(visitor.text("roster.refused"))}"></p>')
    parts += [_form(shown, visitor)] if may_change else []
    parts += [_swaps(shown, visitor, may_change=may_change), _table(shown, visitor, only_gaps, may_change)]
    return "".join(parts)


def _link(shown: RosterShown, text: str, *, current: bool = False, **changed: object) -> str:
    asked = {"day": shown.first.isoformat(), "view": "day" if shown.days == 1 else "week", "shift": shown.shift}
    mark = ' aria-current="true"' if current else ""
    return f'<a href="/roster?{escape(urlencode(asked | changed))}"{mark}>{escape(text)}</a>'


def _tools(shown: RosterShown, visitor: Visitor, *, only_gaps: bool, may_change: bool) -> str:
    step = timedelta(days=shown.days)
    is_week = shown.days > 1
    links = [
        _link(shown, visitor.text("roster.earlier"), day=(shown.first - step).isoformat()),
        f"<strong>{escape(_period(shown, visitor))}</strong>",
        _link(shown, visitor.text("roster.later"), day=(shown.first + step).isoformat()),
        _link(shown, visitor.text("roster.today"), day=shown.today.isoformat()),
        _link(shown, visitor.text("roster.day"), current=not is_week, view="day"),
        _link(shown, visitor.text("roster.week"), current=is_week, view="week"),
        _link(shown, visitor.text("roster.only_gaps"), current=only_gaps, gaps="" if only_gaps else "1"),
    ]
    if is_week:
        names = [(one.shift, one.name(visitor.language)) for one in shown.shifts.values()]
        links += [_link(shown, name, current=code == shown.shift, shift=code) for code, name in names]
    links.append(f'<a href="/duties">{escape(visitor.text("roster.duties"))}</a>')
    if may_change and shown.monday + timedelta(days=6) >= shown.today:
        links.append(button(visitor.text("roster.copy"), copy=shown.monday.isoformat()))
    return f'<div class="filters">{"".join(links)}</div>'


def _period(shown: RosterShown, visitor: Visitor) -> str:
    last = shown.first + timedelta(days=shown.days - 1)
    first = f"{shown.first.isoformat()} {visitor.text(f'roster.weekday.{shown.first.isoweekday()}')}"
    return first if shown.days == 1 else f"{first} – {last.isoformat()}"


def _counts(shown: RosterShown, visitor: Visitor) -> str:
    found = sum(one.needed - one.there for one in shown.gaps)
    key = "roster.missing" if found else "roster.covered"
    of_shift: dict[str, int] = defaultdict(int)
    for one in shown.gaps:
        of_shift[one.shift] += one.needed - one.there
    each = [
        visitor.text("roster.missing_of", shift=shown.shifts[code].name(visitor.language), n=n)
        for code, n in of_shift.items()
    ]
    told = visitor.text(key, n=found, each=visitor.text("units.clause_mark").join(each))
    return f'<p class="{"gap" if found else "covered"}" role="status">{escape(told)}</p>'


def _columns(shown: RosterShown) -> list[Column]:
    if shown.days == 1:
        return [(shown.first, code) for code in shown.shifts]
    return [(shown.first + timedelta(days=n), shown.shift) for n in range(shown.days)]


def _head(column: Column, shown: RosterShown, visitor: Visitor) -> str:
    day, code = column
    if shown.days > 1:
        return f"{visitor.text(f'roster.weekday.{day.isoweekday()}')} {day.month}-{day.day:02}"
    shift = shown.shifts[code]
    next_day = visitor.text("roster.next_day") if shift.ends <= shift.begins else ""
    return f"{shift.name(visitor.language)} {shift.begins:%H:%M}–{next_day}{shift.ends:%H:%M}"


def _table(shown: RosterShown, visitor: Visitor, only_gaps: bool, may_change: bool) -> str:
    columns = _columns(shown)
    lines: dict[tuple[Place, Column], list[ShownLine]] = defaultdict(list)
    for line in shown.lines:
        lines[(line.post, line.grid_code), (line.on_day, line.shift)].append(line)
    missing = {((one.post, one.grid_code), (one.on_day, one.shift)): one for one in shown.gaps}
    places: list[Place] = [(post, None) for post in reversed(POSTS[1:])] + [("grid", code) for code in shown.grids]
    rows = []
    for place in places:
        if only_gaps and not any((place, column) in missing for column in columns):
            continue
        cells = "".join(
            _cell(place, column, lines[place, column], missing.get((place, column)), shown, visitor, may_change)
            for column in columns
        )
        rows.append(f'<tr><th scope="row">{escape(_place_name(place, shown, visitor))}</th>{cells}</tr>')
    heads = "".join(f"<th>{escape(_head(one, shown, visitor))}</th>" for one in columns)
    corner = escape(visitor.text("roster.place"))
    return (
        f'<table class="roster"><thead><tr><th>{corner}</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def _place_name(place: Place, shown: RosterShown, visitor: Visitor) -> str:
    post, grid = place
    return visitor.text(f"roster.post.{post}") if grid is None else shown.grids[grid]


def _cell(
    place: Place, column: Column, lines: Iterable[ShownLine], gap: Gap | None, shown: RosterShown, visitor: Visitor,
    may_change: bool,
) -> str:  # fmt: skip
    day, shift = column
    is_open = may_change and day >= shown.today
    parts = [_name(line, shown, visitor, is_open=is_open) for line in lines]
    if gap is not None:
        parts.append(f'<span class="gap">{escape(visitor.text("roster.lacks", n=gap.needed - gap.there))}</span>')
    if is_open:
        post, grid = place
        where = f"{_place_name(place, shown, visitor)} {_head(column, shown, visitor)}"
        parts.append(button("+", put=post, grid=grid or "", day=day, shift=shift, where=where))
    return f"<td>{' '.join(parts)}</td>"


def _name(line: ShownLine, shown: RosterShown, visitor: Visitor, *, is_open: bool) -> str:
    """Who it is; for whom somebody stands in; of the shift that runs now whether on duty."""
    mark = f"({visitor.text('roster.stands_in')})" if line.instead_of else ""
    shift = shown.shifts.get(line.shift)
    state = ""
    if shift is not None and shift.day_at(shown.at) == line.on_day:
        state = "on" if line.on_duty else "off"
        mark += f" {visitor.text(f'roster.duty_{state}')}"
    text = f"{line.name}{mark}"
    if is_open:
        return button(text, line=line.worker_id, day=line.on_day, shift=line.shift, where=line.name, duty=state)
    return f'<span class="who" data-duty="{state}">{escape(text)}</span>'


def _form(shown: RosterShown, visitor: Visitor) -> str:
    """Whom to put in: the page's script fills in where, and shows it."""
    people = "".join(
        f'<option value="{one.worker_id}">{escape(one.name)} · {escape(visitor.text(f"lifecycle.role.{one.role}"))}'
        f"{escape(' · ' + shown.grids[one.grid_code]) if one.grid_code in shown.grids else ''}</option>"
        for one in shown.people
    )
    buttons = "".join(
        button(visitor.text(f"roster.press.{name}"), press=name) for name in ("put", "stand_in", "take_off", "leave")
    )
    choice = f'<select name="worker">{people}</select>'
    return f'<form class="filters roster-form" hidden><strong></strong>{choice}{buttons}</form>'


def _swaps(shown: RosterShown, visitor: Visitor, *, may_change: bool) -> str:
    rows = "".join(_swap(one, shown, visitor, may_change=may_change) for one in shown.swaps)
    return f"<section><h2>{escape(visitor.text('roster.swaps'))}</h2><ul>{rows}</ul></section>" if rows else ""


def _swap(swap: ShownSwap, shown: RosterShown, visitor: Visitor, *, may_change: bool) -> str:
    told = swap_text(swap, shown.shifts, visitor)
    state = visitor.text("roster.agreed" if swap.agreed_at else "roster.not_agreed")
    presses = [name for name in ("confirm", "refuse") if may_change and (swap.agreed_at or name == "refuse")]
    buttons = "".join(button(visitor.text(f"roster.press.{name}"), swap=swap.swap_id, answer=name) for name in presses)
    return f"<li>{escape(told)} <em>{escape(state)}</em> {buttons}</li>"
