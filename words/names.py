"""What things are called."""

from __future__ import annotations

from words.catalogue import text


def name_of(names: str, code: str, language: str, /, **words: object) -> str:
    """What an entry of a named list (a section of the catalogue) is called; its code where it has no name."""
    key = f"{names}.{code}"
    name = text(key, language, **words)
    return code if name == key else name


def type_name(type_code: str, language: str) -> str:
    """What a type of event is called."""
    return name_of("types", type_code, language)


def near_address(address: str, *known: str | None) -> str:
    """An address without what its reader knows: everything up to the town, then village and grid where they lead it."""
    for name in known:
        if name and name in address[:-1]:
            address = address[address.index(name) + len(name) :]
    return address
