"""``generale decode`` and ``generale encode``: there and back, and one line for what is no message."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from tests.integration.cli_session import Left, command
from tests.unit.protocol.test_flatfile_replies import ANSWERS, INVOICE

from generale.conformance.message_document import decoded, document_json
from generale.protocol.clock import BRUSSELS
from generale.protocol.flatfile import encode as encode_file
from generale.protocol.genericasync import (
    Blob,
    Delivery,
    Fault,
    FaultDetail,
    FaultKind,
    Get,
    GetResponse,
    Origin,
    Post,
    Reject,
    RejectSide,
    answer_envelope,
    request_envelope,
    write_envelope,
    write_reject,
)
from generale.protocol.ids import Hco, Insz
from generale.protocol.messages import EndOfStay, EndReason
from generale.protocol.profile import INVOICE_NAME, standard_profile

END = standard_profile().write(
    EndOfStay(
        facility=Hco.parse("99001"),
        insz=Insz.parse("38021400004"),
        end=datetime(2019, 4, 9, 10, tzinfo=BRUSSELS),
        reason=EndReason.DEATH,
    )
)
REJECTS = [
    write_reject(
        Reject(
            side=side,
            message_name="WZC-OPNAME",
            origin=Origin(nihii="76000192000", licence_username="l", licence_password=""),
            input_reference="A1",
            fault=Fault(
                kind=FaultKind.GENERIC,
                code="INPUT_ERROR",
                source="MYCARENET",
                message="fout",
                details=(FaultDetail(code="D1", source="IO-BE-810", location="/a", message="hier"),),
            ),
        )
    )
    for side in RejectSide
]
INVOICE_BYTES = encode_file(INVOICE)
ORIGIN = Origin(nihii="76000192000", licence_username="l", licence_password="p")
POSTED = write_envelope(
    request_envelope(
        Post(
            origin=ORIGIN,
            input_reference="F1",
            is_test=True,
            blob=Blob(content=INVOICE_BYTES, message_name=INVOICE_NAME, content_type="text/plain"),
        ),
        message_id="urn:uuid:1",
        to="urn:nip:destination:io:810",
    )
)
ASKED = write_envelope(request_envelope(Get(origin=ORIGIN), message_id="urn:uuid:2"))
FETCHED = write_envelope(
    answer_envelope(
        GetResponse(
            messages=tuple(
                Delivery(blob=Blob(content=raw, message_name=INVOICE_NAME, content_type="text/plain"))
                for raw in ANSWERS
            ),
            msg_count=len(ANSWERS),
            tack_count=0,
        )
    )
)


def there_and_back(capsys: pytest.CaptureFixture[str], folder: Path, raw: bytes, *more: str) -> bytes:
    """A message, decoded and encoded again."""
    (folder / "message").write_bytes(raw)
    document = command(capsys, "decode", str(folder / "message"), "--json", *more)
    assert (document.code, document.err) == (0, "")
    (folder / "document").write_text(document.out, encoding="utf-8")
    left = command(capsys, "encode", str(folder / "document"), "--out", str(folder / "again"))
    assert left == Left(0, "", "")
    return (folder / "again").read_bytes()


@pytest.mark.parametrize(
    "raw",
    [INVOICE_BYTES, *ANSWERS, END, *REJECTS],
    ids=["invoice", *["answer"] * 3, "xml", *["rejection"] * 2],
)
def test_a_message_comes_back_byte_for_byte(
    raw: bytes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert there_and_back(capsys, tmp_path, raw) == raw


def test_the_message_in_an_envelope_comes_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert there_and_back(capsys, tmp_path, POSTED) == INVOICE_BYTES
    assert json.loads((tmp_path / "document").read_text())["envelope"]["reference"] == "F1"
    assert there_and_back(capsys, tmp_path, FETCHED, "--number", "3") == ANSWERS[2]


def test_a_message_is_encoded_on_stdout_with_nothing_around_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert there_and_back(capsys, tmp_path, ANSWERS[0]) == ANSWERS[0]
    assert command(capsys, "encode", str(tmp_path / "document")) == Left(0, ANSWERS[0].decode(), "")


def test_a_person_reads_zones_and_fields_with_their_names(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(POSTED)
    text = command(capsys, "decode", str(tmp_path / "file")).out
    (tmp_path / "xml").write_bytes(END)
    fields = command(capsys, "decode", str(tmp_path / "xml")).out
    (tmp_path / "reject").write_bytes(REJECTS[0])
    rejected = command(capsys, "decode", str(tmp_path / "reject")).out

    assert rejected.startswith("RejectInb\n")
    for line in ("input_reference A1", "fault.code     INPUT_ERROR", "fault.details[1].message hier"):
        assert f"\n  {line}\n" in rejected
    assert text.startswith("920000 invoice file\nin an envelope as HCPFAC F1\nheader 200\n")
    assert "record 3 (30)\n" in text
    assert "  19                 amount                     +00000010000\n" in text
    assert fields.startswith("EndOfStay\n  facility       99001\n")


def test_a_person_reads_titles_and_deviations_in_dutch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "posted").write_bytes(POSTED)
    (tmp_path / "answer").write_bytes(ANSWERS[0][:-1])
    posted = command(capsys, "decode", str(tmp_path / "posted"), "--lang", "nl").out
    answer = command(capsys, "decode", str(tmp_path / "answer"), "--lang", "nl").out
    documents = [
        command(capsys, "decode", str(tmp_path / "answer"), "--json", "--lang", lang).out
        for lang in ("nl", "en")
    ]

    assert posted.startswith("920000 facturatiebestand\nin een envelop als HCPFAC F1\nheader 200\n")
    assert answer.startswith("931000 ontvangst\n")
    assert "het allerlaatste teken ontbreekt" in answer
    assert documents[0] == documents[1]
    assert command(capsys, "decode", str(tmp_path / "posted"), "--lang", "fr").code == 21


NO_MESSAGES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "header 200"),
    "letter": (
        INVOICE_BYTES[:1000] + "é".encode() + INVOICE_BYTES[1002:],
        "record 3 (30), zone 15 stay_provider, byte 1000",
    ),
    "too-short": (INVOICE_BYTES[:-1], "record 12 (96), zone 513 remark, byte 4426"),
    "other-xml": (b"<Opname/>", "Opname"),
    "no-xml": (b"<Opname", "line 1"),
    "several": (FETCHED, "the envelope holds 3 messages"),
    "a-question": (ASKED, "the envelope holds no message"),
}


@pytest.mark.parametrize(("raw", "told"), NO_MESSAGES.values(), ids=NO_MESSAGES)
def test_what_is_no_message_is_told_in_one_line_with_a_hint(
    raw: bytes, told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "message").write_bytes(raw)
    left = command(capsys, "decode", str(tmp_path / "message"), "--json")

    assert (left.code, left.out) == (21, "")
    line, hint = left.err.splitlines()
    assert "cannot be decoded: " in line
    assert told in line
    assert hint.startswith("  hint: ")
    assert ("--number" in hint) == (raw == FETCHED)


def rejected(kind: str, **changes: str) -> str:
    """The document of a rejection with some fields changed."""
    fields = {**document_json(decoded(REJECTS[0], standard_profile()))["fields"], **changes}
    return json.dumps({"kind": kind, "fields": fields})


def ended(**changes: str) -> str:
    """The document of an end of stay with some fields changed."""
    fields = {**document_json(decoded(END, standard_profile()))["fields"], **changes}
    return json.dumps({"kind": "EndOfStay", "fields": fields})


NO_DOCUMENTS: dict[str, tuple[str, str]] = {
    "no-json": ("{", "is no JSON"),
    "deep": ("[" * 100_000, "is no JSON"),
    "twice": ('{"format": 1, "format": 1}', "a key stands twice"),
    "list": ("[]", "an object is expected"),
    "format": ('{"format": 2, "kind": "920000"}', "$.format: format 1 is expected"),
    "kind": ('{"kind": "Verhuis"}', "$.kind: 'Verhuis' is none of "),
    "other-kind": ('{"kind": "931000", "parts": []}', "'' is no known message"),
    "field": ('{"kind": "EndOfStay", "fields": {"facility": "x"}}', "$.fields"),
    "reject-kind": (rejected(kind="RejectInb", side="RejectOutb"), "$.kind: the fields are those of a"),
    "reject-fault": (rejected(kind="RejectInb", output_reference="P1"), "$.fields: a RejectInb has no"),
    "reject-empty": ('{"kind": "RejectInb", "fields": {}}', "$.fields"),
    "reject-nul": (
        rejected(kind="RejectInb", message_name="A\0"),
        "$.fields.message_name: the character U+0000",
    ),
    "local": (ended(end="2019-04-09T10:00:00"), "$.fields.end: '2019-04-09T10:00:00' has no offset"),
    "nul": (ended(insz="3802140000\0"), "$.fields.insz: "),
    "zones": ('{"kind": "920000", "parts": [{"part": "200", "zones": 1}]}', "$.parts[0].zones"),
}


@pytest.mark.parametrize(("text", "told"), NO_DOCUMENTS.values(), ids=NO_DOCUMENTS)
def test_what_is_no_document_is_told_in_one_line_with_a_hint(
    text: str, told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "document").write_text(text, encoding="utf-8")
    left = command(capsys, "encode", str(tmp_path / "document"), "--out", str(tmp_path / "out"))

    assert (left.code, left.out) == (21, "")
    assert told in left.err.splitlines()[0]
    assert left.err.splitlines()[1] == "  hint: generale decode FILE --json shows the form"
    assert not (tmp_path / "out").exists()
