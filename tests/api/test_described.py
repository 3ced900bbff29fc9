"""Requests made from the API's own description: none ends in a 500, every answer is one the description names."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.small_town import SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
"""So many requests for each operation and each role; the same ones in every run."""


@pytest.fixture(scope="module")
def described(address: str, token_of: Headers) -> schemathesis.BaseSchema:
    """The description as a client reads it."""
    return schemathesis.openapi.from_url(f"{address}/api/openapi.json", headers=token_of("shift_leader"))


@pytest.fixture(scope="module")
def case_no(address: str, token_of: Headers) -> str:
    """The number of a case that is there."""
    lon, lat = SOUTH_POINT
    body = {"id": str(uuid4()), "source_channel": "phone", "description": "路灯不亮", "lon": lon, "lat": lat}
    answer = httpx.post(f"{address}/api/incidents", json=body | {"datum": "wgs84"}, headers=token_of("operator"))
    return str(answer.json()["case_no"])


def faults_of(operation: schemathesis.APIOperation, headers: dict[str, str], case_no: str) -> str:
    """What is wrong with the answers of one operation; empty when nothing is."""

    @given(case=operation.as_strategy(), is_there=st.booleans())
    @BOUNDED
    def ask(case: schemathesis.Case, is_there: bool) -> None:
        if is_there and "case_no" in case.path_parameters:
            case.path_parameters["case_no"] = case_no
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=30)

    try:
        ask()
    except FailureGroup as group:
        return "\n".join(f"{operation.label}: {fault}" for fault in group.exceptions)
    return ""


@pytest.mark.parametrize("role", ["shift_leader", "gateway"])
def test_every_answer_is_one_the_description_names(
    described: schemathesis.BaseSchema, token_of: Headers, case_no: str, role: str
) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 15
    faults = [fault for operation in operations if (fault := faults_of(operation, token_of(role), case_no))]
    assert not faults, "\n\n".join(faults)
