"""Answers are written and read back the same, and tell the vendor what happened to each line."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import OurError, PeerError
from generale.protocol.flatfile import (
    Acknowledgement,
    Bill,
    File,
    InvoiceFile,
    Letter,
    Line,
    RecordError,
    Settlement,
    ZoneError,
    build,
    change,
    decode,
    encode,
    file_of,
    layout,
    line_decisions,
    read_acknowledgement,
    read_refusal,
    read_settlement,
    refuse,
    settle,
    technical_faults,
    write_acknowledgement,
    write_invoice,
    write_refusal,
    write_settlement,
)
from generale.protocol.flatfile.record import Record
from generale.protocol.ids import Sex
from generale.protocol.money import Euro

MAY = CareMonth(2021, 5)
FUND_REFERENCE = "31900000000001"


def invoice_file(bills: int = 2) -> InvoiceFile:
    """Every bill asks 100 euro and 23.45 euro: records 10, {20 30 30 80}, 90, 95, 96."""
    lines = tuple(
        Line(code=code, first=MAY.first, last=MAY.last, days=31, amount=Euro(cents))
        for code, cents in (("0990010", 10_000), ("0991012", 2_345))
    )
    bill = Bill(
        number=1,
        insz="38021499972",
        sex=Sex.WOMAN,
        affiliated_fund=319,
        destination_fund=319,
        admission_date=date(2020, 1, 1),
        lines=lines,
    )
    return InvoiceFile(
        provider="071999932000",
        sending_number=12,
        month=MAY,
        created=date(2021, 6, 2),
        invoice_date=date(2021, 6, 1),
        reference="00000000000099",
        file_reference="MEI 2021",
        fund=319,
        company_number="0428759497",
        iban="BE32123456789002",
        bic="KREDBEBB",
        bills=tuple(replace(bill, number=number) for number in range(1, bills + 1)),
    )


INVOICE = decode(write_invoice(invoice_file()))
ACKNOWLEDGEMENTS = [
    Acknowledgement(reference="00000000000099", fund_reference=FUND_REFERENCE),
    Acknowledgement(reference="12345678901234", fund_reference="0" * 14, test=True),
]


@pytest.mark.parametrize("acknowledgement", ACKNOWLEDGEMENTS)
def test_an_acknowledgement_is_read_back(acknowledgement: Acknowledgement) -> None:
    raw = write_acknowledgement(acknowledgement)

    assert raw[:6] == b"931000"
    assert len(raw) == 67 + 160
    assert read_acknowledgement(raw) == read_acknowledgement(raw[:-1]) == acknowledgement
    assert encode(decode(raw[:-1])) == raw[:-1]


def with_record(file: File, number: int, **values: str) -> File:
    """The file with other zones in one record."""
    records = [change(one, **values) if one.number == number else one for one in file.records]
    return file_of(file.header200, file.header300, records)


FAULTY: dict[str, tuple[File, list[tuple[int, str, str, str]], str]] = {
    "header-200": (
        replace(INVOICE, header200=change(INVOICE.header200, environment="13")),
        [(0, "200", "202", "20")],
        "",
    ),
    "header-200-code": (
        replace(INVOICE, header200=change(INVOICE.header200, environment_error="99")),
        [(0, "200", "202", "20")],
        "",
    ),
    "header-300": (
        replace(INVOICE, header300=change(INVOICE.header300, sending_number="1", invoice_type="7")),
        [(0, "300", "301", "20"), (0, "300", "308", "20")],
        "",
    ),
    "totals": (
        with_record(with_record(INVOICE, 11, record_count="3"), 12, fund="100", asked_sign="-"),
        [(1, "95", "409", "20"), (2, "96", "501", "20"), (2, "96", "508", "20")],
        "",
    ),
    "sign": (with_record(INVOICE, 11, asked_b_sign=" "), [(1, "95", "406", "11")], ""),
    "line": (
        with_record(INVOICE, 3, record_check="00"),
        [(0, "200", "203", "02")],
        "RECORD 3 (30) ZONE 99 RECORD_CHECK: 02 THE CHECK DIGITS ARE WRONG",
    ),
    "no-end": (
        file_of(INVOICE.header200, INVOICE.header300, INVOICE.records[:-1]),
        [(1, "95", "400", "20")],
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("invoice", "errors", "remark"), FAULTY.values(), ids=FAULTY)
def test_a_technical_refusal_names_each_wrong_zone(
    invoice: File, errors: list[tuple[int, str, str, str]], remark: str
) -> None:
    refusal = refuse(invoice, technical_faults(invoice), fund_reference=FUND_REFERENCE)

    assert refusal.errors == tuple(
        ZoneError(record_number=number, record_type=of_type, zone=zone, code=code)
        for number, of_type, zone, code in errors
    )
    assert refusal.remark == remark
    assert refusal.reference == "00000000000099"


@pytest.mark.parametrize("invoice", [file for file, _, _ in FAULTY.values()], ids=FAULTY)
def test_a_technical_refusal_is_read_back(invoice: File) -> None:
    refusal = refuse(invoice, technical_faults(invoice), fund_reference=FUND_REFERENCE)
    raw = write_refusal(refusal, invoice)
    file = decode(raw)

    assert (file.type, file.header200["status"]) == ("920999", "40")
    assert [one.type for one in file.records] == ["95", "96"]
    assert file.records[0]["asked"] == INVOICE.records[-2]["asked"]
    assert read_refusal(raw) == read_refusal(raw[:-1]) == refusal


def test_a_long_list_of_faults_is_cut_to_the_room_there_is() -> None:
    invoice = INVOICE
    for number in range(1, 11):
        invoice = with_record(invoice, number, record_check="00")
    refusal = refuse(invoice, technical_faults(invoice), fund_reference=FUND_REFERENCE)

    assert 200 < len(refusal.remark) <= 257
    assert read_refusal(write_refusal(refusal, invoice)) == refusal


def error(letter: Letter = Letter.RECORD, code: str = "300541", comment: str = "") -> RecordError:
    return RecordError(letter=letter, code=code, comment=comment)


# index of record -> errors; accepted cents of 24 690 asked; which of the four lines are accepted
SETTLED: dict[str, tuple[dict[int, list[RecordError]], int, list[bool]]] = {
    "nothing-wrong": ({}, 24_690, [True, True, True, True]),
    "one-line": ({4: [error(comment="HX-INV-01 UNKNOWN STAY")]}, 22_345, [True, False, True, True]),
    "signals-only": ({3: [error(Letter.SIGNAL), error(Letter.EXCLUDED)]}, 24_690, [True, True, True, True]),
    "bill-by-its-head": ({2: [error(Letter.BILL, "200801")]}, 12_345, [False, False, True, True]),
    "bill-by-a-line": ({7: [error(Letter.BILL, "3014H5")]}, 12_345, [True, True, False, False]),
    "bill-by-its-total": ({9: [error(Letter.RECORD, "801910")]}, 12_345, [True, True, False, False]),
    "three-reasons": (
        {3: [error(comment="ONE"), error(Letter.SIGNAL), error(comment="THREE")], 8: [error()]},
        12_345,
        [False, True, True, False],
    ),
    "everything": (
        {index: [error(Letter.BILL, comment="X" * 200)] for index in (2, 6)},
        0,
        [False, False, False, False],
    ),
}


def settled(errors: dict[int, list[RecordError]]) -> Settlement:
    return settle(INVOICE, errors, fund_reference=FUND_REFERENCE, payment_reference="PAY 2021-06-0001")


@pytest.mark.parametrize(("errors", "accepted", "lines"), SETTLED.values(), ids=SETTLED)
def test_a_settlement_pays_what_is_not_refused(
    errors: dict[int, list[RecordError]], accepted: int, lines: list[bool]
) -> None:
    settlement = settled(errors)

    assert settlement.asked == Euro(24_690) == settlement.accepted + settlement.refused
    assert settlement.accepted == Euro(accepted)
    decisions = list(line_decisions(settlement, invoice_file()))
    assert [one.accepted for one in decisions] == lines
    assert Euro.total([one.line.amount for one in decisions if one.accepted]) == settlement.accepted


@pytest.mark.parametrize("flagged_only", [False, True], ids=["all-records", "flagged-only"])
@pytest.mark.parametrize("errors", [errors for errors, _, _ in SETTLED.values()], ids=SETTLED)
def test_a_settlement_is_read_back(errors: dict[int, list[RecordError]], flagged_only: bool) -> None:
    settlement = settled(errors)
    raw = write_settlement(settlement, INVOICE, flagged_only=flagged_only)

    assert (len(raw) - 67 - 610) % 800 == 0
    assert read_settlement(raw) == read_settlement(raw[:-1]) == settlement
    assert encode(decode(raw)) == raw


def test_a_refused_line_carries_its_reasons_where_real_answers_have_them() -> None:
    settlement = settled({4: [error(comment="HX-INV-01 Séjour inconnu"), error(Letter.SIGNAL, "300459")]})
    file = decode(write_settlement(settlement, INVOICE, flagged_only=True))

    assert [one.type for one in file.records] == ["20", "30", "80", "91", "92"]
    refused = file.records[1]
    assert refused.raw[456:477] == b"R300541S300459       "
    assert refused.text("comment") == "HX-INV-01 SEJOUR INCONNU|"
    assert refused.raw[:350] == INVOICE.records[3].raw
    assert (refused["judged_record_index"], refused["judged_month"]) == ("000004", "202105")
    assert file.header300["error_percentage"] == "01000"
    assert file.header300["refusal_type"] == "00"
    (paid, whole) = file.records[-2:]
    assert (paid["fund"], paid.text("payment_reference_a")) == ("319", "PAY 2021-06-0001")
    assert (whole["fund"], whole.euro("accepted"), whole.euro("refused")) == (
        "399",
        Euro(22_345),
        Euro(2_345),
    )


def test_the_reasons_of_a_bill_bear_on_each_of_its_lines() -> None:
    whole_bill, own = error(Letter.BILL, "200801"), error(Letter.SIGNAL, "300459")
    decisions = list(line_decisions(settled({2: [whole_bill], 4: [own]}), invoice_file()))

    assert [one.errors for one in decisions] == [(whole_bill,), (whole_bill, own), (), ()]


def test_comments_share_the_room_of_a_record() -> None:
    settlement = settled({3: [error(comment="Ø" * 150), error(comment="A|B"), error(comment="C" * 66)]})
    (record,) = read_settlement(write_settlement(settlement, INVOICE)).records

    assert [one.comment for one in record.errors] == ["O" * 66, "A B", "C" * 66]


@pytest.mark.parametrize("filler", ["0", "1", "9", " ", "*"])
def test_fillers_in_empty_slots_are_no_errors(filler: str) -> None:
    raw = write_settlement(settled({4: [error(comment="A | B")]}), INVOICE)
    file = decode(raw)
    slots = {f"letter_{slot}": filler for slot in (2, 3)} | {f"code_{slot}": filler * 6 for slot in (2, 3)}
    filled = encode(file_of(file.header200, file.header300, [_fill(one, slots) for one in file.records]))

    assert encode(decode(filled)) == filled
    assert read_settlement(filled).records == read_settlement(raw).records


def _fill(record: Record, slots: dict[str, str]) -> Record:
    return change(record, **slots) if "letter_1" in record.layout.by_key else record


def test_a_comment_with_bars_of_another_writer_is_kept_whole() -> None:
    file = decode(write_settlement(settled({4: [error()]}), INVOICE))
    told = with_record(file, 4, comment="KODE 12 | ZIE BRIEF | 3")

    (record,) = read_settlement(encode(told)).records
    assert [one.comment for one in record.errors] == ["KODE 12 | ZIE BRIEF | 3"]


def test_a_line_without_its_bill_is_known_by_its_index() -> None:
    file = decode(write_settlement(settled({4: [error()]}), INVOICE))
    alone = file_of(
        file.header200, file.header300, [one for one in file.records if one.number in (4, 11, 12)]
    )

    (record,) = read_settlement(encode(alone)).records
    assert (record.index, record.record_type, record.bill_number) == (4, "30", 0)


UNSOUND = {
    "fund-total": ((11,), {"accepted": "1"}, "accepted and refused do not make asked"),
    "whole-total": ((12,), {"accepted": "0", "asked": "0"}, "record 92 is not the sum"),
    "type": ((11,), {"accepted": "?" * 11}, "zone 420 accepted"),
}


@pytest.mark.parametrize(("numbers", "values", "message"), UNSOUND.values(), ids=UNSOUND)
def test_a_settlement_that_does_not_add_up_is_the_other_sides_error(
    numbers: tuple[int, ...], values: dict[str, str], message: str
) -> None:
    raw = bytearray(write_settlement(settled({}), INVOICE))
    for number in numbers:
        for zone, text in values.items():
            cut = (layout("record_91") if number == 11 else layout("record_92")).cuts[zone]
            start = 677 + (number - 1) * 800 + cut.start
            raw[start : start + 11] = text.rjust(11, "0").encode()

    with pytest.raises(PeerError, match=message):
        read_settlement(bytes(raw))


def test_a_settlement_that_cannot_be_meant_is_our_own_error() -> None:
    with pytest.raises(OurError, match="no records"):
        settled({11: [error()]})
    with pytest.raises(OurError, match="4 errors; 3 fit"):
        settled({3: [error()] * 4})
    (fund,) = settled({}).funds
    unsound = replace(settled({}), funds=(replace(fund, accepted=Euro(1)),))
    with pytest.raises(OurError, match="do not make"):
        write_settlement(unsound, INVOICE)


def test_an_answer_is_not_taken_for_another() -> None:
    raw = write_acknowledgement(ACKNOWLEDGEMENTS[0])
    for read in (read_refusal, read_settlement):
        with pytest.raises(PeerError, match="931000 is not a"):
            read(raw)
    with pytest.raises(OurError, match="no message 920500"):
        file_of(build("header_200", message_type="920500"), build("header_300"), ())


ERRORS = st.builds(
    RecordError,
    letter=st.sampled_from(Letter),
    code=st.text("0123456789ABH", min_size=6, max_size=6),
    comment=st.text("ABC 019-.,", max_size=66).map(str.strip),
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(1, 10), st.lists(ERRORS, min_size=1, max_size=3)), st.booleans())
def test_any_settlement_is_read_back(errors: dict[int, list[RecordError]], flagged_only: bool) -> None:
    settlement = settled(errors)

    assert read_settlement(write_settlement(settlement, INVOICE, flagged_only=flagged_only)) == settlement


ANSWERS = [
    write_acknowledgement(ACKNOWLEDGEMENTS[0]),
    write_refusal(refuse(INVOICE, (), fund_reference=FUND_REFERENCE), INVOICE),
    write_settlement(settled({4: [error()]}), INVOICE, flagged_only=True),
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ANSWERS), st.data())
def test_one_wrong_byte_in_an_answer_never_breaks_a_reader(raw: bytes, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(raw) - 1))
    bad = raw[:offset] + bytes([data.draw(st.integers(0, 255))]) + raw[offset + 1 :]
    refused = 0
    for read in (read_acknowledgement, read_refusal, read_settlement):
        try:
            read(bad)
        except PeerError:
            refused += 1
    assert refused >= 2
