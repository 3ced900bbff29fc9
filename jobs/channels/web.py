"""One request to a provider over HTTP: never redirected, never waited for long, its faults told apart."""

from __future__ import annotations

import json
import ssl
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import httpx

from dispatch.access.masking import without_numbers
from jobs.channels.channel import ProviderRefused, ProviderUnavailable

TIMEOUT_S = 10.0
_LONGEST_ANSWER = 64 * 1024
_LONGEST_DETAIL = 120
_TOO_MANY = 429
_REQUEST_TIMEOUT = 408


def post(url: str, *, content: bytes, headers: Mapping[str, str], timeout_s: float = TIMEOUT_S) -> bytes:
    """Send a body, and give the body of an answer that says it went well.

    Raises
    ------
    ProviderUnavailable
        when nobody answers in time, or the answer is 408, 429 or 5xx.
    ProviderRefused
        for any other answer that is not 2xx, a redirection among them.
    """
    try:
        answer = httpx.post(
            url,
            content=content,
            headers=dict(headers),
            timeout=timeout_s,
            follow_redirects=False,
            verify=_certificates(),
        )
    except httpx.TimeoutException as fault:
        raise ProviderUnavailable("timeout", seconds=f"{timeout_s:g}") from fault
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        # the name of the fault only: its text may hold the address, and that the robot's secret
        raise ProviderUnavailable("unreachable", reason=type(fault).__name__) from fault
    status = answer.status_code
    if status in (_TOO_MANY, _REQUEST_TIMEOUT):
        raise ProviderUnavailable("busy", detail=f"HTTP {status}")
    if status >= 500:
        raise ProviderUnavailable("provider_fault", detail=_detail(f"HTTP {status}", answer.content))
    if not answer.is_success:
        raise ProviderRefused("refused", detail=_detail(f"HTTP {status}", answer.content))
    return answer.content[:_LONGEST_ANSWER]


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to believe; read once, it takes longer than a request."""
    return httpx.create_ssl_context()


def fields_of(body: bytes) -> dict[str, Any]:
    """The fields of a JSON answer.

    Raises
    ------
    ProviderUnavailable
        when it is none, half of one, or no object.
    """
    try:
        fields = json.loads(body)
    except ValueError as fault:
        raise ProviderUnavailable("bad_answer", status="JSON") from fault
    if not isinstance(fields, dict):
        raise ProviderUnavailable("bad_answer", status="JSON")
    return fields


def check_code(code: object, detail: object, *, good: object, passing: Collection[object]) -> None:
    """What a provider says inside an answer that arrived well.

    Parameters
    ----------
    code, detail
        the provider's code and its words.
    good, passing
        the code of success, and those that may go well another time.

    Raises
    ------
    ProviderUnavailable, ProviderRefused
        when it is neither good, by what the code means.
    """
    if code == good:
        return
    told = _detail(str(code), str(detail).encode())
    if code is None:
        raise ProviderUnavailable("bad_answer", status="code")
    if code in passing:
        raise ProviderUnavailable("busy", detail=told, is_down=False)
    raise ProviderRefused("refused", detail=told)


def _detail(head: str, words: bytes) -> str:
    """A provider's words, short and without anybody's number."""
    return without_numbers(f"{head} {words[:400].decode(errors='replace')}")[:_LONGEST_DETAIL].strip()


def compact(fields: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8 without blanks, as it is signed and sent."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
