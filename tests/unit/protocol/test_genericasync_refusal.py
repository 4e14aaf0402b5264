"""Every wrong envelope has one answer; whatever arrives, nothing but a defined fault comes out."""

import zlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol import genericasync
from generale.protocol.errors import OurError
from generale.protocol.genericasync import (
    Addressing,
    Blob,
    Body,
    Compression,
    Confirm,
    Delivery,
    Encoding,
    Envelope,
    EnvelopeError,
    Fault,
    FaultDetail,
    FaultKind,
    Get,
    GetResponse,
    Limits,
    Origin,
    Post,
    PostResponse,
    Query,
    Sender,
    SoaCode,
    answer_envelope,
    enterprise,
    read_envelope,
    request_envelope,
    soa_fault,
    success_tack,
    write_envelope,
)

ORIGIN = Origin(nihii="76000123450", licence_username="vendor", licence_password="secret")
BLOB = Blob(
    content=b"<a/>",
    message_name="HCPFAC",
    encoding=Encoding.NONE,
    compression=Compression.NONE,
    reference="m-1",
)
TACK = success_tack(b"<a/>", "1", "urn:x:y")


def wire(body: Body) -> str:
    """A right envelope, to be spoiled."""
    return write_envelope(Envelope(addressing=Addressing(action="urn:a", to=""), body=body)).decode()


RIGHT: Mapping[str, str] = {
    "post": wire(Post(origin=ORIGIN, input_reference="4711", is_test=True, blob=BLOB)),
    "get": wire(Get(origin=ORIGIN, message_query=Query(max=64))),
    "whole": wire(
        Get(
            origin=replace(ORIGIN, sender=Sender(organisation=enterprise("0999999922"))),
            reference="Q1",
            include_ios=("810",),
            reply_to_etk=b"\x30\x01x",
        )
    ),
    "confirm": wire(Confirm(origin=ORIGIN, hashes=(b"one", b"two"))),
    "answer": wire(PostResponse(tack=TACK)),
    "mailbox": wire(
        GetResponse(
            messages=(Delivery(blob=replace(BLOB, hash_value=BLOB.digest)),),
            tacks=(TACK,),
            msg_count=1,
            tack_count=1,
        )
    ),
    "fault": wire(Fault(kind=FaultKind.GENERIC, code="INPUT_ERROR", source="MYCARENET", message="fout")),
    "error": wire(soa_fault(SoaCode.NO_ACCESS)),
}
BODY = "/soap:Envelope/soap:Body"
POST, DETAIL = f"{BODY}/generic:post", f"{BODY}/generic:post/generic:Detail"
DELIVERED = f"{BODY}/generic:getResponse/generic:return/generic:MsgResponse"
MAX = "<generic:Max>64</generic:Max>"
NAMES = "<generic:MessageNames></generic:MessageNames>"
EMPTY_XADES = '<generic:Xades-t xmime:contentType="text/xml"></generic:Xades-t>'

