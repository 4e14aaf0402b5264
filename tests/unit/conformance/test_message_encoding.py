"""A message is read in the same encodings by the platform, by ``check`` and by ``decode``."""

import pytest
from tests.unit.simulator.open_house import ADA, Vendor, post_of
from tests.unit.simulator.sample_house import admission

from generale.cli.check import text
from generale.conformance.message_check import Rung, check_message
from generale.conformance.message_document import decoded
from generale.protocol.errors import PeerError
from generale.protocol.genericasync import Blob, request_envelope, write_envelope
from generale.protocol.genericasync.reject_codec import is_reject
from generale.protocol.profile import standard_profile
from generale.protocol.xml_source import encoding_of
from generale.rules.engine import rule_sets

PROFILE, RULES = standard_profile(), rule_sets()[-1]
TEXT = admission(ADA).content.decode().partition("?>\n")[2].replace("Maria", "Mari\u00e9")
DECLARED = (
    "",
    "UTF-8",
    "utf-16",
    "UTF-16LE",
    "ISO-8859-1",
    "iso-8859-15",
    "windows-1252",
    "US-ASCII",
    "x-no",
)
WRITTEN = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "utf-32")


def blob_of(content: bytes) -> Blob:
    """An admission with another content, ready to post."""
    return Blob(content=content, message_name=admission(ADA).message_name)


def is_taken_in(content: bytes) -> bool:
    """Whether the platform takes it in."""
    return Vendor().post(blob_of(content)).result_major.endswith("success")


def is_decoded(content: bytes) -> bool:
    """Whether ``decode`` shows it with the name that was written."""
    try:
        fields = decoded(content, PROFILE).fields or {}
    except PeerError:
        return False
    return "given_name" in fields


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("declared", DECLARED)
def test_what_the_platform_takes_in_holds_and_is_decoded_and_no_more(declared: str, written: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    content = f"{head}{TEXT}".encode(written)
    taken = is_taken_in(content)

    found = check_message(content, PROFILE, RULES, None)

    assert (found.holds, is_decoded(content)) == (taken, taken)
    assert found.kind == ("Admission" if taken else "message")
    assert taken or {one.rung for one in found.rungs if one.remarks} <= {Rung.BYTES, Rung.RECORDS}


@pytest.mark.parametrize(
    ("written", "declared", "named"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", "", None),
        ("utf-8-sig", "UTF-8", "UTF-8 with a byte-order mark"),
        ("utf-16", "UTF-16", "UTF-16 with a byte-order mark"),
        ("utf-16-le", "UTF-16", "UTF-16LE"),
        ("latin-1", "ISO-8859-1", "ISO-8859-1"),
        ("cp1252", "windows-1252", "WINDOWS-1252"),
    ],
)
def test_another_encoding_than_utf_8_is_noted_and_nothing_is_wrong(
    written: str, declared: str, named: str | None
) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    content = f"{head}{TEXT}".encode(written)
    enveloped = write_envelope(request_envelope(post_of(blob_of(content)), message_id="urn:message:1"))

    for raw in (content, enveloped):
        found = check_message(raw, PROFILE, RULES, None)
        assert found.holds
        assert [note.where for note in found.notes] == ([named] if named else [])
        assert ("aanbevolen" in text(found, "nl"), "recommended" in text(found, "en")) == (bool(named),) * 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_an_envelope_is_opened_in_any_encoding(encoding: str) -> None:
    raw = write_envelope(request_envelope(post_of(admission(ADA)), message_id="urn:message:1"))
    other = raw.decode().partition("?>")[2].encode(encoding)

    assert check_message(other, PROFILE, RULES, None).kind == "Admission"
    assert decoded(other, PROFILE).envelope == decoded(raw, PROFILE).envelope


def test_a_rejection_is_known_in_any_encoding() -> None:
    assert is_reject('<RejectInb xmlns="urn:be:cin:nip:async:generic"/>'.encode("utf-16"))
    assert not is_reject(TEXT.encode("utf-16"))


def test_what_is_no_byte_of_its_encoding_is_told_with_its_place() -> None:
    content = b'<?xml version="1.0" encoding="US-ASCII"?>' + TEXT.encode()

    (remark,) = check_message(content, PROFILE, RULES, None).rungs[0].remarks

    assert remark.place == f"byte {content.index(TEXT.encode()) + TEXT.encode().index(0xC3)}"
    assert (remark.rule, remark.expected) == ("the text is in its encoding", "US-ASCII")
    assert encoding_of(content) == "US-ASCII"
