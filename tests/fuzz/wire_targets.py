"""What arrives from the network: envelopes, packages, blobs, security headers, certificates, HTTP."""

import asyncio
import logging
import random
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from tests.unit.security import sample_security as sample
from uvicorn.server import ServerState

from generale.protocol.genericasync import (
    Answer,
    Blob,
    Confirm,
    Delivery,
    Encoding,
    EnvelopeError,
    Get,
    GetResponse,
    Post,
    PostResponse,
    Query,
    Request,
    SoaCode,
    answer_envelope,
    as_package,
    inline,
    read_envelope,
    request_envelope,
    soa_fault,
    success_tack,
    write_envelope,
)
from generale.protocol.genericasync.blob import Compression, pack, unpack
from generale.protocol.ids import Reference
from generale.protocol.security import Level, content_seal, sign_content, write_token_request
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.simulator.http import Edge, Services
from generale.simulator.idle import Idle
from generale.simulator.line import Line, Waiting
from generale.simulator.server import http_config

Attack = Callable[[], bytes]

ORIGIN_ENVELOPE = sample.envelope()
BLOB = Blob(content=b"<a>" + b"<b>content</b>" * 20 + b"</a>", message_name="ADMISSION")


def _nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


ENTITY_BOMB = b"<!DOCTYPE a [<!ENTITY a0 'aaaaaaaaaa'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)
XML_ATTACKS: tuple[Attack, ...] = (
    lambda: b"",
    lambda: ENTITY_BOMB + b"]><a>&a11;</a>",
    lambda: b"<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///dev/zero'>%b;]><a/>",
    lambda: b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>",
    lambda: b"<!DOCTYPE a [<!ATTLIST a b CDATA '" + b"x" * 100_000 + b"'>]><a/>",
    lambda: b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></a>',
    lambda: _nested(100_000),
    lambda: b"<a>" * 3_000_000,
    lambda: b"<a>" + b"<b/>" * 3_000_000 + b"</a>",
    lambda: b"<a " + b" ".join(b'a%d=""' % n for n in range(500_000)) + b"/>",
    lambda: b"<a " + b" ".join(b'xmlns:a%d="u:%d"' % (n, n) for n in range(100_000)) + b"/>",
    lambda: b"<a>" + b"&#65;" * 4_000_000 + b"</a>",
    lambda: b"<" + b"a" * 5_000_000 + b"/>",
    lambda: b"<a>" + b"x" * 30_000_000 + b"</a>",
    lambda: b"<a>" + b"<!-- -->" * 1_000_000 + b"</a>",
    lambda: b"<a>" + b"<?a b?>" * 1_000_000 + b"</a>",
    lambda: ("<a>" + "<b/>" * 2_000_000 + "</a>").encode("utf-16"),
    lambda: b'<?xml version="1.0" encoding="utf-7"?>+ADw-a+AD4-+ADw-/a+AD4-',
    lambda: b'<?xml version="1.0" encoding="utf-7"?><a>' + b"+ADwAYgAvAD4-" * 1_000_000 + b"</a>",
    lambda: ('<?xml version="1.0" encoding="IBM037"?><a>' + "<b/>" * 2_000_000 + "</a>").encode("cp037"),
)
"""XML that is small and wants to be large, or reaches out."""


def _confirm(inside: bytes) -> bytes:
    whole = write_envelope(request_envelope(_confirming(), message_id="urn:m:3"))
    return whole.replace(b"R-MARK", inside)


LIST_ATTACKS: tuple[Attack, ...] = (
    lambda: _confirm(b"ab " * 5_000_000),
    lambda: _confirm(b"R-MARK</generic:Reference><generic:Reference>" * 300_000),
    lambda: _confirm(b"<b c='d'/>" * 200_000),
)


def _confirming() -> Confirm:
    return Confirm(origin=_origin(), references=("R-MARK",))


def _origin() -> Any:
    body = read_envelope(ORIGIN_ENVELOPE).body
    assert isinstance(body, Post)
    return body.origin


@cache
def envelopes() -> Sequence[bytes]:
    """One envelope of each kind."""
    tack = success_tack(b"x", Reference.parse("R1"), "urn:generale:platform")
    delivery = Delivery(
        input_reference="R1",
        output_reference="K1",
        blob=Blob(content=b"<b/>", message_name="DECISION"),
        xades=b"<s/>",
    )
    query = Query(included=True, max=5, names=("A", "B"))
    requests: tuple[Request, ...] = (
        Get(origin=_origin(), message_query=query, tack_query=query, include_ios=("810",)),
        _confirming(),
        Confirm(origin=_origin(), hashes=(b"0" * 32, b"1" * 32)),
    )
    answers: tuple[Answer, ...] = (
        PostResponse(tack=tack),
        GetResponse(messages=(delivery,), msg_count=1, tack_count=0),
        soa_fault(SoaCode.NOT_XSD, "no"),
    )
    return (
        ORIGIN_ENVELOPE,
        *(write_envelope(request_envelope(one, message_id=f"urn:m:{n}")) for n, one in enumerate(requests)),
        *(write_envelope(answer_envelope(one, message_id=f"urn:m:{n}")) for n, one in enumerate(answers)),
    )


