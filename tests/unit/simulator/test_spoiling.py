"""Deliveries that prove nothing: spoiled in one way each, only where everything is signed."""

import pytest
from tests.unit.simulator.open_house import ADA, Vendor, origin_of
from tests.unit.simulator.sample_house import BEGINS, admission
from tests.unit.simulator.test_guard import OWN, PKI, SecuredVendor, sealed

from generale.protocol.errors import UsageError
from generale.protocol.genericasync import (
    EnvelopeError,
    Get,
    GetResponse,
    read_envelope,
    request_envelope,
    write_envelope,
)
from generale.protocol.security import Freshness, Level, Seal, Signer, Verifier, secured
from generale.results.events import EventType
from generale.simulator.behaviour import Behaviour, Kind
from generale.simulator.spoiling import ANOTHER, SPOILING


def fetched(vendor: Vendor, unique: str, message_id: str = "") -> bytes:
    """The answer to a signed question for the mailbox."""
    asked = request_envelope(Get(origin=origin_of()), message_id=message_id or f"urn:uuid:{unique}")
    raw = write_envelope(asked)
    now = vendor.rehearsal.now()
    response = vendor.send(
        "admissions", secured(raw, created=now, unique=unique, signer=Signer(credential=OWN))
    )
    assert response is not None
    return response.body


def proof(vendor: Vendor, raw: bytes) -> Seal:
    """What the security header of an answer proves."""
    return Verifier(PKI.trust, None, Freshness()).seal(raw, Level.FULL, vendor.rehearsal.now())


def decided(level: Level = Level.FULL) -> SecuredVendor:
    """A vendor with a decision in the mailbox."""
    vendor = SecuredVendor(level)
    vendor.answer(sealed())
    vendor.later(2)
    return vendor


@pytest.mark.parametrize("kind", SPOILING)
def test_a_spoiled_delivery_proves_nothing_and_the_next_one_does(kind: Kind) -> None:
    vendor = decided()
    vendor.rehearsal.behave(Behaviour(kind=kind, operation="get"))

    spoiled, right = fetched(vendor, "2"), fetched(vendor, "3")

    if kind is Kind.REPLY_TO_ANOTHER:
        assert read_envelope(spoiled).addressing.relates_to == ANOTHER
        assert "RelatesTo" in proof(vendor, spoiled).signed
    else:
        with pytest.raises(EnvelopeError):
            proof(vendor, spoiled)
    assert read_envelope(right).addressing.relates_to == "urn:uuid:3"
    assert {"Body", "RelatesTo"} <= proof(vendor, right).signed
    told = [event.data.get("spoiled") for event in vendor.events(EventType.RESPONSE)]
    assert told == [None, kind.value, None]


def test_an_answer_relates_to_another_request_whatever_signs_stand_in_the_name_of_the_request() -> None:
    vendor = decided()
    vendor.rehearsal.behave(Behaviour(kind=Kind.REPLY_TO_ANOTHER, operation="get"))

    assert read_envelope(fetched(vendor, "2", "<2&3@host>")).addressing.relates_to == ANOTHER


@pytest.mark.parametrize("kind", SPOILING)
def test_a_spoiled_delivery_can_still_be_read_by_who_does_not_look(kind: Kind) -> None:
    vendor = decided()
    vendor.rehearsal.behave(Behaviour(kind=kind, operation="get"))

    body = read_envelope(fetched(vendor, "2")).body

    assert isinstance(body, GetResponse)
    assert len(body.messages) == 1


def test_an_empty_mailbox_is_not_spoiled() -> None:
    vendor = SecuredVendor()
    vendor.rehearsal.behave(Behaviour(kind=Kind.REPLY_UNSIGNED, operation="get"))

    assert proof(vendor, fetched(vendor, "2")).created == BEGINS
    assert [one.kind for one in vendor.rehearsal.world.behaviours.active] == [Kind.REPLY_UNSIGNED]


def test_nothing_is_spoiled_where_nothing_is_signed() -> None:
    vendor = decided(Level.TIMESTAMP)
    vendor.rehearsal.behave(Behaviour(kind=Kind.REPLY_UNSIGNED, operation="get"))

    assert b"Timestamp" in fetched(vendor, "2")
    plain = Vendor()
    plain.post(admission(ADA))
    plain.later(2)
    plain.rehearsal.behave(Behaviour(kind=Kind.REPLY_STALE, operation="get"))
    assert len(plain.get()) == 1


@pytest.mark.parametrize("kind", SPOILING)
def test_what_is_no_delivery_cannot_be_spoiled(kind: Kind) -> None:
    with pytest.raises(UsageError, match="spoils the answer to a get"):
        Vendor().rehearsal.behave(Behaviour(kind=kind))
