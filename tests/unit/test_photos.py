"""Pictures: what is one is kept small, upright, bare and as it looks; what is none, or too much, is refused."""

from __future__ import annotations

import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from base.errors import InvalidInput, Unavailable
from dispatch.cases import pictures
from dispatch.cases.picture_headers import jpeg_frame, orientation_of
from dispatch.cases.pictures import MEMORY_BYTES, SIDE_LIMIT, SIDE_PX, Picture, read_picture, read_soon
from tests.pictures import (
    BLUE,
    HEIC,
    RED,
    exif_with_a_broken_rational,
    flat_png,
    png_chunk,
    read,
    saved,
    two_colours,
)
from words.faults import fault_text

GREY = (128, 128, 128)
WHITE = (255, 255, 255)


def at(kept: Picture, across: float, down: float = 0.5) -> tuple[int, ...]:
    image = read(kept.jpeg)
    return image.getpixel((int(across * kept.width), int(down * kept.height)))


def is_about(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 24


# what is kept -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIC", "MPO"])
def test_each_form_a_phone_makes_becomes_a_jpeg(form: str) -> None:
    kept = read_picture(HEIC if form == "HEIC" else saved(two_colours(), form))
    assert (kept.width, kept.height) == (64, 48)
    assert kept.jpeg.startswith(b"\xff\xd8")
    assert is_about(at(kept, 0.2), RED)
    assert is_about(at(kept, 0.8), BLUE)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(3300, 2475), (300, 9000), (1601, 1601), (3201, 2), (1, 1)])
def test_a_large_picture_is_made_small_and_keeps_its_shape(form: str, size: tuple[int, int]) -> None:
    kept = read_picture(saved(two_colours(size), form))
    assert max(kept.width, kept.height) <= SIDE_PX
    assert max(kept.width, kept.height) > min(max(size), SIDE_PX) / 2
    assert kept.width / kept.height == pytest.approx(size[0] / size[1], rel=0.02, abs=1 / SIDE_PX + 1 / kept.height)


