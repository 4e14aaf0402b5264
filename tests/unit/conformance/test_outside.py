"""The outside of a request: nobody is named in it, wherever that may be."""

from typing import TYPE_CHECKING

import pytest

from generale.protocol.genericasync import (
    Get,
    GetResponse,
    as_package,
    request_envelope,
    write_envelope,
)
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script


def worded(script: "Script", mark: bytes, *, header: bytes = b"", around: bytes = b"") -> None:
    """A question for the mailbox with this in its header, and this in front of the envelope."""
    script.admit()
    raw = write_envelope(request_envelope(Get(origin=script.origin(script.home.nihii)), message_id="m"))
    raw = raw.replace(b"</soap:Header>", header.replace(b"%b", mark) + b"</soap:Header>")
    raw = raw.replace(b"<soap:Envelope", around.replace(b"%b", mark) + b"<soap:Envelope")
    ids = {"operation": "get", "facility": script.home.nihii, "service": "admissions"}
    script.exchange(ids, raw, GetResponse(msg_count=0, tack_count=0))


@pytest.mark.parametrize(
    ("header", "around"),
    [
        (b'<x:Patient xmlns:x="urn:x">%b</x:Patient>', b""),
        (b'<x:Case xmlns:x="urn:x" owner="%b"/>', b""),
        (b'<x:Case xmlns:x="urn:x"><x:Who/>%b</x:Case>', b""),
        (b"<!-- %b -->", b""),
        (b"", b"<!-- %b -->"),
    ],
    ids=["a header block", "an attribute", "text behind an element", "a comment", "in front"],
)
@pytest.mark.parametrize("mark", ["31.05.02-000.{tail}", "Mevr. Verhulst", "VERHULST-7", "Ver%68ulst"])
def test_nobody_stands_anywhere_in_an_envelope(
    mark: str, header: bytes, around: bytes, script: "Script"
) -> None:
    tail = f"{script.anna.insz[9:]}"
    text = mark.format(tail=tail).encode()
    worded(script, text, header=header, around=around)

    assert [one.code for one in script.ask("CK-PRI-01")[1]] == ["person-outside-content"]


def test_a_short_name_within_a_key_stands_there_by_chance_and_a_long_one_does_not(script: "Script") -> None:
    key = "Q2Verhulst" * 5
    worded(script, key.encode(), header=b'<x:Key xmlns:x="urn:x">%b</x:Key>')
    assert script.ask("CK-PRI-01")[1] == []


def test_the_number_of_a_resident_in_the_head_of_a_part_of_a_package_is_outside(script: "Script") -> None:
    script.admit()
    envelope = request_envelope(Get(origin=script.origin(script.home.nihii)), message_id="m")
    raw, content_type = as_package(write_envelope(envelope))
    described = b"Content-Description: " + script.anna.insz.encode() + b"\r\nContent-ID:"
    raw = raw.replace(b"Content-ID:", described, 1)
    ids = {"exchange": "1", "operation": "get", "facility": script.home.nihii, "service": "admissions"}
    data = {"url": "http://platform/a", "headers": {"content-type": content_type}}
    script.note(EventType.REQUEST, ids, data, raw)

    assert [one.path for one in script.ask("CK-PRI-01")[1]] == ["head of a part"]
