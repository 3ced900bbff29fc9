"""What is due: a table of grids and duties, or one grid's duties with each spot and a button for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dispatch.access.grants import may
from dispatch.roster.lines import ShownLine
from dispatch.roster.shifts import Shift
from dispatch.roster.swaps import ShownSwap
from dispatch.standing.due import GridDuty, Spot, behind
from dispatch.standing.duties import StandingDuty
from screens.shell.plain import button
from screens.shell.swaps import swap_text
from screens.shell.visitor import Visitor

_FEW = 12
"""A duty with so many spots or fewer is opened at once, when something of it is left."""


@dataclass(frozen=True)
class DutiesShown:
    """The duties, how each stands per grid; of the grid that is open its spots; one's own shifts of the next days."""

    duties: Sequence[StandingDuty]
    grids: Sequence[GridDuty]
    grid: str
    spots: Sequence[Spot]
    own_lines: Sequence[ShownLine]
    shifts: Mapping[str, Shift]
    names: Mapping[str, str]
    swaps: Sequence[ShownSwap] = ()


def body(shown: DutiesShown, visitor: Visitor) -> str:
    """Everything below the lead."""
    parts = [f'<p class="problem" role="alert" data-refused="{escape(visitor.text("roster.refused"))}"></p>']
    if shown.own_lines or shown.swaps:
        parts += [_own_shifts(shown, visitor), _swaps(shown, visitor)]
    parts.append(_one_grid(shown, visitor) if shown.grid else _all_grids(shown, visitor))
    return "".join(parts)


def _own_shifts(shown: DutiesShown, visitor: Visitor) -> str:
    told = visitor.text("duties.own_shifts", n=visitor.scope.worker_id if visitor.scope else "")
    rows = "".join(f"<li>{escape(_own_shift(line, shown, visitor))}</li>" for line in shown.own_lines)
    return f"<section><h2>{escape(told)}</h2><ul>{rows}</ul></section>"


def _swaps(shown: DutiesShown, visitor: Visitor) -> str:
    """What one is asked to change or has asked; below it the form that asks a colleague, by his number."""
    scope = visitor.scope
    rows = ""
    for swap in shown.swaps:
        is_asked = scope is not None and swap.other_id == scope.worker_id and swap.agreed_at is None
        presses = ("agree", "refuse") if is_asked else ("refuse",)
        state = visitor.text("roster.agreed" if swap.agreed_at else "roster.not_agreed")
        buttons = "".join(button(visitor.text(f"roster.press.{one}"), swap=swap.swap_id, answer=one) for one in presses)
        rows += f"<li>{escape(swap_text(swap, shown.shifts, visitor))} <em>{escape(state)}</em> {buttons}</li>"
    own = "".join(
        f'<option value="{line.on_day} {line.shift}">{escape(_own_shift(line, shown, visitor))}</option>'
        for line in shown.own_lines
    )
    shifts = "".join(
        f'<option value="{one.shift}">{escape(one.name(visitor.language))}</option>' for one in shown.shifts.values()
    )
    worker = scope.worker_id if scope else ""
    hint = escape(visitor.text("duties.colleague"))
    return (
        f"<details><summary>{escape(visitor.text('roster.swaps'))} · {len(shown.swaps)}</summary><ul>{rows}</ul>"
        f'<form class="filters swap-form" data-worker="{worker}"><select name="own">{own}</select>'
        f'<label>⇄ <input name="other" inputmode="numeric" placeholder="{hint}"></label>'
        f'<input name="day" type="date"><select name="shift">{shifts}</select>'
        f"{button(visitor.text('duties.ask_swap'), ask=1)}</form></details>"
    )


def _own_shift(line: ShownLine, shown: DutiesShown, visitor: Visitor) -> str:
    shift = shown.shifts.get(line.shift)
    hours = f"{shift.begins:%H:%M}–{shift.ends:%H:%M}" if shift else ""
    place = shown.names.get(line.grid_code or "") or visitor.text(f"roster.post.{line.post}")
    weekday = visitor.text(f"roster.weekday.{line.on_day.isoweekday()}")
    return f"{line.on_day:%m-%d} {weekday} {shift.name(visitor.language) if shift else line.shift} {hours} {place}"


def _all_grids(shown: DutiesShown, visitor: Visitor) -> str:
    found = behind(shown.grids)
    told = visitor.text("duties.behind" if found else "duties.all_done", n=found)
    heads = "".join(f"<th>{escape(one.name(visitor.language))}</th>" for one in shown.duties)
    by_grid: dict[str, dict[str, GridDuty]] = {}
    for one in shown.grids:
        by_grid.setdefault(one.grid_code, {})[one.code] = one
    rows = "".join(
        f'<tr><th scope="row"><a href="/duties?grid={code}">{escape(shown.names.get(code, code))}</a></th>'
        + "".join(_counts(found_here.get(duty.code), visitor) for duty in shown.duties)
        + "</tr>"
        for code, found_here in by_grid.items()
    )
    corner = escape(visitor.text("roster.place"))
    return (
        f'<p class="{"gap" if found else "covered"}" role="status">{escape(told)}</p>'
        f'<table class="roster"><thead><tr><th>{corner}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _counts(found: GridDuty | None, visitor: Visitor) -> str:
    if found is None:
        return "<td>—</td>"
    late = escape(visitor.text("duties.late", n=found.overdue))
    gap = f' <span class="gap">{late}</span>' if found.overdue else ""
    return f"<td>{found.done}/{found.spots}{gap}</td>"


def _one_grid(shown: DutiesShown, visitor: Visitor) -> str:
    may_mark = visitor.scope is not None and may(visitor.scope, "standing.done")
    name = escape(shown.names.get(shown.grid, shown.grid))
    parts = [f"<h2>{name}</h2>"]
    for duty in shown.duties:
        spots = [one for one in shown.spots if one.code == duty.code]
        parts.append(_duty(duty, spots, shown.grid, visitor, may_mark=may_mark))
    return "".join(parts)


def _duty(duty: StandingDuty, spots: Sequence[Spot], grid: str, visitor: Visitor, *, may_mark: bool) -> str:
    done = sum(one.state == "done" for one in spots)
    is_open = " open" if done < len(spots) <= _FEW else ""
    every = visitor.text(f"duties.every.{duty.every}")
    rows = "".join(_spot(one, grid, visitor, may_mark=may_mark) for one in spots)
    return (
        f"<details{is_open}><summary>{escape(duty.name(visitor.language))} · {escape(every)} · "
        f"{done}/{len(spots)}</summary>"
        f'<p>{escape(duty.todo(visitor.language))}</p><ul class="spots">{rows}</ul></details>'
    )


def _spot(spot: Spot, grid: str, visitor: Visitor, *, may_mark: bool) -> str:
    last = visitor.text("duties.last", day=spot.last_done) if spot.last_done else ""
    due = "" if spot.state == "done" else visitor.text("duties.due_by", day=spot.due_by)
    is_left = may_mark and spot.state != "done"
    mark = button(visitor.text("duties.mark"), grid=grid, code=spot.code, spot=spot.spot_id) if is_left else ""
    return (
        f'<li><span>{escape(spot.spot_name)}</span><span class="state-{spot.state}">'
        f"{escape(visitor.text(f'duties.state.{spot.state}'))}</span>"
        f"<small>{escape(last)} {escape(due)}</small>{mark}</li>"
    )
