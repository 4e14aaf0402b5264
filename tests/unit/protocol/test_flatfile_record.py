"""Zones are written and read back the same, files keep their bytes, and bad files are refused by place."""

from datetime import date

import pytest

from generale.protocol.errors import OurError, PeerError
from generale.protocol.flatfile import MAX_INVOICE_RECORDS, build, change, decode, encode, file_of, layout
from generale.protocol.flatfile.check_digit import record_check
from generale.protocol.flatfile.composition import Value, plain
from generale.protocol.flatfile.record import Record
from generale.protocol.money import Euro

WRITTEN: list[tuple[str, str, Value, str]] = [
    ("record_30", "code", "763593", "0763593"),
    ("record_30", "code", 763593, "0763593"),
    ("record_30", "amount", Euro(123456), "+00000123456"),
    ("record_30", "amount", Euro(-5), "-00000000005"),
    ("record_30", "patient_share", Euro(-250), "-000000250"),
    ("record_30", "supplement", Euro(250), "+000000250"),
    ("record_30", "days", -31, "-0031"),
    ("record_30", "first_day", date(2021, 3, 1), "20210301"),
    ("record_30", "facility_reference", "Zoë Çelik–1", "ZOE CELIK-1              "),
    ("record_10", "account_a_iban", "be32123456789002", "BE32123456789002" + " " * 18),
    ("record_10", "year", 2021, "02021"),
    ("header_300", "file_reference", "", " " * 13),
]


@pytest.mark.parametrize(("name", "zone", "value", "text"), WRITTEN)
def test_a_value_becomes_its_characters(name: str, zone: str, value: Value, text: str) -> None:
    record = build(name, **{zone: value})

    assert record[zone] == record[layout(name).zone(zone).number] == text


@pytest.mark.parametrize(("name", "zone", "value", "text"), WRITTEN)
def test_characters_become_their_value(name: str, zone: str, value: Value, text: str) -> None:
    record = build(name, **{zone: text})

    match value:
        case Euro():
            assert record.euro(zone) == value
        case int():
            assert record.whole(zone) == value
        case date():
            assert record.day(zone) == record.required_day(zone) == value
        case str():
            assert record.text(zone).lstrip("0") == plain(value).rstrip()


@pytest.mark.parametrize(
    ("zone", "value"),
    [
        ("code", "12345678"),
        ("code", "76359A"),
        ("code", -1),
        ("amount", Euro(10**11)),
        ("days", 10_000),
        ("facility_reference", "X" * 26),
        ("no_such_zone", 1),
        ("reserve", 1),
    ],
)
def test_what_does_not_fit_is_our_own_error(zone: str, value: Value) -> None:
    with pytest.raises(OurError, match=f"{zone}"):
        build("record_30", **{zone: value})


def test_an_amount_with_a_sign_zone_of_its_own_is_split() -> None:
    record = build("record_95", asked=Euro(-1234), asked_a=Euro(5))

    assert (record["407"], record["408"], record["403"], record["404"]) == (
        "-",
        "00000001234",
        "+",
        "00000000005",
    )
    assert (record.euro("asked"), record.euro("asked_a"), record.euro("asked_b")) == (
        Euro(-1234),
        Euro(5),
        Euro(0),
    )


def test_what_is_not_told_is_zeros_blanks_signs_and_the_type() -> None:
    record = build("record_30")

    assert record["record_type"] == "30"
    assert record["59"] == "000000"
    assert record["facility_reference"] == " " * 25
    assert record["amount"] == "+00000000000"


def test_zone_99_is_filled_in_and_follows_every_change() -> None:
    record = build("record_30", code="0763593")
    other = change(record, days=3)

    for one in (record, other):
        assert one.whole("99") == record_check(one.raw)
    assert record["99"] != other["99"]
    assert change(record, record_check="01")["99"] == "01"


@pytest.mark.parametrize(
    ("text", "result"),
    [("Æther Œuvre", "AETHER OEUVRE"), ("a\nb", "A B"), ("straße", "STRASSE"), ("日", "?"), ("é’", "E'")],
)
def test_text_travels_in_capitals_without_accents(text: str, result: str) -> None:
    assert plain(text) == result


