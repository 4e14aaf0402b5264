"""The header of an envelope: addresses are read, and what must be understood is, or refused."""

from collections.abc import Mapping

import pytest

from generale.protocol.genericasync import (
    Addressing,
    EnvelopeError,
    FaultKind,
    Get,
    Origin,
    SoaCode,
    answer_envelope,
    read_envelope,
    request_envelope,
    write_envelope,
)

GET = Get(origin=Origin(nihii="76000123450", licence_username="vendor", licence_password="secret"))
RAW = write_envelope(request_envelope(GET, message_id="urn:message:1")).decode()
UNKNOWN = '<x:Route xmlns:x="urn:x"{}/>'
SECURITY = (
    '<o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"'
    ' soap:mustUnderstand="1"/>'
)


def addressed(block: str, raw: str = RAW) -> Addressing:
    """The addresses that are read when this block is added to the header."""
    return read_envelope(raw.replace("</soap:Header>", f"{block}</soap:Header>").encode()).addressing


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(UNKNOWN.format(""), id="may be ignored"),
        pytest.param(UNKNOWN.format(' soap:mustUnderstand="0"'), id="said to be ignorable"),
        pytest.param(
            UNKNOWN.format(' soap:mustUnderstand="1" soap:actor="urn:another:node"'), id="for another node"
        ),
        pytest.param(SECURITY, id="security"),
        pytest.param("<wsa:ReferenceParameters/>", id="of the addresses"),
    ],
)
def test_what_may_be_ignored_or_is_known_is_passed_over(block: str) -> None:
    assert addressed(block) == read_envelope(RAW.encode()).addressing


@pytest.mark.parametrize(
    "attributes",
    [
        ' soap:mustUnderstand="1"',
        ' soap:mustUnderstand=" true "',
        ' soap:mustUnderstand="1" soap:actor=""',
        ' soap:mustUnderstand="1" soap:actor="http://schemas.xmlsoap.org/soap/actor/next"',
    ],
)
def test_what_must_be_understood_and_is_not_gets_the_fault_of_soap(attributes: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        addressed(UNKNOWN.format(attributes))

    fault = refused.value.fault
    assert (fault.kind, fault.faultcode) == (FaultKind.PLAIN, "MustUnderstand")
    assert "{urn:x}Route" in fault.message
    assert b"soap:MustUnderstand" in write_envelope(answer_envelope(fault))


WRONG: Mapping[str, str] = {
    "an address twice": "<wsa:To>urn:x:1</wsa:To>",
    "an endpoint twice": "<wsa:ReplyTo><wsa:Address>urn:x</wsa:Address></wsa:ReplyTo>",
    "an endpoint without address": "<wsa:FaultTo/>",
    "an address with elements": "<wsa:From><wsa:Address><a/></wsa:Address></wsa:From>",
    "neither 0 nor 1": UNKNOWN.format(' soap:mustUnderstand="perhaps"'),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_header_that_makes_no_sense_is_refused_with_its_place(name: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        addressed(WRONG[name])

    assert refused.value.fault.code == SoaCode.NOT_SOAP
    assert refused.value.where.startswith("/soap:Envelope/soap:Header/")


def test_every_address_is_read() -> None:
    block = (
        "<wsa:From><wsa:Address> urn:x:me </wsa:Address></wsa:From><wsa:RelatesTo>urn:m:0</wsa:RelatesTo>"
        '<wsa:RelatesTo RelationshipType="urn:x:other">urn:m:9</wsa:RelatesTo>'
        "<wsa:FaultTo><wsa:Address>urn:x:faults</wsa:Address></wsa:FaultTo>"
    )

    read = addressed(block)

    assert (read.source, read.fault_to, read.relates_to) == ("urn:x:me", "urn:x:faults", "urn:m:0")
    assert read.message_id == "urn:message:1"


def test_a_body_that_is_refused_still_says_which_message_it_was() -> None:
    with pytest.raises(EnvelopeError) as refused:
        read_envelope(RAW.replace("76000123450", "").encode())

    assert refused.value.addressing.message_id == "urn:message:1"
