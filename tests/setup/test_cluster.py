"""The private cluster: how it is made, what it mends, what it refuses; with the real server."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from base.cluster import folders
from base.cluster.cluster import Cluster
from base.cluster.postgres import memory_mb, settings_text
from base.database import Database
from base.errors import Unavailable
from base.migrations import migrate
from base.settings import read_settings
from commands.database import full_disk_explained
from tests.setup.conftest import ROOT, alive, cluster_state, gone

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what this needs")


class Notes:
    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(self, key: str, **words: object) -> None:
        self.keys.append(key)


def quick(var: Path, notes: Notes | None = None) -> Cluster:
    return Cluster(var, progress=notes or Notes(), throwaway=True)


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchone()[0]


def test_is_private_checked_and_unprivileged(var: Path) -> None:
    with quick(var).running() as url:
        assert ask(url, "show data_checksums") == "on"
        assert ask(url, "show listen_addresses") == ""
        assert ask(url, "show server_encoding") == "UTF8"
        folder = Path(ask(url, "show unix_socket_directories"))
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        pid = folders.server_pid((var / "postgres").resolve())
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        assert migrate(url)
    assert cluster_state(var) == "shut down"


def test_a_second_start_keeps_the_data_and_makes_nothing(made_var: Path) -> None:
    with quick(made_var).running() as url, psycopg.connect(url) as connection:
        connection.execute("create table kept as select 7 as value")
    notes = Notes()
    with quick(made_var, notes).running() as url:
        assert ask(url, "select value from kept") == 7
    assert notes.keys == []


def test_two_at_once_share_one_server_unless_alone_is_asked(made_var: Path) -> None:
    with quick(made_var).running() as url:
        with quick(made_var).running() as joined:
            assert joined == url
        assert ask(url, "select 1") == 1
        with pytest.raises(Unavailable, match="var_in_use"), quick(made_var).running(alone=True):
            pass


def test_a_killed_starter_leaves_no_server_and_clean_data(made_var: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from base.cluster.cluster import Cluster\n"
        "with Cluster(Path(sys.argv[1])).running() as url: print('up', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, made_var], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout.readline() == b"up\n"
        server = folders.server_pid((made_var / "postgres").resolve())
        assert alive(server)
        starter.send_signal(signal.SIGKILL)
        starter.wait(10)
        assert not gone({server})
    assert cluster_state(made_var) == "shut down"


@pytest.mark.parametrize(
    "left", [["PG_VERSION"], ["PG_VERSION", "base/1/112", "global/pg_control"], ["postgresql.conf"]]
)
def test_a_half_finished_folder_is_put_aside_not_deleted(var: Path, left: list[str]) -> None:
    for name in left:
        (var / "postgres" / name).parent.mkdir(parents=True, exist_ok=True)
        (var / "postgres" / name).write_text("15\n")
    notes = Notes()
    with quick(var, notes).running() as url:
        assert ask(url, "select 1") == 1
    assert "cluster_put_aside" in notes.keys
    (aside,) = var.glob("postgres.half-finished-*")
    assert (aside / left[0]).read_text() == "15\n"


def test_an_interrupted_making_is_begun_again(var: Path) -> None:
    (var / "postgres.unfinished" / "base").mkdir(parents=True)
    notes = Notes()
    with quick(var, notes).running() as url:
        assert ask(url, "select 1") == 1
    assert notes.keys[0] == "cluster_resumed"
    assert not (var / "postgres.unfinished").exists()


def test_a_damaged_folder_with_databases_is_left_alone(made_var: Path) -> None:
    with quick(made_var).running() as url:
        migrate(url)
    data = (made_var / "postgres").resolve()
    (data / "global" / "pg_control").rename(data / "pg_control.lost")
    before = sorted(path.relative_to(data) for path in data.rglob("*"))
    with pytest.raises(Unavailable, match="cluster_damaged"), quick(made_var).running():
        pass
    assert sorted(path.relative_to(data) for path in data.rglob("*")) == before


@pytest.mark.parametrize("content", ["", "1\n", "{alive}\n/elsewhere\n"])
def test_a_lock_left_by_a_killed_server_is_removed(made_var: Path, content: str) -> None:
    lock = (made_var / "postgres").resolve() / "postmaster.pid"
    lock.write_text(content.format(alive=os.getpid()))
    notes = Notes()
    with quick(made_var, notes).running() as url:
        assert ask(url, "select 1") == 1
    assert notes.keys == ["cluster_mended"]


def test_a_path_too_long_for_a_socket_gets_a_short_folder(var: Path) -> None:
    with quick(var / ("x" * 90)).running() as url:
        folder = Path(ask(url, "show unix_socket_directories"))
        assert not folder.is_relative_to(var)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    shutil.rmtree(folder)


def test_data_of_a_version_that_is_not_installed_are_explained(made_var: Path) -> None:
    ((made_var / "postgres").resolve() / "PG_VERSION").write_text("99\n")
    with pytest.raises(Unavailable, match=r"cluster_needs_version.*99"), quick(made_var).running():
        pass


@needs_root
def test_a_folder_the_server_cannot_enter_is_not_opened_up(var: Path) -> None:
    var.mkdir()
    var.parent.chmod(0o700)
    notes = Notes()
    try:
        with quick(var, notes).running() as url:
            assert ask(url, "select 1") == 1
        home = (var / "postgres").resolve().parent
        assert home.parent == Path("/var/lib/gridcommand")
        assert notes.keys[0] == "cluster_elsewhere"
        assert stat.S_IMODE(var.parent.stat().st_mode) == 0o700
        with quick(var, again := Notes()).running():
            assert again.keys == []
    finally:
        shutil.rmtree((var / "postgres").resolve().parent)


@needs_root
def test_data_of_another_account_are_not_touched(made_var: Path) -> None:
    data = (made_var / "postgres").resolve()
    os.chown(data, 0, 0)
    with pytest.raises(Unavailable, match=r"cluster_other_owner.*root"), quick(made_var).running():
        pass


def test_without_postgis_the_fix_is_named(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("base.cluster.postgres._postgis_in", lambda share: False)
    with pytest.raises(Unavailable, match="postgis_not_installed"), quick(var).running():
        pass
    assert not (var / "postgres").exists()


def test_without_postgres_the_fix_is_named(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("base.cluster.postgres._installed", list)
    with pytest.raises(Unavailable, match="postgres_not_installed"), quick(var).running():
        pass


@pytest.mark.parametrize("memory", [256, 2048, 24_000, 512_000])
def test_settings_fit_the_memory(memory: int) -> None:
    lines = dict(line.split(" = ") for line in settings_text(memory, Path("/s")).splitlines()[1:])
    shared_mb = int(lines["shared_buffers"].strip("'").removesuffix("MB"))
    assert 64 <= shared_mb <= max(64, memory // 4)
    assert memory_mb() > 0


@contextmanager
def small_disk(folder: Path, size_mb: int) -> Iterator[Path]:
    folder.mkdir(parents=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=755", "none", folder], check=False)
    if made.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@needs_root
def test_a_full_disk_is_refused_before_anything_is_written(var: Path) -> None:
    with small_disk(var, 30) as disk:
        with pytest.raises(Unavailable, match="disk_full"), quick(disk).running():
            pass
        assert list(disk.iterdir()) == []


@needs_root
def test_a_disk_that_fills_up_takes_nothing_half(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_settings({"GRIDCOMMAND_VAR": str(var)})
    monkeypatch.setattr(folders, "FREE_MB_TO_SET_UP", 150)
    fill = "insert into growing select n, repeat(md5(n::text), 30) from generate_series(1, 400000) n"
    with small_disk(var, 200) as disk:
        with pytest.raises(Unavailable) as told, full_disk_explained(settings), quick(disk).running() as url:  # noqa: PT012
            with psycopg.connect(url) as connection:
                connection.execute("create table growing (n int, filler text)")
                connection.execute("create role gridcommand_app")
                connection.execute("grant all on growing to gridcommand_app")
            database = Database(url, size=1)
            try:
                with database.transaction(timeout_s=60) as transaction:
                    transaction.execute("insert into growing values (0, 'first')")
                    transaction.execute(fill)
            finally:
                database.close()
        assert told.value.key in ("database_disk_full", "disk_full")
        subprocess.run(["mount", "-o", "remount,size=600m", disk], check=True)
        with quick(disk).running() as url:
            assert ask(url, "select count(*) from growing") == 0


def test_a_folder_that_cannot_be_is_explained(var: Path) -> None:
    var.parent.mkdir(exist_ok=True)
    var.write_text("a file")
    with pytest.raises(Unavailable, match="var_unwritable"), quick(var / "inner").running():
        pass


def test_somebody_elses_socket_folder_is_not_used(var: Path) -> None:
    var.mkdir(parents=True)
    target = var / "trap"
    target.mkdir()
    (var / "postgres.socket").symlink_to(target)
    with pytest.raises(Unavailable, match="folder_taken"), quick(var).running():
        pass
