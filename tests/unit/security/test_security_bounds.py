"""What is remembered of messages, and that whatever a hostile one holds costs little and proves nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.unit.security.sample_security import (
    NIHII,
    NOW,
    assertions,
    by_assertion,
    by_certificate,
    sealed,
    verifier,
)
from tests.unit.security.test_security_header import DAY, change_text, changed

from generale.protocol.genericasync import EnvelopeError, SoaCode, read_envelope
from generale.protocol.genericasync.vocabulary import SOAP
from generale.protocol.security import Level, Seen, SignedParts, signature
from generale.protocol.security.document import doubled_id
from generale.protocol.security.replay import MOMENT
from generale.protocol.security.signature import MOST_SIGNED_INFO
from generale.protocol.security.vocabulary import DS, EXC_C14N, WSSE, WSU


def test_the_same_message_twice_is_a_replay_until_it_is_stale() -> None:
    seen, seal = Seen(timedelta(seconds=420)), verifier().seal(sealed(by_certificate()), Level.FULL, NOW)

    assert seen.is_new(seal.mark, NOW)
    assert not seen.is_new(seal.mark, NOW + timedelta(seconds=419))
    assert seen.is_new(seal.mark, NOW + timedelta(seconds=420))


def test_another_message_under_the_same_signed_timestamp_is_told_by_its_body() -> None:
    raw = sealed(by_certificate(parts=SignedParts.TIMESTAMP))
    check = verifier()
    seals = [
        check.seal(one, Level.FULL, NOW)
        for one in (raw, changed(raw, change_text(".//{*}InputReference", "R2")))
    ]

    assert seals[0].mark != seals[1].mark
    assert seals[0].under == seals[1].under != b""


def test_a_signature_over_the_body_leaves_nothing_open() -> None:
    assert verifier().seal(sealed(by_certificate()), Level.FULL, NOW).under == b""


def test_others_may_come_under_a_signed_timestamp_for_a_moment_only() -> None:
    seen = Seen(timedelta(seconds=420))

    assert seen.is_open(b"stamp", NOW)
    seen.is_new(b"stamp", NOW)
    assert seen.is_open(b"stamp", NOW + MOMENT)
    seen.is_new(b"stamp", NOW + MOMENT)
    assert not seen.is_open(b"stamp", NOW + MOMENT + timedelta(milliseconds=1))


def test_two_messages_of_one_instant_are_no_replay() -> None:
    check = verifier()
    marks = {check.seal(sealed(by_certificate(), unique=one), Level.FULL, NOW).mark for one in "12"}

    assert len(marks) == 2


def test_the_memory_of_replays_is_bounded() -> None:
    seen = Seen(timedelta(seconds=60), most=3)

    for number in range(10):
        assert seen.is_new(bytes([number]), NOW)

    assert len(seen) == 3


def test_a_verified_assertion_is_remembered_and_still_expires() -> None:
    memory = assertions(most=2)
    raw = by_assertion().assertion
    assert raw is not None
    element = etree.fromstring(raw)

    first = memory.verified(element, NOW)
    again = memory.verified(element, NOW)

    assert again is first
    with pytest.raises(Exception, match="the assertion holds from"):
        memory.verified(element, NOW + 2 * DAY)


def test_the_memory_of_assertions_is_bounded() -> None:
    memory = assertions(most=2)

    for hours in range(5):
        raw = by_assertion(at=NOW - timedelta(hours=hours)).assertion
        assert raw is not None
        memory.verified(etree.fromstring(raw), NOW)

    assert len(memory) == 2


@given(st.integers(0, 100_000), st.integers(1, 255))
def test_a_single_changed_byte_never_passes_for_another_message(place: int, by: int) -> None:
    raw = sealed(by_certificate())
    place %= len(raw)
    broken = raw[:place] + bytes([raw[place] ^ by]) + raw[place + 1 :]

    try:
        seal = verifier().seal(broken, Level.FULL, NOW)
        message = read_envelope(broken)
    except EnvelopeError:
        return

    assert seal.identity.id == NIHII
    assert message.body == read_envelope(raw).body


NAIVE = NOW.astimezone(UTC).replace(tzinfo=None)
NEAR = st.timedeltas(timedelta(minutes=-10), timedelta(minutes=10)).map(
    lambda span: (NAIVE + span).replace(microsecond=0)
)


@given(st.datetimes() | NEAR, st.datetimes() | NEAR)
def test_whatever_instants_a_timestamp_has_it_is_fresh_or_refused(
    created: datetime, expires: datetime
) -> None:
    raw = changed(
        sealed(),
        lambda root: (
            change_text(f".//{{{WSU}}}Created", f"{created.isoformat(timespec='seconds')}Z")(root),
            change_text(f".//{{{WSU}}}Expires", f"{expires.isoformat(timespec='seconds')}Z")(root),
        )[0],
    )

    try:
        verifier().seal(raw, Level.TIMESTAMP, NOW)
    except EnvelopeError:
        return

    assert NAIVE - timedelta(seconds=360) < created <= NAIVE + timedelta(seconds=60)
    assert expires > created


@pytest.mark.parametrize("level", [Level.TIMESTAMP, Level.FULL])
@pytest.mark.parametrize("place", [b"<wsu:Timestamp", b"<ds:SignedInfo", b"<saml:Assertion"])
@pytest.mark.parametrize("form", ['a%d="x"', 'xmlns:a%d="u:%d"'])
def test_no_part_with_very_many_attributes_is_ever_made_canonical(
    level: Level, place: bytes, form: str
) -> None:
    raw = sealed(by_assertion())
    many = " ".join(form.replace("%d", str(number)) for number in range(80_000)).encode()
    assert place in raw

    with pytest.raises(EnvelopeError) as caught:
        verifier().seal(raw.replace(place, place + b" " + many), level, NOW)

    assert caught.value.fault.code == SoaCode.MALFORMED


def test_an_id_that_stands_twice_among_very_many_is_found_at_once() -> None:
    many = b"".join(b'<a Id="_%d"/>' % number for number in range(200_000))
    root = etree.fromstring(b"<r>" + many + b'<a Id="_199999"/></r>')

    assert doubled_id(root) == "_199999"


class Counted:
    """Stands for an element with two ids of its own, and counts how often it is looked at."""

    looks = 0

    def __init__(self, number: int) -> None:
        self._number = number

    def items(self) -> list[tuple[str, str]]:
        Counted.looks += 1
        return [("Id", f"i{self._number}"), ("id", f"j{self._number}")]


class CountedRoot:
    """Stands for the root above such elements."""

    def iter(self, _tag: str) -> list[Counted]:
        return [Counted(number) for number in range(1_000)]


def test_every_element_is_looked_at_once_for_ids_that_stand_twice() -> None:
    root: Any = CountedRoot()
    Counted.looks = 0

    assert doubled_id(root) is None
    assert Counted.looks == 1_000


@pytest.mark.parametrize("name", ["Id", "ID", "id", "AssertionID", "xml:id", "w:Id"])
def test_an_id_stands_twice_whatever_its_attributes_are_called(name: str) -> None:
    def root(second: str) -> etree._Element:
        return etree.fromstring(f'<a xmlns:w="{WSU}" Id="x" id="y"><b other="x" {name}="{second}"/></a>')

    assert doubled_id(root("x")) == "x"
    assert doubled_id(root("z")) is None


OTHER_NODE, NEXT_NODE = "urn:other", "http://schemas.xmlsoap.org/soap/actor/next"


def for_actor(root: etree._Element, actor: str, *, only: bool) -> None:
    """Let the security header be for a node, or set one that is in front of it."""
    header = root[0]
    block = header.find(f"{{{WSSE}}}Security")
    assert block is not None
    if not only:
        block = etree.Element(f"{{{WSSE}}}Security")
        header.insert(0, block)
    block.set(f"{{{SOAP}}}actor", actor)


def test_the_security_header_for_another_node_is_passed_over() -> None:
    raw = changed(sealed(by_certificate()), lambda root: for_actor(root, OTHER_NODE, only=False))

    assert verifier().seal(raw, Level.FULL, NOW).identity.id == NIHII


def test_the_security_header_for_the_next_node_is_ours() -> None:
    raw = changed(sealed(by_certificate()), lambda root: for_actor(root, NEXT_NODE, only=True))

    assert verifier().seal(raw, Level.FULL, NOW).identity.id == NIHII


@pytest.mark.parametrize("level", [Level.TIMESTAMP, Level.FULL])
@pytest.mark.parametrize(
    ("actor", "only", "number"),
    [(OTHER_NODE, True, 0), (NEXT_NODE, False, 2), ("", False, 2)],
    ids=["only another node's", "a second one for the next node", "a second one for no node by name"],
)
def test_exactly_one_security_header_is_for_us(level: Level, actor: str, only: bool, number: int) -> None:
    raw = changed(sealed(by_certificate()), lambda root: for_actor(root, actor, only=only))

    with pytest.raises(EnvelopeError, match=f"there are {number} elements for the security header"):
        verifier().seal(raw, level, NOW)


@pytest.mark.parametrize("place", ["Transforms", "CanonicalizationMethod/*", "DigestValue"])
def test_a_signed_info_of_very_many_elements_is_not_even_canonicalised(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crowd(root: Any) -> None:
        info = next(root.iterfind(f".//{{{DS}}}SignedInfo"))
        method = info[0]
        if len(method) == 0:
            etree.SubElement(method, f"{{{EXC_C14N}}}InclusiveNamespaces", {"PrefixList": "soap"})
        parts = place.split("/")
        (target, *_) = info.iterfind(f".//{{{DS}}}{parts[0]}")
        for _ in range(MOST_SIGNED_INFO):
            etree.SubElement(
                target[0] if len(parts) > 1 else target, f"{{{DS}}}Transform", Algorithm=EXC_C14N
            )

    raw = changed(sealed(by_certificate()), crowd)
    monkeypatch.setattr(signature, "canonical", lambda *_: pytest.fail("it was canonicalised"))

    with pytest.raises(EnvelopeError, match="SignedInfo has more than"):
        verifier().seal(raw, Level.FULL, NOW)
