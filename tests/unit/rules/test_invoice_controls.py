"""Each control of an invoice file, with parts that pass and parts that fail with it alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.flatfile.invoice import Bill, BillKind, InvoiceFile, Line, PreviousBill
from generale.protocol.ids import FundNumber, Hco, Iban, Insz, Kbo, Nihii, Reference, Sex
from generale.protocol.messages import EndReason, StayType
from generale.protocol.money import Euro
from generale.protocol.profile import Profile, standard_profile
from generale.rules.accepted import AcceptedBill
from generale.rules.billed import BilledPeople
from generale.rules.engine import rule_set
from generale.rules.facts import Away, FacilityRecord, FundMove, StayRecord, TypeChange
from generale.rules.findings import Finding
from generale.rules.row import Scope

RULES = rule_set(date(2019, 4, 1))
FUND = FundNumber.parse("820")
NIHII = Nihii.of_serial(710001)
HOME = FacilityRecord(hco=Hco.parse("1001"), nihii=NIHII, type="wzc", valid_from=date(2018, 1, 1))
INSZ = Insz.synthetic(date(1938, 2, 14), Sex.WOMAN)
RATE = Decimal("61.345")
JUNE = datetime(2019, 6, 3, 9, tzinfo=BRUSSELS)


def may(day: int) -> date:
    """A day of the billed month."""
    return date(2019, 5, day)


def instant(day: int, hour: int = 10) -> datetime:
    """An hour of the billed month, in Belgium."""
    return datetime(2019, 5, day, hour, tzinfo=BRUSSELS)


STAY = StayRecord(
    facility=HOME.hco,
    insz=INSZ,
    stay_type=StayType.RVT,
    start=datetime(2018, 11, 1, 14, tzinfo=BRUSSELS),
    fund=FUND,
    admission=Reference.parse("A1"),
)
OF_CREDIT_NOTES = frozenset(f"HX-INV-{number}" for number in range(20, 25))
"""Tried by ``test_credit_note_controls``."""

REFUSED = PreviousBill(number=7, sending_number=3, fund=820, month=CareMonth(2019, 4))


@dataclass(frozen=True, kw_only=True)
class Books:
    """What a fund knows of one resident: a stay that lasts, a tariff, and nothing settled yet."""

    received: datetime = JUNE
    fund: FundNumber = FUND
    profile: Profile = field(default_factory=standard_profile)
    registered: FacilityRecord | None = HOME
    member_until: date = date(2019, 12, 31)
    accepted_stays: tuple[StayRecord, ...] = (STAY,)
    rates: tuple[tuple[date, Decimal], ...] = ((date(2018, 1, 1), RATE),)
    settled: frozenset[date] = frozenset()
    used: frozenset[tuple[int, int]] = frozenset()
    short_stay: frozenset[date] = frozenset()
    move: FundMove | None = None

    def facility(self) -> FacilityRecord | None:
        return self.registered

    def is_member(self, insz: Insz, day: date) -> bool:
        return insz == INSZ and day <= self.member_until and not self.fund_instead(insz, day)

    def fund_instead(self, insz: Insz, day: date) -> FundNumber | None:
        return self.move.instead_of(self.fund, day) if self.move else None

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        return [stay for stay in self.accepted_stays if stay.insz == insz]

    def rate(self, stay_type: StayType, day: date) -> Decimal | None:
        fitting = [rate for since, rate in self.rates if since <= day and stay_type is not StayType.DVC]
        return fitting[-1] if fitting else None

    def settled_days(self, insz: Insz) -> frozenset[date]:
        return self.settled

    def short_stay_days(self, insz: Insz) -> frozenset[date]:
        return self.short_stay

    def sending_number_is_used(self, number: int, year: int) -> bool:
        return (number, year) in self.used

    def refused(self, previous: PreviousBill) -> bool:
        return previous == REFUSED

    def accepted(self, previous: PreviousBill) -> AcceptedBill | None:
        return None


def line(first: int, last: int, *, days: int | None = None, amount: str | None = None) -> Line:
    """A line of an RVT bed in May, right unless told otherwise."""
    count = last - first + 1 if days is None else days
    euro = Euro.of_rate(RATE, count) if amount is None else Euro.parse(amount)
    return Line(code="0990021", first=may(first), last=may(last), days=count, amount=euro)


def file(*lines: Line, **bill: object) -> InvoiceFile:
    """A file of one bill with these lines."""
    first = Bill(
        number=1,
        insz=INSZ,
        sex=Sex.WOMAN,
        affiliated_fund=820,
        destination_fund=820,
        admission_date=STAY.start.date(),
        lines=lines or (line(1, 31),),
    )
    return InvoiceFile(
        provider=NIHII.in_flat_file,
        sending_number=4,
        month=CareMonth(2019, 5),
        created=date(2019, 6, 3),
        invoice_date=date(2019, 6, 3),
        reference="00000000000001",
        fund=820,
        company_number=Kbo.of_serial(1234567),
        iban=Iban.of_serial(1),
        bic="GKCCBEBB",
        bills=(replace(first, **bill),),  # type: ignore[arg-type]  # the fields of a bill, by name
    )


def judged(invoice: InvoiceFile, books: Books) -> list[Finding]:
    """All findings on a file, its bills and the first line of each."""
    bills, people = invoice.bills, BilledPeople(invoice, books)
    return [
        *RULES.judge_file(invoice, books),
        *(found for bill in bills for found in RULES.judge_bill(invoice, bill, books)),
        *(found for bill in bills for found in RULES.judge_line(people.place(bill, bill.lines[0]), books)),
    ]


LEFT = replace(STAY, end=instant(20), reason=EndReason.DEPARTURE)
DIED = replace(STAY, end=instant(20), reason=EndReason.DEATH)
NEW_RATE = ((date(2018, 1, 1), RATE), (may(16), Decimal("62.005")))
MIXED = Euro.of_rate(RATE * 15 + Decimal("62.005") * 16, 1)
LAST_YEAR = replace(
    file(
        Line(code="0990021", first=date(2018, 12, 1), last=date(2018, 12, 31), days=31,
             amount=Euro.of_rate(RATE, 31))
    ),
    month=CareMonth(2018, 12),
)  # fmt: skip
CHANGED_TYPE = (
    replace(STAY, stay_type=StayType.ROB, end=instant(20), reason=EndReason.DEPARTURE),
    replace(STAY, start=instant(20, 15)),
)

MOVED = replace(STAY, changes=(TypeChange(start=instant(15, 12), stay_type=StayType.ROB),))
"""In another bed from noon of the 15th on, which counts from the 16th on."""

SHORT = replace(STAY, stay_type=StayType.CVK)


def away(days: int, until: date) -> frozenset[date]:
    """So many days of short stay elsewhere, in a row up to a last one."""
    return frozenset(until - timedelta(days=back) for back in range(days))


def short_line(first: int, last: int) -> Line:
    """A line of short stay in May."""
    return replace(line(first, last), code=f"0{standard_profile().performance_code(StayType.CVK, may(1))}")


def short(days: int, until: date) -> Books:
    """A short stay in May of somebody who was elsewhere before."""
    return Books(accepted_stays=(SHORT,), short_stay=away(days, until))


OTHER = FundNumber.parse("830")
GONE = Books(move=FundMove(former=FUND, fund=OTHER, start=may(16)))
COME = Books(move=FundMove(former=OTHER, fund=FUND, start=may(16)))
"""A change in mid-month, so that both funds are in one bill; the sector knows it on 1 January alone."""

Case = tuple[str, str, InvoiceFile, Books]

AWAY = replace(STAY, absences=(Away(start=instant(9), end=instant(14)),))
"""In hospital from the 9th to the 14th."""

PASSES: list[Case] = [
    ("HX-INV-01", "known", file(), Books()),
    ("HX-INV-02", "new this year", file(), Books(used=frozenset({(4, 2018), (3, 2019)}))),
    ("HX-INV-03", "the month of receipt", file(), Books(received=instant(31, 23))),
    ("HX-INV-04", "this fund", file(), Books()),
    ("HX-INV-05", "refused before", file(kind=BillKind.REBILL, previous=REFUSED), Books()),
    ("HX-INV-06", "normal", file(kind=BillKind.NORMAL), Books()),
    ("HX-INV-06", "billed again", file(kind=BillKind.REBILL, previous=REFUSED), Books()),
    ("HX-INV-07", "up to the last day", file(line(1, 15)),
     Books(registered=replace(HOME, valid_until=may(15)))),
    ("HX-INV-08", "first and last day of the month", file(line(1, 31)), Books()),
    ("HX-INV-09", "one day", file(line(9, 9)), Books()),
    ("HX-INV-10", "the first day of a stay", file(line(20, 31)),
     Books(accepted_stays=(replace(STAY, start=instant(20, 23)),))),
    ("HX-INV-10", "the last day before a takeover", file(line(1, 15)),
     Books(accepted_stays=(replace(STAY, until_takeover=may(15)),))),
    ("HX-INV-11", "the day of death", file(line(1, 20)), Books(accepted_stays=(DIED,))),
    ("HX-INV-17", "leaving for hospital, and returning", file(line(1, 9), line(14, 31)),
     Books(accepted_stays=(AWAY,))),
    ("HX-INV-11", "the eve of departure", file(line(1, 19)), Books(accepted_stays=(LEFT,))),
    ("HX-INV-11", "the day on which another stay begins", file(line(20, 31)),
     Books(accepted_stays=CHANGED_TYPE)),
    ("HX-INV-12", "code of the stay type", file(), Books()),
    ("HX-INV-12", "the old bed until the noon of a change", file(line(1, 15)),
     Books(accepted_stays=(MOVED,))),
    ("HX-INV-12", "the new bed from the day after", file(replace(line(16, 31), code="0990010")),
     Books(accepted_stays=(MOVED,))),
    ("HX-INV-13", "rounded half up once", file(line(1, 31, amount="1901.70")), Books()),
    ("HX-INV-13", "a rate that changes", file(replace(line(1, 31), amount=MIXED)), Books(rates=NEW_RATE)),
    ("HX-INV-14", "up to the last day of membership", file(line(1, 15)), Books(member_until=may(15))),
    ("HX-INV-15", "the days that were not settled", file(line(11, 31)),
     Books(settled=frozenset(map(may, range(1, 11))))),
    ("HX-INV-16", "lines that touch", file(line(1, 14), line(15, 31)), Books()),
    ("HX-INV-18", "the 60th day in a row", file(short_line(1, 30)), short(30, date(2019, 4, 30))),
    ("HX-INV-18", "a day without between", file(short_line(1, 31)), short(58, date(2019, 4, 29))),
    ("HX-INV-18", "a bed that is no short stay", file(), Books(short_stay=away(80, date(2019, 4, 30)))),
    ("HX-INV-19", "the 90th day of the year", file(short_line(1, 31)), short(59, date(2019, 3, 31))),
    ("HX-INV-25", "the eve of the change, at the former fund", file(line(1, 15)), GONE),
    ("HX-INV-25", "the day of the change, at the new one", file(line(16, 31)), COME),
    ("HX-INV-19", "days of last year", file(short_line(1, 31)), short(90, date(2018, 12, 31))),
]  # fmt: skip

FAILS: list[Case] = [
    ("HX-INV-01", "unknown", file(), Books(registered=None)),
    ("HX-INV-02", "used this year", file(), Books(used=frozenset({(4, 2019)}))),
    ("HX-INV-03", "next month", file(),
     Books(received=datetime(2019, 4, 30, 23, tzinfo=BRUSSELS))),
    ("HX-INV-04", "another fund", file(destination_fund=830), Books()),
    ("HX-INV-05", "no previous bill", file(kind=BillKind.REBILL), Books()),
    ("HX-INV-05", "a bill that was paid",
     file(kind=BillKind.REBILL, previous=replace(REFUSED, number=8)), Books()),
    ("HX-INV-06", "a regularisation", file(kind=BillKind.REGULARISATION), Books()),
    ("HX-INV-07", "a day too long", file(line(1, 16)), Books(registered=replace(HOME, valid_until=may(15)))),
    ("HX-INV-08", "a day of April", file(replace(
        line(1, 31, days=32), first=date(2019, 4, 30))), Books()),
    ("HX-INV-08", "a century", file(Line(
        code="0990021", first=date(1901, 1, 1), last=date(2019, 5, 31), days=43250,
        amount=Euro.of_rate(RATE, 43250))), Books()),
    ("HX-INV-09", "one day too few", file(line(1, 31, days=30)), Books()),
    ("HX-INV-09", "last before first", file(line(9, 8, days=1)), Books()),
    ("HX-INV-09", "no day at all", file(line(9, 8, days=0)), Books()),
    ("HX-INV-10", "no stay", file(), Books(accepted_stays=())),
    ("HX-INV-10", "the eve of the start", file(line(19, 31)),
     Books(accepted_stays=(replace(STAY, start=instant(20, 0)),))),
    ("HX-INV-10", "the day of a takeover", file(line(1, 16)),
     Books(accepted_stays=(replace(STAY, until_takeover=may(15)),))),
    ("HX-INV-10", "the day after death", file(line(1, 21)), Books(accepted_stays=(DIED,))),
    ("HX-INV-17", "a whole day in hospital", file(line(1, 10), line(14, 31)), Books(accepted_stays=(AWAY,))),
    ("HX-INV-11", "the day of departure", file(line(1, 20)), Books(accepted_stays=(LEFT,))),
    ("HX-INV-12", "another code", file(replace(line(1, 31), code="0990010")), Books()),
    ("HX-INV-12", "the old bed on the day after a change", file(line(1, 16)),
     Books(accepted_stays=(MOVED,))),
    ("HX-INV-12", "no code exists yet", LAST_YEAR, Books()),
    ("HX-INV-13", "a cent too much", file(line(1, 31, amount="1901.71")), Books()),
    ("HX-INV-13", "no tariff", file(), Books(rates=())),
    ("HX-INV-13", "the old rate for all days", file(), Books(rates=NEW_RATE)),
    ("HX-INV-14", "a day after membership", file(line(1, 16)), Books(member_until=may(15))),
    ("HX-INV-15", "a day settled before", file(), Books(settled=frozenset({may(31)}))),
    ("HX-INV-16", "lines that overlap", file(line(1, 15), line(15, 31)), Books()),
    ("HX-INV-18", "the 61st day in a row", file(short_line(1, 31)), short(30, date(2019, 4, 30))),
    ("HX-INV-18", "in front of a row that was paid", file(short_line(2, 31)), short(31, date(2019, 7, 1))),
    ("HX-INV-19", "the 91st day of the year", file(short_line(1, 31)), short(60, date(2019, 3, 31))),
    ("HX-INV-25", "the day of the change, at the former fund", file(line(1, 16)), GONE),
    ("HX-INV-25", "the eve of the change, at the new one", file(line(15, 31)), COME),
    ("HX-INV-19", "days later in the year", file(short_line(1, 31)), short(60, date(2019, 12, 31))),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case[0]} {case[1]}"


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_what_keeps_a_control_passes(case: Case) -> None:
    _, _, invoice, books = case

    assert judged(invoice, books) == []


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_what_breaks_a_control_fails_with_that_control_alone(case: Case) -> None:
    control, _, invoice, books = case

    findings = judged(invoice, books)

    assert [finding.control for finding in findings] == [control]
    assert all(finding.expected and finding.received and finding.field for finding in findings)


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_of_invoices_has_an_example_on_each_side(cases: list[Case]) -> None:
    controls = {row.id for row in RULES.rows.values() if row.family == "invoice"}

    assert {case[0] for case in cases} == controls - OF_CREDIT_NOTES


def test_both_lines_that_hold_the_same_day_are_found() -> None:
    invoice = file(line(1, 15), line(15, 31))
    bill = invoice.bills[0]

    people = BilledPeople(invoice, Books())

    controls = [
        finding.control
        for one in bill.lines
        for finding in RULES.judge_line(people.place(bill, one), Books())
    ]

    assert controls == ["HX-INV-16", "HX-INV-16"]


def test_a_finding_names_the_days_that_are_wrong() -> None:
    finding = judged(file(), Books(settled=frozenset({may(2), may(3)})))[0]

    assert finding.received == "2019-05-02 to 2019-05-03 (2 days)"
    assert finding.field == "first_day"


def test_no_control_of_a_line_needs_another_one_to_have_passed() -> None:
    for _, _, invoice, _ in PASSES + FAILS:
        for _, _, _, books in PASSES + FAILS:
            people = BilledPeople(invoice, books)
            for bill in invoice.bills:
                for one in bill.lines:
                    found = RULES.judge_line(people.place(bill, one), books)
                    places = [RULES.row(finding.control).flat for finding in found]
                    assert all(place and place.scope is Scope.LINE for place in places)
