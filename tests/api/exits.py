"""Every way out: what it asks for, whom it shows to which role, what look it leaves in the audit.

A route or callback that is not in these tables fails the matrix: who adds one says here who may see what through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from base.clock import utc_now
from dispatch.access.roles import ROLES

SECRETS = {
    "reporter": "欧阳证人",
    "phone": "13912340001",
    "text_phone": "13912340002",
    "identity": "99999919491231005X",
    "words": "三号楼渗水发霉",
    "note": "已约住户周三复查",
    "note_phone": "13912340003",
    "sent": "执法丁",
    "worker_phone": "13800138004",
    "other_words": "两家为晾衣杆争吵",
    "other_reporter": "司徒邻居",
    "neighbour": "同岸乙",
    "resident": "诸葛居民",
    "resident_phone": "13912340004",
    "resident_identity": "999999194912310130",
}
"""What is planted: none of it may come out where the tables do not say so."""

CENTRE = ("operator", "shift_leader")
LEADER = "shift_leader"
WATCHERS = ("reviewer", "verifier", "town_leader")
EYES = (*CENTRE, *WATCHERS)
OF_DEPARTMENT = ("dept_handler", "dept_leader")
OF_VILLAGE = ("village_operator", "grid_leader", "grid_mentor")
"""Of the village of the case ``a``."""
WALKERS = ("grid_worker", "parttime_worker")
"""Of the grid of the case ``b``."""
STRANGERS = ("micro_leader", "county_operator")
"""Who may read cases, and neither of these."""
TRACKS = ("reviewer", "shift_leader")

Sees = Mapping[str, set[str]]


def _each(roles: Iterable[str], secrets: set[str]) -> dict[str, set[str]]:
    """The same secrets for each of the roles."""
    return {role: set(secrets) for role in roles}


WHOLE = {"reporter", "phone", "text_phone", "identity", "words", "note", "note_phone", "sent"}
CASE_A = {
    **_each(CENTRE, WHOLE),
    **_each((*WATCHERS, *OF_DEPARTMENT, *OF_VILLAGE), {"words", "note", "sent"}),
    "gateway": {"words", "note"},
}
"""What each role reads of the case of its department that is opened; who is not named reads nothing."""
BOTH_LISTED = {
    **_each(EYES, {"words", "other_words", "sent", "neighbour"}),
    "gateway": {"words", "other_words"},
    **_each((*OF_DEPARTMENT, *OF_VILLAGE), {"words", "sent"}),
    **_each(WALKERS, {"other_words", "neighbour"}),
}
NAMES = _each(EYES, {"sent", "neighbour"})
PRINTED = {
    "shift_leader": {"reporter", "text_phone", "identity", "words", "note", "note_phone", "sent"},
    "operator": {"reporter", "text_phone", "identity", "words", "note", "note_phone", "sent"},
    **_each(WATCHERS, {"words", "note", "sent"}),
}


@dataclass(frozen=True)
class Planted:
    """The case of the department ``a``, the other ``b``, a picture of ``a``, the id of its acceptance (and of the
    hand-over the leader began), a suggestion, the task of ``a`` and the id of the write that signed it."""

    a: str
    b: str
    photo: UUID
    accepted: UUID
    suggestion: str
    task: str
    signed: UUID


@dataclass(frozen=True)
class Exit:
    """One way out.

    Parameters
    ----------
    grant
        the action one is granted; ``open`` for everybody, ``nobody`` where it is closed to all.
    path, body
        what is asked, from what was planted and the role (whose own number some ways ask for).
    sees
        the secrets each role reads; no others.
    look
        the action of the line that each role's look leaves; empty: none.
    unrecorded
        roles whose look leaves none, since it shows nobody's data.
    """

    grant: str
    path: Callable[[Planted], str]
    body: Callable[[Planted, str], Any] | None = None
    sees: Sees = field(default_factory=dict)
    look: str = ""
    unrecorded: tuple[str, ...] = ()


def _at(path: str) -> Callable[[Planted], str]:
    def filled(planted: Planted) -> str:
        keys = {"a": planted.a, "b": planted.b, "p": planted.photo, "s": planted.suggestion, "t": planted.task}
        return path.format(**keys, h=planted.accepted)

    return filled


def _period() -> str:
    return "from=2026-01-01T00:00:00Z&to=2028-01-01T00:00:00Z"


def _last_days() -> str:
    now = utc_now().timestamp()
    since, until = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (_utc(now - 86400), _utc(now + 3600)))
    return f"from={since}&to={until}"


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


OWN = {**dict.fromkeys((*WALKERS, "micro_leader"), 2), **dict.fromkeys(OF_DEPARTMENT, 4), "grid_leader": 1}


def _report(planted: Planted, role: str) -> Any:
    return {"id": "nonsense", "role": role, "of": planted.a}


def _duty(_: Planted, role: str) -> Any:
    return {"worker": OWN.get(role, 2), "on": True}


def _fixes(_: Planted, role: str) -> Any:
    fix = {"recorded_at": utc_now().isoformat(), "lon": 120.95, "lat": 30.919}
    return {"worker": OWN.get(role, 2), "datum": "wgs84", "fixes": [fix]}


def _again(planted: Planted, _: str) -> Any:
    return {"id": str(planted.accepted)}


def _signed_again(planted: Planted, _: str) -> Any:
    return {"id": str(planted.signed), "worker": 4}


NOTHING = "00000000-0000-4000-8000-000000000000"
"""An id of nothing."""


def _nothing(_planted: Planted, _role: str) -> Any:
    return {}


HTTP: dict[tuple[str, str], tuple[Exit, ...]] = {
    ("GET", "/api/openapi.json"): (Exit("open", _at("/api/openapi.json")),),
    ("GET", "/api/health"): (Exit("open", _at("/api/health")),),
    ("GET", "/api/incidents"): (
        Exit(
            "incident.list", _at("/api/incidents"), sees=BOTH_LISTED, look="incident.list",
            unrecorded=("display", "gateway"),
        ),
        Exit("incident.list", _at("/api/incidents?brief=true")),
    ),
    ("POST", "/api/incidents"): (Exit("incident.report", _at("/api/incidents"), _report),),
    ("GET", "/api/incidents/{case_no}"): (
        Exit(
            "incident.read", _at("/api/incidents/{a}"), sees=CASE_A, look="incident.read",
            unrecorded=(*WALKERS, *STRANGERS),
        ),
        Exit(
            "incident.read",
            _at("/api/incidents/{b}"),
            sees={
                **_each(CENTRE, {"other_words", "other_reporter", "neighbour"}),
                **_each((*WATCHERS, *WALKERS), {"other_words", "neighbour"}),
                "gateway": {"other_words"},
            },
            look="incident.read",
            unrecorded=(*OF_DEPARTMENT, *OF_VILLAGE, *STRANGERS),
        ),
    ),
    ("POST", "/api/workers/{worker}/leave"): (
        Exit("worker.leave", _at("/api/workers/2/leave"), lambda _p, _r: {"to": 2}),  # to himself: refused
    ),
    ("POST", "/api/workers/{worker}/leave/undo"): (
        Exit("worker.leave", _at("/api/workers/2/leave/undo"), lambda _p, _r: {}),
    ),
    ("GET", "/api/routing/drafts"): (Exit("routing.see", _at("/api/routing/drafts"), look="routing.list"),),
    ("GET", "/api/routing/drafts/{draft}/effect"): (
        Exit("routing.see", _at(f"/api/routing/drafts/{NOTHING}/effect")),
    ),
    ("POST", "/api/routing/drafts/{draft}/adopt"): (
        Exit("routing.change", _at(f"/api/routing/drafts/{NOTHING}/adopt"), lambda _p, _r: {"reason": "x"}),
    ),
    ("POST", "/api/routing/drafts/{draft}/drop"): (
        Exit("routing.change", _at(f"/api/routing/drafts/{NOTHING}/drop"), lambda _p, _r: {"reason": "x"}),
    ),
    ("GET", "/api/routing/rules"): (Exit("routing.see", _at("/api/routing/rules")),),
    ("POST", "/api/routing/rules/{rule}/revoke"): (
        Exit("routing.change", _at(f"/api/routing/rules/{NOTHING}/revoke"), lambda _p, _r: {"reason": "x"}),
    ),
    ("GET", "/api/handovers"): (Exit("handover.sign", _at("/api/handovers")),),
    ("POST", "/api/handovers"): (
        # The leader began it under this id: again it is his, anybody else's id is taken.
        Exit(
            "handover.sign", _at("/api/handovers"), _again, {LEADER: NAMES[LEADER]}, "handover.read",
            unrecorded=("operator",),
        ),
    ),
    ("GET", "/api/handovers/{handover}"): (
        Exit("handover.sign", _at("/api/handovers/{h}"), sees=_each(CENTRE, NAMES[LEADER]), look="handover.read"),
    ),
    ("POST", "/api/handovers/{handover}/refresh"): (
        Exit("handover.sign", _at("/api/handovers/{p}/refresh"), lambda _p, _r: {}),  # there is none: 404
    ),
    ("POST", "/api/handovers/{handover}/sign"): (  # the leader both sides, the operator before him: refused
        Exit("handover.sign", _at("/api/handovers/{h}/sign"), lambda _p, _r: {"side": "incoming", "version": 1}),
    ),
    ("POST", "/api/handovers/{handover}/remark"): (
        Exit(
            "handover.sign", _at("/api/handovers/{h}/remark"), lambda _p, _r: {"words": "何时恢复?"},
            _each(CENTRE, NAMES[LEADER]), "handover.remark",
        ),
    ),
    ("GET", "/print/handover/{handover}"): (
        Exit("handover.sign", _at("/print/handover/{h}"), sees=_each(CENTRE, NAMES[LEADER]), look="handover.print"),
    ),
    ("GET", "/api/plans"): (Exit("plan.see", _at("/api/plans")),),
    ("PUT", "/api/plans/{prefix}"): (Exit("plan.change", _at("/api/plans/02"), lambda _p, _r: {"steps": []}),),
    ("GET", "/api/incidents/{case_no}/plan"): (
        Exit("plan.see", _at("/api/incidents/{a}/plan")),  # there is none for the types that are planted: 404
    ),
    ("POST", "/api/incidents/{case_no}/plan/take"): (
        Exit("plan.take", _at("/api/incidents/{a}/plan/take"), lambda _p, _r: {}),
    ),
    ("POST", "/api/incidents/{case_no}/plan/{step}/tick"): (
        Exit("plan.take", _at("/api/incidents/{a}/plan/1/tick"), lambda _p, _r: {}),
    ),
    ("GET", "/api/incidents/{case_no}/whistle"): (
        Exit("whistle.see", _at("/api/incidents/{a}/whistle")),  # no whistle was blown for what is planted: 404
    ),
    ("GET", "/api/incidents/{case_no}/due"): (
        Exit("incident.read", _at("/api/incidents/{a}/due"), look="incident.read", unrecorded=(*WALKERS, *STRANGERS)),
    ),
    ("POST", "/api/incidents/{case_no}/{verb}"): (
        Exit(
            # The leader accepted it under this id: again it is his write, anybody else's is one of their own, and late.
            "incident.read", _at("/api/incidents/{a}/accept"), _again, {LEADER: CASE_A[LEADER]}, "incident.read",
            unrecorded=tuple(role for role in ROLES if role != LEADER),
        ),
    ),
    ("POST", "/api/tasks/{task}/{verb}"): (
        # The gateway signed it under this id: again it is its write, anybody else's is one of their own, and late.
        Exit(
            "incident.read", _at("/api/tasks/{t}/sign"), _signed_again, {"gateway": CASE_A["gateway"]},
            "incident.read", unrecorded=tuple(role for role in ROLES if role != "gateway"),
        ),
    ),
    ("GET", "/api/incidents/{case_no}/suggestion"): (
        Exit(
            "incident.suggestion", _at("/api/incidents/{a}/suggestion"), sees=_each(CENTRE, {"neighbour", "sent"}),
            look="incident.suggestion",
        ),
    ),
    ("GET", "/api/incidents/{case_no}/suggestion/{suggestion}"): (
        Exit(
            "incident.suggestion", _at("/api/incidents/{a}/suggestion/{s}"), sees=_each(CENTRE, {"neighbour", "sent"}),
            look="incident.suggestion_read",
        ),
    ),
    ("GET", "/api/incidents/{case_no}/nearby"): (
        Exit("incident.nearby", _at("/api/incidents/{a}/nearby"), look="incident.nearby"),
        Exit("person.unmask", _at("/api/incidents/{a}/nearby?reason=%E7%81%AB%E7%81%BE"), look="incident.nearby"),
    ),
    ("GET", "/api/incidents/{case_no}/photos"): (
        Exit("photo.see", _at("/api/incidents/{a}/photos"), look="photo.list", unrecorded=(*WALKERS, *STRANGERS)),
    ),
    ("POST", "/api/incidents/{case_no}/photos"): (
        Exit("photo.send", _at("/api/incidents/{a}/photos?id={p}"), lambda _planted, _role: {}),
    ),
    ("GET", "/api/incidents/{case_no}/photos/{photo_id}"): (
        Exit("photo.see", _at("/api/incidents/{a}/photos/{p}"), look="photo.see", unrecorded=(*WALKERS, *STRANGERS)),
    ),
    ("GET", "/api/route"): (Exit("route.ask", _at("/api/route?from=120.9455,30.919&to=120.957,30.914")),),
    ("GET", "/api/devices/osmand"): (Exit("position.send", _at("/api/devices/osmand?id=2")),),
    ("POST", "/api/devices/osmand"): (Exit("position.send", _at("/api/devices/osmand?id=2"), lambda _p, _r: {}),),
    ("POST", "/api/devices/owntracks"): (
        Exit("position.send", _at("/api/devices/owntracks"), lambda _p, _r: {"_type": "lwt"}),
    ),
    ("POST", "/api/duty"): (Exit("duty.change", _at("/api/duty"), _duty),),
    ("GET", "/api/positions/refusals"): (Exit("refusal.see", _at("/api/positions/refusals")),),
    ("POST", "/api/positions"): (Exit("position.send", _at("/api/positions"), _fixes),),
    ("GET", "/api/grids"): (Exit("map.see", _at("/api/grids")),),
    ("GET", "/api/sos"): (
        Exit(
            "sos.see", _at("/api/sos"),
            sees={
                **_each(CENTRE, {"sent", "worker_phone"}), **_each(WATCHERS, {"sent"}),
                **_each(OF_DEPARTMENT, {"sent"}),
            },
            look="sos.list", unrecorded=("display", "gateway", *WALKERS, "grid_leader", "micro_leader", *OF_DEPARTMENT),
        ),
    ),
    ("POST", "/api/sos"): (Exit("sos.raise", _at("/api/sos"), _report),),
    ("POST", "/api/sos/{sos}/acknowledge"): (
        Exit("sos.acknowledge", _at("/api/sos/00000000-0000-0000-0000-000000000000/acknowledge"), lambda _p, _r: {}),
    ),
    ("POST", "/api/sos/{sos}/end"): (
        Exit("sos.end", _at("/api/sos/00000000-0000-0000-0000-000000000000/end"), lambda _p, _r: {}),
    ),
    ("GET", "/api/statistics"): (Exit("statistics.see", _at(f"/api/statistics?{_period()}")),),
    ("GET", "/api/statistics/cases"): (
        Exit("statistics.see", _at(f"/api/statistics/cases?{_period()}&measure=reported")),
    ),
    ("GET", "/api/statistics/export.xlsx"): (
        Exit("statistics.see", _at(f"/api/statistics/export.xlsx?{_period()}"), look="statistics.export"),
    ),
    ("GET", "/api/tracks"): (
        Exit("track.read", _at(f"/api/tracks?{_last_days()}&reason=%E5%A4%8D%E7%9B%98"),
             sees=_each(TRACKS, {"sent", "neighbour"}), look="track.read"),
        Exit("track.read", _at(f"/api/tracks?{_last_days()}&reason=%E5%A4%8D%E7%9B%98&format=gpx"),
             sees=_each(TRACKS, {"sent", "neighbour"}), look="track.read"),
        Exit("track.read", _at(f"/api/tracks?{_last_days()}&reason=%E5%A4%8D%E7%9B%98&format=trk1"),
             look="track.read"),
        Exit("track.read", _at(f"/api/tracks?{_last_days()}")),
    ),
    ("GET", "/api/workers"): (
        Exit("worker.list", _at("/api/workers"), sees=NAMES | _each(OF_DEPARTMENT, {"sent"}), look="worker.list"),
    ),
    ("GET", "/api/notices"): (
        Exit("notice.see", _at("/api/notices"), sees=_each(CENTRE, {"sent", "neighbour"}), look="notice.list"),
    ),
    ("POST", "/api/notices/{notice}/again"): (
        Exit("notice.again", _at("/api/notices/00000000-0000-4000-8000-000000000000/again"), lambda _p, _r: {}),
    ),
    ("GET", "/tiles/{z}/{x}/{y}.mvt"): (Exit("map.see", _at("/tiles/14/13694/6700.mvt")),),
    ("GET", "/browser/{version}/{name}"): (Exit("map.see", _at("/browser/x/live.js")),),
    ("GET", "/favicon.ico"): (Exit("open", _at("/favicon.ico")),),
    ("GET", "/"): (Exit("open", _at("/")),),
    ("GET", "/login"): (Exit("open", _at("/login")),),
    ("GET", "/login/login.css"): (Exit("open", _at("/login/login.css")),),
    ("POST", "/login"): (Exit("open", _at("/login"), lambda _p, _r: {}),),
    ("GET", "/logout"): (Exit("open", _at("/logout")),),
    ("POST", "/logout"): (Exit("open", _at("/logout"), lambda _p, _r: {}),),
    ("GET", "/api/roster"): (Exit("roster.see", _at("/api/roster")),),
    ("PUT", "/api/roster/lines"): (Exit("roster.change", _at("/api/roster/lines"), lambda _p, _r: {"lines": []}),),
    ("DELETE", "/api/roster/lines/{day}/{shift}/{worker}"): (
        Exit("roster.change", _at("/api/roster/lines/2026-01-01/day/2"), lambda _p, _r: {}),  # past: refused
    ),
    ("POST", "/api/roster/copy"): (
        Exit("roster.change", _at("/api/roster/copy"), lambda _p, _r: {"monday": "2026-01-05"}),
    ),
    ("POST", "/api/roster/stand-in"): (Exit("roster.change", _at("/api/roster/stand-in"), lambda _p, _r: {}),),
    ("PUT", "/api/roster/shifts"): (Exit("roster.change", _at("/api/roster/shifts"), lambda _p, _r: {"shifts": []}),),
    ("POST", "/api/roster/swaps"): (Exit("roster.swap", _at("/api/roster/swaps"), lambda _p, _r: {}),),
    ("POST", "/api/roster/swaps/{swap}/{answer}"): (
        Exit("roster.swap", _at("/api/roster/swaps/00000000-0000-4000-8000-000000000000/agree"), lambda _p, _r: {}),
    ),
    ("GET", "/api/duties"): (Exit("standing.see", _at("/api/duties")),),
    ("PUT", "/api/duties"): (Exit("standing.change", _at("/api/duties"), lambda _p, _r: {"duties": []}),),
    ("GET", "/api/duties/{grid}"): (Exit("standing.see", _at("/api/duties/990001001201001")),),
    ("POST", "/api/duties/{grid}/done"): (
        Exit("standing.done", _at("/api/duties/990001001201001/done"), lambda _p, _r: {}),
    ),
    ("GET", "/roster"): (
        # nobody stands on the roster: only who may change it is shown whom he could put there
        Exit("roster.plan", _at("/roster"), sees={LEADER: NAMES[LEADER]}, look="roster.read"),
    ),
    ("GET", "/duties"): (Exit("standing.see", _at("/duties")),),
    ("GET", "/api/units"): (Exit("need.see", _at("/api/units")),),
    ("PUT", "/api/units/{unit}"): (Exit("unit.change", _at("/api/units/U1"), lambda _p, _r: {"name": ""}),),
    ("GET", "/api/needs"): (Exit("need.see", _at("/api/needs")),),
    ("POST", "/api/needs"): (Exit("need.change", _at("/api/needs"), lambda _p, _r: {}),),
    ("POST", "/api/needs/{need}/withdraw"): (Exit("need.change", _at(f"/api/needs/{NOTHING}/withdraw"), _nothing),),
    ("POST", "/api/needs/{need}/claims"): (Exit("need.change", _at(f"/api/needs/{NOTHING}/claims"), _nothing),),
    ("POST", "/api/claims/{claim}/case"): (Exit("need.case", _at(f"/api/claims/{NOTHING}/case"), _nothing),),
    ("POST", "/api/claims/{claim}/{answer}"): (Exit("need.change", _at(f"/api/claims/{NOTHING}/accept"), _nothing),),
    ("GET", "/needs"): (Exit("need.see", _at("/needs")),),
    ("GET", "/people"): (
        Exit("worker.leave", _at("/people"), sees={LEADER: {"sent", "neighbour"}}, look="worker.list"),
        Exit("worker.leave", _at("/people?worker=4"), sees={LEADER: {"sent", "neighbour"}}, look="worker.list"),
    ),
    ("GET", "/accounts"): (Exit("account.see", _at("/accounts"), look="account.list"),),
    ("GET", "/audit"): (Exit("audit.see", _at("/audit?action=incident"), look="audit.read"),),
    ("GET", "/routing"): (Exit("routing.see", _at("/routing"), look="routing.list"),),
    ("POST", "/routing"): (Exit("routing.change", _at("/routing"), lambda _p, _r: {}),),
    ("GET", "/print/situation"): (Exit("map.print", _at("/print/situation"), sees=NAMES, look="map.print"),),
    ("GET", "/print/cases/{case_no}"): (
        Exit("map.print", _at("/print/cases/{a}"), sees=PRINTED, look="map.print"),
    ),
}  # fmt: skip
"""Every route but the screens' own: method and path to what is asked of it."""

