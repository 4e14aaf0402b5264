"""One message by itself: on which rung it breaks, where, and how that is told."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.simulator.open_house import ADA, CLARA, HOME, end_of_stay, invoice, origin_of, post_of
from tests.unit.simulator.sample_house import BEGINS, admission

from generale.cli.check import document, run, text
from generale.conformance import message_check
from generale.conformance.message_check import MessageCheck, Remark, Rung, check_message
from generale.protocol import flatfile as flat
from generale.protocol.errors import UsageError
from generale.protocol.genericasync import (
    Blob,
    Compression,
    Encoding,
    Encryption,
    Get,
    Request,
    request_envelope,
    write_envelope,
)
from generale.protocol.ids import Reference
from generale.protocol.messages import Correction, Decision, Outcome, StayType
from generale.protocol.profile import standard_profile
from generale.rules.engine import rule_sets

PROFILE, RULES = standard_profile(), rule_sets()[-1]
SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "check.schema.json"
ADMISSION, INVOICE = admission(ADA).content, invoice(ADA, CLARA).content
DECISION = PROFILE.write(
    Decision(
        facility=HOME.hco,
        about=Reference.parse("R1"),
        outcome=Outcome.ACCEPTED,
        decided=BEGINS,
        rule_set=BEGINS.date(),
    )
)
CORRECTION = PROFILE.write(
    Correction(
        facility=HOME.hco, corrects=Reference.parse("R1"), insz=ADA, stay_type=StayType.ROB, start=BEGINS
    )
)
FILE = flat.decode(INVOICE)
ACKNOWLEDGEMENT = flat.write_acknowledgement(flat.Acknowledgement(reference="1", fund_reference="1"))
REFUSAL = flat.write_refusal(flat.refuse(FILE, (), fund_reference="1"), FILE)
SETTLEMENT = flat.write_settlement(flat.settle(FILE, {}, fund_reference="1", payment_reference=""), FILE)
ACCEPTED = 677 + 8 * 800 + 136
"""Where record 91 says what is accepted."""


def check(raw: bytes, day: date | None = None) -> MessageCheck:
    return check_message(raw, PROFILE, RULES, day)


def remarks(found: MessageCheck) -> list[Remark]:
    return [remark for rung in found.rungs for remark in rung.remarks]


def broken(found: MessageCheck) -> Rung | None:
    return next((rung.rung for rung in found.rungs if rung.remarks), None)


def soap(body: Request) -> bytes:
    """A whole envelope."""
    return write_envelope(request_envelope(body, message_id="urn:message:1"))


def posted(blob: Blob) -> bytes:
    """A message in its envelope."""
    return soap(post_of(blob))


def other(old: str, new: str) -> bytes:
    """The admission with one thing changed."""
    assert old.encode() in ADMISSION
    return ADMISSION.replace(old.encode(), new.encode())


def changed(place: int, **values: flat.composition.Value) -> bytes:
    """The invoice file with zones of one record changed, and its check digits right again."""
    records = list(FILE.records)
    records[place] = flat.change(records[place], **values)
    return flat.encode(flat.file_of(FILE.header200, FILE.header300, records))


def without(*places: int) -> bytes:
    """The invoice file without some records."""
    kept = [record for place, record in enumerate(FILE.records) if place not in places]
    return flat.encode(flat.file_of(FILE.header200, FILE.header300, kept))


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        pytest.param(ADMISSION, "Admission", id="admission"),
        pytest.param(b"  \n" + ADMISSION.partition(b"?>\n")[2], "Admission", id="blanks in front"),
        pytest.param(end_of_stay(ADA).content, "EndOfStay", id="end of stay"),
        pytest.param(CORRECTION, "Correction", id="correction"),
        pytest.param(DECISION, "Decision", id="decision"),
        pytest.param(INVOICE, "920000", id="invoice file"),
        pytest.param(ACKNOWLEDGEMENT, "931000", id="acknowledgement"),
        pytest.param(REFUSAL, "920999", id="technical refusal"),
        pytest.param(SETTLEMENT, "920900", id="settlement"),
        pytest.param(posted(admission(ADA)), "Admission", id="admission in its envelope"),
        pytest.param(posted(invoice(ADA)), "920000", id="invoice file in its envelope"),
        pytest.param(
            posted(replace(admission(ADA), encoding=Encoding.NONE, compression=Compression.NONE)),
            "Admission",
            id="not packed, as declared",
        ),
    ],
)
def test_a_right_message_holds_on_all_five_rungs(raw: bytes, kind: str) -> None:
    found = check(raw)

    assert (found.kind, found.holds, remarks(found)) == (kind, True, [])
    assert [rung.rung for rung in found.rungs] == list(Rung)


BROKEN = [
    pytest.param(b"", Rung.BYTES, "byte 0", id="nothing"),
    pytest.param(b"\xef\xbb\xbf" + INVOICE, Rung.BYTES, "byte 0", id="byte-order mark"),
    pytest.param(ADMISSION.replace(b"Maria", b"Mari\xe9"), Rung.BYTES, "byte 180", id="not UTF-8"),
    pytest.param(
        INVOICE[:100] + b"\xe9" + INVOICE[101:],
        Rung.BYTES,
        "header 300, zone 303 file_reference, byte 100",
        id="not ASCII",
    ),
    pytest.param(INVOICE.decode().encode("utf-16"), Rung.BYTES, "header 200", id="UTF-16"),
    pytest.param(ADMISSION.decode().encode("utf-16")[:-1], Rung.BYTES, "byte ", id="half a letter"),
    pytest.param(ADMISSION.decode().encode("utf-32"), Rung.RECORDS, "line 1", id="UTF-32"),
    pytest.param(ADMISSION[:-9], Rung.RECORDS, "line 2", id="XML cut off"),
    pytest.param(b"<!DOCTYPE a><a/>", Rung.RECORDS, "line 1", id="document type"),
    pytest.param(b"hello", Rung.RECORDS, "header 200, zone 200 message_type, byte 0", id="no known message"),
    pytest.param(INVOICE[:-1], Rung.RECORDS, "record 10 (96)", id="file cut off"),
    pytest.param(without(9), Rung.RECORDS, "record 9 (95)", id="record missing"),
    pytest.param(b"<a/>", Rung.FIELDS, "a", id="unknown message"),
    pytest.param(other("<Naam>Peeters</Naam>", ""), Rung.FIELDS, "Opname/Bewoner", id="name missing"),
    pytest.param(other("2019-04-01T", "01/04/2019T"), Rung.FIELDS, "Opname/Verblijf/Begin", id="Dutch date"),
    pytest.param(
        INVOICE[:940] + b"X" + INVOICE[941:], Rung.FIELDS, "record 3 (30) zone 4, byte 936", id="no digits"
    ),
    pytest.param(changed(2, first_day="20190231"), Rung.FIELDS, "record 3 (30) zone 5", id="no such day"),
    pytest.param(ACKNOWLEDGEMENT + b"x" * 3, Rung.RECORDS, "record 1, zone 1", id="reply too long"),
    pytest.param(
        SETTLEMENT[:ACCEPTED] + b"X" + SETTLEMENT[ACCEPTED + 1 :],
        Rung.FIELDS,
        "record 9 (91), zone 420 accepted",
        id="reply, no amount",
    ),
    pytest.param(
        other("2019-04-01T09:00:00", "0001-01-01T00:00:00"),
        Rung.CODES,
        "Opname/Verblijf/Begin line 2",
        id="an instant before all calendars",
    ),
    pytest.param(changed(2, code="0990011"), Rung.CODES, "record 3 (30) zone 4", id="check digit of a code"),
    pytest.param(changed(9, record_count=3), Rung.RELATIONS, "record 10 (96) zone 509", id="wrong count"),
    pytest.param(
        other(ADA, f"{ADA[:9]}00"), Rung.RELATIONS, "Opname/Bewoner/Insz line 2", id="check number of an INSZ"
    ),
    pytest.param(
        other("<Geboortedatum>1920", "<Geboortedatum>1921"),
        Rung.RELATIONS,
        "Opname/Bewoner/Geboortedatum line 2",
        id="date of birth",
    ),
    pytest.param(other(">V<", ">M<"), Rung.RELATIONS, "Opname/Bewoner/Geslacht line 2", id="sex"),
    pytest.param(
        other("<Begin>2019", "<Begin>1919"), Rung.RELATIONS, "Opname/Verblijf/Begin line 2", id="before birth"
    ),
    pytest.param(invoice(ADA, ADA).content, Rung.RELATIONS, "bill 1, line from 2019-04-01", id="a day twice"),
    pytest.param(
        posted(replace(admission(ADA), content=ADMISSION[:-9])), Rung.RECORDS, "line 2", id="in an envelope"
    ),
    pytest.param(posted(admission(ADA))[:-5], Rung.RECORDS, "line 2", id="envelope cut off"),
    pytest.param(soap(Get(origin=origin_of())), Rung.RECORDS, "Body", id="an envelope without message"),
    pytest.param(
        posted(replace(admission(ADA), encryption=Encryption.FOR_IO)),
        Rung.RECORDS,
        "Envelope",
        id="sealed content",
    ),
    pytest.param(
        posted(admission(ADA)).replace(b":post:msg<", b":get:query<"),
        Rung.RECORDS,
        "Envelope",
        id="the action of another operation",
    ),
    pytest.param(
        posted(replace(admission(ADA), content=posted(admission(ADA)))),
        Rung.RECORDS,
        "Detail",
        id="an envelope in an envelope",
    ),
    *(
        pytest.param(
            posted(replace(admission(ADA), compression=packing)),
            Rung.BYTES,
            "Detail/@ContentEncoding",
            id=f"announced as deflate, packed as {packing.value}",
        )
        for packing in (Compression.ZLIB, Compression.GZIP, Compression.NONE)
    ),
    *(
        pytest.param(
            posted(replace(blob, message_name="WZC-EINDE")),
            Rung.CODES,
            "Detail/@MessageName",
            id=f"{name}, misnamed",
        )
        for name, blob in {
            "admission": admission(ADA),
            "invoice file": invoice(ADA),
            "reply": replace(invoice(ADA), content=ACKNOWLEDGEMENT),
        }.items()
    ),
    pytest.param(
        posted(replace(invoice(ADA), content=b"\xef\xbb\xbf" + INVOICE)),
        Rung.BYTES,
        "byte 0",
        id="byte-order mark in an envelope",
    ),
]


@pytest.mark.parametrize(("raw", "rung", "place"), BROKEN)
def test_a_wrong_message_breaks_on_one_rung_at_a_place_and_no_higher_rung_is_looked_at(
    raw: bytes, rung: Rung, place: str
) -> None:
    found = check(raw)

    assert (broken(found), found.holds) == (rung, False)
    assert remarks(found)[0].place.startswith(place)
    assert remarks(found)[0].rule
    order = list(Rung)
    assert [one.looked_at for one in found.rungs] == [order.index(one) <= order.index(rung) for one in order]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"hello", id="no known message"),
        pytest.param(INVOICE[:100] + b"\xe9" + INVOICE[101:], id="not ASCII"),
        pytest.param(INVOICE[:-1], id="file cut off"),
        pytest.param(SETTLEMENT[:ACCEPTED] + b"X" + SETTLEMENT[ACCEPTED + 1 :], id="reply, no amount"),
        pytest.param(posted(admission(ADA)).replace(b'"deflate"', b'"zip"'), id="unknown encoding"),
    ],
)
def test_a_place_is_told_once(raw: bytes) -> None:
    (remark,) = remarks(check(raw))

    assert remark.place
    assert remark.place not in remark.rule


def test_a_message_that_is_too_large_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_check, "MAX_BYTES", len(ADMISSION) - 1)

    assert (broken(check(ADMISSION)), remarks(check(ADMISSION))[0].place) == (Rung.BYTES, "file")


def test_a_control_says_what_it_expected_and_received() -> None:
    (remark,) = remarks(check(other(">V<", ">M<")))

    assert (remark.control, remark.expected, remark.received) == ("HX-ADM-06", "woman", "man")
    assert remark.rule == RULES.row("HX-ADM-06").sentence_en


DAY = BEGINS.date()


@pytest.mark.parametrize(
    ("raw", "day", "controls"),
    [
        pytest.param(ADMISSION, None, [], id="admission, no day"),
        pytest.param(ADMISSION, DAY, [], id="admission on its day"),
        pytest.param(ADMISSION, DAY - timedelta(days=1), ["HX-ADM-07"], id="admission of tomorrow"),
        pytest.param(end_of_stay(ADA).content, DAY, [], id="end on its day"),
        pytest.param(end_of_stay(ADA).content, DAY - timedelta(days=1), ["HX-END-05"], id="end of tomorrow"),
        pytest.param(CORRECTION, DAY - timedelta(days=1), ["HX-ADM-07"], id="correction to tomorrow"),
        pytest.param(INVOICE, None, [], id="file, no day"),
        pytest.param(INVOICE, DAY, [], id="file in its month"),
        pytest.param(INVOICE, DAY - timedelta(days=1), ["HX-INV-03"], id="file of next month"),
    ],
)
def test_with_a_day_of_receipt_more_is_known(raw: bytes, day: date | None, controls: Sequence[str]) -> None:
    assert [remark.control for remark in remarks(check(raw, day))] == controls


@settings(max_examples=150, deadline=None)
@given(
    raw=st.sampled_from(
        [ADMISSION, CORRECTION, DECISION, INVOICE, REFUSAL, SETTLEMENT, posted(admission(ADA))]
    ),
    place=st.integers(0, 10_000),
    bytes_=st.binary(max_size=3),
)
def test_whatever_is_damaged_is_judged_and_nothing_breaks(raw: bytes, place: int, bytes_: bytes) -> None:
    place %= len(raw)

    found = check(raw[:place] + bytes_ + raw[place + len(bytes_) :], DAY)

    assert found.holds is (broken(found) is None)


@settings(max_examples=60, deadline=None)
@given(raw=st.binary(max_size=400))
def test_whatever_is_given_is_judged(raw: bytes) -> None:
    assert not check(raw).holds


@pytest.mark.parametrize("raw", [ADMISSION, INVOICE, b"", other(">V<", ">M<")], ids=range(4))
def test_the_document_is_that_of_its_schema(raw: bytes) -> None:
    told = document(check(raw))

    jsonschema.validate(json.loads(json.dumps(told)), json.loads(SCHEMA.read_text()))
    assert told["holds"] is check(raw).holds


def test_the_ladder_is_told_in_english() -> None:
    assert text(check(other(">V<", ">M<")), "en").splitlines() == [
        "Admission",
        "  bytes      holds",
        "  records    holds",
        "  fields     holds",
        "  codes      holds",
        "  relations  BROKEN",
        f"    HX-ADM-06 {RULES.row('HX-ADM-06').sentence_en}",
        "      Opname/Bewoner/Geslacht line 2",
        "      expected   woman",
        "      received   man",
    ]


def test_it_is_told_that_more_may_be_wrong_than_is_listed() -> None:
    found = check(other("</Opname>", "<a/>" * 20_000 + "</Opname>"))
    fields = document(found)["rungs"][2]  # type: ignore[index]  # a document is plain JSON

    assert (fields["looked_at"], len(fields["remarks"]), fields["has_more"]) == (True, 1, True)
    assert "    more may be wrong here than is listed: mend this and check again" in text(found, "en")


def test_the_ladder_is_told_in_dutch() -> None:
    assert text(check(b"hello"), "nl").splitlines()[1:4] == [
        "  bytes      klopt",
        "  records    FOUT",
        "    'hello' is no known message",
    ]
    assert text(check(b"hello"), "nl").splitlines()[4] == "      header 200, zone 200 message_type, byte 0"
    assert text(check(b"hello"), "nl").splitlines()[-1] == "  verbanden  niet bekeken"


def test_the_command_says_by_its_exit_code_whether_a_message_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = tmp_path / "right.xml", tmp_path / "wrong.xml"
    right.write_bytes(ADMISSION)
    wrong.write_bytes(ADMISSION[:-9])

    assert run(right, "", as_json=False, lang="en") == 0
    assert capsys.readouterr().out.startswith("Admission\n")
    assert run(right, "2019-04-01", as_json=True, lang="en") == 0
    assert json.loads(capsys.readouterr().out) == document(check(ADMISSION))
    assert run(wrong, "", as_json=False, lang="nl") == 10
    assert "niet bekeken" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "day", "problem"),
    [
        pytest.param("nothing.xml", "", "cannot be read: no such file", id="no file"),
        pytest.param(".", "", "cannot be read: it is not a file", id="a folder"),
        pytest.param("right.xml", "1/4/2019", "--date: '1/4/2019' is not a date", id="no date"),
        pytest.param("right.xml", "2018-12-31", "no rule set is in force on 2018", id="before all rules"),
        pytest.param("large.xml", "", "is larger than", id="too large"),
    ],
)
def test_what_cannot_be_checked_is_a_mistake_of_the_user(
    tmp_path: Path, name: str, day: str, problem: str
) -> None:
    (tmp_path / "right.xml").write_bytes(ADMISSION)
    with (tmp_path / "large.xml").open("wb") as large:
        large.truncate(message_check.MAX_BYTES + 1)

    with pytest.raises(UsageError, match=problem) as caught:
        run(tmp_path / name, day, as_json=False, lang="en")

    assert caught.value.hint
