"""Hostile requests over a real socket: each gets its defined refusal, is logged, and costs nobody anything.

Before each a message is acknowledged; after each that message is still there, exactly once, and the next good
request on a new connection is answered.
"""

import logging
import socket
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import httpx
import pytest
from tests.unit.simulator.open_house import ADA, BEA, HEIR, HOME, open_house, origin_of, post_of
from tests.unit.simulator.sample_house import admission

from generale.driver.setup import FacilitySetUp
from generale.protocol.genericasync import (
    Blob,
    Compression,
    Confirm,
    Encoding,
    Fault,
    Get,
    GetResponse,
    PostResponse,
    Query,
    Request,
    ResultMajor,
    SoaCode,
    TAck,
    answer_envelope,
    as_package,
    read_envelope,
    request_envelope,
    success_tack,
    write_envelope,
)
from generale.protocol.ids import Reference
from generale.protocol.profile import standard_profile
from generale.results.events import EventType, digest
from generale.simulator.http import BODY_LIMIT
from generale.simulator.line import HEAD_LIMIT, HEADER_LIMIT
from generale.simulator.noting import STRANGE_BODY_LIMIT
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.server import Server
from generale.simulator.service import DUPLICATE
from generale.simulator.simulator import Simulator

PATIENCE = 30.0
"""Seconds after which a test gives up."""

XML = "text/xml; charset=utf-8"
_names = count(1)


@dataclass(frozen=True)
class House:
    """A rehearsal on a server, and the vendor's side of it."""

    server: str
    rehearsal: Rehearsal
    url: str

    def send(self, body: bytes, content_type: str = XML) -> tuple[int, bytes]:
        """Post bytes; status and body of the answer."""
        headers = {"content-type": content_type}
        answer = httpx.post(self.url, content=body, headers=headers, trust_env=False, timeout=PATIENCE)
        return answer.status_code, answer.content

    def raw(self, *parts: bytes) -> tuple[int, bytes]:
        """Send bytes on a connection of their own; status and body of what was answered before it closed."""
        url = httpx.URL(self.server)
        received = b""
        with closing(socket.create_connection((url.host, url.port or 80), timeout=PATIENCE)) as line:
            with suppress(ConnectionError):
                for part in parts:
                    line.sendall(part)
            with suppress(ConnectionError):
                while chunk := line.recv(65536):
                    received += chunk
        return int(received[9:12] or b"0"), received.partition(b"\r\n\r\n")[2]

    def post(self, blob: Blob, reference: str) -> TAck:
        """Post a message as a right vendor does."""
        status, body = self.send(envelope(post_of(blob, reference)))
        answer = read_envelope(body).body
        assert status == 200, answer
        assert isinstance(answer, PostResponse)
        return answer.tack

    def mailbox(self, of: FacilitySetUp) -> list[str | None]:
        """What the decisions are about that wait for a home some minutes later."""
        with self.rehearsal.lock:
            self.rehearsal.move_to(self.rehearsal.now() + timedelta(minutes=5))
        status, body = self.send(envelope(Get(origin=origin_of(of), message_query=Query())))
        answer = read_envelope(body).body
        assert status == 200, answer
        assert isinstance(answer, GetResponse)
        return [one.input_reference for one in answer.messages]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """A simulator that waits only a second for the rest of a request."""
    simulator = Simulator(standard_profile())
    server = Server(simulator, receipt_seconds=1.0)
    server.start()
    yield simulator
    server.stop()


@pytest.fixture
def house(simulator: Simulator) -> House:
    """A rehearsal of two homes under a name of its own."""
    name = f"house-{next(_names)}"
    rehearsal = simulator.open(replace(open_house(), facilities=(HOME, HEIR)), name)
    return House(simulator.address, rehearsal, simulator.addresses(rehearsal)["admissions"])


def envelope(request: Request) -> bytes:
    """A request as it travels."""
    return write_envelope(request_envelope(request, message_id="urn:message:1"))


GOOD = envelope(post_of(admission(BEA), "R2"))
TEXT = GOOD.decode()
HEAD = TEXT[: TEXT.index("?>") + 2]


def inside(text: str) -> bytes:
    """The good post with this in the place of its input reference."""
    return TEXT.replace(">R2<", f">{text}<", 1).encode()


