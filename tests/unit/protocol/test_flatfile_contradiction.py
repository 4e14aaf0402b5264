"""What contradicts itself in an answer is a fault at its place; what an echo has otherwise is a note."""

from collections.abc import Mapping

import pytest
from tests.unit.protocol.test_flatfile_echo import with_zone
from tests.unit.protocol.test_flatfile_judgement import FILE, LINE, SIGNAL, judged
from tests.unit.protocol.test_flatfile_replies import INVOICE, settled

from generale.protocol.errors import PeerError
from generale.protocol.flatfile import (
    File,
    Problem,
    answer_faults,
    decode,
    deviations,
    encode,
    file_of,
    read_settlement,
    write_judgement,
    write_settlement,
)

WHOLE = write_settlement(settled({4: [LINE]}), INVOICE)
SPARSE = write_settlement(settled({4: [LINE]}), INVOICE, flagged_only=True)
REFUSED = write_judgement(judged({3: [LINE]}), INVOICE)
TAKEN_IN = write_judgement(judged({3: [LINE]}, None), INVOICE)


def having(raw: bytes, zones: Mapping[str, Mapping[str, str]]) -> File:
    """The answer with other zones in header 300 or in its records of some types."""
    for type_, values in zones.items():
        for part in (decode(raw).header300, *decode(raw).records):
            for zone, text in values.items() if part.type == type_ else ():
                raw = with_zone(raw, part, zone, text.rjust(len(part[zone]), "0"))
    return decode(raw)


def without(raw: bytes, *types: str) -> File:
    """The answer without its records of some types."""
    file = decode(raw)
    return file_of(file.header200, file.header300, [one for one in file.records if one.type not in types])


def faults(file: File) -> list[tuple[str, str]]:
    return [(one.record_type, one.zone) for one in answer_faults(file)]


BOTH = ("91", "92")

# the answer; the records and zones that are at fault
CONTRADICTIONS: dict[str, tuple[File, list[tuple[str, str]]]] = {
    "accepted-on-a": (
        having(WHOLE, {"91": {"accepted_a": "5"}}), [("91", "412"), ("91", "420"), ("92", "512")],
    ),
    "accepted-on-a-everywhere": (
        having(WHOLE, {one: {"accepted_a": "5"} for one in BOTH}),
        [("91", "412"), ("91", "420"), ("92", "512"), ("92", "520")],
    ),
    "refused-on-b": (
        having(WHOLE, {one: {"refused_b": "500"} for one in BOTH}),
        [("91", "416"), ("91", "422"), ("92", "516"), ("92", "522")],
    ),
    "balanced-on-b-and-not-in-all": (
        having(WHOLE, {one: {"refused_b": "500", "asked_b": "500"} for one in BOTH}),
        [("91", "408"), ("91", "422"), ("92", "508"), ("92", "522")],
    ),
    "sign-of-refused": (
        having(WHOLE, {"92": {"refused_sign": "-"}}), [("92", "520"), ("92", "522"), ("92", "522")],
    ),
    "no-closing-records": (without(WHOLE, *BOTH), [("90", "1")]),
    "no-records": (without(WHOLE, *BOTH, "10", "20", "30", "80", "90"), [("200", "200")]),
    "no-total": (without(WHOLE, "92"), [("91", "400")]),
    "no-funds": (without(WHOLE, "91"), [("92", "500")]),
    "too-many-and-none": (
        having(REFUSED, {"30": {"letter_1": "S"}}), [("300", "311")],
    ),
    "too-many-and-no-share": (having(REFUSED, {"300": {"error_percentage": "0"}}), [("300", "310")]),
    "blocking-and-no-b": (having(REFUSED, {"300": {"refusal_type": "01"}}), [("300", "311")]),
    "kind-left-open": (having(REFUSED, {"300": {"refusal_type": "  "}}), [("300", "311")]),
    "taken-in-and-refused": (having(TAKEN_IN, {"300": {"refusal_type": "02"}}), [("300", "311")]),
}  # fmt: skip


