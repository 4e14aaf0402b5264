"""Odd values in a security header, an assertion or a XAdES signature: each is read, or refused as defined."""

import re
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.security.sample_security import (
    FACILITY,
    FRESHNESS,
    NOW,
    by_assertion,
    by_certificate,
    sealed,
    trust,
    verifier,
)

from generale.protocol.errors import PeerError
from generale.protocol.genericasync import Blob, EnvelopeError
from generale.protocol.security import (
    Level,
    SignedParts,
    assertion,
    content_seal,
    header,
    sign_content,
    xades,
)

XML = Blob(content=b"<a xmlns='urn:a'/>", message_name="ADMISSION")
INSTANTS = st.tuples(
    st.sampled_from(["2019", "0000", "0001", "9999", "12019", "-2019", "\u0662\u0660\u0661\u0669"]),
    st.sampled_from(["-04-01", "-02-30", "-12-31", "-01-01", "-13-01", "---01"]),
    st.sampled_from(["T07:00:00", "T24:00:00", "T23:59:60", "T23:59:59", "T00:00:00", " 09:00:00", ""]),
    st.sampled_from(["", ".1", ".123456789", ".1234567890123", "."]),
    st.sampled_from(["Z", " Z", "+02:00", "-14:00", "", "z"]),
).map("".join) | st.sampled_from(["", " ", "now", "P1D", "2019-04-01T07:00:00.000Z"])
ODD = st.sampled_from(
    [
        "",
        " ",
        "?",
        "@@@@",
        "====",
        "AAAA",
        "AA==\n",
        "-_-_",
        "0" * 6000,
        "+1",
        "-0",
        "true",
        "\u00e9",
        "#",
        "#a b",
    ]
)
VALUES = re.compile(rb">([^<>]+)<|=[\"']([^\"']*)[\"']")


def written(instants: list[str]) -> object:
    """A writer of instants that writes these, one after another and then the last for ever."""
    left = list(instants)

    def text(_: object) -> str:
        return left.pop(0) if len(left) > 1 else left[0]

    return text


@given(st.lists(INSTANTS, min_size=1, max_size=3), st.sampled_from([Level.TIMESTAMP, Level.FULL]))
def test_a_timestamp_that_says_anything(instants: list[str], level: Level) -> None:
    with patch.object(header, "instant_text", written(instants)):
        raw = sealed(by_certificate() if level is Level.FULL else None)

    with suppress(EnvelopeError):
        verifier().seal(raw, level, NOW)


@given(st.lists(INSTANTS, min_size=1, max_size=4))
def test_an_assertion_that_holds_from_and_until_anything(instants: list[str]) -> None:
    with patch.object(assertion, "instant_text", written(instants)):
        signer = by_assertion()

    with suppress(EnvelopeError):
        verifier().seal(sealed(signer), Level.FULL, NOW)


@given(INSTANTS)
def test_a_content_that_was_signed_at_any_time(instant: str) -> None:
    with patch.object(xades, "instant_text", written([instant])):
        raw = sign_content(XML, FACILITY, NOW, unique="1")

    with suppress(PeerError):
        content_seal(raw, XML, trust(), FRESHNESS, NOW + timedelta(seconds=1))


@given(st.sampled_from(["certificate", "assertion", "content"]), st.integers(0, 10_000), ODD)
def test_any_value_that_is_another(kind: str, place: int, odd: str) -> None:
    if kind == "content":
        raw = sign_content(XML, FACILITY, NOW, unique="1")
    else:
        raw = sealed(by_certificate() if kind == "certificate" else by_assertion(parts=SignedParts.BODY))
    found = list(VALUES.finditer(raw))
    match = found[place % len(found)]
    begin, end = match.span(1 if match[1] is not None else 2)
    broken = raw[:begin] + odd.encode() + raw[end:]

    with suppress(PeerError):
        if kind == "content":
            content_seal(broken, XML, trust(), FRESHNESS, NOW)
        else:
            verifier().seal(broken, Level.FULL, NOW)
