"""What a refusal of MyCareNet says: the fault itself, and the rejection that carries it through a mailbox.

Codes and texts are project-defined where a scenario names no others.
"""

from generale.protocol.genericasync import (
    Blob,
    Fault,
    FaultDetail,
    FaultKind,
    Origin,
    Reject,
    RejectSide,
    write_reject,
)
from generale.protocol.ids import Reference
from generale.simulator.behaviour import Behaviour, Kind

_SOURCE = "MYCARENET"
_TEXTS = {
    Kind.REJECT_INBOUND: "the rehearsal rejects this message after its receipt",
    Kind.REJECT_OUTBOUND: "the rehearsal rejects the answer to this message; another follows",
}


def generic_fault(code: str, message: str) -> Fault:
    """A fault of MyCareNet with one remark."""
    detail = FaultDetail(code=code, source=_SOURCE, location="/", message=message)
    return Fault(kind=FaultKind.GENERIC, code=code, source=_SOURCE, message=message, details=(detail,))


def rejection(
    behaviour: Behaviour, *, rejected: str, answer: str, origin: Origin, reference: Reference, is_test: bool
) -> Blob:
    """The rejection of a message, or of the answer to it, ready for the mailbox.

    It says the name of what is ``rejected`` (msgName), and travels under that of the ``answer`` whose place
    it takes. ``is_test`` is what the message said of itself; only the rejection of a message repeats it.
    """
    reject = Reject(
        side=RejectSide.INBOUND if behaviour.kind is Kind.REJECT_INBOUND else RejectSide.OUTBOUND,
        message_name=rejected,
        origin=origin,
        input_reference=reference,
        is_test=is_test and behaviour.kind is Kind.REJECT_INBOUND,
        fault=generic_fault(behaviour.code or "INPUT_ERROR", behaviour.text or _TEXTS[behaviour.kind]),
    )
    return Blob(content=write_reject(reject), message_name=answer)
