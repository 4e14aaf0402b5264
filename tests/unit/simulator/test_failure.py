"""An error of the simulator: its answer is addressed and signed like any other, and the log names it."""

import asyncio
from typing import Any

import pytest
from tests.unit.simulator.open_house import ADA, HOME, Vendor, origin_of, post_of
from tests.unit.simulator.sample_house import BEGINS, admission
from tests.unit.simulator.test_guard import OWN, PKI, SecuredVendor

from generale.protocol.errors import DiskFailure
from generale.protocol.genericasync import (
    Fault,
    Get,
    SoaCode,
    read_envelope,
    request_envelope,
    soa_fault,
    write_envelope,
)
from generale.protocol.security import Freshness, Level, Signer, Verifier, secured
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.results.events import EventType
from generale.simulator import mailbox_service
from generale.simulator.guard import RELATES_TO
from generale.simulator.http import Edge, answer

RAW = write_envelope(request_envelope(Get(origin=origin_of(HOME)), message_id="urn:asked"))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """No mailbox can be opened, for a reason that nobody foresaw."""

    def get(*_: object) -> None:
        raise KeyError("nobody foresaw this")

    monkeypatch.setattr(mailbox_service, "get", get)


def asked(vendor: Vendor, raw: bytes = RAW) -> HttpResponse:
    """What the edge answers to a question about the mailbox."""
    url = vendor.serving.addresses(vendor.rehearsal)["admissions"]
    response = answer(vendor.serving, HttpRequest(url=url, body=raw))
    assert response is not None
    return response


@pytest.mark.usefixtures("broken")
def test_the_answer_names_the_request() -> None:
    envelope = read_envelope(asked(Vendor()).body)

    assert isinstance(envelope.body, Fault)
    assert envelope.body.code == SoaCode.UNSPECIFIED
    assert envelope.addressing.relates_to == "urn:asked"
    assert envelope.addressing.action == "urn:be:cin:nip:async:generic:get:fault"


@pytest.mark.usefixtures("broken")
def test_the_answer_is_signed_where_all_are() -> None:
    vendor = SecuredVendor()
    raw = secured(RAW, created=BEGINS, unique="1", signer=Signer(credential=OWN))

    response = asked(vendor, raw)

    seal = Verifier(PKI.trust, None, Freshness()).seal(response.body, Level.FULL, BEGINS)
    assert seal.holder is not None
    assert seal.holder.der == PKI.platform.der
    assert {"Timestamp", "Body", RELATES_TO} <= seal.signed


@pytest.mark.usefixtures("broken")
def test_the_log_says_that_the_simulator_failed_and_keeps_what_it_failed_on() -> None:
    vendor = Vendor()
    asked(vendor)

    request, event, response = vendor.rehearsal.events
    assert [request.type, response.type] == [EventType.REQUEST, EventType.RESPONSE]
    assert request.ids["exchange"] == response.ids["exchange"]
    assert event.data["blame"] == "simulator"
    assert "nobody foresaw this" in event.data["problem"]
    assert vendor.rehearsal.evidence[event.evidence] == RAW


@pytest.mark.usefixtures("broken")
def test_the_rehearsal_goes_on_and_what_failed_is_on_disk() -> None:
    vendor = Vendor()
    url = vendor.serving.addresses(vendor.rehearsal)["admissions"]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": url.removeprefix(vendor.serving.address),
        "raw_path": url.removeprefix(vendor.serving.address).encode(),
        "query_string": b"",
        "headers": [],
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": RAW, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Edge(vendor.serving)(scope, receive, send))

    assert b"urn:asked" in sent[-1]["body"]
    assert vendor.events(EventType.HARNESS)
    assert vendor.rehearsal.unwritten() is None
    assert vendor.post(admission(ADA)).reference


def test_what_the_world_refuses_is_no_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = Vendor()

    def full(*_: object) -> None:
        raise DiskFailure("there is no room")

    monkeypatch.setattr(vendor.rehearsal, "require_room", full)

    envelope = read_envelope(
        asked(vendor, write_envelope(request_envelope(post_of(admission(ADA)), message_id="m"))).body
    )

    assert isinstance(envelope.body, Fault)
    assert envelope.body.code == SoaCode.TEMPORARILY_UNAVAILABLE
    assert envelope.addressing.relates_to == "m"
    assert vendor.events(EventType.HARNESS) == []


def test_bytes_without_addresses_are_answered_without() -> None:
    vendor = Vendor()
    response = vendor.serving.refused(
        HttpRequest(url=vendor.serving.addresses(vendor.rehearsal)["admissions"], body=b"<a"),
        soa_fault(SoaCode.UNSPECIFIED),
        "it broke",
    )

    assert read_envelope(response.body).addressing.relates_to is None
