"""What a rejection out of the mailbox does to the message that it is about."""

from generale.protocol.genericasync import Reject, RejectSide
from generale.refvendor.outbox import Letter, Refuser, reason_of


def take_reject(letter: Letter, reject: Reject) -> None:
    """Note a rejection: an inbound one undoes the receipt, an outbound one says that an answer is late."""
    if reject.side is RejectSide.INBOUND:
        letter.come_back(Refuser.REJECTION, reason_of(reject.fault))
    else:
        letter.answer_rejected = reason_of(reject.fault)
