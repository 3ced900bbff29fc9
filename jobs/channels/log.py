"""``log``: nothing leaves the house; the outbox keeps what would have been sent."""

from __future__ import annotations

import logging

from dispatch.access.masking import mask_phone
from jobs.channels.channel import Message, Receipt
from words.notices import signed

_log = logging.getLogger("gridcommand.notices")


class LogChannel:
    """Takes everything."""

    name = "log"

    def send(self, message: Message) -> Receipt:
        """Write down that it would have gone, to whom masked."""
        _log.info("notice %s (%s) to %s", message.notice_id, message.code, mask_phone(message.phone))
        return Receipt("", signed(message.signature, message.text))
