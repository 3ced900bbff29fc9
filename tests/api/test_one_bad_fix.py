"""One bad fix never takes its batch: POST /api/positions keeps the others and says what is wrong with this one."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.centre import Centre
from tests.api.some_fixes import QUIET, Headers, a_fix, places, scalars, stored
from words.catalogue import LANGUAGES, catalogue
from words.refusals import refusal_reason


def without(fix: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fix.items() if key != name}


def sent(client: httpx.Client, headers: dict[str, str], *fixes: Any, **changes: Any) -> httpx.Response:
    batch = {"worker": 2, "datum": "wgs84", "fixes": list(fixes)} | changes
    content = json.dumps(batch)  # as some clients do, NaN and halves of surrogate pairs are written too
    return client.post("/api/positions", content=content, headers=headers | {"Content-Type": "application/json"})


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"speed_mps": -1}, (None, None, None, None)),
        ({"speed_mps": "fast"}, (None, None, None, None)),
        ({"speed_mps": float("nan"), "accuracy_m": float("inf")}, (None, None, None, None)),
        ({"speed_mps": 1e-320, "accuracy_m": 1e-42}, (0, 0, None, None)),
        ({"speed_mps": 10**400}, (None, None, None, None)),
        ({"accuracy_m": -1, "speed_mps": 1.5}, (1.5, None, None, None)),
        ({"battery": -1}, (None, None, None, None)),
        ({"battery": 37.5}, (None, None, None, 38)),
        ({"battery": 101, "heading_deg": 359.5}, (None, None, 359.5, None)),
        ({"heading_deg": 361}, (None, None, None, None)),
        ({"heading_deg": -1, "battery": "80"}, (None, None, None, 80)),
        ({"mock": "perhaps", "battery": {}}, (None, None, None, None)),
        ({"speed_mps": True, "accuracy_m": [], "surprise": 1}, (None, None, None, None)),
    ],
)
def test_a_side_value_that_cannot_be_is_unknown(
    client: httpx.Client, token_of: Headers, small_centre: Centre, said: dict[str, Any], kept: tuple
) -> None:
    fix = a_fix(**said)
    answer = sent(client, token_of("grid_worker"), fix)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["accepted"], answer.json()["refused"]) == (1, 0)
    assert stored(small_centre, fix) == kept


BAD = [
    (lambda: a_fix(lat=95), "lat", "out_of_range"),
    (lambda: a_fix(lon=-181), "lon", "out_of_range"),
    (lambda: a_fix(lon=float("nan")), "lon", "out_of_range"),
    (lambda: a_fix(lat="north"), "lat", "out_of_range"),
    (lambda: a_fix(lat="\ud800"), "lat", "out_of_range"),
    (lambda: a_fix(lat=10**400), "lat", "out_of_range"),
    (lambda: a_fix(lat="30,92"), "lat", "out_of_range"),
    (lambda: a_fix(lat=True), "lat", "out_of_range"),
    (lambda: a_fix(lon=0, lat=0), "lon", "out_of_range"),
    (lambda: without(a_fix(), "lat"), "lat", "value_missing"),
    (lambda: without(a_fix(), "recorded_at"), "recorded_at", "value_missing"),
    (lambda: a_fix(recorded_at="yesterday"), "recorded_at", "time_unreadable"),
    (lambda: a_fix(recorded_at="2026-11-21T10:00:00"), "recorded_at", "time_unreadable"),
    (lambda: a_fix(recorded_at=float("nan")), "recorded_at", "time_unreadable"),
    (lambda: a_fix(recorded_at=-1), "recorded_at", "time_unreadable"),
    (lambda: a_fix(recorded_at="0001-01-01T00:00:00+14:00"), "recorded_at", "time_unreadable"),
    (lambda: a_fix(recorded_at="0001-01-01T00:00:00Z"), "recorded_at", "too_old"),
    (lambda: a_fix(recorded_at="9999-12-31T23:59:59Z"), "recorded_at", "in_future"),
    (lambda: a_fix(worker=99), "worker", "no_such_worker"),
    (lambda: a_fix(worker="two"), "worker", "no_such_worker"),
    (lambda: a_fix(worker=70000), "worker", "no_such_worker"),
    (lambda: 7, None, "fix_unreadable"),
    (lambda: None, None, "fix_unreadable"),
    (lambda: [[]], None, "fix_unreadable"),
]


def test_each_bad_fix_is_refused_alone_with_its_reason(
    client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    good = [a_fix() for _ in BAD]
    batch = [one for pair in zip((make() for make, _, _ in BAD), good, strict=True) for one in pair]
    answer = sent(client, token_of("gateway") | {"Accept-Language": "en"}, *batch)
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert (told["accepted"], told["refused"]) == (len(good), len(BAD))
    expected = [(2 * place, field, code) for place, (_, field, code) in enumerate(BAD)]
    assert [(one["index"], one["field"], one["code"]) for one in told["refusals"]] == expected
    assert all(
        one["message"].endswith(".") and "{" not in one["message"].replace("{…}", "") for one in told["refusals"]
    )
    assert all(stored(small_centre, fix) for fix in good)


def test_the_reason_is_told_in_the_askers_language(client: httpx.Client, token_of: Headers) -> None:
    for language, word in (("zh", "经度"), ("en", "longitude")):
        answer = sent(client, token_of("grid_worker") | {"Accept-Language": language}, a_fix(lat=95), a_fix())
        assert word in answer.json()["refusals"][0]["message"]


def test_a_fix_of_somebody_else_is_refused_alone(client: httpx.Client, token_of: Headers) -> None:
    told = sent(client, token_of("grid_worker"), a_fix(), a_fix(worker=1)).json()
    assert (told["accepted"], told["refusals"][0]["code"], told["refusals"][0]["index"]) == (1, "not_yourself", 1)


def test_one_fix_without_a_worker_does_not_take_a_gateways_batch(client: httpx.Client, token_of: Headers) -> None:
    told = sent(client, token_of("gateway"), a_fix(worker=1), a_fix(), worker=None).json()
    assert (told["accepted"], told["refusals"][0]["field"]) == (1, "worker")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"fixes": [a_fix()] * 501}, "fixes", "500"),
        ({"fixes": []}, "fixes", "1"),
        ({"fixes": {}}, "fixes", "list"),
        ({"fixes": "x"}, "fixes", "list"),
        ({"datum": "mars"}, "datum", "wgs84"),
        ({"worker": None}, "fixes.0.worker", "number"),
    ],
)
def test_a_batch_that_is_none_is_refused_in_words(
    client: httpx.Client, token_of: Headers, changes: dict[str, Any], field: str, said: str
) -> None:
    answer = sent(client, token_of("gateway") | {"Accept-Language": "en"}, a_fix(), **changes)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["fields"][field]


junk = st.recursive(
    scalars, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=3), one, max_size=3)
)
bad_place = junk.filter(lambda one: not _is_degree(one))
side_values = st.dictionaries(st.sampled_from(["accuracy_m", "speed_mps", "heading_deg", "battery", "mock", "x"]), junk)


def _is_degree(one: Any) -> bool:
    try:
        return not isinstance(one, bool) and abs(float(one)) <= 180
    except (TypeError, ValueError, OverflowError):
        return False


bad_fixes = st.one_of(
    junk.filter(lambda one: not isinstance(one, dict)),
    st.builds(lambda place: a_fix(lat=place), bad_place),
    st.builds(lambda place: a_fix(lon=place), bad_place),
    st.builds(lambda name: without(a_fix(), name), st.sampled_from(["lat", "lon", "recorded_at"])),
    st.builds(
        lambda at: a_fix(recorded_at=at), st.none() | st.booleans() | st.integers(max_value=10**8) | st.text("xyz")
    ),
)
good_fixes = st.builds(lambda side: a_fix() | side, side_values)


@QUIET
@given(
    batch=st.lists(st.tuples(st.just(True), good_fixes) | st.tuples(st.just(False), bad_fixes), min_size=1, max_size=12)
)
def test_any_junk_among_good_fixes_leaves_exactly_the_good_ones(
    client: httpx.Client, token_of: Headers, small_centre: Centre, batch: list[tuple[bool, Any]]
) -> None:
    before = places(small_centre)
    answer = sent(client, token_of("grid_worker"), *(fix for _, fix in batch))
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert [one["index"] for one in told["refusals"]] == [place for place, (good, _) in enumerate(batch) if not good]
    assert told["accepted"] == sum(good for good, _ in batch) == places(small_centre) - before


def test_the_counts_are_for_the_centre_and_the_administrator(client: httpx.Client, token_of: Headers) -> None:
    sent(client, token_of("grid_worker"), a_fix(lat=95), a_fix(lat=96))
    for role in ("sysadmin", "operator", "shift_leader"):
        told = client.get("/api/positions/refusals", headers=token_of(role) | {"Accept-Language": "en"}).json()
        one = next(one for one in told["refusals"] if (one["source"], one["code"]) == ("api", "out_of_range"))
        assert one["count"] >= 2
        assert (one["worker"], one["message"]) == (2, refusal_reason("out_of_range", "en"))
        assert told["total"] == sum(one["count"] for one in told["refusals"])
    for role in ("grid_worker", "gateway", "display", "reviewer"):
        assert client.get("/api/positions/refusals", headers=token_of(role)).status_code == 403
    for days in (0, 32, "x"):
        answer = client.get("/api/positions/refusals", params={"days": days}, headers=token_of("sysadmin"))
        assert answer.status_code == 400


def test_every_reason_has_its_words() -> None:
    for language in LANGUAGES:
        start = "refusals.reason."
        known = {key.removeprefix(start) for key in catalogue(language) if key.startswith(start)}
        assert len(known) > 10
        assert all(f"faults.{code}" in catalogue(language) for code in known)
