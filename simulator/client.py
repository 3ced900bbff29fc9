"""The way to the centre: its public API, with patience when it is away."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import httpx

_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
_MAY_PASS = {401, 408, 425, 429}


class Refused(Exception):
    """The centre will not do this, and asking again will not change it."""

    def __init__(self, status: int, code: str, body: Any) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.body = body


def log(text: str) -> None:
    """One line of the record."""
    print(text, flush=True, file=sys.stdout)


class Client:
    """Calls of the centre's API; waits and asks again while the centre is away or will not know us yet."""

    def __init__(self, url: str, token: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=15.0,
            limits=httpx.Limits(max_connections=12, max_keepalive_connections=12),
            transport=transport,
            trust_env=False,
        )
        self._is_away = False

    async def call(self, method: str, path: str, *, body: Any = None, params: dict[str, Any] | None = None) -> Any:
        """The JSON answer, None for an empty one.

        Raises
        ------
        Refused
            for an answer that asking again will not change (400, 403, 404, 409, 422 ...).
        """
        tries = 0
        while True:
            answer = await self._try(method, path, body, params)
            if isinstance(answer, httpx.Response) and not self._is_passing(answer):
                self._note_back()
                return _read(answer)
            self._note_away(path, answer)
            await asyncio.sleep(_PAUSES_S[min(tries, len(_PAUSES_S) - 1)])
            tries += 1

    async def _try(self, method: str, path: str, body: Any, params: dict[str, Any] | None) -> httpx.Response | str:
        try:
            return await self._client.request(method, path, json=body, params=params)
        except httpx.HTTPError as fault:
            return f"{type(fault).__name__} {fault}"

    @staticmethod
    def _is_passing(answer: httpx.Response) -> bool:
        return answer.status_code >= 500 or answer.status_code in _MAY_PASS

    def _note_away(self, path: str, answer: httpx.Response | str) -> None:
        if not self._is_away:
            log(f"waiting for the centre: {path}: {answer if isinstance(answer, str) else answer.status_code}")
        self._is_away = True

    def _note_back(self) -> None:
        if self._is_away:
            log("the centre is back")
        self._is_away = False

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


def _read(answer: httpx.Response) -> Any:
    try:
        body = answer.json() if answer.content else None
    except json.JSONDecodeError:
        body = None
    if answer.status_code >= 400:
        error = body.get("error", {}) if isinstance(body, dict) else {}
        raise Refused(answer.status_code, str(error.get("code", "")), body)
    return body
