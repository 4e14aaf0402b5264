"""No single wrong byte of an invoice file passes unseen; ``make fuzz`` tries all values of every byte."""

import pytest
from tests.fuzz.every_byte import EXCEPTED, UNWEIGHED, is_excepted, unseen
from tests.unit.protocol.test_flatfile_invoice import FILE

OTHER_BYTES = (0x00, 0x0A, 0xFF, *b"07 Ak+-")
"""What is put in the place of each byte: outside the alphabet, digits, a blank, letters, signs."""


@pytest.mark.parametrize("value", OTHER_BYTES, ids=hex)
def test_a_wrong_byte_is_refused_at_fault_or_read_as_something_else(value: int) -> None:
    assert list(unseen([value])) == []


def test_the_exceptions_are_zones_of_the_file_that_nothing_read_depends_on() -> None:
    known = {
        (part.type, zone.number)
        for part in (FILE.header200, FILE.header300, *FILE.records)
        for zone in part.layout.zones
        if not zone.stays_empty
    }

    assert {*EXCEPTED, *UNWEIGHED} <= known


@pytest.mark.parametrize(
    ("zone", "at", "byte", "excepted"),
    [
        ("27", 0, b"-", True),  # plus zero
        ("27", 3, b"1", False),
        ("19", 0, b"-", False),  # an amount
        ("28", 0, b"?", False),  # zone 99 tells it
        ("59", 0, b"1", False),  # kept in reserve
    ],
)
def test_an_exception_is_as_narrow_as_its_reason(zone: str, at: int, byte: bytes, excepted: bool) -> None:
    record = FILE.records[2]
    start = record.layout.cuts[zone].start + at
    bad = record.raw[:start] + byte + record.raw[start + 1 :]

    assert is_excepted(record, record.layout.zone(zone), bad) is excepted
