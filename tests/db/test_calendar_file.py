"""A year's days from a file: taken in whole, at once in force, or refused with every bad row named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from base.database import Database
from base.errors import Faults, InvalidInput
from dispatch.cases.calendar_file import load_days, read_days
from dispatch.cases.clock_rows import read_calendar
from tests.small_town import AREA_ID
from words.faults import fault_texts

GOOD = "from,to,kind,name\n2027-10-01,2027-10-07,holiday,国庆节\n2027-10-09,2027-10-09,workday,国庆节调休\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "2027.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_loaded_year_is_in_force_at_once_and_loaded_again_replaced(small_database: Database, tmp_path: Path) -> None:
    with small_database.transaction() as transaction:
        assert not read_calendar(transaction, AREA_ID).is_settled(2027)
        assert load_days(transaction, AREA_ID, read_days(written(tmp_path, GOOD))) == [2027]
    with small_database.transaction() as transaction:
        calendar = read_calendar(transaction, AREA_ID)
        assert calendar.is_settled(2027)
        assert calendar.is_working_day(date(2027, 10, 9))
        assert not calendar.is_working_day(date(2027, 10, 6))
        assert not calendar.is_working_day(date(2026, 10, 1)), "other years are as they were"
        load_days(transaction, AREA_ID, read_days(written(tmp_path, GOOD.replace("10-07", "10-05"))))
        assert read_calendar(transaction, AREA_ID).is_working_day(date(2027, 10, 6))


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    rows = [
        "2027-13-01,2027-10-07,holiday,国庆节", "2027-10-01,2027-10-07,feast,国庆节",
        "2027-10-07,2027-10-01,holiday,国庆节",
        "2027-10-01,2027-10-02,holiday,", "2027-01-01,2027-01-02,holiday,元旦", "2027-01-02,2027-01-02,workday,元旦",
        "2027-01-05",
    ]  # fmt: skip
    with pytest.raises(Faults) as fault:
        read_days(written(tmp_path, "from,to,kind,name\n" + "\n".join(rows)))
    keys = [(one.key, one.values["line"]) for one in fault.value.faults]
    assert keys == [
        ("calendar_not_a_date", 2), ("calendar_kind_unknown", 3), ("calendar_span", 4), ("calendar_name_missing", 5),
        ("calendar_day_twice", 7), ("calendar_not_a_date", 8),
    ]  # fmt: skip
    assert "6 处错误" in fault_texts(fault.value, "zh")[0]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("from,to,kind\n", "calendar_column_missing"),
        ("", "calendar_column_missing"),
        ("from,to,kind,name\n", "calendar_faults"),
    ],
)
def test_what_is_no_calendar_is_refused(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        read_days(written(tmp_path, text))
    assert fault.value.key == key


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="calendar_unreadable"):
        read_days(tmp_path / "none.csv")
    file = tmp_path / "bytes.csv"
    file.write_bytes("from,to,kind,name\n2027-01-01,2027-01-01,holiday,元旦".encode("gbk"))
    with pytest.raises(InvalidInput, match="calendar_unreadable"):
        read_days(file)
