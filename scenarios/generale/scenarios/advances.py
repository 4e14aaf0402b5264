"""Advances in a scenario: what a fund does, with the amount that the formula gives where none is named."""

from collections import Counter
from decimal import Decimal

from generale.carefunds.advance_ledger import advances_by_fund
from generale.protocol.advance import Beds, Recognised
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import UsageError
from generale.protocol.ids import FundNumber
from generale.protocol.money import Euro
from generale.protocol.profile import Profile
from generale.scenarios.cast import Cast
from generale.scenarios.language import FundDeed, Scenario
from generale.scenarios.moment import month_of
from generale.simulator.advancing import MoneyDeed, MoneyMove


def move_of(step: FundDeed, scenario: Scenario, cast: Cast, profile: Profile) -> MoneyMove:
    """What the step lets a fund do; ``UsageError`` where the formula gives that fund no advance."""
    month = month_of(step.month, cast.anchor) if step.month else None
    amount = Euro.parse(step.amount) if step.amount else None
    if step.deed is MoneyDeed.ADVANCE and month is not None and amount is None:
        amount = _by_formula(step, month, scenario, cast, profile)
    return MoneyMove(
        deed=step.deed,
        fund=FundNumber.parse(step.fund),
        facility=cast.facilities[step.facility].hco,
        month=month,
        amount=amount,
    )


def _by_formula(step: FundDeed, month: CareMonth, scenario: Scenario, cast: Cast, profile: Profile) -> Euro:
    """The share of a fund in the advance of a month, by the residents of the cast."""
    facility, advanced = cast.facilities[step.facility], scenario.facilities[step.facility].advances
    fund, residents = FundNumber.parse(step.fund), Counter(one.fund for one in cast.residents.values())
    if advanced is None or profile.advances is None:
        raise UsageError(f"'{step.facility}' has no advances", hint="say of what: 'advances: {places: ...}'")
    beds = []
    for stay_type, places in advanced.places.items():
        rates = [row for row in facility.tariffs if row.stay_type is stay_type and row.since <= month.first]
        if not rates:
            raise UsageError(
                f"'{step.facility}' has no rate for {stay_type.value}", hint="name places of its own kinds"
            )
        beds.append(Beds(places=places, per_day=max(rates, key=lambda row: row.since).per_day))
    recognised = Recognised(
        type=facility.type.value,
        beds=tuple(beds),
        opening_days=advanced.opening_days,
        occupancy=Decimal(advanced.occupancy) if advanced.occupancy else None,
    )
    parts = advances_by_fund(recognised, month, profile.advances, residents)
    if fund not in parts:
        raise UsageError(f"fund {fund} bears no part of that advance", hint="give it residents, or an amount")
    return parts[fund]
