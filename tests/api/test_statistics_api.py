"""Statistics over HTTP: every number opens as many cases as it tells, in the API and in the spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import httpx
import pytest

from base.clock import utc_now
from dispatch.figures.statistics import DIMENSIONS, MEASURES
from tests.small_town import SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
DAY = {"from": (utc_now() - timedelta(hours=12)).isoformat(), "to": (utc_now() + timedelta(hours=1)).isoformat()}
"""Ends before any of the cases is due, whatever the hour: the shortest limit here is four working hours."""


@pytest.fixture(scope="module", autouse=True)
def a_morning(address: str, token_of: Headers) -> None:
    """Three reports: one sent, answered, closed; one rejected; one waiting."""
    lon, lat = SOUTH_POINT
    with httpx.Client(base_url=address, headers=token_of("shift_leader"), timeout=30) as leader:

        def report(words: str) -> str:
            body = {"id": str(uuid4()), "source_channel": "phone", "description": words, "lon": lon, "lat": lat}
            return str(leader.post("/api/incidents", json=body | {"datum": "wgs84"}).json()["case_no"])

        def say(number: str, verb: str, **body: object) -> None:
            answer = leader.post(f"/api/incidents/{number}/{verb}", json=body)
            assert answer.status_code == 200, answer.text

        first, second, _ = report("窨井盖缺失"), report("邻里争吵"), report("垃圾成堆")
        say(first, "dispatch", worker=2)
        for verb in ("sign", "start"):
            say(first, verb)
        say(first, "feedback", note="已处理", no_photo_reason="没带手机")
        verified = leader.post(f"/api/incidents/{first}/verify", headers=token_of("verifier"))
        assert verified.status_code == 200, verified.text
        say(second, "reject", note="重复")


def figures(client: httpx.Client, headers: dict[str, str], **changes: str) -> httpx.Response:
    return client.get("/api/statistics", params=DAY | changes, headers=headers)


def test_the_day_is_counted(client: httpx.Client, token_of: Headers) -> None:
    total = figures(client, token_of("reviewer")).json()["total"]
    assert (total["reported"], total["accepted"], total["handled"], total["closed"]) == (3, 1, 1, 1)
    assert total["on_time_share"] == 1.0
    assert total["handle_median_s"] >= 0


@pytest.mark.parametrize("by", DIMENSIONS)
def test_every_number_opens_as_many_cases_as_it_tells(client: httpx.Client, token_of: Headers, by: str) -> None:
    headers = token_of("operator")
    told = figures(client, headers, by=by).json()
    assert sum(row["reported"] for row in told["rows"]) == told["total"]["reported"] == 3
    assert all(row["name"] for row in told["rows"])
    for row in told["rows"]:
        for measure in MEASURES:
            asked = DAY | {"by": by, "key": row["key"], "measure": measure}
            cases = client.get("/api/statistics/cases", params=asked, headers=headers).json()["cases"]
            assert len(cases) == row[measure], (row["key"], measure)


def test_the_spreadsheet_tells_the_same(client: httpx.Client, token_of: Headers) -> None:
    from openpyxl import load_workbook

    answer = client.get("/api/statistics/export.xlsx", params=DAY | {"by": "type"}, headers=token_of("reviewer"))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[1][1] == "上报"
    assert (rows[2][0], rows[2][1]) == ("合计", 3)
    assert sum(row[1] for row in rows[3:]) == 3


CHOICES = [
    ({"Accept-Language": "en"}, "en"),
    ({"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.2"}, "zh"),
    ({"Cookie": "language=en"}, "en"),
    ({"Cookie": "language=en", "Accept-Language": "zh"}, "en"),
    ({"Cookie": "language=zh", "Accept-Language": "en"}, "zh"),
    ({}, "zh"),
]
"""What a visitor chose, and the language of the answer: the cookie goes before the header, both before the setting."""


@pytest.mark.parametrize(("chosen", "language"), CHOICES)
def test_the_figures_are_in_the_language_chosen(
    client: httpx.Client, token_of: Headers, chosen: dict[str, str], language: str
) -> None:
    headers = token_of("reviewer") | chosen
    for by in ("class", "type", "source", "priority"):
        told = figures(client, headers, by=by).json()
        names = [row["name"] for row in (*told["rows"], told["total"])]
        assert all(name.isascii() == (language == "en") for name in names), names


@pytest.mark.parametrize(("chosen", "language"), CHOICES)
def test_the_spreadsheet_is_in_the_language_chosen(
    client: httpx.Client, token_of: Headers, chosen: dict[str, str], language: str
) -> None:
    from openpyxl import load_workbook

    def words(**asked: str) -> list[str]:
        parameters = DAY | {"by": "source"} | asked
        answer = client.get("/api/statistics/export.xlsx", params=parameters, headers=token_of("reviewer") | chosen)
        sheet = load_workbook(BytesIO(answer.content)).active
        return [sheet.title, *(cell for row in sheet.values for cell in row if isinstance(cell, str))]

    def is_english(told: list[str]) -> bool:
        return all(word.isascii() for word in told)

    assert is_english(words()) == (language == "en")
    assert is_english(words(language="en")), "the page asks for the language it is read in"
    assert not is_english(words(language="zh"))


@pytest.mark.parametrize(("chosen", "language"), CHOICES)
def test_what_cannot_be_counted_is_told_in_the_language_chosen(
    client: httpx.Client, token_of: Headers, chosen: dict[str, str], language: str
) -> None:
    for path in ("/api/statistics", "/api/statistics/export.xlsx", "/api/statistics/cases"):
        asked = DAY | {"to": DAY["from"], "measure": "due"}
        answer = client.get(path, params=asked, headers=token_of("reviewer") | chosen)
        assert answer.json()["error"]["message"].isascii() == (language == "en"), path


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to": DAY["from"]}, "to"),
        ({"from": DAY["to"], "to": DAY["from"]}, "to"),
        ({"from": "1900-01-01T00:00:00Z"}, "to"),
        ({"by": "colour"}, "by"),
        ({"from": "gestern"}, "from"),
    ],
)
def test_what_cannot_be_counted_is_named(
    client: httpx.Client, token_of: Headers, changes: dict[str, str], field: str
) -> None:
    for path in ("/api/statistics", "/api/statistics/export.xlsx"):
        answer = client.get(path, params=DAY | changes, headers=token_of("reviewer"))
        assert answer.status_code == 400, answer.text
        assert field in answer.json()["error"]["fields"]


def test_a_measure_nobody_knows_is_named(client: httpx.Client, token_of: Headers) -> None:
    answer = client.get("/api/statistics/cases", params=DAY | {"measure": "joy"}, headers=token_of("reviewer"))
    assert answer.status_code == 400
    assert "measure" in answer.json()["error"]["fields"]


@pytest.mark.parametrize("role", ["display", "grid_worker", "gateway", "dept_handler"])
def test_figures_are_for_those_who_lead_and_review(client: httpx.Client, token_of: Headers, role: str) -> None:
    assert figures(client, token_of(role)).status_code == 403