SCREENS = {
    "wall": "wall.see",
    "console": "console.see",
    "desk": "desk.see",
    "replay": "track.read",
    "statistics": "statistics.see",
    "notices": "notice.see",
    "field": "field.see",
    "verify": "verify.see",
    "whistle": "whistle.see",
    "plans": "plan.change",
    "handover": "handover.sign",
}
SCREEN_LAYOUTS: dict[str, Sees] = {
    "replay": _each(TRACKS, {"sent", "neighbour"}),
    "field": {**_each((*WALKERS, "micro_leader"), {"neighbour"}), "dept_handler": {"sent"}},
}
"""Whom a screen's layout names before anything is pressed."""
SCREEN_FILES = ("", "_dash-layout", "_dash-dependencies", "_reload-hash", "_favicon.ico")
"""What Dash serves under each screen's path and is asked for by its page."""
SCREEN_ROUTES = (
    *SCREEN_FILES,
    "_dash-update-component",
    "_dash-component-suites/{package_name}/{fingerprinted_path:path}",
)
CLOSED_CHANNEL = "_dash-ws-callback"
"""Dash's callbacks over a channel: no page of ours uses it, so it is open to nobody."""

CHANNELS = {
    "/ws/workers": "worker.live",
    "/ws/board/wall": "wall.see",
    "/ws/board/console": "console.see",
}
CHANNEL_LOOKS = {"/ws/workers": "worker.live", "/ws/board/console": "incident.list"}
ONCE_A_SCREEN = "sos.track"
"""Left when a screen first shows the way of who calls for help, whoever opened it (tests/api/test_sos_api.py)."""
CHANNEL_SEES: dict[str, Sees] = {
    "/ws/board/console": _each(CENTRE, {"words", "other_words", "sent", "neighbour", "worker_phone"}),
}
LIVE_WORKERS = {role: {1, 2, 3, 4} for role in ROLES} | {role: {4} for role in OF_DEPARTMENT} | {"sysadmin": set()}
"""Whose places each role's live channel tells."""


