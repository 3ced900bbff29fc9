"""What the documents say is checked against the code: settings, decisions, commands, files."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
DOCUMENTS = sorted({*READMES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")})

ROOMS = "commands|screens|api|jobs|layers|towns|dispatch|words|mapdata|base|simulator|tests|docs|bench"


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


# settings -----------------------------------------------------------------------------------------------------------

VARIABLE = re.compile(r"\b(DATABASE_URL|GRIDCOMMAND_[A-Z_]+)\b")


def settings_read(*places: str) -> set[str]:
    """Every variable named in these files and folders."""
    found = [ROOT / place for place in places]
    files = [file for place in found for file in (place.rglob("*") if place.is_dir() else [place])]
    code = [file for file in files if file.suffix in (".py", ".sh", ".yml") or file.name in ("Makefile", "Dockerfile")]
    return {name for file in code for name in VARIABLE.findall(read(file))}


def test_every_setting_is_described() -> None:
    described = set(VARIABLE.findall(read(ROOT / "docs" / "settings.md")))
    needed = settings_read("base/settings.py", "app.py", "simulator", "docker", "jobs")
    known = needed | settings_read("Makefile", "tests", "bench", "base", "commands")
    assert needed - described == set(), "these are missing in docs/settings.md"
    assert described - known == set(), "docs/settings.md describes what no code reads"


def test_every_setting_has_its_default_beside_it() -> None:
    page = read(ROOT / "docs" / "settings.md")
    defaults = dict(
        re.findall(
            r'"""(GRIDCOMMAND_[A-Z_]+);.*?default (?:any|empty|none)?\s*([^\s;,:.\"]*)',
            read(ROOT / "base" / "settings.py"),
        )
    )
    assert len(defaults) >= 6
    for name, default in defaults.items():
        line = next(line for line in page.splitlines() if name in line)
        assert default in line, f"{name}: the default {default} does not stand in its line"


# decisions ----------------------------------------------------------------------------------------------------------

ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(file.name[:4]) for file in ADRS] == list(range(1, len(ADRS) + 1))
    assert len(ADRS) >= 10


@pytest.mark.parametrize("file", ADRS, ids=lambda file: file.stem)
def test_a_decision_says_what_forced_it_and_what_was_decided(file: Path) -> None:
    text = read(file)
    assert text.startswith(f"# {file.name[:4]} ")
    assert "## What forced it" in text
    assert "## Decided" in text
    assert re.search(r"^(Accepted|Replaced by \d{4}), \d{4}-\d{2}\.$", text, re.MULTILINE)
    assert f"]({file.name})" in read(ROOT / "docs" / "adr" / "README.md"), "not in the list of decisions"


# commands -----------------------------------------------------------------------------------------------------------

CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
COMMAND = re.compile(r"\b(?:make ([a-z][a-z-]*)|python app\.py ([a-z][a-z-]*(?: [a-z][a-z-]+)?))(?=[\s`]|$)")


def commands(file: Path) -> set[str]:
    """Every command a document shows as code: ``make run``, ``app town import-osm``."""
    spans = "\n".join(block or span for block, span in CODE.findall(read(file)))
    return {f"make {target}" if target else f"app {command}" for target, command in COMMAND.findall(spans)}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", read(ROOT / "Makefile"), re.MULTILINE))


@cache
def help_of(*command: str) -> str:
    answer = subprocess.run(
        [sys.executable, "app.py", *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return answer.stdout if answer.returncode == 0 else ""


def is_known(command: str) -> bool:
    kind, *words = command.split()
    if kind == "make":
        return words[0] in make_targets()
    return bool(help_of(words[0])) and (len(words) == 1 or bool(re.search(rf"\b{words[1]}\b", help_of(words[0]))))


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_command_exists(file: Path) -> None:
    unknown = sorted(command for command in commands(file) if not is_known(command))
    assert not unknown, f"{file.name} names commands that do not exist: {unknown}"


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = map(commands, READMES)
    assert {"make run", "make test"} <= english
    assert english == chinese, sorted(english ^ chinese)


def test_the_readmes_lead_to_each_other() -> None:
    assert "](README.zh.md)" in read(READMES[0])
    assert "](README.md)" in read(READMES[1])


# files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(file: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(file)) if "://" not in link]
    missing = sorted(link for link in links if not (file.parent / link).exists())
    assert not missing, f"{file.name} links to what is not there: {missing}"


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_file_named_exists(file: Path) -> None:
    spans = "\n".join(span for block, span in CODE.findall(read(file)) if span)
    named = set(re.findall(rf"(?<![/\w])((?:{ROOMS})/[\w./-]+\.\w+)", spans))
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert not missing, f"{file.name} names files that do not exist: {missing}"


def test_the_pictures_are_there() -> None:
    for readme in READMES:
        pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", read(readme))
        assert pictures, f"{readme.name} shows no picture of the wall"
        assert all((ROOT / picture).stat().st_size > 50_000 for picture in pictures)


# citations ----------------------------------------------------------------------------------------------------------

CITED = re.compile(r'docs/domain\.md,\s+((?:"[^"]+"(?:\s+and\s+|,\s+)?)+)')
CODE_FILES = sorted(
    file for room in ROOMS.split("|") for file in (ROOT / room).rglob("*") if file.suffix in (".py", ".sql", ".js")
)


def headings(file: Path) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", read(file), re.MULTILINE))


def test_every_citation_of_the_field_finds_its_heading() -> None:
    known = headings(ROOT / "docs" / "domain.md")
    cited = [
        (file.relative_to(ROOT).as_posix(), " ".join(name.split()))
        for file in CODE_FILES
        for hit in CITED.finditer(read(file))
        for name in re.findall(r'"([^"]+)"', hit[1])
    ]
    assert len(cited) > 25
    assert not [pair for pair in cited if pair[1] not in known]


def test_nothing_cites_what_nobody_outside_can_open() -> None:
    secret = re.compile(r"domain reference|domain \d\.\d|reference \d\.\d|\[D\]")
    found = [file.relative_to(ROOT).as_posix() for file in CODE_FILES if secret.search(read(file))]
    assert [name for name in found if "/migrations/" not in name and not name.startswith("tests/promises/")] == []
