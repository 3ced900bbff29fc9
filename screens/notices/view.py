"""Notices as lines of a table, without Dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from base.values import Code
from dispatch.notices.sent import SentNotice
from words.catalogue import text
from words.names import name_of
from words.notices import error_text, segments, shown_text
from words.units import day_and_time
from words.values import code_text


@dataclass(frozen=True)
class NoticeLine:
    """One line: everything in words, and what may be done about it."""

    notice_id: str
    at: str
    urgency: str
    name: str
    case_no: str
    to: str
    channel: str
    text: str
    language: str
    messages: str
    state: str
    state_name: str
    remark: str
    may_go_again: bool


def notice_lines(notices: Sequence[SentNotice], language: str, *, may_send_again: bool) -> list[NoticeLine]:
    """The lines of the table in the visitor's language; the text of each notice in its reader's."""
    return [_line(one, language, may_send_again=may_send_again) for one in notices]


def _line(notice: SentNotice, language: str, *, may_send_again: bool) -> NoticeLine:
    said = ""
    if notice.told is not None:
        said = shown_text(notice.code, notice.told, notice.language, notice.body)
    return NoticeLine(
        notice_id=str(notice.notice_id),
        at=day_and_time(notice.created_at, language),
        urgency=notice.urgency,
        name=name_of("notices.code", notice.code, language),
        case_no=notice.case_no or "",
        to=code_text(notice.to, language) if isinstance(notice.to, Code) else notice.to,
        channel=name_of("notices.channel", notice.channel, language),
        text=said,
        language=notice.language,
        messages=text("notices.page.messages", language, n=segments(said)) if said and notice.channel == "sms" else "",
        state=notice.state,
        state_name=_state_name(notice, language),
        remark=_remark(notice, language),
        may_go_again=may_send_again and notice.state == "dead",
    )


def _state_name(notice: SentNotice, language: str) -> str:
    """What state it is in; what was only written down is not called sent."""
    if notice.over == "log":
        return text("notices.page.recorded", language)
    return name_of("notices.state", notice.state, language)


def _remark(notice: SentNotice, language: str) -> str:
    """What came of it: who took it and when, until when it waits, what went wrong how often."""
    if notice.sent_at is not None:
        over = name_of("notices.over", notice.over or "", language)
        return text("notices.page.sent", language, at=day_and_time(notice.sent_at, language), over=over)
    parts = []
    if notice.last_error:
        error = error_text(notice.last_error, language)
        parts.append(text("notices.page.failed", language, tries=notice.tries, error=error))
    if notice.next_try_at is not None and (notice.tries or notice.not_before):
        parts.append(text("notices.page.next", language, at=day_and_time(notice.next_try_at, language)))
    return text("notices.between", language).join(parts)
