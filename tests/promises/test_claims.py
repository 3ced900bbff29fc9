"""What the documents claim and a machine can look up: states nobody reaches, limits, verbs, what is sent to nobody."""

from __future__ import annotations

import re
from pathlib import Path

from dispatch.cases.lifecycle import STATES, TRANSITIONS

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
    table = read("docs/domain.md").partition("### States\n")[2].partition("*Later")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)) == reachable()


def test_the_changes_do_not_promise_states_that_are_not_reached() -> None:
    assert (len(STATES), len(reachable())) == (16, 15), "then the changes say otherwise: sixteen, fifteen"
    assert "sixteen states fifteen can be reached" in " ".join(read("CHANGELOG.md").split())


def test_nothing_is_sent_to_anybody_outside_and_the_documents_say_so() -> None:
    code = " ".join(file.read_text(encoding="utf-8") for file in (ROOT / "dispatch").rglob("*.py"))
    assert not re.search(r"\boutbox\b", code), "then say in README and decision 0009 that notices leave"
    assert "Text messages are not sent" in read("README.md")
    assert "come with the first outside channel" in " ".join(read("docs/adr/0009-notices-through-an-outbox.md").split())
