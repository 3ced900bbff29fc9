"""Tiles over HTTP: who may see them, what is cached, what is refused, and a running centre after an import."""

import gzip
import time

import pytest

from base.bulk import copy_rows, geometry
from mapdata.plane import MERCATOR, to_plane
from tests.small_town import AREA_ID

TOWN = "/tiles/14/13696/6711.mvt"
OCEAN = "/tiles/14/0/8000.mvt"


@pytest.fixture(scope="module")
def mapped(small_centre):
    """A canal and a street of the small town, as features of its base map."""
    from shapely.geometry import LineString, box

    canal = box(120.940, 30.9198, 120.960, 30.9202)
    street = LineString([(120.942, 30.921), (120.959, 30.921)])
    rows = [
        (AREA_ID, 900_001, "water", "canal", "小河", 10, geometry(to_plane(canal, MERCATOR), MERCATOR)),
        (AREA_ID, 900_002, "roads", "tertiary", "北岸路", 10, geometry(to_plane(street, MERCATOR), MERCATOR)),
    ]
    columns = ("area_id", "feature_id", "layer", "kind", "name", "min_zoom", "geom")
    with small_centre.database.transaction() as transaction:
        copy_rows(transaction, "base_feature", columns, rows)
        transaction.execute("update area set map_version = map_version + 1 where area_id = %s", [AREA_ID])
    return small_centre


@pytest.fixture
def asked(client, token_of, mapped):
    def ask(path: str, **headers: str):
        return client.get(path, headers=token_of("display") | {"Accept-Encoding": "identity"} | headers)

    return ask


def test_a_tile_of_the_town_is_a_vector_tile(asked):
    answer = asked(TOWN)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "private" in answer.headers["cache-control"]
    assert "北岸路".encode() in answer.content
    assert b"roads" in answer.content


def test_it_is_sent_compressed_to_who_takes_it_so(asked):
    plain = asked(TOWN).content
    zipped = asked(TOWN, **{"Accept-Encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in zipped.headers["vary"]
    assert zipped.content == plain
    assert gzip.decompress(gzip.compress(plain)) == plain


def test_it_is_not_sent_again_to_who_has_it(asked):
    tag = asked(TOWN).headers["etag"]
    again = asked(TOWN, **{"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert asked(TOWN, **{"If-None-Match": '"another"'}).status_code == 200


def test_the_sea_is_empty(asked):
    answer = asked(OCEAN)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/17/0/0.mvt", "/tiles/-1/0/0.mvt", "/tiles/3/8/0.mvt", "/tiles/3/0/99999999999999999999.mvt",
        "/tiles/x/y/z.mvt", "/tiles/3/1.5/1.mvt", "/tiles/14/1/1", "/tiles/14/1/1.png",
    ],
)  # fmt: skip
def test_absurd_tiles_are_refused_in_the_one_shape(asked, path):
    answer = asked(path)
    assert 400 <= answer.status_code < 500
    assert set(answer.json()["error"]) >= {"code", "message", "fields"}


def test_nobody_sees_the_map_unasked(client, mapped):
    assert client.get(TOWN).status_code == 401


def test_an_import_is_seen_by_a_running_centre(asked, mapped):
    before = asked(TOWN).headers["etag"]
    with mapped.database.transaction() as transaction:
        transaction.execute(
            "update base_feature set name = '改名路' where area_id = %s and feature_id = 900002", [AREA_ID]
        )
        transaction.execute("update area set map_version = map_version + 1 where area_id = %s", [AREA_ID])
    until = time.monotonic() + 10
    while (answer := asked(TOWN)).headers["etag"] == before and time.monotonic() < until:
        time.sleep(0.1)
    assert answer.headers["etag"] != before
    assert "改名路".encode() in answer.content
