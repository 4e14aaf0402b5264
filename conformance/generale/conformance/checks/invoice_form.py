"""Checks of the chapter invoice form: the file as a file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from generale.conformance.bill import BilledLine, Fate
from generale.conformance.checks.check import Occasion, Outcome, check, whole, wrong
from generale.conformance.checks.place import fault_spot, zone_spot
from generale.conformance.checks.transport import is_copy_after_cut
from generale.conformance.exchange import INVOICES
from generale.conformance.history import History
from generale.conformance.membership import fund_on
from generale.conformance.sent import Sent
from generale.driver.stimuli import BillMonth
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import File, InvoiceFile, Problem, ZoneFault, technical_faults
from generale.results.verdicts import EvidenceKind

_TOTALS = frozenset({"amount_a", "amount_b", "patient_share", "supplement", "asked_a", "asked_b", "asked"})


@check(
    "CK-IFO-01",
    disproves=("RQ-IFO-01",),
    evidence=EvidenceKind.WIRE,
    codes=(
        "file-unreadable",
        "file-total-wrong",
        "record-count-wrong",
        "check-digit-wrong",
        "record-order-wrong",
        "zone-invalid",
    ),
)
def file_is_technically_valid(history: History) -> Iterator[Outcome]:
    """Zones, order, check digits, totals and counts of every invoice file are right."""
    for sent in history.messages:
        if sent.service != INVOICES:
            continue
        if not isinstance(sent.file, File):
            spot, received = whole(sent), str(sent.file)
            cause = f"file {sent.reference}"
            yield wrong(
                history, "file-unreadable", spot, expected="a flat file", received=received, cause=cause
            )
            continue
        yield from _faults(history, sent, technical_faults(sent.file))


def _faults(history: History, sent: Sent, faults: Sequence[ZoneFault]) -> Iterator[Outcome]:
    """One finding for each kind of fault, at its first place."""
    first: dict[str, ZoneFault] = {}
    for fault in faults:
        first.setdefault(_code(fault), fault)
    for code, fault in first.items():
        yield wrong(
            history,
            code,
            fault_spot(sent, fault),
            expected=fault.expected,
            received=fault.received,
            cause=f"file {sent.reference}",
        )
    if not faults:
        yield Occasion(sent.seq)


def _code(fault: ZoneFault) -> str:
    if fault.problem is Problem.INCONSISTENT and fault.name in _TOTALS:
        return "file-total-wrong"
    if fault.name == "record_count" and fault.problem is Problem.INCONSISTENT:
        return "record-count-wrong"
    if fault.problem is Problem.CHECK_DIGIT or fault.name == "control_number":
        return "check-digit-wrong"
    if fault.problem is Problem.ORDER or fault.name == "record_index":
        return "record-order-wrong"
    return "zone-invalid"


@check("CK-IFO-02", disproves=("RQ-IFO-02",), evidence=EvidenceKind.WIRE, codes=("sending-number-reused",))
def sending_number_is_used_once(history: History) -> Iterator[Outcome]:
    """Files of one number for one fund and year differ in sending number, but for one that came back."""
    files = [one for one in history.messages if isinstance(one.invoice, InvoiceFile) and one.received]
    lines: dict[int, list[BilledLine]] = defaultdict(list)
    for line in history.lines:
        lines[line.sent.seq].append(line)
    for place, sent in enumerate(files):
        earlier = [one for one in files[:place] if _is_same_series(one, sent)]
        standing = [
            one
            for one in earlier
            if not _came_back(lines[one.seq], sent) and not is_copy_after_cut(history, sent, one)
        ]
        same = [one for one in standing if _number(one) == _number(sent)]
        if same:
            assert isinstance(sent.file, File)
            record = sent.file.first("10") or sent.file.header300
            yield wrong(
                history,
                "sending-number-reused",
                zone_spot(sent, record, "sending_number"),
                expected="a number that was not used before",
                received=f"number {_number(sent)}, used by file {same[0].reference}",
                cause="sending number",
            )
        elif standing:
            yield Occasion(sent.seq)


def _is_same_series(one: Sent, other: Sent) -> bool:
    """Same number, same fund, and the same year in whichever way a product counts it."""
    mine, theirs = one.invoice, other.invoice
    if not isinstance(mine, InvoiceFile) or not isinstance(theirs, InvoiceFile):
        return False
    same_year = mine.month.year == theirs.month.year and mine.created.year == theirs.created.year
    return (mine.provider, mine.fund) == (theirs.provider, theirs.fund) and same_year


def _number(sent: Sent) -> int:
    return sent.invoice.sending_number if isinstance(sent.invoice, InvoiceFile) else 0


def _came_back(lines: Iterable[BilledLine], later: Sent) -> bool:
    """Whether the file of these lines was technically refused before another left."""
    return any(one.fate(later.seq) is Fate.FILE_REFUSED for one in lines)


@check(
    "CK-IFO-03",
    disproves=("RQ-IFO-03",),
    evidence=EvidenceKind.WIRE,
    codes=("several-funds-in-file", "several-months-in-file", "several-numbers-in-file"),
)
def one_fund_one_month_one_number(history: History) -> Iterator[Outcome]:
    """All records of a file are for one fund, one care month and one facility number."""
    for sent in history.messages:
        invoice, file = sent.invoice, sent.file
        if not isinstance(invoice, InvoiceFile) or not isinstance(file, File):
            continue
        found = list(_mixtures(file, invoice))
        for code, place, key, values in found:
            yield wrong(
                history,
                code,
                zone_spot(sent, file.records[place], key),
                expected="one value in the whole file",
                received=", ".join(values),
                cause=f"file {sent.reference}",
            )
        if not found and _could_mix(history, sent):
            yield Occasion(sent.seq)


def _mixtures(file: File, invoice: InvoiceFile) -> Iterator[tuple[str, int, str, list[str]]]:
    """Code, place of the record that differs, zone and the values found, for whatever is mixed."""
    heads = file.of_type("20")
    for code, key, records in (
        ("several-funds-in-file", "destination_fund", heads),
        ("several-numbers-in-file", "provider", (*file.of_type("10"), *heads, *file.of_type("30"))),
    ):
        values = list(dict.fromkeys(one[key] for one in records))
        if len(values) > 1:
            other = next(one for one in records if one[key] != values[0])
            yield code, other.number - 1, key, values
    for line in file.of_type("30"):
        first, last = line.required_day("first_day"), line.required_day("last_day")
        if not invoice.month.first <= first <= last <= invoice.month.last:
            values = [str(invoice.month), f"{first} to {last}"]
            yield "several-months-in-file", line.number - 1, "first_day", values
            return


def _could_mix(history: History, sent: Sent) -> bool:
    """Whether there was more than one fund, month or number to put in it."""
    month = sent.invoice.month.first if isinstance(sent.invoice, InvoiceFile) else None
    funds = {fund_on(history, case, month, sent.seq) for case in history.cases if month} - {None}
    told = [one.stimulus for one in history.told if isinstance(one.stimulus, BillMonth)]
    return len(funds) > 1 or len(history.facilities) > 1 or len({one.month for one in told}) > 1


def unreadable_files(history: History) -> bool:
    """Whether an invoice file was sent that cannot be read, so that nobody knows what it bills."""
    return any(isinstance(one.invoice, PeerError) for one in history.messages)
