"""The entry that is open: its words, every claim with what may be said to it, the forms for a claim and for a case."""

from __future__ import annotations

from html import escape

from dispatch.access.grants import may
from dispatch.cases.routing import event_types, is_reportable
from dispatch.needs.needs import Claim, Need
from screens.needs.shown import NeedsShown
from screens.needs.view import said, unit_choice, unit_name
from screens.shell.plain import button
from screens.shell.visitor import Visitor
from words.names import type_name
from words.units import day_and_time


def opened(shown: NeedsShown, visitor: Visitor) -> str:
    """The line for what is refused; below it the entry that is open, if one is."""
    problem = f'<p class="problem" role="alert" data-refused="{said(visitor, "refused")}"></p>'
    if shown.open is None:
        return problem
    need = shown.open
    claims = "".join(_claim(need, one, shown, visitor) for one in need.claims)
    parts = [
        _head(need, shown, visitor),
        f"<h3>{said(visitor, 'claims')}</h3>",
        f"<ul>{claims}</ul>" if claims else f'<p class="empty">{said(visitor, "no_claims")}</p>',
        _claim_form(need, shown, visitor),
    ]
    return f'{problem}<section class="need-shown" data-need="{need.need_id}">{"".join(parts)}</section>'


def _when(visitor: Visitor, key: str, by: str | None, at: object) -> str:
    return f"<small>{said(visitor, key, by=by, at=at)}</small>"


def _head(need: Need, shown: NeedsShown, visitor: Visitor) -> str:
    unit = shown.units[need.unit_code]
    contact = said(visitor, "contact", name=unit.contact_name, phone=unit.contact_phone) if unit.contact_name else ""
    withdraw = ""
    if need.state == "open" and shown.is_own(need.unit_code):
        withdraw = button(visitor.text("needs.withdraw"), press="withdraw", need=need.need_id)
    return (
        f'<h2><span class="list list-{need.list}">{said(visitor, f"list.{need.list}")}</span> {escape(need.title)} '
        f'<span class="need-{need.state}">{said(visitor, f"state.{need.state}")}</span></h2>'
        f"<p>{unit_name(unit)} <small>{contact}</small> "
        f"{_when(visitor, 'entered', need.entered_by, day_and_time(need.entered_at, visitor.language))} {withdraw}</p>"
        f'<p class="told">{escape(need.told)}</p>'
    )


def _claim(need: Need, claim: Claim, shown: NeedsShown, visitor: Visitor) -> str:
    """One claim: who, what was said, how it stands, its case, and the buttons of who looks."""
    presses = "".join(
        button(visitor.text(f"needs.answer.{one}"), press=one, claim=claim.claim_id)
        for one in answers_of(need, claim, shown)
    )
    return (
        f'<li data-claim="{claim.claim_id}"><strong>{unit_name(shown.units[claim.unit_code])}</strong> '
        f'<span class="claim-{claim.state}">{said(visitor, f"claim_state.{claim.state}")}</span> {escape(claim.note)} '
        f"{_when(visitor, 'claimed', claim.claimed_by, day_and_time(claim.claimed_at, visitor.language))} "
        f"{escape(claim.answer)} {_case(claim, visitor)} {presses}{_case_form(need, claim, shown, visitor)}</li>"
    )


def answers_of(need: Need, claim: Claim, shown: NeedsShown) -> list[str]:
    """What the visitor may say to a claim now."""
    is_entrant, is_claimant = shown.is_own(need.unit_code), shown.is_own(claim.unit_code)
    found = []
    if claim.state == "offered":
        found += ["accept", "decline"] if is_entrant else []
        found += ["withdraw"] if is_claimant else []
    if claim.state == "agreed" and is_entrant and not claim.has_open_case:
        found.append("done")
    return found


def _case(claim: Claim, visitor: Visitor) -> str:
    if claim.case_no is None:
        return ""
    state = escape(visitor.text(f"lifecycle.state.{claim.case_state}"))
    return f'<a href="/desk?case={claim.case_no}">{claim.case_no}</a> {state}'


def _case_form(need: Need, claim: Claim, shown: NeedsShown, visitor: Visitor) -> str:
    """A case may be made by who speaks for one of the two units; the shift leader names who is sent."""
    speaks = shown.is_own(need.unit_code) or shown.is_own(claim.unit_code)
    if claim.state != "agreed" or claim.has_open_case or not speaks or not may(shown.scope, "need.case"):
        return ""
    types = "".join(
        f'<option value="{code}">{escape(type_name(code, visitor.language))}</option>'
        for code in event_types()
        if is_reportable(code)
    )
    choice = (
        f'<label>{said(visitor, "type")} <select name="type"><option value="">{said(visitor, "type_by_words")}</option>'
        f"{types}</select></label>"
    )
    press = button(visitor.text("needs.make_case"), press="case", claim=claim.claim_id)
    return f'<form class="filters case-form">{choice}{_addressee(shown, visitor)}{press}</form>'


def _addressee(shown: NeedsShown, visitor: Visitor) -> str:
    """Whom the shift leader may send at once; nobody else sends."""
    if not may(shown.scope, "need.send"):
        return ""
    departments = "".join(
        f'<option value="department:{escape(one.code)}">{escape(one.name)}</option>'
        for one in shown.departments
        if one.is_served
    )
    named = ((one.worker_id, f"{one.name} · {one.grid_name or one.department_name}") for one in shown.people)
    people = "".join(f'<option value="worker:{worker}">{escape(name)}</option>' for worker, name in named)
    groups = "".join(
        f'<optgroup label="{said(visitor, name)}">{options}</optgroup>'
        for name, options in (("departments", departments), ("people", people))
        if options
    )
    return (
        f'<label>{said(visitor, "to")} <select name="to"><option value="">{said(visitor, "to_nobody")}</option>'
        f"{groups}</select></label>"
    )


def _claim_form(need: Need, shown: NeedsShown, visitor: Visitor) -> str:
    waiting = {one.unit_code for one in need.claims if one.state == "offered"} | {need.unit_code}
    units = [one for one in shown.own_units if one.unit_code not in waiting]
    if need.state != "open" or not units:
        return ""
    note = f'<input name="note" class="wide" maxlength="1000" placeholder="{said(visitor, "note")}">'
    press = button(visitor.text("needs.claim"), press="claim", need=need.need_id)
    return f'<form class="filters claim-form">{unit_choice(units)}{note}{press}</form>'