SPOILED: Mapping[str, tuple[str, str, str, SoaCode, str]] = {
    "cut off": ("post", "</soap:Envelope>", "", SoaCode.MALFORMED, "line 2"),
    "a DOCTYPE": ("post", "<soap:Envelope", "<!DOCTYPE a><soap:Envelope", SoaCode.MALFORMED, ""),
    "SOAP 1.2": (
        "post",
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.w3.org/2003/05/soap-envelope",
        SoaCode.NOT_SOAP,
        "/soap:Envelope line 2",
    ),
    "two bodies": (
        "post",
        "<soap:Body>",
        "<soap:Body/><soap:Body>",
        SoaCode.NOT_SOAP,
        "/soap:Envelope line 2",
    ),
    "two operations": ("post", "</soap:Body>", "<a/></soap:Body>", SoaCode.NOT_WSI, f"{BODY} line 2"),
    "an unknown operation": (
        "post",
        "generic:post>",
        "generic:put>",
        SoaCode.NOT_WSDL,
        f"{BODY}/generic:put line 2",
    ),
    "a missing attribute": ("post", ' MessageName="HCPFAC"', "", SoaCode.NOT_XSD, f"{DETAIL} line 2"),
    "no base64": ("post", "PGEvPg==", "P%", SoaCode.NOT_XSD, f"{DETAIL} line 2"),
    "a fault on line 4": (
        "post",
        "<generic:Detail",
        "\n\n<generic:Detail X='1'",
        SoaCode.NOT_XSD,
        f"{DETAIL} line 4",
    ),
    "the wrong order": (
        "get",
        MAX + NAMES,
        NAMES + MAX,
        SoaCode.NOT_XSD,
        f"{BODY}/generic:get/generic:MsgQuery/generic:Max line 2",
    ),
    "no signature element": ("mailbox", EMPTY_XADES, "", SoaCode.NOT_XSD, f"{DELIVERED} line 2"),
    "no count": (
        "mailbox",
        ' MsgCount="1"',
        "",
        SoaCode.NOT_XSD,
        f"{BODY}/generic:getResponse/generic:return line 2",
    ),
    "a fault without FaultCode": (
        "fault",
        "types:FaultCode",
        "types:Code",
        SoaCode.NOT_XSD,
        f"{BODY}/soap:Fault/detail/generic:fault/types:Code line 2",
    ),
    "an error without Code": (
        "error",
        "Code>SOA-01002</Code",
        "Kode>SOA-01002</Kode",
        SoaCode.NOT_XSD,
        f"{BODY}/soap:Fault/detail/soa:SystemError line 2",
    ),
    "a fault without faultcode": (
        "fault",
        "faultcode>",
        "code>",
        SoaCode.NOT_SOAP,
        f"{BODY}/soap:Fault line 2",
    ),
    "no number of a facility": (
        "post",
        "76000123450",
        "",
        SoaCode.INVALID_CONTENT,
        f"{POST}/generic:CommonInput/common:Origin line 2",
    ),
    "another content than its hash": (
        "mailbox",
        "PGEvPg==",
        "PGIvPg==",
        SoaCode.INVALID_CONTENT,
        f"{DELIVERED}/generic:Detail line 2",
    ),
    "an unknown encoding": ("post", '"none"', '"brotli"', SoaCode.INVALID_CONTENT, f"{DETAIL} line 2"),
    "a signature of another kind": (
        "mailbox",
        'xmime:contentType="text/xml"',
        'xmime:contentType="text/plain"',
        SoaCode.INVALID_CONTENT,
        f"{DELIVERED}/generic:Xades-t line 2",
    ),
    "a token that is none": (
        "post",
        '"none"',
        '"none" Etk="AAAA"',
        SoaCode.INVALID_CONTENT,
        f"{DETAIL} line 2",
    ),
    "an unknown kind of encryption": (
        "post",
        '"none"',
        '"none" ContentEncryption="secret"',
        SoaCode.NOT_XSD,
        f"{DETAIL} line 2",
    ),
    "an unknown result": (
        "answer",
        "major:success",
        "major:maybe",
        SoaCode.INVALID_CONTENT,
        f"{BODY}/generic:postResponse/generic:return line 2",
    ),
}
ALIEN: Mapping[str, tuple[bytes, SoaCode, str]] = {
    "nothing": (b"", SoaCode.MALFORMED, "line 1"),
    "no XML": (b"MZ\x00\x01", SoaCode.MALFORMED, "line 1"),
    "an unknown character set": (
        b"<?xml version='1.0' encoding='klingon'?><a/>",
        SoaCode.MALFORMED,
        "line 1",
    ),
    "no SOAP": (b"<a/>", SoaCode.NOT_SOAP, "/a line 1"),
    "an empty body": (
        b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body> </s:Body></s:Envelope>",
        SoaCode.EMPTY_BODY,
        "/s:Envelope/s:Body line 1",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_envelope_is_refused_with_its_code_and_place(name: str) -> None:
    base, right, wrong, code, where = SPOILED[name]
    assert right in RIGHT[base]

    with pytest.raises(EnvelopeError) as refused:
        read_envelope(RIGHT[base].replace(right, wrong, 2).encode())

    assert (refused.value.fault.code, refused.value.where) == (code, where)


@pytest.mark.parametrize(("raw", "code", "where"), ALIEN.values(), ids=ALIEN)
def test_what_is_no_request_at_all_is_refused_with_its_code(raw: bytes, code: SoaCode, where: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        read_envelope(raw)

    assert (refused.value.fault.code, refused.value.where) == (code, where)


def answer_to(raw: bytes) -> Fault | None:
    """The fault that a hostile envelope gets, after it has travelled; None when it was read."""
    try:
        read_envelope(raw)
    except EnvelopeError as error:
        fault = error.fault
    else:
        return None
    assert read_envelope(write_envelope(answer_envelope(fault))).body == fault
    return fault


def deflated(content: bytes, wbits: int = -15) -> bytes:
    """Content as zlib packs it."""
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(content) + packer.flush()


def post_with(packed: bytes, encoding: str = "deflate") -> bytes:
    """A post with exactly these packed bytes."""
    text = RIGHT["post"].replace('"none"', f'"{encoding}"')
    return text.replace("PGEvPg==", b64encode(packed).decode()).encode()


ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
BOMB = f'<!DOCTYPE a [<!ENTITY e0 "ha">{ENTITIES}]>'
HOSTILE: Mapping[str, tuple[bytes, SoaCode]] = {
    "an entity bomb in text": (f"{BOMB}<a>&e12;</a>".encode(), SoaCode.MALFORMED),
    "an entity bomb in an attribute": (f'{BOMB}<a b="&e12;"/>'.encode(), SoaCode.MALFORMED),
    "a file behind an entity": (
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>',
        SoaCode.MALFORMED,
    ),
    "a DTD on the network": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>', SoaCode.MALFORMED),
    "deep nesting": (b"<a>" * 100_000, SoaCode.MALFORMED),
    "deep nesting inside a body": (
        RIGHT["post"].replace("PGEvPg==", "<a>" * 200 + "</a>" * 200).encode(),
        SoaCode.NOT_XSD,
    ),
    "a very long wrong value": (
        RIGHT["post"].replace("true", "x" * 1_000_000).encode(),
        SoaCode.NOT_XSD,
    ),
    "a deflate bomb": (post_with(deflated(bytes(8_000_000))), SoaCode.INVALID_CONTENT),
    "a zlib bomb": (post_with(deflated(bytes(8_000_000), 15)), SoaCode.INVALID_CONTENT),
    "a gzip bomb": (post_with(deflated(bytes(8_000_000), 31)), SoaCode.INVALID_CONTENT),
    "a damaged stream": (post_with(deflated(b"inhoud")[:-3]), SoaCode.INVALID_CONTENT),
    "a stream with a tail": (post_with(deflated(b"inhoud") + b"x"), SoaCode.INVALID_CONTENT),
}


@pytest.mark.parametrize(("raw", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_gets_a_short_defined_fault(raw: bytes, code: SoaCode) -> None:
    fault = answer_to(raw)

    assert fault is not None
    assert fault.code == code
    assert len(fault.message) < 2_000


@given(name=st.sampled_from(sorted(RIGHT)), place=st.integers(min_value=0), value=st.integers(0, 255))
def test_one_wrong_byte_is_read_or_refused(name: str, place: int, value: int) -> None:
    raw = bytearray(RIGHT[name].encode())
    raw[place % len(raw)] = value

    answer_to(bytes(raw))


@given(raw=st.binary(max_size=200))
def test_noise_is_refused(raw: bytes) -> None:
    assert answer_to(raw) is not None


@pytest.mark.parametrize("encoding", ["deflate", "none"])
def test_content_over_the_limit_is_refused(encoding: str) -> None:
    content = b"0123456789" * 10
    packed = content if encoding == "none" else deflated(content)
    read = partial(read_envelope, post_with(packed, encoding))

    read(limits=Limits(content=100))
    with pytest.raises(EnvelopeError):
        read(limits=Limits(content=99))


@pytest.mark.parametrize(
    ("packed", "compression"),
    [
        (deflated(b"inhoud"), Compression.RAW),
        (deflated(b"inhoud", 15), Compression.ZLIB),
        (deflated(b"inhoud", 31), Compression.GZIP),
        (b"inhoud", Compression.NONE),
        (b"", Compression.NONE),
    ],
)
def test_other_compressions_are_read_and_reported(packed: bytes, compression: Compression) -> None:
    post = read_envelope(post_with(packed)).body

    assert isinstance(post, Post)
    assert (post.blob.content, post.blob.compression) == (b"inhoud" if packed else b"", compression)
    assert post_with(packed) == wire(post).encode()


def test_base64_may_be_folded_over_lines() -> None:
    post = read_envelope(RIGHT["post"].replace("PGEvPg==", "\r\n PGEv\r\n\tPg==\n").encode()).body

    assert isinstance(post, Post)
    assert post.blob == BLOB


def test_every_soa_code_has_a_meaning_of_its_own() -> None:
    assert len({code.meaning for code in SoaCode}) == len(SoaCode)


def test_a_fault_refuses_what_its_shape_cannot_carry() -> None:
    detail = FaultDetail(code="D", source="S")

    with pytest.raises(OurError):
        replace(soa_fault(SoaCode.NO_ACCESS), details=(detail,))
    with pytest.raises(OurError):
        Fault(kind=FaultKind.GENERIC, code="C", source="S", message="M", retry=True)


def test_content_that_is_not_encoded_is_not_compressed() -> None:
    with pytest.raises(OurError):
        replace(BLOB, compression=Compression.RAW)


def test_a_text_that_xml_cannot_hold_is_our_error() -> None:
    with pytest.raises(OurError):
        write_envelope(request_envelope(Get(origin=replace(ORIGIN, nihii="\x00")), message_id="id"))


@pytest.mark.parametrize("name", ["", "two words", "line\nbreak"])
def test_a_list_refuses_items_that_would_fall_apart(name: str) -> None:
    with pytest.raises(OurError):
        Query(names=(name,))
    with pytest.raises(OurError):
        Confirm(origin=ORIGIN, references=(name,))
    with pytest.raises(OurError):
        Confirm(origin=ORIGIN, hashes=(b"",))


def test_the_public_names_are_listed_and_sorted() -> None:
    names = list(genericasync.__all__)
    kinds = [0 if name.isupper() else 1 if name[0].isupper() else 2 for name in names]

    assert names == [name for _, name in sorted(zip(kinds, names, strict=True))]
    assert all(hasattr(genericasync, name) for name in names)
