"""Faults in an answer that contradicts itself: amounts that do not add up, a refusal without its reason.

Source: MyCareNet eFact (header 300 zone 311 is 01 where an error has letter B, 02 where there are too many
errors, and 00 in a 920098 and 920900; records 91 and 92 close a 920900).
"""

from collections.abc import Iterator

from generale.protocol.flatfile.answer import errors_of, told
from generale.protocol.flatfile.fault import Problem, ZoneFault, zone_fault
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.judged import REFUSES_RECORD, refuses
from generale.protocol.flatfile.judgement import RefusalType, refusal_told
from generale.protocol.flatfile.settlement_validation import settlement_faults


def answer_faults(file: File) -> tuple[ZoneFault, ...]:
    """What contradicts itself in a 920098, 920099 or 920900, in as far as it can be read."""
    faults = (*_refusal_faults(file), *(settlement_faults(file) if file.type == "920900" else ()))
    return tuple(sorted(faults, key=lambda fault: fault.offset))


def _refusal_faults(file: File) -> Iterator[ZoneFault]:
    head = file.header300
    if "refusal_type" not in head.layout.cuts:
        return
    kind, expected = head["refusal_type"], refusal_told(file)
    if kind != expected and not (expected is RefusalType.NONE and not kind.strip(" 0")):
        message = "the kind of refusal disagrees with the message or with its letters B"
        yield zone_fault(head, "refusal_type", Problem.INCONSISTENT, expected=expected.value, message=message)
    elif expected is RefusalType.TOO_MANY:
        errors = (errors_of(one) for one in file.records if "letter_1" in one.layout.cuts)
        if not any(refuses(reasons, REFUSES_RECORD) for reasons in errors):
            message = "the file is refused for too many errors, and no record has one that refuses it"
            wanted = "a record with letter F or R"
            yield zone_fault(head, "refusal_type", Problem.INCONSISTENT, expected=wanted, message=message)
        if told(head.whole, "error_percentage") == 0:
            message = "the file is refused for too many errors, and the share of errors is 0 %"
            wanted = "more than 00000"
            yield zone_fault(head, "error_percentage", Problem.INCONSISTENT, expected=wanted, message=message)
