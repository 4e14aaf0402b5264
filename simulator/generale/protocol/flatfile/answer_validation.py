"""Faults in an answer that contradicts itself: amounts that do not add up, a refusal without its reason.

Source: MyCareNet eFact (records 91 and 92: accepted and refused make asked; header 300 zone 311 is 01
where an error has letter B, and 00 in a 920098 and 920900).
"""

from collections.abc import Iterator

from generale.protocol.flatfile.answer import errors_of
from generale.protocol.flatfile.composition import signed
from generale.protocol.flatfile.fault import Problem, ZoneFault, zone_fault
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.judged import Letter
from generale.protocol.flatfile.record import Record

_PARTS = ("accepted", "refused")
_TOTALS = ("asked", *_PARTS)


def answer_faults(file: File) -> tuple[ZoneFault, ...]:
    """What contradicts itself in a 920098, 920099 or 920900; PeerError where a number cannot be read."""
    return (*_refusal_faults(file), *_amount_faults(file))


def _refusal_faults(file: File) -> Iterator[ZoneFault]:
    if "refusal_type" not in file.header300.layout.cuts:
        return
    judged = [one for one in file.records if "letter_1" in one.layout.cuts]
    blocks = any(error.letter is Letter.FILE for one in judged for error in errors_of(one))
    kind = file.header300["refusal_type"]
    expected = ("01" if blocks else "02") if file.type == "920099" else "00"
    if kind != expected and not (file.type != "920099" and not kind.strip(" 0")):
        message = "the kind of refusal disagrees with the message or with its letters B"
        yield zone_fault(
            file.header300, "refusal_type", Problem.INCONSISTENT, expected=expected, message=message
        )


def _amount_faults(file: File) -> Iterator[ZoneFault]:
    funds = file.of_type("91")
    for one in (*funds, *file.of_type("92")):
        if sum(one.cents(key) for key in _PARTS) != one.cents("asked"):
            message = "accepted and refused do not make asked"
            yield _amount_fault(one, "accepted", one.cents("asked") - one.cents("refused"), message)
    for whole in file.of_type("92"):
        for key in _TOTALS:
            due = sum(one.cents(key) for one in funds)
            if whole.cents(key) != due:
                yield _amount_fault(whole, key, due, "record 92 is not the sum of the records 91")


def _amount_fault(record: Record, key: str, due: int, message: str) -> ZoneFault:
    return zone_fault(
        record,
        key,
        Problem.INCONSISTENT,
        expected=signed(due, 12),
        received=signed(record.cents(key), 12),
        message=message,
    )
