"""Numbers and names that belong to nobody: facility, enterprise and account numbers, and names of Flanders.

The numbers pass their check numbers and lie in ranges of nines (project-defined).
"""

from dataclasses import dataclass
from functools import cache

from faker import Faker

from generale.protocol.ids import Hco, Iban, Kbo, Nihii, Sex

SERIALS = range(1000, 9999)
"""The serials that a facility may have; each gives all of its numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityNumbers:
    """The numbers of one facility, and a name for it."""

    hco: Hco
    nihii: Nihii
    enterprise: Kbo
    iban: Iban
    name: str


def numbers_of(serial: int) -> FacilityNumbers:
    """The numbers of the facility with this serial."""
    return FacilityNumbers(
        hco=Hco.parse(f"9{serial}"),
        nihii=Nihii.of_serial(990000 + serial),
        enterprise=Kbo.of_serial(9990000 + serial),
        iban=Iban.of_serial(9990000000 + serial),
        name=f"Huis Generale {serial}",
    )


def family_names() -> tuple[str, ...]:
    """Family names as they occur in Flanders, in a fixed order."""
    return _names()[0]


def given_names(sex: Sex) -> tuple[str, ...]:
    """Given names of women or of men as they occur in Flanders, in a fixed order."""
    return _names()[1 if sex is Sex.WOMAN else 2]


@cache
def _names() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    faker = Faker("nl_BE")
    faker.seed_instance(1)

    def some(make: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(getattr(faker, make)() for _ in range(200)))

    return some("last_name"), some("first_name_female"), some("first_name_male")
