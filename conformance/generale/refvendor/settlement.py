"""What the funds answer to an invoice file: received, technically refused, or settled line by line."""

from typing import assert_never

from generale.driver.observations import LineStatus
from generale.protocol.flatfile import (
    Acknowledgement,
    LineDecision,
    Settlement,
    TechnicalRefusal,
    line_decisions,
)
from generale.refvendor.shipment import Books, Refused, Shipment

Answer = Acknowledgement | TechnicalRefusal | Settlement
"""The three replies to an invoice file."""


def take_answer(books: Books, shipment: Shipment, answer: Answer) -> None:
    """Note what a fund answered; what it refused waits to be billed again."""
    match answer:
        case Acknowledgement():
            shipment.received = True
        case TechnicalRefusal():
            shipment.refusal = answer.remark or "; ".join(
                f"record {error.record_type} zone {error.zone}: {error.code}" for error in answer.errors
            )
        case Settlement():
            _settle(books, shipment, answer)
        case _:
            assert_never(answer)


def _settle(books: Books, shipment: Shipment, settlement: Settlement) -> None:
    shipment.paid = settlement.accepted
    lines = [line for booked in shipment.bills for line in booked.lines]
    for line, told in zip(lines, line_decisions(settlement, shipment.file), strict=True):
        line.status = LineStatus.ACCEPTED if told.accepted else LineStatus.REFUSED
        line.reasons = _reasons(told)
    books.refused += [
        Refused(shipment=shipment, booked=booked) for booked in shipment.bills if booked.is_refused
    ]


def _reasons(told: LineDecision) -> tuple[tuple[str, str], ...]:
    """Control id and text of each error; the comment begins with the id, or the code stands for it."""
    parts = (error.comment.partition(" ") for error in told.errors if error.comment)
    coded = ((error.code, "") for error in told.errors if not error.comment)
    return (*((control.rstrip(":"), text) for control, _, text in parts), *coded)
