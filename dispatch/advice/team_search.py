"""The team for a case and whom to divert to it, found among the whole workforce of which few are read.

For each need those are read who can meet it and are nearest, then whoever of them could be there soon enough at the
network's top speed: the team is the same as if everybody had been read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from base.statements import load_statements
from dispatch.access.scope import readable_cases, readable_workers
from dispatch.advice.candidates import Question, seen_within
from dispatch.advice.diversions import Busy, Diversions, divertible
from dispatch.advice.needs import ONE_PERSON, Need, Needs
from dispatch.advice.ranking import FindNearest, Ranking, Task, may_help, travellers, unfit
from dispatch.advice.teams import PERSON_WORTH_S, Candidate, Team, propose_team
from dispatch.advice.workforce import WorkerNow, read_workers
from dispatch.competence.items import lead_lack
from dispatch.competence.reads import town_day

SQL = load_statements(Path(__file__).parent / "sql" / "teams.sql")
FIRST, GROWTH = 16, 4
"""Workers read at first for a need, and how many times more when not enough of them can come."""


@dataclass(frozen=True)
class Found:
    """A team (None where one person is enough), whom to divert, and what those named in either are called, as their
    reader may see it.
    """

    team: Team | None
    diversions: Diversions
    names: Mapping[int, str]


@dataclass(frozen=True)
class _Ability:
    """What some who cannot be sent can, whether they hold a card, and whether one of them is on duty."""

    skills: Sequence[str]
    department_code: str | None
    on_duty: bool
    has_card: bool


_Arrivals = dict[int, tuple[WorkerNow, float]]
"""Workers by id, each with the seconds until he is there."""


def find_team(
    question: Question,
    case_no: str,
    needs: Needs,
    ranking: Ranking,
    find_nearest: FindNearest,
    *,
    helpers: Ranking | None = None,
    has_lead: bool = False,
) -> Found:
    """The team for a case, and whom to divert to it.

    Parameters
    ----------
    question
        who asks about what.
    case_no, needs
        the case and what it needs.
    ranking
        who is there first whatever he can do, of the whole workforce.
    find_nearest
        the road network's answer for this case's place.
    helpers
        who is there first to help, where not everybody may lead; of the whole workforce too.
    has_lead
        whether somebody leads it already.
    """
    search = _Search(question, needs, find_nearest)
    first = (*ranking.suggested, *(helpers.suggested if helpers else ()))
    free: _Arrivals = {pick.worker.worker_id: (pick.worker, pick.way.eta_s) for pick in first}
    for need in needs.special:
        free |= search.soonest(need)
    candidates = [_candidate(question.task, worker, eta_s) for worker, eta_s in free.values()]
    team = propose_team(needs, candidates, has_lead=has_lead)
    if team.unmet:
        team = propose_team(needs, candidates, search.others(free), has_lead=has_lead)
    busy, workers = search.on_lighter_cases(case_no)
    next_free_s = min((one.eta_s for one in candidates), default=None)
    diversions = divertible(needs, question.task.priority, team, busy, next_free_s)
    names = {worker.worker_id: worker.name for worker in (*(one for one, _ in free.values()), *workers)}
    return Found(None if needs == ONE_PERSON else team, diversions, names)


def _candidate(task: Task, worker: WorkerNow, eta_s: float) -> Candidate:
    may_lead = lead_lack(task.competence, worker.card, worker.department_code) is None
    return Candidate(worker.worker_id, tuple(worker.skills), worker.department_code, eta_s, worker.has_card, may_lead)


@dataclass(frozen=True)
class _Search:
    question: Question
    needs: Needs
    find_nearest: FindNearest

    def soonest(self, need: Need) -> _Arrivals:
        """Everybody free who can meet the need and may have a part in the team.

        That is who is there within ``PERSON_WORTH_S`` of the last one needed; and as many as go in all, since of a
        unit others than those needed for it may be there before anybody of the ranking.
        """
        wanted, limit = max(need.people, self.needs.people.people), FIRST
        while True:
            ids = self._able_nearest(need, limit)
            found = self._arrivals(self._read_able(need, ids))
            if len(ids) < limit:
                return found
            if len(found) >= wanted:
                break
            limit *= GROWTH
        last_s = sorted(eta_s for _, eta_s in found.values())[wanted - 1] + PERSON_WORTH_S
        reach_m = {mode: last_s * speed_mps for mode, speed_mps in self.question.top_speed_mps.items()}
        more = seen_within(self.question, reach_m, **_able(need)) - ids
        return self._arrivals([*(worker for worker, _ in found.values()), *self._read_able(need, more)])

    def others(self, free: Iterable[int]) -> list[_Ability]:
        """What those can who are not free."""
        parameters = self._scope() | {"worker_ids": list(free), "on": town_day(self.question.at)}
        rows = self.question.transaction.execute(SQL["abilities_of_others"], parameters)
        return [_Ability(**row) for row in rows]

    def on_lighter_cases(self, case_no: str) -> tuple[list[Busy], list[WorkerNow]]:
        """Who is on a lighter case and could be sent if he were not."""
        parameters = {"area_id": self.question.area_id, "priority": self.question.task.priority, "case_no": case_no}
        rows = self.question.transaction.execute(
            SQL["on_lighter_cases"], parameters | readable_cases(self.question.scope)
        )
        cases = {row["worker_id"]: row for row in rows}
        workers = [_as_if_free(worker) for worker in self._read(cases)]
        found = self._arrivals(workers)
        task = self.question.task
        return [_busy(_candidate(task, *found[one]), cases[one]) for one in found], workers

    def _arrivals(self, workers: Sequence[WorkerNow]) -> _Arrivals:
        """Those of the workers who can be sent and reach the place."""
        fit = {worker.worker_id: worker for worker in workers if self._is_fit(worker)}
        ways = self.find_nearest(travellers(list(fit.values())), len(fit)) if fit else []
        return {way.key: (fit[way.key], way.eta_s) for way in ways}

    def _is_fit(self, worker: WorkerNow) -> bool:
        """Whether somebody can be sent: as for the ranking; of a unit that must go also its members."""
        reason = unfit(worker, self.question.task)
        if reason is None or may_help(reason):
            return True
        return reason.code == "other_department" and any(need.is_met_by(worker) for need in self.needs.units)

    def _read(self, ids: Iterable[int]) -> list[WorkerNow]:
        question = self.question
        return read_workers(question.transaction, question.area_id, question.scope, question.at, list(ids))

    def _read_able(self, need: Need, ids: Iterable[int]) -> list[WorkerNow]:
        """Those who meet the need: that a card holds is not asked of the database."""
        return [worker for worker in self._read(ids) if need.is_met_by(worker)]

    def _able_nearest(self, need: Need, count: int) -> set[int]:
        task = self.question.task
        parameters = self._scope() | _able(need) | {"lon": task.lon, "lat": task.lat, "count": count}
        return {row["worker_id"] for row in self.question.transaction.execute(SQL["able_nearest"], parameters)}

    def _scope(self) -> dict[str, Any]:
        return {"area_id": self.question.area_id} | readable_workers(self.question.scope)


def _able(need: Need) -> dict[str, list[str]]:
    """The skills or the units of which one meets the need; of card holders their departments."""
    wanted = list(need.any_of)
    return {"skills": wanted, "units": []} if need.kind == "skill" else {"skills": [], "units": wanted}


def _as_if_free(worker: WorkerNow) -> WorkerNow:
    """A worker as he would be without his case; who asks for help or rests does so still."""
    on_case = worker.status in ("responding", "on_scene")
    return replace(worker, open_case_no=None, status="on_duty_idle" if on_case else worker.status)


def _busy(candidate: Candidate, case: Mapping[str, Any]) -> Busy:
    return Busy(candidate, case["case_no"], case["priority"], case["state"])
