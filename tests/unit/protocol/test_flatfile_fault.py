"""Every broken zone of an invoice file is found at its place, with the code of its kind."""

from dataclasses import replace
from datetime import date

import pytest

from generale.protocol.calendar import CareMonth
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import (
    Bill,
    File,
    InvoiceFile,
    Line,
    Problem,
    change,
    decode,
    encode,
    file_of,
    read_invoice,
    technical_faults,
    write_invoice,
)
from generale.protocol.flatfile.record import Record
from generale.protocol.ids import Sex
from generale.protocol.money import Euro

MARCH = CareMonth(2021, 3)


def line(code: str, cents: int) -> Line:
    return Line(code=code, first=MARCH.first, last=MARCH.last, days=31, amount=Euro(cents))


def bill(number: int, *lines: Line) -> Bill:
    return Bill(
        number=number,
        insz="38021499972",
        sex=Sex.MAN,
        affiliated_fund=319,
        destination_fund=319,
        admission_date=date(2019, 5, 6),
        lines=lines,
    )


FILE = decode(
    write_invoice(
        InvoiceFile(
            provider="071999932000",
            sending_number=7,
            month=MARCH,
            created=date(2021, 4, 8),
            invoice_date=date(2021, 4, 7),
            reference="00000000000042",
            fund=319,
            company_number="0428759497",
            iban="BE32123456789002",
            bic="KREDBEBB",
            bills=(
                bill(1, line("0990010", 186_000), line("0991012", -4_050)),
                bill(2, line("0990010", 186_000)),
            ),
        )
    )
)
"""Records 10, 20 30 30 80, 20 30 80, 90, 95, 96."""


def test_a_valid_file_has_no_technical_faults() -> None:
    assert technical_faults(FILE) == ()


def part_of(file: File, place: str) -> Record:
    """A header by its number, or a record by its index in the file from 1."""
    return {"200": file.header200, "300": file.header300}.get(place) or file.records[int(place) - 1]


def with_part(file: File, place: str, part: Record) -> File:
    """The file with another header or record in this place."""
    records = list(file.records)
    if place == "200":
        return file_of(part, file.header300, records)
    if place == "300":
        return file_of(file.header200, part, records)
    records[int(place) - 1] = part
    return file_of(file.header200, file.header300, records)


def broken(place: str, zone: str, text: str) -> File:
    """The valid file with other characters in one zone, and zone 99 made right again."""
    part = part_of(FILE, place)
    cut = part.layout.cuts[zone]
    raw = part.raw[: cut.start] + text.encode("ascii") + part.raw[cut.stop :]
    assert len(raw) == len(part.raw)
    part = replace(part, raw=raw)
    return with_part(FILE, place, part if zone == "record_check" else change(part))


def of(record_type: str, *zones: str) -> list[tuple[str, str, str]]:
    """The faults of zones that disagree with the rest of the file."""
    return [(record_type, zone, "20" if record_type in ("95", "96") else "10") for zone in zones]


CONTROL_NUMBERS = [*of("80", "98"), *of("90", "98"), *of("95", "410"), *of("96", "510")]

