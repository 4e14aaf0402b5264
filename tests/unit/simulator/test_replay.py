"""A message counts once; another one that shares its second, its ids and its timestamp is no replay of it."""

from datetime import timedelta

import pytest
from tests.unit.simulator.open_house import ADA, BEA, post_of
from tests.unit.simulator.sample_house import BEGINS, admission
from tests.unit.simulator.test_guard import OWN, SecuredVendor

from generale.protocol.genericasync import (
    Fault,
    Get,
    GetResponse,
    Post,
    PostResponse,
    read_envelope,
    request_envelope,
    write_envelope,
)
from generale.protocol.security import Level, SignedParts, Signer, secured
from generale.protocol.security.replay import MOMENT

FIRST, SECOND = post_of(admission(ADA)), post_of(admission(BEA), "R2")
QUESTION = Get(origin=FIRST.origin)
SIGNERS = {
    Level.TIMESTAMP: None,
    Level.FULL: Signer(credential=OWN, parts=SignedParts.TIMESTAMP),
}


def plain(body: Post | Get, level: Level) -> bytes:
    """A request of a client that writes whole seconds and the same ids every time, and no MessageID."""
    raw = write_envelope(request_envelope(body, message_id="x")).replace(
        b"<wsa:MessageID>x</wsa:MessageID>", b""
    )
    return secured(raw, created=BEGINS, unique="1", signer=SIGNERS[level])


def asked(vendor: SecuredVendor, raw: bytes, service: str = "admissions") -> object:
    """What comes back from a service."""
    response = vendor.send(service, raw)
    assert response is not None
    return read_envelope(response.body).body


@pytest.mark.parametrize("level", SIGNERS)
def test_several_requests_may_share_a_second(level: Level) -> None:
    vendor = SecuredVendor(level)

    assert isinstance(asked(vendor, plain(QUESTION, level)), GetResponse)
    assert isinstance(asked(vendor, plain(QUESTION, level), "invoices"), GetResponse)
    assert isinstance(asked(vendor, plain(FIRST, level)), PostResponse)
    assert isinstance(asked(vendor, plain(SECOND, level)), PostResponse)


@pytest.mark.parametrize("level", SIGNERS)
@pytest.mark.parametrize("body", [QUESTION, FIRST], ids=["get", "post"])
def test_the_same_request_counts_once_at_a_service(level: Level, body: Post | Get) -> None:
    vendor = SecuredVendor(level)
    asked(vendor, plain(body, level))

    again = asked(vendor, plain(body, level))

    assert isinstance(again, Fault)
    assert "received before" in again.message


def test_a_signed_timestamp_is_of_no_use_to_whoever_overhears_it_for_long() -> None:
    vendor = SecuredVendor()
    assert isinstance(asked(vendor, plain(FIRST, Level.FULL)), PostResponse)
    vendor.rehearsal.move_to(BEGINS + MOMENT + timedelta(seconds=1))

    forged = asked(vendor, plain(SECOND, Level.FULL))

    assert isinstance(forged, Fault)
    assert "another message came under this timestamp" in forged.message


def test_services_are_asked_the_same_in_one_second_under_a_signature_over_the_body() -> None:
    vendor = SecuredVendor()
    raw = write_envelope(request_envelope(QUESTION, message_id="m"))
    raw = secured(raw, created=BEGINS, unique="1", signer=Signer(credential=OWN))

    first = [asked(vendor, raw, service) for service in vendor.profile.services]
    again = [asked(vendor, raw, service) for service in vendor.profile.services]

    assert all(isinstance(one, GetResponse) for one in first)
    assert all(isinstance(one, Fault) for one in again)


@pytest.mark.parametrize("unlike", ["milliseconds", "ids"])
def test_two_like_requests_in_one_second_are_told_apart_as_the_refusal_says(unlike: str) -> None:
    vendor = SecuredVendor()
    raw = write_envelope(request_envelope(QUESTION, message_id="m"))
    later = BEGINS + timedelta(milliseconds=1 if unlike == "milliseconds" else 0)
    signer = Signer(credential=OWN)
    asked(vendor, secured(raw, created=BEGINS, unique="1", signer=signer))

    refused = asked(vendor, secured(raw, created=BEGINS, unique="1", signer=signer))
    mended = secured(raw, created=later, unique="2" if unlike == "ids" else "1", signer=signer)

    assert isinstance(refused, Fault)
    assert "millisecond" in refused.message
    assert "wsu:Id" in refused.message
    assert isinstance(asked(vendor, mended), GetResponse)
