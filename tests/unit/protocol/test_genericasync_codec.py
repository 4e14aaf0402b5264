"""Every message has one wire form, read and written both ways."""

import zlib
from base64 import b64encode
from dataclasses import replace
from typing import get_args

import pytest

from generale.protocol.genericasync import (
    ANONYMOUS,
    READERS,
    WRITERS,
    Action,
    Addressing,
    Answer,
    Blob,
    Body,
    Compression,
    Confirm,
    ConfirmResponse,
    Delivery,
    Encoding,
    Envelope,
    Fault,
    FaultDetail,
    FaultKind,
    Get,
    GetResponse,
    Origin,
    Post,
    PostResponse,
    Query,
    Request,
    ResultMajor,
    SoaCode,
    TAck,
    action_of,
    answer_envelope,
    enterprise,
    read_envelope,
    request_envelope,
    soa_fault,
    write_envelope,
)

GENERIC = "urn:be:cin:nip:async:generic"

ORIGIN = Origin(nihii="76000123450", licence_username="vendor", licence_password="secret")
FULL_ORIGIN = replace(ORIGIN, package_name="Zorgpakket", site_id="01", organisation=enterprise("0999999922"))
BLOB = Blob(content=b"<a/>", message_name="HCPFAC")
PLAIN_BLOB = replace(BLOB, encoding=Encoding.NONE, compression=Compression.NONE)
TACK = TAck(
    value=b"mac", issuer="urn:x:y", applies_to="urn:nip:reference:input:1", result_major=ResultMajor.SUCCESS
)

ORIGIN_XML = (
    "<common:Package><common:License><common:Username>vendor</common:Username>"
    "<common:Password>secret</common:Password></common:License></common:Package>"
    "<common:CareProvider><common:Nihii><common:Quality>retirement</common:Quality>"
    "<common:Value>76000123450</common:Value></common:Nihii></common:CareProvider>"
)
FULL_ORIGIN_XML = (
    "<common:Package><common:Name>Zorgpakket</common:Name>"
    "<common:License><common:Username>vendor</common:Username>"
    "<common:Password>secret</common:Password></common:License></common:Package>"
    "<common:SiteID>01</common:SiteID>"
    "<common:CareProvider><common:Nihii><common:Quality>retirement</common:Quality>"
    "<common:Value>76000123450</common:Value></common:Nihii>"
    "<common:Organization><common:Cbe>0999999922</common:Cbe></common:Organization></common:CareProvider>"
)


def soap(body: str, headers: str = "") -> bytes:
    """An envelope exactly as it is written."""
    text = (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:wsa="http://www.w3.org/2005/08/addressing" xmlns:generic="urn:be:cin:nip:async:generic"'
        ' xmlns:common="urn:be:cin:mycarenet:esb:common:v2" xmlns:xmime="http://www.w3.org/2005/05/xmlmime">'
        f"<soap:Header>{headers}</soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>"
    )
    return text.replace("<soap:Header></soap:Header>", "<soap:Header/>").encode()


def post_xml(detail: str, reference: str = "00000000000001", origin: str = ORIGIN_XML) -> str:
    """A post with this Detail."""
    return (
        "<generic:post><generic:CommonInput><common:Request><common:IsTest>true</common:IsTest>"
        "</common:Request>"
        f"<common:Origin>{origin}</common:Origin>"
        f"<common:InputReference>{reference}</common:InputReference></generic:CommonInput>"
        f"{detail}</generic:post>"
    )


def detail_xml(content: bytes, attributes: str = 'ContentEncoding="deflate"') -> str:
    """A Detail with these bytes in it."""
    return (
        f'<generic:Detail ContentType="text/xml" {attributes} MessageName="HCPFAC" Id="blob">'
        f"{b64encode(content).decode()}</generic:Detail>"
    )


def deflated(content: bytes, wbits: int = -15) -> bytes:
    """Content as zlib packs it."""
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(content) + packer.flush()


EMPTY_XADES = '<generic:Xades-t xmime:contentType="text/xml"></generic:Xades-t>'
TACK_ATTRIBUTES = (
    'Issuer="urn:x:y" AppliesTo="urn:nip:reference:input:1" ResultMajor="urn:nip:tack:result:major:success"'
)

