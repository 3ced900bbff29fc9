"""Pictures: what is one is kept small and bare, what is none is refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from base.errors import InvalidInput
from dispatch.cases.photos import SIDE_PX, read_picture


def picture(size=(40, 30), form="JPEG", **options):
    file = BytesIO()
    Image.new("RGB", size, "#884422").save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_form_a_phone_makes_becomes_a_jpeg(form):
    kept = read_picture(picture(form=form))
    assert (kept.width, kept.height) == (40, 30)
    assert kept.jpeg.startswith(b"\xff\xd8")


def test_a_large_picture_is_made_small():
    assert read_picture(picture((4000, 3000))).width == SIDE_PX


def test_where_it_was_taken_is_not_kept_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secretphone"
    kept = read_picture(picture(exif=exif))
    assert b"Secretphone" not in kept.jpeg
    assert (kept.width, kept.height) == (30, 40)


@given(st.binary(max_size=300))
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(InvalidInput, match="photo_unreadable"):
        read_picture(data)


def test_a_picture_cut_short_is_refused():
    with pytest.raises(InvalidInput, match="photo_unreadable"):
        read_picture(picture((800, 600))[:500])


def test_a_picture_of_endless_size_is_refused():
    bomb = picture((8000, 7600), "PNG")
    with pytest.raises(InvalidInput, match="photo_"):
        read_picture(bomb)
