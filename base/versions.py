"""What this programme stands on beside the database: Python, its packages, the browser's libraries."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from base.checks import Check, check

PYTHON_NEEDED = (3, 11)
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s\\;]+)", re.MULTILINE)


def look_at_versions(root: Path) -> list[Check]:
    """Python, the packages of ``requirements.lock``, the libraries of ``package.json``; ``root`` holds both files."""
    found = ".".join(map(str, sys.version_info[:3]))
    return [
        check("python", "ok" if sys.version_info >= PYTHON_NEEDED else "failed", found=found, needed="3.11"),
        _packages(root / "requirements.lock"),
        _browser_libraries(root),
    ]


def _packages(lock: Path) -> Check:
    pinned = dict(_PINNED.findall(lock.read_text(encoding="utf-8"))) if lock.exists() else {}
    return _compared("packages", pinned, {name: _installed(name) for name in pinned})


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _browser_libraries(root: Path) -> Check:
    manifest = root / "package.json"
    pinned = json.loads(manifest.read_text(encoding="utf-8"))["dependencies"] if manifest.exists() else {}
    return _compared("browser_libraries", pinned, {name: _unpacked(root, name) for name in pinned})


def _unpacked(root: Path, name: str) -> str | None:
    manifest = root / "node_modules" / name / "package.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"]) if manifest.exists() else None


def _compared(name: str, pinned: dict[str, str], there: dict[str, str | None]) -> Check:
    missing = sorted(one for one in pinned if there[one] is None)
    if missing:
        return check(name, "failed", missing=missing)
    other = sorted(f"{one} {there[one]} ({wanted})" for one, wanted in pinned.items() if there[one] != wanted)
    return check(name, "warning", other=other) if other else check(name, "ok", count=len(pinned))