def test_unreadable_zones_are_the_other_sides_error_with_a_place() -> None:
    raw = build("record_30").raw
    record = Record(layout=layout("record_30"), raw=raw[:9] + b"X" * 24 + raw[33:], number=4, offset=1277)

    for read in (record.whole, record.day, record.euro):
        with pytest.raises(PeerError, match=r"record 4 \(30\), zone 5 first_day, byte 1293") as caught:
            read("first_day")
        assert caught.value.where == "record 4 (30), zone 5 first_day, byte 1293"
    with pytest.raises(PeerError, match="is not a date"):
        change(record, first_day="20210230").day("first_day")
    with pytest.raises(PeerError, match="missing"):
        change(record, first_day=0).required_day("first_day")


def small_file(*records: Record) -> bytes:
    header200 = build("header_200", message_type="920000", reference="1")
    return encode(
        file_of(header200, build("header_300"), records or [build("record_10"), build("record_90")])
    )


def test_a_file_of_unknown_contents_is_written_back_byte_for_byte() -> None:
    raw = small_file()
    odd = raw[:100] + b"a~{ }$%" + raw[107:300] + b"  oddly filled  " + raw[316:]

    assert encode(decode(odd)) == odd


REFUSED = {
    "empty": (b"", "header 200, zone 200 message_type, byte 0"),
    "unknown-message": (b"910000" + small_file()[6:], "header 200, zone 200 message_type, byte 0"),
    "no-header": (small_file()[:66], "header 200, zone 206 reserve, byte 66"),
    "no-header-300": (small_file()[:100], "header 300, zone 303 file_reference, byte 100"),
    "too-short": (small_file()[:-1], "record 2 (90), zone 99 record_check, byte 926"),
    "too-long": (small_file() + b"0", "record 3, zone 1 record_type, byte 928"),
    "unknown-record": (small_file() + b"77" + b"0" * 348, "record 3, zone 1 record_type, byte 927"),
    "mark": (b"\xef\xbb\xbf" + small_file(), "header 200, zone 200 message_type, byte 0"),
    "line-end": (small_file() + b"\n", "record 3, zone 1 record_type, byte 927"),
    "line-end-inside": (
        small_file()[:227] + b"\r\n" + small_file()[227:],
        "record 1, zone 1 record_type, byte 227",
    ),
    "not-ascii": (
        small_file()[:364] + b"\xc3\xab" + small_file()[366:],
        "record 1 (10), zone 28 facility_reference, byte 364",
    ),
    "zero-byte": (
        small_file()[:115] + b"\0" + small_file()[116:],
        "header 300, zone 305 contact_name, byte 115",
    ),
    "not-ascii-in-unknown-record": (
        small_file() + b"77" + b"\xff" * 348,
        "record 3, zone 1 record_type, byte 929",
    ),
    "behind-an-acknowledgement": (b"931000" + b"0" * 222, "record 1, zone 1 record_type, byte 227"),
    "not-ascii-behind-unknown-head": (b"999999" + b"0" * 94 + b"\xff", "byte 100"),
    "not-ascii-in-unknown": (b"999999" + b"\xff" * 90, "header 200, zone 2001 message_type_error, byte 6"),
}


@pytest.mark.parametrize(("raw", "where"), REFUSED.values(), ids=REFUSED)
def test_an_illegal_file_is_refused_at_its_place(raw: bytes, where: str) -> None:
    with pytest.raises(PeerError, match=r"byte \d+") as caught:
        decode(raw)

    assert caught.value.where == where
    assert str(caught.value).startswith(where)


def test_an_endless_file_is_refused_before_it_is_cut() -> None:
    with pytest.raises(PeerError, match=f"more than {MAX_INVOICE_RECORDS} records") as caught:
        decode(small_file()[:227] + b"9" * (350 * (MAX_INVOICE_RECORDS + 1)))
    assert caught.value.where.startswith(f"record {MAX_INVOICE_RECORDS + 1}, zone 1")


def test_as_many_records_as_allowed_are_cut() -> None:
    record = small_file()[227 : 227 + 350]

    assert len(decode(small_file()[:227] + record * MAX_INVOICE_RECORDS).records) == MAX_INVOICE_RECORDS
