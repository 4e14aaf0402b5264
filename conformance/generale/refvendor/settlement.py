"""What the funds answer to an invoice file: received, sent back as a whole, or settled line by line."""

from collections.abc import Sequence
from typing import assert_never

from generale.driver.observations import LineStatus
from generale.protocol.flatfile import (
    Acknowledgement,
    FileJudgement,
    Judged,
    RecordError,
    Settlement,
    TechnicalRefusal,
    line_decisions,
)
from generale.protocol.profile import Profile, ReturnedNumber
from generale.refvendor.shipment import Books, Refused, Shipment
from generale.refvendor.switches import Switches

Answer = Acknowledgement | TechnicalRefusal | FileJudgement | Settlement
"""The replies to an invoice file."""

_SENDING_NUMBER = "1007"
"""Record 10 zone 7: how an error begins that refuses the sending number itself."""


def take_answer(
    books: Books, shipment: Shipment, answer: Answer, profile: Profile, switches: Switches
) -> None:
    """Note what a fund answered; what it refused waits to be billed again."""
    match answer:
        case Acknowledgement():
            shipment.received = not switches.on("fund-receipt-ignored")
        case TechnicalRefusal():
            shipment.refusal = answer.remark or "; ".join(
                f"record {error.record_type} zone {error.zone}: {error.code}" for error in answer.errors
            )
        case FileJudgement(is_refused=True):
            if switches.on("file-refusal-as-settlement"):
                _note_lines(books, shipment, answer)
            else:
                _send_back(shipment, answer, profile, switches)
        case FileJudgement():
            if switches.on("tolerated-errors-as-refusal"):
                _send_back(shipment, answer, profile, switches)
            elif switches.on("tolerated-file-under-next-number"):
                _send_back(shipment, answer, profile, switches)
                shipment.keeps_number = False
            elif switches.on("tolerated-file-shown-as-refused"):
                shipment.refusal = "fouten in het bestand"
        case Settlement() if shipment.paid is not None and switches.on("paid-per-delivery"):
            shipment.paid += answer.accepted
        case Settlement():
            if switches.on("tolerated-file-shown-as-refused"):
                shipment.refusal = None
            shipment.paid = answer.accepted
            _note_lines(books, shipment, answer)
        case _:
            assert_never(answer)


def _send_back(shipment: Shipment, judgement: FileJudgement, profile: Profile, switches: Switches) -> None:
    """The whole file came back: nothing of it is booked, and it waits to be repaired."""
    errors = [error for record in judgement.records for error in record.errors]
    refused = any(error.code.startswith(_SENDING_NUMBER) for error in errors)
    if refused and switches.on("refused-number-kept"):
        refused = False
    shipment.keeps_number = not refused and profile.returned_number is ReturnedNumber.SAME
    shipment.reasons = tuple(dict.fromkeys(_reasons(errors)))
    shipment.refusal = "; ".join(f"{control} {text}".strip() for control, text in shipment.reasons)


def _note_lines(books: Books, shipment: Shipment, judged: Judged) -> None:
    lines = [line for booked in shipment.bills for line in booked.lines]
    for line, told in zip(lines, line_decisions(judged, shipment.file), strict=True):
        line.status = LineStatus.ACCEPTED if told.accepted else LineStatus.REFUSED
        line.reasons = _reasons(told.errors)
    books.refused += [
        Refused(shipment=shipment, booked=booked)
        for booked in shipment.bills
        if booked.is_refused and booked.credits is None
    ]


def _reasons(errors: Sequence[RecordError]) -> tuple[tuple[str, str], ...]:
    """Control id and text of each error; the comment begins with the id, or the code stands for it."""
    parts = (error.comment.partition(" ") for error in errors if error.comment)
    coded = ((error.code, "") for error in errors if not error.comment)
    return (*((control.rstrip(":"), text) for control, _, text in parts), *coded)
