"""The page of the people: who left and that nothing is still addressed to him; what goes over; everybody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dispatch.cases.incidents import Case
from dispatch.people.people import Handover, Person
from screens.shell.plain import button
from screens.shell.visitor import Visitor
from words.names import type_name
from words.units import day_and_time


@dataclass(frozen=True)
class PeopleShown:
    """Who was asked for, who left, what is still addressed to those who left, and the one who is open."""

    find: str
    people: Sequence[Person]
    left: Sequence[Person]
    addressed: Mapping[int, Mapping[str, int]]
    open: Handover | None


def body(shown: PeopleShown, visitor: Visitor) -> str:
    """Everything below the lead."""
    parts = [f'<p class="problem" role="alert" data-refused="{escape(visitor.text("people.refused"))}"></p>']
    parts += [_handover(shown.open, visitor)] if shown.open else []
    parts += [_left(shown, visitor), _search(shown, visitor), _people(shown.people, visitor)]
    return "".join(parts)


def _said(visitor: Visitor, key: str, **words: object) -> str:
    return escape(visitor.text(f"people.{key}", **words))


def _kinds(addressed: Mapping[str, int], visitor: Visitor) -> str:
    kinds = [
        visitor.text("people.how_many", kind=visitor.text(f"people.kind.{one}"), n=n) for one, n in addressed.items()
    ]
    return escape(visitor.text("units.list_mark").join(kinds))


def _place(person: Person) -> str:
    return escape(person.grid_name or person.department_name or "")


def _name(person: Person, visitor: Visitor) -> str:
    return escape(f"{person.worker_id} {person.name} · {visitor.text(f'lifecycle.role.{person.role}')}")


def _handover(shown: Handover, visitor: Visitor) -> str:
    """Of who is here what goes over and to whom; of who left that nothing is left, and the way back."""
    person = shown.person
    head = (
        f'<section class="handover" data-worker="{person.worker_id}"><h2>{_name(person, visitor)} {_place(person)}</h2>'
    )
    inner = _goes_over(shown, visitor) if person.is_active else _gone(shown, visitor)
    return f"{head}{inner}</section>"


def _goes_over(shown: Handover, visitor: Visitor) -> str:
    what = _kinds(shown.addressed, visitor) or _said(visitor, "nothing")
    cases = "".join(_case(one, visitor) for one in shown.cases)
    listed = f"<ul>{cases}</ul>" if cases else ""
    return f'<p class="goes">{_said(visitor, "goes_over")} {what}</p>{listed}{_form(shown, visitor)}'


def _case(case: Case, visitor: Visitor) -> str:
    told = f"{type_name(case.type_code, visitor.language)} {visitor.text(f'lifecycle.state.{case.state}')}"
    return f'<li><a href="/console?case={case.case_no}">{case.case_no}</a> {escape(told)}</li>'


def _form(shown: Handover, visitor: Visitor) -> str:
    if not shown.successors:
        return f'<p class="still">{_said(visitor, "nobody")}</p>'
    people = "".join(
        f'<option value="{one.worker_id}">{_name(one, visitor)} · {_place(one)} '
        f"{_said(visitor, 'has_tasks', n=one.tasks)}</option>"
        for one in shown.successors
    )
    grid = _grid(shown, visitor) if shown.person.grid_code else ""
    press = button(visitor.text("people.leave"), leave=shown.person.worker_id)
    choice = f'<label>{_said(visitor, "to")} <select name="to">{people}</select></label>'
    return f'<form class="filters">{choice}{grid}{press}</form>'


def _grid(shown: Handover, visitor: Visitor) -> str:
    """Whether the grid goes along: chosen at first where somebody without one could take it."""
    chosen = "" if shown.successors[0].grid_code else " checked"
    told = _said(visitor, "with_grid", grid=shown.person.grid_name)
    return f'<label><input type="checkbox" name="grid"{chosen}> {told}</label>'


def _gone(shown: Handover, visitor: Visitor) -> str:
    person = shown.person
    if person.left_at is None:
        return f"<p>{_said(visitor, 'inactive')}</p>"
    return f"<p>{_went(person, visitor)}</p>{_still(shown.addressed, visitor)}{_back(person, visitor)}"


def _went(person: Person, visitor: Visitor) -> str:
    assert person.left_at is not None
    at = day_and_time(person.left_at, visitor.language)
    return _said(visitor, "went", at=at, by=person.left_by, to=person.to_name, number=person.to_worker_id)


def _still(addressed: Mapping[str, int], visitor: Visitor) -> str:
    """What the query found: nothing is still addressed to him, or what is."""
    if not addressed:
        return f'<p class="clear" role="status">{_said(visitor, "clear")}</p>'
    return f'<p class="still" role="status">{_said(visitor, "still")} {_kinds(addressed, visitor)}</p>'


def _back(person: Person, visitor: Visitor) -> str:
    return button(visitor.text("people.return"), back=person.worker_id)


def _left(shown: PeopleShown, visitor: Visitor) -> str:
    if not shown.left:
        return ""
    rows = (
        (_link(one, visitor), _went(one, visitor), _still(shown.addressed.get(one.worker_id, {}), visitor))
        for one in shown.left
    )
    return f"<h2>{_said(visitor, 'left')}</h2>{_table(('who', 'went_to', 'addressed'), rows, visitor, 'left')}"


def _link(person: Person, visitor: Visitor) -> str:
    return f'<a href="/people?worker={person.worker_id}">{_name(person, visitor)}</a>'


def _search(shown: PeopleShown, visitor: Visitor) -> str:
    field = f'<input name="find" value="{escape(shown.find)}" placeholder="{_said(visitor, "find")}">'
    return (
        f"<h2>{_said(visitor, 'here')}</h2>"
        f'<form class="filters">{field}<button type="submit">{escape(visitor.text("office.find"))}</button></form>'
    )


def _people(people: Sequence[Person], visitor: Visitor) -> str:
    rows = (
        (
            _link(one, visitor),
            _place(one),
            _said(visitor, "on_duty" if one.on_duty else "off_duty"),
            str(one.tasks or ""),
        )
        for one in people
    )
    return _table(("who", "place", "duty", "tasks"), rows, visitor, "here")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], visitor: Visitor, css: str) -> str:
    head = "".join(f"<th>{_said(visitor, f'head.{one}')}</th>" for one in heads)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="people-{css}"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'
