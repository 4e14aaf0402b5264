"""Faults within one bill: a person who changes, a credit note that is not negative, links that are missing.

Source: the error lists of eFact (201140: all records of a credit note are negative; 2029, 2034, 2037 and
2041: the former bill; 201812: funds ascend). That a credit note comes before the new bill is the practice of
eFact; the code is project-defined. Only for files whose records stand in order.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from generale.protocol.errors import PeerError
from generale.protocol.flatfile.fault import Problem, ZoneFault, zone_fault
from generale.protocol.flatfile.invoice import BillKind
from generale.protocol.flatfile.invoice_reader import BillGroup
from generale.protocol.flatfile.layout import layout
from generale.protocol.flatfile.record import Record
from generale.protocol.ids import Insz

_LINKS = tuple(
    (name, layout("record_20").cuts[name])
    for name in ("previous_bill_number", "previous_sending_number", "previous_fund", "previous_month")
)
_NORMAL = f"{BillKind.NORMAL:d}"
_LINKED = frozenset(f"{kind:d}" for kind in BillKind if kind is not BillKind.NORMAL)
_CREDIT = f"{BillKind.CREDIT:d}"
_PERSON = layout("record_20").cuts["insz"]
"""Zone 8 stands at the same place in every record of a bill."""
_NEGATIVE = ("amount", "days", "units", "patient_share", "supplement", "amount_a", "amount_b")


def bill_faults(groups: Sequence[BillGroup]) -> Iterator[ZoneFault]:
    """What is wrong with each bill by itself, and with the order of their kinds and funds."""
    fund = ""
    billed: set[tuple[str, bytes]] = set()
    for group in groups:
        yield from _person_faults(group)
        yield from _link_faults(group.head)
        if group.head["bill_kind"] == _CREDIT:
            yield from _sign_faults(group)
            yield from _order_faults(group.head, billed)
        else:
            billed.add(_account(group.head))
        destination = group.head["destination_fund"]
        if destination < fund:
            message = "the bills stand in ascending order of their funds"
            expected = f"{fund} or higher"
            yield zone_fault(
                group.head, "destination_fund", Problem.INCONSISTENT, expected=expected, message=message
            )
        fund = max(fund, destination)


def _account(head: Record) -> tuple[str, bytes]:
    """The fund and the person of a bill: what a credit note takes back stands in the same account."""
    return head["destination_fund"], head.raw[_PERSON]


def _order_faults(head: Record, billed: Collection[tuple[str, bytes]]) -> Iterator[ZoneFault]:
    """A credit note comes before what is billed anew for the same person at the same fund."""
    if _account(head) in billed:
        message = "a credit note comes before the new bill of the same person"
        expected = "credit notes (3) before other bills"
        yield zone_fault(head, "bill_kind", Problem.INCONSISTENT, expected=expected, message=message)


def _person_faults(group: BillGroup) -> Iterator[ZoneFault]:
    """An INSZ has its check digits, and every record of a bill is about the same person."""
    head = group.head
    person = head.raw[_PERSON]
    if head["insz_flag"] == "1" and not _is_insz(person):
        expected = "two zeros and an INSZ with its check digits"
        yield zone_fault(head, "insz", Problem.CHECK_DIGIT, expected=expected)
        return
    for one in (*group.lines, *group.notes, *((group.total,) if group.total else ())):
        if one.raw[_PERSON] != person and not (one.type == "52" and not one["insz"].strip("0")):
            message, expected = "the record is about another person than record 20", head["insz"]
            yield zone_fault(one, "insz", Problem.INCONSISTENT, expected=expected, message=message)


@lru_cache(4096)
def _is_insz(zone: bytes) -> bool:
    try:
        return zone.startswith(b"00") and Insz.parse(zone[2:].decode("ascii")).check_number_is_right
    except PeerError:
        return False


def _link_faults(head: Record) -> Iterator[ZoneFault]:
    """A rebill, credit note or regularisation names the former bill; a normal bill names none."""
    kind, raw = head["bill_kind"], head.raw
    for name, cut in _LINKS:
        is_empty = not raw[cut].strip(b"0")
        if kind == _NORMAL and not is_empty:
            message = "a normal bill names no former bill"
            expected = "0" * len(head[name])
            yield zone_fault(head, name, Problem.INCONSISTENT, expected=expected, message=message)
        elif kind in _LINKED and is_empty:
            message = "the former bill must be named"
            yield zone_fault(head, name, Problem.MISSING, expected="a value", message=message)


def _sign_faults(group: BillGroup) -> Iterator[ZoneFault]:
    """Every signed zone of a credit note is negative, a zero among them only where an amount is meant."""
    for record in (*group.lines, *((group.total,) if group.total else ())):
        for name in _NEGATIVE:
            text = record[name] if name in record.layout.cuts else ""
            if text.startswith("+") and (text.strip("+0") or name in ("amount", "amount_a")):
                message = "every amount and number of a credit note is negative"
                yield zone_fault(record, name, Problem.SIGN, expected="-" + text[1:], message=message)
