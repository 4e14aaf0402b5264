"""XAdES over the content of a blob: what it covers, and what must not pass for it."""

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.unit.security.sample_security import (
    EXPIRED,
    FACILITY,
    FORGED,
    FRESHNESS,
    NIHII,
    NOW,
    OTHER_FACILITY,
    REVOKED,
    trust,
)

from generale.protocol.errors import PeerError
from generale.protocol.genericasync import Blob, Compression, Encoding, EnvelopeError
from generale.protocol.security import content_seal, sign_content, xades
from generale.protocol.security.signature import sign
from generale.protocol.security.vocabulary import BASE64, DS, EXC_C14N

XML = Blob(content=b"<a xmlns='urn:a'><!-- c --><b  c='1'/></a>", message_name="ADMISSION")
FLAT = Blob(content=b"920000" + b"0" * 94, message_name="HCPFAC", content_type="text/plain")
PLAIN = replace(FLAT, encoding=Encoding.NONE, compression=Compression.NONE)
BLOBS = {"XML": XML, "flat": FLAT, "not compressed": PLAIN}


def signed(blob: Blob = XML) -> bytes:
    return sign_content(blob, FACILITY, NOW, unique="1")


@pytest.mark.parametrize("kind", BLOBS)
def test_a_content_is_signed_and_verified(kind: str) -> None:
    blob = BLOBS[kind]

    seal = content_seal(signed(blob), blob, trust(), FRESHNESS, NOW)

    assert seal.holder.identity.id == NIHII
    assert seal.signed_at == NOW
    assert not seal.is_timestamped


def test_the_transforms_are_those_of_the_exchange() -> None:
    names = re.findall(r'Transform Algorithm="([^"]+)"', signed().decode())

    assert names[:3] == [
        "http://www.w3.org/2000/09/xmldsig#base64",
        "urn:nippin:xml:sig:transform:optional-deflate",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
    ]
    assert len(re.findall("optional-deflate", signed(FLAT).decode())) == 1
    assert signed(FLAT).decode().count("xml-exc-c14n#") == 2  # SignedInfo and the signed properties


def test_a_signature_covers_the_content_however_it_is_packed() -> None:
    packed_otherwise = replace(XML, compression=Compression.GZIP)

    assert content_seal(signed(), packed_otherwise, trust(), FRESHNESS, NOW).holder.identity.id == NIHII


def signed_by(monkeypatch: pytest.MonkeyPatch, blob: Blob, *transforms: str) -> bytes:
    """A content signed by these transforms."""

    def otherwise(parent: Any, key: Any, references: Any, **other: Any) -> Any:
        return sign(parent, key, [replace(references[0], transforms=transforms), *references[1:]], **other)

    monkeypatch.setattr(xades, "sign", otherwise)
    return signed(blob)


def test_xml_that_is_not_compressed_may_be_signed_without_deflate(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = replace(XML, encoding=Encoding.NONE, compression=Compression.NONE)
    raw = signed_by(monkeypatch, blob, BASE64, EXC_C14N)

    assert content_seal(raw, blob, trust(), FRESHNESS, NOW).holder.identity.id == NIHII
    with pytest.raises(PeerError, match="must be signed by"):
        content_seal(raw, XML, trust(), FRESHNESS, NOW)


@pytest.mark.parametrize("zone", ["Z", "+00:00", "+02:00", "-05:30"])
def test_the_time_of_signing_may_have_any_zone(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offset = datetime.fromisoformat(f"2019-01-01T00:00:00{zone.replace('Z', '+00:00')}").tzinfo
    told = NOW.astimezone(offset).strftime("%Y-%m-%dT%H:%M:%S") + zone
    monkeypatch.setattr(xades, "instant_text", lambda _: told)

    assert content_seal(signed(), XML, trust(), FRESHNESS, NOW).signed_at == NOW


def test_a_timestamp_of_an_authority_is_let_through() -> None:
    raw = signed().replace(
        b"</xades:QualifyingProperties>",
        b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp/>"
        b"</xades:UnsignedSignatureProperties></xades:UnsignedProperties></xades:QualifyingProperties>",
    )

    assert content_seal(raw, XML, trust(), FRESHNESS, NOW).is_timestamped


def other_properties(raw: bytes) -> bytes:
    """A second set of properties that nobody signed."""
    root = etree.fromstring(raw)
    (object_,) = root.findall(f"{{{DS}}}Object")
    copy = etree.fromstring(etree.tostring(object_).replace(b"xades-1", b"xades-2"))
    root.append(copy)
    return etree.tostring(root)


def other_certificate(raw: bytes) -> bytes:
    theirs, ours = (base64.b64encode(one.der) for one in (OTHER_FACILITY, FACILITY))
    return raw.replace(ours, theirs)


ATTACKS: dict[str, tuple[Callable[[], bytes], Blob, str]] = {
    "another content": (signed, replace(XML, content=b"<a xmlns='urn:a'><b c='2'/></a>"), "changed"),
    "another blob": (signed, replace(XML, id="other"), "not over the content"),
    "a blob without id": (signed, replace(XML, id=None), "Detail has no Id"),
    "another time of signing": (lambda: signed().replace(b"07:00:00", b"07:00:01"), XML, "changed"),
    "properties beside the signed ones": (lambda: other_properties(signed()), XML, "not once"),
    "the certificate of another": (lambda: other_certificate(signed()), XML, "not in the signature"),
    "a revoked certificate": (lambda: sign_content(XML, REVOKED, NOW, unique="1"), XML, "revoked"),
    "an expired certificate": (lambda: sign_content(XML, EXPIRED, NOW, unique="1"), XML, "not now"),
    "a strange certificate": (lambda: sign_content(XML, FORGED, NOW, unique="1"), XML, "not issued"),
    "the future": (
        lambda: sign_content(XML, FACILITY, NOW + timedelta(days=1), unique="1"),
        XML,
        "in the future",
    ),
    "no signature": (lambda: b"<a/>", XML, "holds no signature"),
    "nothing": (lambda: b"", XML, "empty"),
    "no XML": (lambda: b"\0", XML, "Xades-t cannot be read: this is no XML"),
    "a content that is no XML": (signed, replace(XML, content=b"<a"), "the content that is signed cannot"),
    "an entity": (lambda: b'<!DOCTYPE a [<!ENTITY b "c">]>' + signed(), XML, "document type"),
    "too long": (lambda: b"<a>" + b" " * 300_000 + b"</a>", XML, "longer"),
    "other transforms": (
        lambda: signed().replace(b"urn:nippin:xml:sig:transform:optional-deflate", b"urn:x"),
        XML,
        "fit the key",
    ),
}
"""What somebody does to a signature or its blob, and what is said to it."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_signature_proves_nothing_where_it_meets(attack: str) -> None:
    raw, blob, reason = ATTACKS[attack]

    with pytest.raises(PeerError, match=re.escape(reason)) as refused:
        content_seal(raw(), blob, trust(), FRESHNESS, NOW)

    assert not isinstance(refused.value, EnvelopeError), (
        "the envelope is right: it is what it carries that is not"
    )


@given(st.integers(0, 100_000), st.integers(1, 255))
def test_a_single_changed_byte_never_makes_another_signer_or_time(place: int, by: int) -> None:
    raw = signed()
    place %= len(raw)
    broken = raw[:place] + bytes([raw[place] ^ by]) + raw[place + 1 :]

    try:
        seal = content_seal(broken, XML, trust(), FRESHNESS, NOW)
    except PeerError:
        return

    assert (seal.holder.identity.id, seal.signed_at) == (NIHII, NOW)
