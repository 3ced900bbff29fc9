"""The login page: plain HTML, in the visitor's language, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Form, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from base.errors import Fault, Forbidden, NotAuthenticated, Unavailable
from dispatch.access.sessions import ABSOLUTE, COOKIE, SECURE_COOKIE, TOWN_COOKIE, Sessions, session_of
from dispatch.centre import Centre
from mapdata.areas import Area
from screens.login.queue import LoginQueue
from screens.shell.visitor import Visiting
from words.catalogue import LANGUAGE_COOKIE, LANGUAGES, text
from words.faults import fault_text

_HERE = Path(__file__).parent
_PAGE = Template((_HERE / "page.html").read_text(encoding="utf-8"))
_LONGEST_PASSWORD = 200
_HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_A_YEAR_S = 365 * 24 * 3600


async def _sessions_of(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def _choice(request: Request) -> tuple[Area, ...]:
    """The towns one may log in to here; none where there is no choice."""
    towns: tuple[Area, ...] = request.app.state.towns
    return towns if len(towns) > 1 else ()


SessionsOfServer = Annotated[Sessions, Depends(_sessions_of)]
_NextInAddress = Annotated[str, Query(alias="next")]
_NextInForm = Annotated[str, Form(alias="next")]


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/login`` and ``/logout``."""
    _add_page(server, centre)
    _add_way_in(server, centre)
    _add_way_out(server)


def _add_page(server: FastAPI, centre: Centre) -> None:
    @server.get("/login", include_in_schema=False)
    def login_page(
        request: Request, visitor: Visiting, next_page: _NextInAddress = "", language: str = "", town: str = ""
    ) -> Response:
        chosen = language if language in LANGUAGES else visitor.language
        page = HTMLResponse(_page(centre, _choice(request), chosen, local_path(next_page)))
        if town and _choice(request):
            _keep_town(page, centre)
        if language in LANGUAGES:
            page.set_cookie(LANGUAGE_COOKIE, language, max_age=_A_YEAR_S, path="/", samesite="lax")
        return page

    @server.get("/login/login.css", include_in_schema=False)
    def style() -> FileResponse:
        return FileResponse(_HERE / "login.css", headers={"Cache-Control": "max-age=3600"})

    @server.get("/favicon.ico", include_in_schema=False)
    def mark() -> FileResponse:
        return FileResponse(_HERE / "mark.svg", media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


def _add_way_in(server: FastAPI, centre: Centre) -> None:
    queue = LoginQueue()

    @server.post("/login", include_in_schema=False)
    async def log_in(
        request: Request,
        visitor: Visiting,
        sessions: SessionsOfServer,
        account: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        next_page: _NextInForm = "",
    ) -> Response:
        goal = local_path(next_page)
        address = request.client.host if request.client else ""
        name = account.strip()
        try:
            token, _ = await queue.log_in(sessions, name, password[:_LONGEST_PASSWORD], address)
        except (NotAuthenticated, Forbidden, Unavailable) as fault:
            page = _page(centre, _choice(request), visitor.language, goal, _Refused(fault, name))
            return HTMLResponse(page, {NotAuthenticated: 401, Forbidden: 403}.get(type(fault), 503))
        answer = RedirectResponse(goal or "/", status_code=303)
        if _choice(request):
            _keep_town(answer, centre)
        _set_session(answer, token, is_https=request.url.scheme == "https")
        return answer


def _add_way_out(server: FastAPI) -> None:
    @server.post("/logout", include_in_schema=False)
    def log_out(request: Request, sessions: SessionsOfServer) -> Response:
        token = session_of(request.cookies)
        if token:
            sessions.log_out(token)
        answer = RedirectResponse("/login", status_code=303)
        answer.delete_cookie(COOKIE, path="/")
        answer.delete_cookie(SECURE_COOKIE, path="/", secure=True)
        return answer

    @server.get("/logout", include_in_schema=False)
    def not_by_a_link() -> Response:
        return RedirectResponse("/login", status_code=303)


def local_path(given: str) -> str:
    """The path when it stays on this server, else nothing: a login must not lead elsewhere."""
    stays = given.startswith("/") and not given.startswith("//") and "\\" not in given and given.isprintable()
    return given if stays and len(given) <= 500 else ""


def _set_session(answer: Response, token: str, *, is_https: bool) -> None:
    answer.set_cookie(
        SECURE_COOKIE if is_https else COOKIE,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        path="/",
        secure=is_https,
        httponly=True,
        samesite="strict",
    )


def _keep_town(answer: Response, centre: Centre) -> None:
    """The next login begins in the same town."""
    answer.set_cookie(TOWN_COOKIE, str(centre.area.area_id), max_age=_A_YEAR_S, path="/", samesite="lax")


@dataclass(frozen=True)
class _Refused:
    """Why nobody was let in, and the account that was typed."""

    fault: Fault
    account: str


def _page(centre: Centre, towns: Sequence[Area], language: str, goal: str, refused: _Refused | None = None) -> str:
    """The page's HTML; every word is escaped."""
    names = ("title", "product", "account", "password", "enter", "other_language")
    words = {name: text(f"login.{name}", language) for name in names}
    other = next(other for other in LANGUAGES if other != language)
    here = str(centre.area.area_id) if towns else ""
    words |= {
        "lang": _HTML_LANGUAGES[language],
        "other": other,
        "subtitle": text("login.subtitle", language, area=centre.area.name),
        "next": goal,
        "in_other": _address(town=here, language=other, next=goal),
        "action": _address(town=here),
        "problem": fault_text(refused.fault, language) if refused else "",
        "given": refused.account[:31] if refused else "",
        "hint": text("login.hint", language) if centre.area.is_demo else "",
    }
    shown = {name: escape(word) for name, word in words.items()}
    demo = f'<span class="demo">{escape(text("login.demo", language))}</span>' if centre.area.is_demo else ""
    return _PAGE.substitute(shown | {"demo": demo, "towns": _town_links(centre, towns, language, goal)})


def _address(**asked: str) -> str:
    """The page's own address with what is asked of it; what is empty is left out."""
    query = urlencode({name: value for name, value in asked.items() if value}, safe="/")
    return f"/login?{query}" if query else "/login"


def _town_links(centre: Centre, towns: Sequence[Area], language: str, goal: str) -> str:
    """The choice of town, where there is one: a link each, the present one marked."""
    if not towns:
        return ""
    label = escape(text("login.towns", language))
    links = "".join(_town_link(town, goal, is_here=town.area_id == centre.area.area_id) for town in towns)
    return f'<nav class="towns" aria-label="{label}">{links}</nav>'


def _town_link(town: Area, goal: str, *, is_here: bool) -> str:
    mark = ' aria-current="true"' if is_here else ""
    return f'<a href="{escape(_address(town=str(town.area_id), next=goal))}"{mark}>{escape(town.name)}</a>'
