"""Pictures as they are sent become pictures as they are kept: checked, upright, small, bare of what a camera adds.

A file of a few kilobytes may stand for a picture that fills the memory. So its header is read first, and what would
need more than :data:`MEMORY_BYTES` is refused by the number of its pixels before one of them is decoded. A JPEG is
decoded small to begin with; the others are made small strip by strip.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from base.errors import InvalidInput, Unavailable
from base.values import Seconds
from dispatch.cases.picture_headers import bare_jpeg, bare_png, jpeg_frame, kind_of, orientation_of, webp_size

if TYPE_CHECKING:
    from PIL.Image import Image

BYTES_LIMIT = 1024 * 1024
"""The largest picture taken, as of every body; the field page makes pictures smaller before it sends them."""
SIDE_PX = 1600
"""Longest side kept: enough to read a number plate across a street."""
SIDE_LIMIT = 16_000
"""Longest side taken, in pixels: beyond it a picture is an attack or a map, not a photo."""
MEMORY_BYTES = 60 * 1024 * 1024
"""What one picture may cost while it is read (tests/unit/test_picture_memory.py measures it)."""
AT_ONCE = 2
"""Pictures read at the same time; the others wait."""
WAITING = 24
"""Pictures that may wait, a megabyte each; whoever comes then is asked to come again."""
_QUALITY = 82
_MOST_SCANS = 100
"""Scans of a progressive JPEG; a camera writes about ten. Each costs the time of the whole picture."""
_JPEG_DECODED = 8_000_000
"""Pixels a JPEG is decoded into at most, four bytes each."""
_JPEG_BYTES = 52_000_000
"""Bytes of a JPEG's coefficients and of the pixels made of them."""
_STRIP_PIXELS = 500_000

PIXELS: dict[str, int] = {
    "JPEG": 128_000_000,
    "PNG": 10_000_000,
    "GIF": 10_000_000,
    "WEBP": 3_000_000,
    "HEIC": 12_300_000,
    "AVIF": 4_000_000,
}
"""Pixels taken of each kind: what its decoder can be handed within :data:`MEMORY_BYTES`. A baseline JPEG is decoded at
an eighth of its size where that is enough; 12 megapixels in HEIC are a telephone's photo."""
_PIXELS_OF_ONE_BYTE = 36_000_000
"""Pixels of a PNG with one byte each: grey, black and white, or of a palette."""
_HEIC_RICH_PIXELS = 6_000_000
"""Pixels of a HEIC with transparency, more than 8 bits a colour, or colours that are not thinned."""
_JPEG_HELD_BYTES = 38_000_000
"""Coefficients of a progressive JPEG: a telephone's 12 megapixels with thinned colours."""

_DAMAGED = (OSError, SyntaxError, ValueError, LookupError, EOFError, RuntimeError, struct.error, zlib.error)
"""What decoders raise of a damaged file (Pillow's own faults are among these)."""
_readers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="picture")
_places = BoundedSemaphore(AT_ONCE + WAITING)


