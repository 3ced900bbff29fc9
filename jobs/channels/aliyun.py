"""Text messages by Alibaba Cloud (阿里云短信): ``SendSms`` of dysmsapi, version 2017-05-25.

Source: help.aliyun.com, "V3 request body and signature" (ACS3-HMAC-SHA256) and "SendSms".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from jobs.channels.channel import Message, ProviderRefused, Receipt
from jobs.channels.web import check_code, compact, fields_of, post
from words.notices import signed

URL = "https://dysmsapi.aliyuncs.com"
_PASSING = frozenset({
    "isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "isp.RAM_PERMISSION_DENY_TEMPORARY", "isv.OUT_OF_SERVICE",
    "isv.AMOUNT_NOT_ENOUGH", "isv.DAY_LIMIT_CONTROL", "Throttling", "Throttling.User", "ServiceUnavailable",
    "InternalError", "SignatureNonceUsed",
})  # fmt: skip
"""Codes after which it may go well later: limits, money that was not paid in yet, faults of theirs."""


@dataclass(frozen=True)
class AliyunSms:
    """One account. ``templates`` has the code of the approved template for each code of a notice."""

    key_id: str
    key_secret: str = field(repr=False)
    templates: Mapping[str, str] = field(default_factory=dict)
    url: str = URL
    name: str = "aliyun"

    def send(self, message: Message) -> Receipt:
        """Send over the approved template; the signature (签名) is put in front by Alibaba Cloud."""
        template = self.templates.get(message.code)
        if template is None:
            raise ProviderRefused("no_template", notice=message.code)
        parameters = {
            "OutId": str(message.notice_id),
            "PhoneNumbers": message.phone,
            "SignName": message.signature,
            "TemplateCode": template,
            "TemplateParam": compact(message.words).decode(),
        }
        query = canonical_query(parameters)
        headers = self._headers(message, query)
        answer = fields_of(post(f"{self.url}/?{query}", content=b"", headers=headers))
        check_code(answer.get("Code"), answer.get("Message"), good="OK", passing=_PASSING)
        return Receipt(str(answer.get("BizId", "")), signed(message.signature, message.text))

    def _headers(self, message: Message, query: str) -> dict[str, str]:
        headers = {
            "host": urlsplit(self.url).netloc,
            "x-acs-action": "SendSms",
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": f"{message.at:%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": hashlib.sha256(f"{message.notice_id}{message.at}".encode()).hexdigest()[:32],
            "x-acs-version": "2017-05-25",
        }
        return headers | {"authorization": authorization(self.key_id, self.key_secret, query, headers)}


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Parameters in the order of their names, encoded as RFC 3986 says."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(parameters.items()))


def authorization(key_id: str, key_secret: str, query: str, headers: Mapping[str, str]) -> str:
    """The header ``Authorization`` of a POST to ``/`` with these headers (small letters), all of them signed."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = f"POST\n/\n{query}\n{lines}\n{names}\n{headers['x-acs-content-sha256']}"
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
