"""What a rehearsal begins with: a date, a rule set, facilities, and who is insured where."""

from dataclasses import dataclass
from datetime import date, datetime

from generale.carefunds.register import Tariff
from generale.driver.setup import FacilitySetUp
from generale.protocol.ids import FundNumber, Hco, Insz
from generale.rules.facts import FacilityRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person is a member of a fund from a day, until a day (both included) or for good."""

    fund: FundNumber
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Insured:
    """A person and the funds that insure them."""

    insz: Insz
    funds: tuple[Membership, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFrom:
    """From which day on the notice term runs for the admissions of a facility: its own, after its entry."""

    facility: Hco
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSetUp:
    """What a world begins with. ``name`` is the scenario, or what a passive use is called.

    ``rule_set`` is the newest set that may come into force; ``notice_terms`` holds no facility for which the
    term is suspended.
    """

    name: str
    rule_set: date
    begins: datetime
    facilities: tuple[FacilitySetUp, ...]
    residents: tuple[Insured, ...] = ()
    notice_terms: tuple[NoticeFrom, ...] = ()


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
