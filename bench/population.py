"""How long somebody waits for a population of the usual size, beside the chance that it takes."""

from collections.abc import Sequence
from random import Random
from time import perf_counter

from bench.figure import Better, Figure, in_turns

from generale.cli.population import all_kept
from generale.protocol.profile import standard_profile
from generale.scenarios.population.making import made_population
from generale.scenarios.population.parameters import standard_parameters
from generale.scenarios.population.tables import files_of

ROUNDS = 3
FACILITIES = 1520
DRAWS = 2_000_000
"""Random numbers of the floor: somewhat more than a population of this size draws."""


def measure() -> Sequence[Figure]:
    """Seconds of a population with its tables, against those of drawing random numbers."""
    counts: dict[str, float] = {}
    ours, floor = in_turns(lambda: _made(counts), _drawn, ROUNDS)
    return [
        Figure(
            name="population",
            unit="s",
            better=Better.LOWER,
            ours=ours,
            floor=floor,
            floor_is=f"{DRAWS} random numbers drawn one by one",
            beside=counts,
        )
    ]


def _made(counts: dict[str, float]) -> float:
    begun = perf_counter()
    with all_kept():
        population = made_population(standard_parameters(), standard_profile(), FACILITIES, 1)
        files = files_of(population)
    took = perf_counter() - begun
    counts |= {"residents": len(population.residents), "stays": len(population.stays)}
    counts["MB"] = sum(map(len, files.values())) / 1e6
    return took


def _drawn() -> float:
    begun, chance = perf_counter(), Random(1)
    for _ in range(DRAWS):
        chance.random()
    return perf_counter() - begun
