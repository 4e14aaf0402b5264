"""Packages (MTOM) at the services: taken in like plain envelopes, and sent to who sent or asks for one."""

import pytest
from tests.unit.simulator.open_house import ADA, Vendor, origin_of, post_of, state_of
from tests.unit.simulator.sample_house import admission

from generale.protocol.genericasync import (
    Fault,
    Get,
    GetResponse,
    PostResponse,
    ResultMajor,
    as_package,
    is_package,
    read_envelope,
    request_envelope,
    write_envelope,
)
from generale.results.events import EventType, digest

GOOD = admission(ADA)
POST = request_envelope(post_of(GOOD), message_id="urn:m:1")
GET = request_envelope(Get(origin=origin_of()), message_id="urn:m:2")
PLAIN_TYPE = "text/xml; charset=utf-8"


def test_a_package_is_taken_in_and_answered_with_one() -> None:
    vendor = Vendor()
    raw, content_type = as_package(write_envelope(POST))

    answer = vendor.send("admissions", raw, {"content-type": content_type})

    assert answer is not None
    assert is_package(answer.headers["content-type"])
    body = read_envelope(answer.body, content_type=answer.headers["content-type"]).body
    assert isinstance(body, PostResponse)
    assert body.tack.result_major is ResultMajor.SUCCESS
    assert vendor.events(EventType.ACKNOWLEDGED)[-1].evidence == digest(GOOD.content)
    request, response = vendor.events(EventType.REQUEST)[-1], vendor.events(EventType.RESPONSE)[-1]
    assert vendor.rehearsal.evidence[request.evidence] == raw
    assert response.data["content_type"] == answer.headers["content-type"]


@pytest.mark.parametrize(
    ("headers", "packed"),
    [
        pytest.param({}, False, id="nothing said"),
        pytest.param({"content-type": PLAIN_TYPE, "accept": "*/*"}, False, id="anything"),
        pytest.param({"content-type": PLAIN_TYPE, "accept": "multipart/related"}, True, id="a package"),
    ],
)
def test_a_mailbox_comes_in_the_form_that_is_asked_for(headers: dict[str, str], packed: bool) -> None:
    vendor = Vendor()
    vendor.post(GOOD)
    vendor.later(2)

    answer = vendor.send("admissions", write_envelope(GET), headers)

    assert answer is not None
    content_type = answer.headers["content-type"]
    assert is_package(content_type) is packed
    body = read_envelope(answer.body, content_type=content_type).body
    assert isinstance(body, GetResponse)
    assert [one.input_reference for one in body.messages] == ["R1"]
    assert "content_type" in vendor.events(EventType.RESPONSE)[-1].data or not packed


def test_a_package_that_is_cut_off_gets_a_fault_in_a_package_and_changes_nothing() -> None:
    vendor = Vendor()
    raw, content_type = as_package(write_envelope(POST))
    before = state_of(vendor.rehearsal)

    answer = vendor.send("admissions", raw[:-40], {"content-type": content_type})

    assert answer is not None
    assert answer.status == 500
    body = read_envelope(answer.body, content_type=answer.headers["content-type"]).body
    assert isinstance(body, Fault)
    assert state_of(vendor.rehearsal) == before
