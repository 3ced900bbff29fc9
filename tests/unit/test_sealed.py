"""A sealed file: what was written comes out, and whatever is changed in it is found."""

from __future__ import annotations

import io
import random
import tracemalloc
from pathlib import Path

import pytest

from base.backup import sealed
from base.backup.sealed import SealedFile, SealedWriter
from base.errors import InvalidInput

KEYS = (None, "correct horse battery staple")
CONTENT = random.Random(7).randbytes(5000)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "PIECE_BYTES", 1024)
    monkeypatch.setattr(sealed, "_SCRYPT_N", 2)


def written(path: Path, key: str | None, content: bytes = CONTENT) -> bytes:
    with path.open("wb") as file:
        SealedWriter(file, {"made_at": "2026-11-25"}, key).write_all(io.BytesIO(content))
    return path.read_bytes()


def read(path: Path, key: str | None) -> bytes:
    return b"".join(SealedFile(path, key).pieces())


def fault_of(path: Path, key: str | None) -> str:
    with pytest.raises(InvalidInput) as told:
        SealedFile(path, key).verify()
    return told.value.key


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("size", [0, 1, 1023, 1024, 1025, 2048, 5000])
def test_what_was_written_comes_out(tmp_path: Path, key: str | None, size: int) -> None:
    path = tmp_path / "b"
    written(path, key, CONTENT[:size])
    assert read(path, key) == CONTENT[:size]
    assert SealedFile(path, key).heading["made_at"] == "2026-11-25"


def test_with_a_key_nothing_of_the_content_can_be_read(tmp_path: Path) -> None:
    plain = b"330425199001011234" * 100
    assert b"3304251990" in written(tmp_path / "open", None, plain)
    assert b"3304251990" not in written(tmp_path / "closed", KEYS[1], plain)


@pytest.mark.parametrize("key", KEYS)
def test_any_flipped_bit_is_found(tmp_path: Path, key: str | None) -> None:
    path = tmp_path / "b"
    whole = written(path, key)
    places = {*range(60), *range(0, len(whole), 97), *range(len(whole) - 40, len(whole))}
    for place in sorted(places):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << (place % 8)
        path.write_bytes(spoilt)
        assert fault_of(path, key) in {"backup_damaged", "backup_cut", "backup_not_one"}, place


@pytest.mark.parametrize("key", KEYS)
def test_a_file_cut_anywhere_is_found(tmp_path: Path, key: str | None) -> None:
    path = tmp_path / "b"
    whole = written(path, key)
    for size in {0, 1, 10, len(sealed.MAGIC), 24, 100, *range(300, len(whole), 211), len(whole) - 1}:
        path.write_bytes(whole[:size])
        assert fault_of(path, key) == "backup_cut", size


@pytest.mark.parametrize("key", KEYS)
def test_pieces_left_out_or_moved_or_added_are_found(tmp_path: Path, key: str | None) -> None:
    path = tmp_path / "b"
    whole = written(path, key)
    begin = SealedFile(path, key)._begin
    size = int.from_bytes(whole[begin + 1 : begin + 5], "big") + 5
    head, one, two, rest = whole[:begin], whole[begin:][:size], whole[begin + size :][:size], whole[begin + 2 * size :]
    for spoilt in (head + two + rest, head + two + one + rest, head + one + one + two + rest, whole + b"\0"):
        path.write_bytes(spoilt)
        assert fault_of(path, key) == "backup_damaged"


def test_keys_wrong_or_missing_and_files_of_others_are_told(tmp_path: Path) -> None:
    path = tmp_path / "b"
    written(path, KEYS[1])
    assert fault_of(path, "another") == "backup_key_wrong"
    assert fault_of(path, None) == "backup_key_needed"
    path.write_bytes(b"PGDMP" + bytes(100))
    assert fault_of(path, None) == "backup_not_one"
    assert fault_of(tmp_path / "none", None) == "backup_unreadable"


def test_a_large_backup_takes_no_more_memory_than_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "PIECE_BYTES", 2**20)

    class Zeros(io.RawIOBase):
        left = 48

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return bytes(size) if self.left >= 0 else b""

    path = tmp_path / "b"
    tracemalloc.start()
    try:
        with path.open("wb") as file:
            SealedWriter(file, {}, KEYS[1]).write_all(Zeros())
        SealedFile(path, KEYS[1]).verify()
        assert tracemalloc.get_traced_memory()[1] < 12 * 2**20
    finally:
        tracemalloc.stop()
