"""A table of a stranger becomes cells that steer nothing, or one line that says what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.agency.sheet import MAX_BYTES, MAX_ROWS, read_sheet
from generale.protocol.errors import UsageError

READ = [
    pytest.param(b"a;b\n1;2\n", [("1", "2")], id="semicolons"),
    pytest.param(b"a,b\n1,2\n", [("1", "2")], id="commas"),
    pytest.param(b"a\tb\n1\t2\n", [("1", "2")], id="tabs"),
    pytest.param(b"\xef\xbb\xbfa;b\n1;2\n", [("1", "2")], id="a byte-order mark"),
    pytest.param(b"a;b\r\n1;2\r\n", [("1", "2")], id="line ends of Windows"),
    pytest.param(b"a;b\r1;2\r", [("1", "2")], id="line ends of an old Mac"),
    pytest.param(b"a;b\n1;2", [("1", "2")], id="no end of the last line"),
    pytest.param(b"\n\na;b\n\n1;2\n;;\n\n3;4\n;\n".replace(b";;", b";"), [("1", "2"), ("3", "4")], id="gaps"),
    pytest.param(b" A ; b\n  1 x\xc2\xa0 y ;2\n", [("1 x y", "2")], id="blanks and capitals"),
    pytest.param(b"b;a\n2;1\n", [("1", "2")], id="another order"),
    pytest.param(b"a;b;c\n1;2;=x\n", [("1", "2")], id="a column that is not read"),
    pytest.param(b"a;b;;\n1;2;;\n", [("1", "2")], id="columns without a name"),
    pytest.param(b'a,b\n"1,5","say ""no"""\n', [("1,5", 'say "no"')], id="quotes"),
    pytest.param("a;b\n't Hof;Café\n".encode(), [("'t Hof", "Café")], id="apostrophe and accent"),
]

REFUSED = [
    pytest.param(b"", "is empty", id="nothing"),
    pytest.param(b"\n \n", "is empty", id="blank lines alone"),
    pytest.param(b"a;b\n", "no rows", id="a heading alone"),
    pytest.param(b"a;b\n;\n", "no rows", id="a row without text"),
    pytest.param(b"a;c\n1;2\n", "line 1: the heading lacks b", id="a column is missing"),
    pytest.param(b"1;2\n", "line 1: the heading lacks a, b", id="no heading"),
    pytest.param(b"a;b;A\n1;2;3\n", "line 1: the column 'a' stands twice", id="a column twice"),
    pytest.param(b"a;b\n1;2\n1;2;3\n", "line 3 has 3 cells, and the heading 2", id="a cell too many"),
    pytest.param(b"a;b\n\n1\n", "line 3 has 1 cells, and the heading 2", id="a cell too few"),
    pytest.param(b"a;b\n1;2\n1;\xe9\n", "line 3: the text is not UTF-8", id="Latin-1"),
    pytest.param("a;b\n1;2\n".encode("utf-16"), "not UTF-8", id="UTF-16"),
    pytest.param(b"a;b\n1;\x002\n", "line 2, character 3: U+0000", id="NUL"),
    pytest.param(b"a;b\n1;\x1b[31m\n", "line 2, character 3: U+001B", id="an escape of a terminal"),
    pytest.param(b"a;b\n\xc2\x9b1;2\n", "line 2, character 1: U+009B", id="a control character of one byte"),
    pytest.param("a;b\n1;\u202e2\n".encode(), "line 2, character 3: U+202E", id="a turned direction"),
    pytest.param("a;b\n1;\u200b2\n".encode(), "line 2, character 3: U+200B", id="no width"),
    pytest.param("a;b\n1;\u20282\n".encode(), "line 2, character 3: U+2028", id="a line end of Unicode"),
    pytest.param(b"a;b\n\xed\xa0\x80;2\n", "not UTF-8", id="half a character"),
    pytest.param(b"a;b\n1;=1+1\n", "line 2, column b: '=1+1' begins as a formula", id="a formula"),
    pytest.param(b"a;b\n1; @SUM(A1)\n", "line 2, column b", id="a formula behind a blank"),
    pytest.param(b'a;b\n1;"\t+1"\n', "line 2, column b", id="a formula behind a tab"),
    pytest.param("a;b\n1;＝1\n".encode(), "line 2, column b", id="a formula in wide letters"),
    pytest.param(b"a;b;-c\n1;2;3\n", "line 1, column heading", id="a formula in the heading"),
    pytest.param(("a;b\n1;x" + "\u0301" * 9 + "\n").encode(), "too many marks", id="a tower of marks"),
    pytest.param(b"a;b\n1;" + b"x" * 121 + b"\n", "line 2, column b: 121 characters", id="a long text"),
    pytest.param(b"a;b\n1;" + b"x" * 200_000 + b"\n", "line 2", id="a very long text"),
    pytest.param(b'a;b\n1;"2\n3"\n', "line 2: a cell between quotes goes on", id="a text of two lines"),
    pytest.param(b'a;b\n1;2\n1;"2\n3;4\n', "line 3: ", id="a quote that is not closed"),
    pytest.param(b'a;b\n1;"2"x\n', "line 2: ", id="a text behind a quote"),
    pytest.param(b"a;b" + b";x" * 60 + b"\n", "line 1: more than 50 columns", id="many columns"),
    pytest.param(b"a;b\n" + b"1;2\n" * (MAX_ROWS + 1), f"line {MAX_ROWS + 2}: more than", id="many rows"),
    pytest.param(b"a;b\n" + b"\n" * MAX_BYTES, "is larger than", id="many bytes"),
]


@pytest.mark.parametrize(("raw", "expected"), READ)
def test_a_table_is_read(raw: bytes, expected: list[tuple[str, str]]) -> None:
    sheet = read_sheet(raw, ("a", "b"))

    assert [(row["a"].text, row["b"].text) for row in sheet.rows] == expected


@pytest.mark.parametrize(("raw", "said"), REFUSED)
def test_what_is_no_table_is_refused_with_its_place(raw: bytes, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_sheet(raw, ("a", "b"))

    assert said in str(refused.value)
    assert refused.value.hint


def test_a_cell_knows_its_line_below_lines_that_are_passed_over() -> None:
    sheet = read_sheet(b"\na;b\n\n1;2\n\n3;4\n", ("a", "b"))

    assert [(row["b"].line, row["b"].column) for row in sheet.rows] == [(4, "b"), (6, "b")]


def test_columns_that_are_not_read_are_named_and_optional_ones_are_read() -> None:
    sheet = read_sheet(b"a;note;b;c\n1;2;3;4\n", ("a",), ("b",))

    assert sheet.not_read == ("note", "c")
    assert set(sheet.rows[0]) == {"a", "b"}


@given(st.binary(max_size=80))
def test_no_bytes_do_more_than_be_read_or_refused(raw: bytes) -> None:
    try:
        sheet = read_sheet(b"a;b\n" + raw, ("a", "b"))
    except UsageError as error:
        told = [str(error), error.hint]
    else:
        told = [cell.text for row in sheet.rows for cell in row.values()]

    assert all(text.isprintable() for text in told)
