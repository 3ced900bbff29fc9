"""Text messages by Tencent Cloud (腾讯云短信): ``SendSms`` of sms, version 2021-01-11.

Source: cloud.tencent.com, "Signature v3" (TC3-HMAC-SHA256) and "SendSms".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from jobs.channels.channel import Message, ProviderRefused, ProviderUnavailable, Receipt
from jobs.channels.web import check_code, compact, fields_of, post
from words.notices import signed

URL = "https://sms.tencentcloudapi.com"
CONTENT_TYPE = "application/json; charset=utf-8"
_PASSING_BEGIN = ("LimitExceeded", "RequestLimitExceeded", "InternalError", "FailedOperation.InsufficientBalance")
"""How the codes begin after which it may go well later."""


@dataclass(frozen=True)
class TencentSms:
    """One account and application. ``templates`` has the approved template's id for each code of a notice."""

    key_id: str
    key_secret: str = field(repr=False)
    app_id: str
    templates: Mapping[str, str] = field(default_factory=dict)
    region: str = "ap-guangzhou"
    url: str = URL
    name: str = "tencent"

    def send(self, message: Message) -> Receipt:
        """Send over the approved template, whose places are filled in the order of the text."""
        template = self.templates.get(message.code)
        if template is None:
            raise ProviderRefused("no_template", notice=message.code)
        body = compact(
            {
                "PhoneNumberSet": [f"+86{message.phone}"],
                "SmsSdkAppId": self.app_id,
                "SignName": message.signature,
                "TemplateId": template,
                "TemplateParamSet": list(message.words.values()),
                "SessionContext": str(message.notice_id),
            }
        )
        answer = fields_of(post(f"{self.url}/", content=body, headers=self._headers(message.at, body)))
        return Receipt(_serial(answer), signed(message.signature, message.text))

    def _headers(self, at: datetime, body: bytes) -> dict[str, str]:
        host = urlsplit(self.url).netloc
        return {
            "authorization": authorization(self.key_id, self.key_secret, "sms", host, body, at),
            "content-type": CONTENT_TYPE,
            "host": host,
            "x-tc-action": "SendSms",
            "x-tc-region": self.region,
            "x-tc-timestamp": str(int(at.timestamp())),
            "x-tc-version": "2021-01-11",
        }


def _serial(answer: Mapping[str, Any]) -> str:
    """Tencent's number of a message that was taken.

    Raises
    ------
    ProviderUnavailable, ProviderRefused
        when it was not, for the whole request or for this number.
    """
    response = answer.get("Response")
    if not isinstance(response, dict):
        raise ProviderUnavailable("bad_answer", status="Response")
    fault = response.get("Error")
    if isinstance(fault, dict):
        _check(fault.get("Code"), fault.get("Message"))
    statuses = response.get("SendStatusSet")
    if not isinstance(statuses, list) or not statuses or not isinstance(statuses[0], dict):
        raise ProviderUnavailable("bad_answer", status="SendStatusSet")
    _check(statuses[0].get("Code"), statuses[0].get("Message"))
    return str(statuses[0].get("SerialNo", ""))


def _check(code: object, detail: object) -> None:
    passing = {code} if str(code).startswith(_PASSING_BEGIN) else set()
    check_code(code, detail, good="Ok", passing=passing)


def authorization(key_id: str, key_secret: str, service: str, host: str, body: bytes, at: datetime) -> str:
    """The header ``Authorization`` of a POST to ``/`` of a service, with content type and host signed."""
    day = f"{at:%Y-%m-%d}"
    scope = f"{day}/{service}/tc3_request"
    request = (
        f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\n\ncontent-type;host\n{hashlib.sha256(body).hexdigest()}"
    )
    text = f"TC3-HMAC-SHA256\n{int(at.timestamp())}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"TC3{key_secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders=content-type;host, Signature={signature}"
