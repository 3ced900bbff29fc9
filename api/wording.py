"""Answers made from records: codes are put into words on the way, in the language of whoever asks.

A model of an answer inherits :class:`Answer`, and its fields take the record's attributes as they are. What is text in
the answer and a code in the record is a :data:`Said`, or says which list its code is of (:func:`named`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationInfo

from base.clock import rfc3339
from base.errors import Fault
from base.values import Code
from words.catalogue import LANGUAGES, text
from words.faults import fault_text
from words.names import name_of
from words.values import code_text


class Answer(BaseModel):
    """What an endpoint answers, made from a record with :meth:`of`."""

    model_config = ConfigDict(from_attributes=True, validate_by_name=True, validate_by_alias=True)

    @classmethod
    def of(cls, record: object, language: str = LANGUAGES[0]) -> Self:
        """The answer a record amounts to, in a language (``zh`` or ``en``; of no matter where it holds no text)."""
        return cls.model_validate(record, context={"language": language})


def _language(info: ValidationInfo) -> str:
    return str((info.context or {})["language"])


def _said(value: object, info: ValidationInfo) -> object:
    if isinstance(value, Fault):
        return fault_text(value, _language(info))
    return code_text(value, _language(info)) if isinstance(value, Code) else value


Said = Annotated[str, BeforeValidator(_said)]
"""A text; of a code or a fault its words."""


def _sentence(value: Sequence[Code], info: ValidationInfo) -> str:
    language = _language(info)
    return text("units.clause_mark", language).join(code_text(one, language) for one in value)


Sentence = Annotated[str, BeforeValidator(_sentence)]
"""Several codes in one sentence."""
Id = Annotated[str, BeforeValidator(lambda value: None if value is None else str(value))]
"""An id as text."""


Tenths = Annotated[float, AfterValidator(lambda value: round(value, 1))]
"""A number told with one place."""


def named(names: str) -> BeforeValidator:
    """Reads a code as what it is called in a named list of the catalogue."""
    return BeforeValidator(lambda code, info: name_of(names, code, _language(info)))


def _details(value: object, info: ValidationInfo) -> dict[str, Any]:
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    assert isinstance(value, Mapping)
    return {name: _detail(one, info) for name, one in value.items()}


def _detail(value: object, info: ValidationInfo) -> object:
    return rfc3339(value) if isinstance(value, datetime) else _said(value, info)


Details = Annotated[dict[str, Any], BeforeValidator(_details)]
"""The fields of a record that is of one kind or another, by name; codes in words, moments as RFC 3339."""