def test_no_seam_is_seen_where_the_strips_meet() -> None:
    slope = np.tile(np.linspace(0, 255, 3000, dtype=np.uint8)[:, None], (1, 2500))
    rows = np.asarray(read(read_picture(saved(Image.fromarray(slope), "PNG")).jpeg).convert("L")).mean(axis=1)
    assert np.abs(np.diff(rows)).max() < 2


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_it_stands_upright_however_the_phone_was_held(form: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    kept = read_picture(saved(two_colours(), form, exif=exif))
    assert (kept.width, kept.height) == ((64, 48) if orientation < 5 else (48, 64))
    red_at = {1: (0.2, 0.5), 2: (0.8, 0.5), 3: (0.8, 0.5), 4: (0.2, 0.5)}
    red_at |= {5: (0.5, 0.2), 6: (0.5, 0.2), 7: (0.5, 0.8), 8: (0.5, 0.8)}
    assert is_about(at(kept, *red_at[orientation]), RED)


def test_upright_though_the_rest_of_the_exif_is_broken() -> None:
    kept = read_picture(saved(two_colours(), "JPEG", exif=exif_with_a_broken_rational(6)))
    assert (kept.width, kept.height) == (48, 64)
    assert is_about(at(kept, 0.5, 0.2), RED)


@given(st.binary(max_size=120), st.sampled_from([b"", b"Exif\0\0II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08\xff\xff"]))
def test_any_exif_is_an_orientation(garbage: bytes, head: bytes) -> None:
    assert 1 <= orientation_of(head + garbage) <= 8


def depth(mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.full((40, 60), 128 * 257, dtype=np.uint16))
    return Image.new("L", (60, 40), 128).convert("P") if mode == "P" else Image.new("L", (60, 40), 128).convert(mode)


@pytest.mark.parametrize(
    ("mode", "form"),
    [("L", "PNG"), ("P", "PNG"), ("I;16", "PNG"), ("LA", "PNG"), ("RGBA", "PNG"), ("P", "GIF"), ("L", "JPEG"),
     ("CMYK", "JPEG"), ("RGBA", "WEBP"), ("RGBA", "AVIF")],
)  # fmt: skip
def test_every_depth_comes_out_as_it_looks(mode: str, form: str) -> None:
    assert is_about(at(read_picture(saved(depth(mode), form)), 0.5), GREY)


def test_black_and_white_of_one_bit() -> None:
    image = two_colours().convert("L").point(lambda value: 255 if value > 70 else 0).convert("1")
    kept = read_picture(saved(image, "PNG"))
    assert {at(kept, 0.2), at(kept, 0.8)} <= {(0, 0, 0), WHITE}


def transparent(kind: str) -> tuple[Image.Image, dict[str, object]]:
    """Left half grey and opaque, right half transparent over black."""
    mask = Image.new("L", (60, 40), 0)
    mask.paste(255, (0, 0, 30, 40))
    grey = Image.new("L", (60, 40), 128)
    if kind in ("RGBA", "LA"):
        image = grey.convert(kind)
        image.putalpha(mask)
        return image, {}
    grey.paste(0, (30, 0, 60, 40))
    if kind == "L":
        return grey, {"transparency": 0}
    if kind == "RGB":
        return grey.convert("RGB"), {"transparency": (0, 0, 0)}
    if kind == "I;16":
        return Image.fromarray(np.asarray(grey).astype(np.uint16) * 257), {"transparency": 0}
    palette = Image.new("P", (60, 40), 1)
    palette.putpalette([0, 0, 0, 128, 128, 128])
    palette.paste(0, (30, 0, 60, 40))
    return palette, {"transparency": 0 if kind == "P" else bytes([0, 255])}


@pytest.mark.parametrize(
    ("kind", "form"),
    [("RGBA", "PNG"), ("LA", "PNG"), ("L", "PNG"), ("RGB", "PNG"), ("I;16", "PNG"), ("P", "PNG"), ("P bytes", "PNG"),
     ("P", "GIF"), ("RGBA", "WEBP"), ("RGBA", "AVIF")],
)  # fmt: skip
def test_what_is_transparent_becomes_white(kind: str, form: str) -> None:
    image, options = transparent(kind)
    kept = read_picture(saved(image, form, **options))
    assert is_about(at(kept, 0.2), GREY)
    assert is_about(at(kept, 0.85), WHITE)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_a_picture_that_moves_the_first_is_kept(form: str) -> None:
    red, blue = Image.new("RGB", (40, 40), RED), Image.new("RGB", (40, 40), BLUE)
    kept = read_picture(saved(red, form, save_all=True, append_images=[blue]))
    assert is_about(at(kept, 0.5), RED)


def test_nothing_of_where_and_with_what_it_was_taken_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secretphone"
    exif.get_ifd(0x8825)[1] = "N"
    behind = b"<script>alert('polyglot')</script>PK\x03\x04"
    for form in ("JPEG", "PNG", "WEBP"):
        kept = read_picture(saved(two_colours(), form, exif=exif) + behind)
        assert not {word for word in (b"Secretphone", b"Exif", b"polyglot", b"PK\x03") if word in kept.jpeg}


# what is refused ----------------------------------------------------------------------------------------------------


@given(st.binary(max_size=300))
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="photo_unreadable"):
        read_picture(data)


WHOLE = {
    "JPEG": saved(two_colours((80, 60)), "JPEG", exif=exif_with_a_broken_rational(6)),
    "progressive": saved(two_colours((80, 60)), "JPEG", progressive=True),
    "PNG": saved(two_colours((80, 60)).quantize(8), "PNG"),
    "WEBP": saved(two_colours((80, 60)), "WEBP"),
    "lossless": saved(two_colours((80, 60)), "WEBP", lossless=True),
    "GIF": saved(two_colours((80, 60)), "GIF"),
    "AVIF": saved(two_colours((80, 60)), "AVIF"),
    "HEIC": HEIC,
}


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=5))
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(form: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE[form])
    for place, value in changes:
        data[place % len(data)] = value
    with suppress(InvalidInput):
        read_picture(bytes(data))