@pytest.mark.parametrize(("file", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_contradiction_is_a_fault_in_the_zones_that_disagree(
    file: File, expected: list[tuple[str, str]]
) -> None:
    assert faults(file) == expected


@pytest.mark.parametrize("raw", [WHOLE, SPARSE, WHOLE[:-1], REFUSED, TAKEN_IN], ids=len)
def test_an_answer_that_we_write_contradicts_nothing(raw: bytes) -> None:
    assert faults(decode(raw)) == []
    assert raw[-1:] != b" " or deviations(decode(WHOLE)) == ()


# the answer; the zone and the words of its note
NOTES: dict[str, tuple[File, str, str]] = {
    "count-of-a-fund": (
        having(WHOLE, {"91": {"record_count": "1"}}),
        "record 11 (91), zone 409 record_count",
        "the record count is 00000001, and the records of this answer give 8",
    ),
    "count-of-the-file": (
        having(SPARSE, {"92": {"record_count": "9"}}),
        "record 5 (92), zone 509 record_count",
        "the record count is 00000009, and the records of this answer give 10",
    ),
    "control-number-of-a-fund": (
        having(WHOLE, {"91": {"control_number": "96"}}),
        "record 11 (91), zone 410 control_number",
        "the control number is 96, and the records of this answer give ",
    ),
    "control-number-of-the-file": (
        having(SPARSE, {"92": {"control_number": "96"}}),
        "record 5 (92), zone 510 control_number",
        "the control number is 96, and the records of this answer give ",
    ),
    "no-amount-on-b": (
        having(WHOLE, {"91": {"asked_b": " " * 11}}),
        "record 11 (91), zone 406 asked_b",
        f"'{' ' * 11}' is not a number",
    ),
    "no-sign": (
        having(WHOLE, {"91": {"accepted_sign": " "}}),
        "record 11 (91), zone 419 accepted_sign",
        "' ' is no sign",
    ),
    "share-under-the-limit": (
        having(REFUSED, {"300": {"error_percentage": "499"}}),
        "header 300, zone 310 error_percentage",
        "the file is refused for too many errors, and 4.99 % is not over 5 %",
    ),
    "kind-left-open": (
        having(TAKEN_IN, {"300": {"refusal_type": "  "}}),
        "header 300, zone 311 refusal_type",
        "'  ' is no kind of refusal",
    ),
    "blocks-nothing": (
        having(TAKEN_IN, {"30": {"letter_1": "B"}}),
        "record 3 (30), zone p457 letter_1",
        "letter B refuses a whole file, and a 920098 refuses none",
    ),
}


@pytest.mark.parametrize(("file", "where", "what"), NOTES.values(), ids=NOTES)
def test_what_contradicts_nothing_is_a_note(file: File, where: str, what: str) -> None:
    assert faults(file) == []
    assert any(one.where.startswith(where) and one.what.startswith(what) for one in deviations(file))


def test_what_a_fund_pays_is_not_read_where_no_record_says_it() -> None:
    with pytest.raises(PeerError, match="no record 91 says"):
        read_settlement(encode(without(WHOLE, "91", "92")))
    assert read_settlement(encode(without(WHOLE, "92"))) == read_settlement(WHOLE)


def test_records_91_and_92_close_a_settlement_in_their_order() -> None:
    file = decode(WHOLE)
    *others, fund, whole = file.records

    for records in ([*others, whole, fund], [*others, fund, whole, whole], [fund, *others, whole]):
        found = answer_faults(file_of(file.header200, file.header300, records))
        assert {one.problem for one in found} >= {Problem.ORDER}


def test_a_blocking_error_and_a_signal_are_read_as_they_are() -> None:
    raw = write_judgement(judged({1: [FILE], 3: [SIGNAL]}), INVOICE)

    assert faults(decode(raw)) == []
