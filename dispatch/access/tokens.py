"""Tokens: of a session and of a programme. Whoever holds one is let in; only its hash is kept.

Each names in plain the town it lets into, so that the towns of one process can be told apart before any is asked.
Tokens of programmes that serve every town name none, nor do tokens made before.
"""

from __future__ import annotations

import hashlib
import re
import secrets

_BYTES = 32
_API = "gc_"
_NAMED = re.compile(r"(?:gc_(?P<programme>\d{6})_|(?P<session>\d{6})\.)[\w-]{43}", re.ASCII)


def new_session_token(area_id: int) -> str:
    """A session's token; it names the town where somebody logged in, an account of every town's too."""
    return f"{area_id:06}.{secrets.token_urlsafe(_BYTES)}"


def new_api_token(area_id: int) -> str:
    """A programme's token; ``EVERY_AREA`` is not named."""
    named = f"{area_id:06}_" if area_id else ""
    return f"{_API}{named}{secrets.token_urlsafe(_BYTES)}"


def is_api_token(token: str) -> bool:
    """Whether it is a programme's, to be looked for among those."""
    return token.startswith(_API)


def area_of_token(token: str) -> int | None:
    """The town a token names; None when it names none. That it holds there is not said."""
    named = _NAMED.fullmatch(token)
    return None if named is None else int(named["programme"] or named["session"])


def hash_token(token: str) -> bytes:
    """What is kept of a token (32 bytes of chance need no slow hash)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
