"""A sealed file: a heading and a stream in pieces, each with its own seal, so that a change anywhere is found.

With a key the pieces are encrypted (AES-256-GCM, the key made from a passphrase by scrypt); without one each carries a
SHA-256. A piece's nonce holds its number and whether it is the last, so that pieces cannot be left out, moved or cut
off. Nothing is ever held but one piece.

Layout: ``MAGIC``, length of the heading (4 bytes), heading (JSON), SHA-256 of all before; then for each piece whether
it is the last (1 byte), its length (4 bytes), the sealed piece. Numbers are big-endian.

Source of the way nonces are made: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance" (2015), the STREAM construction. Source of the scrypt parameters: OWASP, Password Storage
Cheat Sheet (N=2^15, r=8, p=3: 32 MB of memory).
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from base.errors import InvalidInput
from base.values import Value

MAGIC = b"gridcommand backup 1\n"
PIECE_BYTES = 2**20
_LONGEST_HEADING = 2**16
_SEAL_BYTES = 32
_FRAME = struct.Struct(">BI")
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**15, 8, 3
_PROOF = b"\xff" * 12
"""Nonce of the proof that a key is the right one; no piece has it, since its last byte is 0 or 1 there."""

Heading = dict[str, Any]


class Seal(Protocol):
    """Closes and opens one piece."""

    def close(self, nonce: bytes, piece: bytes) -> bytes:
        """The piece as it stands in the file."""

    def open(self, nonce: bytes, sealed: bytes) -> bytes | None:
        """The piece; None when it, or its place, is not what it was."""


class _Checksums:
    """Shows damage, hides nothing."""

    def __init__(self, bound_to: bytes) -> None:
        self._bound_to = bound_to

    def close(self, nonce: bytes, piece: bytes) -> bytes:
        return piece + self._digest(nonce, piece)

    def open(self, nonce: bytes, sealed: bytes) -> bytes | None:
        piece, digest = sealed[:-_SEAL_BYTES], sealed[-_SEAL_BYTES:]
        return piece if digest == self._digest(nonce, piece) else None

    def _digest(self, nonce: bytes, piece: bytes) -> bytes:
        return hashlib.sha256(self._bound_to + nonce + piece).digest()


class _Cipher:
    """Shows damage and hides everything."""

    def __init__(self, key: bytes, bound_to: bytes) -> None:
        self._cipher = AESGCM(key)
        self._bound_to = bound_to

    def close(self, nonce: bytes, piece: bytes) -> bytes:
        return self._cipher.encrypt(nonce, piece, self._bound_to)

    def open(self, nonce: bytes, sealed: bytes) -> bytes | None:
        try:
            return self._cipher.decrypt(nonce, sealed, self._bound_to)
        except InvalidTag:
            return None


def _key_from(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P).derive(passphrase.encode())


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, is_last)


class SealedWriter:
    """Writes a sealed file, piece by piece.

    Parameters
    ----------
    file
        where to; the heading is written at once.
    heading
        what can be read without the key; never personal data.
    passphrase
        given, everything after the heading is encrypted.
    """

    def __init__(self, file: BinaryIO, heading: Heading, passphrase: str | None) -> None:
        self._file = file
        self._prefix = os.urandom(7)
        self._number = 0
        sealing: Heading = {"prefix": self._prefix.hex(), "cipher": "sha256"}
        key = b""
        if passphrase is not None:
            salt = os.urandom(16)
            key = _key_from(passphrase, salt)
            proof = AESGCM(key).encrypt(_PROOF, b"", None)
            sealing |= {"cipher": "aes-256-gcm", "kdf": "scrypt", "salt": salt.hex(), "proof": proof.hex()}
        text = json.dumps(heading | {"sealing": sealing}, ensure_ascii=False, sort_keys=True).encode()
        head = MAGIC + struct.pack(">I", len(text)) + text
        bound_to = hashlib.sha256(head).digest()
        self._seal: Seal = _Cipher(key, bound_to) if key else _Checksums(bound_to)
        file.write(head + bound_to)

    def write_all(self, source: BinaryIO) -> None:
        """Everything the source gives, to its end, and the mark of the end."""
        piece = source.read(PIECE_BYTES)
        while True:
            following = source.read(PIECE_BYTES) if piece else b""
            self._write(piece, is_last=not following)
            if not following:
                return
            piece = following

    def _write(self, piece: bytes, *, is_last: bool) -> None:
        sealed = self._seal.close(_nonce(self._prefix, self._number, is_last=is_last), piece)
        self._file.write(_FRAME.pack(is_last, len(sealed)) + sealed)
        self._number += 1


class SealedFile:
    """A sealed file to be read; its heading is checked when it is opened.

    Raises
    ------
    InvalidInput
        when it is no backup, is cut or damaged, or the key is missing or wrong.
    """

    def __init__(self, path: Path, passphrase: str | None) -> None:
        self._path = path
        with self._opened() as file:
            self.heading, self._bound_to = self._read_heading(file)
            self._begin = file.tell()
        self._seal = self._seal_of(self.heading["sealing"], passphrase)
        self._prefix = bytes.fromhex(self.heading["sealing"]["prefix"])

    def pieces(self) -> Iterator[bytes]:
        """Every piece, each checked before it is given.

        Raises
        ------
        InvalidInput
            at the first piece that is cut or damaged.
        """
        with self._opened() as file:
            file.seek(self._begin)
            number, is_last = 0, False
            while not is_last:
                is_last, sealed = self._read_frame(file)
                piece = self._seal.open(_nonce(self._prefix, number, is_last=is_last), sealed)
                if piece is None:
                    raise self._fault("backup_damaged")
                number += 1
                yield piece
            if file.read(1):
                raise self._fault("backup_damaged")

    def verify(self) -> None:
        """Read it to its end.

        Raises
        ------
        InvalidInput
            when anything in it is not what was written.
        """
        for _ in self.pieces():
            pass

    def _opened(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except OSError as fault:
            raise self._fault("backup_unreadable", reason=fault.strerror or str(fault)) from fault

    def _fault(self, key: str, **values: Value) -> InvalidInput:
        return InvalidInput(key, field="FILE", file=self._path, **values)

    def _read_heading(self, file: BinaryIO) -> tuple[Heading, bytes]:
        magic, length = file.read(len(MAGIC)), file.read(4)
        if magic != MAGIC:
            raise self._fault("backup_cut" if MAGIC.startswith(magic) else "backup_not_one")
        size = int.from_bytes(length, "big")
        text, digest = file.read(min(size, _LONGEST_HEADING)), file.read(32)
        if len(digest) < 32 and size <= _LONGEST_HEADING:
            raise self._fault("backup_cut")
        if digest != hashlib.sha256(magic + length + text).digest():
            raise self._fault("backup_damaged")
        return json.loads(text), digest

    def _read_frame(self, file: BinaryIO) -> tuple[bool, bytes]:
        head = file.read(_FRAME.size)
        if len(head) < _FRAME.size:
            raise self._fault("backup_cut")
        is_last, size = _FRAME.unpack(head)
        if is_last > 1 or size > PIECE_BYTES + _SEAL_BYTES:
            raise self._fault("backup_damaged")
        sealed = file.read(size)
        if len(sealed) < size:
            raise self._fault("backup_cut")
        return bool(is_last), sealed

    def _seal_of(self, sealing: Heading, passphrase: str | None) -> Seal:
        if sealing["cipher"] == "sha256":
            return _Checksums(self._bound_to)
        if passphrase is None:
            raise self._fault("backup_key_needed")
        key = _key_from(passphrase, bytes.fromhex(sealing["salt"]))
        try:
            AESGCM(key).decrypt(_PROOF, bytes.fromhex(sealing["proof"]), None)
        except InvalidTag as fault:
            raise self._fault("backup_key_wrong") from fault
        return _Cipher(key, self._bound_to)
