"""Any gateway for text messages that takes one POST (云MAS and most resellers): the body is a template of one's own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from jobs.channels.channel import Message, Receipt
from jobs.channels.web import check_code, fields_of, post
from words.notices import signed

JSON_TYPE = "application/json; charset=utf-8"
FORM_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True)
class HttpGateway:
    """One gateway.

    Parameters
    ----------
    url, body
        where the request goes, and its body. In the body ``{phone}``, ``{text}`` (signed), ``{id}``, ``{key}``,
        ``{secret}``, ``{time}`` (seconds) and ``{md5}`` are filled in, escaped for JSON or a form by how it begins.
    key, secret
        for the body. ``{md5}`` is the MD5 of key, secret, phone, text and time one after the other.
    good
        what the answer must hold, as ``field=value``; empty: any 2xx answer is good.
    """

    url: str
    body: str
    key: str = ""
    secret: str = field(default="", repr=False)
    good: str = ""
    name: str = "http"

    def send(self, message: Message) -> Receipt:
        """Post the filled template; the notice's id goes along as ``Idempotency-Key`` and ``{id}``."""
        text = signed(message.signature, message.text)
        is_json = self.body.lstrip().startswith(("{", "["))
        filled = self._filled(message, text, is_json=is_json)
        headers = {"content-type": JSON_TYPE if is_json else FORM_TYPE, "idempotency-key": str(message.notice_id)}
        answer = post(self.url, content=filled.encode(), headers=headers)
        if self.good:
            name, _, value = self.good.partition("=")
            told = fields_of(answer).get(name)
            found = None if told is None else str(told).lower()
            check_code(found, answer[:200].decode(errors="replace"), good=value.lower(), passing=())
        return Receipt("", text)

    def _filled(self, message: Message, text: str, *, is_json: bool) -> str:
        moment = str(int(message.at.timestamp()))
        signature = hashlib.md5(  # the gateways of this kind ask for it
            f"{self.key}{self.secret}{message.phone}{text}{moment}".encode(), usedforsecurity=False
        ).hexdigest()
        values = {
            "phone": message.phone,
            "text": text,
            "id": str(message.notice_id),
            "key": self.key,
            "secret": self.secret,
            "time": moment,
            "md5": signature,
        }
        return _fill(self.body, {name: _escaped(value, is_json=is_json) for name, value in values.items()})


def _escaped(value: str, *, is_json: bool) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1] if is_json else quote_plus(value)


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Each place once: what is filled in is not looked through again, and the braces of JSON stay."""
    parts = template.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, brace, rest = part.partition("}")
        filled.append(values[name] + rest if brace and name in values else "{" + part)
    return "".join(filled)
