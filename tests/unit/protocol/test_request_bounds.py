"""What a stranger can make us do with one request: costly steps are not reached, and lists are bounded."""

from dataclasses import replace
from typing import NoReturn

import pytest
from lxml import etree
from tests.unit.protocol.test_genericasync_refusal import BLOB, ORIGIN, TACK

from generale.protocol.genericasync import (
    REQUESTS,
    Blob,
    ConfirmResponse,
    Delivery,
    EnvelopeError,
    Fault,
    FaultDetail,
    FaultKind,
    Get,
    GetResponse,
    Limits,
    PostResponse,
    SoaCode,
    answer_codec,
    answer_envelope,
    codec,
    fault_codec,
    origin_codec,
    read_envelope,
    request_envelope,
    schema_files,
    write_envelope,
)
from generale.protocol.genericasync.envelope import Answer
from generale.protocol.genericasync.origin_codec import LONGEST_KNOWN
from generale.protocol.profile import standard_profile

XS = "{http://www.w3.org/2001/XMLSchema}"
DELIVERY = Delivery(blob=replace(BLOB, reference="m-1"))
DETAIL = FaultDetail(code="A", source="B", message="C")
GENERIC = Fault(kind=FaultKind.GENERIC, code="A", source="B", message="C", details=(DETAIL,))
ANSWERS: dict[str, Answer] = {
    "getResponse": GetResponse(messages=(DELIVERY,) * 50, tacks=(), msg_count=50, tack_count=0),
    "postResponse": PostResponse(tack=TACK),
    "confirmResponse": ConfirmResponse(),
    "a fault": GENERIC,
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_in_the_place_of_a_request_is_refused_by_its_name_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached(*_: object, **__: object) -> NoReturn:
        pytest.fail("an answer was looked into")

    raw = write_envelope(answer_envelope(ANSWERS[name]))
    assert read_envelope(raw).body == ANSWERS[name]
    for module in (codec, fault_codec):
        monkeypatch.setattr(module, "check", reached)
    monkeypatch.setattr(answer_codec, "read_blob", reached)

    with pytest.raises(EnvelopeError) as caught:
        read_envelope(raw, readers=REQUESTS)

    assert caught.value.fault.code == SoaCode.NOT_WSDL
    assert "an answer was sent" in caught.value.fault.message


def test_no_element_of_a_request_repeats_so_that_a_schema_finds_few_faults_in_it() -> None:
    """The place of each fault is found by counting siblings: many faults would take a square of time."""
    repeated = {
        element.get("name")
        for name in ("generic-v1.3.xsd", "common-v2.xsd")
        for element in etree.fromstring(schema_files()[name]).iter()
        if element.get("maxOccurs", "1") != "1"
    }

    assert repeated == {"MsgResponse", "TAckResponse"}


def test_what_repeats_in_a_message_of_the_profile_does_so_a_few_hundred_times_at_most() -> None:
    profile = standard_profile()
    schema = etree.fromstring(profile.files[profile.schema_name])

    assert all(int(one.get("maxOccurs", "1")) <= 200 for one in schema.iter() if isinstance(one.tag, str))
    assert not list(schema.iter(f"{XS}any"))


def answer_of(*contents: bytes) -> bytes:
    """An answer with these contents, deflated."""
    messages = tuple(
        Delivery(blob=Blob(content=content, message_name="X", reference=f"m-{place}"))
        for place, content in enumerate(contents)
    )
    return write_envelope(
        answer_envelope(GetResponse(messages=messages, tacks=(), msg_count=len(messages), tack_count=0))
    )


def test_the_contents_of_one_answer_have_so_many_bytes_together() -> None:
    raw = answer_of(bytes(400), bytes(400), bytes(200))

    read_envelope(raw, limits=Limits(together=1_000))
    with pytest.raises(EnvelopeError, match="199 bytes") as caught:
        read_envelope(raw, limits=Limits(together=999))

    assert caught.value.fault.code == SoaCode.INVALID_CONTENT


def test_an_origin_is_remembered_only_where_it_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[bytes, object] = {}
    monkeypatch.setattr(origin_codec, "_KNOWN", known)

    for name in ("a", "a" * LONGEST_KNOWN):
        body = Get(origin=replace(ORIGIN, package_name=name))
        raw = write_envelope(request_envelope(body, message_id="urn:m:1"))
        assert read_envelope(raw).body == body

    assert [len(one) <= LONGEST_KNOWN for one in known] == [True]
