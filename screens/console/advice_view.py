"""What the panel shows of a suggestion: who is there first and why; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.advice.given import Advice, AdvisedWorker
from dispatch.advice.given_team import AdvisedDiversion, AdvisedTeam
from words.catalogue import text
from words.names import type_name
from words.units import distance_text, duration_text
from words.values import code_text, list_text


@dataclass(frozen=True)
class AdviceRow:
    """One worker of the suggestion."""

    rank: int
    worker: int
    name: str
    role: str
    eta: str
    distance: str
    straight: str
    fix: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class MemberRow:
    """One of the proposed team, and what he is there for."""

    worker: int
    name: str
    roles: str
    eta: str


@dataclass(frozen=True)
class TeamView:
    """Who should go together; what is lacking and whom to call, a line each."""

    members: tuple[MemberRow, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class DivertRow:
    """One who could be taken from a lighter case: what is won, that case, and what becomes of it."""

    worker: int
    name: str
    gain: str
    case_no: str
    case: str
    loss: str


@dataclass(frozen=True)
class AdviceView:
    """The suggestion: who is there first and why, who was passed over and why, or why nobody; who goes together."""

    suggestion: str
    case_no: str
    rows: tuple[AdviceRow, ...]
    passed_over: tuple[tuple[str, str, str], ...]
    passed_over_more: int
    nobody: str
    team: TeamView | None
    divertible: tuple[DivertRow, ...]
    divertible_more: int


def advice_view(advice: Advice, types: Mapping[str, str], by: str, language: str) -> AdviceView:
    """What the panel shows of a suggestion.

    Parameters
    ----------
    advice
        the suggestion.
    types
        the type of each case somebody may be taken from, by its number; empty for who may not divert.
    by
        what it is asked for (dispatch, support, transfer). A team is proposed, and somebody to divert, where he
        would not take the place of who leads.
    language
        of the words.
    """
    diverts = [one for one in advice.divertible if one.case_no in types and by != "transfer"]
    return AdviceView(
        suggestion=str(advice.suggestion),
        case_no=advice.case_no,
        rows=tuple(_advice_row(worker, language) for worker in advice.workers),
        passed_over=tuple(
            (entry.name, distance_text(entry.straight_m, language), code_text(entry.reason.told, language))
            for entry in advice.passed_over
        ),
        passed_over_more=advice.passed_over_more or 0,
        nobody=code_text(advice.nobody.told, language) if advice.nobody else "",
        team=_team(advice.team, language) if advice.team and by in ("", "dispatch", "support") else None,
        divertible=tuple(_divert_row(one, types[one.case_no], language) for one in diverts),
        divertible_more=advice.divertible_more if diverts else 0,
    )


def _team(team: AdvisedTeam, language: str) -> TeamView:
    members = tuple(
        MemberRow(one.worker, one.name, list_text(one.roles, language), duration_text(one.eta_s, language))
        for one in team.members
    )
    lacking = [one.told for one in team.unmet] + [one.told for one in team.call]
    return TeamView(members, tuple(code_text(one, language) for one in lacking))


def _divert_row(one: AdvisedDiversion, type_code: str, language: str) -> DivertRow:
    state = text(f"lifecycle.task_state.{one.state}", language)
    kind = type_name(type_code, language)
    case = text("console.divert.case", language, case_no=one.case_no, type=kind, priority=one.priority, state=state)
    return DivertRow(
        one.worker, one.name, code_text(one.gain, language), one.case_no, case, code_text(one.loss, language)
    )


def _advice_row(worker: AdvisedWorker, language: str) -> AdviceRow:
    mode = text(f"console.mode.{worker.mode}", language)
    role = text(f"console.role.{worker.role}", language)
    return AdviceRow(
        rank=worker.rank,
        worker=worker.worker,
        name=worker.name,
        role=f"{role} · {mode}",
        eta=duration_text(worker.eta_s, language),
        distance=distance_text(worker.distance_m, language),
        straight=text("console.advice.straight", language, d=distance_text(worker.straight_m, language)),
        fix=_fix(worker, language),
        reasons=tuple(code_text(reason.told, language) for reason in worker.reasons),
    )  # fmt: skip


def _fix(worker: AdvisedWorker, language: str) -> str:
    if worker.fix_age_s is None:
        return ""
    age = duration_text(worker.fix_age_s, language)
    accuracy = distance_text(worker.accuracy_m or 0, language)
    return text("console.advice.fix", language, age=age, accuracy=accuracy)
