"""Standard addresses: those that a free text may mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from base.database import Row, Transaction
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "addresses.sql")
MOST_HITS = 10
_STANDARD_SPELLING = (("号楼", "幢"), ("栋", "幢"), ("#", "号"), ("-", ""), ("—", ""))
"""Ways people write a part, and how the standard address writes it."""
_STOPS = "".join(sorted({",", "。", ".", ";"}))
_UPPER_LEVELS = re.compile(
    r"^(?:[^省市县区]{2,4}省)?(?:[^省市县区]{2,4}市(?:[^省市县区]{1,4}区)?)?(?:[^省市县区]{1,4}县)?"
)
"""Province, city and county before the rest, each only in its order, so that 学苑东区 is not taken for a district."""
_GRID = re.compile(r"^第?[一二三四五六七八九十\d]+网格")
_LAST_PART = re.compile(r"(?<=[号幢元室])[^号幢元室]+$|(?<=[号幢元])\d+室$|(?<=[号幢])\d+单元$")


@dataclass(frozen=True)
class AddressHit:
    """An address that was found.

    Text, grid, place (EPSG:4326), and how well it fits (0 to 1).
    """

    address_id: int
    level: str
    full_text: str
    grid_code: str
    micro_grid_code: str
    lon: float
    lat: float
    score: float


def resolve(transaction: Transaction, area_id: int, text: str) -> list[AddressHit]:
    """Addresses a free text may mean, best first; at most ten, none when nothing fits.

    The text may leave out province, city, county, town and grid, and write 栋 for 幢. When a room or stairway is not
    known the building is given, with a lower score: the share of the text's letters that is found.
    """
    normalised = normalise(text)
    if not normalised:
        return []
    village, rest = _split(normalised, transaction.execute(SQL["division_names"], {"area_id": area_id}).fetchall())
    for ending in _endings(rest):
        pattern = ending.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        parameters = {"area_id": area_id, "village": village, "ending": pattern, "most": MOST_HITS}
        rows = transaction.execute(SQL["addresses_ending"], parameters).fetchall()
        if rows:
            hits = [_scored(row, ending, rest) for row in rows]
            return sorted(hits, key=lambda hit: (-hit.score, hit.address_id))
    return []


def normalise(text: str) -> str:
    """The text without spaces, in plain digits, with the standard words for building and number."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    for spoken, standard in _STANDARD_SPELLING:
        plain = plain.replace(spoken, standard)
    return plain.rstrip(_STOPS)


def _split(text: str, divisions: list[Row]) -> tuple[str, str]:
    """Code of the village the text names (empty when none), and the text after all divisions."""
    # the longest name first: 东湖新村 begins with the name of 东湖
    longest_first = sorted(divisions, key=lambda row: -len(row["name"]))
    rest = text
    # a division may itself be called like a county, so the upper levels are cut off only where none begins the text
    if not any(text.startswith(row["name"]) for row in longest_first):
        rest = _UPPER_LEVELS.sub("", text) or text
    village = ""
    for level in ("town", "grid", "village"):
        named = next((row for row in longest_first if row["level"] == level and rest.startswith(row["name"])), None)
        if named:
            village = village or (named["code"] if level != "town" else "")
            rest = rest[len(named["name"]) :]
    return village, _GRID.sub("", rest) or text


def _endings(rest: str) -> Iterator[str]:
    """The text, then again without its room, then without its stairway; never less than a number."""
    yield rest
    while (shorter := _LAST_PART.sub("", rest)) != rest and any(letter.isdigit() for letter in shorter):
        yield shorter
        rest = shorter


def _scored(row: Row, ending: str, rest: str) -> AddressHit:
    """The address with its score: share of the text's letters found, times the share of its own letters in the text."""
    own_text = row["full_text"].rpartition("网格")[2] or row["full_text"]
    score = len(ending) / len(rest) * min(1.0, len(ending) / len(own_text))
    return AddressHit(**row, score=round(score, 3))
