"""docs/roles.md says what the tables of rights say; every role has a name, a first page and rights of its own."""

from __future__ import annotations

import pytest

from dispatch.access.grants import GRANTS
from dispatch.access.roles import ROLES
from screens.screens import HOMES
from tests.promises.write_roles import PAGE, page
from words.catalogue import LANGUAGES, text


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.promises.write_roles writes it again"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_somebody(role: str) -> None:
    for language in LANGUAGES:
        for section in ("shell.role", "lifecycle.role"):
            assert text(f"{section}.{role}", language) != f"{section}.{role}"
    assert role in HOMES or role in ("display", "gateway")
    assert any(role in roles for action, roles in GRANTS.items() if action != "map.see")


def test_the_three_of_the_system_see_no_case() -> None:
    """Source: docs/domain.md, "Roles"."""
    for role in ("sysadmin", "secadmin", "auditor"):
        granted = {action for action, roles in GRANTS.items() if role in roles}
        assert not {action for action in granted if action.startswith(("incident.", "photo.", "person.", "track."))}
