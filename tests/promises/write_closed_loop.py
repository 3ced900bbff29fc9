"""Writes docs/closed-loop.md from the table of states and verbs: ``python -m tests.promises.write_closed_loop``."""

from __future__ import annotations

from pathlib import Path

from dispatch.access.roles import ROLES
from dispatch.cases.allowed import allowed
from dispatch.cases.lifecycle import MEANINGS, STATES, TRANSITIONS, Transition, is_possible, stage_of
from words.catalogue import text

PAGE = Path(__file__).parents[2] / "docs" / "closed-loop.md"
HEAD = """# The closed loop

The whole life of a case, written from the tables in `dispatch/cases/lifecycle.py` by
`python -m tests.promises.write_closed_loop`; a test compares. What the verbs do, and the rules beside the table: [the
life of a case](domain.md#the-life-of-a-case).

"""
BESIDE = (
    "`object` is for the assignee who returned the case once, or leads it after the ruling; others may still return it."
)


def _of(name: str, code: str) -> str:
    return text(f"lifecycle.{name}.{code}", "zh")


def diagram() -> list[str]:
    """The usual ways between the states, each arrow with its verbs; those of a task are its lead's."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> reported: report 上报"]
    lines += [f"    {state}: {state} {_of('state', state)}" for state in STATES]
    ways: dict[tuple[str, str], list[str]] = {}
    for line in TRANSITIONS:
        for source in (state for state in STATES if state in line.sources):
            for target in _usual(line, source):
                ways.setdefault((source, target), []).append(f"{line.verb} {_of('verb', line.verb)}")
    lines += [f"    {source} --> {target}: {', '.join(verbs)}" for (source, target), verbs in ways.items()]
    return [*lines, "```", ""]


def _usual(line: Transition, source: str) -> list[str]:
    """Where a verb leads from a state: its target, or a state of the same stage that is no verb's target."""
    targets = {each.target for each in TRANSITIONS}
    own = [state for state in line.otherwise if state not in targets and stage_of(state) == stage_of(source)]
    return own or ([] if line.target is None else [line.target])


def states() -> list[str]:
    """Each state with how far a case in it is and which limit runs."""
    rows = [f"| `{one.state}` | {_of('state', one.state)} | {one.stage} | {one.step or '–'} |" for one in MEANINGS]
    return ["| state | name | stage | limit that runs |", "|---|---|---|---|", *rows, ""]


def _who(line: Transition) -> str:
    usual, urgent = (
        ", ".join((*line.persons, *sorted(roles))) or "nobody" for roles in (line.roles, line.urgent_roles)
    )
    return usual if usual == urgent else f"{usual} (P1, P2: {urgent})"


def verbs() -> list[str]:
    """Each verb from where to where, who may, what it needs."""
    rows = []
    for line in TRANSITIONS:
        sources = ", ".join(state for state in STATES if state in line.sources)
        targets, needs = ", ".join(line.targets) or "–", ", ".join(line.needs) or "–"
        rows.append(f"| `{line.verb}` | {_of('verb', line.verb)} | {sources} | {targets} | {_who(line)} | {needs} |")
    head = ["| verb | name | from | to | who | needs |", "|---|---|---|---|---|---|"]
    return [*head, *rows, "", BESIDE, ""]


def cells() -> list[str]:
    """Verb by state, for a P3 and a P1 case: the roles, by their first letters, to whom it is open there."""
    head = "| verb | " + " | ".join(STATES) + " |"
    rows = [f"| `{line.verb}` | " + " | ".join(_cell(line, state) for state in STATES) + " |" for line in TRANSITIONS]
    letters = ", ".join(f"{_letters(role)} {role} {_of('role', role)}" for role in ROLES)
    told = (
        f"{letters}; A the assignee, C who was asked to check, R who reported. After a slash: P1, where that differs."
    )
    return [told, "", head, "|" + "---|" * (len(STATES) + 1), *rows, ""]


def _letters(role: str) -> str:
    """The first letters of its words, two of a single word that shares its first with another."""
    parts = role.split("_")
    shared = [one for one in ROLES if "_" not in one and one[0] == role[0]]
    return role[:2] if len(parts) == 1 and len(shared) > 1 else "".join(part[0] for part in parts)


def _cell(line: Transition, state: str) -> str:
    usual, urgent = (_open_to(line, state, priority) for priority in ("P3", "P1"))
    return usual or "·" if usual == urgent else f"{usual or '·'} / {urgent or '·'}"


def _open_to(line: Transition, state: str, priority: str) -> str:
    if not is_possible(line.verb, state, priority):
        return ""
    roles = [_letters(role) for role in ROLES if line.verb in allowed(state, role, priority, is_assignee=False)]
    return " ".join((*(name[0].upper() for name in line.persons), *roles)) or "–"


def page() -> str:
    """The whole page."""
    parts = (
        ("## From state to state", diagram()),
        ("## States", states()),
        ("## Verbs", verbs()),
        ("## Verb by state by role", cells()),
    )
    return HEAD + "\n".join(line for title, lines in parts for line in (title, "", *lines)).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
