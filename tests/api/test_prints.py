"""Printed cases: masked as the page is, and a way only for who may see ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

import screens.printed
from base.clock import utc_now
from dispatch.centre import Centre
from tests.api.conftest import make_server, serving
from tests.small_town import AREA_ID, SOUTH_POINT

Headers = Callable[[str], dict[str, str]]


@pytest.fixture(scope="module")
def address(small_centre: Centre) -> Iterator[str]:
    """Address of a server that prints."""
    server: FastAPI = make_server(small_centre)
    screens.printed.register(server, small_centre)
    with serving(server) as address:
        yield address


@pytest.fixture(scope="module")
def case_no(address: str, token_of: Headers, small_centre: Centre) -> str:
    """A case somebody was sent to ten minutes ago, and walks to since."""
    lon, lat = SOUTH_POINT
    body = {"id": str(uuid4()), "source_channel": "phone", "description": "打１３９-1234-0001找欧阳证人"}
    body |= {"lon": lon, "lat": lat, "datum": "wgs84", "reporter": {"name": "欧阳证人"}}
    with httpx.Client(base_url=address, headers=token_of("shift_leader")) as leader:
        number = str(leader.post("/api/incidents", json=body).json()["case_no"])
        assert leader.post(f"/api/incidents/{number}/dispatch", json={"worker": 2}).status_code == 200
    with small_centre.database.transaction() as transaction:
        transaction.execute(
            "update task set sent_at = %s where area_id = %s and case_no = %s",
            [utc_now() - timedelta(minutes=10), AREA_ID, number],
        )
        transaction.execute(
            "update duty set started_at = %s where area_id = %s", [utc_now() - timedelta(hours=1), AREA_ID]
        )
    fixes = [
        {
            "recorded_at": (utc_now() - timedelta(seconds=200 - 10 * n)).isoformat(),
            "lon": 120.9500 - n * 1e-4,
            "lat": lat,
        }
        for n in range(10)
    ]
    sent = httpx.post(
        f"{address}/api/positions", json={"worker": 2, "datum": "wgs84", "fixes": fixes}, headers=token_of("gateway")
    )
    assert sent.json()["accepted"] == 10
    return number


@pytest.mark.parametrize(
    ("role", "is_whole", "has_way"),
    [
        ("shift_leader", True, True),
        ("operator", True, False),
        ("reviewer", False, True),
        ("verifier", False, False),
    ],
)
def test_a_printed_case_is_masked_as_the_page_is(
    address: str, token_of: Headers, case_no: str, role: str, is_whole: bool, has_way: bool
) -> None:
    page = httpx.get(f"{address}/print/cases/{case_no}", headers=token_of(role), timeout=60)
    assert page.status_code == 200
    assert ("１３９-1234-0001" in page.text) == is_whole
    assert ("欧阳证人" in page.text) == is_whole
    assert ("139****0001" in page.text) != is_whole
    assert ("120.9499" in page.text) == has_way, "the way of the one who was sent"