def callback_values(planted: Planted) -> dict[str, Any]:
    """What a page would have filled in, by component and property; what is not named is None."""
    asked = {"ask": True, "by": "dispatch", "sent": [], "diverts": True}
    stage = {"case_no": planted.a, "lon": 120.952, "lat": 30.923} | asked
    moments = [f"{_utc(utc_now().timestamp() + offset):%Y-%m-%d %H:%M}" for offset in (-3600, 36000)]
    return {
        "notices-again.data": {"notice": str(planted.accepted)},
        "console-draft.data": {"id": str(planted.accepted), "lon": 120.952, "lat": 30.923},
        "console-selected.data": planted.a,
        "console-stage.data": stage,
        "console-around-radius.value": 300,
        "console-around-reason.value": "",
        "console-form-text.value": "路灯不亮",
        "console-form-address.value": "小镇",
        "console-send.data": {
            "id": str(planted.accepted),
            "case_no": planted.a,
            "verb": "accept",
            "others": [],
            "worker": 4,
            "suggestion": "",
        },
        "console-pressed.data": {"id": str(planted.accepted), "verb": "accept"},
        "desk-selected.data": planted.a,
        "console-plan.data": {"id": str(planted.accepted), "step": 0},
        "verify-selected.data": planted.a,
        "verify-pressed.data": {"press": "pass", "version": 0},
        "verify-ask-phone.n_clicks": 1,
        "verify-reason.value": "回访",
        "whistle-selected.data": planted.a,
        "whistle-pressed.data": {"press": "sign_in", "id": str(planted.accepted), "lon": None, "lat": None},
        "handover-selected.data": str(planted.accepted),
        "handover-pressed.data": {"press": "remark", "id": str(planted.accepted), "version": 1},
        "handover-note.value": "何时恢复?",
        "statistics-chosen.data": {"measure": "reported", "by": "total", "key": ""},
        "statistics-since.value": "2026-01-01",
        "statistics-until.value": "2028-01-01",
        "statistics-by.value": "type",
        "replay-load.n_clicks": 1,
        "replay-since.value": moments[0],
        "replay-until.value": moments[1],
        "replay-reason.value": "复盘",
        "field-tab-track.n_clicks": 1,
        "field-text.value": "路灯不亮",
    }


