"""A flat file as a document comes back byte for byte, also one that we did not write."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.protocol.test_flatfile_judgement import LINE, judged
from tests.unit.protocol.test_flatfile_replies import ANSWERS, INVOICE
from tests.unit.protocol.test_flatfile_sector import FILE as SECTOR

from generale.protocol.errors import PeerError
from generale.protocol.flatfile import change, decode, encode, file_of, message_types, write_judgement
from generale.protocol.flatfile.document import PartDocument, bytes_of, part_documents
from generale.protocol.flatfile.layout import MessageType

PRINTABLE = bytes(range(0x20, 0x7F))
FILES = [encode(INVOICE), encode(SECTOR), *ANSWERS]


@pytest.mark.parametrize("raw", FILES, ids=lambda raw: raw[:6].decode())
def test_a_file_comes_back_from_its_document(raw: bytes) -> None:
    assert bytes_of(part_documents(decode(raw))) == raw


@pytest.mark.parametrize("raw", ANSWERS, ids=lambda raw: raw[:6].decode())
def test_a_missing_last_character_stays_missing(raw: bytes) -> None:
    assert bytes_of(part_documents(decode(raw[:-1]))) == raw[:-1]


@st.composite
def strange_files(draw: st.DrawFn) -> bytes:
    """A file of any message whose every zone, but for what tells its kind, holds any printable character."""
    kind: MessageType = draw(st.sampled_from(list(message_types().values())))
    noise = draw(st.randoms(use_true_random=False))

    def any_bytes(length: int) -> bytes:
        return bytes(noise.choices(PRINTABLE, k=length))

    types = draw(st.lists(st.sampled_from(sorted(kind.records)), max_size=6)) if kind.records else []
    records = b"".join(one.encode() + any_bytes(kind.record_length - 2) for one in types)
    raw = kind.number.encode() + any_bytes(kind.head_length - 6) + records
    return raw[:-1] if kind.answer and draw(st.booleans()) else raw


@settings(max_examples=150, deadline=None)
@given(strange_files())
def test_a_file_of_any_characters_is_cut_and_told_without_loss(raw: bytes) -> None:
    file = decode(raw)

    assert encode(file) == raw
    assert bytes_of(part_documents(file)) == raw


def test_zones_that_carry_nothing_are_left_out_while_they_are_empty() -> None:
    (head, *_), (answer, *_) = part_documents(INVOICE), part_documents(decode(encode(INVOICE)))
    odd = file_of(change(INVOICE.header200, **{"206": "1" * 15}), INVOICE.header300, INVOICE.records)

    assert head == answer
    assert list(head.zones) == [
        "200 message_type",
        "201 format_version",
        "202 environment",
        "203 status",
        "204 reference",
        "205 fund_reference",
    ]
    assert part_documents(odd)[0].zones["206"] == "1" * 15


PARTS = part_documents(INVOICE)
JUDGED = part_documents(decode(b"920098" + b"0" * 671))


def with_zone(place: int, key: str, text: str) -> tuple[PartDocument, ...]:
    """The parts of the invoice file with another text in one zone."""
    part = replace(PARTS[place], zones={**PARTS[place].zones, key: text})
    return (*PARTS[:place], part, *PARTS[place + 1 :])


BROKEN: dict[str, tuple[tuple[PartDocument, ...], str, str]] = {
    "nothing": ((), "'' is no known message", "header 200"),
    "unknown-message": (
        with_zone(0, "200 message_type", "920500"),
        "'920500' is no known message",
        "header 200",
    ),
    "no-header": (PARTS[:1], "headers 200 and 300", "parts"),
    "headers-turned": ((PARTS[0], PARTS[2]), "headers 200 and 300", "parts"),
    "unknown-record": (
        (*PARTS, PartDocument(part="91", zones={})),
        "920000 has no record '91'",
        "record 13 (91)",
    ),
    "unknown-zone": (with_zone(4, "19", "+"), "no zone '19'", "record 3 (30)"),
    "short": (
        with_zone(4, "19 amount", "+1"),
        "12 characters are expected, 2",
        "record 3 (30), zone 19 amount",
    ),
    "short-end": (
        with_zone(13, "513 remark", " " * 256),
        "257 characters are expected, 256",
        "record 12 (96)",
    ),
    "letter": (
        with_zone(4, "28 facility_reference", "É" * 25),
        "printable ASCII",
        "zone 28 facility_reference",
    ),
    "end-of-line": (with_zone(4, "28 facility_reference", "\n" * 25), "printable ASCII", "record 3 (30)"),
    "other-record": (with_zone(4, "1 record_type", "92"), "920000 has no record '92'", "record 3"),
}


@pytest.mark.parametrize(("parts", "message", "where"), BROKEN.values(), ids=BROKEN)
def test_a_document_that_does_not_fit_names_record_and_zone(
    parts: tuple[PartDocument, ...], message: str, where: str
) -> None:
    with pytest.raises(PeerError) as caught:
        bytes_of(parts)

    assert message in str(caught.value)
    assert where in caught.value.where


def test_only_the_end_of_an_answer_may_lack_a_character() -> None:
    third = replace(JUDGED[1], zones={**JUDGED[1].zones, "312": "0" * 458})
    (record,) = part_documents(decode(write_judgement(judged({3: [LINE]}), INVOICE)))[2:3]

    assert len(bytes_of((JUDGED[0], third))) == 676
    with pytest.raises(PeerError, match="459 characters are expected, 458"):
        bytes_of((JUDGED[0], third, record))
