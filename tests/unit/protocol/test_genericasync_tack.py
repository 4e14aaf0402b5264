"""An acknowledgement belongs to one content and one result, and to nothing else."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.genericasync import ResultMajor, TAck, failure_tack, success_tack, tack_is_genuine

CONTENT = b"<a/>"


@pytest.mark.parametrize(
    ("make", "major"),
    [
        (success_tack, "urn:nip:tack:result:major:success"),
        (failure_tack, "urn:nip:tack:result:major:failure"),
    ],
)
def test_an_acknowledgement_is_keyed_by_its_result(make: Callable[..., TAck], major: str) -> None:
    tack = make(CONTENT, "00000000000001", "urn:x:y", "urn:x:minor", "bericht", reference="t-1")

    assert tack == TAck(
        value=hmac.new(major.encode(), CONTENT, hashlib.sha256).digest(),
        issuer="urn:x:y",
        applies_to="urn:nip:reference:input:00000000000001",
        result_major=ResultMajor(major),
        result_minor="urn:x:minor",
        result_message="bericht",
        reference="t-1",
    )
    assert tack.input_reference == "00000000000001"
    assert tack_is_genuine(tack, CONTENT)


@given(content=st.binary(), other=st.binary())
def test_it_is_genuine_for_its_own_content_only(content: bytes, other: bytes) -> None:
    tack = success_tack(content, "1", "urn:x:y")

    assert tack_is_genuine(tack, content)
    assert tack_is_genuine(tack, other) is (content == other)


def test_a_refusal_cannot_be_turned_into_a_receipt() -> None:
    forged = replace(failure_tack(CONTENT, "1", "urn:x:y"), result_major=ResultMajor.SUCCESS)

    assert not tack_is_genuine(forged, CONTENT)
