"""A file is refused as a whole, or taken in with errors; and answers that differ are read and told."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.protocol.test_flatfile_replies import FUND_REFERENCE, INVOICE, error, settled

from generale.protocol.errors import OurError, PeerError
from generale.protocol.flatfile import (
    Counted,
    ErrorLimit,
    FileJudgement,
    Letter,
    RecordError,
    RefusalType,
    change,
    decode,
    deviations,
    encode,
    file_of,
    is_sparse,
    judge,
    read_judgement,
    read_settlement,
    sparse,
    write_judgement,
    write_settlement,
)
from generale.protocol.flatfile.judged import error_percentage

Errors = dict[int, list[RecordError]]
LINE, BILL, FILE = error(), error(Letter.BILL, "200801"), error(Letter.FILE, "100721")
SIGNAL = error(Letter.SIGNAL)


# errors by index in a file of two bills of two lines, ten records; the share of records, lines, bills
SHARES: dict[str, tuple[Errors, tuple[int, int, int]]] = {
    "nothing": ({}, (0, 0, 0)),
    "a-signal": ({3: [SIGNAL]}, (0, 0, 0)),
    "one-line": ({3: [LINE]}, (1_000, 2_500, 5_000)),
    "a-bill-by-its-head": ({2: [BILL]}, (1_000, 5_000, 5_000)),
    "a-bill-with-each-record": ({one: [BILL] for one in (2, 3, 4, 5)}, (4_000, 5_000, 5_000)),
    "both-bills": ({2: [BILL], 6: [BILL]}, (2_000, 10_000, 10_000)),
}


@pytest.mark.parametrize(("errors", "shares"), SHARES.values(), ids=SHARES)
def test_funds_count_the_same_errors_as_different_shares(
    errors: Errors, shares: tuple[int, int, int]
) -> None:
    found = [error_percentage(INVOICE, errors, counted) for counted in Counted]

    assert tuple(found) == shares


def judged(errors: Errors, percentage: int | None = 500, counted: Counted = Counted.RECORDS) -> FileJudgement:
    limit = ErrorLimit(percentage=percentage, counted=counted)
    return judge(INVOICE, errors, limit=limit, fund_reference=FUND_REFERENCE)


# errors, limit in hundredths of a percent, what is counted; the refusal and the share
LIMITS: dict[str, tuple[Errors, int | None, Counted, RefusalType, int]] = {
    "nothing-wrong": ({}, 0, Counted.BILLS, RefusalType.NONE, 0),
    "over": ({3: [LINE]}, 999, Counted.RECORDS, RefusalType.TOO_MANY, 1_000),
    "at-the-limit": ({3: [LINE]}, 1_000, Counted.RECORDS, RefusalType.NONE, 1_000),
    "other-share": ({3: [LINE]}, 1_000, Counted.LINES, RefusalType.TOO_MANY, 2_500),
    "no-limit": ({2: [BILL], 6: [BILL]}, None, Counted.BILLS, RefusalType.NONE, 10_000),
    "signals": ({one: [SIGNAL] for one in range(1, 11)}, 0, Counted.RECORDS, RefusalType.NONE, 0),
    "blocking": ({1: [FILE]}, None, Counted.LINES, RefusalType.BLOCKING, 0),
    "blocking-and-over": ({1: [FILE], 3: [LINE]}, 500, Counted.RECORDS, RefusalType.BLOCKING, 2_000),
}


@pytest.mark.parametrize(("errors", "limit", "counted", "refusal", "share"), LIMITS.values(), ids=LIMITS)
def test_a_file_is_refused_for_a_blocking_error_or_for_too_many(
    errors: Errors, limit: int | None, counted: Counted, refusal: RefusalType, share: int
) -> None:
    found = judged(errors, limit, counted)

    assert (found.refusal, found.error_percentage) == (refusal, share)
    assert found.message_type == ("920098" if refusal is RefusalType.NONE else "920099")


@pytest.mark.parametrize("flagged_only", [False, True], ids=["all-records", "flagged-only"])
@pytest.mark.parametrize(("errors", "limit", "counted", "_", "__"), LIMITS.values(), ids=LIMITS)
def test_a_judgement_is_read_back(
    errors: Errors, limit: int | None, counted: Counted, _: object, __: object, flagged_only: bool
) -> None:
    told = judged(errors, limit, counted)
    raw = write_judgement(told, INVOICE, flagged_only=flagged_only)

    assert (len(raw) - 677) % 800 == 0
    assert read_judgement(raw) == told
    assert encode(decode(raw)) == raw
    assert raw[:6].decode() == told.message_type


def test_the_share_and_the_kind_of_refusal_stand_in_header_300() -> None:
    file = decode(write_judgement(judged({3: [LINE]}), INVOICE))

    assert (file.header300["310"], file.header300["311"]) == ("01000", "02")
    assert file.records[2].raw[456:463] == b"R300541"


@pytest.mark.parametrize(("message", "kind"), [("920098", "02"), ("920099", "00")])
def test_a_judgement_that_contradicts_its_kind_is_the_other_sides_error(message: str, kind: str) -> None:
    raw = bytearray(write_judgement(judged({3: [LINE]}), INVOICE))
    raw[:6], raw[214:216] = message.encode(), kind.encode()

    with pytest.raises(PeerError, match="zone 311 refusal_type"):
        read_judgement(bytes(raw))


def test_another_answer_is_no_judgement() -> None:
    with pytest.raises(PeerError, match="920900 is no 920098 or 920099"):
        read_judgement(write_settlement(settled({}), INVOICE))
    with pytest.raises(OurError, match="no records"):
        judged({11: [LINE]})


def test_an_answer_that_we_write_deviates_in_nothing() -> None:
    for raw in (
        write_judgement(judged({3: [LINE]}), INVOICE),
        write_settlement(settled({3: [LINE]}), INVOICE),
        encode(INVOICE),
    ):
        assert deviations(decode(raw)) == ()


def test_what_real_answers_do_otherwise_is_told_with_its_place() -> None:
    told = judged({4: [LINE]})
    file = decode(write_judgement(told, INVOICE, flagged_only=True))
    head, line, total = file.records
    filled = change(line, letter_2="9", code_2="000000", letter_3="R", code_3="??")
    unchecked = replace(total, raw=total.raw[:348] + b"00" + total.raw[350:])
    odd = encode(file_of(file.header200, file.header300, [head, filled, unchecked]))[:-1]

    found = [(one.where, one.what) for one in deviations(decode(odd))]
    assert found == [
        ("record 3 (80), zone p795 judged_record_index, byte 3071", "the very last character is missing"),
        ("record 1 (20), zone 2 record_index, byte 679",
         "of the invoice file record 1 is left out in front of it"),
        ("record 2 (30), zone 2 record_index, byte 1479",
         "of the invoice file record 3 is left out in front of it"),
        ("record 2 (30), zone p464 letter_2, byte 1940",
         "the slot has no error and is filled with '9000000'"),
        ("record 2 (30), zone p472 code_3, byte 1948", "'??    ' is no error code"),
        ("record 3 (80), zone 99 record_check, byte 2625",
         f"the echo has check digits 00, and its characters give {total['record_check']}"),
    ]  # fmt: skip
    read = read_judgement(odd)
    assert [one.index for one in read.records] == [4]
    assert read.records[0].errors[0] == LINE


def test_a_record_without_an_index_in_its_echo_is_known_by_the_one_at_its_end() -> None:
    file = decode(write_judgement(judged({4: [LINE]}), INVOICE, flagged_only=True))
    bare = change(file.records[1], record_index=0)
    raw = encode(file_of(file.header200, file.header300, [file.records[0], bare, file.records[2]]))

    (record,) = read_judgement(raw).records
    assert (record.index, record.bill_number) == (4, 1)
    assert any(
        one.what == "the echo has no index; the end of the record says 000004"
        for one in deviations(decode(raw))
    )


def test_a_sparse_answer_says_the_same() -> None:
    whole = write_settlement(settled({4: [LINE], 8: [LINE, SIGNAL]}), INVOICE)
    thin = sparse(whole)
    told = [[(one.index, one.errors) for one in read_settlement(raw).records] for raw in (whole, thin)]

    assert told[0] == told[1]
    assert [one.type for one in decode(thin).records] == ["30", "30", "91", "92"]
    assert decode(thin).records[0].raw[456:477] == b"R300541" + b"0" * 14
    assert len(thin) == 677 + 4 * 800 - 1
    assert (is_sparse(thin, 10), is_sparse(whole, 10)) == (True, False)


def test_a_line_behind_a_gap_in_which_a_bill_may_begin_belongs_to_no_known_bill() -> None:
    file = decode(write_judgement(judged({3: [LINE], 8: [LINE]}), INVOICE))
    kept = [one for one in file.records if one.number in (2, 3, 8, 10)]

    read = read_judgement(encode(file_of(file.header200, file.header300, kept)))
    assert [(one.index, one.bill_number) for one in read.records] == [(3, 1), (8, 0)]


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from([500, None]))
def test_one_wrong_byte_in_a_judgement_breaks_no_reader(data: st.DataObject, limit: int | None) -> None:
    raw = write_judgement(judged({3: [LINE, SIGNAL]}, limit), INVOICE, flagged_only=True)
    offset = data.draw(st.integers(0, len(raw) - 1))
    bad = raw[:offset] + bytes([data.draw(st.integers(0, 255))]) + raw[offset + 1 :]
    try:
        file = decode(bad)
        deviations(file)
        read_judgement(bad)
    except PeerError as refused:
        where = refused.where
    else:
        where = file.type
        assert encode(file) == bad
    assert where
