"""What the documents claim and a machine can look up: states nobody reaches, limits, verbs, what is sent to nobody."""

from __future__ import annotations

import re
from pathlib import Path

from dispatch.cases.lifecycle import STATES, TRANSITIONS, VERBS
from dispatch.notices.rules import DIGEST, rules
from jobs.channels.configured import channels
from words.catalogue import catalogue

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def reachable() -> set[str]:
    """States a case can come into: the first one, and whatever a verb leads to from a state that can be reached."""
    found = {"reported"}
    while True:
        more = {target for line in TRANSITIONS if line.sources & found for target in line.targets} - found
        if not more:
            return found
        found |= more


def test_the_field_page_names_the_states_no_verb_leads_to() -> None:
    later = read("docs/domain.md").partition("no verb leads there yet*:")[2].partition("Nothing follows")[0]
    assert set(re.findall(r"`([a-z_]+)`", later)) == set(STATES) - reachable()


def test_the_field_page_tables_the_states_that_are_reached() -> None:
    table = read("docs/domain.md").partition("### States\n")[2].partition("\nA state belongs")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)) == reachable()


def test_the_changes_do_not_promise_states_that_are_not_reached() -> None:
    assert (len(STATES), len(reachable())) == (16, 16), "then the changes say otherwise: all sixteen"
    assert "All sixteen states can be reached" in " ".join(read("CHANGELOG.md").split())


def test_notices_leave_only_over_a_provider_that_is_set_and_the_documents_say_so() -> None:
    assert {one.name for one in channels({}).values()} == {"log"}
    assert "leave only once a provider is set" in " ".join(read("README.md").split())
    assert "0026-a-second-process-sends.md" in read("docs/adr/0009-notices-through-an-outbox.md")


def test_the_field_page_tables_every_notice() -> None:
    table = read("docs/domain.md").partition("### Notices\n")[2].partition("From 21:00")[0]
    assert set(re.findall(r"`([a-z0-9_]+)`", table)) == {rule.code for rule in rules()} - {DIGEST}


def test_every_notice_has_its_text_and_its_name() -> None:
    texts = catalogue("zh")
    for rule in rules():
        assert f"notices.text.{rule.code}" in texts
        assert f"notices.code.{rule.code}" in texts
        assert rule.after <= {*VERBS, "report", "send_queued"}
