"""A request in another encoding than UTF-8, said in any place: it is read, verified and answered alike."""

import re
from dataclasses import replace

import pytest
from tests.unit.simulator.open_house import ADA, HOME, Vendor, post_of
from tests.unit.simulator.sample_house import admission
from tests.unit.simulator.test_guard import OWN, SecuredVendor, asserted, sealed

from generale.protocol.genericasync import (
    Fault,
    PostResponse,
    SoaCode,
    TAck,
    as_package,
    read_envelope,
    request_envelope,
    write_envelope,
)
from generale.protocol.security import Level, care_home
from generale.results.events import EventType

NAME = "Nummer \u00e9\u20ac"
POST = replace(post_of(admission(ADA)), nip_reference=NAME)
DECLARATION = re.compile(rb"<\?xml[^>]*\?>\s*")
IN_HTTP = "text/xml; charset=windows-1252"
PLACES = {
    "in HTTP alone": ("", IN_HTTP),
    "in the declaration alone": ("windows-1252", "text/xml"),
    "in both": ("windows-1252", IN_HTTP),
    "in HTTP, against the declaration": ("utf-8", IN_HTTP),
}


def encoded(raw: bytes, place: str) -> tuple[bytes, str]:
    """An envelope in another encoding, which is said in this place, and its Content-Type."""
    declared, content_type = PLACES[place]
    bare = DECLARATION.sub(b"", raw, count=1).decode().encode("cp1252")
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return head.encode() + bare, content_type


def answer_to(vendor: Vendor, raw: bytes, content_type: str) -> TAck | Fault:
    """What comes back for these bytes."""
    response = vendor.send("admissions", raw, {"content-type": content_type})
    assert response is not None
    body = read_envelope(response.body).body
    assert isinstance(body, PostResponse | Fault)
    return body.tack if isinstance(body, PostResponse) else body


@pytest.mark.parametrize("place", PLACES)
def test_the_letters_of_a_request_come_back_as_they_were_meant(place: str) -> None:
    vendor = Vendor()
    raw, content_type = encoded(write_envelope(request_envelope(POST, message_id="m")), place)

    assert isinstance(answer_to(vendor, raw, content_type), TAck)
    vendor.later(2)

    assert [one.nip_reference for one in vendor.get()] == [NAME]
    request = vendor.events(EventType.REQUEST)[0]
    assert request.data["headers"]["content-type"] == content_type
    assert request.data["said"]["nip_reference"] == NAME
    assert vendor.rehearsal.evidence[request.evidence] == raw


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("by_assertion", [False, True])
def test_its_signature_holds(place: str, by_assertion: bool) -> None:
    assertion = asserted(OWN, care_home(HOME.nihii, HOME.name)) if by_assertion else None
    raw, content_type = encoded(sealed(post=POST, assertion=assertion), place)

    assert isinstance(answer_to(SecuredVendor(), raw, content_type), TAck)


def test_what_was_signed_otherwise_is_kept_out_in_every_encoding() -> None:
    raw, content_type = encoded(sealed(post=POST).replace(NAME.encode(), b"Nummer"), "in HTTP alone")

    refused = answer_to(SecuredVendor(Level.FULL), raw, content_type)

    assert isinstance(refused, Fault)
    assert refused.code == SoaCode.NOT_AUTHENTICATED


def test_the_head_of_a_part_says_it_for_a_package() -> None:
    raw, content_type = as_package(write_envelope(request_envelope(POST, message_id="m")))
    root = raw[raw.index(b"<?xml") : raw.index(b"</soap:Envelope>")]
    other = encoded(root, "in HTTP alone")[0]
    packed = raw.replace(root, other).replace(b"charset=UTF-8", b"charset=windows-1252")
    vendor = Vendor()

    response = vendor.send("admissions", packed, {"content-type": content_type})

    assert response is not None
    assert response.status == 200
    assert vendor.events(EventType.REQUEST)[0].data["said"]["nip_reference"] == NAME
