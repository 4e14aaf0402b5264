"""Faults in a settlement: amounts that contradict each other, records 91 or 92 that are not there.

Source: MyCareNet eFact: a 920900 ends with a record 91 for each fund and one record 92 over all of them. On
each account, and over both, accepted and refused make asked; A and B make the whole; 92 is the sum of the 91.
An amount that cannot be read takes part in nothing here.
"""

from collections.abc import Iterator, Sequence

from generale.protocol.flatfile.answer import told
from generale.protocol.flatfile.composition import signed
from generale.protocol.flatfile.fault import Problem, ZoneFault, zone_fault
from generale.protocol.flatfile.file import File
from generale.protocol.flatfile.record import Record

PARTS = ("asked", "accepted", "refused")
ACCOUNTS = ("_a", "_b")
WHOLE = ("",)
"""How the names of the amounts over both accounts end."""

AMOUNTS = tuple(f"{part}{account}" for account in (*ACCOUNTS, *WHOLE) for part in PARTS)


def settlement_faults(file: File) -> Iterator[ZoneFault]:
    """Everything of records 91 and 92 that the layout does not allow, or that contradicts itself."""
    yield from _closing_faults(file)
    yield from total_faults(file)
    yield from _balance_faults(file, ACCOUNTS)
    for record in (*file.of_type("91"), *file.of_type("92")):
        for part in PARTS:
            on_accounts = _sum([told(record.cents, f"{part}{account}") for account in ACCOUNTS])
            message = "the amounts on accounts A and B do not make the whole"
            yield from _amount_fault(record, part, on_accounts, message)
    yield from _sum_faults(file, ACCOUNTS)


def total_faults(file: File) -> Iterator[ZoneFault]:
    """Amounts over both accounts that do not add up: without them nobody knows what is paid."""
    yield from _balance_faults(file, WHOLE)
    yield from _sum_faults(file, WHOLE)


def _closing_faults(file: File) -> Iterator[ZoneFault]:
    """Records 91, at least one, and then 92 close a settlement."""
    before, closing = "", {"": ("91",), "91": ("91", "92"), "92": ()}
    for record in file.records:
        if (record.type in closing or before) and record.type not in closing[before]:
            expected = " or ".join(closing[before]) or "the end of the file"
            yield zone_fault(record, "record_type", Problem.ORDER, expected=expected)
        before = record.type if record.type in closing else before
    if before != "92":
        last = file.records[-1] if file.records else file.header200
        key = "record_type" if file.records else "message_type"
        message = "the settlement ends without its records 91 and 92"
        if before:
            message = "the settlement ends without its record 92"
        yield zone_fault(
            last, key, Problem.ORDER, expected=f"{closing[before][-1]} behind it", message=message
        )


def _balance_faults(file: File, accounts: Sequence[str]) -> Iterator[ZoneFault]:
    for record in (*file.of_type("91"), *file.of_type("92")):
        for account in accounts:
            asked, accepted, refused = (told(record.cents, f"{part}{account}") for part in PARTS)
            due = None if asked is None or refused is None else asked - refused
            if accepted is not None:
                message = "accepted and refused do not make asked"
                yield from _amount_fault(record, f"accepted{account}", due, message)


def _sum_faults(file: File, accounts: Sequence[str]) -> Iterator[ZoneFault]:
    funds = file.of_type("91")
    for whole in file.of_type("92") if funds else ():
        for key in (f"{part}{account}" for account in accounts for part in PARTS):
            due = _sum([told(one.cents, key) for one in funds])
            message = "record 92 is not the sum of the records 91"
            yield from _amount_fault(whole, key, due, message)


def _sum(amounts: Sequence[int | None]) -> int | None:
    """The sum, None where one of them is not known."""
    known = [one for one in amounts if one is not None]
    return sum(known) if len(known) == len(amounts) else None


def _amount_fault(record: Record, key: str, due: int | None, message: str) -> Iterator[ZoneFault]:
    received = told(record.cents, key)
    if received is None or due is None or received == due:
        return
    yield zone_fault(
        record,
        key,
        Problem.INCONSISTENT,
        expected=signed(due, 12),
        received=signed(received, 12),
        message=message,
    )
