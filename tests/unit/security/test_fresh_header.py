"""How long a signed message is fresh."""

from datetime import timedelta

import pytest
from tests.unit.security.sample_security import NOW, by_certificate, sealed, verifier

from generale.protocol.genericasync import EnvelopeError
from generale.protocol.security import Level


@pytest.mark.parametrize(
    ("seconds", "fresh"), [(-61, False), (-60, True), (0, True), (89, True), (90, False)]
)
def test_a_message_is_fresh_from_the_skew_before_it_to_the_skew_after_it(seconds: int, fresh: bool) -> None:
    raw, at = sealed(by_certificate()), NOW + timedelta(seconds=seconds)

    if fresh:
        assert verifier().seal(raw, Level.FULL, at).created == NOW
    else:
        with pytest.raises(EnvelopeError):
            verifier().seal(raw, Level.FULL, at)
