"""Figure: the start. From the command until /api/health answers: the first time (cluster, schema, demo town, accounts)
and every later time; and how long a stop takes.

    python -m bench.startup [--later 5]

One JSON line, seconds. What ``make run`` does before (checking that nothing is to be installed) is counted in.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_S = 600


def start_and_stop(var: Path) -> tuple[float, float]:
    """Seconds from the command to a healthy answer, and from Ctrl-C to the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"GRIDCOMMAND_VAR": str(var), "GRIDCOMMAND_PORT": str(port), "GRIDCOMMAND_SHIFT": "off"}
    began = time.monotonic()
    with subprocess.Popen(
        ["/bin/sh", "-c", "docker/setup.sh run && exec docker/start.sh"],
        cwd=ROOT,
        env=environment | {"GRIDCOMMAND_PYTHON": sys.executable},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as centre:
        until = began + LONGEST_S
        while time.monotonic() < until and centre.poll() is None and not is_healthy(port):
            time.sleep(0.02)
        up = time.monotonic()
        centre.send_signal(signal.SIGINT)
        if centre.wait(120) != 0:
            raise SystemExit("the centre did not start; see python app.py run")
    return up - began, time.monotonic() - up


def is_healthy(port: int) -> bool:
    """Whether ``/api/health`` answers "ok"."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--later", type=int, default=5, help="later starts to measure (default %(default)s)")
    later = parser.parse_args().later
    folder = Path(tempfile.mkdtemp(prefix="gridcommand-bench-"))
    folder.chmod(0o755)
    try:
        first_s, _ = start_and_stop(folder / "var")
        later_times = [start_and_stop(folder / "var") for _ in range(later)]
    finally:
        shutil.rmtree(folder)
    starts, stops = [up for up, _ in later_times], [down for _, down in later_times]
    figures = {
        "bench": "startup",
        "first_start_s": round(first_s, 2),
        "second_start_s": round(statistics.median(starts), 2),
        "second_start_worst_s": round(max(starts), 2),
        "stop_s": round(statistics.median(stops), 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