def read_plain(raw: bytes) -> object:
    """An envelope in plain XML."""
    return _answered(raw, "text/xml; charset=utf-8")


def _answered(raw: bytes, content_type: str) -> object:
    """An envelope; where it is refused, the fault that says so must be one that can be written."""
    try:
        return read_envelope(raw, content_type=content_type)
    except EnvelopeError as error:
        write_envelope(answer_envelope(error.fault, error.addressing))
        raise


def _packed(raw: bytes) -> bytes:
    body, content_type = as_package(raw)
    return content_type.encode() + b"\n" + body


@cache
def packages() -> Sequence[bytes]:
    """The same envelopes as packages: the Content-Type on a line in front, then the body."""
    return tuple(map(_packed, envelopes()))


def read_package(raw: bytes) -> object:
    """An envelope in a package, and what it says in plain XML."""
    content_type, _, body = raw.partition(b"\n")
    text = content_type.decode("latin-1")
    envelope = _answered(body, text)
    inline(body, text)
    return envelope


_TYPE = b'multipart/related; type="application/xop+xml"; boundary=b\n'
PACKAGE_ATTACKS: tuple[Attack, ...] = (
    lambda: b'multipart/related; boundary="' + b'";' * 100_000 + b"\n--b\r\n",
    lambda: b'multipart/related; a="' + b";" * 200_000 + b"\n--b\r\n",
    lambda: b"multipart/related" + b"; boundary*0*=x''%41" * 5_000 + b"\n--b\r\n",
    lambda: b"multipart/related; boundary*99999999999999999999=x\n--b\r\n",
    lambda: b"multipart/related; boundary*=x-none'y'%ff\n--b\r\n",
    lambda: _TYPE + b"--b\r\n\r\n" * 1_000_000,
    lambda: _TYPE + b"\r\n--bx" * 5_000_000,
    lambda: (
        _TYPE + b"--b\r\nContent-Type: text/xml\r\n\r\n" + b"<a>" + b"<b/>" * 2_000_000 + b"</a>\r\n--b--"
    ),
)


@cache
def blobs() -> Sequence[bytes]:
    """Contents packed in every way."""
    return tuple(pack(BLOB.content, one) for one in Compression)


_ZEROS = zlib.compressobj(level=9, wbits=-15)
_BLOCK = _ZEROS.compress(bytes(1_000_000)) + _ZEROS.flush(zlib.Z_FULL_FLUSH)
"""A piece of a DEFLATE stream that stands for a million bytes, and may stand as often as one likes."""


def _bomb(head: bytes) -> bytes:
    return head + _BLOCK * 200


BLOB_ATTACKS: tuple[Attack, ...] = (
    lambda: b"",
    lambda: _bomb(b""),
    lambda: _bomb(b"\x78\x9c"),
    lambda: _bomb(b"\x1f\x8b\x08" + bytes(7)),
    lambda: _BLOCK + b"\0" * 30_000_000,
    lambda: bytes(60_000_000),
)


def read_blob(raw: bytes) -> object:
    """A content, as it is said to be compressed and as it is said not to be."""
    unpack(raw, Encoding.NONE)
    return unpack(raw, Encoding.DEFLATE)


@cache
def secured_envelopes() -> Sequence[bytes]:
    """Envelopes signed in each way."""
    return (sample.sealed(), sample.sealed(sample.by_certificate()), sample.sealed(sample.by_assertion()))


ID_ATTACKS: tuple[Attack, ...] = (
    lambda: sample.sealed(sample.by_certificate()).replace(
        b"</soap:Body>",
        b"".join(b'<a Id="%d"/>' % n for n in range(150_000)) + b'<a Id="z"/>' * 2 + b"</soap:Body>",
    ),
)


def read_security(raw: bytes) -> object:
    """What the security header of an envelope proves, at both levels."""
    verifier = sample.verifier()
    verifier.seal(raw, Level.TIMESTAMP, sample.NOW)
    return verifier.seal(raw, Level.FULL, sample.NOW)


@cache
def xades_signatures() -> Sequence[bytes]:
    """Signatures over the content of a blob."""
    return (sign_content(BLOB, sample.FACILITY, sample.NOW, unique="1"),)