CALLBACK_SEES: dict[str, Sees] = {
    "console-case-head.children": _each(CENTRE, WHOLE | {"worker_phone"}),
    "console-advice.children": _each(CENTRE, {"neighbour", "sent"}),
    "console-case-answer.children@send": {LEADER: {"sent"}},
    "notices-rows.children": _each(CENTRE, {"sent", "neighbour"}),
    "handover-sheet.children": _each(CENTRE, {"sent", "neighbour"}),
    "replay-loaded.data": _each(TRACKS, {"sent", "neighbour"}),
    "desk-case.children": {
        **_each((*WATCHERS, *OF_DEPARTMENT, *OF_VILLAGE), {"words", "note", "sent"}),
        LEADER: PRINTED[LEADER],
    },
    "field-track.data": {**_each((*WALKERS, "micro_leader"), {"neighbour"}), "dept_handler": {"sent"}},
    "field-tasks.children": {**_each(WALKERS, {"other_words"}), "dept_handler": {"words"}},
    "verify-case.children": {"verifier": {"words", "note", "sent"}},
    "verify-phone.children": {"verifier": {"phone"}},
}
"""Callbacks by their first output (and their input, where two have the same); who is not named reads nothing."""
ONLY_HIS = frozenset({"console-case-answer.children@send", "console-case-answer.children@pressed"})
"""Callbacks that press what the leader pressed before, under his id: another's press is late, and reads nothing."""
NOT_THEIRS = {"desk-case.children": frozenset({"county_operator"})}
"""Callbacks that open a case some who may open the page may not read: nothing is shown to them, so nothing is noted."""
CALLBACK_LOOKS = {
    "desk-list.children": "incident.list",
    "desk-case.children": "incident.read",
    "console-case-head.children": "incident.read",
    "console-advice.children": "incident.suggestion",
    "console-around-groups.children": "incident.nearby",
    "console-case-answer.children@send": "incident.read",
    "console-case-answer.children@pressed": "incident.read",
    "replay-loaded.data": "replay.read",
    "notices-rows.children": "notice.list",
    "handover-sheet.children": "handover.read",
    "handover-answer.children": "handover.remark",
    "field-tasks.children": "incident.list",
    "field-track.data": "track.read_own",
    "verify-list.children": "incident.list",
    "verify-case.children": "incident.read",
    "verify-phone.children": "reporter.call",
}
