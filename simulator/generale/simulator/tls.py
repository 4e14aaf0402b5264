"""TLS for a server of a rehearsal, and for a client that trusts nobody but its authority."""

import ssl
from enum import StrEnum
from pathlib import Path

from generale.protocol.errors import UsageError
from generale.simulator.pki_folder import AUTHORITY, REVOCATIONS, SINGLE


class ClientCertificate(StrEnum):
    """Whether a client must show its certificate."""

    OPTIONAL = "optional"
    """What it shows must be valid."""
    REQUIRED = "required"
    """Without a valid one there is no connection."""


class ServerCertificate(StrEnum):
    """Which certificate a server shows."""

    OWN = "server"
    """That of its name, valid now."""
    EXPIRED = "expired"
    """One that has expired, for a client to refuse."""
    OTHER_NAME = "other-name"
    """One that bears another name, for a client to refuse."""

    @property
    def file(self) -> str:
        """Its file in a folder of certificates, without ending."""
        return SINGLE[_FIELDS[self]]


_FIELDS = {
    ServerCertificate.OWN: "server",
    ServerCertificate.EXPIRED: "expired_server",
    ServerCertificate.OTHER_NAME: "other_server",
}


def server_tls(folder: Path, clients: ClientCertificate, certificate: str = "server") -> ssl.SSLContext:
    """TLS 1.2 or later with the server certificate of a folder; ``UsageError`` where it cannot be had.

    A client's certificate must be issued by the authority of the folder, valid and not revoked.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(folder / f"{certificate}.pem", folder / f"{certificate}.key")
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