CASES: list[tuple[str, Body, str]] = [
    (
        "post",
        Post(origin=ORIGIN, input_reference="00000000000001", is_test=True, blob=BLOB),
        post_xml(detail_xml(deflated(b"<a/>"))),
    ),
    (
        "signed post of a product that says everything",
        Post(
            origin=FULL_ORIGIN,
            input_reference="00000000000001",
            is_test=True,
            blob=PLAIN_BLOB,
            xades=b"<s/>",
        ),
        post_xml(
            detail_xml(b"<a/>", 'ContentEncoding="none"')
            + '<generic:Xades-t xmime:contentType="text/xml">PHMvPg==</generic:Xades-t>',
            origin=FULL_ORIGIN_XML,
        ),
    ),
    (
        "get everything",
        Get(origin=ORIGIN),
        (
            f"<generic:get><generic:Origin>{ORIGIN_XML}</generic:Origin>"
            '<generic:MsgQuery Include="true"><generic:Max>100</generic:Max>'
            "<generic:MessageNames></generic:MessageNames></generic:MsgQuery>"
            '<generic:TAckQuery Include="true"><generic:Max>100</generic:Max></generic:TAckQuery>'
            "</generic:get>"
        ),
    ),
    (
        "get with every choice made",
        Get(
            origin=ORIGIN,
            message_query=Query(max=64, names=("HCPFAC", "HCPAFD")),
            tack_query=Query(included=False, max=1, names=("HCPFAC",)),
            include_ios=("600",),
            exclude_ios=("100", "300"),
            reply_to_etk=b"\x30\x03etk",
        ),
        (
            f"<generic:get><generic:Origin>{ORIGIN_XML}</generic:Origin>"
            "<generic:Reply-to-etk>MANldGs=</generic:Reply-to-etk>"
            "<generic:QueryParameters><generic:includeIOs>600</generic:includeIOs>"
            "<generic:excludeIOs>100 300</generic:excludeIOs>"
            "<generic:tackMessageNames>HCPFAC</generic:tackMessageNames></generic:QueryParameters>"
            '<generic:MsgQuery Include="true"><generic:Max>64</generic:Max>'
            "<generic:MessageNames>HCPFAC HCPAFD</generic:MessageNames></generic:MsgQuery>"
            '<generic:TAckQuery Include="false"><generic:Max>1</generic:Max></generic:TAckQuery>'
            "</generic:get>"
        ),
    ),
    (
        "confirm with every kind of key",
        Confirm(
            origin=ORIGIN,
            hashes=(b"one", b"two"),
            references=("m-1", "m-2"),
            tack_contents=(b"mac",),
            tack_references=("t-1",),
        ),
        (
            f"<generic:confirm><generic:Origin>{ORIGIN_XML}</generic:Origin>"
            "<generic:MsgHashValues>b25l dHdv</generic:MsgHashValues>"
            "<generic:MsgRefValues>m-1 m-2</generic:MsgRefValues>"
            "<generic:TAckContents>bWFj</generic:TAckContents>"
            "<generic:TAckReferences>t-1</generic:TAckReferences></generic:confirm>"
        ),
    ),
    (
        "post response",
        PostResponse(tack=TACK),
        (
            f"<generic:postResponse><generic:return {TACK_ATTRIBUTES}>bWFj</generic:return>"
            "</generic:postResponse>"
        ),
    ),
    (
        "get response with a message and an acknowledgement",
        GetResponse(
            messages=(
                Delivery(
                    input_reference="1",
                    nip_reference="N",
                    output_reference="O",
                    blob=replace(PLAIN_BLOB, hash_value=PLAIN_BLOB.digest, reference="m-1"),
                ),
            ),
            tacks=(replace(TACK, result_minor="urn:x:late", result_message="laat", reference="t-1"),),
            msg_count=1,
            tack_count=7,
        ),
        (
            '<generic:getResponse><generic:return MsgCount="1" TAckCount="7"><generic:MsgResponse>'
            "<generic:CommonOutput><common:InputReference>1</common:InputReference>"
            "<common:NIPReference>N</common:NIPReference>"
            "<common:OutputReference>O</common:OutputReference></generic:CommonOutput>"
            '<generic:Detail ContentType="text/xml" ContentEncoding="none" MessageName="HCPFAC"'
            f' HashValue="{b64encode(PLAIN_BLOB.digest).decode()}" Id="blob" Reference="m-1">'
            "PGEvPg==</generic:Detail>"
            f"{EMPTY_XADES}</generic:MsgResponse><generic:TAckResponse>"
            f'<generic:TAck {TACK_ATTRIBUTES} ResultMinor="urn:x:late" ResultMessage="laat" Reference="t-1">'
            "bWFj</generic:TAck>"
            f"{EMPTY_XADES}</generic:TAckResponse></generic:return></generic:getResponse>"
        ),
    ),
    ("confirm response", ConfirmResponse(), "<generic:confirmResponse/>"),
    (
        "fault of MyCareNet",
        Fault(
            kind=FaultKind.GENERIC,
            code="INPUT_ERROR",
            source="MYCARENET",
            message="fout",
            language="nl",
            details=(
                FaultDetail(code="D1", source="IO-BE-600", location="/a/b", message="hier"),
                FaultDetail(code="D2", source="IO-BE-600"),
            ),
        ),
        (
            "<soap:Fault><faultcode>soap:Client</faultcode>"
            '<faultstring xml:lang="nl">fout</faultstring><detail>'
            '<generic:fault xmlns:types="urn:be:cin:types:v1"><types:FaultCode>INPUT_ERROR</types:FaultCode>'
            "<types:FaultSource>MYCARENET</types:FaultSource>"
            '<types:Message xml:lang="nl">fout</types:Message>'
            "<types:Details><types:Detail><types:DetailCode>D1</types:DetailCode>"
            "<types:DetailSource>IO-BE-600</types:DetailSource><types:Location>/a/b</types:Location>"
            '<types:Message xml:lang="nl">hier</types:Message></types:Detail>'
            "<types:Detail><types:DetailCode>D2</types:DetailCode>"
            "<types:DetailSource>IO-BE-600</types:DetailSource></types:Detail></types:Details>"
            "</generic:fault>"
            "</detail></soap:Fault>"
        ),
    ),
    (
        "system error of the eHealth platform",
        Fault(
            kind=FaultKind.SYSTEM,
            code=SoaCode.TEMPORARILY_UNAVAILABLE.value,
            source="Provider",
            message="later",
            retry=True,
            contact="desk",
            environment="Simulation",
            ticket="T-1",
        ),
        (
            "<soap:Fault><faultcode>soap:Server</faultcode>"
            '<faultstring xml:lang="en">later</faultstring><detail>'
            '<soa:SystemError xmlns:soa="urn:be:fgov:ehealth:errors:soa:v1" Id="T-1">'
            "<Origin>Provider</Origin>"
            '<Code>SOA-02002</Code><Message xml:lang="en">later</Message>'
            "<Retry>true</Retry><Contact>desk</Contact>"
            "<soa:Environment>Simulation</soa:Environment></soa:SystemError></detail></soap:Fault>"
        ),
    ),
    (
        "business error of the eHealth platform",
        Fault(
            kind=FaultKind.BUSINESS,
            code="1008",
            source="Consumer",
            message="niets",
            translations=(("nl", "niets"), ("fr", "rien")),
            retry=False,
        ),
        (
            "<soap:Fault><faultcode>soap:Client</faultcode>"
            '<faultstring xml:lang="en">niets</faultstring><detail>'
            '<soa:BusinessError xmlns:soa="urn:be:fgov:ehealth:errors:soa:v1"><Origin>Consumer</Origin>'
            '<Code>1008</Code><Message xml:lang="en">niets</Message><Message xml:lang="nl">niets</Message>'
            '<Message xml:lang="fr">rien</Message><Retry>false</Retry></soa:BusinessError></detail>'
            "</soap:Fault>"
        ),
    ),
    (
        "fault without detail",
        Fault(kind=FaultKind.PLAIN, code="Server", source="", message="Not enough time"),
        (
            "<soap:Fault><faultcode>soap:Server</faultcode>"
            '<faultstring xml:lang="en">Not enough time</faultstring></soap:Fault>'
        ),
    ),
]


