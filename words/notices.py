"""What a notice says: its text in the reader's language, as it leaves, and how many messages a text is."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from base.values import Code, Value
from words.catalogue import catalogue
from words.names import near_address
from words.values import filled_text, value_text

ONE_MESSAGE, PART_OF_MORE = 70, 67
"""Letters of a text message in Chinese, and of each part of a longer one. Source: docs/domain.md, "Notices"."""


def notice_words(told: Mapping[str, Value], language: str) -> dict[str, str]:
    """What fills the text of a notice, each in words; the place without what its reader knows."""
    village = str(told.get("village") or "")
    place = near_address(str(told.get("place") or ""), village)
    return {name: value_text(value, language) for name, value in told.items()} | {"place": place, "village": village}


def notice_text(code: str, told: Mapping[str, Value], language: str) -> str:
    """The text of a notice in a language, without a signature."""
    return filled_text(f"notices.text.{code}", notice_words(told, language), language)


def template_words(code: str, told: Mapping[str, Value], language: str) -> dict[str, str]:
    """What fills a provider's own template of this code, in the order in which our text names it."""
    pattern = catalogue(language)[f"notices.text.{code}"]
    said = notice_words(told, language)
    named = [part.partition("}")[0] for part in pattern.split("{")[1:]]
    return {name: said.get(name, "") for name in dict.fromkeys(named)}


def signed(signature: str, text: str) -> str:
    """A text as a provider asks for it: the name of who sends it in front, in square brackets of Chinese."""
    return f"【{signature}】{text}"


def segments(text: str) -> int:
    """How many messages a text is sent as."""
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= ONE_MESSAGE else ceil(length / PART_OF_MORE)


def error_text(error: Mapping[str, str] | None, language: str) -> str:
    """Why a notice was not sent; empty where nothing went wrong."""
    if not error:
        return ""
    values: dict[str, Value] = {name: value for name, value in error.items() if name != "code"}
    return value_text(Code("notices.error", error["code"], values), language)


def shown_text(code: str, told: Mapping[str, Value], language: str, body: str) -> str:
    """The text of a notice as it left; of one that has not left, as it would leave now."""
    return body or notice_text(code, told, language)