@dataclass(frozen=True)
class Picture:
    """A picture ready to be kept: JPEG bytes and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def read_soon(data: bytes) -> Future[Picture]:
    """:func:`read_picture` in one of the two threads that read pictures; the future holds what it answers or raises.

    Raises
    ------
    Unavailable
        when too many pictures are waiting already.
    """
    if not _places.acquire(blocking=False):
        raise Unavailable("photo_queue_full", field="photo", retry_after=Seconds(5))
    future = _readers.submit(read_picture, data)
    future.add_done_callback(lambda _: _places.release())
    return future


def read_picture(data: bytes) -> Picture:
    """Read a picture, turn it upright, make it at most :data:`SIDE_PX` long, drop what is not the picture.

    Of a picture that moves, the first one is kept; what is transparent becomes white.

    Raises
    ------
    InvalidInput
        when it is no picture of a kind that is taken, is damaged, or is over a limit, which is named.
    """
    if len(data) > BYTES_LIMIT:
        raise InvalidInput("photo_too_large", field="photo", limit_mb=BYTES_LIMIT // 1024 // 1024)
    kind = kind_of(data)
    if kind is None:
        raise InvalidInput("photo_unreadable", field="photo")
    from PIL.Image import DecompressionBombError, DecompressionBombWarning

    try:
        small, orientation = _READERS[kind](data)
    except InvalidInput:
        raise
    except (*_DAMAGED, DecompressionBombError, DecompressionBombWarning) as fault:
        raise InvalidInput("photo_unreadable", field="photo") from fault
    return _kept(_upright(small, orientation))


def check_size(kind: str, width: int, height: int, most: int | None = None) -> None:
    """Make sure a picture of this kind can be decoded within the memory allowed.

    Raises
    ------
    InvalidInput
        naming the limit that struck: the side or the pixels.
    """
    most = most or PIXELS[kind]
    if max(width, height) > SIDE_LIMIT:
        raise InvalidInput("photo_too_long", field="photo", width=width, height=height, limit_px=SIDE_LIMIT)
    if width * height > most:
        raise InvalidInput(
            "photo_too_many_pixels", field="photo", width=width, height=height, kind=kind, limit_mp=most // 100_000 / 10
        )
    if not width * height:
        raise InvalidInput("photo_unreadable", field="photo")


def _read_jpeg(data: bytes) -> tuple[Image, int]:
    frame = jpeg_frame(data)
    if frame is None or frame.scans > _MOST_SCANS:
        raise InvalidInput("photo_unreadable", field="photo")
    most = PIXELS["JPEG"]
    if frame.held_bytes > _JPEG_HELD_BYTES:
        most = _JPEG_HELD_BYTES * frame.width * frame.height // frame.held_bytes
    check_size("JPEG", frame.width, frame.height, most)
    # What a camera wrote is taken out before: Pillow would look into it, and fail where it is broken.
    bare, exif = bare_jpeg(data)
    with _opened(bare, "JPEG") as image:
        width, height = image.size
        scale = _jpeg_scale(width, height, (_JPEG_BYTES - frame.held_bytes) // 4)
        image.draft(None, (max(1, width // scale), max(1, height // scale)))
        return _small(image), orientation_of(exif)


def _jpeg_scale(width: int, height: int, most: int) -> int:
    """By how much a JPEG is made small while it is decoded, into at most ``most`` pixels, down to the side kept."""
    scales = [scale for scale in (1, 2, 4, 8) if width * height // scale**2 <= min(most, _JPEG_DECODED)] or [8]
    return next((each for each in reversed(scales) if max(width, height) // each >= SIDE_PX), scales[0])


def _read_png(data: bytes) -> tuple[Image, int]:
    check_size("PNG", int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"), _PIXELS_OF_ONE_BYTE)
    with _opened(bare_png(data), "PNG") as image:
        check_size("PNG", image.width, image.height, _PIXELS_OF_ONE_BYTE if image.mode in ("1", "L", "P") else None)
        return _small(image), orientation_of(image.info.get("exif", b""))


def _read_gif(data: bytes) -> tuple[Image, int]:
    check_size("GIF", int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))
    with _opened(data, "GIF") as image:
        check_size("GIF", *image.size)  # the first picture may stand out over the canvas, which then grows
        return _small(image), 1


def _read_webp(data: bytes) -> tuple[Image, int]:
    # Pillow's decoder takes the memory of the whole canvas when the file is opened: asked of the header before that.
    size = webp_size(data)
    if size is None:
        raise InvalidInput("photo_unreadable", field="photo")
    check_size("WEBP", *size)
    with _opened(data, "WEBP") as image:
        return _small(image), orientation_of(image.info.get("exif", b""))


def _read_heic(data: bytes) -> tuple[Image, int]:
    try:
        from pi_heif import open_heif, options
    except ImportError as fault:
        raise InvalidInput("photo_decoder_missing", field="photo", kind="HEIC", decoder="pi-heif") from fault
    from PIL import Image

    # The phone's own small picture, its depth and its masks are not wanted: each would be held as well.
    options.THUMBNAILS, options.DEPTH_IMAGES, options.AUX_IMAGES = False, False, False
    file = open_heif(data)
    image = file[file.primary_index]
    width, height = image.size
    is_rich = image.mode != "RGB" or image.info["bit_depth"] > 8 or image.info.get("chroma") != 420
    check_size("HEIC", width, height, _HEIC_RICH_PIXELS if is_rich else None)
    # Taken row by row from what the decoder holds: as a picture of Pillow's it would be held a second time. The decoder
    # turns it upright by itself.
    pixels, stride = memoryview(image.data), image.stride

    def rows(top: int, bottom: int) -> Image.Image:
        part: Any = pixels[top * stride : bottom * stride]
        return Image.frombuffer(image.mode, (width, bottom - top), part, "raw", image.mode, stride, 1)

    return _in_strips(rows, width, height), 1


def _read_avif(data: bytes) -> tuple[Image, int]:
    from PIL import features

    if not features.check("avif"):
        raise InvalidInput("photo_decoder_missing", field="photo", kind="AVIF", decoder="libavif")
    with _opened(data, "AVIF") as image:
        check_size("AVIF", *image.size)
        return _small(image), orientation_of(image.info.get("exif", b""))


_READERS: dict[str, Callable[[bytes], tuple[Image, int]]] = {
    "JPEG": _read_jpeg,
    "PNG": _read_png,
    "GIF": _read_gif,
    "WEBP": _read_webp,
    "HEIC": _read_heic,
    "AVIF": _read_avif,
}
"""Each kind's way to a small picture as it looks, not yet turned, and how it is to be turned."""


