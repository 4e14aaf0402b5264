"""What must follow from what was told: which days are due on which bill, and what users must see."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from generale.conformance.bill import RETURNS
from generale.conformance.case import Case
from generale.conformance.exchange import INVOICES
from generale.conformance.history import History, Seen
from generale.conformance.reply import REJECTS, Reply
from generale.conformance.sent import Answer, Sent
from generale.conformance.told import Told, Version, due_days, successors
from generale.driver.observations import DecisionState, FacilityView, StayView, WorklistItem
from generale.driver.setup import FacilitySetUp
from generale.driver.stimuli import BillMonth, Rebill
from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile import InvoiceFile
from generale.protocol.ids import Hco
from generale.protocol.messages import StayType
from generale.protocol.money import ZERO, Euro


@dataclass(frozen=True, slots=True, kw_only=True)
class DueBill:
    """The days of one stay that a told month must bring on a bill; none while the stay is not accepted.

    ``present`` are the days that the facility counts itself, whatever was decided. The bill must have left
    at ``until``, where billing of that month is told once more or the scenario ends.
    """

    told: Told
    until: int
    facility: Hco
    month: CareMonth
    case: Case
    present: frozenset[date]
    days: frozenset[date]

    def must_have_left(self, history: History) -> bool:
        """Whether the vendor had an undisturbed chance to send the bill in time, and no excuse."""
        return history.must_have_left(self.told.seq, INVOICES, self.until)

    def billed(self, history: History) -> frozenset[date]:
        """The days of the stay that stand on bills sent in time."""
        return days_billed(history, self.case, self.until)


def due_bills(history: History) -> Iterator[DueBill]:
    """What each month that was told to be billed must bring, one for each stay with days in it."""
    for told in history.told:
        if not told.taken or not isinstance(told.stimulus, BillMonth):
            continue
        facility, month = told.stimulus.facility, told.stimulus.month
        for case in history.cases:
            present = days_under(history, case, facility, month, told.seq, decided=False)
            if present:
                due = days_under(history, case, facility, month, told.seq, decided=True)
                days = due if case.fund(told.seq) else frozenset[date]()
                yield DueBill(
                    told=told,
                    until=told_again(history, told),
                    facility=facility,
                    month=month,
                    case=case,
                    present=present,
                    days=days,
                )


def told_again(history: History, told: Told) -> int:
    """Where billing the same month is told once more; the end where it is not."""
    assert isinstance(told.stimulus, BillMonth)
    later = (one.seq for one in history.told if one.seq > told.seq and one.stimulus == told.stimulus)
    return next(later, history.events[-1].seq + 1)


def days_under(
    history: History, case: Case, facility: Hco, month: CareMonth, seq: int, *, decided: bool
) -> frozenset[date]:
    """The due days of a stay in a month under one number, as it was known at a place in the transcript.

    With ``decided`` they begin on the start that the acceptance gives.
    """
    version = case.stay.at(seq)
    if version is None:
        return frozenset()
    start = case.start(seq) if decided else None
    due = due_days(version, history.profile.counting, month, start)
    return frozenset(day for day in due if history.number_on(case.stay, day) == facility)


def days_billed(history: History, case: Case, until: int) -> frozenset[date]:
    """All days of a resident that stand on a bill sent before a place, whatever became of it."""
    mine = (one for one in history.lines if one.sent.seq < until and case.stay.is_known_as(one.insz))
    return frozenset(day for line in mine for day in line.days)


def case_of(history: History, insz: str, day: date, sent: Sent) -> Case | None:
    """The stay of a resident to which a billed day belongs best: the one that holds it, else the nearest.

    On the day of a move between two houses both hold it; then it is that of the number that bills.
    """
    mine = [one for one in history.cases if one.stay.is_known_as(insz) and one.stay.entered < sent.seq]
    biller = history.facility_of(sent.facility)

    def fit(case: Case) -> tuple[int, bool, bool]:
        is_elsewhere = biller is None or biller.hco not in history.numbers_of(case.stay)
        version = case.version(sent.seq)
        return _distance(version, day), version.withdrawn, is_elsewhere

    return min(mine, key=fit, default=None)


def _distance(version: Version, day: date) -> int:
    last = version.last_day or day
    return max((version.first_day - day).days, (day - last).days, 0)


def last_billing(history: History, seq: int) -> Told | None:
    """The last time before a place in the transcript that billing, or billing again, was told."""
    told = (one for one in history.told if one.taken and isinstance(one.stimulus, BillMonth | Rebill))
    return max((one for one in told if one.seq < seq), key=lambda one: one.seq, default=None)


def month_told(
    history: History, invoice: InvoiceFile, seq: int, *kinds: type[BillMonth | Rebill]
) -> Told | None:
    """The last time before a place that the month of a file was told to be billed, for its number."""
    facility = history.facility_of(invoice.provider[1:9])
    for told in reversed(history.told):
        match told.stimulus:
            case BillMonth(facility=hco, month=month) | Rebill(facility=hco, month=month) if (
                told.seq < seq and told.taken and month == invoice.month and isinstance(told.stimulus, kinds)
            ):
                if facility is None or hco == facility.hco:
                    return told
            case _:
                continue
    return None


def biller(history: History, sent: Sent) -> Hco | None:
    """The number that a file is for: that of its record 10, else that under which it was posted."""
    invoice = sent.invoice
    named = history.facility_of(invoice.provider[1:9]) if isinstance(invoice, InvoiceFile) else None
    facility = named or history.facility_of(sent.facility)
    return facility.hco if facility else None


def line_of_numbers(history: History, hco: Hco) -> set[Hco]:
    """A number, those that continue it and those that it continues."""
    moves = [move for _, move in history.takeovers]
    before = {one for one in history.facilities if hco in successors(one, moves)}
    return before | set(successors(hco, moves))


def rejects_about(history: History, sent: Sent, seq: int) -> list[Reply]:
    """The rejections about a message, of itself or of an answer, that the vendor had fetched by then."""
    return [
        one
        for one in history.replies
        if one.kind in REJECTS
        and one.is_known(seq)
        and (one.facility, one.about) == (sent.facility, sent.reference)
    ]


def came_back_at(history: History, sent: Sent, answers: Collection[str] = RETURNS) -> int | None:
    """Where the vendor learned of one of these answers to a file, by default of those that send it back."""
    seqs = (one.fetched[0] for one in answers_to(history, sent) if one.kind in answers and one.fetched)
    return min(seqs, default=None)


def answers_to(history: History, sent: Sent) -> Iterator[Reply]:
    """The replies to a message that the platform has received."""
    about = (sent.facility, sent.reference)
    return (one for one in history.replies if sent.received and (one.facility, one.about) == about)


def bills_the_same(later: Sent, sent: Sent) -> bool:
    """Whether a file is for the same number, fund and month, and bills some of the same people."""
    new, old = later.invoice, sent.invoice
    if not isinstance(new, InvoiceFile) or not isinstance(old, InvoiceFile):
        return False
    same = (new.provider, new.fund, new.month) == (old.provider, old.fund, old.month)
    return same and bool({bill.insz for bill in new.bills} & {bill.insz for bill in old.bills})


def returned_before(history: History, sent: Sent) -> dict[int, Sent]:
    """The files that came back unread and that this one replaces, by where the vendor learned it."""
    found: dict[int, Sent] = {}
    for one in history.messages:
        if one.seq >= sent.seq or not bills_the_same(sent, one):
            continue
        known = one.seq if one.answer in (Answer.FAILURE, Answer.FAULT) else came_back_at(history, one)
        if known is not None and known < sent.seq:
            found[known] = one
    return found


def places_known(history: History, sent: Sent) -> list[int]:
    """Where in the transcript the facts of a file may have been taken: when it left, and when it was told.

    A file that replaces one that came back unread repeats the facts of that one.
    """
    places: list[int] = []
    for one in (sent, *returned_before(history, sent).values()):
        billing = last_billing(history, one.seq)
        places += [one.seq, *([billing.seq] if billing else [])]
    return places


def rate_on(facility: FacilitySetUp, stay_type: StayType, day: date) -> Decimal | None:
    """The rate per day, in euro, of a facility for a stay type on a date of care; None where it has none."""
    holding = [row for row in facility.tariffs if row.stay_type is stay_type and row.since <= day]
    return max(holding, key=lambda row: row.since).per_day if holding else None


def amounts_due(facility: FacilitySetUp, stay_type: StayType, days: Sequence[date]) -> tuple[Euro, ...]:
    """Days times rate, rounded half up; none where a day has no rate.

    Where the rate changes within the days, rounded once for all of them, and for each rate apart.
    """
    counts: dict[Decimal, int] = {}
    for day in days:
        rate = rate_on(facility, stay_type, day)
        if rate is None:
            return ()
        counts[rate] = counts.get(rate, 0) + 1
    whole = Euro.of_rate(sum((rate * count for rate, count in counts.items()), Decimal()), 1)
    apart = sum((Euro.of_rate(rate, count) for rate, count in counts.items()), ZERO)
    return tuple(dict.fromkeys((whole, apart)))


def views(history: History, seen: Seen) -> Iterator[tuple[Case, StayView]]:
    """The stays as users saw them, each with its case."""
    return ((case, view) for _, case, view in numbered_views(history, seen))


def numbered_views(history: History, seen: Seen) -> Iterator[tuple[Hco, Case, StayView]]:
    """The stays as users saw them, each with the number where it was shown and with its case.

    Those that somebody has taken back are left out: they may be shown or not (``taken_back_views``).
    """
    found = _placed_views(history, seen)
    return (one for one in found if not one[1].version(seen.seq).withdrawn)


def taken_back_views(history: History, seen: Seen) -> Iterator[tuple[Case, StayView]]:
    """What users saw of stays that somebody has taken back, each with its case."""
    found = _placed_views(history, seen)
    return ((case, view) for _, case, view in found if case.version(seen.seq).withdrawn)


def _placed_views(history: History, seen: Seen) -> Iterator[tuple[Hco, Case, StayView]]:
    for facility in seen.observation.facilities:
        for view in facility.stays:
            mine = [
                one
                for one in history.cases
                if one.stay.is_known_as(view.insz)
                and facility.facility in history.numbers_of(one.stay)
                and one.stay.entered < seen.seq
            ]
            if mine:
                nearest = min(mine, key=lambda one: _lies_off(one, view.start, seen.seq))
                yield facility.facility, nearest, view


def _lies_off(case: Case, start: datetime, seq: int) -> tuple[timedelta, bool]:
    """How far a start lies from the one that was entered, or from the one that was decided.

    Of two that lie as far, one that nobody took back is nearer.
    """
    starts = (case.version(seq).start, case.start(seq))
    return min(abs(one - start) for one in starts if one), case.version(seq).withdrawn


def worklist(seen: Seen) -> tuple[WorklistItem, ...]:
    """Everything on the worklists of all numbers."""
    return tuple(item for facility in seen.observation.facilities for item in facility.worklist)


def items_about(history: History, seen: Seen, case: Case) -> list[WorklistItem]:
    """The items about a resident, on the worklists of the numbers that hold the stay."""
    own = history.numbers_of(case.stay)
    items = (item for view in seen.observation.facilities if view.facility in own for item in view.worklist)
    return [item for item in items if _concerns(history, item, case)]


def _concerns(history: History, item: WorklistItem, case: Case) -> bool:
    """Whether an item names a resident; one that names several at once is about none of them."""
    named, kinship = _named(history, item)
    return case in named and all(kinship(one) & kinship(case) for one in named)


def cases_named(history: History, item: WorklistItem) -> Sequence[Case]:
    """The stays of all whom an item names: by national number, else family name, else message reference."""
    return _named(history, item)[0]


def _named(history: History, item: WorklistItem) -> tuple[Sequence[Case], Callable[[Case], set[str]]]:
    """Those whom an item names, and what those who are one and the same resident have in common."""
    for names, kinship in ((_numbers, _numbers), (_families, _families), (_references, _numbers)):
        named = [one for one in history.cases if any(holds_name(item.subject, name) for name in names(one))]
        if named:
            return named, kinship
    return (), _numbers


def _numbers(case: Case) -> set[str]:
    return {version.person.insz for version in case.stay.versions}


def _families(case: Case) -> set[str]:
    return {version.person.family_name.casefold() for version in case.stay.versions}


def _references(case: Case) -> set[str]:
    return {one.reference for one in case.all}


def holds_name(text: str, name: str) -> bool:
    """Whether a text holds a name as whole words; a number may be written with dots and dashes.

    A name without any letter or digit, which only a reference can be, stands between blanks.
    """
    if not _words(name):
        return name in text.split()
    joined = re.sub(r"(?<=\d)[.\-/](?=\d)", "", text)
    return any(f" {_words(name)} " in f" {_words(one)} " for one in (text, joined))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def facility_views(seen: Seen) -> Mapping[Hco, FacilityView]:
    """What was seen, by facility number."""
    return {one.facility: one for one in seen.observation.facilities}


def waits_for_answer(case: Case, seq: int) -> bool:
    """Whether a stay is pending or not answered for a vendor who knows what was fetched so far."""
    return case.state(seq) in (DecisionState.PENDING, DecisionState.NOT_ANSWERED)
