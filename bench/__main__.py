"""Runs every benchmark of this folder, one after the other, and writes what they measured into docs/evidence.md.

    python -m bench [NAME ...]

Each benchmark is a module of its own (``python -m bench.roads --help``) that prints JSON lines. The table between the
two marks in docs/evidence.md is written anew; rows of benchmarks that were not run this time stay.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
EVIDENCE = HERE.parent / "docs" / "evidence.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
ROW = re.compile(r"^\| (?P<bench>[\w.]+) \| .*$", re.MULTILINE)


def names() -> list[str]:
    """Every benchmark, by the name of its module."""
    return sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))


def measure(name: str) -> list[dict[str, object]]:
    """The JSON lines one benchmark prints; its other output goes to the terminal."""
    print(f"== {name}", file=sys.stderr, flush=True)
    benchmark = subprocess.run([sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, text=True, check=False)
    if benchmark.returncode:
        raise SystemExit(f"bench.{name} failed with exit code {benchmark.returncode}")
    return [json.loads(line) for line in benchmark.stdout.splitlines() if line.startswith("{")]


def row(name: str, figures: dict[str, object]) -> str:
    """One line of the table: the benchmark, what was measured, when."""
    parts = ", ".join(
        f"{key} **{readable(value)}**" for key, value in figures.items() if key not in ("bench", "figure")
    )
    return f"| {name} | {parts} | {time.strftime('%Y-%m-%d')} |"


def readable(value: object) -> str:
    """A value as a person reads it."""
    if isinstance(value, dict):
        return "; ".join(f"{key} {readable(inner)}" for key, inner in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def write(rows: dict[str, list[str]]) -> None:
    """Put the rows into the table, those of other benchmarks kept."""
    text = EVIDENCE.read_text(encoding="utf-8") if EVIDENCE.exists() else f"# Evidence\n\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    table, _, after = rest.partition(END)
    for line in ROW.finditer(table):
        if line["bench"] not in rows and line["bench"] != "benchmark":
            rows.setdefault("kept " + line["bench"], []).append(line[0])
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
    lines = [
        line for _, group in sorted(rows.items(), key=lambda item: item[0].removeprefix("kept ")) for line in group
    ]
    head = f"Measured with `make bench` ({machine}).\n\n| benchmark | figures | on |\n|---|---|---|\n"
    EVIDENCE.write_text(f"{before}{BEGIN}\n{head}" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")


def main() -> None:
    chosen = sys.argv[1:] or names()
    unknown = set(chosen) - set(names())
    if unknown:
        raise SystemExit(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    for name in chosen:
        write({name: [row(name, figures) for figures in measure(name)]})


if __name__ == "__main__":
    main()
