"""Technical validation of an invoice file: everything that leads to a refusal 920999.

Source: RIZIV flat-file instructions and the error lists of eFact. A fault is a finding, not an exception.
What the bills mean (stays, days, rates) is judged elsewhere.
"""

from collections.abc import Iterator
from itertools import chain

from generale.protocol.flatfile.bill_validation import bill_faults
from generale.protocol.flatfile.fault import Problem, ZoneFault, zone_fault
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.invoice_reader import bill_groups
from generale.protocol.flatfile.invoice_writer import ENVIRONMENT, INSTRUCTIONS
from generale.protocol.flatfile.layout import message_types
from generale.protocol.flatfile.total_validation import total_faults
from generale.protocol.flatfile.zone_validation import zone_faults

_VERSION = {str(ENVIRONMENT[test]): INSTRUCTIONS[test] for test in (False, True)}
_UNREADABLE = (Problem.ORDER, Problem.NOT_NUMERIC, Problem.SIGN)
_CARE_HOME = frozenset({"10", "20", "30", "80", "90", "95", "96"})


def technical_faults(file: File) -> tuple[ZoneFault, ...]:
    """All technical faults of a file 920000 in the order of the file; none where it can be taken in.

    Totals are only looked at when the records stand in order and every number can be read.
    """
    if file.type != "920000":
        return (zone_fault(file.header200, "message_type", Problem.NOT_ALLOWED, expected="920000"),)
    parts = (file.header200, file.header300, *file.records)
    faults = [
        *chain.from_iterable(map(zone_faults, parts)),
        *_header_faults(file),
        *_order_faults(file),
        *_index_faults(file),
    ]
    if not any(fault.problem in _UNREADABLE for fault in faults):
        groups = bill_groups(file.records)
        known = {(fault.record_number, fault.zone) for fault in faults}
        faults.extend(one for one in bill_faults(groups) if (one.record_number, one.zone) not in known)
        faults.extend(total_faults(file, groups))
    return tuple(sorted(faults, key=lambda fault: fault.offset))


def care_home_faults(file: File) -> tuple[ZoneFault, ...]:
    """The records of a file 920000 that a care home has no use for: it bills days, with records 30 alone.

    Project-defined; the layouts and ``technical_faults`` know all records of the sector.
    """
    expected = " or ".join(sorted(_CARE_HOME))
    message = "a care home bills with records 30 alone"
    return tuple(
        zone_fault(one, "record_type", Problem.NOT_ALLOWED, expected=expected, message=message)
        for one in file.records
        if one.type not in _CARE_HOME
    )


def _header_faults(file: File) -> Iterator[ZoneFault]:
    """Header 300 repeats record 10, and the test flag of header 200."""
    version = _VERSION.get(file.header200["environment"])
    if version and file.header300["instructions_version"] != version:
        yield zone_fault(file.header300, "instructions_version", Problem.INCONSISTENT, expected=version)
    head = file.first("10")
    if head is None:
        return
    repeated = {
        "month": head["year"][1:] + head["month_of_year"],
        "sending_number": head["sending_number"],
        "created": head["created"],
    }
    for name, value in repeated.items():
        if file.header300[name] != value:
            message = "header 300 disagrees with record 10"
            yield zone_fault(file.header300, name, Problem.INCONSISTENT, expected=value, message=message)
    if head["instructions_version"] != file.header300["instructions_version"]:
        expected = file.header300["instructions_version"]
        yield zone_fault(head, "instructions_version", Problem.INCONSISTENT, expected=expected)


def _order_faults(file: File) -> Iterator[ZoneFault]:
    follows, before = message_types()["920000"].follows, "start"
    for record in file.records:
        type_ = record.layout.record_type
        if type_ not in follows[before]:
            expected = " or ".join(follows[before])
            yield zone_fault(record, "record_type", Problem.ORDER, expected=expected)
        before = type_
    if "end" not in follows[before]:
        last = file.records[-1] if file.records else file.header200
        key = "record_type" if file.records else "message_type"
        message = "the file ends too early"
        yield zone_fault(last, key, Problem.ORDER, expected=" or ".join(follows[before]), message=message)


def _index_faults(file: File) -> Iterator[ZoneFault]:
    """Records 10 to 90 count themselves: one more than the record before."""
    before = 0
    for record in file.records:
        cut = record.layout.cuts.get("record_index")
        digits = record.raw[cut] if cut else b""
        if not digits.isdigit():
            continue
        index = int(digits)
        if index != before + 1:
            expected = f"{before + 1:06d}"
            message = "the index is not one more than that of the record before"
            yield zone_fault(record, "record_index", Problem.INCONSISTENT, expected=expected, message=message)
        before = index