def read_xades(raw: bytes) -> object:
    """What a signature proves of a content."""
    return content_seal(raw, BLOB, sample.trust(), sample.FRESHNESS, sample.NOW)


@cache
def certificates() -> Sequence[bytes]:
    """Certificates in DER: two that are good, one revoked, one forged."""
    credentials = (sample.FACILITY, sample.OTHER_FACILITY, sample.REVOKED, sample.FORGED)
    return tuple(one.der for one in credentials)


def read_certificate(raw: bytes) -> object:
    """Whose certificate this is."""
    return sample.trust().holder(raw, sample.NOW).identity


@cache
def token_requests() -> Sequence[bytes]:
    """A signed query for an assertion, and the same one unsigned."""
    raw = write_token_request(sample.FACILITY.certificate, request_id="_q1", now=sample.NOW)
    return (raw, sample.sealed(sample.by_certificate(), raw))


class _Echo(Services):
    """Stands for the simulator behind the edge."""

    address = "http://127.0.0.1:1"

    def handle(self, request: HttpRequest, *, puts_off: bool = False) -> HttpResponse | None:
        return None if request.body == b"cut" else HttpResponse(status=200, body=request.body[:100])

    def write(self) -> None:
        """There is nothing to keep."""


class _Transport(asyncio.Transport):
    """A connection without a socket: keeps what is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent, self.ended = bytearray(), False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name in ("peername", "sockname") else default

    def write(self, data: Any) -> None:
        if not self.ended:
            self.sent += data

    def is_closing(self) -> bool:
        return self.ended

    def close(self) -> None:
        self.ended = True

    abort = close

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        """Nothing follows."""

    def pause_reading(self) -> None:
        """There is nobody to pause."""

    resume_reading = pause_reading


def read_http(raw: bytes) -> object:
    """The bytes of a connection, in pieces; what is answered is HTTP, and nothing escapes into the loop."""
    return asyncio.run(_connection(raw))


class _Errors(logging.Handler):
    """Collects what is logged as an error: uvicorn logs what an application lets escape, and goes on."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[object] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.exc_info or record.getMessage())


async def _connection(raw: bytes) -> bytes:
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    try:
        sent = await _served(raw, errors.told)
    finally:
        logging.getLogger().removeHandler(errors)
    assert not errors.told, errors.told
    return sent


async def _served(raw: bytes, escaped: list[object]) -> bytes:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: escaped.append(context))
    transport = _Transport()
    line = Line(_config(), ServerState(), receipt_seconds=60, idle=Idle(10), waiting=Waiting())
    line.connection_made(transport)
    chance, at = random.Random(len(raw)), 0
    while at < len(raw) and not transport.ended:
        end = at + chance.choice((1, 10, 100, 65_536, 65_536, 262_144))
        line.data_received(raw[at:end])
        at = end
        for _ in range(3):
            await asyncio.sleep(0)
    for _ in range(10):
        await asyncio.sleep(0)
    transport.ended = True
    line.connection_lost(None)
    for _ in range(5):
        await asyncio.sleep(0)
    assert not transport.sent or transport.sent.startswith(b"HTTP/1.1 "), bytes(transport.sent[:40])
    return bytes(transport.sent)


@cache
def _config() -> Any:
    return http_config(Edge(_Echo()))


@cache
def http_requests() -> Sequence[bytes]:
    """Requests, several on a connection, with and without a length."""
    envelope = ORIGIN_ENVELOPE
    post = (
        b"POST /a/admissions/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s"
    )
    chunked = _CHUNKED + b"5\r\nabcde\r\n3;x=y\r\ncut\r\n0\r\nX-T: 1\r\n\r\n"
    get = b"GET /a?wsdl HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"
    return (
        post % (len(envelope), envelope),
        chunked,
        get,
        post % (3, b"cut") + post % (1, b"a"),
        b"GET http://x:1/a%20b?c#d HTTP/1.0\r\n\r\n" + get,
        b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
    )


_CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
HTTP_ATTACKS: tuple[Attack, ...] = (
    lambda: b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 1_000_000,
    lambda: b"GET / HTTP/1.1\r\na: " + b"b" * 30_000_000,
    lambda: b"GET /" + b"a" * 30_000_000,
    lambda: _CHUNKED + b"0\r\n" + b"a: b\r\n" * 3_000_000,
    lambda: _CHUNKED + b"0\r\na: " + b"b" * 40_000_000,
    lambda: _CHUNKED + b"1;" + b"a" * 30_000_000,
    lambda: _CHUNKED + b"1\r\na\r\n" * 3_000_000,
    lambda: b"GET / HTTP/1.1\r\n\r\n" * 20_000,
    lambda: b"\r\n" * 10_000_000,
    lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    lambda: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
)
