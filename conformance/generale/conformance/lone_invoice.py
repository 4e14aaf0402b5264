"""What an invoice file that stands alone breaks of the controls of a fund that the file itself answers.

A rebill or credit note goes back to a bill that only the fund knows; what no fund can have answered is seen
as well.
"""

from collections.abc import Iterator

from generale.conformance.lone_facts import LoneInvoiceFacts
from generale.conformance.lone_relations import LoneBreach
from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile import Bill, Deviation, File, InvoiceFile, Line, bill_places, invoice_of, note
from generale.protocol.flatfile.invoice import BillKind
from generale.protocol.flatfile.record import Record, place
from generale.protocol.messages import StayType
from generale.protocol.profile import PerformanceCode, Profile
from generale.rules.billed import BilledPeople
from generale.rules.engine import RuleSet
from generale.rules.findings import Finding

ALONE = frozenset({"HX-INV-04", "HX-INV-06", "HX-INV-08", "HX-INV-09", "HX-INV-16"})
"""Controls of bills and lines that the file itself answers."""
ALONE_WITH_DATE = frozenset({"HX-INV-03"})
"""Controls that also need the day of receipt."""
_CODE = "HX-INV-12"
"""The control of the performance code, which the file can break by itself but not keep."""
_FORMER = {BillKind.REBILL: "HX-INV-05", BillKind.CREDIT: "HX-INV-20"}
"""The controls of the former bill, which the file can break by itself but not keep."""


def lone_breaches(
    file: File, facts: LoneInvoiceFacts, rules: RuleSet, *, is_dated: bool
) -> Iterator[tuple[str, Finding]]:
    """What a technically valid file breaks, with record and zone; ``is_dated`` where receipt is known."""
    invoice = invoice_of(file)
    for finding in rules.judge_file(invoice, facts) if is_dated else ():
        if finding.control in ALONE_WITH_DATE:
            yield _at(file.records[0], finding.field), finding
    people = BilledPeople(invoice, facts)
    for one in bill_places(invoice):
        head = file.records[one.head - 1]
        of_kind = (found for found in rules.judge_bill(invoice, one.bill, facts) if found.control in ALONE)
        for finding in (*of_kind, *_wrong_links(invoice, one.bill)):
            yield _at(head, finding.field), finding
        for index, line in zip(one.lines, one.bill.lines, strict=True):
            record, named = file.records[index - 1], f"bill {one.bill.number}, line from {line.first}"
            for finding in rules.judge_line(people.place(one.bill, line), facts):
                if finding.control in ALONE:
                    yield f"{named}, {_at(record, finding.field)}", finding
            for finding in _wrong_code(line, facts.profile):
                yield f"{named}, {_at(record, finding.field)}", finding


def _at(record: Record, key: str) -> str:
    zone = record.layout.zone(key)
    return (
        f"record {record.number} ({record.type}) zone {zone.number}, byte {record.offset + zone.position - 1}"
    )


def _wrong_code(line: Line, profile: Profile) -> Iterator[Finding]:
    """A performance code that no kind of stay has on the first day of care."""
    latest: dict[StayType, PerformanceCode] = {}
    for row in sorted(profile.performance_codes, key=lambda row: row.since):
        if row.since <= line.first:
            latest[row.stay_type] = row
    codes = [f"0{row.code}" for row in latest.values()]
    if line.code not in codes:
        expected = f"one of {', '.join(codes)} on {line.first}" if codes else f"no code on {line.first}"
        yield Finding(control=_CODE, field="code", expected=expected, received=line.code)


def _wrong_links(invoice: InvoiceFile, bill: Bill) -> Iterator[Finding]:
    """A rebill or a credit note goes back to a bill of the same fund, in another file."""
    former, control = bill.previous, _FORMER.get(bill.kind)
    if control is None or former is None:
        return
    if former.fund != bill.destination_fund:
        expected = f"a bill of fund {bill.destination_fund:03d}"
        yield Finding(
            control=control, field="previous_fund", expected=expected, received=f"{former.fund:03d}"
        )
    elif (former.sending_number, former.month) == (invoice.sending_number, invoice.month):
        which = "the bill itself" if former.number == bill.number else f"bill {former.number} of this file"
        expected = "a bill of an earlier file"
        yield Finding(control=control, field="previous_bill_number", expected=expected, received=which)


def former_bills_ahead(file: File) -> Iterator[Deviation]:
    """The rebills of a bill whose month had not begun when the file was made.

    Right where that file was refused for its very month, which only the fund knows: so it is told, and is
    nothing wrong.
    """
    if file.type != "920000":
        return
    created = file.records[0].required_day("created")
    for head in file.of_type("20"):
        if head.whole("previous_bill_number") and head.month("previous_month") > CareMonth.of(created):
            where = place(head, head.layout.zone("previous_month"))
            month = str(head.month("previous_month"))
            yield note(where, "former-bill-ahead", month=month, created=str(created))


def unknown_funds_of(file: File, profile: Profile) -> Iterator[LoneBreach]:
    """The zones of an invoice file that send it to a care fund which the profile does not list."""
    places = (("20", "destination_fund"), ("95", "fund"))
    for record, key in ((one, key) for kind, key in places for one in file.of_type(kind)):
        if record[key] not in profile.funds:
            yield LoneBreach(
                place=_at(record, key),
                rule_en="the care fund is one of the profile",
                rule_nl="de zorgkas is er een van het profiel",
                expected=" or ".join(profile.funds),
                received=record[key],
            )
