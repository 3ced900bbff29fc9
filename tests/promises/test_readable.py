"""Cases, workers, places and residents are read through the one predicate; what reads them otherwise says why."""

from __future__ import annotations

import re

from tests.promises.test_house import statements

OF_PERSONS = "incident|incident_log|photo|worker|position|position_latest|person|key_person|floating_resident"
TOUCHED = re.compile(rf"\b(?:from|join|into|update)\s+(?:{OF_PERSONS}|counted_events_v2)\b(?!\.)", re.IGNORECASE)
SCOPED = re.compile(r"\breadable_(?:cases_v[23]|workers_v1)\(")

READ_AFTER = "of a case the asker has opened: who calls it reads the case through the predicate before"
WRITES = "writes, and gives nothing out"
COUNTS = "counts only: nobody and no case can be told from them"
OWN_GRID = "whose scope is made: the grid of the worker they are"
OWN_HAND = "of whom the command line names, who has the machine"
ALLOWED = {
    "dispatch/needs/sql/needs.sql:needs": "whether the case of a claim is closed; nothing else of it",
    "dispatch/needs/sql/needs.sql:claims": "number and state of the case of a claim, for the units it is between",
    "dispatch/roster/sql/lines.sql:who_is_asked": "whether who is put on the roster is of the town; told to nobody",
    "dispatch/roster/sql/lines.sql:gaps": COUNTS,
    "dispatch/roster/sql/swaps.sql:speaks_for": "whose people workers are: decides who speaks for whom",
    "dispatch/people/sql/leaving.sql:worker_who_leaves": "whether he may leave or take over: the leader asks",
    "dispatch/people/sql/leaving.sql:who_left": "numbers of who left, of whom it is asked what is addressed to them",
    "dispatch/people/sql/leaving.sql:addressed_to": "how much is still addressed to somebody; nothing of it is told",
    "dispatch/people/sql/leaving.sql:change_worker": WRITES,
    "dispatch/people/sql/leaving.sql:give_up_grid": WRITES,
    "dispatch/competence/sql/competence.sql:cards_of_workers": "of who works on a case the asker acts on, or himself",
    "dispatch/competence/sql/competence.sql:counted_cards": COUNTS,
    "dispatch/competence/sql/competence.sql:known_to_town": "whom a list of cards may name; asked by the command line",
    "dispatch/competence/sql/competence.sql:give_card": WRITES,
    "dispatch/competence/sql/competence.sql:forget_cards": WRITES,
    "dispatch/cases/sql/whistle.sql:called_departments": "whether a department has anybody; whom is not told",
    "dispatch/cases/sql/whistle.sql:departments_with_people": "which departments have anybody; whom is not told",
    "dispatch/advice/sql/workforce.sql:departments_of_workers": "whose people workers are: decides who speaks for whom",
    "dispatch/cases/sql/photos.sql:photo_of_id": "whether an id is used; only its own sender's picture is given out",
    "dispatch/cases/sql/incidents.sql:lines_on_behalf": "whom somebody spoke for; judged, and not given out",
    "dispatch/sql/departments.sql:departments": "whether a department has anybody: no person is told",
    "dispatch/sql/soundness.sql:row_counts": "how many rows, for the doctor",
    "dispatch/sql/soundness.sql:clocks": "the newest times, for the doctor and health",
    "dispatch/access/sql/accounts.sql:account_to_check": OWN_GRID,
    "dispatch/access/sql/accounts.sql:api_tokens": OWN_GRID,
    "dispatch/access/sql/accounts.sql:logins_of_tokens": OWN_GRID,
    "dispatch/access/sql/accounts.sql:worker_exists": OWN_HAND,
    "dispatch/access/sql/accounts.sql:worker_for_account": OWN_HAND,
    "dispatch/cases/sql/incidents.sql:add_log_line": WRITES,
    "dispatch/cases/sql/incidents.sql:case_log": READ_AFTER,
    "dispatch/cases/sql/incidents.sql:case_of_client": "a number by the client's own id; the case is read after it",
    "dispatch/cases/sql/incidents.sql:change_incident": WRITES,
    "dispatch/cases/sql/incidents.sql:insert_incident": WRITES,
    "dispatch/cases/sql/incidents.sql:show_next_due": WRITES,
    "dispatch/cases/sql/incidents.sql:is_written_already": READ_AFTER,
    "dispatch/cases/sql/incidents.sql:last_line": READ_AFTER,
    "dispatch/cases/sql/incidents.sql:keep_round": WRITES,
    "dispatch/cases/sql/incidents.sql:cases_to_archive": "numbers for the clock, which writes; given to nobody",
    "dispatch/cases/sql/acts.sql:due_clocks": "for the clock, which acts; given to nobody",
    "dispatch/cases/sql/acts.sql:suspensions_over": "for the clock, which acts; given to nobody",
    "dispatch/cases/sql/acts.sql:raise_again": WRITES,
    "dispatch/cases/sql/photos.sql:photos_since": COUNTS,
    "dispatch/cases/sql/tasks.sql:tasks_of_cases": READ_AFTER,
    "dispatch/cases/sql/tasks.sql:worker_and_case": READ_AFTER,
    "dispatch/cases/sql/incidents.sql:active_worker": "whether whom a gateway reports for is there; a number only",
    "dispatch/cases/sql/tasks.sql:worker_to_send": "told to who may send: whether the worker can be sent",
    "dispatch/cases/sql/photos.sql:add_photo": WRITES,
    "dispatch/cases/sql/photos.sql:photo_by_id": READ_AFTER,
    "dispatch/cases/sql/photos.sql:photos_of_case": READ_AFTER,
    "dispatch/notices/sql/recipients.sql:address_of": "how somebody is reached: told to the provider, shown to nobody",
    "dispatch/figures/sql/now.sql:figures_by_hour": COUNTS,
    "dispatch/figures/sql/now.sql:figures_now": COUNTS,
    "dispatch/figures/sql/now.sql:grid_load": COUNTS,
    "dispatch/figures/sql/statistics.sql:figures": COUNTS,
    "dispatch/figures/sql/returns.sql:returns_of": COUNTS,
    "mapdata/sql/duty.sql:lock_workers": "holds rows; their numbers only",
    "mapdata/sql/positions.sql:judge_jumps_and_move_latest": WRITES,
    "mapdata/sql/positions.sql:latest": "what the tests of the positions look at; no exit reads it",
    "mapdata/sql/positions.sql:write_fixes": WRITES,
    "mapdata/sql/resources.sql:people_around": "residents around a case the asker has opened, masked by nearby.py",
}
"""Statements that read or write these tables without asking the predicate, each with its reason."""
MAKING = ("towns/", "tests/", "bench/")
"""Rooms that make a town, before there is anybody to read it."""


def unscoped() -> set[str]:
    return {
        name
        for name, statement in statements()
        if TOUCHED.search(statement) and not SCOPED.search(statement) and not name.startswith(MAKING)
    }


def test_what_shows_persons_asks_the_predicate() -> None:
    assert unscoped() - set(ALLOWED) == set(), "read them from readable_cases_v3 or readable_workers_v1, or say why not"


def test_every_exception_is_one() -> None:
    assert set(ALLOWED) - unscoped() == set(), "these ask the predicate, or are gone"


def test_the_predicate_is_seen_and_missed() -> None:
    assert TOUCHED.search("select 1 from incident i where i.area_id = 1")
    assert TOUCHED.search("select 1 from duty join position_latest p on true")
    assert not TOUCHED.search("select 1 from position_other_table")
    assert SCOPED.search("from readable_cases_v3(%(area_id)s, true) i")
