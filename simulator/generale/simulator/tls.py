"""TLS for a server of a rehearsal, and for a client that trusts nobody but its authority."""

import ssl
from enum import StrEnum
from pathlib import Path

from generale.protocol.errors import UsageError
from generale.simulator.pki_folder import AUTHORITY, REVOCATIONS, SINGLE
from generale.simulator.server_certificate import NotedHandshake, ServerCertificate, ServerContext
from generale.simulator.simulator import Simulator


class ClientCertificate(StrEnum):
    """Whether a client must show its certificate."""

    OPTIONAL = "optional"
    """What it shows must be valid."""
    REQUIRED = "required"
    """Without a valid one there is no connection."""


_FILES = {
    ServerCertificate.OWN: SINGLE["server"],
    ServerCertificate.EXPIRED: SINGLE["expired_server"],
    ServerCertificate.OTHER_NAME: SINGLE["other_server"],
    ServerCertificate.OTHER_AUTHORITY: SINGLE["foreign_server"],
    ServerCertificate.SELF_SIGNED: SINGLE["self_signed_server"],
}
"""The files of a folder of certificates, without ending."""


class Front:
    """TLS of a server: it shows ``own``, and another certificate while the simulator asks for one.

    Nobody resumes a session here: a client that did would never be shown the certificate of today.
    """

    def __init__(
        self, folder: Path, clients: ClientCertificate, own: ServerCertificate = ServerCertificate.OWN
    ) -> None:
        self._own = own
        self._simulator: Simulator | None = None
        self._contexts = {one: server_tls(folder, clients, one) for one in ServerCertificate}
        for one in self._contexts.values():
            one.asked = self._certificate
            one.broken_off = self._broken_off
        self.context = self._contexts[own]
        """What a connection begins with."""
        self.context.sni_callback = self._greet

    def follow(self, simulator: Simulator) -> None:
        """Show from now on what the rehearsals of this simulator ask for."""
        self._simulator = simulator

    def _broken_off(self, reason: str) -> None:
        if self._simulator is not None:
            self._simulator.astray.handshakes.append(reason)

    def _certificate(self) -> ServerCertificate:
        return self._or_own(self._simulator.certificate if self._simulator else ServerCertificate.OWN)

    def _greet(self, line: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        """A client begins its handshake, with the name of a server or without."""
        shown = self._simulator.called() if self._simulator else ServerCertificate.OWN
        line.context = self._contexts[self._or_own(shown)]

    def _or_own(self, asked: ServerCertificate) -> ServerCertificate:
        return self._own if asked is ServerCertificate.OWN else asked


def server_tls(
    folder: Path, clients: ClientCertificate, certificate: ServerCertificate = ServerCertificate.OWN
) -> ServerContext:
    """TLS 1.2 or later with a server certificate of a folder; ``UsageError`` where it cannot be had.

    A client's certificate must be issued by the authority of the folder, valid and not revoked.
    """
    context = ServerContext(ssl.PROTOCOL_TLS_SERVER)
    context.certificate = certificate
    context.sslobject_class = NotedHandshake
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    file = _FILES[certificate]
    try:
        context.load_cert_chain(folder / f"{file}.pem", folder / f"{file}.key")
        context.load_verify_locations(folder / AUTHORITY)
        context.load_verify_locations(folder / REVOCATIONS)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"{folder} cannot serve TLS: {error}", hint="`generale pki --out DIR` makes such a folder"
        ) from error
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    is_required = clients is ClientCertificate.REQUIRED
    context.verify_mode = ssl.CERT_REQUIRED if is_required else ssl.CERT_OPTIONAL
    return context


def client_tls(folder: Path, own: Path | None = None) -> ssl.SSLContext:
    """TLS towards a server of a rehearsal; ``own`` is the client's certificate, a path without ending.

    The server must be known to the authority of the folder, valid now, and bear the name that was called.
    """
    try:
        context = ssl.create_default_context(cafile=str(folder / AUTHORITY))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if own is not None:
            context.load_cert_chain(own.with_name(f"{own.name}.pem"), own.with_name(f"{own.name}.key"))
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"{folder} cannot be used for TLS: {error}", hint="`generale pki --out DIR` makes such a folder"
        ) from error
    return context