@pytest.mark.parametrize("side", [10_000, 65_535])
def test_a_picture_that_stands_out_over_a_small_canvas_is_refused(side: int) -> None:
    canvas, frame = (10).to_bytes(2, "little") * 2, bytes(4) + side.to_bytes(2, "little") * 2
    with pytest.raises(InvalidInput, match="photo_"):
        read_picture(b"GIF89a" + canvas + bytes(3) + b"," + frame + b"\0\x02\x02\x44\x01\0;")


@pytest.mark.parametrize("form", [form for form in WHOLE if form != "lossless"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_picture_cut_short_is_refused(form: str, part: float) -> None:
    with pytest.raises(InvalidInput, match="photo_"):
        read_picture(WHOLE[form][: int(len(WHOLE[form]) * part)])


@pytest.mark.parametrize(
    ("data", "key", "told"),
    [
        (bytes(2**20 + 1), "photo_too_large", "1 MB"),
        (flat_png(7700, 7700), "photo_too_many_pixels", "36 megapixels"),
        (flat_png(3200, 3200, 2), "photo_too_many_pixels", "10 megapixels"),
        (flat_png(SIDE_LIMIT + 1, 10), "photo_too_long", f"{SIDE_LIMIT} pixels"),
        (b"GIF89a\xff\x0f\xff\x0f" + bytes(40), "photo_too_many_pixels", "GIF"),
        (b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\xff\x1f\0\xff\x1f\0", "photo_too_many_pixels", "WEBP"),
    ],
)
def test_the_limit_that_struck_is_named(data: bytes, key: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_picture(data)
    assert refused.value.key == key
    assert told in fault_text(refused.value, "en")
    assert "{" not in fault_text(refused.value, "zh")


def test_the_page_of_the_api_tells_every_limit() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    for form, most in pictures.PIXELS.items():
        told = next(line for line in page.splitlines() if line.lower().startswith(f"| {form.lower()} |"))
        assert f"| {most / 1e6:g}" in told, form


def test_a_progressive_picture_is_refused_by_what_its_decoder_must_hold() -> None:
    small = saved(two_colours((160, 120)), "JPEG", progressive=True)
    place = small.index(b"\xff\xc2")
    large = small[: place + 5] + struct.pack(">HH", 7700, 7700) + small[place + 9 :]
    with pytest.raises(InvalidInput, match="photo_too_many_pixels"):
        read_picture(large)
    scan = small[small.index(b"\xff\xda") : -2]
    with pytest.raises(InvalidInput, match="photo_unreadable"):
        read_picture(small[:-2] + scan * 100 + small[-2:])


def test_texts_that_unpack_to_anything_are_not_unpacked() -> None:
    import zlib

    whole = saved(two_colours(), "PNG")
    bomb = png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(900_000), 9)) * 100
    kept = read_picture(whole[:33] + bomb + whole[33:])
    assert is_about(at(kept, 0.2), RED)


def test_where_the_decoder_is_missing_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(InvalidInput, match="photo_decoder_missing") as refused:
        read_picture(HEIC)
    assert "HEIC" in fault_text(refused.value, "en")
    assert "pi-heif" in fault_text(refused.value, "zh")


def test_a_frame_header_is_read_without_its_pixels() -> None:
    frame = jpeg_frame(saved(two_colours((33, 21)), "JPEG", progressive=True, subsampling=0))
    assert frame is not None
    assert (frame.width, frame.height, frame.held_bytes) == (33, 21, 33 * 21 * 3 * 2)
    plain = jpeg_frame(saved(two_colours((33, 21)), "JPEG"))
    assert plain is not None
    assert plain.held_bytes == 0


# what it may cost ---------------------------------------------------------------------------------------------------

MEASURE = """
import sys
from contextlib import suppress
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import numpy, pi_heif, PIL.JpegImagePlugin, PIL.PngImagePlugin, PIL.WebPImagePlugin, PIL.GifImagePlugin
import PIL.AvifImagePlugin
from base.errors import InvalidInput
from dispatch.cases.pictures import read_picture

def held(name):
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith(name))

for file in sys.argv[2:]:
    data = Path(file).read_bytes()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins again
    before = held("VmRSS")
    try:
        read_picture(data)
    except InvalidInput:
        pass
    print(Path(file).name, held("VmHWM") - before)
"""


def costs(folder: Path, files: dict[str, bytes]) -> dict[str, int]:
    """The peak of memory in bytes each picture costs, measured by the system in a process of its own."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    paths = [str(folder / name) for name in files]
    command = [sys.executable, "-c", MEASURE, str(Path(__file__).parents[2]), *paths]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {name: int(peak) for name, peak in (line.split() for line in told.splitlines())}


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak is read from Linux's /proc")
def test_no_picture_costs_more_than_the_memory_allowed(tmp_path: Path) -> None:
    files = {
        "the 57 kB photo": flat_png(7700, 7700),
        "grey": flat_png(6000, 6000),
        "rgba": flat_png(3160, 3160, 6),
        "jpeg": saved(Image.new("RGB", (2820, 2820)), "JPEG"),
        "webp": saved(Image.new("RGB", (2000, 1500)), "WEBP", lossless=True, method=0),
    }
    found = costs(tmp_path, {name.replace(" ", "-"): data for name, data in files.items()})
    assert len(found) == len(files)
    assert {name: peak for name, peak in found.items() if peak > MEMORY_BYTES} == {}


@pytest.mark.long
def test_no_picture_of_any_kind_costs_more_than_the_memory_allowed(tmp_path: Path) -> None:
    flat = {"L": 0, "RGB": (10, 20, 30), "RGBA": (10, 20, 30, 40), "CMYK": (1, 2, 3, 4), "P": 0}

    def of(mode: str, size: tuple[int, int], form: str, **options: object) -> bytes:
        return saved(Image.new(mode, size, flat[mode]), form, **options)

    files = {
        "palette": flat_png(6000, 6000, 3),
        "one-bit": flat_png(6000, 6000, 0, 1),
        "sixteen-bits": flat_png(3160, 3160, 0, 16),
        "rgb-sixteen-bits": flat_png(3160, 3160, 2, 16),
        "grey-alpha": flat_png(3160, 3160, 4),
        "cmyk": of("CMYK", (2820, 2820), "JPEG", quality=30),
        "jpeg-12": of("RGB", (4032, 3024), "JPEG"),
        "jpeg-100": of("L", (9500, 9500), "JPEG", quality=1),
        "progressive": of("RGB", (4032, 3024), "JPEG", progressive=True),
        "progressive-full": of("RGB", (2510, 2510), "JPEG", progressive=True, subsampling=0),
        "gif": of("P", (3160, 3160), "GIF"),
        "webp": of("RGB", (2000, 1500), "WEBP"),
        "avif": of("RGB", (2400, 1660), "AVIF", speed=10),
        "avif-alpha": of("RGBA", (2400, 1660), "AVIF", speed=10),
    }
    found = costs(tmp_path, files)
    assert len(found) == len(files)
    assert {name: peak for name, peak in found.items() if peak > MEMORY_BYTES} == {}


def test_two_are_read_at_once_the_others_wait_and_too_many_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    running, most, lock, full, go_on = [0], [0], threading.Lock(), threading.Event(), threading.Event()

    def slow(_: bytes) -> Picture:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
            if running[0] == pictures.AT_ONCE:
                full.set()
        go_on.wait(10)
        with lock:
            running[0] -= 1
        return Picture(b"", 1, 1)

    monkeypatch.setattr(pictures, "read_picture", slow)
    futures = [read_soon(b"") for _ in range(pictures.AT_ONCE + pictures.WAITING)]
    with pytest.raises(Unavailable, match="photo_queue_full"):
        read_soon(b"")
    assert full.wait(10)
    go_on.set()
    assert [future.result(10).width for future in futures] == [1] * len(futures)
    assert most[0] == pictures.AT_ONCE
    read_soon(b"").result(10)