ONE_ZONE: dict[str, tuple[str, str, str, list[tuple[str, str, str]]]] = {
    "header-200-version-missing": ("200", "format_version", "00", [("200", "201", "10")]),
    "header-200-environment": ("200", "environment", "13", [("200", "202", "20")]),
    "header-200-other-environment": ("200", "environment", "92", [("300", "304", "20")]),
    "header-200-reference-blank": ("200", "reference", " " * 14, [("200", "204", "11")]),
    "header-200-reference-missing": ("200", "reference", "0" * 14, [("200", "204", "10")]),
    "header-300-month": ("300", "month", "202104", [("300", "300", "20")]),
    "header-300-no-month": ("300", "month", "202113", [("300", "300", "11"), ("300", "300", "20")]),
    "header-300-sending-number": ("300", "sending_number", "008", [("300", "301", "20")]),
    "header-300-created": ("300", "created", "20210409", [("300", "302", "20")]),
    "header-300-created-missing": ("300", "created", "0" * 8, [("300", "302", "10"), ("300", "302", "20")]),
    "header-300-phone": ("300", "contact_phone", "0470/00000", [("300", "307", "11")]),
    "header-300-type": ("300", "invoice_type", "07", [("300", "308", "20")]),
    "header-300-accounts": ("300", "account_mode", "03", [("300", "309", "20")]),
    "record-10-version": ("1", "instructions_version", "9991999", [("10", "4", "10")]),
    "record-10-month": ("1", "month_of_year", "04", [("300", "300", "20")]),
    "record-10-sending-number": ("1", "sending_number", "008", [("300", "301", "20")]),
    "record-10-created": ("1", "created", "20210409", [("300", "302", "20")]),
    "record-10-iban-missing": ("1", "account_a_iban", " " * 34, [("10", "36,37,38,39,40,41", "03")]),
    "record-10-company-missing": ("1", "company_number", "0" * 10, [("10", "27", "03")]),
    "record-20-check": ("2", "record_check", "00", [("20", "99", "02")]),
    "record-20-check-blank": ("2", "record_check", "  ", [("20", "99", "01")]),
    "record-20-index": ("2", "record_index", "000005", [("20", "2", "10"), ("30", "2", "10")]),
    "record-20-insz-missing": ("2", "insz", "0" * 13, [("20", "8a,8b", "03")]),
    "record-20-sex": ("2", "sex", "3", [("20", "9", "03")]),
    "record-20-kind": ("2", "bill_kind", "2", [("20", "11", "03")]),
    "record-20-fund": (
        "2", "destination_fund", "318",
        [("20", "18", "10"), *of("95", "404", "408", "409", "410")],
    ),
    "record-20-previous-month": ("2", "previous_month", "202100", [("20", "41", "03")]),
    "record-20-reserve": ("2", "59", "      ", [("20", "59", "01")]),
    "record-30-code": ("3", "code", "0990011", [("30", "4", "02"), *CONTROL_NUMBERS]),
    "record-30-other-code": ("3", "code", "0990021", CONTROL_NUMBERS),
    "record-30-day": ("3", "first_day", "20210230", [("30", "5", "03")]),
    "record-30-day-missing": ("3", "last_day", "00000000", [("30", "6a,6b", "03")]),
    "record-30-not-numeric": ("3", "insz", "00380214X9972", [("30", "8a,8b", "01")]),
    "record-30-amount": ("3", "amount", "+00000000001", [("80", "19", "10")]),
    "record-30-sign": ("3", "amount", "000000186000", [("30", "19", "05")]),
    "record-30-amount-not-numeric": ("3", "amount", "+0000018600 ", [("30", "19", "01")]),
    "record-30-days-sign": ("3", "days", "00031", [("30", "22", "05")]),
    "record-30-share": ("3", "patient_share", "+000000001", [("80", "27", "10")]),
    "record-30-supplement": ("3", "supplement", "+000000001", [("80", "30,31", "10")]),
    "record-80-total": (
        "5", "amount_a", "+00000181951",
        [*of("80", "19"), *of("90", "19"), *of("95", "404", "408"), *of("96", "504", "508")],
    ),
    "record-80-control": ("5", "control_number", "01", [("80", "98", "10")]),
    "record-80-invoice-date": ("5", "invoice_date", "00000000", [("80", "20,21", "03")]),
    "record-90-total": ("9", "amount_a", "+00000367951", [("90", "19", "10")]),
    "record-90-total-b": ("9", "amount_b", "+00000000001", [("90", "15", "10")]),
    "record-90-control": ("9", "control_number", "01", [("90", "98", "10")]),
    "record-90-index": ("9", "record_index", "000010", [("90", "2", "10")]),
    "record-95-fund": ("10", "fund", "318", [("20", "18", "10"), ("95", "401", "20")]),
    "record-95-sign": ("10", "asked_a_sign", " ", [("95", "403", "11")]),
    "record-95-minus": ("10", "asked_a_sign", "-", [("95", "404", "20")]),
    "record-95-asked-a": ("10", "asked_a", "00000367951", [("95", "404", "20")]),
    "record-95-asked-b": ("10", "asked_b", "00000000001", [("95", "406", "20")]),
    "record-95-asked": ("10", "asked", "00000367951", [("95", "408", "20")]),
    "record-95-count": ("10", "record_count", "00000008", [("95", "409", "20")]),
    "record-95-count-missing": ("10", "record_count", "00000000", [("95", "409", "10"), ("95", "409", "20")]),
    "record-95-control": ("10", "control_number", "01", [("95", "410", "20")]),
    "record-95-error-zone": ("10", "fund_error", "  ", [("95", "4011", "11")]),
    "record-96-fund": ("11", "fund", "100", [("96", "501", "20")]),
    "record-96-asked-a": ("11", "asked_a", "00000367951", [("96", "504", "20")]),
    "record-96-asked-b": ("11", "asked_b", "00000000001", [("96", "506", "20")]),
    "record-96-asked": ("11", "asked", "00000367951", [("96", "508", "20")]),
    "record-96-count": ("11", "record_count", "00000007", [("96", "509", "20")]),
    "record-96-control": ("11", "control_number", "01", [("96", "510", "20")]),
}  # fmt: skip


@pytest.mark.parametrize(("place", "zone", "text", "faults"), ONE_ZONE.values(), ids=ONE_ZONE)
def test_one_broken_zone_is_found(
    place: str, zone: str, text: str, faults: list[tuple[str, str, str]]
) -> None:
    file = broken(place, zone, text)
    found = technical_faults(file)

    assert [(one.record_type, one.zone, one.code) for one in found] == faults
    for fault in found:
        part = (
            part_of(file, str(fault.record_number))
            if fault.record_number
            else part_of(file, fault.record_type)
        )
        cut = part.layout.cuts[fault.name if fault.name != "reserve" else fault.zone]
        assert fault.offset == part.offset + cut.start
        assert fault.message
        assert fault.expected != fault.received


