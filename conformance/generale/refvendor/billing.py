"""Billing a care month: the covered days that were not billed yet, for residents whose stay is accepted."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from generale.driver.observations import DecisionState, LineStatus
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import brussels
from generale.protocol.flatfile import Bill, BillKind, PreviousBill
from generale.protocol.ids import FundNumber, Hco, Sex
from generale.protocol.profile import Profile
from generale.refvendor.counting import DayCount
from generale.refvendor.crediting import Crediting
from generale.refvendor.decision import Decisions, Standing
from generale.refvendor.dossier import Dossier, Kind, Stay
from generale.refvendor.filing import Claim, Filing
from generale.refvendor.house import House
from generale.refvendor.membership import FundChanges
from generale.refvendor.outbox import Progress, Refuser
from generale.refvendor.pricing import Pricing
from generale.refvendor.shipment import BookedBill, Books, Refused, Shipment
from generale.refvendor.switches import Switches

_OPEN = (DecisionState.PENDING, DecisionState.NOT_ANSWERED)


class Billing:
    """Makes bills from stays, and makes them again where a fund refused them."""

    def __init__(
        self,
        profile: Profile,
        house: House,
        dossier: Dossier,
        decisions: Decisions,
        books: Books,
        filing: Filing,
        fund_changes: FundChanges,
        switches: Switches,
    ) -> None:
        self._house = house
        self._dossier = dossier
        self._decisions = decisions
        self._books = books
        self._filing = filing
        self._fund_changes = fund_changes
        self._switches = switches
        self._funds = tuple(profile.funds)
        self._count = DayCount(profile.counting, switches)
        self._pricing = Pricing(profile, switches)
        self._crediting = Crediting(house, dossier, books, self._pricing, self._covered, switches)

    def bill_month(self, hco: Hco, month: CareMonth) -> None:
        """Bill a month of a number, and nothing else."""
        if self._switches.on("month-before-billed-too"):
            self._bill(hco, CareMonth.of(month.first - timedelta(days=1)))
        for other in self._house:
            if other != hco and self._switches.on("every-home-billed-at-once"):
                self._bill(other, month)
        self._bill(hco, month)

    def _bill(self, hco: Hco, month: CareMonth) -> None:
        """Bill what is covered and not billed yet; who cannot be billed yet is passed over by name."""
        self._tell_ends_again(hco)
        present = [stay for stay in self._stays(hco) if self._days(hco, stay, month, stay.facts.start)]
        standings = {stay: self._decisions.standing(stay) for stay in present}
        ready = {stay: standing for stay, standing in standings.items() if self._may_bill(standing)}
        for stay in present:
            self._pass_over(hco, stay, month, waits=stay not in ready)
        if len(ready) < len(present) and self._switches.on("month-waits-for-all"):
            return
        back = list(self._crediting.claims(hco, month))
        claims = [
            claim for stay, standing in ready.items() for claim in self._new_claim(hco, stay, month, standing)
        ]
        self._filing.file(self._house[hco], month, [*back, *claims])

    def _covered(self, hco: Hco, stay: Stay, month: CareMonth) -> list[date] | None:
        """The days of a stay that are due by what is accepted; None while that is not clear."""
        if stay.is_withdrawn:
            withdrawal = next((one for one in reversed(stay.notices) if one.withdraws), None)
            return [] if withdrawal and withdrawal.decision else None
        standing, end = self._decisions.standing(stay), stay.original(Kind.END)
        is_open = stay.has_refused_correction or stay.has_correction_under_way
        if standing.state is not DecisionState.ACCEPTED or is_open or (end and not end.acceptance):
            return None
        return self._days(hco, stay, month, self._start(stay, standing))

    def _stays(self, hco: Hco) -> list[Stay]:
        """The stays of a number that are billed: all that nobody has taken back."""
        withdrawn = self._dossier.withdrawn_at(hco)
        is_billed = bool(withdrawn) and self._switches.on("withdrawn-stay-billed")
        return [*self._dossier.at(hco), *(withdrawn if is_billed else ())]

    def _tell_ends_again(self, hco: Hco) -> None:
        """A mistake: every end of stay goes out once more with the billing; by right it left when told."""
        for stay in self._dossier.at(hco):
            end = stay.original(Kind.END)
            if end is not None and end.acceptance and self._switches.on("ends-sent-with-billing"):
                stay.tell(Kind.END, end.facility)

    def rebill(self, hco: Hco, month: CareMonth) -> None:
        """Send files again that came back, and bill again what the funds refused in settled ones."""
        claims = [one for shipment in self._books.of(hco) for one in self._repair(hco, month, shipment)]
        waiting = [one for one in self._books.refused if _is_of(one.shipment, hco, month)]
        if not waiting or self._switches.on("refusal-swallowed"):
            self._filing.file(self._house[hco], month, claims)
            return
        for one in self._to_bill_again(waiting):
            mine = list(self._renewed_claim(hco, month, one))
            claims += mine
            one.booked.rebilled = one.booked.rebilled or bool(mine)
        self._books.refused = [
            one for one in self._books.refused if one not in waiting or not one.booked.rebilled
        ]
        self._filing.file(self._house[self._rebills(hco)], month, claims)

    def _repair(self, hco: Hco, month: CareMonth, shipment: Shipment) -> Iterator[Claim]:
        """Send a file again that came back; what it bills for days of another fund is billed to that one."""
        if shipment.file.month != month or not shipment.is_returned:
            return
        gone = [one for one in shipment.bills if self._is_of_another_fund(one, shipment)]
        if gone and self._switches.on("returned-file-kept-whole"):
            gone = []
        for booked in gone if not all(one.rebilled for one in gone) else ():
            booked.rebilled = True
            standing = self._decisions.standing(booked.stay)
            days = [day for line in booked.lines for day in line.days]
            for fund, mine in self._by_fund(booked.stay, standing, days):
                yield from self._claim(hco, booked.stay, month, standing, mine, fund)
        if len(gone) < len(shipment.bills):
            self._books.leave_out(shipment, gone)
            self._filing.repair(shipment)

    def _is_of_another_fund(self, booked: BookedBill, shipment: Shipment) -> bool:
        """Whether the days of a bill are not of the fund that it was for, since its resident has gone on."""
        standing = self._decisions.standing(booked.stay)
        days = [day for line in booked.lines for day in line.days]
        if booked.credits is not None or standing.fund is None:
            return False
        changed = self._fund_changes.fund_on(booked.stay, standing.fund, days[0])
        return changed not in (standing.fund, shipment.fund)

    def _rebills(self, hco: Hco) -> Hco:
        """The number under which refused bills of a number go again: itself, also when it has ended."""
        if self._switches.on("rebilled-under-the-new-number"):
            return self._house.number_on(hco, self._filing.today)
        return hco

    def remake_unanswered(self) -> None:
        """A mistake: write files without an answer again on a later day; by right their bytes stay."""
        for shipment in self._books.shipments:
            waits = shipment.letter.unanswered and shipment.letter.progress is Progress.WAITING
            if waits and self._switches.on("unanswered-file-made-anew"):
                self._filing.remake(shipment)

    def repair_unasked(self) -> None:
        """A mistake: send again at once what was refused, which by right waits for somebody to bill again."""
        for shipment in self._books.shipments:
            if shipment.letter.refused_by is Refuser.REJECTION:
                if self._switches.on("rejected-file-sent-at-once"):
                    self._filing.repair(shipment)
            elif shipment.refusal is not None and self._switches.on("returned-file-sent-at-once"):
                self._filing.repair(shipment)
        for one in tuple(self._books.refused):
            if self._switches.on("refused-bill-sent-at-once"):
                self.rebill(one.shipment.facility, one.shipment.file.month)

    def _to_bill_again(self, waiting: list[Refused]) -> Iterable[Refused]:
        if not self._switches.on("settled-bills-sent-again"):
            return waiting
        shipments = dict.fromkeys(one.shipment for one in waiting)
        return [Refused(shipment=one, booked=booked) for one in shipments for booked in one.bills]

    def _may_bill(self, standing: Standing) -> bool:
        if standing.state is DecisionState.ACCEPTED:
            return standing.fund is not None
        if standing.state is DecisionState.REFUSED:
            return self._switches.on("refused-stays-billed")
        return standing.state in _OPEN and self._switches.on("not-refused-is-accepted")

    def _pass_over(self, hco: Hco, stay: Stay, month: CareMonth, *, waits: bool) -> None:
        months = self._books.passed_over.setdefault((hco, stay), set())
        if waits:
            months.add(month)
        else:
            months.discard(month)

    def _start(self, stay: Stay, standing: Standing) -> datetime:
        """When billing starts: at the start that was decided."""
        if standing.start is None or self._switches.on("own-start-on-bill"):
            return stay.facts.start
        if stay.has_refused_correction and self._switches.on("refused-correction-billed"):
            return stay.facts.start
        return standing.start

    def _by_fund(
        self, stay: Stay, standing: Standing, days: Sequence[date]
    ) -> Iterator[tuple[FundNumber, list[date]]]:
        """Whom to bill for which days: the fund that was decided, or the next one from a change on."""
        if standing.fund is None or self._switches.on("everybody-to-first-fund"):
            return iter([(self._funds[0], list(days))])
        return self._fund_changes.by_fund(stay, standing.fund, days)

    def _days(self, hco: Hco, stay: Stay, month: CareMonth, start: datetime) -> list[date]:
        """The due days of a stay in a month that this number bills."""
        due = self._count.due(month, brussels(start).date(), self._last_day(stay), stay.facts.reason)
        return self._house.billed(stay.facility, hco, self._count.present(stay.absences, due))

    def _last_day(self, stay: Stay) -> date | None:
        """The Belgian day on which a stay ends; None while it lasts."""
        end = stay.facts.end
        if end is None:
            return None
        if stay.agreement_until and self._switches.on("billed-to-the-end-of-the-agreement"):
            return stay.agreement_until
        return (end.astimezone(UTC) if self._switches.on("end-day-in-utc") else brussels(end)).date()

    def _new_claim(self, hco: Hco, stay: Stay, month: CareMonth, standing: Standing) -> Iterator[Claim]:
        days = self._days(hco, stay, month, self._start(stay, standing))
        if stay.first_end and not stay.facts.end and self._switches.on("billed-to-the-withdrawn-end"):
            days = [day for day in days if day < brussels(stay.first_end).date()]
        is_gross = self._switches.on("whole-line-credited-and-left")
        billed = self._books.billed_days(hco, stay, month, net=not is_gross)
        left = [day for day in days if day not in billed]
        if len(left) < len(days) and self._switches.on("month-billed-again"):
            left = days
        if self._switches.on("billed-up-to-today"):
            left = [*left, *self._days_since(hco, stay, month, self._start(stay, standing))]
        for fund, mine in self._by_fund(stay, standing, left):
            yield from self._claim(hco, stay, month, standing, mine, fund)

    def _days_since(self, hco: Hco, stay: Stay, month: CareMonth, start: datetime) -> list[date]:
        """The due days of a stay after a month and before today."""
        after = self._days(hco, stay, CareMonth.of(month.last + timedelta(days=1)), start)
        return [day for day in after if day < self._filing.today]

    def _renewed_claim(self, hco: Hco, month: CareMonth, refused: Refused) -> Iterator[Claim]:
        stay, standing = refused.booked.stay, self._decisions.standing(refused.booked.stay)
        if not self._may_bill(standing):
            return
        covered = set(self._days(hco, stay, month, self._start(stay, standing)))
        again = [day for day in self._days_to_bill_again(refused.booked) if day in covered]
        former, previous = refused.shipment.fund, self._previous(refused)
        for fund, days in self._by_fund(stay, standing, again):
            if fund != former:
                yield from self._claim_elsewhere(hco, stay, month, standing, days, fund, previous)
            elif self._switches.on("rebill-as-new"):
                yield from self._claim(hco, stay, month, standing, days, fund)
            else:
                yield from self._claim(hco, stay, month, standing, days, fund, previous)

    def _claim_elsewhere(
        self,
        hco: Hco,
        stay: Stay,
        month: CareMonth,
        standing: Standing,
        days: list[date],
        fund: FundNumber,
        previous: PreviousBill,
    ) -> Iterator[Claim]:
        """The bill for days that a fund refused and that are of another one: to that a new bill."""
        if self._switches.on("days-of-the-other-fund-given-up"):
            return
        if self._switches.on("wrong-fund-billed-again"):
            fund = FundNumber(f"{previous.fund:03d}")
            yield from self._claim(hco, stay, month, standing, days, fund, previous)
        elif self._switches.on("former-bill-named-at-the-new-fund"):
            yield from self._claim(hco, stay, month, standing, days, fund, previous)
        else:
            yield from self._claim(hco, stay, month, standing, days, fund)

    def _days_to_bill_again(self, booked: BookedBill) -> list[date]:
        """The days of a bill that its rebill bills: the refused ones."""
        is_mixed = any(line.status is LineStatus.ACCEPTED for line in booked.lines)
        if is_mixed and self._switches.on("whole-bill-again"):
            return [day for line in booked.lines for day in line.days]
        return _days_of(booked)

    def _previous(self, refused: Refused) -> PreviousBill:
        """What a rebill replaces: the bill that was refused last."""
        before = refused.booked.bill.previous
        if before is not None and self._switches.on("replaces-the-first-bill"):
            return before
        file = refused.shipment.file
        return PreviousBill(
            number=refused.booked.bill.number,
            sending_number=file.sending_number,
            fund=file.fund,
            month=file.month,
        )

    def _claim(
        self,
        hco: Hco,
        stay: Stay,
        month: CareMonth,
        standing: Standing,
        days: list[date],
        fund: FundNumber,
        previous: PreviousBill | None = None,
    ) -> Iterator[Claim]:
        """The bill for these days; none where no day is left that has a rate."""
        if not days:
            return
        paid_as, today = self._house.paid_as(hco), self._filing.today
        types = {day: self._count.type_on(stay, day) for day in days}
        lines = self._pricing.lines(paid_as, types, today)
        if not lines:
            return
        start = brussels(self._start(stay, standing))
        bill = Bill(
            number=self._books.next_bill_number(hco),
            insz=stay.facts.resident.insz,
            sex=self._sex(stay),
            affiliated_fund=self._affiliated(fund),
            destination_fund=int(fund),
            admission_date=self._admission_date(start, month),
            admission_time=self._admission_time(start),
            discharge_date=self._discharge(hco, stay, month),
            lines=lines,
            kind=BillKind.REBILL if previous else BillKind.NORMAL,
            previous=previous,
        )
        yield Claim(stay=stay, fund=fund, bill=bill)

    def _sex(self, stay: Stay) -> Sex:
        sex = stay.facts.resident.sex
        if self._switches.on("sex-swapped-on-bill"):
            return Sex.MAN if sex is Sex.WOMAN else Sex.WOMAN
        return sex

    def _admission_date(self, start: datetime, month: CareMonth) -> date:
        """The day on which the stay begins as it was accepted, in whichever month that was."""
        return month.first if self._switches.on("admission-date-of-the-month") else start.date()

    def _admission_time(self, start: datetime) -> time:
        """The hour and minute at which it begins."""
        return (
            time(0, 0)
            if self._switches.on("day-without-hour-on-bill")
            else start.time().replace(second=0, microsecond=0)
        )

    def _affiliated(self, fund: FundNumber) -> int:
        """The fund of which the resident is a member: the one that is billed."""
        return int(self._funds[0]) if self._switches.on("everybody-member-of-first-fund") else int(fund)

    def _discharge(self, hco: Hco, stay: Stay, month: CareMonth) -> date | None:
        """The day on which the stay ended, where that was under this number and is known to the bill."""
        end = self._last_day(stay)
        if end is None or end > month.last or self._house.number_on(stay.facility, end) != hco:
            return None
        return None if self._switches.on("discharge-date-left-out") else end


def _is_of(shipment: Shipment, hco: Hco, month: CareMonth) -> bool:
    return shipment.facility == hco and shipment.file.month == month


def _days_of(booked: BookedBill) -> list[date]:
    """The refused days of a bill; all of them where none was refused and the bill goes again all the same."""
    refused = [line for line in booked.lines if line.status is LineStatus.REFUSED]
    return [day for line in refused or booked.lines for day in line.days]
