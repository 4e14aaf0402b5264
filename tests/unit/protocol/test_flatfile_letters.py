"""Letters beyond ASCII: read and told in the texts of an answer, refused wherever else they stand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.protocol.test_flatfile_echo import ANSWERS, ERRORS, Reader, parts
from tests.unit.protocol.test_flatfile_replies import INVOICE

from generale.protocol.errors import PeerError
from generale.protocol.flatfile import AlphabetError, decode, deviations, encode
from generale.protocol.flatfile.document import bytes_of, part_documents

COMMENT = "Assuré décédé, à vérifier".ljust(200)
OTHERS = [
    "".join(map(chr, range(0xA0, 0x100))).ljust(200),
    "bytes of UTF-8: é".encode().decode("latin-1").ljust(200),
]


SLOTS = {f"{part}_{slot}" for part in ("letter", "code") for slot in (1, 2, 3)}
"""Where an error stands by its letter and code: with another sign in it, it is that error no more."""


def with_bytes(raw: bytes, offset: int, characters: bytes) -> bytes:
    return raw[:offset] + characters + raw[offset + len(characters) :]


@pytest.mark.parametrize("comment", [COMMENT, *OTHERS])
@pytest.mark.parametrize(("read", "raw"), ANSWERS)
def test_a_comment_with_accents_is_read_told_and_kept(read: Reader, raw: bytes, comment: str) -> None:
    flagged = next(one for one in decode(raw).records if one.number > 1 and one.text("code_1"))
    start = flagged.offset + flagged.layout.cuts["comment"].start
    strange = with_bytes(raw, start, comment.encode("latin-1"))

    file = decode(strange)
    (told,) = [one for one in deviations(file) if one not in deviations(decode(raw))]
    comments = [error.comment for one in read(strange).records for error in one.errors]
    assert comment.rstrip() in comments
    assert encode(file) == strange
    assert bytes_of(part_documents(file)) == strange
    assert told.where.endswith(f"zone p534 comment, byte {start}")
    assert "is not ASCII; it is read as ISO 8859-1" in told.what
    assert "geen ASCII" in told.what_nl


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ANSWERS), st.data())
def test_a_letter_anywhere_is_read_in_text_and_refused_in_digits(
    answer: tuple[Reader, bytes], data: st.DataObject
) -> None:
    read, raw = answer
    part = data.draw(st.sampled_from(parts(decode(raw))))
    zone = data.draw(st.sampled_from(part.layout.zones))
    offset = part.offset + part.layout.cuts[zone.number].start + data.draw(st.integers(0, zone.length - 1))
    strange = with_bytes(raw, offset, bytes([data.draw(st.integers(0xA0, 0xFF))]))

    if zone.is_text:
        assert encode(decode(strange)) == strange
        assert deviations(decode(strange))
        if zone.name not in SLOTS:
            assert len(read(strange).records) == len(read(raw).records)
    else:
        with pytest.raises(PeerError, match=f"zone {zone.number} |record_type, "):
            decode(strange)


@pytest.mark.parametrize("byte", [0x00, 0x0A, 0x1B, 0x7F, 0x80, 0x9B, 0x9F])
def test_what_is_no_letter_is_refused_in_the_text_of_an_answer_too(byte: int) -> None:
    _, raw = ANSWERS[0]
    record = decode(raw).records[max(ERRORS) - 1]
    start = record.offset + record.layout.cuts["comment"].start

    with pytest.raises(AlphabetError, match=f"zone p534 comment, byte {start}: the byte 0x{byte:02X} "):
        decode(with_bytes(raw, start, bytes([byte])))


def test_an_invoice_file_that_a_vendor_writes_keeps_to_ascii() -> None:
    raw = encode(INVOICE)
    head = INVOICE.records[0]
    start = 67 + 160 + head.layout.cuts["facility_reference"].start

    with pytest.raises(AlphabetError, match="facility_reference"):
        decode(with_bytes(raw, start, b"\xe9"))
