"""An advice in words: every reason a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from words.catalogue import text
from words.units import rough_distance_text, rough_duration_text


def advice_in_words(record: Mapping[str, Any], language: str) -> dict[str, Any]:
    """An advice as the API and the screens show it: each reason its code and its sentence.

    Parameters
    ----------
    record
        of codes and values, as ``dispatch.advice.advice.Advice.as_record`` gives it.
    language
        ``zh`` or ``en``.
    """
    nobody = record["nobody"]
    return {
        **record,
        "workers": [
            worker | {"reasons": [reason_in_words(reason, language) for reason in worker["reasons"]]}
            for worker in record["workers"]
        ],
        "passed_over": [
            entry | {"reason": reason_in_words(entry["reason"], language)} for entry in record["passed_over"]
        ],
        "nobody": None if nobody is None else reason_in_words(nobody, language),
    }


def reason_in_words(reason: Mapping[str, Any], language: str) -> dict[str, str]:
    """A reason as its code and its sentence."""
    values = {name: _value(name, value, language) for name, value in reason["values"].items()}
    return {"code": reason["code"], "text": text(f"suggestion.reason.{reason['code']}", language, **values)}


def _value(name: str, value: Any, language: str) -> object:
    if isinstance(value, Mapping):
        ((unit, amount),) = value.items()
        return rough_distance_text(amount, language) if unit == "metres" else rough_duration_text(amount, language)
    if name == "skills":
        return text("suggestion.list_mark", language).join(text(f"suggestion.skill.{one}", language) for one in value)
    if name == "counts":
        parts = [text(f"suggestion.count.{code}", language, count=count) for code, count in value]
        return text("suggestion.count_mark", language).join(parts)
    return value
