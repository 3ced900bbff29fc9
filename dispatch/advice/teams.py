"""Who goes together, so that what a case needs is met.

Source: docs/domain.md, "Needs of a type".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import fsum
from typing import Literal, Protocol

from base.values import Code, Value
from dispatch.advice.needs import Able, Need, Needs

PERSON_WORTH_S = 60.0
"""A person more is sent when a skill or unit is there so much sooner. Source: docs/domain.md, "Needs of a type"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be sent, in how many seconds he is there, whether he holds a card and may lead by law."""

    worker_id: int
    skills: Collection[str]
    department_code: str | None
    eta_s: float
    has_card: bool = False
    may_lead: bool = True


class Absent(Able, Protocol):
    """Somebody who cannot be sent now."""

    @property
    def on_duty(self) -> bool:
        """Whether he could be asked at all."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of a team: who, whether he leads it, and which special needs he meets."""

    candidate: Candidate
    is_lead: bool
    meets: tuple[Code, ...]

    @property
    def roles(self) -> tuple[Code, ...]:
        """What he is there for, to be told."""
        lead = (Code("team.role", "lead"),) if self.is_lead else ()
        return (*lead, *self.meets) or (Code("team.role", "second"),)


Why = Literal["nobody_free", "nobody_on_duty", "nobody_at_all"]
"""Why there are not enough: those on duty cannot be sent; all others are off duty; there are no others."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need that is not met: how many can go, and why not more."""

    need: Need
    found: int
    why: Why

    @property
    def told(self) -> Code:
        """``need_people``, ``need_skill``, ``need_unit`` or ``need_card``, with what is to be told of it."""
        values: dict[str, Value] = {"wanted": self.need.people, "found": self.found, "why": Code("team.why", self.why)}
        return Code("team.unmet", f"need_{self.need.kind}", values | names_in(self.need))


@dataclass(frozen=True, slots=True)
class Team:
    """Who goes, first arrivals first; what is not met; departments to call, since nobody of theirs can be sent."""

    members: tuple[Member, ...]
    unmet: tuple[Unmet, ...]
    call: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Post:
    """So many of these workers are needed, whichever of them."""

    people: int
    worker_ids: frozenset[int]


def propose_team(
    needs: Needs, candidates: Iterable[Candidate], absent: Iterable[Absent] = (), *, has_lead: bool = False
) -> Team:
    """The team that meets what can be met of the needs, sooner before smaller before shorter.

    The first to arrive who may lead always goes, and leads. Each skill and each unit is there at most
    ``PERSON_WORTH_S`` after the moment it could be there at the soonest. Of the teams with that the smallest; of these
    the one whose last is there first; of these the one with the least sum of times; of these the smaller worker ids. As
    few candidates as there are, so much is met of each need.

    Parameters
    ----------
    needs
        what the case needs.
    candidates
        everybody who can be sent, in any order; each worker once.
    absent
        everybody else, to tell why a need is not met.
    has_lead
        whether somebody leads already: then the first to arrive goes only if he is needed, and nobody leads.

    Source: docs/domain.md, "Needs of a type"
    """
    by_arrival = sorted(candidates, key=lambda one: (one.eta_s, one.worker_id))
    lead = [] if has_lead else [one for one in by_arrival if one.may_lead][:1]
    chosen = _smallest_team(needs, by_arrival, lead)
    unmet = _unmet(needs, by_arrival, tuple(absent))
    return Team(
        tuple(_member(one, needs, is_lead=one in lead) for one in chosen),
        unmet,
        tuple(one.need.any_of[0] for one in unmet if one.need.kind == "unit"),
    )


def _smallest_team(needs: Needs, by_arrival: Sequence[Candidate], lead: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The team of whom ``lead``, one or nobody, goes in any case."""
    others = [one for one in by_arrival if one not in lead]
    posts = [_post(need, by_arrival) for need in needs.special]
    least = min(needs.people.people, len(by_arrival))
    pool = _pool(others, posts, least)
    for size in range(max(least, len(lead)), len(pool) + len(lead) + 1):
        teams = [(*lead, *rest) for rest in combinations(pool, size - len(lead))]
        if fit := [team for team in teams if _fills(team, posts)]:
            return min(fit, key=_lateness)
    raise AssertionError("the lead and the whole pool fill every post")


def _post(need: Need, by_arrival: Sequence[Candidate]) -> _Post:
    """As many as can meet the need, of those who are there soon enough."""
    able = [one for one in by_arrival if need.is_met_by(one)]
    people = min(need.people, len(able))
    latest_s = able[people - 1].eta_s + PERSON_WORTH_S if people else 0.0
    return _Post(people, frozenset(one.worker_id for one in able if one.eta_s <= latest_s))


def _pool(others: Sequence[Candidate], posts: Sequence[_Post], least: int) -> list[Candidate]:
    """Those a best team is made of: of people who fill the same posts nobody but the first; and the first of all."""
    taken: dict[frozenset[int], int] = {}
    pool = []
    for place, one in enumerate(others):
        filled = frozenset(number for number, post in enumerate(posts) if one.worker_id in post.worker_ids)
        taken[filled] = taken.get(filled, 0) + 1
        wanted = max((posts[number].people for number in filled), default=0)
        if taken[filled] <= wanted or place < least:
            pool.append(one)
    return pool


def _fills(team: Sequence[Candidate], posts: Sequence[_Post]) -> bool:
    ids = frozenset(one.worker_id for one in team)
    return all(len(ids & post.worker_ids) >= post.people for post in posts)


def _lateness(team: Sequence[Candidate]) -> tuple[float, float, tuple[int, ...]]:
    return (
        max((one.eta_s for one in team), default=0.0),
        fsum(one.eta_s for one in team),
        tuple(one.worker_id for one in team),
    )


def _member(one: Candidate, needs: Needs, *, is_lead: bool) -> Member:
    meets = tuple(_role(need, one) for need in needs.special if need.is_met_by(one))
    return Member(one, is_lead, meets)


def _role(need: Need, one: Able) -> Code:
    if need.kind == "unit":
        return Code("team.role", "unit", names_in(need))
    if need.kind == "card":
        return Code("team.role", "card")
    has = [Code("suggestion.skill", skill) for skill in need.any_of if skill in one.skills]
    return Code("team.role", "skill", {"skills": has})


def _unmet(needs: Needs, candidates: Sequence[Candidate], absent: Sequence[Absent]) -> tuple[Unmet, ...]:
    found = [(need, sum(need.is_met_by(one) for one in candidates)) for need in needs.every]
    return tuple(Unmet(need, count, _why(need, absent)) for need, count in found if count < need.people)


def _why(need: Need, absent: Sequence[Absent]) -> Why:
    able = [one for one in absent if need.is_met_by(one)]
    if any(one.on_duty for one in able):
        return "nobody_free"
    return "nobody_on_duty" if able else "nobody_at_all"


def names_in(need: Need) -> dict[str, Value]:
    """What a text about a need is filled with: the unit or units; the skill, or that any of several will do."""
    if need.kind == "people":
        return {}
    if need.kind == "unit":
        return {"unit": Code("departments", need.any_of[0])}
    if need.kind == "card":
        return {"units": [Code("departments", code) for code in need.any_of]}
    skills = [Code("suggestion.skill", skill) for skill in need.any_of]
    return {"skills": skills[0] if len(skills) == 1 else Code("team.skill", "any", {"skills": skills})}
