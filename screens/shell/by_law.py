"""What a line of a case's log tells of the law: who was sent in spite of it, by which item somebody acted."""

from __future__ import annotations

from dispatch.cases.incidents import LogLine
from words.catalogue import text


def by_law(line: LogLine, language: str) -> tuple[str, ...]:
    """The words for it, none for most lines."""
    details, told = line.details, []
    if "lack" in details:
        lack = text(
            f"competence.lack.{details['lack']}", language, until=details.get("until"), since=details.get("since")
        )
        told.append(text("competence.in_spite", language, lack=lack))
    if "item_name" in details:
        told.append(text("competence.acted", language, item=details["item_name"]))
    return tuple(told)
