"""Which certificate a server shows under TLS: its own, or for a while one that a client must refuse.

The line is one for all rehearsals behind an address: what one of them asks for, the clients of all see.
"""

import ssl
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from generale.results.events import EventType, Party
from generale.simulator.astray import handshake_failure
from generale.simulator.behaviour import Kind
from generale.simulator.rehearsal import Rehearsal


class ServerCertificate(StrEnum):
    """Which certificate a server shows."""

    OWN = "server"
    """That of its name, valid now."""
    EXPIRED = "expired"
    """One that has expired, for a client to refuse; the others are to be refused as well."""
    OTHER_NAME = "other-name"
    """One that bears another name."""
    OTHER_AUTHORITY = "other-authority"
    """One of an authority that nobody here knows."""
    SELF_SIGNED = "self-signed"
    """One that the server issued to itself."""


SHOWING: Mapping[Kind, ServerCertificate] = MappingProxyType(
    {
        Kind.CERTIFICATE_EXPIRED: ServerCertificate.EXPIRED,
        Kind.CERTIFICATE_OTHER_NAME: ServerCertificate.OTHER_NAME,
        Kind.CERTIFICATE_OTHER_AUTHORITY: ServerCertificate.OTHER_AUTHORITY,
        Kind.CERTIFICATE_SELF_SIGNED: ServerCertificate.SELF_SIGNED,
    }
)
"""The behaviours that let the server show another certificate, and which."""


class ServerContext(ssl.SSLContext):
    """TLS with one certificate of a server; ``asked`` tells which one is shown to who calls now."""

    certificate = ServerCertificate.OWN
    asked: Callable[[], ServerCertificate] | None = None
    broken_off: Callable[[str], None] | None = None
    """Hears why a handshake failed."""

    @property
    def is_current(self) -> bool:
        """Whether a client that calls now is shown this certificate."""
        return self.asked is None or self.asked() is self.certificate


class NotedHandshake(ssl.SSLObject):
    """One connection under TLS, whose context hears why its handshake fails."""

    def do_handshake(self) -> None:
        """Go on with the handshake."""
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            if isinstance(self.context, ServerContext) and self.context.broken_off is not None:
                self.context.broken_off(handshake_failure(error))
            raise


def shown_to_a_caller(rehearsals: Iterable[Rehearsal]) -> ServerCertificate:
    """What a client is shown that opens a connection now; its first call of each kind stands in the log."""
    for rehearsal in rehearsals:
        shown = asked_for(rehearsal)
        if shown is not ServerCertificate.OWN:
            if not _is_noted(rehearsal, shown):
                data = {"server_certificate": shown.value}
                rehearsal.note(EventType.CALLED, Party.VENDOR, Party.PLATFORM, data=data)
            return shown
    return ServerCertificate.OWN


def asked_for(rehearsal: Rehearsal) -> ServerCertificate:
    """The certificate that the behaviour asks for which was switched on last; the right one without any."""
    if not any(one.kind in SHOWING for one in rehearsal.world.behaviours.active):
        return ServerCertificate.OWN
    rehearsal.now()
    kinds = [one.kind for one in rehearsal.world.behaviours.active if one.kind in SHOWING]
    return SHOWING[kinds[-1]] if kinds else ServerCertificate.OWN


def _is_noted(rehearsal: Rehearsal, shown: ServerCertificate) -> bool:
    """Whether a call was noted since this certificate was asked for."""
    for event in reversed(rehearsal.events):
        if event.type is EventType.CALLED and event.data["server_certificate"] == shown:
            return True
        if event.type is EventType.BEHAVIOUR and SHOWING.get(event.data["kind"]) is shown:
            return False
    return False
