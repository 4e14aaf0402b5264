"""The cast of a scenario: facilities and residents with synthetic numbers, all from one seed.

National numbers carry counter 999 or 000, which no person has; those of facilities come from ``nobody``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from generale.driver.setup import FacilitySetUp, FacilityType, Tariff
from generale.driver.stimuli import Person
from generale.protocol.errors import UsageError
from generale.protocol.ids import FundNumber, Insz, Sex
from generale.protocol.messages import StayType
from generale.protocol.profile import Profile
from generale.scenarios.language import Scenario
from generale.scenarios.moment import day_of
from generale.scenarios.nobody import SERIALS, family_names, given_names, numbers_of
from generale.scenarios.roles import FacilityRole, ResidentRole
from generale.simulator.set_up import ShortStayElsewhere

COMPETENCE_SINCE = date(2019, 1, 1)
"""From this day on the care funds pay; the tariffs of a cast begin here."""

_RATES: Mapping[FacilityType, Mapping[StayType, Decimal]] = {
    FacilityType.WZC: {StayType.ROB: Decimal("64.35"), StayType.RVT: Decimal("68.17")},
    FacilityType.CVK: {StayType.CVK: Decimal("66.05")},
    FacilityType.DVC: {StayType.DVC: Decimal("41.15")},
}
"""Allowance per day in euro, fictional; chosen so that careless rounding shows."""


_TRIES = 100
"""How often another date of birth is tried before the pool counts as used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A resident of the cast with the fund that insures them."""

    person: Person
    fund: FundNumber
    short_stays: tuple[ShortStayElsewhere, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody in a scenario, by their role."""

    anchor: date
    facilities: Mapping[str, FacilitySetUp]
    residents: Mapping[str, Resident]


def cast_of(scenario: Scenario, profile: Profile, seed: int, anchor: date) -> Cast:
    """The cast of a scenario: the same seed gives the same people; another seed others."""
    chance = Random(f"{seed}/{scenario.name}")  # noqa: S311  # repeatable on purpose
    serials = chance.sample(SERIALS, len(scenario.facilities))
    facilities = {
        role: _facility(words, serial, anchor)
        for serial, (role, words) in zip(serials, scenario.facilities.items(), strict=True)
    }
    taken: set[str] = set()
    residents = {
        role: _resident(role, words, chance, profile, taken, anchor)
        for role, words in scenario.residents.items()
    }
    return Cast(anchor=anchor, facilities=facilities, residents=residents)


def _facility(role: FacilityRole, serial: int, anchor: date) -> FacilitySetUp:
    numbers = numbers_of(serial)
    since = COMPETENCE_SINCE - timedelta(days=365 * 10) if role.since is None else day_of(role.since, anchor)
    return FacilitySetUp(
        hco=numbers.hco,
        nihii=numbers.nihii,
        type=role.type,
        name=numbers.name,
        enterprise=numbers.enterprise,
        iban=numbers.iban,
        bic="GENEBEBB",
        username=f"rehearsal{serial}",
        password=f"generale-{serial}",
        valid_from=since,
        tariffs=_tariffs(role, anchor),
    )


def _tariffs(role: FacilityRole, anchor: date) -> tuple[Tariff, ...]:
    """The tariffs that the scenario names; the usual ones of the type where it names none."""
    named = tuple(
        Tariff(
            stay_type=row.stay_type,
            since=COMPETENCE_SINCE if row.since is None else day_of(row.since, anchor),
            per_day=Decimal(row.per_day),
        )
        for row in role.tariffs
    )
    usual = (
        Tariff(stay_type=kind, since=COMPETENCE_SINCE, per_day=rate)
        for kind, rate in _RATES[role.type].items()
    )
    return named or tuple(usual)


def _resident(
    role: str, words: ResidentRole, chance: Random, profile: Profile, taken: set[str], anchor: date
) -> Resident:
    if words.fund not in profile.funds:
        raise UsageError(
            f"'{role}' is insured by the unknown fund {words.fund}", hint=f"one of {', '.join(profile.funds)}"
        )
    sex = words.sex or chance.choice([Sex.MAN, Sex.WOMAN])
    for _ in range(_TRIES):
        born = words.born or date(1925, 1, 1) + timedelta(days=chance.randrange(365 * 20))
        plain, bis = Insz.synthetic(born, sex), Insz.synthetic(born, sex, bis=True)
        insz = bis if plain in taken else plain
        if insz not in taken:
            break
    else:
        raise UsageError(f"there is no free number for '{role}'", hint="give another date of birth")
    taken.add(insz)
    person = Person(
        insz=insz,
        family_name=words.family_name or chance.choice(family_names()),
        given_name=words.given_name or chance.choice(given_names(sex)),
        birth_date=born,
        sex=sex,
    )
    short_stays = tuple(
        ShortStayElsewhere(first=day_of(one.first, anchor), last=day_of(one.last, anchor))
        for one in words.short_stays
    )
    return Resident(person=person, fund=FundNumber(words.fund), short_stays=short_stays)
