"""The team of an advice as it was given, and whom to divert: records of codes and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from base.kept_values import kept_value
from base.values import Code
from dispatch.advice.diversions import Diversion
from dispatch.advice.needs import Need
from dispatch.advice.team_search import Found
from dispatch.advice.teams import Member, Team, Unmet


@dataclass(frozen=True, slots=True)
class AdvisedMember:
    """One of the team, in how many seconds he is there, and what he is there for."""

    worker: int
    name: str
    is_lead: bool
    eta_s: float
    roles: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class UnitCall:
    """A department to call, since nobody of it can be sent."""

    department: str

    @property
    def told(self) -> Code:
        """What is told of it."""
        return Code("team.call", "unit", {"unit": Code("departments", self.department)})


@dataclass(frozen=True, slots=True)
class AdvisedTeam:
    """Who should go together, which needs are not met, whom to call."""

    members: tuple[AdvisedMember, ...]
    unmet: tuple[Unmet, ...]
    call: tuple[UnitCall, ...]


@dataclass(frozen=True, slots=True)
class AdvisedDiversion:
    """Somebody who could be taken from a lighter case: how much sooner (s; None: the team has nobody for it), which
    case he would leave, its priority, the state of his task there; what is won, and what becomes of that case.
    """

    worker: int
    name: str
    eta_s: float
    earlier_s: float | None
    case_no: str
    priority: str
    state: str
    gain: Code
    loss: Code


def advised_team(team: Team, names: Mapping[int, str]) -> AdvisedTeam:
    """The team that was found, each with his name."""
    members = tuple(_member(member, names) for member in team.members)
    return AdvisedTeam(members, team.unmet, tuple(UnitCall(code) for code in team.call))


def _member(member: Member, names: Mapping[int, str]) -> AdvisedMember:
    one = member.candidate
    return AdvisedMember(one.worker_id, names[one.worker_id], member.is_lead, round(one.eta_s, 1), member.roles)


def advised_diversions(found: Found) -> tuple[AdvisedDiversion, ...]:
    """Whom to divert, each with his name."""
    return tuple(_diversion(one, found.names) for one in found.diversions.workers)


def _diversion(diversion: Diversion, names: Mapping[int, str]) -> AdvisedDiversion:
    busy, earlier_s = diversion.busy, diversion.earlier_s
    one = busy.candidate
    return AdvisedDiversion(
        worker=one.worker_id,
        name=names[one.worker_id],
        eta_s=round(one.eta_s, 1),
        earlier_s=None if earlier_s is None else round(earlier_s, 1),
        case_no=busy.case_no,
        priority=busy.priority,
        state=busy.state,
        gain=diversion.gain,
        loss=diversion.loss,
    )


def kept_team(kept: Mapping[str, Any]) -> AdvisedTeam:
    """The team that was kept as this JSON."""
    return AdvisedTeam(
        members=tuple(AdvisedMember(**one | {"roles": tuple(map(_code, one["roles"]))}) for one in kept["members"]),
        unmet=tuple(Unmet(**one | {"need": _kept_need(one["need"])}) for one in kept["unmet"]),
        call=tuple(UnitCall(**one) for one in kept["call"]),
    )


def _kept_need(kept: Mapping[str, Any]) -> Need:
    return Need(kept["kind"], kept["people"], tuple(kept["any_of"]))


def kept_diversion(kept: Mapping[str, Any]) -> AdvisedDiversion:
    """The diversion that was kept as this JSON."""
    return AdvisedDiversion(**{**kept, "gain": _code(kept["gain"]), "loss": _code(kept["loss"])})


def _code(kept: Any) -> Code:
    code = kept_value(kept)
    assert isinstance(code, Code)
    return code
