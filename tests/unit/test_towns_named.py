"""Which towns are served, which town a command is about, which town a token names."""

from __future__ import annotations

import pytest

from base.errors import InvalidInput
from base.settings import read_settings
from commands.database import one_area
from commands.run import _settings_of
from dispatch.access.scope import EVERY_AREA
from dispatch.access.tokens import area_of_token, is_api_token, new_api_token, new_session_token
from tests.small_town import AREA


@pytest.mark.parametrize(
    ("given", "areas"),
    [("", ()), (" ", ()), ("330421", (330421,)), ("330421, 110101,", (330421, 110101)), ("330421,330421", (330421,))],
)
def test_areas_are_named_with_commas_in_their_order(given: str, areas: tuple[int, ...]) -> None:
    assert read_settings({"GRIDCOMMAND_AREA": given}).area_ids == areas


@pytest.mark.parametrize("given", ["12", "330421,12", "330421;110101", "330421,x", "1e5,999999999"])
def test_what_is_no_area_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        read_settings({"GRIDCOMMAND_AREA": given})
    assert fault.value.field == "GRIDCOMMAND_AREA"


def test_a_command_is_about_one_town() -> None:
    none, one, two = (read_settings({"GRIDCOMMAND_AREA": given}) for given in ("", "330421", "330421,110101"))
    assert one_area(none, None) is None
    assert one_area(one, None) == 330421
    assert one_area(two, 110101) == 110101
    assert one_area(two, EVERY_AREA) == EVERY_AREA
    with pytest.raises(InvalidInput) as fault:
        one_area(two, None)
    assert (fault.value.key, fault.value.field) == ("one_area_needed", "--area")


def test_tokens_name_their_town_and_those_of_every_town_and_of_before_none() -> None:
    session, token, of_all = new_session_token(330421), new_api_token(330421), new_api_token(EVERY_AREA)
    assert area_of_token(session) == area_of_token(token) == 330421
    assert (is_api_token(token), is_api_token(of_all), is_api_token(session)) == (True, True, False)
    for before in (of_all, "x" * 43, "gc_" + "1" * 43, "gc_123456_short", "330421.", f"{session}x", f"１{session[1:]}"):
        assert area_of_token(before) is None, before


def test_of_several_towns_the_shift_plays_the_first_invented_one() -> None:
    from dataclasses import replace

    settings = read_settings({"GRIDCOMMAND_SHIFT": "5"})
    real, demo, second = replace(AREA, area_id=1, is_demo=False), replace(AREA, area_id=2), replace(AREA, area_id=3)
    together = (real, demo, second)
    assert [_settings_of(settings, area, together).shift for area in together] == [0, 5, 0]
    assert _settings_of(settings, real, (real,)).shift == 5