def plain(content: bytes) -> Blob:
    """A content that is not compressed."""
    return replace(admission(BEA), content=content, encoding=Encoding.NONE, compression=Compression.NONE)


def bomb(of: int) -> bytes:
    """The good post with a content that is zeros when it is inflated."""
    packer = zlib.compressobj(level=9, wbits=-15)
    packed = packer.compress(bytes(of)) + packer.flush()
    text = envelope(post_of(plain(b"PLACE"), "R2")).replace(b64encode(b"PLACE"), b64encode(packed))
    assert b'ContentEncoding="none"' in text
    return text.replace(b'ContentEncoding="none"', b'ContentEncoding="deflate"')


def package(cut: int = 0, *, doubled: bool = False) -> tuple[bytes, str]:
    """The good post as a package, cut off, or with a part of the same name twice."""
    raw, content_type = as_package(GOOD)
    if doubled:
        boundary = raw[: raw.index(b"\r\n")]
        last = raw.rindex(boundary, 0, raw.rindex(boundary))
        raw = raw[:last] + raw[last : raw.rindex(boundary)] + raw[last:]
    return raw[: len(raw) - cut], content_type


def reply() -> bytes:
    """What only the platform says."""
    tack = success_tack(b"x", Reference.parse("R2"), "urn:generale:platform")
    return write_envelope(answer_envelope(PostResponse(tack=tack)))


def of_another(request: Request) -> bytes:
    """A request of the home next door with the licence of this one."""
    stranger = replace(origin_of(), nihii=HEIR.nihii.padded)
    return envelope(replace(request, origin=stranger))


ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + "&a;" * 10 + '"><!ENTITY c "' + "&b;" * 10 + '">]>'
)
EXTERNAL = '<!DOCTYPE a SYSTEM "file:///etc/hostname">'
INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
MANY_ATTRIBUTES = " ".join(f'a{n}="x"' for n in range(80_000))
MANY_NAMESPACES = " ".join(f'xmlns:a{n}="u:{n}"' for n in range(20_000))
MANY_NAMES = envelope(Get(origin=origin_of(), message_query=Query(names=("a",) * 4_500_000)))
NESTED = "<a>" * 5_000 + "</a>" * 5_000

