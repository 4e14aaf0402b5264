"""A population from parameters, a size and a seed; what is given is kept, the rest is made to fit."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from generale.protocol.errors import PeerError, UsageError
from generale.protocol.ids import FundNumber, Insz
from generale.protocol.profile import Profile
from generale.scenarios.population.houses import drawn_facilities, drawn_houses, drawn_tariffs
from generale.scenarios.population.living import Customs, HouseLife, Person
from generale.scenarios.population.parameters import Parameters
from generale.scenarios.population.people import drawn_memberships, drawn_residents
from generale.scenarios.population.pool import pool_size
from generale.scenarios.population.sector import (
    ORDER,
    Facility,
    Fund,
    Population,
    Resident,
    Stay,
    Wave,
)

Given = Mapping[str, Sequence[Any]]
"""Tables that are there already, by their name; none of them is drawn."""


def made_population(
    parameters: Parameters, profile: Profile, facilities: int, seed: int, given: Given | None = None
) -> Population:
    """A whole population: the same arguments give the same one. ``UsageError`` where no such one can be."""
    given = given or {}
    rows: dict[str, Sequence[Any]] = dict(given)
    rows.setdefault("waves", _waves(parameters))
    rows.setdefault("funds", _funds(parameters, profile))
    if "facilities" not in rows:
        rows["facilities"] = drawn_facilities(parameters, facilities, seed)
    if "houses" not in rows:
        names = list(dict.fromkeys(facility.house for facility in rows["facilities"]))
        rows["houses"] = drawn_houses(parameters, names, rows["waves"], seed)
    if "tariffs" not in rows:
        rows["tariffs"] = list(drawn_tariffs(parameters, rows["facilities"], seed))
    if "stays" not in rows:
        people = list(_lives(parameters, rows["facilities"], seed))
        if "residents" not in rows:
            rows["residents"] = drawn_residents(parameters, len(people), seed)
        rows["stays"] = list(_stays(parameters, _seated(people, rows["residents"], seed)))
    if "memberships" not in rows:
        memberships = drawn_memberships(parameters, rows["residents"], rows["stays"], rows["funds"], seed)
        rows["memberships"] = list(memberships)
    return Population(**{name: sorted(rows[name], key=key) for name, key in ORDER.items()})


def _waves(parameters: Parameters) -> list[Wave]:
    waves = sorted(parameters.waves, key=lambda wave: wave.entry)
    return [
        Wave(wave=number, entry=wave.entry, share=Decimal(str(wave.share)), source=wave.source)
        for number, wave in enumerate(waves, start=1)
    ]


def _funds(parameters: Parameters, profile: Profile) -> list[Fund]:
    """The funds of the parameters, as the profile names them."""
    funds: list[Fund] = []
    for text, share in parameters.funds.items():
        try:
            known = profile.funds[FundNumber.parse(text)]
        except (PeerError, KeyError) as error:
            raise UsageError(
                f"funds: {text} is no care fund of the profile", hint=f"one of {', '.join(profile.funds)}"
            ) from error
        number = FundNumber.parse(text)
        funds.append(
            Fund(fund=number, name_nl=known.name_nl, name_en=known.name_en, share=Decimal(str(share)))
        )
    return funds


def _lives(parameters: Parameters, facilities: Sequence[Facility], seed: int) -> Iterator[Person]:
    """Everybody who lives in some house, house by house."""
    customs = Customs(parameters)
    places = sum(1 for _ in customs.beds(facilities))
    if places > pool_size():
        raise UsageError(
            f"{places} residents at a time are more than the {pool_size()} numbers that belong to nobody",
            hint="ask for fewer facilities, or give other parameters (docs/reference/population.md)",
        )
    houses: dict[str, list[Facility]] = {}
    for facility in facilities:
        houses.setdefault(facility.house, []).append(facility)
    for house, of_house in houses.items():
        chance = Random(f"{seed}/population/living/{house}")  # noqa: S311  # repeatable on purpose
        yield from HouseLife(customs, sorted(of_house, key=ORDER["facilities"]), chance).live()


def _seated(
    people: Sequence[Person], residents: Sequence[Resident], seed: int
) -> Iterator[tuple[Insz, Person]]:
    """Who leads which life: where there are more lives than residents, some are not lived."""
    if len(residents) >= len(people):
        return zip((resident.insz for resident in residents), people, strict=False)
    chance = Random(f"{seed}/population/seats")  # noqa: S311  # repeatable on purpose
    return zip((resident.insz for resident in residents), chance.sample(people, len(residents)), strict=True)


def _stays(parameters: Parameters, lives: Iterator[tuple[Insz, Person]]) -> Iterator[Stay]:
    last = parameters.period.until.toordinal()
    day = {n: date.fromordinal(n) for n in range(last - 20_000, last + 1)}
    for insz, person in lives:
        for stay in person.stays:
            has_ended = stay.end <= last
            yield Stay(
                insz=insz,
                hco=stay.facility.hco,
                stay_type=stay.kind,
                start=day[stay.start],
                end=day[stay.end] if has_ended else None,
                end_reason=stay.reason if has_ended else None,
                category=stay.category,
                incontinent=stay.incontinent,
            )
