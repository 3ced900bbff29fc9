"""A robot of a WeCom group (企业微信群机器人).

Source: developer.work.weixin.qq.com, "Group robot configuration".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from jobs.channels.channel import Message, Receipt
from jobs.channels.web import check_code, compact, fields_of, post
from words.notices import signed

LONGEST_BYTES = 2048
_PASSING = frozenset({-1, 45009, 45033})
"""System busy; too often; too many at once."""


@dataclass(frozen=True)
class WeComRobot:
    """One robot; its address holds its key."""

    url: str = field(repr=False)
    name: str = "wecom"

    def send(self, message: Message) -> Receipt:
        """Post the text into the group, cut where WeCom takes no more."""
        text = signed(message.signature, message.text).encode()[:LONGEST_BYTES].decode(errors="ignore")
        body = compact({"msgtype": "text", "text": {"content": text}})
        answer = fields_of(post(self.url, content=body, headers={"content-type": "application/json; charset=utf-8"}))
        check_code(answer.get("errcode"), answer.get("errmsg"), good=0, passing=_PASSING)
        return Receipt("", text)
