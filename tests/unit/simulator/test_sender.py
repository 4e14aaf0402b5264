"""Who sends is known before a content is opened: what a stranger packed is never inflated."""

import zlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.unit.simulator.open_house import ADA, HEIR, HOME, origin_of, post_of
from tests.unit.simulator.sample_house import BEGINS, admission
from tests.unit.simulator.test_guard import OTHER, OWN, SecuredVendor

from generale.protocol.genericasync import (
    Compression,
    Encoding,
    Fault,
    Origin,
    Post,
    SoaCode,
    read_envelope,
    request_envelope,
    requests_opened,
    write_envelope,
)
from generale.protocol.genericasync.blob import Limits, unpack
from generale.protocol.ids import Nihii
from generale.protocol.security import Credential, Level, Signer, secured
from generale.results.events import EventType

BOMB = zlib.compress(bytes(80 * 1024 * 1024), level=9, wbits=-15)


def posted(content: bytes = BOMB, origin: Origin | None = None) -> bytes:
    """A post of these packed bytes."""
    blob = replace(admission(ADA), content=b"PLACE", encoding=Encoding.NONE, compression=Compression.NONE)
    raw = write_envelope(request_envelope(post_of(blob, origin=origin), message_id="urn:uuid:1"))
    return raw.replace(b64encode(b"PLACE"), b64encode(content)).replace(
        b'ContentEncoding="none"', b'ContentEncoding="deflate"'
    )


def signed(credential: Credential | None, raw: bytes) -> bytes:
    """The post with its security header, signed where there is a credential."""
    signer = None if credential is None else Signer(credential=credential)
    return secured(raw, created=BEGINS, unique="1", signer=signer)


def later(raw: bytes) -> bytes:
    """The post with a timestamp that ends later than the one that was signed."""
    end = b":30.000Z</wsu:Expires>"
    assert raw.count(end) == 1
    return raw.replace(end, b":31.000Z</wsu:Expires>")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The packed contents that were opened."""
    seen: list[bytes] = []

    def watched(packed: bytes, encoding: Encoding, limits: Limits) -> tuple[bytes, Compression]:
        seen.append(packed)
        return unpack(packed, encoding, limits)

    monkeypatch.setattr("generale.protocol.genericasync.part_codec.unpack", watched)
    return seen


NOT_TAKING_PART = replace(origin_of(), nihii=Nihii.of_serial(760077).padded)
WRONG_LICENCE = replace(origin_of(), licence_password="guessed")
STRANGERS: dict[str, tuple[Level, Callable[[], bytes], SoaCode]] = {
    "a wrong licence": (Level.OFF, lambda: posted(origin=WRONG_LICENCE), SoaCode.NOT_AUTHENTICATED),
    "a number that takes no part": (Level.OFF, lambda: posted(origin=NOT_TAKING_PART), SoaCode.NO_ACCESS),
    "no timestamp": (Level.TIMESTAMP, posted, SoaCode.NOT_AUTHENTICATED),
    "no signature": (Level.FULL, lambda: signed(None, posted()), SoaCode.NOT_AUTHENTICATED),
    "the certificate of another": (Level.FULL, lambda: signed(OTHER, posted()), SoaCode.NO_ACCESS),
    "a signature over something else": (
        Level.FULL, lambda: later(signed(OWN, posted())), SoaCode.NOT_AUTHENTICATED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STRANGERS)
def test_the_bomb_of_a_stranger_is_refused_and_never_inflated(case: str, opened: list[bytes]) -> None:
    level, raw, code = STRANGERS[case]
    vendor = SecuredVendor(level)

    answer = vendor.answer(raw())

    assert isinstance(answer, Fault)
    assert answer.code == code
    assert opened == []
    (request,) = [one for one in vendor.rehearsal.events if one.type is EventType.REQUEST]
    assert request.ids["operation"] == "post"


@pytest.mark.parametrize(
    ("level", "raw"),
    [
        (Level.OFF, posted),
        (Level.TIMESTAMP, lambda: signed(None, posted())),
        (Level.FULL, lambda: signed(OWN, posted())),
    ],
)
def test_who_is_known_and_proved_hears_that_the_content_is_too_large(
    level: Level, raw: Callable[[], bytes], opened: list[bytes]
) -> None:
    answer = SecuredVendor(level).answer(raw())

    assert isinstance(answer, Fault)
    assert answer.code == SoaCode.INVALID_CONTENT
    assert opened == [BOMB]


def test_a_message_without_a_reference_that_is_not_opened_has_no_name_in_the_log() -> None:
    vendor = SecuredVendor(Level.OFF)
    nameless = posted(origin=WRONG_LICENCE).replace(b"InputReference>R1<", b"InputReference><")

    assert isinstance(vendor.answer(nameless), Fault)
    (request,) = [one for one in vendor.rehearsal.events if one.type is EventType.REQUEST]
    assert "reference" not in request.ids


def test_a_content_that_is_not_opened_stands_as_it_travelled() -> None:
    readers = requests_opened(lambda origin: origin.nihii == HEIR.nihii.padded)
    shut, open_ = (
        read_envelope(posted(zlib.compress(b"<a/>", wbits=-15), origin_of(one)), readers=readers).body
        for one in (HOME, HEIR)
    )

    assert isinstance(shut, Post)
    assert isinstance(open_, Post)
    assert (shut.blob.compression, open_.blob.compression) == (Compression.UNKNOWN, Compression.RAW)
    assert (zlib.decompress(shut.blob.content, wbits=-15), open_.blob.content) == (b"<a/>", b"<a/>")
