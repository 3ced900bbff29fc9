"""/api/notices: what was sent to whom, over which channel, and what came of it; what was given up is sent again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.security.asker import Language, granted
from base.database import Transaction
from base.values import Code
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.notices.job_runs import channel_checks
from dispatch.notices.outbox import send_again
from dispatch.notices.sent import NoticeState, SentNotice, sent_notices
from words.checks import check_text
from words.names import name_of
from words.notices import error_text, segments, shown_text
from words.values import code_text

STATE_HELP = "`waiting`, `sending`, `sent`, `dead` (given up), `held` (put off), `digested` (told with others)"


class NoticeOut(BaseModel):
    """One notice. The text is in its reader's language; numbers are masked; a system administrator reads no text."""

    notice: UUID
    code: str
    name: str = Field(description="what the code is called")
    case_no: str | None
    recipient_kind: str
    to: str = Field(description="a name, a masked number, or a group")
    language: str = Field(description="of its reader")
    channel: str
    over: str | None = Field(description="the provider that took it; `log`: written down only, nothing left")
    urgency: str
    text: str
    messages: int = Field(description="how many text messages it is sent as")
    state: NoticeState
    tries: int
    created_at: datetime
    not_before: datetime | None = Field(description="until when it is put off")
    next_try_at: datetime | None
    sent_at: datetime | None
    last_error: str


class NoticeList(BaseModel):
    """The newest notices, and what is to be said of channels that are down."""

    at: datetime
    down: list[str]
    notices: list[NoticeOut]


class AgainOut(BaseModel):
    """That a notice is sent again."""

    notice: UUID
    at: datetime


def notice_out(notice: SentNotice, language: str) -> NoticeOut:
    """A notice as it is answered, its names in the asker's language."""
    told = notice.told
    text = "" if told is None else shown_text(notice.code, told, notice.language, notice.body)
    return NoticeOut(
        notice=notice.notice_id,
        code=notice.code,
        name=name_of("notices.code", notice.code, language),
        case_no=notice.case_no,
        recipient_kind=notice.recipient_kind,
        to=code_text(notice.to, language) if isinstance(notice.to, Code) else notice.to,
        language=notice.language,
        channel=notice.channel,
        over=notice.over,
        urgency=notice.urgency,
        text=text,
        messages=segments(text),
        state=notice.state,
        tries=notice.tries,
        created_at=notice.created_at,
        not_before=notice.not_before,
        next_try_at=notice.next_try_at,
        sent_at=notice.sent_at,
        last_error=error_text(notice.last_error, language),
    )


def router(centre: Centre) -> APIRouter:
    """The endpoints of the outbox of one centre."""
    routes = APIRouter(prefix="/api/notices", tags=["notices"])
    area_id = centre.area.area_id

    @routes.get("", summary="What was sent to whom, and what came of it")
    def notices(
        scope: Annotated[Scope, granted("notice.see")],
        language: Language,
        state: Annotated[NoticeState | None, Query(description=STATE_HELP)] = None,
        case: Annotated[str | None, Query(pattern=r"^[A-Z]{2}[0-9]{10,16}$", description="number of a case")] = None,
    ) -> NoticeList:
        """The newest first, 200 at most; of cases the asker may know of."""
        at = centre.clock()
        with centre.database.transaction() as transaction:
            found = sent_notices(transaction, area_id, scope, at, state, case)
            down = down_texts(transaction, area_id, language)
        return NoticeList(at=at, down=down, notices=[notice_out(one, language) for one in found])

    @routes.post(
        "/{notice}/again",
        summary="Have a notice that was given up sent again",
        responses={404: {"description": "There is no such notice"}, 409: {"description": "It has been sent"}},
    )
    def again(notice: UUID, scope: Annotated[Scope, granted("notice.again")]) -> AgainOut:
        """It begins anew, from its first channel on; asked twice it is sent once."""
        at = centre.clock()
        with centre.database.transaction() as transaction:
            send_again(transaction, area_id, scope, notice, at)
        return AgainOut(notice=notice, at=at)

    return routes


def down_texts(transaction: Transaction, area_id: int, language: str) -> list[str]:
    """What is to be said of channels that are down."""
    return [check_text(one, language) for one in channel_checks(transaction, area_id)]
