"""Check of the chapter invoice form: what a bill states about the resident and the stay."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time

from generale.conformance.case import Case
from generale.conformance.checks.check import Occasion, Outcome, check, wrong
from generale.conformance.checks.place import zone_spot
from generale.conformance.expectation import case_of, places_known
from generale.conformance.history import History
from generale.conformance.membership import fair_funds
from generale.conformance.sent import Sent
from generale.conformance.told import Version
from generale.protocol.clock import brussels
from generale.protocol.flatfile import Bill, BillKind, File, InvoiceFile, Record
from generale.protocol.flatfile.invoice_reader import BillGroup, bill_groups
from generale.protocol.ids import Sex
from generale.results.verdicts import EvidenceKind

_CODES: Mapping[str, str] = {
    "insz": "bill-insz-wrong",
    "sex": "bill-sex-wrong",
    "admission_date": "bill-admission-date-wrong",
    "admission_time": "bill-admission-time-wrong",
    "discharge_date": "discharge-date-wrong",
    "affiliated_fund": "affiliated-fund-wrong",
}
"""Zone = the code of a wrong value in it."""

_SEX = {Sex.MAN: "1", Sex.WOMAN: "2"}
_NO_DAY = "00000000"


@check(
    "CK-IFO-05",
    disproves=("RQ-IFO-05",),
    evidence=EvidenceKind.WIRE,
    codes=(*_CODES.values(), "discharge-date-missing"),
)
def resident_and_stay_as_known(history: History) -> Iterator[Outcome]:
    """The records of a bill state resident, start, end and fund as registered and decided."""
    for sent in history.messages:
        invoice, file = sent.invoice, sent.file
        if history.set_up is None or not isinstance(invoice, InvoiceFile) or not isinstance(file, File):
            continue
        places = places_known(history, sent)
        for bill, group in zip(invoice.bills, bill_groups(file.records), strict=True):
            if bill.kind is not BillKind.CREDIT and bill.lines:
                yield from _of_bill(history, sent, bill, group, places)


def _of_bill(
    history: History, sent: Sent, bill: Bill, group: BillGroup, places: Sequence[int]
) -> Iterator[Outcome]:
    case = case_of(history, bill.insz, bill.lines[0].first, sent)
    due = _due(history, sent, case, bill.lines[0].first, places) if case else {"insz": ("",)}
    cause = case.cause if case else f"file {sent.reference}"
    found: dict[str, tuple[Record, str]] = {}
    for record in (group.head, *group.lines, *([group.total] if group.total else [])):
        for key, values in due.items():
            if key in record.layout.by_key and values and record[key] not in values:
                found.setdefault(_code(key, record), (record, key))
    for code, (record, key) in found.items():
        expected = " or ".join(dict.fromkeys(_words(key, one) for one in due[key]))
        received = _words(key, record[key])
        spot = zone_spot(sent, record, key)
        yield wrong(history, code, spot, expected=expected, received=received, cause=cause)
    if not found:
        yield Occasion(sent.seq)


def _code(key: str, record: Record) -> str:
    if key == "discharge_date" and record[key] == _NO_DAY:
        return "discharge-date-missing"
    return _CODES[key]


def _due(
    history: History, sent: Sent, case: Case, day: date, places: Sequence[int]
) -> Mapping[str, tuple[str, ...]]:
    """Zone by zone the texts that are right: as known when the file left, or when it was told."""
    versions = [case.version(seq) for seq in places]
    starts = [brussels(case.start(seq) or case.version(seq).start) for seq in places]
    return {
        "insz": tuple(one.person.insz.rjust(13, "0") for one in versions),
        "sex": tuple(_SEX[one.person.sex] for one in versions),
        "admission_date": tuple(_flat(one.date()) for one in starts),
        "admission_time": tuple(_clock(one.time()) for one in starts),
        "discharge_date": tuple(text for one in versions for text in _discharge(history, sent, case, one)),
        "affiliated_fund": fair_funds(history, case, day, places),
    }


def _discharge(history: History, sent: Sent, case: Case, version: Version) -> Iterator[str]:
    """The day of the end where it lies in or before the month; whether a number that was taken over by
    then states it is left to the product.
    """
    assert isinstance(sent.invoice, InvoiceFile)
    end = version.last_day
    if end is None or end > sent.invoice.month.last:
        yield _NO_DAY
        return
    yield _flat(end)
    facility = history.facility_of(sent.invoice.provider[1:9])
    if facility is not None and history.number_on(case.stay, end) != facility.hco:
        yield _NO_DAY


def _flat(day: date) -> str:
    return f"{day:%Y%m%d}"


def _clock(moment: time) -> str:
    return f"{moment:%H%M}".rjust(7, "0")


def _words(key: str, text: str) -> str:
    """The text of a zone for people."""
    match key:
        case "sex":
            return {"1": "1 (man)", "2": "2 (woman)"}.get(text, text)
        case "admission_date" | "discharge_date":
            return "no date" if text == _NO_DAY else f"{text[:4]}-{text[4:6]}-{text[6:]}"
        case "admission_time":
            return f"{text[-4:-2]}:{text[-2:]}"
        case "insz":
            return text[-11:] or "somebody who was entered"
        case _:
            return text
