"""What the care funds do about the advances of a house while it is not billing yet, and when it is.

A fund advances every month from the day the funds pay to the month of the entry. What is accepted later is
set off against it by the fund itself; some time after the year is billed it claims what is left. All of it is
project-defined but the formula.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from generale.carefunds.advance_ledger import advances_by_fund
from generale.carefunds.fund import CareFund
from generale.protocol.advance import Beds, Recognised
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import FundNumber, Hco, Insz
from generale.protocol.money import ZERO, Euro
from generale.protocol.profile import Profile
from generale.scenarios.cast import COMPETENCE_SINCE
from generale.scenarios.population.houses import HOSTED
from generale.scenarios.population.sector import Facility
from generale.scenarios.transition.agenda import begins
from generale.scenarios.transition.habits import Habits
from generale.scenarios.transition.part import HousePart
from generale.simulator.advancing import MoneyDeed, MoneyMove

_OPENS = time(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class FundDeed:
    """Something that a fund does towards a number at a moment.

    ``amount`` is that of an advance. ``half`` lets half of what is open be repaid.
    """

    at: datetime
    deed: MoneyDeed
    fund: FundNumber
    facility: Hco
    month: CareMonth
    amount: Euro | None = None
    half: bool = False


def fund_deeds(part: HousePart, profile: Profile, habits: Habits, until: date, seed: int) -> list[FundDeed]:
    """Everything that funds do towards a house, up to and including a day, in order."""
    chance = Random(f"{seed}/transition/money/{part.house.house}")  # noqa: S311  # repeatable on purpose
    deeds: list[FundDeed] = []
    for facility in part.facilities:
        advanced = list(_advances(part, facility, profile))
        deeds += advanced
        for fund in sorted({deed.fund for deed in advanced}):
            deeds += _recovery(part, facility, fund, habits, chance)
    return sorted((deed for deed in deeds if deed.at.date() <= until), key=lambda deed: deed.at)


def move_of(deed: FundDeed, funds: Mapping[FundNumber, CareFund]) -> MoneyMove | None:
    """What a fund does now; None where nothing was claimed, or nothing of it is open."""
    move = MoneyMove(
        deed=deed.deed, fund=deed.fund, facility=deed.facility, month=deed.month, amount=deed.amount
    )
    if deed.deed is not MoneyDeed.REPAYMENT:
        return move
    ledger = funds[deed.fund].advances
    claimed = ledger.account(deed.facility).recoveries(deed.at.date()) if ledger else ()
    if not claimed or claimed[-1].still_open <= ZERO:
        return None
    open_ = claimed[-1].still_open
    amount = Euro(cents=open_.cents // 2) if deed.half and open_.cents > 1 else open_
    return MoneyMove(
        deed=deed.deed,
        fund=deed.fund,
        facility=deed.facility,
        amount=amount,
        notice=claimed[-1].reference,
    )


def _advances(part: HousePart, facility: Facility, profile: Profile) -> Iterator[FundDeed]:
    """The advances of every month up to that of the entry, on its first day."""
    if profile.advances is None:
        return
    month, last = CareMonth.of(max(COMPETENCE_SINCE, facility.since)), begins(part, facility)
    if facility.until is not None:
        last = min(last, facility.until)
    while month.first <= last:
        present = _present(part, facility, month.first)
        members = _members(part, present, month.first)
        recognised = _recognised(part, facility, month, len(present))
        parts = advances_by_fund(recognised, month, profile.advances, members) if members else {}
        for fund, amount in parts.items():
            if amount > ZERO:
                yield FundDeed(
                    at=datetime.combine(month.first, _OPENS, BRUSSELS),
                    deed=MoneyDeed.ADVANCE,
                    fund=fund,
                    facility=facility.hco,
                    month=month,
                    amount=amount,
                )
        month = month.shifted(1)


def _recognised(part: HousePart, facility: Facility, month: CareMonth, present: int) -> Recognised:
    """What a facility is advanced for in a month: its places at its rates, by its opening days.

    Its own occupancy is who comes there on the first of the month, by its places, and one at most.
    """
    beds = []
    for kind in HOSTED[facility.type]:
        rates = [
            row
            for row in part.tariffs
            if row.hco == facility.hco and row.stay_type is kind and row.since <= month.first
        ]
        if rates and facility.places(kind):
            beds.append(
                Beds(places=facility.places(kind), per_day=max(rates, key=lambda row: row.since).per_day)
            )
    places = sum(one.places for one in beds)
    share = min(Decimal(1), (Decimal(present) / places).quantize(Decimal("0.0001"))) if places else Decimal(1)
    return Recognised(
        type=facility.type.value,
        beds=tuple(beds),
        opening_days=facility.opening_days,
        occupancy=max(share, Decimal("0.0001")),
    )


def _present(part: HousePart, facility: Facility, day: date) -> frozenset[Insz]:
    """Who stays in a facility on a day."""
    return frozenset(
        stay.insz
        for stay in part.stays
        if stay.hco == facility.hco and stay.start <= day and (stay.end is None or stay.end > day)
    )


def _members(part: HousePart, present: frozenset[Insz], day: date) -> Counter[FundNumber]:
    """How many of them are members of each fund on a day."""
    return Counter(
        row.fund
        for insz in present
        for row in part.memberships[insz]
        if row.since <= day and (row.until is None or row.until >= day)
    )


def _recovery(
    part: HousePart, facility: Facility, fund: FundNumber, habits: Habits, chance: Random
) -> Iterator[FundDeed]:
    """A claim for 2019 some time after that year is billed, and what comes in on it."""
    year_ends = CareMonth(COMPETENCE_SINCE.year, 12).last
    billed = max(begins(part, facility), min(facility.until or year_ends, year_ends))
    letter = billed + timedelta(days=habits.claim_day)
    month = CareMonth.of(COMPETENCE_SINCE)

    def deed(day: date, kind: MoneyDeed, *, half: bool = False) -> FundDeed:
        at = datetime.combine(day, _OPENS, BRUSSELS)
        return FundDeed(at=at, deed=kind, fund=fund, facility=facility.hco, month=month, half=half)

    yield deed(letter, MoneyDeed.CLAIM)
    is_repaid, in_part = chance.random() < habits.repaid, chance.random() < habits.repaid_in_part
    span = timedelta(days=chance.randint(*habits.repaid_within))
    if is_repaid:
        yield deed(letter + span, MoneyDeed.REPAYMENT, half=in_part)
        if in_part:
            yield deed(letter + 2 * span, MoneyDeed.REPAYMENT)
