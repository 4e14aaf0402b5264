"""A population holds together, whatever its seed and its size, and can be made again to the byte."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generale.driver.setup import FacilityType
from generale.protocol.digest import digest_of_files
from generale.protocol.errors import UsageError
from generale.protocol.ids import Hco, Kbo, Nihii
from generale.protocol.messages import StayType
from generale.protocol.messages.dependency import Category
from generale.protocol.profile import standard_profile
from generale.scenarios.population.coherence import contradictions
from generale.scenarios.population.houses import type_counts
from generale.scenarios.population.making import made_population
from generale.scenarios.population.parameters import Parameters, read_parameters, standard_parameters
from generale.scenarios.population.pool import FIRST_YEAR, LAST_YEAR, bell, drawn, pool_size
from generale.scenarios.population.sector import End, Population
from generale.scenarios.population.share import apportioned
from generale.scenarios.population.tables import files_of

LIVELY = b"""
[houses]
closing = 0.3
opening = 0.3
[memberships]
changing = 0.3
not_affiliated = 0.1
[people]
first_year = 1930
last_year = 1939
[stays.rob]
mean = 60
[stays.rvt]
mean = 60
"""
"""Parameters under which everything happens often, in a small pool."""

SIZES = st.integers(1, 25)
SEEDS = st.integers(0, 2**32)
SOME = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def made(number: int, seed: int, parameters: Parameters | None = None) -> Population:
    """A population of the standard profile."""
    return made_population(parameters or standard_parameters(), standard_profile(), number, seed)


@cache
def lively(number: int, seed: int) -> Population:
    """A population in which everything happens often."""
    return made(number, seed, read_parameters(LIVELY))


@SOME
@given(number=SIZES, seed=SEEDS)
def test_all_tables_fit_together_and_nobody_is_in_two_beds(number: int, seed: int) -> None:
    assert list(contradictions(lively(number, seed))) == []
    assert len(lively(number, seed).facilities) == number


@SOME
@given(number=SIZES, seed=SEEDS)
def test_every_identifier_passes_its_check_and_can_be_nobodys(number: int, seed: int) -> None:
    population = lively(number, seed)

    numbers = [resident.insz for resident in population.residents]
    assert all(one.is_synthetic for one in numbers)
    assert len(set(numbers)) == len(numbers)
    for resident in population.residents:
        assert resident.insz.birth_date == resident.birth_date
        assert resident.insz.sex in (resident.sex, None)
        assert 1930 <= resident.birth_date.year <= 1939
    for facility in population.facilities:
        assert Hco.parse(facility.hco).startswith("9")
        assert Nihii.parse(facility.nihii).startswith("99")
    assert all(Kbo.parse(house.enterprise).startswith("0999") for house in population.houses)


@SOME
@given(number=SIZES, seed=SEEDS)
def test_no_facility_takes_more_people_than_it_has_places(number: int, seed: int) -> None:
    population = lively(number, seed)
    places = {(one.hco, kind): one.places(kind) for one in population.facilities for kind in StayType}
    days: Counter[tuple[str, StayType, date]] = Counter()
    for stay in population.stays:
        if stay.stay_type is not StayType.DVC:
            first, last = max(stay.start, date(2018, 12, 1)), stay.end or date(2020, 5, 1)
            days.update(
                (stay.hco, stay.stay_type, first + timedelta(days=n)) for n in range((last - first).days)
            )

    assert {key: n for key, n in days.items() if n > places[key[0], key[1]]} == {}  # type: ignore[index]  # the keys are numbers of these facilities


@SOME
@given(number=SIZES, seed=SEEDS)
def test_short_stays_keep_to_sixty_days_in_a_row_and_ninety_in_a_year(number: int, seed: int) -> None:
    used: Counter[tuple[str, int]] = Counter()
    before: dict[str, date] = {}
    for stay in lively(number, seed).stays:
        if stay.stay_type is StayType.CVK:
            end = stay.end or date(2020, 4, 30)
            days = [stay.start + timedelta(days=n) for n in range((end - stay.start).days + 1)]
            used.update((stay.insz, day.year) for day in days)
            assert len(days) <= 60
            assert before.get(stay.insz, date.min) + timedelta(days=7) <= stay.start
            before[stay.insz] = end

    assert max(used.values(), default=0) <= 90


@SOME
@given(number=SIZES, seed=SEEDS)
def test_a_move_goes_on_in_another_type_on_the_same_day_and_the_dead_come_nowhere(
    number: int, seed: int
) -> None:
    population = lively(number, seed)
    stays: dict[str, list[int]] = {}
    for place, stay in enumerate(population.stays):
        stays.setdefault(stay.insz, []).append(place)
        if stay.stay_type is StayType.RVT:
            assert stay.category not in (Category.O, Category.A)
    for places in stays.values():
        own = [population.stays[place] for place in places]
        for one, other in pairwise(own):
            assert one.end_reason is not End.DEATH
            if one.end_reason is End.MOVE:
                assert (one.end, one.stay_type) != (other.start, other.stay_type)
                assert one.end == other.start
            assert not one.incontinent or other.incontinent
        assert own[-1].end_reason is not End.MOVE


@SOME
@given(number=SIZES, seed=SEEDS)
def test_a_fund_changes_on_the_first_of_january_and_without_a_gap(number: int, seed: int) -> None:
    rows = lively(number, seed).memberships

    for before, after in pairwise(rows):
        if before.insz == after.insz:
            assert before.until is not None
            assert before.until + timedelta(days=1) == after.since
            assert (after.since.month, after.since.day) == (1, 1)
            assert before.fund != after.fund


def test_everything_happens_in_a_lively_population() -> None:
    population = lively(25, 1)

    assert {stay.end_reason for stay in population.stays} == {*End, None}
    assert {stay.stay_type for stay in population.stays} == {*StayType}
    assert any(one.until for one in population.facilities)
    assert any(one.since > date(2019, 1, 1) for one in population.facilities)
    assert len(population.memberships) > len({row.insz for row in population.memberships})


@pytest.mark.parametrize(
    ("number", "expected"), [(1520, (821, 469, 230)), (152, (82, 47, 23)), (3, (2, 1, 0)), (1, (1, 0, 0))]
)
def test_types_stand_in_the_published_proportions(number: int, expected: tuple[int, ...]) -> None:
    assert tuple(type_counts(standard_parameters(), number).values()) == expected


@SOME
@given(number=SIZES, seed=SEEDS)
def test_shares_are_kept_to_one_house_and_one_resident(number: int, seed: int) -> None:
    population, parameters = lively(number, seed), read_parameters(LIVELY)

    houses = len(population.houses)
    vendors = Counter(house.vendor for house in population.houses)
    waves = Counter(house.wave for house in population.houses)
    assert all(abs(vendors[name] - share * houses) < 1 for name, share in parameters.vendors.items())
    assert all(abs(waves[one.wave] - float(one.share) * houses) < 1 for one in population.waves)
    counts = Counter(facility.type for facility in population.facilities)
    assert all(abs(counts[kind] - parameters.types[kind] / 1520 * number) < 1 for kind in FacilityType)


@given(shares=st.lists(st.floats(0, 1), min_size=1, max_size=9), total=st.integers(0, 1000))
def test_parts_make_the_whole_and_lie_within_one_of_their_share(shares: list[float], total: int) -> None:
    counts = apportioned(shares, total)

    assert sum(counts) == total
    if sum(shares) > 1e-6:
        whole = sum(shares)
        assert all(abs(n - total * share / whole) < 1 + 1e-6 for n, share in zip(counts, shares, strict=True))


def test_the_pool_has_six_numbers_for_each_day_and_is_used_to_the_last() -> None:
    assert pool_size() == 6 * 23741 == 142446
    people = drawn(Random(1), pool_size(1930, 1931), 0.68, bell(1930, 1931, 1900, 1))

    assert len({one.insz for one in people}) == 6 * 730
    assert Counter(int(one.insz[2:4]) // 20 for one in people) == dict.fromkeys((0, 1, 2), 2 * 730)
    assert all(one.insz.sex in (one.sex, None) for one in people)
    with pytest.raises(UsageError, match="4381 residents are more than the 4380 numbers"):
        drawn(Random(1), 4381, 0.5, bell(1930, 1931, 1930, 1))


@pytest.mark.parametrize(("number", "said"), [(9000, "facility numbers"), (8000, "142446 numbers")])
def test_more_than_there_are_numbers_for_is_refused(number: int, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        made(number, 1)


def test_two_seeds_make_two_populations_and_one_seed_makes_one() -> None:
    digests = [digest_of_files(files_of(made(5, seed))) for seed in (1, 2, 1)]

    assert digests[0] == digests[2] != digests[1]


@pytest.mark.process
def test_another_process_with_another_hash_seed_makes_the_same_bytes() -> None:
    command = [
        sys.executable,
        "-m",
        "generale.cli",
        "population",
        "--facilities",
        "5",
        "--seed",
        "7",
        "--json",
    ]
    documents = [
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]

    assert documents[0] == documents[1]
    assert digest_of_files(files_of(made(5, 7))) in documents[0].decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[houses", "it is not TOML"),
        ("[house]\nclosing = 1", "house: "),
        ("[houses]\nclosing = 2", "houses.closing: "),
        ("[funds]\n810 = 0.5", "the shares of funds are not 1 together"),
        ("[[waves]]\nentry = 2019-04-01\nshare = 0.5\nsource = 'x'", "the shares of waves"),
        ("[categories.rvt]\na = 0.1\nb = 0.16", "an RVT bed takes b, c, cd and d only"),
        ("[period]\nuntil = 2018-01-01", "it ends before it begins"),
        ("[people]\nfirst_year = 1800", "people.first_year: "),
        ("[places.wzc]\nleast = 500", "least, usual and most must be in this order"),
        ("[types]\nwzc = 0", "there are no facilities"),
    ],
)
def test_a_mistake_in_the_parameters_is_told_by_its_place(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_parameters(text.encode())


def test_a_fund_that_the_profile_does_not_know_is_refused() -> None:
    with pytest.raises(UsageError, match="999 is no care fund"):
        made(1, 1, read_parameters(b"[funds]\n999 = 1.0"))


def test_the_years_of_the_pool_are_those_of_the_parameters() -> None:
    people = standard_parameters().people

    assert (people.first_year, people.last_year) == (FIRST_YEAR, LAST_YEAR)
