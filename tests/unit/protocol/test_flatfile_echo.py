"""An answer echoes what it refuses: whatever stands in an echo, the errors behind it are read."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.protocol.test_flatfile_judgement import BILL, FILE, LINE, SIGNAL, judged
from tests.unit.protocol.test_flatfile_replies import INVOICE, settled

from generale.protocol.flatfile import (
    File,
    Judged,
    RefusalType,
    Zone,
    decode,
    deviations,
    encode,
    read_judgement,
    read_settlement,
    write_judgement,
    write_settlement,
)
from generale.protocol.flatfile.record import Record

ERRORS = {2: [BILL], 4: [LINE, SIGNAL], 9: [SIGNAL]}
Reader = Callable[[bytes], Judged]
ANSWERS: list[tuple[Reader, bytes]] = [
    (read_judgement, write_judgement(judged(ERRORS), INVOICE)),
    (read_judgement, write_judgement(judged({1: [FILE], **ERRORS}), INVOICE, flagged_only=True)),
    (read_judgement, write_judgement(judged(ERRORS, None), INVOICE)),
    (read_settlement, write_settlement(settled(ERRORS), INVOICE)),
    (read_settlement, write_settlement(settled(ERRORS), INVOICE, flagged_only=True)),
]
_OF_THE_FUND = ("asked", "asked_sign", "accepted", "accepted_sign", "refused", "refused_sign")
_SAID = ("message_type", "refusal_type", "record_type", "comment", *_OF_THE_FUND)
_SAID_TOO = ("letter_", "code_", "judged_record_index")
"""What the fund says itself: which answer it is, how a record is cut, errors, amounts over all accounts."""


def echoed(part: Record) -> list[Zone]:
    """The zones that repeat the invoice file, or are not looked at."""
    return [one for one in part.layout.zones if one.name not in _SAID and not one.name.startswith(_SAID_TOO)]


def parts(file: File) -> list[Record]:
    return [file.header200, file.header300, *file.records]


def with_zone(raw: bytes, part: Record, zone: str, text: str) -> bytes:
    """The bytes with other characters in one zone of a part of the file."""
    cut = part.layout.cuts[zone]
    assert cut.stop - cut.start == len(text)
    return raw[: part.offset + cut.start] + text.encode() + raw[part.offset + cut.stop :]


def told(answer: Judged) -> list[object]:
    return [(one.index, one.record_type, one.errors) for one in answer.records]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ANSWERS), st.data())
def test_the_errors_are_read_whatever_is_echoed(answer: tuple[Reader, bytes], data: st.DataObject) -> None:
    read, raw = answer
    part = data.draw(st.sampled_from(parts(decode(raw))))
    zone = data.draw(st.sampled_from(echoed(part)))
    text = data.draw(
        st.text("0 9+-AZ?", min_size=zone.length, max_size=zone.length)
        if zone.name != "record_index"
        else st.sampled_from(["      ", "000000", "00A00X", "0 0004", "-00004", "??????"])
    )
    bad = with_zone(raw, part, zone.number, text)

    assert told(read(bad)) == told(read(raw))
    deviations(decode(bad))


# zone of an answer, which of its parts, what stands there, the note
UNREAD: dict[str, tuple[int, str, str, str]] = {
    "no-month": (1, "month", "202113", ""),
    "month-in-letters": (1, "month", "MEI 21", ""),
    "sending-number": (1, "sending_number", "1X2", "'1X2' is not a number"),
    "no-day": (1, "created", "00000000", "the date is missing"),
    "no-such-day": (1, "created", "20210631", "'20210631' is not a date"),
    "share-over-all": (
        1, "error_percentage", "99999", "a share of errors of 999.99 % is more than the whole file",
    ),
    "no-share": (1, "error_percentage", "     ", "'     ' is not a number"),
    "bill-in-letters": (3, "bill_number", "ABCDEFGHIJKL", "'ABCDEFGHIJKL' is not a number"),
    "index-in-letters": (
        5, "record_index", "00A00X", "the echo has index '00A00X'; the end of the record says 000004",
    ),
    "other-index": (
        5, "record_index", "000007", "the echo has index '000007'; the end of the record says 000004",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("place", "zone", "text", "note"), UNREAD.values(), ids=UNREAD)
def test_what_cannot_be_read_of_an_echo_is_told_with_its_place(
    place: int, zone: str, text: str, note: str
) -> None:
    read, raw = ANSWERS[0]
    part = parts(decode(raw))[place]
    bad = with_zone(raw, part, zone, text)

    where = f" {zone}, byte {part.offset + part.layout.cuts[zone].start}"
    notes = [one.what for one in deviations(decode(bad)) if one.where.endswith(where)]
    assert any(note in one for one in notes), notes
    assert [one.errors for one in read(bad).records] == [one.errors for one in read(raw).records]


def test_of_an_unreadable_echo_nothing_is_made_up() -> None:
    read, raw = ANSWERS[0]
    head = decode(raw).header300
    for zone, text in (("month", "??????"), ("created", "        "), ("error_percentage", "?????")):
        raw = with_zone(raw, head, zone, text)
    answer = read(with_zone(raw, head, "sending_number", "   "))

    assert (answer.month, answer.created, answer.error_percentage) == (None, None, None)
    assert answer.sending_number == 0


def test_a_record_whose_index_stands_nowhere_keeps_its_errors() -> None:
    read, raw = ANSWERS[0]
    record = decode(raw).records[3]
    raw = with_zone(with_zone(raw, record, "record_index", "??????"), record, "judged_record_index", " " * 6)

    lost = [one for one in read(raw).records if not one.index]
    assert [one.errors for one in lost] == [(LINE, SIGNAL)]
    notes = [one.what for one in deviations(decode(raw))]
    assert "neither '??????' nor '      ' is an index" in notes
    assert any(one.startswith(f"the errors {LINE.letter} {LINE.code}") for one in notes)
    assert not any("left out" in one or "says" in one for one in notes)
    assert all(one.what_nl and one.what_nl != one.what for one in deviations(decode(raw)))


def test_a_bill_whose_head_tells_no_number_is_known_by_its_total() -> None:
    read, raw = ANSWERS[0]
    total = decode(raw).records[4]

    known = [one.bill_number for one in read(with_zone(raw, total, "bill_number", " " * 12)).records]
    assert known == [one.bill_number for one in read(raw).records]


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [(ANSWERS[0], RefusalType.TOO_MANY), (ANSWERS[1], RefusalType.BLOCKING), (ANSWERS[2], RefusalType.NONE)],
)
@pytest.mark.parametrize("filler", ["  ", "??"])
def test_a_kind_of_refusal_that_is_left_open_is_told_by_message_and_letters(
    answer: tuple[Reader, bytes], refusal: RefusalType, filler: str
) -> None:
    _, raw = answer

    assert read_judgement(with_zone(raw, decode(raw).header300, "refusal_type", filler)).refusal is refusal


def test_of_a_settlement_the_echoes_may_be_unreadable_and_the_amounts_not() -> None:
    _, raw = ANSWERS[3]
    fund = decode(raw).first("91")
    assert fund is not None
    bad = raw
    for zone in ("fund", "asked", "record_count", "control_number"):
        bad = with_zone(bad, fund, zone, "?" * len(fund[zone]))

    answer = read_settlement(bad)
    assert (answer.asked, answer.accepted) == (read_settlement(raw).asked, read_settlement(raw).accepted)
    assert [one.record_count for one in answer.funds] == [0]
    assert encode(decode(bad)) == bad
