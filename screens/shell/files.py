"""The files our pages load besides Dash's own: served from here, named by content, kept by browsers for a year."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response

from base.errors import NotFound, Unavailable

ROOT = Path(__file__).parents[2]
BROWSER = ROOT / "layers" / "browser"

LIBRARIES: dict[str, Path] = {
    "protomaps-leaflet.js": ROOT / "node_modules" / "protomaps-leaflet" / "dist" / "protomaps-leaflet.js",
}
"""Browser libraries brought by npm at set-up."""

MODULES: tuple[str, ...] = (
    "units.js",
    "ids.js",
    "maps.js",
    "basemap_picture.js",
    "basemap.js",
    "live.js",
    "sprites.js",
    "plane.js",
    "motion.js",
    "workers.js",
    "worker_card.js",
    "symbols.js",
    "freshness.js",
    "clock.js",
    "deadline_lamps.js",
    "board.js",
    "follow_incidents.js",
    "controls.js",
    "tone.js",
    "urgent_banner.js",
    "sos_banner.js",
    "alarm.js",
    "declutter.js",
)
"""Our browser modules in the order in which they are loaded."""

STYLES: tuple[str, ...] = ("map.css", "shell.css")

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 34"><rect x="1" y="1" width="13" height="13" rx="2" '
    'fill="#4fd1e8"/><rect x="18" y="1" width="13" height="13" rx="2" fill="#2b7f92"/><rect x="1" y="18" width="13" '
    'height="13" rx="2" fill="#2b7f92"/><path d="M24.5 16a7 7 0 0 1 7 7c0 4.6-7 9-7 9s-7-4.4-7-9a7 7 0 0 1 7-7z" '
    'fill="#ffb347"/><circle cx="24.5" cy="23" r="2.6" fill="#0a1626"/></svg>'
)
"""The mark of the centre: a grid with a place in it."""

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


def _folders() -> tuple[Path, ...]:
    return (BROWSER, *sorted((ROOT / "screens").glob("*/")), *sorted((ROOT / "screens").glob("*/browser/")))


@cache
def find(name: str) -> Path:
    """Where a file of ours lies: among the libraries, the browser modules or beside a screen.

    Raises
    ------
    Unavailable
        when a library was not brought yet.
    NotFound
        when there is no such file.
    """
    if name in LIBRARIES:
        if not LIBRARIES[name].is_file():
            raise Unavailable("browser_library_missing", name=name)
        return LIBRARIES[name]
    if Path(name).suffix in _TYPES and Path(name).name == name:
        for folder in _folders():
            if (folder / name).is_file():
                return folder / name
    raise NotFound("no_such_file", given=name)


def digest(name: str) -> str:
    """Twelve characters that change whenever the file does."""
    path = find(name)
    return _digest(path, path.stat().st_mtime_ns)


@cache
def _digest(path: Path, _changed_ns: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


def address(name: str) -> str:
    """The address of a file, with its content's digest in it."""
    return f"/browser/{digest(name)}/{name}"


def router() -> APIRouter:
    """The route that serves these files."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/browser/{version}/{name}")
    def browser_file(version: str, name: str, request: Request) -> Response:
        path = find(name)
        age = "public, max-age=31536000, immutable" if version == digest(name) else "no-cache"
        headers = {"Cache-Control": age, "ETag": f'"{digest(name)}"', "X-Content-Type-Options": "nosniff"}
        if request.headers.get("if-none-match") == f'"{digest(name)}"':
            return Response(status_code=304, headers=headers)
        return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers=headers)

    @routes.get("/favicon.ico")
    def favicon() -> Response:
        return Response(MARK, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})

    return routes
