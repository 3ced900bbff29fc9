"""Writes docs/roles.md from the table of rights: ``python -m tests.promises.write_roles``."""

from __future__ import annotations

from pathlib import Path

from dispatch.access.first_accounts import FIRST_ACCOUNTS
from dispatch.access.grants import GRANTS
from dispatch.access.roles import DEPARTMENT_ROLES, ON_FOOT, ROLES, VILLAGE_ROLES
from dispatch.access.scope import Scope, readable_cases
from dispatch.cases.lifecycle import TRANSITIONS
from screens.screens import home
from words.catalogue import text

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"
HEAD = """# Roles

Who there is, where each begins, what each may do: written from `dispatch/access/grants.py`,
`dispatch/cases/lifecycle.py` and `screens/screens.py` by `python -m tests.promises.write_roles`; a test
compares. What they are in the field: [roles](domain.md#roles).

An account is made with `python app.py user add NAME --role ROLE`, a token with
`python app.py token create --role ROLE`; both take `--worker`, `--department` and `--village`. The names are the same
everywhere.

"""
WHOSE = {
    **dict.fromkeys(ON_FOOT, "a worker"),
    **dict.fromkeys(DEPARTMENT_ROLES, "a department, or one of its workers"),
    "village_operator": "a village",
    "grid_mentor": "a village",
}
READS = {"every_case": "every case", "from_level": "cases at the county's level", "own_village": "its village's"}


def _reads(role: str) -> str:
    """Which cases a role reads, by the parameters it asks the predicate with."""
    everything = Scope(
        "x", role, 330421, 1, grids=("330421111201001",), departments=("ZF",), villages=("330421111201",)
    )  # type: ignore[arg-type]
    asked = readable_cases(everything)
    if asked["every_case"]:
        return "every case"
    told = [words for name, words in READS.items() if asked[name]]
    told += ["its department's"] if role in DEPARTMENT_ROLES else []
    told += ["its grid's and its worker's"] if role in ON_FOOT - VILLAGE_ROLES and asked["own_worker"] else []
    told += ["those it reported"] if asked["account"] else []
    return ", ".join(told) or "none"


def _name(role: str) -> str:
    return f"{text(f'shell.role.{role}', 'zh')}, {text(f'lifecycle.role.{role}', 'en')}"


def people() -> list[str]:
    """Each role: name, first page, whose account it is, which cases it reads, whether a first start makes one."""
    rows = [
        f"| `{role}` | {_name(role)} | `{home(role)}` | {WHOSE.get(role, 'nobody in particular')} | {_reads(role)} | "
        f"{'yes' if role in FIRST_ACCOUNTS else 'no'} |"
        for role in ROLES
    ]
    return [
        "| role | name | first page | account of | reads | made at first start |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
    ]


def rights() -> list[str]:
    """Each action and who is granted it."""
    rows = [f"| `{action}` | {', '.join(r for r in ROLES if r in roles)} |" for action, roles in GRANTS.items()]
    return ["| action | granted to |", "|---|---|", *rows, ""]


def verbs() -> list[str]:
    """Each role and the verbs it may perform on any case it reads; in brackets those that end with P2."""
    rows = []
    for role in ROLES:
        usual = [line.verb for line in TRANSITIONS if role in line.roles]
        urgent = {line.verb for line in TRANSITIONS if role in line.urgent_roles}
        told = [verb if verb in urgent else f"({verb})" for verb in usual]
        if told:
            rows.append(f"| `{role}` | {', '.join(told)} |")
    return ["| role | verbs |", "|---|---|", *rows, ""]


def page() -> str:
    """The whole page."""
    parts = (
        ("## Who there is", people()),
        ("## Rights", rights()),
        (
            "## Verbs of a case\n\nBesides those of whose task it is ([the closed loop](closed-loop.md)). In brackets: "
            "not on a case of P1 or P2.",
            verbs(),
        ),
    )
    return HEAD + "\n".join(line for title, lines in parts for line in (title, "", *lines)).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
