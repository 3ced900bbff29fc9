"""Phone and identity numbers in free text, however they are written; and what looks like one and is none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.access.masking import mask_name, mask_phone, without_numbers
from dispatch.access.personal_numbers import has_right_check_digit, personal_numbers

MOBILE = "13800138000"
ID_18 = "99999919491231005X"
ID_15 = "999999491231002"

MASKED = (
    "电话13800138000",
    "手机13800138000找张三",
    "tel:13800138000",
    "TEL13800138000x",
    "phone=13800138000;",
    "+8613800138000",
    "+86 138 0013 8000",
    "0086 138-0013-8000",
    "008613800138000",
    "8613800138000",
    "86-138-0013-8000",
    "(+86)13800138000",
    "+86(0)13800138000",
    "013800138000",
    "138 0013 8000",
    "138-0013-8000",
    "138.0013.8000",
    "138_0013_8000",
    "138/0013/8000",
    "138、0013、8000",
    "138，0013，8000",
    "138—0013—8000",
    "138–0013–8000",
    "138·0013·8000",
    "（138）0013-8000",
    "138 00 13 80 00",
    "1 3 8 0 0 1 3 8 0 0 0",
    "１３８００１３８０００",
    "１３８－００１３－８０００",
    "138\u00a00013\u30008000",
    "138\u200b0013\u200b8000",
    "138\n0013\n8000",
    "一三八零零一三八零零零",
    "幺三八〇〇幺三八〇〇〇",
    "1795113800138000",
    "一三八 零零一三 八零零零",
    "10012345678",
    "13800138000、13900139000",
    "1380013800013900139000",
    "0573-84188888",
    "057384188888",
    "(0573)84188888",
    "（0573）8418 8888",
    "0573 8418 8888",
    "０５７３－８４１８８８８８",
    "0573.84188888",
    "+86 573 8418 8888",
    "021-62345678",
    "010—62345678",
    "电话:8418-8888",
    "座机84188888",
    "+852 9123 4567",
    ID_18,
    ID_18.lower(),
    "身份证99999919491231005x住3幢",
    "99999919491231005Ｘ",
    "９９９９９９１９４９１２３１００５Ｘ",
    "999999 19491231 005X",
    "999999-19491231-005X",
    "ID99999919491231005Xa",
    "９９９９９９ １９４９ １２３１ ００５Ｘ",
    "999999194912310051",
    ID_15,
    "999999 491231 002",
    "身份证号999999491231002,男",
    ID_18 + MOBILE,
)
"""Each has a number that leads to a person. None of them is anybody's: there is no region 999999."""

LEFT_ALONE = (
    "案件YZ2611210007已处置",
    "YZ26112110007",
    "XZ2611139999",
    "罚款13800元",
    "合计138,001,380.00元",
    "1,234,567.89",
    "2026-11-21 08:30:00",
    "2026年11月13日18:30至2026年11月14日",
    "20261121083000",
    "13/11/2026 18:30:00",
    "浙F13800",
    "浙FD13800挂",
    "120.945500,30.919000",
    "136.1234, 35.12",
    "东经120.9455度,北纬30.9190度",
    "33042100001310000001",
    "摄像头99000100001310000001离线",
    "330421111201001",
    "130421111201001",
    "990001001201001",
    "33042111120100101",
    "330421111201",
    "12345热线、110、119",
    "3幢2单元1301室",
    "距离1380013.8米",
    "井盖编号1380013",
    "192.168.1.138",
    "面积138、120、96平方米",
    "一三八号楼零五单元",
    "订单99999912345678901234",
    "15:30到16:00,13人,80岁",
)


@pytest.mark.parametrize("words", MASKED)
def test_a_number_that_leads_to_a_person_is_masked(words: str) -> None:
    shown = without_numbers(words)
    assert shown != words
    digits = "".join(str(unicodedata.decimal(letter)) for letter in shown if letter.isdecimal())
    for secret in ("0013800", "00138", "8418888", "49123100", "9123456", "0012345"):
        assert secret not in digits


@pytest.mark.parametrize("words", LEFT_ALONE)
def test_what_only_looks_like_one_is_left_alone(words: str) -> None:
    assert without_numbers(words) == words


def test_forty_forms_and_twenty_that_are_none() -> None:
    assert len(set(MASKED)) >= 40
    assert len(set(LEFT_ALONE)) >= 20


def test_what_stands_around_a_number_stays() -> None:
    assert without_numbers("手机138-0013-8000找王五,案件YZ2611210007") == "手机138****8000找王五,案件YZ2611210007"
    assert without_numbers(f"甲{ID_18}乙") == "甲" + "*" * 18 + "乙"
    assert without_numbers("①号楼１３８００１３８０００㎡") == "①号楼138****8000㎡"


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_around_a_number_it_is_masked_in_its_place(before: str, after: str) -> None:
    words = f"{before}的{MOBILE}的{after}"
    assert f"的{MOBILE}的" not in without_numbers(words)


@given(st.text(alphabet=st.sampled_from("0123456789 -.、()+Xx一〇:/,年"), max_size=60))
def test_spans_lie_in_the_text_in_order_and_apart(words: str) -> None:
    end = 0
    for found in personal_numbers(words):
        assert end <= found.start < found.end <= len(words)
        end = found.end


def test_the_check_digit() -> None:
    assert has_right_check_digit(ID_18)
    assert not has_right_check_digit("999999194912310051")


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800138000", "138****8000"),
        ("+86 138 0013 8000", "138****8000"),
        ("１３８００１３８０００", "138****8000"),
        ("张三丰13800138000", "138****8000"),
        ("0573-84188888", "057****8888"),
        ("84188888", "********"),
        ("", ""),
    ],
)
def test_a_phone_keeps_three_and_four(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("张三丰", "张*丰"), ("李四", "李*"), ("张", "*"), ("欧阳小明", "欧**明"), ("", "")]
)
def test_a_name_keeps_its_ends(name: str, shown: str) -> None:
    assert mask_name(name) == shown
