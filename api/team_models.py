"""What the advice on a case tells of a team."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AliasPath, BeforeValidator, Field
from pydantic.config import JsonDict

from api.wording import Answer, Said
from base.values import Code


class ToldOut(Answer):
    """A stable code and a sentence in the asker's language."""

    code: str = Field(examples=["skill"])
    text: Said = Field(examples=["水上救援"])


def _told(value: object) -> object:
    return {"code": value.code, "text": value} if isinstance(value, Code) else value


Told = Annotated[ToldOut, BeforeValidator(_told)]


class TeamMember(Answer):
    """One of the team: the first to arrive leads. ``eta_s`` travel time in seconds; ``roles`` what he is there for:
    ``lead``, ``skill``, ``unit``, ``card``, or ``second`` so that nobody goes alone.
    """

    worker: int
    name: str
    is_lead: bool
    eta_s: float
    roles: list[Told]


class UnmetNeed(Answer):
    """A need that is not met: ``need_people``, ``need_skill`` (any of ``any_of``), ``need_unit``, or ``need_card``:
    card holders of one of the departments ``any_of``.

    How many are ``wanted``, how many are ``found`` who can be sent, and why not more: those on duty cannot be sent,
    they are off duty, or there are none at all.
    """

    code: str = Field(validation_alias=AliasPath("told", "code"))
    text: Said = Field(validation_alias="told")
    any_of: list[str] = Field(validation_alias=AliasPath("need", "any_of"))
    wanted: int = Field(validation_alias=AliasPath("need", "people"))
    found: int
    why: Literal["nobody_free", "nobody_on_duty", "nobody_at_all"]


class UnitCallOut(Answer):
    """A department to call, since nobody of it can be sent."""

    department: str
    text: Said = Field(validation_alias="told")


class TeamOut(Answer):
    """Who should go together, first arrivals first; which needs are not met; whom to call."""

    members: list[TeamMember]
    unmet: list[UnmetNeed]
    call: list[UnitCallOut]


class DivertibleWorker(Answer):
    """Somebody on a lighter case who would meet a need sooner than the team does.

    ``earlier_s`` seconds before the last of those the team has for it, null where it has too few. ``case_no`` is the
    case he would leave, ``state`` that of his task there; ``gain`` what is won, ``loss`` what becomes of that case.
    """

    worker: int
    name: str
    eta_s: float
    earlier_s: float | None
    case_no: str
    priority: str
    state: str
    gain: Told
    loss: Told


TEAM_EXAMPLE: JsonDict = {
    "members": [
        {
            "worker": 12,
            "name": "沈建国",
            "is_lead": True,
            "eta_s": 214.0,
            "roles": [{"code": "lead", "text": "带队"}, {"code": "skill", "text": "急救"}],
        },
        {
            "worker": 40,
            "name": "钱惠明",
            "is_lead": False,
            "eta_s": 402.0,
            "roles": [{"code": "skill", "text": "水上救援"}],
        },
    ],
    "unmet": [
        {
            "code": "need_unit",
            "text": "卫生院须到场,可派 0 人:都不在岗",
            "any_of": ["WS"],
            "wanted": 1,
            "found": 0,
            "why": "nobody_on_duty",
        }
    ],
    "call": [{"department": "WS", "text": "通知卫生院到场"}],
}
DIVERTIBLE_EXAMPLE: JsonDict = {
    "worker": 31,
    "name": "陆芳",
    "eta_s": 95.0,
    "earlier_s": 307.0,
    "case_no": "YZ2611210003",
    "priority": "P3",
    "state": "on_scene",
    "gain": {"code": "earlier", "text": "水上救援可早到 5 分 7 秒"},
    "loss": {"code": "waits_again", "text": "案件 YZ2611210003(P3)退回待派,时限照走"},
}
