"""Which type a text speaks of, who gets it, and what makes it urgent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.cases.lifecycle import PRIORITIES
from dispatch.cases.routing import UNKNOWN_TYPE, department_of, event_types, is_reportable, priority_of, propose
from towns.departments import DEPARTMENTS
from words.catalogue import LANGUAGES, catalogue


def test_the_table_is_whole():
    types = event_types()
    assert len(types) == 130
    assert len([code for code in types if is_reportable(code)]) == 114
    assert {known.department for known in types.values()} <= {department.code for department in DEPARTMENTS}
    assert {known.priority for known in types.values()} <= set(PRIORITIES)
    assert all(known.limit is not None for code, known in types.items() if is_reportable(code))


@pytest.mark.parametrize(
    ("told", "type_code"),
    [
        ("老人落水了,在桥边", "1209"),
        ("灭火器过期", "0303"),
        ("楼道里电瓶车飞线充电", "0208"),
        ("垃圾桶满了没人清运", "0501"),
        ("燃气泄漏,有煤气味", "0203"),
        ("小贩摆摊,还有店外经营占道", "0601"),
        ("今天天气好", UNKNOWN_TYPE),
        ("狗", UNKNOWN_TYPE),
        ("没有着火,只是演练", UNKNOWN_TYPE),
        ("", UNKNOWN_TYPE),
    ],
)
def test_a_text_is_told_apart(told: str, type_code: str):
    assert propose(told).type_code == type_code


@pytest.mark.parametrize("code", [code for code, known in event_types().items() if known.keywords])
def test_a_type_is_known_by_all_its_own_words(code: str):
    told = ";".join(event_types()[code].keywords)
    score = propose(told).score
    assert propose(told).type_code == code or score >= sum(map(len, event_types()[code].keywords)) / 2


@pytest.mark.parametrize(
    ("told", "raised"),
    [
        ("有人流血", True),
        ("房子着火了", True),
        ("河边护栏缺失有落水风险", False),
        ("消火栓漏水,灭火器过期", False),
        ("没有人死,只是死鱼", False),
        ("路灯不亮", False),
        ("工人被困,没有受伤", True),
    ],
)
def test_words_that_make_a_case_urgent(told: str, raised: bool):
    assert bool(propose(told).raised_by) is raised


@given(st.text(max_size=200))
def test_any_text_gets_a_type_and_is_never_made_less_urgent(told: str):
    proposal = propose(told)
    assert is_reportable(proposal.type_code)
    own = event_types()[proposal.type_code]
    assert priority_of(proposal.type_code, proposal.raised_by) <= own.priority
    assert department_of(proposal.type_code) == own.department


def test_every_type_has_its_name_in_both_languages():
    for language in LANGUAGES:
        assert {f"types.{code}" for code in event_types()} <= catalogue(language).keys()
