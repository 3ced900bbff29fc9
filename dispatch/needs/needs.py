"""The four lists (需求、资源、项目、个性): entries, and the claims of other units on them, both ways.

A unit claims what another needs, or what another offers; who entered it accepts or declines. A claim that was accepted
may become a case (``claim_case.py``), and is done when that is closed.

Source: docs/domain.md, "Need lists".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args
from uuid import UUID

from base.database import Row, Transaction
from base.errors import Conflict, InvalidInput, NotFound
from base.statements import load_statements
from base.values import Code
from dispatch.access import audit
from dispatch.access.masking import without_numbers
from dispatch.access.scope import Scope
from dispatch.cases.intake import is_storable
from dispatch.needs.units import own_unit

SQL = load_statements(Path(__file__).parent / "sql" / "needs.sql")
NeedList = Literal["need", "resource", "project", "wish"]
NEED_LISTS: tuple[NeedList, ...] = get_args(NeedList)
Answer = Literal["accept", "decline", "withdraw", "done"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
NEED_PHASES = ("open", "taken", "done", "withdrawn")
MOST_SHOWN = 300
LONGEST_TITLE, LONGEST_TEXT = 80, 1000

_FOLLOWS: dict[str, tuple[str, str, bool]] = {
    "accept": ("offered", "agreed", True),
    "decline": ("offered", "declined", True),
    "withdraw": ("offered", "withdrawn", False),
    "done": ("agreed", "done", True),
}
"""Each answer: from which state of a claim to which, and whether it is for who entered (else for who claims)."""


@dataclass(frozen=True)
class Claim:
    """A claim of a unit on an entry; ``has_open_case`` while something is still to be done about its case."""

    claim_id: UUID
    need_id: UUID
    unit_code: str
    note: str
    claimed_by: str
    claimed_at: datetime
    state: str
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    case_no: str | None
    case_state: str | None
    has_open_case: bool


@dataclass(frozen=True)
class Need:
    """An entry of a list; ``state`` is one of ``NEED_PHASES``, ``offers`` how many claims wait for an answer."""

    need_id: UUID
    unit_code: str
    list: str
    title: str
    told: str
    entered_by: str
    entered_at: datetime
    state: str
    offers: int
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class NeedFilter:
    """What is asked for; None leaves a filter out. ``asked`` is a part of the words or of the unit's name."""

    list: str | None = None
    state: str | None = None
    village: str | None = None
    case_no: str | None = None
    asked: str = ""
    need_id: UUID | None = field(default=None)


def list_needs(transaction: Transaction, area_id: int, narrowed: NeedFilter) -> list[Need]:
    """The entries, those still open first, each with its claims; phone and identity numbers in the words are masked."""
    for name, given, allowed in (("list", narrowed.list, NEED_LISTS), ("state", narrowed.state, NEED_PHASES)):
        if given is not None and given not in allowed:
            raise InvalidInput("need_filter_unknown", field=name, given=given, allowed=allowed)
    rows = transaction.execute(SQL["needs"], vars(narrowed) | {"area_id": area_id, "limit": MOST_SHOWN}).fetchall()
    claims = _claims(transaction, area_id, need_ids=[row["need_id"] for row in rows])
    return [_need(row, [one for one in claims if one.need_id == row["need_id"]]) for row in rows]


def read_need(transaction: Transaction, area_id: int, need_id: UUID) -> Need:
    """One entry with its claims.

    Raises
    ------
    NotFound
        when the town has none of this id.
    """
    found = list_needs(transaction, area_id, NeedFilter(need_id=need_id))
    if not found:
        raise NotFound("no_such_need", field="need", given=str(need_id))
    return found[0]


def read_claim(transaction: Transaction, area_id: int, claim_id: UUID) -> tuple[Need, Claim]:
    """One claim and the entry it is on.

    Raises
    ------
    NotFound
        when the town has none of this id.
    """
    found = _claims(transaction, area_id, claim_id=claim_id)
    if not found:
        raise NotFound("no_such_claim", field="claim", given=str(claim_id))
    return read_need(transaction, area_id, found[0].need_id), found[0]


def _claims(
    transaction: Transaction, area_id: int, need_ids: Sequence[UUID] | None = None, claim_id: UUID | None = None
) -> list[Claim]:
    key = {"area_id": area_id, "need_ids": need_ids, "claim_id": claim_id}
    rows = transaction.execute(SQL["claims"], key)
    return [Claim(**row | {name: without_numbers(row[name]) for name in ("note", "answer")}) for row in rows]


def _need(row: Row, claims: Sequence[Claim]) -> Need:
    return Need(**row | {name: without_numbers(row[name]) for name in ("title", "told")}, claims=tuple(claims))


def enter_need(
    transaction: Transaction, area_id: int, scope: Scope, need_id: UUID, unit_code: str, entry: tuple[str, str, str],
    at: datetime,
) -> Need:  # fmt: skip
    """Put an entry on a list; ``entry`` is the list, the title and the words. The same id again is the same entry.

    Raises
    ------
    InvalidInput
        naming what cannot be: the unit, the list, the words.
    Forbidden
        when somebody else speaks for the unit.
    """
    in_list, title, told = entry[0], entry[1].strip(), entry[2].strip()
    lock_needs(transaction, area_id)
    own_unit(transaction, area_id, scope, unit_code)
    if in_list not in NEED_LISTS:
        raise InvalidInput("need_filter_unknown", field="list", given=in_list, allowed=NEED_LISTS)
    _check_words("title", title, LONGEST_TITLE, is_needed=True)
    _check_words("text", told, LONGEST_TEXT)
    if not list_needs(transaction, area_id, NeedFilter(need_id=need_id)):
        values = {"area_id": area_id, "need_id": need_id, "unit_code": unit_code, "list": in_list}
        transaction.execute(SQL["enter"], values | {"title": title, "told": told, "by": scope.account, "at": at})
        audit.append(transaction, area_id, at, scope, "need.enter", str(need_id), {"unit": unit_code, "list": in_list})
    return read_need(transaction, area_id, need_id)


