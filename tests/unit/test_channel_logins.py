"""A channel is cut off when its own login has ended, and for no other reason."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import Any, cast

import pytest

from api.security import channel_logins
from api.security.channel_logins import ChannelLogins
from dispatch.access.scope import Scope
from dispatch.access.sessions import Sessions

WHO = Scope("wall", "display", 990001)


class SlowSessions:
    """Answers about channels only when it is told to, as a busy database does; ``ended`` holds no more."""

    def __init__(self) -> None:
        self.ended: set[str] = set()
        self.is_asked = threading.Event()
        self.may_answer = threading.Event()

    def recognise_all(self, tokens: Iterable[str]) -> dict[str, Scope | None]:
        self.is_asked.set()
        self.may_answer.wait(10)
        return {token: None if token in self.ended else WHO for token in tokens}


def test_a_channel_opened_while_the_others_are_asked_about_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_logins, "EVERY_S", 0.01)
    sessions = SlowSessions()
    logins = ChannelLogins(cast(Sessions, sessions))
    sent: list[dict[str, Any]] = []

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    def opened(token: str) -> asyncio.Task[None]:
        return asyncio.create_task(logins.run(token, app, {}, cast(Any, None), send))

    async def day() -> None:
        sessions.ended.add("ended")
        ending = opened("ended")
        await asyncio.to_thread(sessions.is_asked.wait, 10)
        staying = opened("new")
        await asyncio.sleep(0)
        sessions.may_answer.set()
        await asyncio.wait_for(ending, 10)
        await asyncio.sleep(0.1)
        assert not staying.done()
        staying.cancel()

    asyncio.run(day())
    assert [message["code"] for message in sent] == [channel_logins.ENDED]
