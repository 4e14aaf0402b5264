"""Odd but right spellings of values are read; wrong ones are refused, also those that libxml2 lets pass."""

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.base64_binary import octets_of
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import PeerError
from generale.protocol.genericasync import (
    Addressing,
    Blob,
    Body,
    Confirm,
    Delivery,
    Envelope,
    EnvelopeError,
    Get,
    GetResponse,
    Origin,
    Post,
    Query,
    SoaCode,
    read_envelope,
    success_tack,
    write_envelope,
)
from generale.protocol.security.timestamp import Freshness, read_instant

ORIGIN = Origin(nihii="76000123450", licence_username="vendor", licence_password="secret", site_id="S")
TOKEN = b"\x30\x03\x02\x01\x05"
BLOB = Blob(content=b"<a/>", message_name="A", etk=TOKEN, reference="m", id="blob", issuer="urn:i")
HASHED = replace(BLOB, hash_value=BLOB.digest)
TACK = success_tack(b"<a/>", "1", "urn:x:y", "urn:minor", "text", reference="T1")


def wire(body: Body) -> str:
    """A right envelope, whose values are to be spelled otherwise."""
    return write_envelope(Envelope(addressing=Addressing(action="urn:a", to=""), body=body)).decode()


def text(content: bytes) -> str:
    """Bytes in base64."""
    return b64encode(content).decode()


POST = wire(
    Post(origin=ORIGIN, input_reference="1", is_test=True, blob=HASHED, xades=b"seal", nip_reference="n")
)
GET = wire(
    Get(
        origin=ORIGIN,
        reference="Q",
        message_query=Query(max=64, names=("A", "B")),
        tack_query=Query(max=32, names=("C",)),
        include_ios=("810",),
        exclude_ios=("820",),
        reply_to_etk=TOKEN,
    )
)
CONFIRM = wire(
    Confirm(
        origin=ORIGIN,
        hashes=(b"first", b"second"),
        references=("m1", "m2"),
        tack_contents=(b"third",),
        tack_references=("t1",),
    )
)
MAILBOX = wire(
    GetResponse(messages=(Delivery(blob=HASHED, xades=b"seal"),), tacks=(TACK,), msg_count=1, tack_count=1)
)
IN_BASE64: Mapping[str, tuple[str, str]] = {
    "Detail": (POST, POST.partition("</generic:Detail>")[0].rpartition(">")[2]),
    "HashValue": (POST, text(HASHED.digest)),
    "Etk": (POST, text(TOKEN)),
    "Xades-t": (POST, text(b"seal")),
    "Reply-to-etk": (GET, text(TOKEN)),
    "MsgHashValues": (CONFIRM, text(b"second")),
    "TAckContents": (CONFIRM, text(b"third")),
    "TAck": (MAILBOX, text(TACK.value)),
}
"""Every value in base64 that an envelope has: where it stands, and its text."""

BESIDE_THE_ALPHABET = ("@", "-_-_", "....", "%41", "?", "\u00e9", "~*")


@pytest.mark.parametrize("sign", BESIDE_THE_ALPHABET)
@pytest.mark.parametrize("name", IN_BASE64)
def test_no_other_sign_stands_in_base64(name: str, sign: str) -> None:
    raw, value = IN_BASE64[name]
    assert raw.count(value) == 1

    with pytest.raises(EnvelopeError) as refused:
        read_envelope(raw.replace(value, f"{value[:4]}{sign}{value[4:]}").encode())

    assert refused.value.fault.code == SoaCode.NOT_XSD


@pytest.mark.parametrize("value", ["?", "@@@", "--", '""', "@@@@ @@@@", "====", "{0} @@@@", "@@@@ {0}"])
@pytest.mark.parametrize("name", ["MsgHashValues", "TAckContents"])
def test_a_hash_that_is_not_base64_refuses_the_confirmation(name: str, value: str) -> None:
    old = f"<generic:{name}>{CONFIRM.split(f'<generic:{name}>')[1].split('<')[0]}<"
    new = f"<generic:{name}>{value.format(text(b'right'))}<"

    with pytest.raises(EnvelopeError) as refused:
        read_envelope(CONFIRM.replace(old, new).encode())

    assert refused.value.fault.code == SoaCode.NOT_XSD


@pytest.mark.parametrize(
    "name", [name for name in IN_BASE64 if name not in ("MsgHashValues", "TAckContents")]
)
def test_white_space_may_stand_in_base64(name: str) -> None:
    raw, value = IN_BASE64[name]
    odd = "\n\t ".join(value)

    assert read_envelope(raw.replace(value, f" {odd}\r\n").encode()) == read_envelope(raw.encode())


RIGHT = {
    "": b"",
    " \r\n": b"",
    "AA==": b"\0",
    "A A =\t=\n": b"\0",
    "+/+/": b"\xfb\xff\xbf",
    "AAAA AAAA": b"\0" * 6,
}
WRONG = (
    "A",
    "AA",
    "AA=",
    "AAA",
    "=",
    "====",
    "AAAA=",
    "AAAA====",
    "AA==AA==",
    "AA=A",
    "A-_A",
    "A\u00a0A==",
    "AA==\x0b",
)


@pytest.mark.parametrize("written", RIGHT)
def test_base64_is_read_as_the_schema_language_has_it(written: str) -> None:
    assert octets_of(written) == RIGHT[written]


@pytest.mark.parametrize("written", WRONG)
def test_what_is_not_whole_base64_is_refused(written: str) -> None:
    with pytest.raises(PeerError, match="not base64"):
        octets_of(written)


