"""The outside of a request: nobody is named in it, wherever that may be and however it is written."""

from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from generale.protocol.genericasync import (
    Get,
    as_package,
    request_envelope,
    write_envelope,
)
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

KEY = "kV7+xQ2mJ9/dL4tR8zW1pY6bN3cF5hG0sA7uE2iO4="
"""What a signature looks like."""


def worded(
    script: "Script", mark: bytes, *, header: bytes = b"", around: bytes = b"", headers: Any = None
) -> None:
    """A question for the mailbox with this in its header, and this in front of the envelope."""
    script.admit()
    raw = write_envelope(request_envelope(Get(origin=script.origin(script.home.nihii)), message_id="m"))
    raw = raw.replace(b"</soap:Header>", header.replace(b"%b", mark) + b"</soap:Header>")
    raw = raw.replace(b"<soap:Envelope", around.replace(b"%b", mark) + b"<soap:Envelope")
    ids = {"exchange": "1", "operation": "get", "facility": script.home.nihii, "service": "admissions"}
    data = {"url": "http://platform/a", "headers": headers or {}}
    script.note(EventType.REQUEST, ids, data, raw)


def codes(script: "Script") -> list[str]:
    return [one.code for one in script.ask("CK-PRI-01")[1]]


@pytest.mark.parametrize(
    ("header", "around"),
    [
        (b'<x:Patient xmlns:x="urn:x">%b</x:Patient>', b""),
        (b'<x:Case xmlns:x="urn:x" owner="%b"/>', b""),
        (b'<x:Case xmlns:x="urn:x"><x:Who/>%b</x:Case>', b""),
        (b'<x:Case xmlns:x="urn:x:%b"/>', b""),
        (b'<x:Case xmlns:x="urn:x" xmlns:y="%b"/>', b""),
        (b"<!-- %b -->", b""),
        (b"<?note %b?>", b""),
        (b"", b"<!-- %b -->"),
        (b"", b"<?note %b?>"),
    ],
    ids=[
        "a header block",
        "an attribute",
        "text behind an element",
        "the namespace of an element",
        "the namespace of a prefix that nothing uses",
        "a comment",
        "an instruction",
        "a comment in front",
        "an instruction in front",
    ],
)
@pytest.mark.parametrize(
    "mark",
    [
        "31.05.02-000.{tail}",
        "Mevr.Verhulst",
        "VERHULST-7",
        "Ver%68ulst",
        "Ver%2568ulst",
        "Anna",
        "anna-0012",
        "ANNA0012",
        "AnnaV",
        "annav0012",
        "V.Anna",
        "refAnna12",
        "QW5uYQ==",
        "416e6e61",
    ],
)
def test_nobody_stands_anywhere_in_an_envelope(
    mark: str, header: bytes, around: bytes, script: "Script"
) -> None:
    tail = f"{script.anna.insz[9:]}"
    text = mark.format(tail=tail).encode()
    worded(script, text, header=header, around=around)

    assert codes(script) == ["person-outside-content"]


@pytest.mark.parametrize(
    "header",
    [
        b'<x:N%b xmlns:x="urn:x"/>',
        b'<x:Case xmlns:x="urn:x" N%b="1"/>',
        b'<n%b:Case xmlns:n%b="urn:x"/>',
        b"<?N%b?>",
    ],
    ids=["an element", "an attribute", "a prefix", "an instruction"],
)
def test_nobody_gives_a_name_to_anything(header: bytes, script: "Script") -> None:
    worded(script, script.anna.insz.encode(), header=header)

    assert codes(script) == ["person-outside-content"]


@pytest.mark.parametrize(
    "write",
    [
        lambda text: b64encode(text).decode(),
        lambda text: b64encode(text).decode().rstrip("="),
        lambda text: urlsafe_b64encode(b"\xc3\xbf?>" + text).decode(),
        lambda text: f"id={b64encode(text).decode()};",
        lambda text: quote(b64encode(text)),
        lambda text: b64encode(quote(text.decode(), safe="").encode()).decode(),
        lambda text: b64encode(b64encode(text)).decode(),
        lambda text: "\n".join(b64encode(b"patient: " + text).decode().partition("l")),
        lambda text: text.hex(),
        lambda text: text.hex().upper(),
    ],
)
@pytest.mark.parametrize("what", ["insz", "family_name"])
def test_an_encoding_hides_nobody(what: str, write: Any, script: "Script") -> None:
    mark = write(str(getattr(script.anna, what)).encode())
    worded(script, mark.encode(), header=b'<x:Case xmlns:x="urn:x" key="%b"/>')

    assert codes(script) == ["person-outside-content"]


