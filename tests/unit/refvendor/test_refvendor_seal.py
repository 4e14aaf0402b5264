"""What the reference vendor asks of an answer before it believes it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from generale.protocol.clock import BRUSSELS, VirtualClock
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.genericasync import (
    Addressing,
    ConfirmResponse,
    answer_envelope,
    write_envelope,
)
from generale.protocol.genericasync.vocabulary import WSA
from generale.protocol.ids import Nihii
from generale.protocol.security import (
    Authority,
    Credential,
    Freshness,
    Level,
    SignedParts,
    Signer,
    Verifier,
    care_home,
    made_pki,
    secured,
)
from generale.refvendor.seal import Keyring, Sealing
from generale.refvendor.switches import Switches

NOW = datetime(2019, 4, 1, 9, tzinfo=BRUSSELS)
NIHII = Nihii.of_serial(990001)
PKI = made_pki(
    Authority(b"seal", NOW - timedelta(days=1), NOW + timedelta(days=365)),
    [care_home(NIHII, "De Proefneming")],
    ("127.0.0.1",),
)
MINE, THEIRS = "urn:uuid:mine", "urn:uuid:theirs"
HEADERS = (f"{{{WSA}}}RelatesTo",)


def sealing(level: Level = Level.FULL) -> Sealing:
    """The security of an installation."""
    keyring = Keyring(level=level, own=PKI.facilities, trust=PKI.trust, platform=PKI.platform.der)
    return Sealing(keyring, VirtualClock(NOW), Switches())


def answer(
    credential: Credential | None = PKI.platform,
    *,
    relates_to: str = MINE,
    at: datetime = NOW,
    parts: SignedParts = SignedParts.BODY,
    headers: tuple[str, ...] = HEADERS,
) -> bytes:
    """An answer of the platform, or of whoever passes for it."""
    raw = write_envelope(answer_envelope(ConfirmResponse(), Addressing(message_id=relates_to)))
    signer = None if credential is None else Signer(credential=credential, parts=parts, headers=headers)
    return secured(raw, created=at, unique="1", signer=signer)


def test_a_request_is_signed_by_the_facility_that_sends_it() -> None:
    raw = write_envelope(answer_envelope(ConfirmResponse()))

    seal = Verifier(PKI.trust, None, Freshness()).seal(sealing().sealed(raw, NIHII, MINE), Level.FULL, NOW)

    assert seal.identity.id == NIHII
    assert {"Timestamp", "Body"} <= seal.signed


def test_an_answer_that_the_platform_has_just_signed_is_believed() -> None:
    sealing().require(answer(), (MINE, MINE), "here")


UNBELIEVED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "unsigned": (lambda: answer(None), MINE, "signature"),
    "unsecured": (lambda: write_envelope(answer_envelope(ConfirmResponse())), MINE, "security header"),
    "stale": (lambda: answer(at=NOW - timedelta(hours=1)), MINE, "expired"),
    "from the future": (lambda: answer(at=NOW + timedelta(hours=1)), MINE, "future"),
    "signed by a facility": (lambda: answer(PKI.facilities[NIHII]), MINE, "not signed by the platform"),
    "signed without its body": (lambda: answer(parts=SignedParts.TIMESTAMP), MINE, "leaves out"),
    "to another request": (lambda: answer(relates_to=THEIRS), THEIRS, "not to this request"),
    "to nothing that was signed": (lambda: answer(headers=()), MINE, "not to this request"),
    "tampered with": (lambda: answer().replace(b"confirmResponse", b"confirmResponsf"), MINE, "changed"),
}


@pytest.mark.parametrize("case", UNBELIEVED)
def test_an_answer_is_no_answer_that_is(case: str) -> None:
    make, relates_to, reason = UNBELIEVED[case]

    with pytest.raises(EnvironmentFailure, match=reason):
        sealing().require(make(), (MINE, relates_to), "here")


def test_nothing_is_sent_for_a_number_without_a_certificate() -> None:
    with pytest.raises(EnvironmentFailure, match="no certificate"):
        sealing().sealed(b"", Nihii.of_serial(990002), MINE)


def test_a_timestamp_is_enough_where_no_more_is_asked_for() -> None:
    sealing(Level.TIMESTAMP).require(answer(None), (MINE, MINE), "here")
    with pytest.raises(EnvironmentFailure, match="expired"):
        sealing(Level.TIMESTAMP).require(answer(None, at=NOW - timedelta(hours=1)), (MINE, MINE), "here")
