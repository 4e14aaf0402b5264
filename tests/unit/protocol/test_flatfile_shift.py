"""One character too many or too few is told where it is, and not where the file ends."""

import re
from collections.abc import Iterator

import pytest
from tests.unit.protocol.test_flatfile_fault import FILE
from tests.unit.protocol.test_flatfile_judgement import LINE, judged
from tests.unit.protocol.test_flatfile_replies import INVOICE, settled
from tests.unit.work_done import calls_in

from generale.protocol.errors import PeerError
from generale.protocol.flatfile import (
    Acknowledgement,
    Problem,
    answer_faults,
    change,
    decode,
    encode,
    file_of,
    write_acknowledgement,
    write_judgement,
    write_settlement,
)

RECORD = re.compile(r"record (\d+)")

# the bytes, how long the headers and how long each record
FILES: dict[str, tuple[bytes, int, int]] = {
    "invoice": (encode(FILE), 227, 350),
    "refused": (write_judgement(judged({3: [LINE]}), INVOICE), 677, 800),
    "sparse": (write_judgement(judged({3: [LINE]}, None), INVOICE, flagged_only=True), 677, 800),
    "settlement": (write_settlement(settled({3: [LINE]}), INVOICE), 677, 800),
}


def shifts(raw: bytes, head: int) -> Iterator[tuple[int, bytes]]:
    """Every place of a character that can be lost or added, with the file then; each record gets some."""
    for offset in range(head, len(raw), 29):
        yield offset, raw[:offset] + raw[offset + 1 :]
        yield offset, raw[:offset] + b"5" + raw[offset:]
        yield offset, raw[:offset] + b" " + raw[offset:]


@pytest.mark.parametrize(("raw", "head", "length"), FILES.values(), ids=FILES)
def test_a_shift_is_told_at_the_record_that_it_is_in_or_the_one_behind_it(
    raw: bytes, head: int, length: int
) -> None:
    records = len(decode(raw).records)
    for offset, shifted in shifts(raw, head):
        number = (offset - head) // length + 1
        if raw[:6] != b"920000" and len(shifted) < len(raw) and number > records - 3:
            continue  # an answer may lack its last character; the closing records tell, below
        with pytest.raises(PeerError) as refused:
            decode(shifted)
        told = RECORD.match(refused.value.where)
        assert told, (offset, refused.value.where)
        assert int(told[1]) in (number, number + 1), (offset, refused.value.where)


@pytest.mark.parametrize("back", range(800, 2400, 29))
def test_a_settlement_that_lost_a_character_near_its_end_lacks_a_closing_record(back: int) -> None:
    raw = FILES["settlement"][0]
    file = decode(raw[: len(raw) - back] + raw[len(raw) - back + 1 :])

    assert {one.problem for one in answer_faults(file)} >= {Problem.ORDER}


# what is done at a byte of the valid invoice file; where it is told
PLACES: dict[str, tuple[int, bytes, str]] = {
    "lost-in-a-line": (227 + 2 * 350 + 100, b"", "record 3 (30), zone 99 record_check, byte 1275"),
    "lost-in-a-type": (227 + 2 * 350, b"", "record 3, zone 1 record_type, byte 927"),
    "lost-in-the-total-of-a-fund": (227 + 9 * 350 + 100, b"", "record 11, zone 1 record_type, byte 3727"),
    "lost-in-a-header": (100, b"", "record 1, zone 1 record_type, byte 227"),
    "lost-at-the-end": (227 + 10 * 350 + 100, b"", "record 11 (96), zone 513 remark, byte 4076"),
}


@pytest.mark.parametrize(("offset", "instead", "where"), PLACES.values(), ids=PLACES)
def test_the_place_is_a_record_a_zone_and_a_byte(offset: int, instead: bytes, where: str) -> None:
    raw = encode(FILE)
    with pytest.raises(PeerError) as refused:
        decode(raw[:offset] + instead + raw[offset + 1 :])

    assert refused.value.where == where
    assert "the file ends after 4076 characters" in str(refused.value)


def test_what_stands_behind_an_acknowledgement_is_told_where_it_begins() -> None:
    raw = write_acknowledgement(Acknowledgement(reference="1" * 14, fund_reference="2" * 14))
    with pytest.raises(PeerError) as refused:
        decode(raw + b" " * 10)

    assert refused.value.where == "record 1, zone 1 record_type, byte 227"


@pytest.mark.parametrize("spoiled", ["record_index", "record_check"])
def test_a_product_that_gets_its_indexes_or_its_check_digits_wrong_still_learns_the_place(
    spoiled: str,
) -> None:
    records = [change(one, **{spoiled: 0}) if spoiled in one.layout.cuts else one for one in FILE.records]
    raw = encode(file_of(FILE.header200, FILE.header300, records))
    with pytest.raises(PeerError) as refused:
        decode(raw[:1500] + raw[1501:])

    assert refused.value.where.startswith(("record 4", "record 5"))


def test_to_search_twice_the_records_is_twice_the_work() -> None:
    raw = encode(FILE)
    bill = raw[227 + 350 : 227 + 8 * 350]

    def work(bills: int) -> int:
        long = raw[: 227 + 350] + bill * bills + raw[227 + 8 * 350 :]

        def refused() -> None:
            with pytest.raises(PeerError):
                decode(long[:-1])

        return calls_in(refused)

    assert work(600) < 2.2 * work(300)
