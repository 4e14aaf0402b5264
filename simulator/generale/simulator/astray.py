"""What reached the server and no rehearsal: whoever looks for the reason of silence finds it here.

It is no part of the transcript, since it belongs to nobody's scenario, and it is not kept for long.
"""

import ssl
from collections import deque
from dataclasses import dataclass, field

MOST = 100
"""How many of each are remembered, the last ones (project-defined)."""


def _remembered() -> deque[str]:
    return deque(maxlen=MOST)


@dataclass(frozen=True, slots=True)
class Astray:
    """The addresses of requests that no service answers for, and the reasons why handshakes of TLS failed."""

    requests: deque[str] = field(default_factory=_remembered)
    handshakes: deque[str] = field(default_factory=_remembered)


def handshake_failure(error: ssl.SSLError) -> str:
    """Why a handshake failed, in words of the library: who broke it off, and for what."""
    reason = str(error.reason or error)
    verified = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else ""
    return f"{reason}: {verified}" if verified else reason
