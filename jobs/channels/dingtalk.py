"""A custom robot of a DingTalk group (钉钉群机器人), with or without a signing secret.

Source: open.dingtalk.com, "Custom robot: security settings".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from jobs.channels.channel import Message, Receipt
from jobs.channels.web import check_code, compact, fields_of, post
from words.notices import signed

_PASSING = frozenset({-1, 130101, 130102, 410100, 400013})
"""System busy; more than 20 a minute; sent too fast."""


@dataclass(frozen=True)
class DingTalkRobot:
    """One robot; its address holds its token, so it is as secret as ``secret``."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    name: str = "dingtalk"

    def send(self, message: Message) -> Receipt:
        """Post the text into the group."""
        text = signed(message.signature, message.text)
        body = compact({"msgtype": "text", "text": {"content": text}})
        address = self.url + (signature_query(self.secret, message.at) if self.secret else "")
        answer = fields_of(post(address, content=body, headers={"content-type": "application/json; charset=utf-8"}))
        check_code(answer.get("errcode"), answer.get("errmsg"), good=0, passing=_PASSING)
        return Receipt("", text)


def signature_query(secret: str, at: datetime) -> str:
    """What is added to the robot's address: the moment in milliseconds and the signature of it."""
    moment = round(at.timestamp() * 1000)
    digest = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
    return f"&timestamp={moment}&sign={quote(base64.b64encode(digest).decode(), safe='')}"
