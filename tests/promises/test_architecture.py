"""docs/architecture.md is true: its rooms are the repository's, its drawing agrees with the contracts, which bite."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in LINTER["contracts"]}
NOT_ROOMS = {"node_modules", "var"}
"""What set-up and running leave behind."""


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rooms_named() -> set[str]:
    return set(re.findall(r"^\| `([\w./]+?)/?` \|", section("The rooms"), re.MULTILINE))


def test_the_page_names_every_room_and_no_other() -> None:
    there = {folder.name for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith((".", "_"))}
    assert rooms_named() == (there - NOT_ROOMS) | {"app.py"}


def test_rooms_within_rooms_are_there() -> None:
    inner = set(re.findall(r"`([a-z]+/[a-z]+)/`", section("The rooms")))
    assert len(inner) >= 12
    assert not [name for name in inner if not (ROOT / name).is_dir()]
    packages = {
        f"{room}/{folder.name}"
        for room in LINTER["root_packages"]
        for folder in (ROOT / room).iterdir()
        if (folder / "__init__.py").exists() and room not in ("screens", "mapdata")
    }
    assert packages <= inner, "a room within a room that the page does not name"


def test_every_room_of_code_stands_under_the_contracts() -> None:
    code = {name for name in rooms_named() if (ROOT / name / "__init__.py").exists()} - {"tests", "bench"}
    assert code == set(LINTER["root_packages"])


def floors() -> list[set[str]]:
    return [set(layer.split(" | ")) for layer in CONTRACTS["floors"]["layers"]]


def test_the_drawing_goes_down_the_floors() -> None:
    level = {room: number for number, floor in enumerate(floors(), start=1) for room in floor} | {"app": 0}
    arrows = re.findall(r"^    (\w+) --> (\w+)$", PAGE, re.MULTILINE)
    assert {room for arrow in arrows for room in arrow} == set(level)
    assert not [arrow for arrow in arrows if level[arrow[0]] >= level[arrow[1]]]
    forbidden = {("layers", "dispatch"), ("dispatch", "words"), ("mapdata", "words")}
    assert not forbidden & set(arrows)


def test_the_page_counts_the_contracts_right() -> None:
    numbers = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
    assert f"{numbers[len(CONTRACTS) - 1]} contracts" in PAGE


# the contracts bite -------------------------------------------------------------------------------------------------

WRONG = {
    "floors": ("base/wrong.py", "import mapdata.datum"),
    "layers-without-rules": ("layers/wrong.py", "import dispatch.centre"),
    "rules-without-words": ("dispatch/wrong.py", "import words.catalogue"),
    "no-rings": ("mapdata/datum.py", "import mapdata.positions"),
    "simulator-is-a-client": ("simulator/wrong.py", "import base.clock"),
    "no-web-below": ("dispatch/wrong.py", "import fastapi"),
    "only-jobs-go-outside": ("api/wrong.py", "import httpx"),
}
"""For each contract a file with an import that breaks it."""


def test_every_contract_has_its_wrong_import() -> None:
    assert WRONG.keys() == CONTRACTS.keys()


@pytest.fixture(scope="module")
def copied_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rooms, to be spoilt."""
    house = tmp_path_factory.mktemp("house")
    for room in LINTER["root_packages"]:
        for file in (ROOT / room).rglob("*.py"):
            copied = house / file.relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_bytes(file.read_bytes())
    (house / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return house


@pytest.fixture
def spoilt(copied_house: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    name, statement = WRONG[request.param]
    file = copied_house / name
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.write_text((before or "") + f"\n{statement}\n", encoding="utf-8")
    yield copied_house
    if before is None:
        file.unlink()
    else:
        file.write_text(before, encoding="utf-8")


@pytest.mark.parametrize(("spoilt", "contract"), [(name, name) for name in WRONG], indirect=["spoilt"])
def test_a_contract_sees_a_wrong_import(spoilt: Path, contract: str) -> None:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--contract", contract]
    answer = subprocess.run(command, cwd=spoilt, capture_output=True, text=True, check=False)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "BROKEN" in answer.stdout
