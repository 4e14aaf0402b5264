"""Answers that prove nothing: spoiled in one way each, and refused where that could not be."""

import pytest
from tests.unit.simulator.open_house import ADA, Vendor, origin_of
from tests.unit.simulator.sample_house import BEGINS, admission
from tests.unit.simulator.test_guard import OWN, PKI, POST, SecuredVendor, sealed

from generale.protocol.errors import UsageError
from generale.protocol.genericasync import (
    Confirm,
    ConfirmResponse,
    EnvelopeError,
    Get,
    GetResponse,
    PostResponse,
    Request,
    ResultMajor,
    read_envelope,
    request_envelope,
    tack_is_genuine,
    write_envelope,
)
from generale.protocol.messages import Decision, Outcome
from generale.protocol.profile import standard_profile
from generale.protocol.security import Freshness, Level, Seal, Signer, Verifier, secured
from generale.results.events import EventType
from generale.simulator.behaviour import CERTIFICATES, SPOILING, Behaviour, Kind
from generale.simulator.guard import RELATES_TO, Guard
from generale.simulator.simulator import Simulator
from generale.simulator.spoiling import ANOTHER


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


def proof(vendor: Vendor, raw: bytes, level: Level = Level.FULL) -> Seal:
    """What the security header of an answer proves."""
    return Verifier(PKI.trust, None, Freshness()).seal(raw, level, vendor.rehearsal.now())


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
        assert RELATES_TO in proof(vendor, spoiled).signed
    else:
        with pytest.raises(EnvelopeError):
            proof(vendor, spoiled)
    assert read_envelope(right).addressing.relates_to == "urn:uuid:3"
    assert {"Body", RELATES_TO} <= proof(vendor, right).signed
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


def test_without_signatures_nothing_is_spoiled_but_the_age_of_an_answer() -> None:
    vendor = decided(Level.TIMESTAMP)
    vendor.rehearsal.behave(Behaviour(kind=Kind.REPLY_UNSIGNED, operation="get"))
    vendor.rehearsal.behave(Behaviour(kind=Kind.REPLY_STALE, operation="get"))

    stale, fresh = fetched(vendor, "2"), fetched(vendor, "3")

    with pytest.raises(EnvelopeError, match="expired"):
        proof(vendor, stale, Level.TIMESTAMP)
    assert proof(vendor, fresh, Level.TIMESTAMP).created == vendor.rehearsal.now()
    plain = Vendor()
    plain.post(admission(ADA))
    plain.later(2)
    plain.rehearsal.behave(Behaviour(kind=Kind.REPLY_STALE, operation="get"))
    assert len(plain.get()) == 1


IMPOSSIBLE = [
    *((level, kind) for level in (Level.OFF, Level.TIMESTAMP) for kind in SPOILING),
    *((Level.FULL, kind) for kind in sorted(CERTIFICATES)),
]


@pytest.mark.parametrize(("level", "kind"), IMPOSSIBLE)
def test_what_can_never_happen_on_a_server_is_refused_with_what_it_lacks(level: Level, kind: Kind) -> None:
    simulator = Simulator(standard_profile(), guard=Guard(level, PKI))
    behaviour = Behaviour(kind=kind, operation="get", after=60)
    if (level, kind) == (Level.TIMESTAMP, Kind.REPLY_STALE):
        simulator.require_possible(behaviour)
        return

    with pytest.raises(UsageError, match="cannot happen") as error:
        simulator.require_possible(behaviour)

    assert "serve with --" in (error.value.hint or "")


@pytest.mark.parametrize("kind", Kind)
def test_where_everything_is_signed_under_tls_everything_can_happen(kind: Kind) -> None:
    simulator = Simulator(standard_profile(), address="https://here", guard=Guard(Level.FULL, PKI))

    simulator.require_possible(Behaviour(kind=kind, after=60))


