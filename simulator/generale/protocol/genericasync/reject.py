"""Refusals that come later, through the mailbox: a message, or an answer to one, was rejected on its way.

MyCareNet knows two (``RejectInb``, ``RejectOutb``). That they travel as the content of a delivery, and under
which MessageName, is not public; both are project-defined here.
"""

from dataclasses import dataclass
from enum import Enum

from generale.protocol.errors import OurError
from generale.protocol.genericasync.fault import Fault, FaultKind
from generale.protocol.genericasync.origin import Origin


class RejectSide(Enum):
    """What was rejected, by the name of its element."""

    INBOUND = "RejectInb"
    """The message of the facility: it was acknowledged, and is not handled."""
    OUTBOUND = "RejectOutb"
    """The answer to it: the message itself stands, and another answer will follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One rejection: of which message of the facility (``input_reference``), and why.

    ``is_test`` stands only in an inbound one, ``output_reference`` only in an outbound one. Raises OurError
    for what its side, or the shape of its fault, cannot carry.
    """

    side: RejectSide
    message_name: str
    origin: Origin
    input_reference: str
    fault: Fault
    is_test: bool = False
    nip_reference: str | None = None
    output_reference: str | None = None

    def __post_init__(self) -> None:
        if self.fault.kind is not FaultKind.GENERIC:
            raise OurError(f"a {self.side.value} carries a fault of MyCareNet, no {self.fault.kind.value}")
        is_inbound = self.side is RejectSide.INBOUND
        if self.output_reference is not None if is_inbound else self.is_test:
            raise OurError(f"a {self.side.value} has no {'OutputReference' if is_inbound else 'IsTest'}")
