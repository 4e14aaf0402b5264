"""How this product signs what it sends, and what it asks of an answer before it believes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509

from generale.protocol.clock import Clock
from generale.protocol.errors import EnvironmentFailure, OurError, PeerError
from generale.protocol.genericasync.vocabulary import WSA
from generale.protocol.ids import Nihii
from generale.protocol.security import Credential, Freshness, Level, Signer, Trust, Verifier, secured
from generale.refvendor.line import Line
from generale.refvendor.switches import Switches
from generale.refvendor.token import Tokens

_RELATES_TO = f"{{{WSA}}}RelatesTo"

MESSAGE_ID = f"{{{WSA}}}MessageID"


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """The certificates of an installation: its own by facility number, and whom it trusts.

    ``platform`` is the certificate (DER) by which the platform signs, ``sts`` that of the security token
    service, needed where ``by_assertion`` says that requests show an assertion instead of the certificate;
    ``clock`` is that of the transport, None for the product's own.
    """

    level: Level
    own: Mapping[Nihii, Credential] = field(default_factory=dict)
    trust: Trust | None = None
    platform: bytes = b""
    sts: x509.Certificate | None = None
    by_assertion: bool = False
    clock: Clock | None = None


class Sealing:
    """Signs requests as the facility that they come from, and verifies answers.

    ``sts`` is the address of the security token service, needed where assertions are shown.
    """

    def __init__(
        self, keyring: Keyring, clock: Clock, switches: Switches, line: Line | None = None, sts: str = ""
    ) -> None:
        self._switches = switches
        self._keyring = keyring
        self._count = 0
        self._first: Nihii | None = None
        self._clock = keyring.clock or clock
        self._verifier = Verifier(keyring.trust, None, Freshness())
        self._tokens: Tokens | None = None
        if keyring.by_assertion:
            if line is None or not sts or keyring.trust is None or keyring.sts is None:
                raise OurError("there is no security token service to ask for assertions")
            self._tokens = Tokens(line, sts, keyring.own, keyring.trust, keyring.sts, self._clock)

    def certificate(self, sender: Nihii) -> bytes:
        """What is shown under TLS, empty where this number has no certificate."""
        own = self._keyring.own.get(sender)
        return own.der if own is not None else b""

    def sealed(self, raw: bytes, sender: Nihii, message_id: str, *, is_post: bool = True) -> bytes:
        """A request with its timestamp, and its signature where everything is signed.

        ``EnvironmentFailure`` where this installation has no certificate or no assertion for the number.
        """
        signer = None
        if self._keyring.level is Level.FULL and not self._leaves_unsigned(is_post=is_post):
            who = self._signer(sender)
            own = self._keyring.own.get(who)
            if own is None:
                raise EnvironmentFailure(f"there is no certificate for facility number {sender}")
            assertion = self._tokens.assertion(who) if self._tokens is not None else None
            signer = Signer(credential=own, assertion=assertion, headers=(MESSAGE_ID,))
        # Not the message id alone: a timestamp must be new even where that should come twice.
        self._count += 1
        unique = f"{message_id.rpartition(':')[2]}-{self._count}"
        return secured(raw, created=self._clock.now(), unique=unique, signer=signer)

    def _leaves_unsigned(self, *, is_post: bool) -> bool:
        """Whether a request goes without a signature; by right none does."""
        if not is_post and self._switches.on("mailbox-asked-unsigned"):
            return True
        return self._switches.on("requests-unsigned")

    def _signer(self, sender: Nihii) -> Nihii:
        """The number that signs what this one sends: by right itself."""
        self._first = self._first or sender
        is_other = sender != self._first and self._switches.on("signed-as-the-first-facility")
        return self._first if is_other else sender

    def require(self, raw: bytes, about: tuple[str | None, str | None], address: str) -> None:
        """``EnvironmentFailure`` where an answer is not what the platform has just signed.

        ``about`` holds the id of the request and what the answer says that it relates to.
        """
        if self._switches.on("answers-taken-unverified"):
            return
        try:
            seal = self._verifier.seal(raw, self._keyring.level, self._clock.now())
        except PeerError as error:
            raise EnvironmentFailure(
                f"the answer is not secured as it must be: {error}", address=address
            ) from error
        if self._keyring.level is not Level.FULL:
            return
        if seal.holder is None or seal.holder.der != self._keyring.platform:
            raise EnvironmentFailure("the answer was not signed by the platform", address=address)
        if "Body" not in seal.signed:
            raise EnvironmentFailure("the signature of the answer leaves out what it says", address=address)
        if about[0] != about[1] or _RELATES_TO not in seal.signed:
            raise EnvironmentFailure("the answer is not to this request", address=address)
