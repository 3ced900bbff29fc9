"""What every channel takes and gives: a message, a receipt, or one of two faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dispatch.notices.claims import Error


@dataclass(frozen=True)
class Message:
    """A notice as a provider is handed it.

    Parameters
    ----------
    notice_id
        the same however often it is tried: handed on where a provider keeps it.
    code
        what it tells, which may choose a template.
    phone, email
        the address; empty where it is not known, or of a robot.
    signature, subject, text
        in the reader's language; the text without the signature.
    words
        what fills a provider's own template, in the order of the text.
    at
        the present moment, which signatures contain.
    """

    notice_id: UUID
    code: str
    phone: str
    email: str
    signature: str
    subject: str
    text: str
    words: Mapping[str, str] = field(default_factory=dict)
    at: datetime = field(kw_only=True)


@dataclass(frozen=True)
class Receipt:
    """That a provider took a message: its own id for it (may be empty), and the text as it left."""

    provider_id: str
    body: str


class NotificationChannel(Protocol):
    """A provider."""

    @property
    def name(self) -> str:
        """What ``notices.over`` words."""

    def send(self, message: Message) -> Receipt:
        """Hand a message over, and wait for the provider's word some seconds at most.

        Raises
        ------
        ProviderRefused
            when trying again would change nothing.
        ProviderUnavailable
            when it may go well another time.
        """


class _ProviderFault(Exception):
    """``error`` holds the code of ``notices.error`` and what fills its text; never a secret or a whole number."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.error: Error = {"code": code} | values


class ProviderRefused(_ProviderFault):
    """The provider will not send this message, now or later."""


class ProviderUnavailable(_ProviderFault):
    """The provider did not take it this time; ``is_down``: for a fault of its own, not for this message."""

    def __init__(self, code: str, *, is_down: bool = True, **values: str) -> None:
        super().__init__(code, **values)
        self.is_down = is_down
