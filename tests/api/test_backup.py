"""A running centre is backed up; restored into an empty place it is started and walked; what is spoilt is refused."""

from __future__ import annotations

import argparse
import io
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from PIL import Image

from base.backup import dump
from base.backup.sealed import SealedFile
from base.clock import utc_now
from base.database import Database
from base.errors import Conflict, Fault, InvalidInput, NotFound, Unavailable
from base.migrations import schema_faults
from base.settings import Settings, read_settings
from commands.backup import backup, read_key, restore_backup
from commands.doctor import doctor
from dispatch.access.accounts import create_token
from dispatch.centre import Centre
from mapdata.roads.network import load_roads
from tests.api.conftest import make_server, serving
from tests.databases import Databases
from tests.promises.test_schema import LOOKS, look
from tests.small_town import AREA, AREA_ID, SOUTH_POINT

KEY = "nine words that nobody else would think of"


@pytest.fixture
def empty_place(databases: Databases) -> Iterator[str]:
    """Address of a database in which there is nothing at all."""
    with databases.copy() as url:
        yield url


@pytest.fixture(scope="module")
def still_empty(databases: Databases) -> Iterator[str]:
    """One that stays so: for what is refused."""
    with databases.copy() as url:
        yield url


def settings_of(url: str, key: str | None = KEY) -> Settings:
    return replace(read_settings({"DATABASE_URL": url}), backup_key=key)


def named(file: Path) -> argparse.Namespace:
    return argparse.Namespace(file=file, key_file=None)


def is_used(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute(dump.SQL["is_used"]).fetchone()[0]


def started(url: str) -> Centre:
    database = Database(url)
    with database.transaction() as transaction:
        roads = load_roads(transaction, AREA)
    return Centre(read_settings({}), database, utc_now, AREA, roads)


def report(client: httpx.Client) -> str:
    lon, lat = SOUTH_POINT
    body = {"source_channel": "phone", "description": "路面破损", "lon": lon, "lat": lat, "datum": "wgs84"}
    answer = client.post("/api/incidents", json=body | {"id": str(uuid4())})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["case_no"])


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, "JPEG")
    return written.getvalue()


def logged_in(address: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=30, headers={"Authorization": f"Bearer {token}"})


def test_a_running_centre_backed_up_and_restored_elsewhere_is_walked(
    small_url: str, empty_place: str, tmp_path: Path
) -> None:
    file = tmp_path / "centre.backup"
    centre = started(small_url)
    with centre.database.transaction() as transaction:
        token = create_token(transaction, AREA_ID, "operator", "walker", utc_now(), None)
    with serving(make_server(centre)) as address, logged_in(address, token) as client:
        first = report(client)
        photo_id = str(uuid4())
        sent = client.post(f"/api/incidents/{first}/photos?id={photo_id}", content=picture(),
                           headers={"Content-Type": "image/jpeg"})  # fmt: skip
        assert sent.status_code in (200, 201), sent.text
        photo = client.get(f"/api/incidents/{first}/photos/{photo_id}").content
        done, meanwhile = threading.Event(), []

        def go_on() -> None:
            while not done.is_set():
                meanwhile.append(report(client))

        working = threading.Thread(target=go_on)
        working.start()
        until = time.monotonic() + 20
        while len(meanwhile) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        backup(settings_of(small_url), named(file))
        done.set()
        working.join()
    centre.database.close()
    assert file.stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.iterdir()] == [file.name], "no half backup is left"

    restore_backup(settings_of(empty_place), named(file))
    assert schema_faults(empty_place) == []
    for part in LOOKS:
        assert set(look(empty_place, part)) == set(look(small_url, part)), part

    restored = started(empty_place)
    with serving(make_server(restored)) as address, logged_in(address, token) as client:
        listed = {one["case_no"] for one in client.get("/api/incidents?limit=500").json()["incidents"]}
        promised = SealedFile(file, KEY).heading["rows"][str(AREA_ID)]["cases"]
        assert len(listed) == promised >= 4
        assert listed <= {first, *meanwhile}
        assert client.get(f"/api/incidents/{first}/photos/{photo_id}").content == photo
        assert client.get(f"/api/incidents/{first}/suggestion").status_code in (200, 403)
        assert report(client) not in listed
        assert client.get("/api/health").json()["database"] == "ok"
    restored.database.close()


