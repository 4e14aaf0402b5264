"""Evidence as people can read it: XML line by line, flat files on a ruler, texts beside one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.flatfile.composition import build
from generale.reports.difference import differing
from generale.reports.inert import flat, inert
from generale.reports.line import Line, Piece, windowed
from generale.reports.ruler import is_flat_file, ruler
from generale.reports.xml_exhibit import xml_lines

XML = (
    b'<?xml version="1.0"?><p:Opname xmlns:p="urn:x"><p:Bewoner><p:Insz>34050700054</p:Insz><p:Naam/>'
    b"</p:Bewoner><p:Controle><p:Code>A</p:Code></p:Controle><p:Controle><p:Code>B</p:Code></p:Controle>"
    b"</p:Opname>"
)


def shown(line: Line) -> str:
    """The text of a line."""
    return "".join(piece.text for piece in line.pieces)


def marked(path: str, raw: bytes = XML) -> list[str]:
    """The lines that a path marks."""
    return [shown(line) for line in xml_lines(raw, path) if line.marked]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/Opname/Bewoner/Insz", "<p:Insz>34050700054</p:Insz>"),
        ("Bewoner/Insz", "<p:Insz>34050700054</p:Insz>"),
        ("/{urn:x}Opname/p:Bewoner/p:Naam", "<p:Naam/>"),
        ("//Insz", "<p:Insz>34050700054</p:Insz>"),
        ("//*[local-name()='Insz']/text()", "<p:Insz>34050700054</p:Insz>"),
        ("/Opname/Controle[2]/Code", "<p:Code>B</p:Code>"),
        ("/*/*[3]/*[1] line 1", "<p:Code>B</p:Code>"),
        ("Bewoner/Insz/@soort", "<p:Insz>34050700054</p:Insz>"),
        ("/Opname/Bewoner/Geslacht", "<p:Bewoner>"),
    ],
    ids=[
        "absolute",
        "relative",
        "namespaces",
        "anywhere",
        "local name",
        "number",
        "stars",
        "attribute",
        "missing: the parent",
    ],
)
def test_a_path_marks_one_line_of_the_document(path: str, expected: str) -> None:
    assert marked(path) == [expected]


@pytest.mark.parametrize("path", ["", "/Nothing/Else", "???", "/"])
def test_a_path_that_fits_nothing_marks_nothing(path: str) -> None:
    assert marked(path) == []


def test_a_byte_range_marks_exactly_those_bytes() -> None:
    lines = xml_lines(XML, offset=XML.index(b"0507"), length=4)

    assert [piece.text for line in lines for piece in line.pieces if piece.marked] == ["0507"]
    assert [shown(line) for line in lines if line.marked] == ["<p:Insz>34050700054</p:Insz>"]


def test_elements_are_indented_by_their_depth() -> None:
    assert [(line.depth, shown(line)) for line in xml_lines(b"<a><b><c>1</c></b><d/></a>")] == [
        (0, "<a>"),
        (1, "<b>"),
        (2, "<c>1</c>"),
        (1, "</b>"),
        (1, "<d/>"),
        (0, "</a>"),
    ]


def test_a_password_is_never_shown() -> None:
    assert "geheim" not in "".join(map(shown, xml_lines(b"<x><c:Password>geheim</c:Password></x>")))


def test_an_entity_is_shown_and_not_resolved() -> None:
    raw = b'<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>'

    assert "&x;" in "".join(map(shown, xml_lines(raw)))


@given(st.binary(max_size=300), st.text(max_size=40), st.integers(-1, 400))
def test_no_bytes_and_no_path_can_stop_the_drawing(raw: bytes, path: str, offset: int) -> None:
    xml_lines(b"<a>" + raw, path, offset, 3)


@pytest.mark.parametrize(
    "opening", [b"<!--", b"<![CDATA[", b"<?x", b'<a b="', b"<a>", b"<", b"</a>", b"<'<\""]
)
def test_a_hostile_document_is_drawn_in_time(opening: bytes) -> None:
    assert xml_lines(opening * 50_000, "/a/a/a/a")


FILE = (
    build("header_200", message_type="920000", format_version=1, environment=92, reference="1").raw
    + build("header_300").raw
    + build("record_10", record_index=1).raw
    + build("record_30", record_index=2, code="0990010", amount=174019).raw
)
AMOUNT = FILE.index(b"+00000174019")


@pytest.mark.parametrize(
    ("path", "offset", "length"),
    [
        ("", AMOUNT, 12),
        ("", AMOUNT + 11, 0),
        ("record 2 (30), zone 19 amount", -1, 0),
        ("record 2, zone amount", -1, 0),
        ("R30 z19", -1, 0),
    ],
    ids=["bytes", "one byte", "place", "name", "short"],
)
def test_the_failing_zone_of_a_record_is_marked(path: str, offset: int, length: int) -> None:
    drawn = ruler(FILE, path, offset, length)

    assert drawn.chosen is not None
    assert (drawn.chosen.number, drawn.chosen.type, drawn.count) == (2, "30", 2)
    assert [(mark.number, mark.name, mark.text) for mark in drawn.marks if mark.marked] == [
        ("19", "amount", "+00000174019")
    ]


def test_a_header_can_be_the_failing_record() -> None:
    drawn = ruler(FILE, "header 200, zone 202 environment")

    assert [(mark.number, mark.text) for mark in drawn.marks if mark.marked] == [("202", "92")]


def test_zones_that_carry_nothing_stand_together() -> None:
    drawn = ruler(FILE, "record 2")
    silent = [mark.number for mark in drawn.marks if not mark.name]

    assert "34–46" in silent
    assert all(mark.text for mark in drawn.marks if mark.name)


@given(st.binary(max_size=900), st.text(max_size=40), st.integers(-1, 1200), st.integers(0, 400))
def test_no_flat_file_and_no_place_can_stop_the_drawing(
    rest: bytes, path: str, offset: int, length: int
) -> None:
    ruler(b"920000" + rest, path, offset, length)


def test_only_known_messages_are_flat_files() -> None:
    assert is_flat_file(FILE)
    assert not is_flat_file(b"920001")
    assert not is_flat_file(b"<a/>")


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ("2019-04-01", "2019-04-02", ["2019-04-0", "*1"]),
        ("1740.20", "1740.19", ["1740.", "*20"]),
        ("abc", "xyz", ["*abc"]),
        ("same", "same", ["same"]),
        ("", "something", []),
        ("A0001 twice", "A0001", ["A0001", "* twice"]),
    ],
)
def test_what_differs_is_marked(own: str, other: str, expected: list[str]) -> None:
    assert [f"{'*' * piece.marked}{piece.text}" for piece in differing(own, other)] == expected


@given(st.text(max_size=80), st.text(max_size=80))
def test_marking_a_difference_loses_nothing(own: str, other: str) -> None:
    assert "".join(piece.text for piece in differing(own, other)) == own


@given(st.integers(0, 300), st.integers(0, 299), st.integers(20, 60))
def test_a_window_holds_the_marked_line_and_counts_the_rest(size: int, place: int, most: int) -> None:
    lines = [Line(0, (Piece(str(number)),), marked=number == place) for number in range(size)]
    kept = windowed(lines, most)

    assert sum(line.left_out or 1 for line in kept) == size
    assert sum(line.left_out == 0 for line in kept) <= max(most, 0)
    assert any(line.marked for line in kept) == (place < size)


def test_unseen_characters_become_signs() -> None:
    assert inert("a\x00b\x1b[31m\u202ec\u200bd\x7f\ud800") == "a␀b␛[31m‹U+202E›c‹U+200B›d␡‹U+D800›"
    assert flat(" a\r\n\tb ") == "a b"
    assert inert("één\tregel\n") == "één\tregel\n"


@given(st.text())
def test_inert_text_can_always_be_written_in_xml_and_utf8(text: str) -> None:
    assert all(one in "\t\n" or (one >= " " and one not in "\ufffe\uffff") for one in inert(text))
    inert(text).encode()
