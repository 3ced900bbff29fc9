"""Sends what lies in the outbox of one town: claims what is due, hands it to its channel, marks what came of it.

Nothing is held in the database while a provider is waited for. Any number of processes may do this at once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from dispatch.centre import Centre
from dispatch.notices.claims import claim, digested, mark_failed, mark_sent
from dispatch.notices.outbox import Notice
from dispatch.notices.recipients import Address, address_of
from dispatch.notices.rules import DIGEST
from jobs.channels.channel import Message, NotificationChannel, ProviderRefused, ProviderUnavailable, Receipt
from words.catalogue import text
from words.names import name_of
from words.notices import notice_text, template_words

AT_ONCE = 8
"""Notices of a town one process hands over at once: a slow provider holds up as many, and no others."""
_MOST_CASES = 5
"""Cases a digest names."""
_log = logging.getLogger("gridcommand.jobs")


class Sender:
    """The sender of one town in one process.

    Parameters
    ----------
    centre
        the town, its database and clock.
    channels
        by their names in the outbox; one that is switched off is not there.
    signature
        of who sends; empty: the town's centre.
    """

    def __init__(self, centre: Centre, channels: Mapping[str, NotificationChannel], signature: str = "") -> None:
        self._centre = centre
        self._channels = channels
        self._signature = signature
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notices")
        self._at_work: set[Future[None]] = set()

    def step(self) -> int:
        """Begin to send what is due, as much as there is room for; how many were begun."""
        self._look_after()
        room = AT_ONCE - len(self._at_work)
        if room <= 0:
            return 0
        with self._centre.database.transaction() as transaction:
            claimed = claim(transaction, self._centre.area.area_id, self._centre.clock(), room)
        self._at_work |= {self._pool.submit(self.send, notice) for notice in claimed}
        return len(claimed)

    def _look_after(self) -> None:
        """Forget what is done. What could not even be marked is tried again when its lease has passed."""
        for one in [one for one in self._at_work if one.done()]:
            self._at_work.discard(one)
            fault = one.exception()
            if fault is not None:
                _log.warning("a notice could not be marked: %s", type(fault).__name__)

    def close(self) -> None:
        """Wait for what is being sent; what has not begun is left to the next process."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def send(self, notice: Notice) -> None:
        """Send one claimed notice and mark it. Whatever goes wrong with it is marked too."""
        try:
            channel, message = self._prepared(notice)
            receipt = channel.send(message)
        except ProviderUnavailable as fault:
            self._failed(notice, fault.error, is_passing=True, is_down=fault.is_down)
        except ProviderRefused as fault:
            self._failed(notice, fault.error, is_passing=False)
        except Exception as fault:
            _log.exception("notice %s could not be sent", notice.notice_id)
            self._failed(notice, {"code": "broken", "reason": type(fault).__name__}, is_passing=True)
        else:
            self._sent(notice, channel.name, receipt)

    def _prepared(self, notice: Notice) -> tuple[NotificationChannel, Message]:
        """The channel and the message.

        Raises
        ------
        ProviderRefused
            when the channel is switched off, or its reader has no address for it.
        """
        channel = self._channels.get(notice.channel)
        if channel is None:
            raise ProviderRefused("channel_off")
        address, notice = self._read(notice)
        if not _is_reached(notice.channel, address) and channel.name != "log":
            raise ProviderRefused("no_address")
        return channel, self._message(notice, address)

    def _read(self, notice: Notice) -> tuple[Address, Notice]:
        """How its reader is reached, and of a digest what it tells of."""
        with self._centre.database.transaction() as transaction:
            address = address_of(transaction, notice.area_id, notice.recipient)
            if notice.code != DIGEST:
                return address, notice
            count, cases = digested(transaction, notice)
        named = cases[:_MOST_CASES] + (["…"] if len(cases) > _MOST_CASES else [])
        return address, replace(notice, told={"no": "", "count": count, "cases": named})

    def _message(self, notice: Notice, address: Address) -> Message:
        language, told = notice.language, notice.told
        name = name_of("notices.code", notice.code, language)
        return Message(
            notice_id=notice.notice_id,
            code=notice.code,
            phone=address.phone,
            email=address.email,
            signature=self._signature or text("notices.signature", language, area=self._centre.area.name),
            subject=text("notices.subject", language, code=name, no=told.get("no", "")),
            text=notice_text(notice.code, told, language),
            words=template_words(notice.code, told, language),
            at=self._centre.clock(),
        )

    def _sent(self, notice: Notice, over: str, receipt: Receipt) -> None:
        at = self._centre.clock()
        with self._centre.database.transaction() as transaction:
            is_ours = mark_sent(transaction, notice, at, over=over, provider_id=receipt.provider_id, body=receipt.body)
        if not is_ours:
            _log.warning("notice %s was sent after its lease had passed", notice.notice_id)

    def _failed(self, notice: Notice, error: Mapping[str, str], *, is_passing: bool, is_down: bool = False) -> None:
        at: datetime = self._centre.clock()
        with self._centre.database.transaction() as transaction:
            mark_failed(transaction, notice, at, error, is_passing=is_passing, is_down=is_down)


def _is_reached(channel: str, address: Address) -> bool:
    """Whether an address serves for a channel; a robot needs none."""
    return channel == "robot" or bool(address.phone if channel == "sms" else address.email)
