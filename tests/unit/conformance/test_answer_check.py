"""Answers to an invoice file by themselves, and what a care home may not write: on which rung each breaks."""

import json
from pathlib import Path

import jsonschema
import pytest
from tests.unit.conformance.test_message_check import FILE, SETTLEMENT, broken, changed, check, remarks
from tests.unit.protocol.test_flatfile_sector import FILE as SECTOR

from generale.cli.check import document, text
from generale.conformance.message_check import Rung
from generale.protocol import flatfile as flat

SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "check.schema.json"


def judgement(limit: int | None) -> bytes:
    """A file with one refused line, under a limit for the share of errors."""
    errors = {3: [flat.RecordError(letter=flat.Letter.RECORD, code="300541")]}
    found = flat.judge(FILE, errors, limit=flat.ErrorLimit(percentage=limit), fund_reference="1")
    return flat.write_judgement(found, FILE, flagged_only=True)


def answer(raw: bytes, offset: int, characters: str) -> bytes:
    """An answer with other characters in one place."""
    return raw[:offset] + characters.encode() + raw[offset + len(characters) :]


REFUSED, TAKEN_IN = judgement(500), judgement(None)
ACCEPTED_OF_FUND = 677 + 8 * 800 + 136


@pytest.mark.parametrize(("raw", "kind"), [(TAKEN_IN, "920098"), (REFUSED, "920099")])
def test_a_judgement_of_the_whole_file_holds_on_all_five_rungs(raw: bytes, kind: str) -> None:
    found = check(raw)

    assert (found.kind, found.holds) == (kind, True)


BROKEN = {
    "no-amount": (answer(SETTLEMENT, ACCEPTED_OF_FUND, "X"), Rung.FIELDS, "record 9 (91), zone 420"),
    "no-closing-records": (SETTLEMENT[: 677 + 8 * 800], Rung.RECORDS, "record 8 (90) zone 1"),
    "no-records": (SETTLEMENT[:677], Rung.RECORDS, "record 0 (200) zone 200"),
    "refused-for-no-share": (answer(REFUSED, 207, "00000"), Rung.RELATIONS, "record 0 (300) zone 310"),
    "account-b": (
        answer(SETTLEMENT, ACCEPTED_OF_FUND - 14, "00000000001"), Rung.RELATIONS, "record 9 (91) zone 416",
    ),
    "blocks-without-b": (answer(REFUSED, 214, "01"), Rung.RELATIONS, "record 0 (300) zone 311"),
    "taken-in-and-refused": (answer(TAKEN_IN, 214, "02"), Rung.RELATIONS, "record 0 (300) zone 311"),
    "does-not-add-up": (
        answer(SETTLEMENT, ACCEPTED_OF_FUND, "00000000001"), Rung.RELATIONS, "record 9 (91) zone 420",
    ),
    "riziv-check": (changed(2, provider="071999933000"), Rung.CODES, "record 3 (30) zone 14"),
    "riziv-zero": (changed(2, provider="171999932000"), Rung.CODES, "record 3 (30) zone 14"),
    "rebill-of-nothing": (changed(1, bill_kind=1), Rung.FIELDS, "record 2 (20) zone 29"),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "rung", "place"), BROKEN.values(), ids=BROKEN)
def test_what_contradicts_itself_breaks_on_its_rung(raw: bytes, rung: Rung, place: str) -> None:
    found = check(raw)

    assert broken(found) == rung
    assert remarks(found)[0].place.startswith(place)


def test_records_that_a_care_home_does_not_bill_with_are_refused() -> None:
    (remark,) = remarks(check(flat.encode(SECTOR)))[:1]

    assert (remark.place, remark.rule) == (
        "record 3 (25) zone 1, byte 927",
        "a care home bills with records 30 alone",
    )
    assert "een woonzorgcentrum factureert alleen met records 30" in text(check(flat.encode(SECTOR)), "nl")


ECHOES = {
    "share": (answer(REFUSED, 207, "     "), "header 300, zone 310 error_percentage"),
    "day": (answer(REFUSED, 67 + 13, "0" * 8), "header 300, zone 302 created"),
    "bill": (answer(REFUSED, 677 + 114, "ABCDEFGHIJKL"), "record 1 (20), zone 24,25 bill_number"),
    "index": (answer(REFUSED, 677 + 2, "00A00X"), "record 1 (20), zone 2 record_index"),
    "month": (answer(SETTLEMENT, 67, "X"), "header 300, zone 300 month"),
}


@pytest.mark.parametrize(("raw", "place"), ECHOES.values(), ids=ECHOES)
def test_an_answer_that_echoes_what_it_refuses_holds_and_is_noted(raw: bytes, place: str) -> None:
    found = check(raw)

    assert found.holds
    assert any(note.where.startswith(place) for note in found.notes)


def test_a_comment_with_accents_is_a_note_and_no_fault() -> None:
    start = 677 + 533
    found = check(REFUSED[:start] + "Assuré".encode("latin-1") + REFUSED[start + 6 :])

    assert found.holds
    assert found.notes[0].what == "the text holds é, which is not ASCII; it is read as ISO 8859-1"
    assert "opmerking: record 1 (20), zone p534 comment, byte 1210: de tekst bevat é," in text(found, "nl")


def test_a_letter_beyond_ascii_breaks_the_bytes_where_no_text_stands() -> None:
    start = 677 + 9
    found = check(REFUSED[:start] + b"\xe9" + REFUSED[start + 1 :])

    assert broken(found) == Rung.BYTES
    assert remarks(found)[0].place == "record 1 (20), zone 4 admission_time, byte 686"


def test_what_an_answer_does_otherwise_is_a_note_and_no_fault() -> None:
    found = check(REFUSED[:-1])

    assert found.holds
    assert [note.what for note in found.notes] == [
        "the very last character is missing",
        "of the invoice file record 1 is left out in front of it",
    ]
    assert "  note: record 1 (20), zone 2 record_index, byte 679: of the invoice file" in text(found, "en")
    assert "  opmerking: record 1 (20), zone 2 record_index, byte 679: van het factuur" in text(found, "nl")
    jsonschema.validate(document(found), json.loads(SCHEMA.read_text(encoding="utf-8")))
