"""Errors say who is at fault: the other side, ourselves, the world, or the user.

A content rule that is broken is never an exception; it is a finding. What is left is raised early
and caught only at the edges: the HTTP edge, the player, the judge and the command line.

    GeneraleError
        ProtocolError
            PeerError            the other side sent something illegal
            OurError             we tried something that the process does not know
        EnvironmentFailure       the world failed: socket, time-out
            DiskFailure          the disk refused
        UsageError               the user's mistake, with a hint and an exit code
"""

from typing import ClassVar


class GeneraleError(Exception):
    """Everything this project raises on purpose."""


class ProtocolError(GeneraleError):
    """A step that the exchange does not allow."""


class PeerError(ProtocolError):
    """The other side sent something illegal.

    ``where`` is the place in what was sent: an XPath, a zone or a byte offset.
    """

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(message)
        self.where = where


class OurError(ProtocolError):
    """We tried something illegal: a bug of the harness, never the vendor's fault."""


class EnvironmentFailure(GeneraleError):
    """The world failed; ``address`` is what was tried."""

    def __init__(self, message: str, *, address: str = "") -> None:
        super().__init__(message)
        self.address = address


class DiskFailure(EnvironmentFailure):
    """The disk refused to keep what must be kept: no room, no permission, no such place."""


class UsageError(GeneraleError):
    """A mistake in an option, a plan or a file of the user's: one line, a hint, exit code 21.

    ``finding`` names a mistake in a set-up that the doctor explains in words of its own, in two languages.
    """

    exit_code: ClassVar[int] = 21

    def __init__(self, message: str, *, hint: str = "", finding: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.finding = finding
