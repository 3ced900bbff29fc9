"""The whole start: the script that the container and ``make run`` end in, with real processes."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from base.cluster.cluster import Cluster
from tests.setup.conftest import ROOT, Town, cluster_state, command, descendants, environment, free_port, gone

ACCOUNT_LINE = re.compile(r"^    ([a-z_]+)\s+(\S{16})$", re.MULTILINE)


@pytest.fixture(scope="module")
def begun(reachable_folder: Path) -> Path:
    """A var folder after the first run, which made the demo town and the accounts."""
    var = reachable_folder / "begun" / "var"
    town = Town(var)
    try:
        assert town.await_ready()["status"] == "ok"
        made = dict(ACCOUNT_LINE.findall(town.output))
        kept = (var / "accounts.txt").read_text()
        assert {"operator", "shift_leader", "display", "sysadmin"} <= made.keys()
        assert all(password in kept for password in made.values())
        assert stat.S_IMODE((var / "accounts.txt").stat().st_mode) == 0o600
        assert f"http://localhost:{town.port}" in town.errors

        token = command(var, "token", "create", "--role", "gateway")
        assert re.fullmatch(r"\S{20,}\n", token.stdout), token
        headers = {"Authorization": f"Bearer {token.stdout.strip()}"}
        assert len(httpx.get(f"{town.url}/api/workers", headers=headers, timeout=30).json()) > 0
        (var / "token").write_text(token.stdout.strip())

        family = town.family()
        assert town.stop(signal.SIGINT) == 0
        assert re.search(r" [0-9a-f]{64} running$", (var / "audit-head.log").read_text(), re.MULTILINE)
        assert not gone(family)
        assert cluster_state(var) == "shut down"
    finally:
        town.close()
    return var


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_each_way_of_stopping_ends_all_and_keeps_the_data(begun: Path, number: signal.Signals) -> None:
    town = Town(begun, GRIDCOMMAND_SHIFT="5")
    try:
        town.await_ready()
        assert ACCOUNT_LINE.findall(town.output) == []
        assert "demo town" not in town.errors
        assert "Making the private database" not in town.errors
        headers = {"Authorization": f"Bearer {(begun / 'token').read_text()}"}
        assert httpx.get(f"{town.url}/api/workers", headers=headers, timeout=30).status_code == 200
        family = town.family()
        assert len(family) >= 3, "centre, database, shift"
        assert town.stop(number) == 0
        assert not gone(family)
        assert cluster_state(begun) == "shut down"
    finally:
        town.close()


def test_a_closed_terminal_stops_all(begun: Path) -> None:
    port = str(free_port())
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve("docker/start.sh", ["docker/start.sh"], environment(begun) | {"GRIDCOMMAND_PORT": port})
    shown = b""
    while b"The centre is up" not in shown:
        shown += os.read(terminal, 4096)
    family = descendants(child)
    assert len(family) >= 2
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert not gone(family)
    assert cluster_state(begun) == "shut down"
    assert os.waitstatus_to_exitcode(status) in (0, 120), "120: the closing message had nowhere to go"


def test_a_killed_centre_leaves_nothing_running(begun: Path) -> None:
    town = Town(begun, GRIDCOMMAND_SHIFT="5")
    try:
        town.await_ready()
        family = town.family()
        town.stop(signal.SIGKILL)
        assert not gone(family)
        assert cluster_state(begun) == "shut down"
    finally:
        town.close()


def test_tied_to_make_it_ends_when_make_is_killed(begun: Path) -> None:
    town = Town(begun)
    town.close()
    with subprocess.Popen(
        ["/bin/sh", "-c", "docker/start.sh --tied; true"],
        cwd=ROOT,
        env=environment(begun, town.port),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        for line in parent.stderr:
            if "The centre is up" in line:
                break
        family = descendants(parent.pid)
        assert len(family) >= 3
        parent.kill()
        parent.wait(10)
        assert not gone(family)
    assert cluster_state(begun) == "shut down"


def test_a_second_run_on_the_same_folder_is_refused(begun: Path) -> None:
    with Cluster(begun).running():
        refused = command(begun, "run", GRIDCOMMAND_PORT="0")
        assert refused.returncode == 2
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        refused = command(begun, "run", GRIDCOMMAND_PORT=str(port))
        assert refused.returncode == 2
        assert "another Gridcommand process" in refused.stderr


def test_a_port_in_use_is_found_before_anything_starts(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = command(var, "run", GRIDCOMMAND_PORT=port)
    assert refused.returncode == 2
    assert f"Port {port} is in use" in refused.stderr
    assert f"端口 {port} 已被占用" in refused.stderr
    assert "GRIDCOMMAND_PORT" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not var.exists()


@pytest.mark.parametrize("words", [["run"], ["migrate"], ["token", "create", "--role", "gateway"]])
def test_an_unreachable_database_is_explained(var: Path, words: list[str]) -> None:
    url = "postgresql://nobody@127.0.0.1:9/none?connect_timeout=2"
    refused = command(var, *words, DATABASE_URL=url, GRIDCOMMAND_PORT="18999")
    assert refused.returncode == 2
    assert "DATABASE_URL" in refused.stderr
    assert refused.stdout == ""
    assert "Traceback" not in refused.stderr


def test_a_given_database_is_used_and_no_private_one_made(made_var: Path) -> None:
    own = made_var / "own"
    with Cluster(made_var, throwaway=True).running() as url:
        listed = command(own, "town", "list", DATABASE_URL=url)
        assert listed.returncode == 0, listed.stderr
        assert not (own / "postgres").exists()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create role small login")
            connection.execute("create database bare owner small")
        bare = url.replace("dbname=gridcommand", "dbname=bare") + " options='-c role=small'"
        refused = command(own, "migrate", DATABASE_URL=bare)
        assert refused.returncode == 2
        assert "CREATE EXTENSION postgis" in refused.stderr


def test_an_unwritable_folder_is_explained(var: Path) -> None:
    with unwritable(var):
        refused = command(var, "migrate")
        assert refused.returncode == 2
        assert f"{var} cannot be written" in refused.stderr
        assert "GRIDCOMMAND_VAR" in refused.stderr
        assert list(var.iterdir()) == []


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """A folder nobody can write: by its mode, or where root tests (whom no mode stops) on a read-only disk."""
    folder.mkdir(mode=0o500)
    if os.geteuid() != 0:
        yield
        return
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", folder], check=False)
    if made.returncode:
        pytest.skip("a read-only disk cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRIDCOMMAND_PORT", "70000"),
        ("GRIDCOMMAND_SHIFT", "fast"),
        ("GRIDCOMMAND_AREA", "12"),
        ("GRIDCOMMAND_SHIFT_LEADER", "perhaps"),
    ],
)
def test_a_setting_out_of_range_is_named(var: Path, name: str, value: str) -> None:
    refused = command(var, "run", **{name: value})
    assert refused.returncode == 2
    assert name in refused.stderr
    assert value in refused.stderr
    assert not var.exists()


def test_every_command_has_help(var: Path) -> None:
    for words in (
        [],
        ["run"],
        ["migrate"],
        ["demo"],
        ["town"],
        ["town", "import-osm"],
        ["user", "add"],
        ["token"],
        ["backup"],
        ["restore"],
        ["doctor"],
    ):
        told = command(var, *words, "--help")
        assert told.returncode == 0
        assert "usage: python app.py" in told.stdout


def test_a_town_that_is_not_there_is_explained(var: Path) -> None:
    refused = command(var, "town", "use", "330499")
    assert refused.returncode == 2
    assert "330499" in refused.stderr


# the files of the container and the installer


def test_the_container_names_files_that_exist() -> None:
    recipe = (ROOT / "docker" / "Dockerfile").read_text()
    for words in re.findall(r"^COPY (?!--from)(.+)$", recipe, re.MULTILINE):
        *sources, _ = (word for word in words.split() if not word.startswith("--"))
        for source in sources:
            assert list(ROOT.glob(source.rstrip("/"))), source
    assert "docker/start.sh" in recipe
    assert re.search(r"^USER (?!root)", recipe, re.MULTILINE)
    assert "/api/health" in recipe
    compose = (ROOT / "docker" / "compose.yml").read_text()
    assert "docker/Dockerfile" in compose
    assert "DATABASE_URL" in compose


def test_the_scripts_can_be_run() -> None:
    for script in (*ROOT.glob("docker/*.sh"), ROOT / ".ci" / "run"):
        assert script.stat().st_mode & stat.S_IXUSR, script
        shell = script.read_text().splitlines()[0].removeprefix("#!")
        subprocess.run([shell, "-n", script], check=True)


@pytest.mark.parametrize(("what", "wanted"), [("run", ["python3-venv", "nodejs"]), ("test", ["chromium"])])
def test_where_nothing_can_be_installed_the_message_names_it(tmp_path: Path, what: str, wanted: list[str]) -> None:
    tools = ("sh", "bash", "cat", "cut", "dirname", "env", "id", "ls", "sed", "sha256sum", "tr")
    for tool in tools:
        (tmp_path / tool).symlink_to(shutil.which(tool))
    clone = tmp_path / "clone"
    (clone / "docker").mkdir(parents=True)
    for name in ("install.sh", "python.sh"):
        shutil.copy(ROOT / "docker" / name, clone / "docker")
    shutil.copy(ROOT / "package-lock.json", clone)
    told = subprocess.run(
        [clone / "docker" / "install.sh", what],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2, told
    for package in wanted:
        assert package in told.stderr
    assert "软件包" in told.stderr
    assert "These packages are missing" in told.stderr


def test_every_setting_is_in_the_documentation() -> None:
    told = set(re.findall(r"`((?:GRIDCOMMAND_|DATABASE_)[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    rooms = ("base", "commands", "mapdata", "dispatch", "layers", "screens", "api", "jobs", "simulator")
    sources = [*(ROOT / "docker").glob("*.sh"), *(file for room in rooms for file in (ROOT / room).rglob("*.py"))]
    sources += (ROOT / "tests").rglob("*.py")
    read = {name for file in sources for name in re.findall(r"\b(?:GRIDCOMMAND_|DATABASE_)[A-Z_]+", file.read_text())}
    read -= {"GRIDCOMMAND_", "DATABASE_"}
    assert told == read
