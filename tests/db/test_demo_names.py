"""What stands around an incident in the demo town has a name in both languages, not a code."""

from __future__ import annotations

import pytest

from words.catalogue import LANGUAGES, catalogue

KINDS = """
select 'kind' as section, kind from place where area_id = 330421
union select 'kind', kind from thing where area_id = 330421
union select 'key_kind', kind from key_person where area_id = 330421
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_name(demo_database, language):
    with demo_database.transaction() as transaction:
        kinds = {f"nearby.{row['section']}.{row['kind']}" for row in transaction.execute(KINDS)}
    assert len(kinds) > 40
    assert kinds - set(catalogue(language)) == set()
