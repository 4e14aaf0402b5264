"""Labels that contradict the content of a message, and destinations that are another fund than its own."""

from dataclasses import replace

import pytest
from tests.unit.simulator.open_house import ADA, HOME, Vendor, invoice, origin_of, post_of
from tests.unit.simulator.sample_house import admission

from generale.protocol.genericasync import (
    Fault,
    Post,
    PostResponse,
    SoaCode,
    TAck,
    read_envelope,
    read_reject,
    request_envelope,
    write_envelope,
)
from generale.protocol.profile import INVOICE_NAME
from generale.simulator.behaviour import Behaviour, Kind
from generale.simulator.service import INVALID_CONTENT, WRONG_DESTINATION

FUND = "urn:nip:destination:io:"


def answered(post: Post, to: str = "", vendor: Vendor | None = None) -> TAck | Fault:
    """The answer to a message that is addressed so."""
    raw = write_envelope(request_envelope(post, message_id="m", to=to))
    service = "invoices" if post.blob.message_name == INVOICE_NAME else "admissions"
    response = (vendor or Vendor()).send(service, raw)
    assert response is not None
    body = read_envelope(response.body).body
    assert isinstance(body, PostResponse | Fault)
    return body.tack if isinstance(body, PostResponse) else body


def message(**labels: str) -> Post:
    """An admission with these labels on its content."""
    return post_of(replace(admission(ADA), **labels))  # type: ignore[arg-type]  # labels are texts


@pytest.mark.parametrize("kind", ["text/xml", "text/xml; charset=UTF-8", "application/xml"])
def test_a_message_is_taken_in_under_any_name_of_xml(kind: str) -> None:
    answer = answered(message(content_type=kind))

    assert isinstance(answer, TAck)
    assert answer.result_minor == ""


@pytest.mark.parametrize("kind", ["text/plain", "application/pdf", ""])
def test_a_message_that_says_it_is_something_else_is_refused(kind: str) -> None:
    answer = answered(message(content_type=kind))

    assert isinstance(answer, TAck)
    assert (answer.result_minor, "Detail/@ContentType" in answer.result_message) == (INVALID_CONTENT, True)


@pytest.mark.parametrize(
    ("to", "minor"),
    [
        (f"{FUND}810", ""),
        (f"{FUND}000", ""),
        (f"{FUND}MULTICAST", ""),
        ("https://anywhere/", ""),
        (f"{FUND}830", WRONG_DESTINATION),
    ],
)
def test_a_message_to_a_fund_goes_to_the_fund_of_its_resident(to: str, minor: str) -> None:
    answer = answered(message(), to)

    assert isinstance(answer, TAck)
    assert answer.result_minor == minor


def test_a_refused_destination_keeps_the_reference_free() -> None:
    vendor = Vendor()

    refused, taken = (answered(message(), f"{FUND}{number}", vendor) for number in ("830", "810"))

    assert isinstance(refused, TAck)
    assert isinstance(taken, TAck)
    assert (refused.result_minor, taken.result_minor) == (WRONG_DESTINATION, "")


@pytest.mark.parametrize("quality", ["hospital", "doctor", "Retirement"])
def test_a_facility_is_a_care_home_or_says_nothing(quality: str) -> None:
    origin = origin_of(HOME)
    post = message()

    refused = answered(replace(post, origin=replace(origin, quality=quality)))
    silent = answered(replace(post, origin=replace(origin, quality="")))

    assert isinstance(refused, Fault)
    assert refused.code == SoaCode.NO_ACCESS
    assert isinstance(silent, TAck)


@pytest.mark.parametrize("is_test", [True, False])
def test_a_rejected_message_comes_back_with_the_mark_that_it_had(is_test: bool) -> None:
    vendor = Vendor()
    vendor.rehearsal.behave(Behaviour(kind=Kind.REJECT_INBOUND))

    answered(replace(message(), is_test=is_test), vendor=vendor)
    vendor.later(5)

    (delivery,) = vendor.get()
    assert read_reject(delivery.blob.content).is_test is is_test


@pytest.mark.parametrize(
    ("kind", "is_test", "to", "minor"),
    [
        ("text/plain", False, f"{FUND}810", ""),
        ("text/plain; charset=us-ascii", False, "", ""),
        ("text/xml", False, "", INVALID_CONTENT),
        ("text/plain", True, "", INVALID_CONTENT),
        ("text/plain", False, f"{FUND}830", WRONG_DESTINATION),
        ("text/plain", False, f"{FUND}000", WRONG_DESTINATION),
    ],
)
def test_the_labels_of_an_invoice_file_are_those_of_the_file(
    kind: str, is_test: bool, to: str, minor: str
) -> None:
    post = replace(post_of(replace(invoice(ADA), content_type=kind)), is_test=is_test)

    answer = answered(post, to)

    assert isinstance(answer, TAck)
    assert answer.result_minor == minor
