"""Houses and their facilities: types, numbers, places, vendors, entry waves, opening and closing, tariffs."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from generale.driver.setup import FacilityType
from generale.protocol.errors import UsageError
from generale.protocol.messages import StayType
from generale.scenarios.nobody import SERIALS, numbers_of
from generale.scenarios.population.parameters import Parameters, Spread
from generale.scenarios.population.sector import Facility, FacilityTariff, House, Wave
from generale.scenarios.population.share import apportioned, dealt

HOSTED = {
    FacilityType.WZC: (StayType.ROB, StayType.RVT),
    FacilityType.CVK: (StayType.CVK,),
    FacilityType.DVC: (StayType.DVC,),
}
"""The types of stay for which a facility of each type has places."""

_CENT = Decimal("0.01")


def type_counts(parameters: Parameters, facilities: int) -> dict[FacilityType, int]:
    """So many facilities in the proportions of the parameters."""
    shares = [parameters.types.get(kind, 0) for kind in FacilityType]
    return dict(zip(FacilityType, apportioned(shares, facilities), strict=True))


def grouped(parameters: Parameters, facilities: int, chance: Random) -> list[tuple[FacilityType, ...]]:
    """The types of the facilities of each house, in a random order of houses."""
    count = type_counts(parameters, facilities)
    homes = count[FacilityType.WZC]
    beside: dict[FacilityType, int] = {}
    for kind, alone in (
        (FacilityType.CVK, parameters.houses.cvk_alone),
        (FacilityType.DVC, parameters.houses.dvc_alone),
    ):
        beside[kind] = min(count[kind] - round(count[kind] * alone), homes)
    kinds = [
        (FacilityType.WZC, *(kind for kind, number in beside.items() if place < number))
        for place in range(homes)
    ]
    for kind, number in beside.items():
        kinds += [(kind,)] * (count[kind] - number)
    chance.shuffle(kinds)
    return kinds


def drawn_facilities(parameters: Parameters, number: int, seed: int) -> list[Facility]:
    """So many facilities in houses of their own; ``UsageError`` where there are not so many numbers."""
    if number > len(SERIALS):
        raise UsageError(
            f"{number} facilities are more than the {len(SERIALS)} facility numbers that are nobody's",
            hint=f"ask for 1 to {len(SERIALS)}",
        )
    chance = _chance(seed, "houses")
    houses = grouped(parameters, number, chance)
    serials = iter(chance.sample(SERIALS, number))
    lives = _lives(parameters, len(houses), chance)
    facilities: list[Facility] = []
    for place, (kinds, life) in enumerate(zip(houses, lives, strict=True), start=1):
        for kind in kinds:
            facilities.append(_facility(parameters, kind, f"H{place:05d}", next(serials), life, chance))
    return facilities


def drawn_houses(
    parameters: Parameters, houses: Sequence[str], waves: Sequence[Wave], seed: int
) -> list[House]:
    """A house for each of these names: its operator, vendor and wave."""
    if len(houses) > len(SERIALS):
        raise UsageError(
            f"{len(houses)} houses are more than the {len(SERIALS)} enterprise numbers that are nobody's",
            hint="import houses.csv too",
        )
    chance = _chance(seed, "operators")
    serials = chance.sample(SERIALS, len(houses))
    vendors = dealt(chance, list(parameters.vendors), list(parameters.vendors.values()), len(houses))
    entered = dealt(chance, [wave.wave for wave in waves], [float(wave.share) for wave in waves], len(houses))
    return [
        House(
            house=house,
            name=numbers_of(serial).name,
            enterprise=numbers_of(serial).enterprise,
            vendor=vendor,
            installation=f"{house}-{vendor}",
            wave=wave,
        )
        for house, serial, vendor, wave in zip(houses, serials, vendors, entered, strict=True)
    ]


def drawn_tariffs(
    parameters: Parameters, facilities: Sequence[Facility], seed: int
) -> Iterator[FacilityTariff]:
    """The rates per day of every facility for each type of stay that it has places for."""
    chance = _chance(seed, "tariffs")
    growth = 1 + Decimal(str(parameters.tariffs.growth))
    for facility in facilities:
        for kind in HOSTED[facility.type]:
            habits = parameters.tariffs.per_day[kind]
            cents = int(habits.spread * 100)
            rate = max(habits.middle + Decimal(chance.randint(-cents, cents)) / 100, _CENT)
            for since in sorted(set(parameters.tariffs.since)):
                if facility.until is None or since <= facility.until:
                    yield FacilityTariff(hco=facility.hco, stay_type=kind, since=since, per_day=rate)
                rate = max((rate * growth).quantize(_CENT, ROUND_HALF_UP), _CENT)


def _chance(seed: int, what: str) -> Random:
    return Random(f"{seed}/population/{what}")  # noqa: S311  # repeatable on purpose


def _lives(parameters: Parameters, houses: int, chance: Random) -> list[tuple[date, date | None]]:
    """First and last day of every house: most were there before the period and outlive it."""
    habits, period = parameters.houses, parameters.period
    closing, opening = round(houses * habits.closing), round(houses * habits.opening)
    lives: list[tuple[date, date | None]] = []
    for place in range(houses):
        since = _day(chance, habits.recognised_from, habits.recognised_to)
        until = _day(chance, period.since, period.until) if place < closing else None
        if closing <= place < closing + opening:
            since = _day(chance, period.since, period.until)
        lives.append((min(since, until or since), until))
    chance.shuffle(lives)
    return lives


def _day(chance: Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randrange(max((last - first).days, 0) + 1))


def _facility(
    parameters: Parameters, kind: FacilityType, house: str, serial: int,
    life: tuple[date, date | None], chance: Random,
) -> Facility:  # fmt: skip
    habits, numbers = parameters.houses, numbers_of(serial)
    places = max(_number(parameters.places[kind], chance), 1)
    of_rvt = round(places * min(_number(parameters.rvt_percentage, chance), 100) / 100)
    week = chance.random()
    days = (
        6 if week < habits.open_six_days else 7 if week < habits.open_six_days + habits.open_seven_days else 5
    )
    sites = 2 if chance.random() < habits.two_sites else 1
    is_home, is_day_care = kind is FacilityType.WZC, kind is FacilityType.DVC
    return Facility(
        hco=numbers.hco,
        nihii=numbers.nihii,
        house=house,
        type=kind,
        sites=tuple(f"{house}-{site}" for site in range(1, sites + 1)),
        places_rob=places - of_rvt if is_home else 0,
        places_rvt=of_rvt if is_home else 0,
        places_cvk=places if kind is FacilityType.CVK else 0,
        places_dvc=places if is_day_care else 0,
        opening_days=days if is_day_care else 7,
        since=life[0],
        until=life[1],
    )


def _number(spread: Spread, chance: Random) -> int:
    return round(chance.triangular(spread.least, spread.most, spread.usual))