@pytest.fixture(scope="module")
def kept(small_template: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good backup of the small town."""
    file = tmp_path_factory.mktemp("kept") / "kept.backup"
    backup(settings_of(databases.url(small_template)), named(file))
    return file


def cut(whole: bytes) -> bytes:
    return whole[:-50]


def flipped(whole: bytes) -> bytes:
    return whole[:-5000] + bytes([whole[-5000] ^ 4]) + whole[-4999:]


@pytest.mark.parametrize(
    ("spoil", "key", "fault"),
    [
        (cut, KEY, "backup_cut"),
        (flipped, KEY, "backup_damaged"),
        (bytes, "another key", "backup_key_wrong"),
        (bytes, None, "backup_key_needed"),
    ],
)
def test_a_spoilt_backup_is_found_before_anything_is_restored(
    kept: Path, still_empty: str, tmp_path: Path, spoil: Callable[[bytes], bytes], key: str | None, fault: str
) -> None:
    spoilt = tmp_path / "spoilt"
    spoilt.write_bytes(spoil(kept.read_bytes()))
    with pytest.raises(InvalidInput) as told:
        restore_backup(settings_of(still_empty, key), named(spoilt))
    assert told.value.key == fault
    assert not is_used(still_empty)


def test_only_an_empty_place_is_restored_into(kept: Path, small_url: str, still_empty: str) -> None:
    with pytest.raises(Conflict, match="restore_not_empty"):
        restore_backup(settings_of(small_url), named(kept))
    with psycopg.connect(still_empty, autocommit=True) as connection:
        connection.execute("create table somebodys (thing integer)")
        with pytest.raises(Conflict, match="restore_not_empty"):
            restore_backup(settings_of(still_empty), named(kept))
        connection.execute("drop table somebodys")


def test_a_backup_of_a_newer_programme_is_refused(
    kept: Path, still_empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.backup.migration_files", list)
    with pytest.raises(Unavailable, match="schema_newer"):
        restore_backup(settings_of(still_empty), named(kept))
    assert not is_used(still_empty)


def test_a_backup_that_fails_leaves_the_older_one_and_nothing_half(
    small_url: str, still_empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "centre.backup"
    file.write_text("the older one")
    with pytest.raises(NotFound, match="backup_nothing"):
        backup(settings_of(still_empty), named(file))
    with pytest.raises(Unavailable, match="backup_unwritable"):
        backup(settings_of(small_url), named(tmp_path / "no" / "folder"))
    broken = tmp_path / "pg_dump"
    broken.write_text("#!/bin/sh\nhead -c 3000000 /dev/zero\necho 'it broke off' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(dump, "find_client", lambda *_: broken)
    with pytest.raises(Unavailable, match=r"backup_failed.*it broke off"):
        backup(settings_of(small_url), named(file))
    broken.unlink()
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    assert file.read_text() == "the older one"


def test_a_key_file_is_read_and_an_empty_one_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    assert read_key(settings_of("x", None), file) == KEY
    assert read_key(settings_of("x", "from the setting"), None) == "from the setting"
    assert KEY not in repr(settings_of("x"))
    for content in (None, ""):
        file.unlink() if content is None else file.write_text(content)
        with pytest.raises(Fault, match="key_file_unreadable"):
            read_key(settings_of("x", None), file)


# doctor -------------------------------------------------------------------------------------------------------------


def verdicts(url: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = doctor(settings_of(url), argparse.Namespace())
    told = capsys.readouterr().out
    for line in told.splitlines():
        assert line[0] in "✓!✗", line
        assert " / " in line
        assert "checks." not in line
        assert "{" not in line
    return code, told


def test_the_doctor_finds_a_sound_centre_sound(small_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = verdicts(small_url, capsys)
    assert code == 0, told
    for part in ("PostgreSQL 1", "PostGIS", "Python 3", "packages", "browser libraries", "points come out right",
                 "no overlap, no gap", "audit chain", "disk", "clock", "schema", "role"):  # fmt: skip
        assert part in told, part


SPOILT = {
    "update audit set actor = 'somebody else' where link_no = 1": "is broken in 1 places, first at link 1",
    "update migration set checksum = reverse(checksum) where name like '0005%'": "0005_pre_incident.sql",
    "grant update on audit to gridcommand_app": "can change what is only ever added to",
    "update position_latest set received_at = now() + interval '1 hour'": "1 h behind",
    "update division set geom = st_translate(geom, 0.001, 0) where code = '990001001201001'": "overlaps",
}
"""What is done behind the centre's back, and how the doctor words it."""


def test_the_doctor_finds_what_is_wrong(small_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(small_url) as connection:
        connection.execute(f"select audit_append_v1({AREA_ID}, now(), 'a', 'r', 'act', 'what', '{{}}')")
        connection.execute(
            "insert into position_latest (area_id, worker_id, recorded_at, received_at, geom, source) values "
            f"({AREA_ID}, 1, now(), now(), 'srid=4326;point(120.95 30.92)', 'test') on conflict do nothing"
        )
        for statement in SPOILT:
            assert connection.execute(statement).rowcount != 0, statement
    code, lines = verdicts(small_url, capsys)
    assert code == 1
    for told in SPOILT.values():
        assert [line for line in lines.splitlines() if line[0] == "✗" and told in line], lines


def test_the_doctor_warns_of_a_server_that_may_lose_what_was_acknowledged(
    small_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(small_url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"alter database {name} set synchronous_commit = off")
    told = verdicts(small_url, capsys)[1]
    assert [line for line in told.splitlines() if line[0] == "!" and "synchronous_commit" in line]


def test_the_doctor_of_a_place_without_a_database_makes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = read_settings({"GRIDCOMMAND_VAR": str(tmp_path / "var")})
    with pytest.raises(NotFound, match="backup_nothing"):
        backup(settings, named(tmp_path / "nothing.backup"))
    assert doctor(settings, argparse.Namespace()) == 0
    assert "no database yet" in capsys.readouterr().out
    assert not (tmp_path / "var").exists()
