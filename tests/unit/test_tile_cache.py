"""The memory of tiles: made once, bounded, the ones unused longest go first."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from api.tiles import TileCache


def test_a_tile_is_made_once():
    cache = TileCache()
    calls = []

    def make() -> bytes:
        calls.append(1)
        return b"tile"

    first, second = cache.get((1, 2, 3, 4), make), cache.get((1, 2, 3, 4), make)
    assert first is second
    assert len(calls) == 1
    assert gzip.decompress(first.zipped) == b"tile"


def test_another_version_is_another_tile():
    cache = TileCache()
    assert cache.get((1, 2, 3, 4), lambda: b"old").plain == b"old"
    assert cache.get((2, 2, 3, 4), lambda: b"new").plain == b"new"


def test_what_was_used_last_stays():
    cache = TileCache(limit=3000)
    for x in range(3):
        cache.get((1, 14, x, 0), lambda: bytes(900))
    cache.get((1, 14, 0, 0), lambda: b"made again")
    cache.get((1, 14, 9, 0), lambda: bytes(900))
    assert cache.get((1, 14, 0, 0), lambda: b"made again").plain == bytes(900)
    assert cache.get((1, 14, 1, 0), lambda: b"made again").plain == b"made again"


def test_an_empty_tile_costs_nothing_and_is_kept():
    cache = TileCache()
    assert cache.get((1, 1, 1, 1), lambda: b"").zipped == b""
    assert cache.size == 0


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 400)), max_size=60))
def test_it_never_grows_beyond_its_limit_and_counts_right(asked):
    cache = TileCache(limit=2000)
    for x, size in asked:
        kept = cache.get((1, 14, x, 0), lambda size=size: bytes(size))
        assert cache.size <= 2000 or cache.size == kept.size
