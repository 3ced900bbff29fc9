"""Who could be taken from a lighter case, what is won by it and what becomes of that case.

Source: docs/domain.md, "Diverting".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from base.values import Code, Seconds, Value
from dispatch.advice.needs import ONE_PERSON, Need, Needs
from dispatch.advice.teams import Candidate, Team, names_in

DIVERTIBLE_MOST = 5
"""Workers named; of others it is told how many there are. Source: docs/domain.md, "Diverting"."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody on another case: when he could be here, that case, its priority, and the state of his task there."""

    candidate: Candidate
    case_no: str
    priority: str
    state: str


@dataclass(frozen=True, slots=True)
class Diversion:
    """Somebody who could be taken from a lighter case: the need he would meet, and how much sooner.

    ``earlier_s`` seconds before the last of those whom the team has for it; None where the team lacks somebody.
    """

    busy: Busy
    need: Need
    earlier_s: float | None

    @property
    def gain(self) -> Code:
        """What is won by it, to be told."""
        need = Code("team.need", self.need.kind, names_in(self.need))
        if self.earlier_s is None:
            return Code("team.divert", "lacking", {"need": need})
        return Code("team.divert", "earlier", {"need": need, "earlier": Seconds(self.earlier_s)})

    @property
    def loss(self) -> Code:
        """What becomes of the case he is on, to be told."""
        values: dict[str, Value] = {"case_no": self.busy.case_no, "priority": self.busy.priority}
        return Code("team.divert", "waits_again", values)


@dataclass(frozen=True, slots=True)
class Diversions:
    """Who could be taken: whom the team lacks first, then who is there first; and how many more there are."""

    workers: tuple[Diversion, ...]
    more: int


def divertible(
    needs: Needs, priority: str, team: Team, busy: Iterable[Busy], next_free_s: float | None = None
) -> Diversions:
    """Who could be taken from a lighter case, and would meet a need of this one sooner than the team does.

    Parameters
    ----------
    needs, priority
        what the case needs, and its priority.
    team
        the team proposed for it.
    busy
        who is on another case and could be sent here if he were not.
    next_free_s
        when the first of those who are free could be there, in seconds; None when nobody is.

    Source: docs/domain.md, "Diverting"
    """
    met = [(need, _met_s(need, team)) for need in needs.every]
    if not needs.people.people:  # who asks although there are people enough wants one more
        met.append((ONE_PERSON.people, next_free_s))
    lighter = (one for one in busy if one.priority > priority)
    found = sorted(
        (diversion for one in lighter if (diversion := _best(one, met)) is not None),
        key=lambda one: (one.earlier_s is not None, one.busy.candidate.eta_s, one.busy.candidate.worker_id),
    )
    return Diversions(tuple(found[:DIVERTIBLE_MOST]), len(found[DIVERTIBLE_MOST:]))


def _met_s(need: Need, team: Team) -> float | None:
    """When the last of those needed is there, in seconds; None when the team has too few."""
    able = [one.candidate.eta_s for one in team.members if need.is_met_by(one.candidate)]
    return able[need.people - 1] if len(able) >= need.people else None


def _best(busy: Busy, met: Sequence[tuple[Need, float | None]]) -> Diversion | None:
    """The need for which he is worth most: one that is not met, else the one met sooner by most; None for none."""
    one = busy.candidate
    gains = [
        Diversion(busy, need, None if met_s is None else met_s - one.eta_s)
        for need, met_s in met
        if need.is_met_by(one) and (met_s is None or one.eta_s < met_s)
    ]
    return max(gains, key=_worth, default=None)


def _worth(gain: Diversion) -> tuple[bool, float, bool]:
    """What is lacking before what is only late, the later before the less late, what few can do before what all can."""
    return gain.earlier_s is None, gain.earlier_s or 0.0, gain.need.kind != "people"
