"""Assertions about this product's facilities: fetched from the token service, shown while they hold."""

from collections.abc import Mapping
from datetime import timedelta

from cryptography import x509
from lxml import etree

from generale.protocol.clock import Clock, utc
from generale.protocol.errors import EnvironmentFailure, PeerError
from generale.protocol.genericasync import CONTENT_TYPE
from generale.protocol.ids import Nihii
from generale.protocol.security import (
    Assertion,
    Assertions,
    Credential,
    Freshness,
    Signer,
    Trust,
    read_token_response,
    secured,
    write_token_request,
)
from generale.refvendor.line import Line

HEAD_START = timedelta(minutes=10)
"""How long before its end an assertion is replaced."""


class Tokens:
    """The assertions of an installation, one for each facility number that sends."""

    def __init__(
        self,
        line: Line,
        address: str,
        own: Mapping[Nihii, Credential],
        trust: Trust,
        sts: x509.Certificate,
        clock: Clock,
    ) -> None:
        self._line = line
        self._address = address
        self._own = own
        self._clock = clock
        self._assertions = Assertions(trust, sts, skew=Freshness().skew)
        self._held: dict[Nihii, tuple[bytes, Assertion]] = {}
        self._count = 0

    def assertion(self, sender: Nihii) -> bytes:
        """The assertion about a facility, as it is shown; ``EnvironmentFailure`` where there is none."""
        held = self._held.get(sender)
        if held is None or utc(self._clock.now()) >= utc(held[1].until) - HEAD_START:
            held = self._held[sender] = self._fetched(sender)
        return held[0]

    def _fetched(self, sender: Nihii) -> tuple[bytes, Assertion]:
        credential, now = self._own[sender], self._clock.now()
        self._count += 1
        unique = f"token-{sender}-{self._count}"
        query = write_token_request(credential.certificate, request_id=f"_{unique}", now=now)
        raw = secured(query, created=now, unique=unique, signer=Signer(credential=credential))
        answer = self._line.ask(self._address, raw, {"content-type": CONTENT_TYPE}, credential.der)
        try:
            shown = read_token_response(answer.body)
            read = self._assertions.verified(etree.fromstring(shown), self._clock.now())
        except PeerError as error:
            raise EnvironmentFailure(f"no assertion that holds: {error}", address=self._address) from error
        if read.nihii != sender or read.holder.der != credential.der:
            raise EnvironmentFailure("the assertion is about somebody else", address=self._address)
        return shown, read