@given(st.binary(max_size=200), st.randoms(use_true_random=False))
def test_bytes_come_back_from_base64_however_it_is_folded(content: bytes, chance: object) -> None:
    spaces = ["", "", "", "\n", " ", "\r\n\t"]
    folded = "".join(sign + chance.choice(spaces) for sign in text(content))  # type: ignore[attr-defined]  # a Random

    assert octets_of(folded) == content


NUMBERS = {
    "0" * 5000 + "5": 5,
    "+7": 7,
    " \n12\t": 12,
    "-0": 0,
    "+000": 0,
    "-" + "0" * 5000 + "3": -3,
    "2147483647": 2147483647,
    "": 100,
}


@pytest.mark.parametrize("written", NUMBERS)
def test_a_number_may_have_a_sign_and_zeros_in_front(written: str) -> None:
    raw = GET.replace(">64<", f">{written}<")

    body = read_envelope(raw.encode()).body

    assert isinstance(body, Get)
    assert body.message_query.max == NUMBERS[written]


def test_counts_may_have_zeros_in_front() -> None:
    raw = MAILBOX.replace('MsgCount="1"', f'MsgCount="+{"0" * 5000}1"').replace(
        'TAckCount="1"', 'TAckCount=" 01 "'
    )

    assert read_envelope(raw.encode()) == read_envelope(MAILBOX.encode())


_SPACE = st.text(" \t\r\n", max_size=3)
_BASE64 = st.binary(max_size=12).map(text)
_ODD: Mapping[str, st.SearchStrategy[str]] = {
    "number": st.from_regex(r"[ ]?[+-]?0{0,9}[0-9]{0,11}[ \n]?", fullmatch=True) | st.just("0" * 6000),
    "truth": st.sampled_from(["true", "false", "1", "0", " 1 ", "\ntrue", "TRUE", "2", ""]),
    "base64": st.tuples(_SPACE, _BASE64, _SPACE, _BASE64).map("".join)
    | st.text("AZaz09+/=-_@ \n", max_size=12),
    "list": st.lists(_BASE64 | st.text("aB1-?=@", max_size=5), max_size=4).map(" \n ".join),
    "text": st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=8).map(
        lambda one: one.replace("&", "").replace("<", "").replace('"', "")
    ),
}
_PLACES: Mapping[str, tuple[str, str]] = {
    ">64<": ("number", ">{}<"),
    ">32<": ("number", ">{}<"),
    'Include="true"': ("truth", 'Include="{}"'),
    'MsgCount="1"': ("number", 'MsgCount="{}"'),
    'TAckCount="1"': ("number", 'TAckCount="{}"'),
    "IsTest>true<": ("truth", "IsTest>{}<"),
    ">A B<": ("list", ">{}<"),
    ">C<": ("list", ">{}<"),
    ">810<": ("list", ">{}<"),
    ">m1 m2<": ("list", ">{}<"),
    ">t1<": ("list", ">{}<"),
    f">{text(b'first')} {text(b'second')}<": ("list", ">{}<"),
    f">{text(b'third')}<": ("list", ">{}<"),
    f">{text(TOKEN)}<": ("base64", ">{}<"),
    f'Etk="{text(TOKEN)}"': ("base64", 'Etk="{}"'),
    f'HashValue="{text(HASHED.digest)}"': ("base64", 'HashValue="{}"'),
    f">{text(b'seal')}<": ("base64", ">{}<"),
    f">{text(TACK.value)}<": ("base64", ">{}<"),
    'MessageName="A"': ("text", 'MessageName="{}"'),
    'ContentEncoding="deflate"': ("text", 'ContentEncoding="{}"'),
    'Issuer="urn:i"': ("text", 'Issuer="{}"'),
    'Reference="Q"': ("text", 'Reference="{}"'),
    "ResultMajor=": ("text", 'Id="{}" ResultMajor='),
    ">76000123450<": ("text", ">{}<"),
    ">retirement<": ("text", ">{}<"),
    ">S<": ("text", ">{}<"),
    ">n<": ("text", ">{}<"),
}
"""Where an envelope has a value, which kind it is of, and what stands there instead."""


@given(st.data())
def test_whatever_is_written_for_a_value_is_read_or_refused_as_defined(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from([POST, GET, CONFIRM, MAILBOX]))
    here = [place for place in _PLACES if place in raw]
    for place in data.draw(st.lists(st.sampled_from(here), min_size=1, max_size=3, unique=True)):
        kind, form = _PLACES[place]
        raw = raw.replace(place, form.format(data.draw(_ODD[kind])))

    try:
        read_envelope(raw.encode())
    except EnvelopeError as error:
        code = error.fault.code
    else:
        code = SoaCode.NOT_XSD
    assert code in (SoaCode.NOT_XSD, SoaCode.INVALID_CONTENT)


_INSTANT = st.tuples(
    st.sampled_from(["2019", "0000", "0001", "9999", "12019", "-2019", "\u0662\u0660\u0661\u0669"]),
    st.sampled_from(["-04-01", "-02-30", "-12-31", "-01-01", "-13-01"]),
    st.sampled_from(["T09:00:00", "T24:00:00", "T23:59:60", "T23:59:59", " 09:00:00", ""]),
    st.sampled_from(["", ".1", ".123456789", ".1234567890123", "."]),
    st.sampled_from(["Z", "+02:00", "-14:00", "", "z"]),
).map("".join)


@given(_INSTANT, st.none() | _INSTANT)
def test_an_instant_is_read_or_refused_and_its_freshness_told(created: str, expires: str | None) -> None:
    now = datetime(2019, 4, 1, 11, tzinfo=BRUSSELS)
    with suppress(PeerError):
        until = None if expires is None else read_instant(expires)
        Freshness().require(read_instant(created), until, now)


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1")))
def test_a_text_that_is_no_base64_never_breaks_its_reader(written: str) -> None:
    with suppress(PeerError):
        octets_of(written)
