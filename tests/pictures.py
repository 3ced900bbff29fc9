"""Pictures for the tests: whole ones, odd ones, and small files that stand for pictures that fill the memory."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

HEIC = (Path(__file__).parent / "data" / "two-colours.heic").read_bytes()
"""64 by 48, its left half red, its right half blue; made with x265."""
RED, BLUE = (204, 34, 17), (17, 51, 204)


def two_colours(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Red at the left, blue at the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """The file of an image."""
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def read(jpeg: bytes) -> Image.Image:
    """The image of a file."""
    return Image.open(BytesIO(jpeg)).convert("RGB")


def flat_png(width: int, height: int, colour: int = 0, depth: int = 8) -> bytes:
    """A black PNG, deflated a thousand to one; ``colour`` as PNG counts: 0 grey, 2 RGB, 3 palette, 4 LA, 6 RGBA."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    packer = zlib.compressobj(9)
    row = bytes(1 + (width * channels * depth + 7) // 8)
    rows = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    palette = png_chunk(b"PLTE", bytes(12)) if colour == 3 else b""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + palette + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk of a PNG with its length and check sum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def exif_with_a_broken_rational(orientation: int) -> bytes:
    """EXIF as some telephones write it: the orientation is right, the resolution points outside of everything."""
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack("<HHII", 0x011A, 5, 1, 0xFFFFFF00)
    gps = struct.pack("<HHII", 0x8825, 4, 1, 0xFFFFFFF0)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 3) + entries + gps + bytes(4)
