"""The verbs of the open case as buttons: which stand in sight, what each asks for; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dispatch.cases.life_verbs import RATINGS
from dispatch.cases.lifecycle import transition_of
from words.catalogue import text

VERB_ORDER = (
    "acknowledge", "rule", "grant_extension", "refuse_extension", "accept", "dispatch", "check", "sign", "arrive",
    "start", "feedback", "close", "resume", "support", "transfer", "reopen", "unmerge", "reply", "whistle", "supervise",
    "urge", "rate", "suspend", "escalate", "merge", "remark", "send_back", "reject", "cancel",
)  # fmt: skip
"""The order in which verbs stand as buttons: what waits for a decision, the way of a case, then the ways off it
(``divert`` and ``take_back`` have places of their own; workers are sent from the advice)."""
TO_DEPARTMENT = frozenset({"dispatch", "support"})
"""Verbs that may be of a department in place of a worker: a button of its own asks which."""
OFF_THE_WAY = frozenset({"reject", "cancel", "send_back", "suspend", "refuse_extension"})
AGAIN = frozenset(
    {"support", "transfer", "check", "rate", "escalate", "merge", "whistle", "unmerge", "reopen", "remark"}
)
LEADING = 2
"""Buttons of the way in sight at once; the others are behind 更多."""
ALWAYS_IN_SIGHT = frozenset({"dispatch", "support", "transfer"})
_SELDOM = frozenset(VERB_ORDER[VERB_ORDER.index("reply") :])
_ASKED = ("until", "parent", "department", "lead", "departments", "meet_at", "place", "note")
"""What a form has fields for; a worker is chosen from the advice."""
_BESIDES = {"merge": ("note",), "urge": ("note",), "whistle": ("departments", "meet_at", "place", "note")}
"""What a form asks for besides what its verb needs."""
Choice = tuple[str, str]
"""Something to choose in a form: its value, and what it is called."""


@dataclass(frozen=True)
class VerbButton:
    """One thing this person may do with the case now.

    ``rating`` is what the reporter said, of a call-back; ``form`` the fields it asks for, ``choices`` what may be
    chosen there.
    """

    verb: str
    label: str
    tone: str
    rating: str = ""
    form: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


def verb_buttons_of(
    allowed: Sequence[str], language: str, choices: Mapping[str, Sequence[Choice]] | None = None
) -> tuple[VerbButton, ...]:
    """The buttons of the verbs that are allowed; ``choices`` of some verbs are by their name."""
    given = choices or {}
    return tuple(
        button
        for verb in VERB_ORDER
        if verb in allowed
        for button in _buttons(verb, language, tuple(given.get(verb, ())))
    )


def in_sight(buttons: Sequence[VerbButton]) -> tuple[list[VerbButton], list[VerbButton]]:
    """Those that stand in sight, and the others: the next steps of the way, and where there is none the first ones."""
    always = [one for one in buttons if one.verb in ALWAYS_IN_SIGHT and not (one.verb == "support" and one.form)]
    way = [one for one in buttons if one.verb not in _SELDOM | ALWAYS_IN_SIGHT] or list(buttons)
    first = way[:LEADING]
    shown = [one for one in buttons if one in first or one in always]
    return shown, [one for one in buttons if one not in shown]


def _buttons(verb: str, language: str, choices: tuple[Choice, ...]) -> list[VerbButton]:
    tone = "off" if verb in OFF_THE_WAY else "again" if verb in AGAIN else "on"
    if verb == "rate":
        return [VerbButton(verb, text(f"console.rate.{one}", language), tone, one) for one in RATINGS]
    to_worker = VerbButton(verb, text(f"console.verb.{verb}", language), tone, form=_form(verb), choices=choices)
    if verb not in TO_DEPARTMENT:
        return [to_worker]
    label = text(f"console.to_department.{verb}", language)
    to_department = VerbButton(verb, label, "again", form=("department", "note"), choices=choices)
    return [*([] if verb == "dispatch" else [replace(to_worker, choices=())]), *([to_department] if choices else [])]


def _form(verb: str) -> tuple[str, ...]:
    """What the verb has to be told; who is sent to or taken from it is told elsewhere."""
    transition = transition_of(verb)
    assert transition is not None
    if "worker" in transition.needs:
        return ()
    needs = {*transition.needs, *_BESIDES.get(verb, ())}
    return tuple(name for name in _ASKED if name in needs)
