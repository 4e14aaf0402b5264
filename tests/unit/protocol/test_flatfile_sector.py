"""Files of the rest of the sector: records 25, 40, 50, 51 and 52 are cut, counted and added up."""

import pytest

from generale.protocol.errors import PeerError
from generale.protocol.flatfile import (
    File,
    Record,
    build,
    care_home_faults,
    change,
    decode,
    encode,
    file_of,
    layout,
    read_invoice,
    technical_faults,
)
from generale.protocol.flatfile.composition import Value

TYPES = ("10", "20", "25", "50", "51", "52", "40", "30", "80", "90", "95", "96")
PROVIDER = "071999932000"
PERSON: dict[str, Value] = {"insz": "38021499972", "affiliated_fund": 319, "sex": 1, "provider": PROVIDER}
DAYS: dict[str, Value] = {"admission_date": "20190506", "invoice_date": "20210407", "bill_number": 1}
LINE: dict[str, Value] = {"code": "0101032", "first_day": "20210302"}


def sector_file() -> File:
    """Records 10, 20 25 50 51 52 40 30 80, 90, 95, 96; the codes are those of a published example."""
    account: dict[str, Value] = {
        "sending_number": 7,
        "provider": PROVIDER,
        "year": 2021,
        "month_of_year": 3,
        "company_number": "0428759497",
        "account_a_bic": "KREDBEBB",
        "account_a_iban": "BE32123456789002",
    }
    bill: dict[str, Value] = {"destination_fund": 319, "insz_flag": 1, **PERSON}
    records = [
        build("record_10", account_count=1, instructions_version="0001999", created="20210408", **account),
        build("record_20", **bill, **DAYS),
        build("record_25", **bill, bill_number=1),
        build("record_50", **PERSON, **LINE, amount=2_000, units=1),
        build("record_51", insz="38021499972", **LINE, amount=1_999),
        build("record_52", **LINE, document_type="1", agreement_number=17),
        build("record_40", **PERSON, **LINE, amount=30, units=2, patient_share=5),
        build("record_30", **PERSON, **LINE, last_day="20210302", amount=100, days=1),
        build("record_80", **bill, **DAYS, amount_a=2_130, patient_share=5),
        build("record_90", **account, amount_a=2_130),
    ]
    control = 5 * 101032 % 97
    numbered = [change(one, record_index=n) for n, one in enumerate(records, start=1)]
    numbered[-2:] = [change(one, control_number=control) for one in numbered[-2:]]
    totals: dict[str, Value] = {"asked_a": 2_130, "asked": 2_130, "control_number": control}
    numbered.append(build("record_95", fund=319, record_count=8, **totals))
    numbered.append(build("record_96", fund=399, record_count=10, **totals))
    head = build("header_200", message_type="920000", format_version=1, environment=12, reference=42)
    third = build(
        "header_300",
        month="202103",
        sending_number=7,
        created="20210408",
        instructions_version="0001999",
        invoice_type=1,
        account_mode=1,
    )
    return file_of(head, third, numbered)


FILE = sector_file()


def changed(place: int, **values: Value) -> tuple[tuple[str, str, str], ...]:
    """The faults after one record of the file was changed: record, zone, code."""
    records = list(FILE.records)
    records[place - 1] = change(records[place - 1], **values)
    found = technical_faults(file_of(FILE.header200, FILE.header300, records))
    return tuple((one.record_type, one.zone, one.code) for one in found)


def test_a_file_with_every_record_is_cut_without_loss_and_has_no_faults() -> None:
    again = decode(encode(FILE))

    assert again == FILE
    assert [one.type for one in again.records] == list(TYPES)
    assert technical_faults(again) == ()


def test_the_control_number_adds_up_the_codes_of_lines_and_of_what_is_said_about_them() -> None:
    assert FILE.records[8].whole("98") == 5 * 101032 % 97

    assert changed(5, code="0990010") == (
        ("80", "98", "10"),
        ("90", "98", "10"),
        ("95", "410", "20"),
        ("96", "510", "20"),
    )


def test_a_place_inside_a_zone_in_reserve_can_be_read() -> None:
    assert FILE.records[5].whole("agreement_number") == 17
    assert FILE.records[5]["16"] == "0" * 70 + "17" + "0" * 197


@pytest.mark.parametrize(
    ("place", "values", "fault"),
    [
        (4, {"provider": "171999932000"}, ("50", "14", "04")),
        (4, {"care_provider": "071999933000"}, ("50", "15", "02")),
        (2, {"insz": "38021499973"}, ("20", "8a,8b", "02")),
        (2, {"insz": "9938021499972"}, ("20", "8a,8b", "02")),
        (8, {"insz": "29073100019"}, ("30", "8a,8b", "10")),
        (2, {"bill_kind": 1, "previous_bill_number": 1, "previous_fund": 1, "previous_month": "202102"},
         ("20", "34,35,36", "03")),
        (2, {"previous_fund": 1}, ("20", "37", "10")),
    ],
    ids=["leading-digit", "riziv-check", "insz-check", "insz-filler", "other-person", "no-link", "a-link"],
)  # fmt: skip
def test_one_wrong_zone_is_found(place: int, values: dict[str, Value], fault: tuple[str, str, str]) -> None:
    assert changed(place, **values) == (fault,)


def test_a_person_without_an_insz_is_not_weighed_by_its_check_digits() -> None:
    other = "1234567890123"
    records = [change(one, insz=other) if "insz" in one.layout.cuts else one for one in FILE.records]
    unflagged = [change(one, insz_flag=0) if "insz_flag" in one.layout.cuts else one for one in records]

    assert technical_faults(file_of(FILE.header200, FILE.header300, unflagged)) == ()


def test_a_credit_note_has_minus_signs_everywhere() -> None:
    link: dict[str, Value] = {
        "bill_kind": 3,
        "previous_bill_number": 1,
        "previous_sending_number": 1,
        "previous_fund": 319,
        "previous_month": "202102",
    }

    assert changed(2, **link) == (
        ("50", "19", "05"),
        ("50", "22", "05"),
        ("40", "19", "05"),
        ("40", "22", "05"),
        ("40", "27", "05"),
        ("30", "19", "05"),
        ("30", "22", "05"),
        ("80", "19", "05"),
        ("80", "27", "05"),
    )


def test_a_care_home_bills_with_records_30_alone() -> None:
    assert [one.record_type for one in care_home_faults(FILE)] == ["25", "50", "51", "52", "40"]
    with pytest.raises(PeerError, match="a care home bills with records 30 alone") as caught:
        read_invoice(encode(FILE))
    assert caught.value.where.startswith("record 4 (50), zone 1 record_type")


def test_zone_99_stands_at_the_end_of_every_record_of_an_invoice() -> None:
    names = [f"record_{one}" for one in TYPES[:-2]]

    assert all(layout(name).zone("record_check").position == 349 for name in names)
    assert all(isinstance(one, Record) for one in FILE.records)
