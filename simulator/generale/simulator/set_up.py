"""What a rehearsal begins with: a date, a rule set, facilities, and who is insured where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from generale.carefunds.fund import CareFund
from generale.carefunds.register import Tariff
from generale.driver.setup import FacilitySetUp
from generale.protocol.calendar import days_between
from generale.protocol.errors import UsageError
from generale.protocol.ids import FundNumber, Hco, Insz
from generale.rules.facts import FacilityRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person is a member of a fund from a day, until a day (both included) or for good."""

    fund: FundNumber
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortStayElsewhere:
    """Days of short stay, both included, in a house that takes no part; the fund of the time paid them."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Insured:
    """A person and the funds that insure them, who may have been in short stay before."""

    insz: Insz
    funds: tuple[Membership, ...]
    short_stays: tuple[ShortStayElsewhere, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFrom:
    """From which day on the notice term runs for the admissions of a facility: its own, after its entry."""

    facility: Hco
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSetUp:
    """What a world begins with. ``name`` is the scenario, or what a passive use is called.

    ``rule_set`` is the newest set that may come into force; ``notice_terms`` holds no facility for which the
    term is suspended. ``seed`` is what its people and numbers were drawn from, None where nobody says.
    """

    name: str
    rule_set: date
    begins: datetime
    facilities: tuple[FacilitySetUp, ...]
    residents: tuple[Insured, ...] = ()
    notice_terms: tuple[NoticeFrom, ...] = ()
    seed: int | None = None


def facility_record(facility: FacilitySetUp) -> FacilityRecord:
    """The registry's entry of a facility as it is set up."""
    return FacilityRecord(
        hco=facility.hco,
        nihii=facility.nihii,
        type=facility.type.value,
        valid_from=facility.valid_from,
        valid_until=facility.valid_until,
    )


def tariffs_of(facility: FacilitySetUp) -> list[Tariff]:
    """What the funds pay a facility by day, as it is set up."""
    return [Tariff(stay_type=one.stay_type, since=one.since, per_day=one.per_day) for one in facility.tariffs]


def enrol(person: Insured, funds: Mapping[FundNumber, CareFund]) -> None:
    """Tell the care funds who is their member, and what they paid for that person before.

    ``UsageError`` for a fund that there is not.
    """
    used = [day for one in person.short_stays for day in days_between(one.first, one.last)]
    for membership in person.funds:
        if membership.fund not in funds:
            raise UsageError(f"there is no care fund {membership.fund}", hint=f"one of {', '.join(funds)}")
        fund = funds[membership.fund]
        fund.join(person.insz, membership.since, membership.until)
        fund.note_short_stay(person.insz, (day for day in used if fund.is_member(person.insz, day)))
