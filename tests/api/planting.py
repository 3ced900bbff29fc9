"""What is planted in a town before its ways out are searched: two cases, a picture, a resident, full of secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg

from tests.api.exits import Planted
from tests.api.test_photos_api import picture
from tests.small_town import SOUTH_POINT

NORTH_POINT = (120.9521, 30.9231)
"""Beside the second building, in a grid no worker walks."""


def plant(
    roles: Mapping[str, httpx.Client], url: str, area_id: int, secrets: Mapping[str, str], photo: UUID | None = None
) -> Planted:
    """Two cases and a call for help, by the town's own people; ``url`` is the owner's address of its database."""
    leader, gateway, write_id, photo = roles["shift_leader"], roles["gateway"], uuid4(), photo or uuid4()
    signed = uuid4()
    words = "{reporter}说{words},电话{text_phone},身份证{identity}".format(**secrets)
    reporter = {"name": secrets["reporter"], "phone": secrets["phone"]}
    a = _reported(roles["operator"], NORTH_POINT, words, "0501", reporter)
    other = {"name": secrets["other_reporter"], "phone": ""}
    b = _reported(roles["operator"], SOUTH_POINT, secrets["other_words"], "0101", other)
    _done(leader.post(f"/api/incidents/{a}/accept", json={"id": str(write_id)}))
    suggestion = leader.get(f"/api/incidents/{a}/suggestion").json()["suggestion"]
    for case_no, worker in ((a, 4), (b, 2)):
        _done(leader.post(f"/api/incidents/{case_no}/dispatch", json={"worker": worker}))
    note = "{note},{note_phone}".format(**secrets)
    case = _done(gateway.post(f"/api/incidents/{a}/sign", json={"id": str(signed), "worker": 4, "note": note}))
    _done(gateway.post("/api/sos", json={"worker": 4}))
    kept = leader.post(f"/api/incidents/{a}/photos", params={"id": str(photo)}, content=picture())
    assert kept.status_code == 201
    _done(leader.post("/api/handovers", json={"id": str(write_id)}))
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into person (area_id, person_id, id_no, name, gender, born_on, phone, residence, address_id) "
            "values (%s, 1, %s, %s, 1, '1949-12-31', %s, 'registered', 2)",
            [area_id, secrets["resident_identity"], secrets["resident"], secrets["resident_phone"]],
        )
    return Planted(a, b, photo, write_id, suggestion, case["tasks"][0]["task"], signed)


def _reported(
    client: httpx.Client, point: tuple[float, float], words: str, type_code: str, reporter: dict[str, str]
) -> str:
    lon, lat = point
    body = {"id": str(uuid4()), "source_channel": "phone", "description": words, "lon": lon, "lat": lat}
    answer = client.post("/api/incidents", json=body | {"datum": "wgs84", "type_code": type_code, "reporter": reporter})
    return str(_done(answer)["case_no"])


def _done(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()