@pytest.mark.parametrize("kind", SPOILING)
def test_a_post_that_somebody_else_acknowledges_never_arrives_and_may_come_again(kind: Kind) -> None:
    vendor = SecuredVendor()
    vendor.rehearsal.behave(Behaviour(kind=kind, insz=ADA))

    raw = asked_raw(vendor, sealed())
    told = read_envelope(raw).body

    assert isinstance(told, PostResponse)
    assert told.tack.result_major is ResultMajor.SUCCESS
    assert tack_is_genuine(told.tack, POST.blob.content)
    assert not is_proved(vendor, raw)
    assert vendor.events(EventType.ACKNOWLEDGED) == []
    assert isinstance(vendor.answer(sealed(unique="2")), PostResponse)
    assert len(vendor.events(EventType.ACKNOWLEDGED)) == 1


@pytest.mark.parametrize("kind", SPOILING)
def test_a_confirmation_that_somebody_else_answers_never_arrives(kind: Kind) -> None:
    vendor = decided()
    page = read_envelope(fetched(vendor, "2")).body
    assert isinstance(page, GetResponse)
    name = page.messages[0].blob.reference or ""
    vendor.rehearsal.behave(Behaviour(kind=kind, operation="confirm"))

    first = asked_raw(vendor, signed(vendor, Confirm(origin=origin_of(), references=(name,)), "3"))
    still = read_envelope(fetched(vendor, "4")).body
    second = asked_raw(vendor, signed(vendor, Confirm(origin=origin_of(), references=(name,)), "5"))
    after = read_envelope(fetched(vendor, "6")).body

    assert isinstance(read_envelope(first).body, ConfirmResponse)
    assert (is_proved(vendor, first), is_proved(vendor, second)) == (False, True)
    assert isinstance(still, GetResponse)
    assert isinstance(after, GetResponse)
    assert (len(still.messages), len(after.messages)) == (1, 0)


@pytest.mark.parametrize(
    ("control", "right", "shown"),
    [("", Outcome.ACCEPTED, Outcome.REFUSED), ("HX-ADM-12", Outcome.REFUSED, Outcome.ACCEPTED)],
)
def test_a_decision_that_was_tampered_with_says_the_opposite_later_and_with_its_own_hash(
    control: str, right: Outcome, shown: Outcome
) -> None:
    vendor = SecuredVendor()
    if control:
        vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE, control=control))
    vendor.answer(sealed())
    vendor.later(2)
    vendor.rehearsal.behave(Behaviour(kind=Kind.REPLY_TAMPERED, operation="get"))

    tampered, true = (read_envelope(fetched(vendor, unique)).body for unique in ("2", "3"))

    assert isinstance(tampered, GetResponse)
    assert isinstance(true, GetResponse)
    one, other = tampered.messages[0].blob, true.messages[0].blob
    told, own = (vendor.rehearsal.world.profile.read(blob.content) for blob in (one, other))
    assert isinstance(told, Decision)
    assert isinstance(own, Decision)
    assert (told.outcome, own.outcome) == (shown, right)
    assert told.decided > own.decided
    assert (one.reference, one.hash_value) == (other.reference, one.digest)


def asked_raw(vendor: SecuredVendor, raw: bytes) -> bytes:
    """The bytes that come back for these at the service for admissions."""
    response = vendor.send("admissions", raw)
    assert response is not None
    return response.body


def signed(vendor: Vendor, body: Request, unique: str) -> bytes:
    """A request as its facility signs it."""
    raw = write_envelope(request_envelope(body, message_id=f"urn:uuid:{unique}"))
    return secured(raw, created=vendor.rehearsal.now(), unique=unique, signer=Signer(credential=OWN))


def is_proved(vendor: Vendor, raw: bytes) -> bool:
    """Whether an answer is signed, and to a request of ours."""
    try:
        proof(vendor, raw)
    except EnvelopeError:
        return False
    return read_envelope(raw).addressing.relates_to != ANOTHER


def test_an_operation_that_no_service_has_is_refused() -> None:
    with pytest.raises(UsageError, match="no operation 'put'"):
        Vendor().rehearsal.behave(Behaviour(kind=Kind.CUT, operation="put"))
