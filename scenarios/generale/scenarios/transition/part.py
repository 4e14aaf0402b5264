"""One house of a population with all that concerns it: who lives there, at what rates, insured where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from generale.protocol.ids import Hco, Insz
from generale.scenarios.population.sector import (
    ORDER,
    Facility,
    FacilityTariff,
    House,
    Membership,
    Population,
    Resident,
    Stay,
)

Row = TypeVar("Row", Facility, FacilityTariff, Stay)


@dataclass(frozen=True, slots=True, kw_only=True)
class HousePart:
    """A house and its rows of every table; ``entry`` is the day on which it enters the exchange."""

    house: House
    entry: date
    facilities: Sequence[Facility]
    tariffs: Sequence[FacilityTariff]
    residents: Mapping[Insz, Resident]
    memberships: Mapping[Insz, Sequence[Membership]]
    stays: Sequence[Stay]


def parts_of(population: Population) -> Iterator[HousePart]:
    """The houses of a population in their order; nobody of one stays in another."""
    residents = {one.insz: one for one in population.residents}
    memberships = {
        insz: tuple(rows) for insz, rows in groupby(population.memberships, key=attrgetter("insz"))
    }
    entry = {wave.wave: wave.entry for wave in population.waves}
    home: dict[Hco, str] = {one.hco: one.house for one in population.facilities}
    facilities = _by_house(population.facilities, home)
    tariffs = _by_house(population.tariffs, home)
    stays = _by_house(population.stays, home)
    for house in population.houses:
        mine = sorted(stays.get(house.house, ()), key=ORDER["stays"])
        people = dict.fromkeys(stay.insz for stay in mine)
        yield HousePart(
            house=house,
            entry=entry[house.wave],
            facilities=facilities[house.house],
            tariffs=tariffs[house.house],
            residents={insz: residents[insz] for insz in people},
            memberships={insz: memberships.get(insz, ()) for insz in people},
            stays=mine,
        )


def _by_house(rows: Sequence[Row], home: Mapping[Hco, str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(home[row.hco], []).append(row)
    return found