def test_a_fault_tells_what_was_expected_and_received() -> None:
    (fault,) = technical_faults(broken("10", "record_count", "00000008"))

    assert (fault.record_number, fault.name, fault.offset) == (10, "record_count", 227 + 9 * 350 + 65)
    assert (fault.expected, fault.received, fault.problem) == ("00000007", "00000008", Problem.INCONSISTENT)


def in_order(*places: int) -> File:
    return file_of(FILE.header200, FILE.header300, [FILE.records[place - 1] for place in places])


DISORDER: dict[str, tuple[tuple[int, ...], str, str]] = {
    "no-head": ((2, 3, 4, 5, 6, 7, 8, 9, 10, 11), "20", "10"),
    "line-before-bill": ((1, 3, 2, 4, 5, 6, 7, 8, 9, 10, 11), "30", "20"),
    "bill-without-total": ((1, 2, 3, 4, 6, 7, 8, 9, 10, 11), "20", "30 or 40 or 50 or 51 or 52 or 80"),
    "bill-without-lines": ((1, 2, 5, 6, 7, 8, 9, 10, 11), "80", "25 or 30 or 40 or 50"),
    "no-total": ((1, 2, 3, 4, 5, 6, 7, 8, 10, 11), "95", "20 or 90"),
    "no-fund-total": ((1, 2, 3, 4, 5, 6, 7, 8, 9, 11), "96", "95"),
    "no-end": ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), "95", "95 or 96"),
    "two-ends": ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11), "96", "end"),
    "no-records": ((), "200", "10"),
}


@pytest.mark.parametrize(("places", "record_type", "expected"), DISORDER.values(), ids=DISORDER)
def test_records_out_of_order_are_found(places: tuple[int, ...], record_type: str, expected: str) -> None:
    faults = [one for one in technical_faults(in_order(*places)) if one.problem is Problem.ORDER]

    assert (faults[0].record_type, faults[0].expected) == (record_type, expected)


def test_another_message_is_no_invoice_file() -> None:
    answer = decode(b"931000" + b"0" * 221)

    assert [one.zone for one in technical_faults(answer)] == ["200"]
    with pytest.raises(PeerError, match="931000 is not a 920000"):
        read_invoice(encode(answer))


UNREADABLE = {
    "no-head": in_order(2, 3, 5, 9, 10, 11),
    "no-fund-total": in_order(1, 2, 3, 5, 9),
    "no-bill": in_order(1, 9, 10, 11),
    "line-without-bill": in_order(1, 3, 9, 10, 11),
    "line-after-total": in_order(1, 2, 5, 3, 9, 10, 11),
    "sex": broken("2", "sex", "0"),
    "kind": broken("2", "bill_kind", "9"),
    "time": broken("2", "admission_time", "0002460"),
    "previous-month": broken("2", "previous_bill_number", "000000000001"),
    "month": broken("300", "month", "202100"),
}


@pytest.mark.parametrize("file", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_understood_is_the_other_sides_error(file: File) -> None:
    with pytest.raises(PeerError) as caught:
        read_invoice(encode(file))
    assert caught.value.where.startswith(("record ", "header "))


def empties() -> list[tuple[str, str]]:
    """Every zone that the sender of an invoice file leaves empty, by the place of its part in the file."""
    places = {"200": "200", "300": "300", **{one.type: str(one.number) for one in FILE.records}}
    return [
        (place, zone.number)
        for type_, place in places.items()
        for zone in part_of(FILE, place).layout.zones
        if type_ == part_of(FILE, place).type and zone.stays_empty
    ]


@pytest.mark.parametrize(("place", "zone"), empties())
def test_a_zone_that_carries_nothing_is_left_empty(place: str, zone: str) -> None:
    length = part_of(FILE, place).layout.zone(zone).length

    for text in ("7".rjust(length, "0"), "7".ljust(length, "0")):
        found = [one for one in technical_faults(broken(place, zone, text)) if one.zone == zone]
        assert [one.problem for one in found] == [Problem.NOT_ALLOWED]


def test_what_is_empty_in_a_request_is_what_the_layouts_say() -> None:
    zones = {zone for place, zone in empties() if place in ("200", "10", "11")}

    assert {"203", "2001", "206", "4011", "413", "5011", "513"} <= zones
    assert not {"205", "402", "502", "412", "512"} & zones


@pytest.mark.parametrize("zone", ["412", "512"])
def test_nothing_is_asked_on_the_account_of_the_communities(zone: str) -> None:
    place = "10" if zone == "412" else "11"
    (fault,) = technical_faults(broken(place, zone, "99999999999"))

    assert (fault.zone, fault.problem, fault.expected) == (zone, Problem.INCONSISTENT, "+00000000000")


def test_a_zone_in_reserve_that_holds_blanks_in_text_holds_zeros_as_well() -> None:
    assert technical_faults(broken("11", "513", "0" * 257)) == ()
