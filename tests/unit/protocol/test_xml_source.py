"""The place of an element, in names and line, wherever it stands."""

import pytest

from generale.protocol.messages import Decision
from generale.protocol.profile import standard_profile
from generale.protocol.xml_source import (
    LONGEST_QUOTE,
    LONGEST_TOLD,
    MOST_ATTRIBUTES,
    MOST_MARKS,
    MOST_NAMESPACES,
    MessageError,
    brief,
    excess,
    parse_xml,
    path_of,
    place_of,
)

ROOT = parse_xml(b'<a xmlns:q="urn:q">\n<b/>\n<b><c/>\n<q:b/><q:b/></b>\n</a>')


def test_a_place_counts_elements_of_one_name() -> None:
    assert [place_of(node) for node in ROOT.iter()] == [
        "a line 1",
        "a/b line 2",
        "a/b[2] line 3",
        "a/b[2]/c line 3",
        "a/b[2]/b line 4",
        "a/b[2]/b[2] line 4",
    ]


def test_a_value_and_a_place_are_told_as_far_as_it_helps() -> None:
    deep = parse_xml(b"<a>" + b"<bbbbbbbbbb>" * 200 + b"</bbbbbbbbbb>" * 200 + b"</a>")
    path = path_of(list(deep.iter())[-1])

    assert (brief("3" * LONGEST_QUOTE), brief("3" * 201)) == (
        "3" * LONGEST_QUOTE,
        "3" * LONGEST_QUOTE + "\u2026",
    )
    assert len(path) == LONGEST_TOLD + 1
    assert path.startswith("a/bbbbbbbbbb/")
    assert path.endswith("/bbbbbbbbbb")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', id="an external document type"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]><a>&c;</a>", id="entities"),
        pytest.param(b"<a>" * 300 + b"</a>" * 300, id="deep nesting"),
        pytest.param(b"\xef\xbb\xbf\xef\xbb\xbf<a/>", id="two byte-order marks"),
        pytest.param(b'<?xml version="1.0" encoding="x-none"?><a/>', id="an encoding of nobody"),
        pytest.param("<a>\u00e9</a>".encode("latin-1"), id="not the encoding it says"),
        pytest.param(b'<?xml version="1.0" encoding="utf-7"?><a>+AGE-</a>', id="an encoding that hides tags"),
        pytest.param("<?xml version='1.0' encoding='IBM037'?><a/>".encode("cp037"), id="EBCDIC"),
        pytest.param(
            b'<?xml version="1.0" encoding="utf\x00"?><a/>', id="an encoding that no answer can quote"
        ),
        pytest.param(b"<a>" + b"<b/>" * MOST_MARKS + b"</a>", id="more tags than memory"),
        pytest.param(b"<a " + b" ".join(b'a%d=""' % n for n in range(MOST_MARKS)) + b"/>", id="attributes"),
    ],
)
def test_what_is_not_plain_xml_is_refused_with_its_line(raw: bytes) -> None:
    with pytest.raises(MessageError) as caught:
        parse_xml(raw)

    assert caught.value.where.startswith("line ")
    assert "\x00" not in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        '<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00e9</a>'.encode("latin-1"),
        '<?xml version="1.0" encoding="windows-1252"?><a>\u00e9</a>'.encode("cp1252"),
        '<?xml version="1.0" encoding="utf-16"?><a>\u00e9</a>'.encode("utf-16"),
        '\ufeff<?xml version="1.0" encoding="Utf-8"?><a>\u00e9</a>'.encode(),
        "<a>\u00e9</a>".encode(),
    ],
)
def test_a_text_is_read_in_the_encodings_of_the_field(raw: bytes) -> None:
    assert parse_xml(raw).text == "\u00e9"


def test_as_many_tags_as_allowed_are_parsed() -> None:
    assert len(parse_xml(b"<a>" + b"<b/>" * (MOST_MARKS - 2) + b"</a>")) == MOST_MARKS - 2


def test_a_fault_in_a_repeated_part_names_which_one() -> None:
    profile = standard_profile()
    controls = b"<Controle><Code>A</Code><Tekst>a</Tekst></Controle><Controle><Code>B</Code></Controle>"
    raw = (
        b'<Beslissing xmlns="urn:generale:profiel:vsb:1"><Voorziening>9001</Voorziening><Betreft>A1</Betreft>'
        b"<Uitkomst>GEWEIGERD</Uitkomst><Beslist>2019-04-01T10:00:00+02:00</Beslist>"
        b"<Regelset>2019-04-01</Regelset><Controles>" + controls + b"</Controles></Beslissing>"
    )

    with pytest.raises(MessageError) as caught:
        profile.read(raw)

    assert caught.value.where == "Beslissing/Controles/Controle[2] line 1"
    assert profile.bindings[Decision].path_of("controls") == "Controles/Controle"


def attributes(number: int) -> str:
    """An element with so many attributes, a third of them namespace declarations."""
    return "<a " + " ".join(f'xmlns:p{n}="u:{n}"' if n % 3 else f"a{n} = '>'" for n in range(number)) + "/>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("inside", ["", " b='\u013c\u3d3d\u013c'"])
def test_an_element_has_a_bounded_number_of_attributes_in_any_encoding(encoding: str, inside: str) -> None:
    right = attributes(MOST_ATTRIBUTES - bool(inside)).replace("/>", f"{inside}/>")
    wrong = attributes(MOST_ATTRIBUTES + 1).replace("/>", f"{inside}/>")

    assert excess(f"<r>{right}</r>".encode(encoding)) is None
    refused = excess(f"<r>{wrong}</r>".encode(encoding))
    assert refused == f"an element has more than {MOST_ATTRIBUTES} attributes and namespace declarations"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"<a>" + b"=" * 5_000 + b"</a>", id="a text"),
        pytest.param(b"<a><!-- " + b"=" * 5_000 + b" --></a>", id="a comment"),
        pytest.param(b"<a><![CDATA[" + b'a="b" ' * 5_000 + b"]]></a>", id="CDATA"),
        pytest.param(b'<a b="' + b"=" * 5_000 + b"'>\"/>", id="a value"),
        pytest.param(b"<a>" + b'<b c="d">=</b>' * 5_000 + b"</a>", id="many elements with one"),
    ],
)
def test_what_only_looks_like_attributes_is_read(raw: bytes) -> None:
    assert parse_xml(raw).tag == "a"


def test_a_document_has_a_bounded_number_of_namespace_declarations() -> None:
    def declared(number: int) -> bytes:
        return b"<a>" + b'<b xmlns="u:b"/>' * number + b"</a>"

    assert len(parse_xml(declared(MOST_NAMESPACES))) == MOST_NAMESPACES
    with pytest.raises(MessageError, match="declares namespaces more than"):
        parse_xml(declared(MOST_NAMESPACES + 1))


def reordered(raw: bytes, *order: int) -> bytes:
    """The same letters of four bytes, in another order of bytes."""
    letters = (raw[start : start + 4] for start in range(0, len(raw), 4))
    return b"".join(bytes(letter[place] for place in order) for letter in letters)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 0, 3, 2), (2, 3, 0, 1)])
@pytest.mark.parametrize("marked", ["", "\ufeff"])
@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="UTF-32"?>', '<?xml version="1.0"?>'])
def test_four_bytes_a_letter_are_refused_whatever_the_document_says(
    order: tuple[int, ...], marked: str, declared: str
) -> None:
    raw = reordered(f"{marked}{declared}<a/>".encode("utf-32-be"), *order)

    with pytest.raises(MessageError, match="UTF-32") as caught:
        parse_xml(raw)

    assert caught.value.where == "line 1"
