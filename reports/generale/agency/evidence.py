"""What the formula of the advances explains of a table, and how much that is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generale.agency.facility import Facility, facilities
from generale.agency.formula import Fit, chance, fits
from generale.agency.ratio import whole_ratio
from generale.agency.reading import Reading
from generale.agency.recovery import Recovery
from generale.protocol.money import Euro


@dataclass(frozen=True, slots=True)
class Fitting:
    """The recoveries of one facility that a reading explains, of how many for which it was tried."""

    facility: Facility
    fits: Mapping[int, Fit]
    """By the line of a recovery how it is explained."""

    tried: int
    common_rates: tuple[Euro, ...]
    """Rates that explain all of them; where there are none, each needs another."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What one reading explains that no reading before it does."""

    reading: Reading
    tried: int
    number: int
    by_chance: float
    """How many of those tried would fit if they were any amounts of their size."""

    by_facility: tuple[Fitting, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The formula held against a table: by reading, by recovery, and the ratios within facilities."""

    by_reading: tuple[Explained, ...]
    fits: Mapping[int, Fit]
    """By the line of a recovery the first reading that explains it; the other lines are not explained."""

    ratios: tuple[tuple[Facility, tuple[int, ...]], ...]

    def unexplained(self, recoveries: Sequence[Recovery]) -> tuple[Recovery, ...]:
        """Those that no reading explains."""
        return tuple(one for one in recoveries if one.line not in self.fits)


def evidence(recoveries: Sequence[Recovery], tried: Sequence[Reading]) -> Evidence:
    """Hold the formula against every recovery; the first reading is the published one."""
    first = {one.line: found[0] for one in recoveries if (found := fits(one, tried))}
    known = facilities(recoveries)
    ratios = ((one, whole_ratio([row.amount for row in one.recoveries])) for one in known)
    return Evidence(
        tuple(_explained(reading, recoveries, known, first) for reading in tried),
        first,
        tuple((one, ratio) for one, ratio in ratios if ratio is not None),
    )


def _explained(
    reading: Reading,
    recoveries: Sequence[Recovery],
    known: Sequence[Facility],
    first: Mapping[int, Fit],
) -> Explained:
    tried = [one for one in recoveries if reading.holds_on(one.letters[0])]
    by_facility = [_fitting(facility, reading, first) for facility in known]
    return Explained(
        reading,
        len(tried),
        sum(one.reading == reading.name for one in first.values()),
        sum(chance(one.amount, reading) for one in tried),
        tuple(one for one in by_facility if one.fits),
    )


def _fitting(facility: Facility, reading: Reading, first: Mapping[int, Fit]) -> Fitting:
    found = {one.line: first[one.line] for one in facility.recoveries if one.line in first}
    own = {line: one for line, one in found.items() if one.reading == reading.name}
    tried = sum(reading.holds_on(one.letters[0]) for one in facility.recoveries)
    rates = [{rate for rate, _ in one.pairs} for one in own.values()]
    return Fitting(facility, own, tried, tuple(sorted(set.intersection(*rates))) if rates else ())
