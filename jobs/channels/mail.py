"""E-mail over a server of one's own (SMTP)."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

from jobs.channels.channel import Message, ProviderRefused, ProviderUnavailable, Receipt
from words.notices import signed

TIMEOUT_S = 10.0
_PASSING_FROM, _REFUSED_FROM = 400, 500


@dataclass(frozen=True)
class Mail:
    """One server. ``security`` is ``starttls``, ``tls`` or ``none`` (a server of this machine)."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"
    name: str = "smtp"

    def send(self, message: Message) -> Receipt:
        """Send one mail; its Message-ID is made of the notice's id, so that the same one twice is known as one."""
        text = signed(message.signature, message.text)
        try:
            with self._connected() as server:
                server.send_message(self._mail(message, text))
        except smtplib.SMTPRecipientsRefused as fault:
            raise _answered(next(iter(fault.recipients.values()))[0]) from fault
        except smtplib.SMTPResponseException as fault:
            raise _answered(fault.smtp_code) from fault
        except (OSError, smtplib.SMTPException) as fault:
            raise ProviderUnavailable("unreachable", reason=type(fault).__name__) from fault
        return Receipt("", text)

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        if self.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)
        return server

    def _mail(self, message: Message, text: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = message.email
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(message.at)
        mail["Message-ID"] = f"<{message.notice_id}@{self.sender.rpartition('@')[2]}>"
        mail.set_content(text, cte="base64")
        return mail


def _answered(code: int) -> ProviderUnavailable | ProviderRefused:
    """What a server's answer means: 4xx another time, 5xx never."""
    if _PASSING_FROM <= code < _REFUSED_FROM:
        return ProviderUnavailable("busy", detail=f"SMTP {code}")
    return ProviderRefused("refused", detail=f"SMTP {code}")