@pytest.mark.parametrize(("message", "wire"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_message_and_its_wire_form_are_each_others_mirror(message: Body, wire: str) -> None:
    envelope = Envelope(addressing=Addressing(), body=message)

    assert write_envelope(envelope) == soap(wire)
    assert read_envelope(soap(wire)) == envelope


def test_the_examples_cover_every_reader_and_every_writer() -> None:
    assert {type(case[1]) for case in CASES} == set(WRITERS) == set(get_args(Request | Answer))
    assert {f"{{{GENERIC}}}{name}" for name in ("post", "get", "confirm")} < set(READERS)
    assert len(READERS) == len(WRITERS)


def test_a_request_carries_its_addresses_in_order() -> None:
    envelope = request_envelope(Get(origin=ORIGIN), message_id="id-1", to="urn:nip:destination:io:600")
    headers = (
        f'<wsa:Action soap:mustUnderstand="1">{GENERIC}:get:query</wsa:Action>'
        "<wsa:To>urn:nip:destination:io:600</wsa:To><wsa:MessageID>id-1</wsa:MessageID>"
        f"<wsa:ReplyTo><wsa:Address>{ANONYMOUS}</wsa:Address></wsa:ReplyTo>"
    )
    wire = soap(CASES[2][2], headers)

    assert write_envelope(envelope) == wire
    assert read_envelope(wire) == envelope


def test_an_answer_relates_to_the_request() -> None:
    asked = request_envelope(Confirm(origin=ORIGIN), message_id="id-1").addressing

    answer = answer_envelope(ConfirmResponse(), asked, message_id="id-2")

    assert answer.addressing == Addressing(
        action=f"{GENERIC}:confirm:return", message_id="id-2", relates_to="id-1"
    )
    assert read_envelope(write_envelope(answer)) == answer


@pytest.mark.parametrize(
    ("body", "asked", "action"),
    [
        (CASES[0][1], None, f"{GENERIC}:post:msg"),
        (CASES[2][1], None, f"{GENERIC}:get:query"),
        (CASES[4][1], None, f"{GENERIC}:confirm:hash"),
        (CASES[5][1], Action.POST, f"{GENERIC}:post:tack"),
        (CASES[6][1], Action.GET, f"{GENERIC}:get:msgs"),
        (ConfirmResponse(), Action.CONFIRM, f"{GENERIC}:confirm:return"),
        (soa_fault(SoaCode.NOT_XSD), Action.POST, f"{GENERIC}:post:fault"),
        (soa_fault(SoaCode.NOT_XSD), Action.GET, f"{GENERIC}:get:fault"),
        (soa_fault(SoaCode.NOT_XSD), Action.CONFIRM, f"{GENERIC}:confirm:fault"),
        (soa_fault(SoaCode.NOT_XSD), "urn:else", "http://www.w3.org/2005/08/addressing/soap/fault"),
        (soa_fault(SoaCode.NOT_XSD), None, "http://www.w3.org/2005/08/addressing/soap/fault"),
    ],
)
def test_every_body_has_its_action(body: Body, asked: str | None, action: str) -> None:
    assert action_of(body, request_action=asked) == action


def test_defaults_of_the_schema_are_understood() -> None:
    wire = CASES[2][2].replace(' Include="true"', "").replace("<generic:Max>100</generic:Max>", "")

    assert read_envelope(soap(wire)).body == Get(origin=ORIGIN)


def test_other_prefixes_and_a_security_header_change_nothing() -> None:
    wire = soap(CASES[4][2], '<s:Security xmlns:s="urn:s"><s:Timestamp/></s:Security>')
    renamed = (
        wire.replace(b"generic:", b"x:").replace(b":generic=", b":x=").replace(b"async:x", b"async:generic")
    )

    assert read_envelope(renamed).body == CASES[4][1]