def _opened(data: bytes, kind: str) -> Any:
    from PIL import Image

    return Image.open(BytesIO(data), formats=(kind,))


def _small(image: Image) -> Image:
    """The picture in the colours it is seen in, at most :data:`SIDE_PX` long."""
    image.load()
    width, height = image.size
    return _in_strips(lambda top, bottom: image.crop((0, top, width, bottom)), width, height, image.info)


def _in_strips(
    rows: Callable[[int, int], Image], width: int, height: int, info: Mapping[Any, Any] | None = None
) -> Image:
    """Make a picture small strip by strip, so that it is never held in full colours as a whole.

    Parameters
    ----------
    rows
        gives the rows from one to before another.
    info
        what the file says of its colours, its transparency above all.
    """
    from PIL import Image

    shrink = max(1.0, max(width, height) / SIDE_PX)
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    small = Image.new("RGB", size)
    rows_a_strip = max(1, int(_STRIP_PIXELS / width / shrink))
    for top in range(0, size[1], rows_a_strip):
        bottom = min(top + rows_a_strip, size[1])
        first, last = top * height / size[1], bottom * height / size[1]
        # A row of the small picture looks at rows beyond its own: without them the strips would be seen.
        begin, end = max(0, int(first - 3 * shrink)), min(height, int(last + 3 * shrink) + 1)
        seen = _as_seen(rows(begin, end), info or {})
        box = (0, first - begin, width, min(last - begin, seen.height))
        small.paste(seen.resize((size[0], bottom - top), Image.Resampling.BICUBIC, box), (0, top))
    return small


def _as_seen(part: Image, info: Mapping[Any, Any]) -> Image:
    """Part of a picture in red, green and blue, on white where it is transparent."""
    from PIL import Image

    if part.mode.startswith("I"):
        return _of_sixteen_bits(part, info.get("transparency"))
    if "transparency" in info and part.mode in ("1", "L", "P", "RGB"):
        part.info["transparency"] = _in_eight_bits(info["transparency"])
        part = part.convert("RGBA")
    elif part.mode in ("LA", "PA", "La", "RGBa"):
        part = part.convert("RGBA")
    if part.mode != "RGBA":
        return part.convert("RGB")
    white = Image.new("RGB", part.size, "white")
    white.paste(part, mask=part.getchannel("A"))
    return white


def _in_eight_bits(transparency: Any) -> Any:
    """The colour that is transparent; a picture of 16 bits names it in 16, Pillow gives its pixels in 8."""
    if isinstance(transparency, tuple) and max(transparency) > 255:
        return tuple(value >> 8 for value in transparency)
    return transparency


def _of_sixteen_bits(part: Image, transparent: object) -> Image:
    """Grey of 16 bits by its upper eight; Pillow's own way would show all but the darkest as white."""
    import numpy as np
    from PIL import Image

    values = np.asarray(part)
    grey = (values.clip(0, 65535) >> 8).astype(np.uint8)
    if isinstance(transparent, int):
        grey[values == transparent] = 255
    return Image.fromarray(grey).convert("RGB")


def _upright(image: Image, orientation: int) -> Image:
    from PIL import Image

    turn = Image.Transpose
    turns = {
        2: turn.FLIP_LEFT_RIGHT,
        3: turn.ROTATE_180,
        4: turn.FLIP_TOP_BOTTOM,
        5: turn.TRANSPOSE,
        6: turn.ROTATE_270,
        7: turn.TRANSVERSE,
        8: turn.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _kept(image: Image) -> Picture:
    file = BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return Picture(file.getvalue(), image.width, image.height)
