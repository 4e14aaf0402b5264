"""Rejections out of the mailbox: one wire form each, both ways; a defined error for everything else."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.errors import OurError
from generale.protocol.genericasync import (
    EnvelopeError,
    Fault,
    FaultDetail,
    FaultKind,
    Origin,
    Reject,
    RejectSide,
    SoaCode,
    is_reject,
    read_reject,
    soa_fault,
    write_reject,
)

FAULT = Fault(
    kind=FaultKind.GENERIC,
    code="INPUT_ERROR",
    source="MYCARENET",
    message="fout",
    language="nl",
    details=(FaultDetail(code="D1", source="IO-BE-810", location="/a", message="hier"),),
)
ORIGIN = Origin(nihii="76000123450", licence_username="vendor", licence_password="")
INBOUND = Reject(
    side=RejectSide.INBOUND,
    message_name="WZC-OPNAME",
    origin=ORIGIN,
    input_reference="0001",
    fault=FAULT,
    is_test=True,
    nip_reference="N-1",
)
OUTBOUND = replace(INBOUND, side=RejectSide.OUTBOUND, is_test=False, output_reference="P-1")

ORIGIN_XML = (
    "<common:Package><common:License><common:Username>vendor</common:Username>"
    "<common:Password></common:Password></common:License></common:Package>"
    "<common:CareProvider><common:Nihii><common:Quality>retirement</common:Quality>"
    "<common:Value>76000123450</common:Value></common:Nihii></common:CareProvider>"
)
FAULT_XML = (
    "<generic:Fault><types:FaultCode>INPUT_ERROR</types:FaultCode><types:FaultSource>MYCARENET</types:FaultSource>"
    '<types:Message xml:lang="nl">fout</types:Message><types:Details><types:Detail>'
    "<types:DetailCode>D1</types:DetailCode><types:DetailSource>IO-BE-810</types:DetailSource>"
    '<types:Location>/a</types:Location><types:Message xml:lang="nl">hier</types:Message>'
    "</types:Detail></types:Details></generic:Fault>"
)
HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n"
NAMESPACES = (
    'xmlns:generic="urn:be:cin:nip:async:generic" xmlns:common="urn:be:cin:mycarenet:esb:common:v2" '
    'xmlns:types="urn:be:cin:types:v1" msgName="WZC-OPNAME"'
)
CASES = [
    pytest.param(
        INBOUND,
        f"{HEAD}<generic:RejectInb {NAMESPACES}><generic:CommonInput>"
        "<common:Request><common:IsTest>true</common:IsTest></common:Request>"
        f"<common:Origin>{ORIGIN_XML}</common:Origin><common:InputReference>0001</common:InputReference>"
        "<common:NIPReference>N-1</common:NIPReference></generic:CommonInput>"
        f"{FAULT_XML}</generic:RejectInb>",
        id="inbound",
    ),
    pytest.param(
        OUTBOUND,
        f"{HEAD}<generic:RejectOutb {NAMESPACES}><generic:CommonOutput>"
        "<common:InputReference>0001</common:InputReference><common:NIPReference>N-1</common:NIPReference>"
        "<common:OutputReference>P-1</common:OutputReference></generic:CommonOutput>"
        f"<generic:Origin>{ORIGIN_XML}</generic:Origin>{FAULT_XML}</generic:RejectOutb>",
        id="outbound",
    ),
]


@pytest.mark.parametrize(("reject", "wire"), CASES)
def test_a_rejection_and_its_wire_form_are_each_others_mirror(reject: Reject, wire: str) -> None:
    assert write_reject(reject).decode() == wire
    assert read_reject(wire.encode()) == reject
    assert is_reject(wire.encode())


SPOILED = [
    pytest.param("<generic:Fault>", "<generic:Fault><generic:X/>", SoaCode.NOT_XSD, id="an unknown part"),
    pytest.param(' msgName="WZC-OPNAME"', "", SoaCode.NOT_XSD, id="no message name"),
    pytest.param("0001", "", SoaCode.INVALID_CONTENT, id="no reference"),
    pytest.param("76000123450", "", SoaCode.INVALID_CONTENT, id="no facility"),
    pytest.param("RejectInb", "Rejected", SoaCode.NOT_WSDL, id="another element"),
    pytest.param("</generic:RejectInb>", "", SoaCode.MALFORMED, id="cut off"),
    pytest.param(HEAD, "<!DOCTYPE a>", SoaCode.MALFORMED, id="a DOCTYPE"),
]


@pytest.mark.parametrize(("old", "new", "code"), SPOILED)
def test_what_is_wrong_with_a_rejection_has_one_code(old: str, new: str, code: SoaCode) -> None:
    spoiled = write_reject(INBOUND).decode().replace(old, new)

    with pytest.raises(EnvelopeError) as caught:
        read_reject(spoiled.encode())

    assert caught.value.fault.code == code


@pytest.mark.parametrize(
    "content",
    [b"", b"920900 RejectInb", b"<a>RejectInb</a>", b"<RejectInb/>", b"\xff RejectOutb"],
    ids=["nothing", "a flat file", "a text", "no namespace", "no text"],
)
def test_what_only_names_a_rejection_is_none(content: bytes) -> None:
    assert not is_reject(content)


@given(place=st.integers(0, len(write_reject(OUTBOUND)) - 1), value=st.integers(0, 255))
def test_a_changed_byte_gives_another_rejection_or_a_defined_error(place: int, value: int) -> None:
    content = bytearray(write_reject(OUTBOUND))
    content[place] = value

    with suppress(EnvelopeError):
        assert read_reject(bytes(content)).fault.kind is FaultKind.GENERIC


@pytest.mark.parametrize(
    "change",
    [{"fault": soa_fault(SoaCode.NO_ACCESS)}, {"output_reference": "P-1"}],
    ids=["a fault of the eHealth platform", "the reference of an answer"],
)
def test_an_inbound_rejection_carries_no_such_thing(change: dict[str, object]) -> None:
    with pytest.raises(OurError):
        replace(INBOUND, **change)  # type: ignore[arg-type]  # any field may be changed


def test_a_rejected_answer_is_no_test_message() -> None:
    with pytest.raises(OurError):
        replace(OUTBOUND, is_test=True)


def test_a_text_that_xml_cannot_hold_is_our_error() -> None:
    with pytest.raises(OurError):
        write_reject(replace(INBOUND, message_name="\x00"))


@pytest.mark.parametrize(
    ("fault", "invites"),
    [
        (soa_fault(SoaCode.TEMPORARILY_UNAVAILABLE), True),
        (replace(soa_fault(SoaCode.TEMPORARILY_UNAVAILABLE), retry=None), True),
        (replace(soa_fault(SoaCode.TEMPORARILY_UNAVAILABLE), retry=False), False),
        (soa_fault(SoaCode.UNAVAILABLE), False),
        (replace(soa_fault(SoaCode.UNAVAILABLE), retry=True), True),
        (FAULT, False),
        (
            Fault(kind=FaultKind.PLAIN, code="Server", source="", message="Not enough time between polls"),
            True,
        ),
    ],
)
def test_a_fault_invites_to_try_again_where_it_says_so(fault: Fault, *, invites: bool) -> None:
    assert fault.invites_retry is invites


@pytest.mark.parametrize("code", SoaCode)
def test_every_code_has_a_meaning_in_both_languages(code: SoaCode) -> None:
    assert code.meaning
    assert code.meaning_nl
    assert code.meaning != code.meaning_nl
