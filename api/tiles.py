"""``GET /tiles/{z}/{x}/{y}.mvt``: the base map, kept in memory, never sent twice to who has it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from cachetools import LRUCache, TTLCache, cached
from fastapi import APIRouter, Header, Path, Response

from api.security.asker import granted
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from mapdata.basemap import check_tile, map_version, tile

_CACHE_BYTES = 64 * 1024 * 1024
_VERSION_AGE_S = 2.0
_BROWSER_AGE_S = 300
_MVT = "application/vnd.mapbox-vector-tile"
_Key = tuple[int, int, int, int]


@dataclass(frozen=True)
class Packed:
    """A tile as it is sent: plain and compressed."""

    plain: bytes
    zipped: bytes

    @property
    def size(self) -> int:
        """Bytes it takes up."""
        return len(self.plain) + len(self.zipped)


class TileCache:
    """The tiles asked for lately, at most ``limit`` bytes of them; the ones unused longest go first."""

    def __init__(self, limit: int = _CACHE_BYTES) -> None:
        self._tiles: LRUCache[_Key, Packed] = LRUCache(limit, getsizeof=lambda packed: packed.size)
        self._lock = threading.Lock()

    def get(self, key: _Key, make: Callable[[], bytes]) -> Packed:
        """The tile of this key (map version, z, x, y), made when it is not there."""
        with self._lock:
            if kept := self._tiles.get(key):
                return kept
        plain = make()
        packed = Packed(plain, gzip.compress(plain, 5, mtime=0) if plain else b"")
        with self._lock, suppress(ValueError):  # larger than the whole cache: sent, not kept
            self._tiles[key] = packed
        return packed

    @property
    def size(self) -> int:
        """Bytes kept now."""
        return int(self._tiles.currsize)


def router(centre: Centre) -> APIRouter:
    """The route of the tiles."""
    routes = APIRouter(tags=["map"])

    cache = TileCache()

    def make(z: int, x: int, y: int) -> bytes:
        with centre.database.transaction() as transaction:
            return tile(transaction, centre.area.area_id, z, x, y)

    # asked for again after two seconds, so that a running centre shows an import
    @cached(TTLCache(1, _VERSION_AGE_S), lock=threading.Lock())
    def present_version() -> int:
        with centre.database.transaction() as transaction:
            return map_version(transaction, centre.area.area_id)

    @routes.get("/tiles/{z}/{x}/{y}.mvt", response_class=Response)
    def one_tile(
        _scope: Annotated[Scope, granted("map.see")],
        z: Annotated[int, Path(description="zoom, 0 to 16")],
        x: Annotated[int, Path(description="column from the west")],
        y: Annotated[int, Path(description="row from the north")],
        if_none_match: Annotated[str, Header()] = "",
        accept_encoding: Annotated[str, Header()] = "",
    ) -> Response:
        """One vector tile (Mapbox Vector Tile 2.1) with the layers land, water, buildings, roads, places."""
        check_tile(z, x, y)
        present = present_version()
        tag = f'W/"{centre.area.area_id}-{present}-{z}-{x}-{y}"'
        headers = {
            "ETag": tag,
            "Cache-Control": f"private, max-age={_BROWSER_AGE_S}",
            "Vary": "Accept-Encoding, Cookie, Authorization",
        }
        if tag in if_none_match:
            return Response(status_code=304, headers=headers)
        packed = cache.get((present, z, x, y), lambda: make(z, x, y))
        if "gzip" in accept_encoding and packed.zipped:
            headers["Content-Encoding"] = "gzip"
            return Response(packed.zipped, media_type=_MVT, headers=headers)
        return Response(packed.plain, media_type=_MVT, headers=headers)

    return routes