MALFORMED: Sequence[tuple[str, bytes, str]] = (
    ("nothing", b"", XML),
    ("an entity bomb", f"{HEAD}{ENTITIES}".encode() + inside("&c;")[len(HEAD) :], XML),
    ("an external DTD", f"{HEAD}{EXTERNAL}".encode() + GOOD[len(HEAD) :], XML),
    ("deep nesting", inside(NESTED), XML),
    ("tags without number", inside("<a/>" * 600_000), XML),
    ("attributes without number", inside(f"<a {MANY_ATTRIBUTES}/>"), XML),
    (
        "attributes without number in UTF-16",
        TEXT.replace("UTF-8", "UTF-16", 1).replace(">R2<", f"><a {MANY_ATTRIBUTES}/><", 1).encode("utf-16"),
        XML,
    ),
    ("namespaces without number", inside(f"<a {MANY_NAMESPACES}/>"), XML),
    ("namespaces on very many elements", inside('<a xmlns="u:a"/>' * 20_000), XML),
    ("UTF-16 that is UTF-8", GOOD.replace(b"UTF-8", b"UTF-16", 1), "text/xml"),
    ("UTF-8 that is Latin-1", TEXT.replace(">R2<", ">R\u00e9<", 1).encode("latin-1"), XML),
    ("an encoding that hides tags", GOOD.replace(b"UTF-8", b"UTF-7", 1), "text/xml"),
    ("a charset that hides tags", GOOD, "text/xml; charset=utf-7"),
    ("a charset that is not that of the bytes", inside("R\u00e9"), "text/xml; charset=us-ascii"),
    ("two bytes a sign that are one", GOOD, "text/xml; charset=utf-16"),
    ("an endless Content-Type of XML", GOOD, "text/xml; charset=x" + ";" * 100_000),
    ("UTF-32", TEXT.replace("UTF-8", "UTF-32", 1).encode("utf-32"), "text/xml"),
    ("UTF-32 without a mark", TEXT.replace("UTF-8", "UTF-32", 1).encode("utf-32-be"), "text/xml"),
    ("UTF-32 that HTTP calls UTF-8", TEXT.replace("UTF-8", "UTF-32", 1).encode("utf-32-be"), XML),
    ("two byte-order marks", b"\xef\xbb\xbf" * 2 + GOOD, XML),
    ("a NUL", inside("R\x00"), XML),
    ("a NUL by its number", inside("R&#0;"), XML),
    ("a package that is cut off", *package(cut=60)),
    ("a package cut off in its envelope", *package(cut=len(GOOD) // 2)),
    ("a package with a part twice", *package(doubled=True)),
    ("a package in the place of XML", GOOD, package()[1]),
    ("an endless Content-Type", GOOD, 'multipart/related; boundary=b; a="' + ";" * 100_000),
)

FAULTS: Sequence[tuple[str, bytes, str, SoaCode]] = (
    *((name, body, content_type, SoaCode.MALFORMED) for name, body, content_type in MALFORMED),
    ("names without number", MANY_NAMES, XML, SoaCode.INVALID_CONTENT),
    ("XInclude in the body", inside(INCLUDE), XML, SoaCode.NOT_XSD),
    ("a deflate bomb", bomb(80 * 1024 * 1024), XML, SoaCode.INVALID_CONTENT),
    ("a reply in the place of a request", reply(), XML, SoaCode.NOT_WSDL),
    ("no envelope", b"<a/>", XML, SoaCode.NOT_SOAP),
    (
        "the mailbox of another",
        of_another(Get(origin=origin_of(), message_query=Query())),
        XML,
        SoaCode.NOT_AUTHENTICATED,
    ),
    (
        "confirming for another",
        of_another(Confirm(origin=origin_of(), references=("K1",))),
        XML,
        SoaCode.NOT_AUTHENTICATED,
    ),
    ("posting for another", of_another(post_of(admission(BEA), "R2")), XML, SoaCode.NOT_AUTHENTICATED),
)


def prove_that_nothing_is_lost(house: House) -> None:
    """The message of before is there once, the next one is taken in, and both are decided."""
    again, next_one = house.post(admission(ADA), "R1"), house.post(admission(BEA), "R9")

    assert (again.result_major, again.result_minor) == (ResultMajor.SUCCESS, DUPLICATE)
    assert next_one.result_major is ResultMajor.SUCCESS
    taken = [one.ids["reference"] for one in house.rehearsal.events if one.type is EventType.ACKNOWLEDGED]
    assert taken == ["R1", "R9"]
    assert house.mailbox(HOME) == ["R1", "R9"]


@pytest.mark.parametrize(("name", "body", "content_type", "code"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_hostile_envelope_gets_its_fault_and_stands_in_the_log(
    house: House, name: str, body: bytes, content_type: str, code: SoaCode
) -> None:
    house.post(admission(ADA), "R1")

    status, answered = house.send(body, content_type)

    fault = read_envelope(
        answered, content_type=XML if answered.startswith(b"<") else content_type_of(answered)
    ).body
    assert isinstance(fault, Fault)
    assert (status, fault.code) == (500, code), fault
    assert len(answered) < 4_000
    request, response = house.rehearsal.events[-2:]
    assert (request.type, response.type) == (EventType.REQUEST, EventType.RESPONSE)
    if len(body) <= STRANGE_BODY_LIMIT:
        assert house.rehearsal.evidence.get(request.evidence, b"") == body
    else:
        left_out = (request.evidence, request.data["left_out"], request.data["length"])
        assert left_out == ("", digest(body), len(body))
    assert response.data["status"] == 500
    prove_that_nothing_is_lost(house)


def content_type_of(packed: bytes) -> str:
    """The Content-Type of a package that the simulator wrote."""
    boundary = packed[2 : packed.index(b"\r\n")].decode()
    return f'multipart/related; start="<root@generale>"; boundary="{boundary}"'


CONTENTS: Sequence[tuple[str, bytes]] = (
    ("UTF-32", admission(BEA).content.decode().replace("UTF-8", "UTF-32", 1).encode("utf-32")),
    ("an entity bomb", ENTITIES.encode() + b"<a>&c;</a>"),
    ("an external DTD", EXTERNAL.encode() + b"<a/>"),
    ("XInclude", f"<a>{INCLUDE}</a>".encode()),
    ("deep nesting", NESTED.encode()),
    ("tags without number", b"<a>" + b"<b/>" * 600_000 + b"</a>"),
    ("attributes without number", f"<a {MANY_ATTRIBUTES}/>".encode()),
    ("namespaces without number", f"<a {MANY_NAMESPACES}/>".encode()),
    ("a NUL", admission(BEA).content.replace(b"Peeters", b"Pee\x00ters")),
    ("a value without end", admission(BEA).content.replace(b"Peeters", b"9" * 6_000_000)),
    ("a code without end", admission(BEA).content.replace(b"ROB", b"R" * 6_000_000)),
    ("half of it", admission(BEA).content[:200]),
)


@pytest.mark.parametrize(("name", "content"), CONTENTS, ids=[row[0] for row in CONTENTS])
def test_a_hostile_content_gets_a_failure_tack(house: House, name: str, content: bytes) -> None:
    house.post(admission(ADA), "R1")

    tack = house.post(plain(content), "R2")

    assert tack.result_major is ResultMajor.FAILURE
    assert len(tack.result_message) < 1_000
    assert "{urn:" not in tack.result_message
    assert "root:" not in tack.result_message
    prove_that_nothing_is_lost(house)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xef\xbb\xbf" + GOOD, id="a byte-order mark"),
        pytest.param(TEXT.replace("UTF-8", "UTF-16", 1).encode("utf-16"), id="UTF-16"),
        pytest.param(TEXT.replace("UTF-8", "ISO-8859-1", 1).encode("latin-1"), id="Latin-1"),
    ],
)
def test_an_envelope_in_another_encoding_that_says_so_is_taken_in(house: House, body: bytes) -> None:
    status, answered = house.send(body)

    answer = read_envelope(answered).body
    assert isinstance(answer, PostResponse)
    assert (status, answer.tack.result_major) == (200, ResultMajor.SUCCESS)


def head(*fields: bytes) -> bytes:
    """The head of a post to nowhere."""
    return b"\r\n".join((b"POST /house/admissions/v1 HTTP/1.1", b"host: x", *fields, b"", b""))


CHUNK = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
LINES: Sequence[tuple[str, Callable[[], Sequence[bytes]], int, str]] = (
    ("100 MB, announced", lambda: (head(b"content-length: 104857600"),), 413, "413"),
    (
        "100 MB, in chunks",
        lambda: (head(b"transfer-encoding: chunked"), *(CHUNK for _ in range(100))),
        413,
        f"at most {BODY_LIMIT} bytes",
    ),
    ("half a request", lambda: (head(b"content-length: 1000"), GOOD[:500]), 408, "408"),
    ("a flood of headers", lambda: (head(*[b"a: b"] * (HEADER_LIMIT + 1)),), 431, "431"),
    ("a header without end", lambda: (head(b"a: " + b"b" * 2 * HEAD_LIMIT),), 431, "431"),
    (
        "a trailer without end",
        lambda: (head(b"transfer-encoding: chunked"), b"0\r\na: " + b"b" * 2 * HEAD_LIMIT),
        431,
        "431",
    ),
    (
        "two lengths",
        lambda: (head(b"content-length: 1", b"content-length: 2"), b"ab"),
        400,
        "Invalid HTTP request",
    ),
    (
        "a length and chunks",
        lambda: (head(b"content-length: 4", b"transfer-encoding: chunked"), b"0\r\n\r\n"),
        400,
        "Invalid HTTP request",
    ),
)


@pytest.mark.parametrize(("name", "parts", "status", "told"), LINES, ids=[row[0] for row in LINES])
def test_a_hostile_line_gets_its_status_and_one_line_in_the_log(
    house: House,
    caplog: pytest.LogCaptureFixture,
    name: str,
    parts: Callable[[], Sequence[bytes]],
    status: int,
    told: str,
) -> None:
    house.post(admission(ADA), "R1")
    before = len(house.rehearsal.events)

    with caplog.at_level(logging.WARNING):
        answered, _ = house.raw(*parts())

    assert answered == status
    (line,) = caplog.messages
    assert told in line
    assert len(house.rehearsal.events) == before
    prove_that_nothing_is_lost(house)


def test_a_home_sees_its_own_mailbox_alone(house: House) -> None:
    house.post(admission(ADA), "R1")

    assert (house.mailbox(HOME), house.mailbox(HEIR)) == (["R1"], [])