@pytest.mark.parametrize("headers", [{"x-anna": "1"}, {"x-case": "for=Anna"}, {"cookie": "case=QW5uYQ"}])
def test_a_header_of_http_names_nobody(headers: dict[str, str], script: "Script") -> None:
    worded(script, b"", headers=headers)

    assert codes(script) == ["person-outside-content"]


@pytest.mark.parametrize(
    "mark",
    [
        "Q2Verhulst" * 5,
        KEY,
        f"{KEY[:20]}/Anna/{KEY[20:]}",
        "7ANNA2X9K4",
        "urn:uuid:3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "savannah",
        "annas",
        "Content",
        "VerhulX",
        "0" * 11,
    ],
)
def test_what_stands_there_by_chance_names_nobody(mark: str, script: "Script") -> None:
    worded(script, mark.encode(), header=b'<x:Key xmlns:x="urn:x">%b</x:Key>')

    assert codes(script) == []


@pytest.mark.parametrize(
    ("given", "family", "text", "is_named"),
    [
        ("Jan", "Maes", "Mon, 06 Jan 2020 10:00:00 GMT", False),
        ("Jan", "Maes", "for Jan", True),
        ("José", "Maes", "application/jose", False),
        ("José", "Maes", "jose-m", True),
        ("Rob", "Sels", "rob", False),
        ("An", "De Vos", "an order", False),
        ("An", "De Vos", "An D.", True),
        ("Tim", "Everaert", "time", False),
        ("Tim", "Everaert", "TimE001", True),
        ("Tim", "Everaert", "tim", True),
        ("Eva", "Lemmens", "mX1NvXr_EvaOHHecYz2shA", False),
        ("Eva", "Lemmens", "ncgfORafIiX_Eva-0GDS9A", False),
        ("Guy", "De Waele", "4JKEyGuyATtbEl", False),
        ("Marie-Christine", "Maes", "urn:x:marie-christine", True),
        ("Marie-Christine", "Maes", "MarieChristine", True),
        ("Amélie", "Sels", "amelie", True),
        ("Amélie", "Sels", "Am%C3%A9lie", True),
        ("Els", "Maes", "maes", True),
        ("Els", "Maes", "emaes01", True),
        ("Els", "Maes", "elsewhere", False),
    ],
)
def test_a_short_name_counts_as_a_word(
    given: str, family: str, text: str, is_named: bool, script: "Script"
) -> None:
    script.anna = replace(script.anna, given_name=given, family_name=family)
    worded(script, text.encode(), header=b'<x:Key xmlns:x="urn:x">%b</x:Key>')

    assert codes(script) == (["person-outside-content"] if is_named else [])


def test_a_word_of_the_product_or_of_what_it_was_given_names_nobody(script: "Script") -> None:
    script.anna = replace(script.anna, given_name="Luna", family_name="Huis")
    worded(
        script, b"luna-1 huis", header=b'<x:Key xmlns:x="urn:x">%b</x:Key>', headers={"user-agent": "Luna/2"}
    )
    assert script.home.name.startswith("Huis")

    assert codes(script) == []


def packaged(script: "Script", raw: bytes, old: bytes, new: bytes) -> None:
    body, content_type = as_package(raw)
    ids = {"exchange": "1", "operation": "get", "facility": script.home.nihii, "service": "admissions"}
    data = {"url": "http://platform/a", "headers": {"content-type": content_type}}
    assert old in body
    script.note(EventType.REQUEST, ids, data, body.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (b"Content-ID:", b"Content-Description: %b\r\nContent-ID:", "head of a part"),
        (b"--generale", b"%b\r\n--generale", "head of a part"),
        (b"--\r\n", b"--\r\n%b", "head of a part"),
        (b"</soap:Header>", b"<!--%b--></soap:Header>", "comment in Header"),
    ],
    ids=["the head of a part", "before the first part", "after the last part", "a comment in the root"],
)
def test_a_package_names_nobody(old: bytes, new: bytes, path: str, script: "Script") -> None:
    script.admit()
    envelope = request_envelope(Get(origin=script.origin(script.home.nihii)), message_id="m")
    packaged(script, write_envelope(envelope), old, new.replace(b"%b", script.anna.insz.encode()))

    assert [one.path for one in script.ask("CK-PRI-01")[1]] == [path]
