"""Who the people are that live somewhere: numbers, names, dates of birth, and the funds they belong to."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from generale.protocol.ids import Insz, Sex
from generale.scenarios.nobody import family_names, given_names
from generale.scenarios.population.parameters import Parameters
from generale.scenarios.population.pool import bell, drawn
from generale.scenarios.population.sector import Fund, Membership, Resident, Stay
from generale.scenarios.population.share import dealt


def drawn_residents(parameters: Parameters, number: int, seed: int) -> list[Resident]:
    """So many people who can be nobody; ``UsageError`` where there are not so many numbers."""
    habits = parameters.people
    chance = Random(f"{seed}/population/residents")  # noqa: S311  # repeatable on purpose
    weights = bell(habits.first_year, habits.last_year, habits.middle_year, habits.spread_years)
    family, given = family_names(), {sex: given_names(sex) for sex in Sex}
    return [
        Resident(
            insz=one.insz,
            family_name=chance.choice(family),
            given_name=chance.choice(given[one.sex]),
            birth_date=one.born,
            sex=one.sex,
        )
        for one in drawn(chance, number, habits.women, weights)
    ]


def drawn_memberships(
    parameters: Parameters,
    residents: Sequence[Resident],
    stays: Sequence[Stay],
    funds: Sequence[Fund],
    seed: int,
) -> Iterator[Membership]:
    """The funds of every resident: none, one, or another from a 1 January of the period on."""
    habits, period = parameters.memberships, parameters.period
    chance = Random(f"{seed}/population/memberships")  # noqa: S311  # repeatable on purpose
    left = _last_days(stays)
    first = dealt(chance, funds, [float(fund.share) for fund in funds], len(residents))
    changes = [date(year, 1, 1) for year in range(habits.since.year + 1, period.until.year + 1)]
    for resident, fund in zip(residents, first, strict=True):
        if chance.random() < habits.not_affiliated:
            continue
        since = habits.since
        for day in changes:
            if chance.random() >= habits.changing or left.get(resident.insz, day) < day or len(funds) == 1:
                continue
            yield Membership(insz=resident.insz, fund=fund.fund, since=since, until=day - timedelta(days=1))
            others = [one for one in funds if one.fund != fund.fund]
            fund = chance.choices(others, [float(one.share) + 1e-9 for one in others])[
                0
            ]  # the new fund of the same person
            since = day
        yield Membership(insz=resident.insz, fund=fund.fund, since=since, until=None)


def _last_days(stays: Sequence[Stay]) -> dict[Insz, date]:
    """The day on which somebody was last seen; only of those whose last stay has ended."""
    found: dict[Insz, date] = {}
    for stay in stays:
        end = stay.end or date.max
        found[stay.insz] = max(found.get(stay.insz, end), end)
    return found
