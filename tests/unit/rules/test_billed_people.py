"""What is known of each billed day: the same as asking for each line, and no more work for a longer file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.rules.test_invoice_controls import INSZ, RULES, STAY, Books, file, instant, line, may
from tests.unit.work_done import calls_in

from generale.protocol.calendar import days_between
from generale.protocol.flatfile.invoice import InvoiceFile
from generale.protocol.ids import Insz, Sex
from generale.protocol.messages import EndReason, StayType
from generale.rules.billed import BilledPeople
from generale.rules.counting import is_due, stay_on
from generale.rules.facts import StayRecord

OTHER = Insz.synthetic(date(1940, 3, 3), Sex.MAN)
DAYS = st.integers(1, 31)


@st.composite
def stays(draw: st.DrawFn) -> tuple[StayRecord, ...]:
    """Stays of one person, which may meet and overlap, some of them taken over."""
    found = []
    for first, length, is_open, takeover in draw(
        st.lists(
            st.tuples(DAYS, st.integers(0, 40), st.booleans(), st.sampled_from((None, 10, 20))), max_size=5
        )
    ):
        start = instant(first, draw(st.integers(0, 23)))
        end = None if is_open else start + timedelta(days=length)
        found.append(
            replace(
                STAY,
                start=start,
                end=end,
                reason=draw(st.sampled_from(EndReason)) if end else None,
                stay_type=draw(st.sampled_from((StayType.ROB, StayType.RVT))),
                from_takeover=may(takeover) if takeover else None,
                until_takeover=draw(st.sampled_from((None, may(25)))),
            )
        )
    return tuple(sorted(found, key=lambda one: one.start))


@st.composite
def invoices(draw: st.DrawFn) -> InvoiceFile:
    """Bills of two persons, whose lines may lie outside the billed month and hold the same days."""
    bills = []
    for number, insz in enumerate(draw(st.lists(st.sampled_from((INSZ, OTHER)), min_size=1, max_size=4))):
        spans = draw(st.lists(st.tuples(DAYS, DAYS, st.sampled_from((-31, 0, 0, 31))), max_size=3))
        lines = [
            replace(line(1, 1), first=may(first), last=may(last) + timedelta(days=more))
            for first, last, more in spans
        ]
        bills.append(replace(file().bills[0], number=number + 1, insz=insz, lines=tuple(lines)))
    return replace(file(), bills=tuple(bills))


@given(invoice=invoices(), accepted=stays(), settled=st.frozensets(DAYS))
def test_every_day_is_known_as_if_it_were_asked_for_alone(
    invoice: InvoiceFile, accepted: tuple[StayRecord, ...], settled: frozenset[int]
) -> None:
    books = Books(accepted_stays=accepted, settled=frozenset(map(may, settled)))
    people, counting = BilledPeople(invoice, books), books.profile.counting

    for bill in invoice.bills:
        for one in bill.lines:
            for day, known in people.place(bill, one).known:
                stay = stay_on(books.stays(Insz(bill.insz)), counting, day)
                assert known.times == _times(invoice, bill.insz)[day]
                assert known.stay == stay
                assert known.is_due == (stay is not None and is_due(stay, counting, day))
                assert known.is_insured == books.is_member(Insz(bill.insz), day)
                assert known.is_settled == (day in books.settled)
                if stay is None:
                    assert known.allowance is None
                else:
                    assert known.allowance is not None
                    assert known.allowance.per_day == books.rate(stay.stay_type, day)


def _times(invoice: InvoiceFile, insz: str) -> Counter[date]:
    """In how many lines each day stands, by going through all of them."""
    first, last = invoice.month.first, invoice.month.last
    lines = (one for bill in invoice.bills if bill.insz == insz for one in bill.lines)
    return Counter(day for one in lines for day in days_between(one.first, one.last) if first <= day <= last)


@dataclass(frozen=True, kw_only=True)
class Asked(Books):
    """The same books, which count how often somebody asks for stays."""

    asked: list[Insz]

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        self.asked.append(insz)
        return super().stays(insz)


def judged(invoice: InvoiceFile, books: Books) -> None:
    people = BilledPeople(invoice, books)
    for bill in invoice.bills:
        for one in bill.lines:
            RULES.judge_line(people.place(bill, one), books)


def one_day(number: int) -> tuple[int, int]:
    """A line of one day, another for each number until the month is over."""
    return number % 31 + 1, number % 31 + 1


def test_the_stays_of_a_person_are_asked_for_once_a_file() -> None:
    books = Asked(asked=[])
    bills = tuple(replace(file().bills[0], number=n, lines=(line(*one_day(n)),) * 3) for n in range(1, 9))

    judged(replace(file(), bills=bills), books)

    assert books.asked == [INSZ]


@pytest.mark.parametrize("per_bill", [1, 50, 400])
def test_twice_the_lines_of_one_person_are_twice_the_work(per_bill: int) -> None:
    def work(lines: int) -> int:
        many = tuple(line(*one_day(number)) for number in range(per_bill))
        bills = tuple(replace(file().bills[0], number=n + 1, lines=many) for n in range(lines // per_bill))
        return calls_in(lambda: judged(replace(file(), bills=bills), Books()))

    assert work(800) < 2.2 * work(400)


def test_the_stays_of_a_person_do_not_make_each_line_dearer() -> None:
    def work(stays: int, lines: int) -> int:
        start = datetime(2019, 5, 1, tzinfo=STAY.start.tzinfo)
        times = (start + timedelta(hours=number) for number in range(stays))
        short = tuple(replace(STAY, start=at, end=at + timedelta(minutes=30)) for at in times)
        invoice = file(*(line(*one_day(number)) for number in range(lines)))
        return calls_in(lambda: judged(invoice, Books(accepted_stays=short)))

    few_lines, many_lines = (work(400, lines) - work(1, lines) for lines in (31, 620))
    assert many_lines < 1.2 * few_lines
