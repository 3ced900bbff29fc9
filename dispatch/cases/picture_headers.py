"""What a picture says of itself before a pixel of it is decoded: its kind, its size, how it is to be turned."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 0x0112
_UPRIGHT = 1
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_PNG_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"})
"""Chunks that make the picture, and the one that says how it is turned; texts and profiles may unpack to anything."""


def kind_of(data: bytes) -> str | None:
    """The kind of picture the first bytes speak of: JPEG, PNG, WEBP, GIF, HEIC, AVIF; None for anything else."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == _PNG:
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    return _kind_of_box(data) if data[4:8] == b"ftyp" else None


def _kind_of_box(data: bytes) -> str | None:
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, size, 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIC" if brands & _HEIF_BRANDS else None


@dataclass(frozen=True)
class JpegFrame:
    """A JPEG's own description: its size, and the bytes its decoder must hold before the first row is ready."""

    width: int
    height: int
    held_bytes: int
    scans: int


def jpeg_frame(data: bytes) -> JpegFrame | None:
    """What the frame header says; None where there is none that can be read.

    A progressive picture, or one whose colours come one after the other, is held whole as coefficients (two bytes
    each) while it is read, however small it is asked for. Source: ITU-T T.81, B.2.2 and B.2.3.
    """
    size: tuple[int, int] = (0, 0)
    samples, is_progressive = 0, False
    for marker, segment in _jpeg_segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and len(segment) >= 6 + 3 * segment[5]:
            size = (int.from_bytes(segment[3:5], "big"), int.from_bytes(segment[1:3], "big"))
            samples, is_progressive = _samples(segment, *size), marker in (0xC2, 0xC6, 0xCA, 0xCE)
            colours = segment[5]
        elif marker == 0xDA and samples and segment:
            is_held = is_progressive or segment[0] < colours
            return JpegFrame(*size, held_bytes=2 * samples if is_held else 0, scans=data.count(b"\xff\xda"))
    return None


def _samples(frame: bytes, width: int, height: int) -> int:
    """How many samples a frame holds, its colours thinned as it says."""
    factors = [(frame[7 + 3 * place] >> 4, frame[7 + 3 * place] & 15) for place in range(frame[5])]
    widest, tallest = max((x for x, _ in factors), default=1) or 1, max((y for _, y in factors), default=1) or 1
    return sum(width * x * height * y // (widest * tallest) for x, y in factors)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The marker segments up to the first scan, without their lengths."""
    for marker, begin, end in _jpeg_places(data):
        yield marker, data[begin + 4 : end]


def _jpeg_places(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, first byte and end of each segment up to the first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (0x01, 0xFF) or 0xD0 <= marker <= 0xD7:  # fill bytes and markers that stand alone
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            return
        yield marker, at, at + 2 + length
        if marker == 0xDA:
            return
        at += 2 + length


def bare_jpeg(data: bytes) -> tuple[bytes, bytes]:
    """The same picture without what a camera wrote into it, and its EXIF (empty where there is none).

    Left in are the segments that decode it and those that say what its colours are (APP0, APP14).
    """
    parts, exif, last = [data[:2]], b"", 2
    for marker, begin, end in _jpeg_places(data):
        last = end
        if (not 0xE0 <= marker <= 0xEF and marker != 0xFE) or marker in (0xE0, 0xEE):
            parts.append(data[begin:end])
        elif marker == 0xE1 and data[begin + 4 : begin + 10] == b"Exif\0\0" and not exif:
            exif = data[begin + 4 : end]
    return b"".join([*parts, data[last:]]), exif


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a WebP; None where they cannot be read. Source: RFC 9649, 2.5 to 2.7."""
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", body[6:10])
    return width & 0x3FFF, height & 0x3FFF


def bare_png(data: bytes) -> bytes:
    """The same picture with the chunks that make it and no others; empty when its end is missing."""
    parts, at = [_PNG], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        if data[at + 4 : at + 8] in _PNG_NEEDED:
            parts.append(data[at:end])
        at = end
    return b"".join(parts) if parts[-1][4:8] == b"IEND" else b""


def orientation_of(exif: bytes) -> int:
    """How the camera was held, 1 to 8 as EXIF counts; 1 where it is not told. Source: CIPA DC-008, 4.6.4, tag 0x0112.

    Only this one entry is read: the rest of what a camera writes is often broken, and must not cost the picture.
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return _UPRIGHT
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    if first + 2 > len(tiff):
        return _UPRIGHT
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for at in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, at)
        if tag == _ORIENTATION:
            return value if kind == 3 and 1 <= value <= 8 else _UPRIGHT
    return _UPRIGHT
