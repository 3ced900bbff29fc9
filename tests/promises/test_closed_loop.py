"""docs/closed-loop.md says what the table of states and verbs says."""

from tests.promises.write_closed_loop import PAGE, page


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.promises.write_closed_loop writes it again"
