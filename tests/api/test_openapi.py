"""The description of the API is whole, and docs/api.md says the same as the code."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.cases.lifecycle import STATES, TRANSITIONS

Headers = Callable[[str], dict[str, str]]
PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def description(address: str, token_of: Headers) -> dict[str, Any]:
    return httpx.get(f"{address}/api/openapi.json", headers=token_of("operator"), timeout=30).json()


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, told)
        for path, methods in description["paths"].items()
        for method, told in methods.items()
    ]


def test_every_failure_has_the_one_shape(description: dict[str, Any]):
    for method, path, told in operations(description):
        assert "422" not in told["responses"], f"{method} {path}"
        if path != "/api/health":
            for status in ("400", "401", "403", "503"):
                schema = told["responses"][status]["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Error"}
    assert {"Error", "CaseWithLog", "ReportBody"} <= description["components"]["schemas"].keys()
    assert "HTTPValidationError" not in str(description)


def test_every_reference_leads_somewhere(description: dict[str, Any]):
    wanted = set(re.findall(r"#/components/schemas/(\w+)", str(description)))
    assert wanted <= description["components"]["schemas"].keys()


def test_reports_and_verbs_have_examples(description: dict[str, Any]):
    for name in ("ReportBody", "ActBody"):
        assert description["components"]["schemas"][name]["examples"]


def test_the_examples_work(description: dict[str, Any], address: str, token_of: Headers):
    example = description["components"]["schemas"]["ReportBody"]["examples"][0] | {"lon": 120.9455, "lat": 30.919}
    answer = httpx.post(f"{address}/api/incidents", json=example, headers=token_of("operator"), timeout=30)
    assert answer.status_code == 201
    assert answer.json()["type_code"] == "0501"


def test_the_page_names_every_address(description: dict[str, Any]):
    told = set(re.findall(r"^\| `([A-Z]+ /\S+)` \|", PAGE, re.MULTILINE)) - {"WS /ws/workers"}
    assert told == {f"{method} {path}" for method, path, _ in operations(description)}


def test_the_page_says_of_an_address_what_the_description_says(description: dict[str, Any]):
    page = dict(re.findall(r"^\| `([A-Z]+ /\S+)` \| (.*) \|$", PAGE, re.MULTILINE))
    described = {f"{method} {path}": str(told["summary"]) for method, path, told in operations(description)}
    assert {name: page[name] for name in described} == described


def test_the_page_tells_the_table_of_verbs():
    rows = {
        row[0]: row
        for row in re.findall(r"^\| `([a-z_]+)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
    }
    assert rows.keys() == {line.verb for line in TRANSITIONS}
    for line in TRANSITIONS:
        _, sources, targets, who, needs = rows[line.verb]
        assert sources == ", ".join(state for state in STATES if state in line.sources)
        assert targets == (", ".join(line.targets) or "–")
        assert (
            set(re.findall(r"\w+", who)) - {"assignee", "checker", "reporter", "nobody"}
            == line.roles | line.urgent_roles
        )
        assert {name for name in ("assignee", "checker", "reporter") if name in who} == set(line.persons)
        assert needs == (", ".join(line.needs) or "–")
