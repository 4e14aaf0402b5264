"""What a population amounts to, as a document: by type, type of stay, fund, vendor and wave."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from generale.driver.setup import FacilityType
from generale.protocol.digest import digest_of_files
from generale.protocol.ids import Hco, Insz
from generale.protocol.messages import StayType
from generale.scenarios.population.houses import HOSTED
from generale.scenarios.population.parameters import Parameters
from generale.scenarios.population.pool import pool_size
from generale.scenarios.population.sector import Facility, Population, Stay
from generale.scenarios.population.tables import TABLES


def population_document(
    population: Population, files: Mapping[str, bytes], parameters: Parameters, seed: int
) -> dict[str, Any]:
    """The counts (``docs/reference/population.schema.json``), with the digest of the files.

    Present is who stays somewhere on the last day of the period: for the night, or by day.
    """
    last = parameters.period.until
    present = [stay for stay in population.stays if is_present(stay, last)]
    houses = {house.house: house for house in population.houses}
    count = _Count(population, present)
    return {
        "seed": seed,
        "period": {"since": parameters.period.since.isoformat(), "until": last.isoformat()},
        "houses": len(houses),
        "facilities": len(population.facilities),
        "residents": len(population.residents),
        "present": len(present),
        "stays": len(population.stays),
        "pool": {"size": pool_size(), "used": len(population.residents)},
        "types": [
            {"type": kind, **count.of(one for one in population.facilities if one.type is kind)}
            for kind in FacilityType
        ],
        "stay_types": _stay_types(population, present),
        "funds": _funds(population, last),
        "not_affiliated": len(population.residents) - len(_members(population, last)),
        "changes_of_fund": len(population.memberships) - len({row.insz for row in population.memberships}),
        "vendors": [
            {
                "vendor": vendor,
                **count.of(one for one in population.facilities if houses[one.house].vendor == vendor),
            }
            for vendor in sorted({house.vendor for house in population.houses})
        ],
        "waves": [
            {
                "wave": wave.wave,
                "entry": wave.entry.isoformat(),
                **count.of(one for one in population.facilities if houses[one.house].wave == wave.wave),
            }
            for wave in population.waves
        ],
        "closing": sum(1 for one in population.facilities if one.until is not None and one.until <= last),
        "tables": {
            name: {"rows": len(population.part(name)), "sha256": sha256(files[f"{name}.csv"]).hexdigest()}
            for name in TABLES
        },
        "digest": digest_of_files(files),
    }


def is_present(stay: Stay, day: date) -> bool:
    """Whether somebody stays there on this day: not on that of leaving."""
    return stay.start <= day and (stay.end is None or stay.end > day)


class _Count:
    """Counts over facilities, and over who stays in them."""

    def __init__(self, population: Population, present: Iterable[Stay]) -> None:
        self._present = Counter(stay.hco for stay in present)
        self._people: dict[Hco, set[Insz]] = {facility.hco: set() for facility in population.facilities}
        for stay in population.stays:
            self._people[stay.hco].add(stay.insz)

    def of(self, facilities: Iterable[Facility]) -> dict[str, int]:
        """The counts of some facilities; who was in several of them counts once."""
        found = list(facilities)
        return {
            "houses": len({one.house for one in found}),
            "facilities": len(found),
            "places": sum(one.places(kind) for one in found for kind in StayType),
            "present": sum(self._present[one.hco] for one in found),
            "residents": len(set().union(*(self._people[one.hco] for one in found))),
        }


def _stay_types(population: Population, present: Iterable[Stay]) -> list[dict[str, Any]]:
    stays = Counter(stay.stay_type for stay in population.stays)
    now = Counter(stay.stay_type for stay in present)
    return [
        {
            "stay_type": kind,
            "places": sum(one.places(kind) for one in population.facilities),
            "present": now[kind],
            "stays": stays[kind],
        }
        for kinds in HOSTED.values()
        for kind in kinds
    ]


def _members(population: Population, day: date) -> dict[Insz, str]:
    """The fund of everybody on a day."""
    return {
        row.insz: row.fund
        for row in population.memberships
        if row.since <= day and (row.until is None or row.until >= day)
    }


def _funds(population: Population, day: date) -> list[dict[str, Any]]:
    members = Counter(_members(population, day).values())
    return [
        {
            "fund": fund.fund,
            "name_nl": fund.name_nl,
            "name_en": fund.name_en,
            "share": str(fund.share),
            "residents": members[fund.fund],
        }
        for fund in population.funds
    ]
