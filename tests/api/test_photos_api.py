"""Pictures of a case over HTTP: what is one is kept once, what is none is refused, foreign eyes see nothing."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import httpx
import pytest
from PIL import Image

import api.photos
from dispatch.cases.pictures import read_soon
from dispatch.centre import Centre
from tests.pictures import HEIC, exif_with_a_broken_rational, flat_png, saved, two_colours
from tests.small_town import SOUTH_POINT

Headers = Callable[[str], dict[str, str]]


def picture(colour: str = "#884422") -> bytes:
    file = BytesIO()
    exif = Image.Exif()
    exif[271] = "a camera with a name"
    Image.new("RGB", (320, 240), colour).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture(scope="module")
def case_no(address: str, token_of: Headers) -> str:
    """A case worker 2 was sent to."""
    lon, lat = SOUTH_POINT
    body = {"id": str(uuid4()), "source_channel": "phone", "description": "邻里争吵", "lon": lon, "lat": lat}
    with httpx.Client(base_url=address, headers=token_of("shift_leader")) as leader:
        number = leader.post("/api/incidents", json=body | {"datum": "wgs84"}).json()["case_no"]
        sent = leader.post(f"/api/incidents/{number}/dispatch", json={"worker": 2})
        assert sent.status_code == 200, sent.text
    return str(number)


@pytest.fixture
def path(case_no: str) -> str:
    return f"/api/incidents/{case_no}/photos"


def test_a_picture_is_kept_bare_and_the_same_id_is_one_picture(
    client: httpx.Client, token_of: Headers, path: str
) -> None:
    photo_id = str(uuid4())
    for colour in ("#884422", "#113355"):
        answer = client.post(path, params={"id": photo_id}, content=picture(colour), headers=token_of("grid_worker"))
        assert answer.status_code == 201, answer.text
        assert answer.json()["url"] == f"{path}/{photo_id}"
    listed = client.get(path, headers=token_of("operator")).json()["photos"]
    own = [each for each in listed if each["photo_id"] == photo_id]
    assert [(each["width"], each["height"]) for each in own] == [(320, 240)]
    kept = client.get(own[0]["url"], headers=token_of("reviewer"))
    assert kept.headers["content-type"] == "image/jpeg"
    with Image.open(BytesIO(kept.content)) as image:
        assert image.getpixel((5, 5))[0] > 120, "the first one sent stays"
        assert not image.getexif()


def test_a_picture_says_its_moment_or_nothing(client: httpx.Client, token_of: Headers, path: str) -> None:
    own, ids = token_of("grid_worker"), {}
    for moment in ("before", "after", None):
        query = {"id": str(uuid4())} | ({"moment": moment} if moment else {})
        answer = client.post(path, params=query, content=picture(), headers=own)
        assert (answer.status_code, answer.json()["moment"]) == (201, moment), answer.text
        ids[query["id"]] = moment
    listed = client.get(path, headers=token_of("operator")).json()["photos"]
    assert {each["photo_id"]: each["moment"] for each in listed if each["photo_id"] in ids} == ids
    odd = client.post(path, params={"id": str(uuid4()), "moment": "during"}, content=picture(), headers=own)
    assert odd.status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"not a picture", b"GIF89a" + bytes(40), picture()[:200], b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(
    client: httpx.Client, token_of: Headers, path: str, body: bytes
) -> None:
    before = client.get(path, headers=token_of("operator")).json()
    answer = client.post(path, params={"id": str(uuid4())}, content=body, headers=token_of("grid_worker"))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "photo_unreadable"
    assert "photo" in answer.json()["error"]["fields"]
    assert client.get(path, headers=token_of("operator")).json() == before


def test_what_a_telephone_makes_of_heic_is_taken(client: httpx.Client, token_of: Headers, path: str) -> None:
    answer = client.post(path, params={"id": str(uuid4())}, content=HEIC, headers=token_of("grid_worker"))
    assert answer.status_code == 201, answer.text
    kept = client.get(answer.json()["url"], headers=token_of("operator"))
    assert (kept.headers["content-type"], kept.headers["cache-control"]) == ("image/jpeg", "private, no-store")


def test_a_broken_rational_costs_neither_the_picture_nor_its_being_upright(
    client: httpx.Client, token_of: Headers, path: str
) -> None:
    body = saved(two_colours(), "JPEG", exif=exif_with_a_broken_rational(6))
    answer = client.post(path, params={"id": str(uuid4())}, content=body, headers=token_of("grid_worker"))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["width"], answer.json()["height"]) == (48, 64)


@pytest.mark.parametrize(("language", "limit"), [("en", "36 megapixels"), ("zh", "36 百万像素")])
def test_a_small_file_of_a_huge_picture_is_refused_in_words(
    client: httpx.Client, token_of: Headers, path: str, language: str, limit: str
) -> None:
    headers = token_of("grid_worker") | {"Accept-Language": language}
    answer = client.post(path, params={"id": str(uuid4())}, content=flat_png(7700, 7700), headers=headers)
    assert answer.status_code == 400
    assert limit in answer.json()["error"]["message"]


def test_nobody_reads_a_picture_before_the_case_is_known_nor_while_a_connection_is_held(
    client: httpx.Client, token_of: Headers, path: str, small_centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    def watched(data: bytes) -> object:
        stats = small_centre.database._pool.get_stats()
        held.append(stats["pool_size"] - stats["pool_available"])
        return read_soon(data)

    monkeypatch.setattr(api.photos, "read_soon", watched)
    for role, case in (("operator", "XZ9901010001"), ("dept_handler", path.split("/")[3])):
        foreign = f"/api/incidents/{case}/photos"
        answer = client.post(foreign, params={"id": str(uuid4())}, content=picture(), headers=token_of(role))
        assert answer.status_code == 404
    assert held == [], "no case, no work"
    client.post(path, params={"id": str(uuid4())}, content=picture(), headers=token_of("grid_worker"))
    assert held == [0]


def test_one_too_large_is_refused(client: httpx.Client, token_of: Headers, path: str) -> None:
    answer = client.post(path, params={"id": str(uuid4())}, content=bytes(2**20 + 1), headers=token_of("grid_worker"))
    assert answer.status_code in (400, 413)
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("photo_id", [None, "7", "not-an-id"])
def test_the_id_is_needed(client: httpx.Client, token_of: Headers, path: str, photo_id: str | None) -> None:
    asked = {} if photo_id is None else {"id": photo_id}
    answer = client.post(path, params=asked, content=picture(), headers=token_of("grid_worker"))
    assert answer.status_code == 400
    assert "id" in answer.json()["error"]["fields"]


def test_a_case_nobody_knows_has_no_pictures(client: httpx.Client, token_of: Headers, path: str) -> None:
    foreign = "/api/incidents/XZ9901010001/photos"
    operator = token_of("operator")
    assert client.get(foreign, headers=operator).status_code == 404
    assert client.post(foreign, params={"id": str(uuid4())}, content=picture(), headers=operator).status_code == 404
    assert client.get(f"{path}/{uuid4()}", headers=operator).status_code == 404


def test_a_handler_sees_only_cases_that_are_his(client: httpx.Client, token_of: Headers, path: str) -> None:
    assert client.get(path, headers=token_of("grid_worker")).status_code == 200, "worker 2 was sent"
    assert client.get(path, headers=token_of("dept_handler")).status_code == 404, "another department"


@pytest.mark.parametrize("role", ["display", "sysadmin"])
def test_pictures_are_not_for_every_eye(client: httpx.Client, token_of: Headers, path: str, role: str) -> None:
    assert client.get(path, headers=token_of(role)).status_code == 403
    answer = client.post(path, params={"id": str(uuid4())}, content=picture(), headers=token_of(role))
    assert answer.status_code == 403