def withdraw_need(transaction: Transaction, area_id: int, scope: Scope, need_id: UUID, at: datetime) -> Need:
    """Take an entry off its list; claims nobody has answered are declined with it. Twice is once.

    Raises
    ------
    NotFound
        when there is none.
    Forbidden
        when somebody else speaks for its unit.
    Conflict
        when it is taken or done.
    """
    lock_needs(transaction, area_id)
    need = read_need(transaction, area_id, need_id)
    own_unit(transaction, area_id, scope, need.unit_code, "need")
    if need.state == "withdrawn":
        return need
    _check_open(need)
    told = {"area_id": area_id, "need_id": need_id, "claim_id": None, "by": scope.account, "at": at}
    transaction.execute(SQL["withdraw"], told)
    transaction.execute(SQL["decline_others"], told)
    audit.append(transaction, area_id, at, scope, "need.withdraw", str(need_id))
    return read_need(transaction, area_id, need_id)


def claim_need(
    transaction: Transaction, area_id: int, scope: Scope, need_id: UUID, claim_id: UUID, unit_code: str, note: str,
    at: datetime,
) -> Need:  # fmt: skip
    """A unit claims an entry of another; the same id again is the same claim.

    Raises
    ------
    NotFound
        when there is no such entry.
    InvalidInput
        when the unit is not there, or the entry is its own.
    Forbidden
        when somebody else speaks for the unit.
    Conflict
        when it has claimed it already, or the entry is taken, done or withdrawn.
    """
    lock_needs(transaction, area_id)
    need = read_need(transaction, area_id, need_id)
    unit = own_unit(transaction, area_id, scope, unit_code)
    if any(one.claim_id == claim_id for one in need.claims):
        return need
    if unit_code == need.unit_code:
        raise InvalidInput("claims_its_own", field="unit", unit=unit.name)
    _check_words("note", note.strip(), LONGEST_TEXT)
    if any(one.unit_code == unit_code and one.state in ("offered", "agreed") for one in need.claims):
        raise Conflict("claimed_already", field="unit", unit=unit.name)
    _check_open(need)
    if _claims(transaction, area_id, claim_id=claim_id):
        raise Conflict("claim_id_used", field="id", given=str(claim_id))
    values = {"area_id": area_id, "claim_id": claim_id, "need_id": need_id, "unit_code": unit_code}
    transaction.execute(SQL["claim"], values | {"note": note.strip(), "by": scope.account, "at": at})
    audit.append(transaction, area_id, at, scope, "need.claim", str(claim_id), {"unit": unit_code})
    return read_need(transaction, area_id, need_id)


def answer_claim(
    transaction: Transaction, area_id: int, scope: Scope, claim_id: UUID, answer: Answer, note: str, at: datetime
) -> Need:
    """Accept, decline or withdraw a claim, or say that it is done. The same answer twice is one.

    With the claim that is accepted every other is declined.

    Raises
    ------
    NotFound
        when there is none.
    Forbidden
        when it is for somebody else to say: who entered accepts, declines and says it is done, who claims withdraws.
    Conflict
        when it stands otherwise now, or has a case that is still open.
    """
    lock_needs(transaction, area_id)
    need, claim = read_claim(transaction, area_id, claim_id)
    before, after, is_for_entrant = _FOLLOWS[answer]
    own_unit(transaction, area_id, scope, need.unit_code if is_for_entrant else claim.unit_code, "claim")
    _check_words("note", note.strip(), LONGEST_TEXT)
    if claim.state == after:
        return need
    if claim.state != before:
        raise Conflict("claim_stands_otherwise", field="claim", state=Code("needs.claim_state", claim.state))
    if claim.has_open_case:
        raise Conflict("claim_has_case", field="claim", case_no=claim.case_no)
    told = {"area_id": area_id, "claim_id": claim_id, "need_id": need.need_id, "by": scope.account, "at": at}
    transaction.execute(SQL["answer"], told | {"state": after, "answer": note.strip()})
    if answer == "accept":
        transaction.execute(SQL["decline_others"], told)
    audit.append(transaction, area_id, at, scope, f"need.{answer}", str(claim_id))
    return read_need(transaction, area_id, need.need_id)


def lock_needs(transaction: Transaction, area_id: int) -> None:
    """Wait for whoever changes the lists of the town now."""
    transaction.execute(SQL["lock_needs"], {"area_id": area_id})


def _check_open(need: Need) -> None:
    if need.state != "open":
        raise Conflict("need_not_open", field="need", title=need.title, state=Code("needs.state", need.state))


def _check_words(name: str, words: str, longest: int, *, is_needed: bool = False) -> None:
    if is_needed and not words:
        raise InvalidInput("need_title_empty", field=name)
    if len(words) > longest:
        raise InvalidInput("text_too_long", field=name, length=len(words), longest=longest)
    if not is_storable(words):
        raise InvalidInput("text_not_storable", field=name)
