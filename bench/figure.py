"""A figure is what something costs, counted in a floor that was measured in the same rounds.

Machines differ, and one machine differs from minute to minute; the ratio of two things measured in turns
differs least. Nothing is asserted here: a figure is something to compare with earlier ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from statistics import median
from typing import Any


class Better(Enum):
    """Which values of a unit are the good ones."""

    HIGHER = "higher"
    """Rates."""
    LOWER = "lower"
    """Times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Something measured in rounds, next to its floor, both in ``unit``.

    ``beside`` holds what else was seen, with the unit in the name. ``invalid`` says why a run does not
    count, where it does not.
    """

    name: str
    unit: str
    better: Better
    ours: tuple[float, ...]
    floor: tuple[float, ...]
    floor_is: str
    beside: Mapping[str, float] = field(default_factory=dict)
    invalid: str = ""

    @property
    def ratios(self) -> tuple[float, ...]:
        """How many times the cost of the floor ours is, round by round; 1 is as cheap as the floor."""
        pairs = zip(self.ours, self.floor, strict=True)
        return tuple(floor / ours if self.better is Better.HIGHER else ours / floor for ours, floor in pairs)

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)


def in_turns(
    ours: Callable[[], float], floor: Callable[[], float], rounds: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Measure both in turns, A B A B, so that both see the machine in the same mood."""
    pairs = [(ours(), floor()) for _ in range(rounds)]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


_COLUMNS = ("figure", "median", "unit", "floor", "costs", "rounds")


def table(figures: Sequence[Figure]) -> str:
    """The figures for a person: medians, the ratio with its lowest and highest round, what the floor is."""
    cells = [_COLUMNS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_COLUMNS))]
    lines = ["  ".join(_placed(row, widths)).rstrip() for row in cells]
    for place, figure in enumerate(figures, start=1):
        notes = [f"floor: {figure.floor_is}"]
        notes += [f"{name}: {short(value)}" for name, value in figure.beside.items()]
        notes += [f"DOES NOT COUNT: {figure.invalid}"] if figure.invalid else []
        lines[place] += "".join(f"\n    {note}" for note in notes)
    return "\n".join(lines) + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    low, high = min(figure.ratios), max(figure.ratios)
    return (
        figure.name,
        short(median(figure.ours)),
        figure.unit,
        short(median(figure.floor)),
        f"{short(figure.ratio)}x ({short(low)}-{short(high)})",
        str(len(figure.ratios)),
    )


def _placed(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    to_the_right = {1, 3, 5}
    return [
        cell.rjust(width) if place in to_the_right else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def short(value: float) -> str:
    """A number with three significant digits, in full and without an exponent; a whole one as it is."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:.0f}"
    decimals = 2
    while decimals < 9 and abs(value) < 10 ** (2 - decimals):
        decimals += 1
    return f"{value:.{decimals}f}"


def document(
    figures: Sequence[Figure], machine: Mapping[str, str], day: date | None = None
) -> dict[str, Any]:
    """The figures for a program; ``day`` is left out where it is not given."""
    dated = {"date": day.isoformat()} if day else {}
    return {**dated, "machine": dict(machine), "figures": {one.name: _record(one) for one in figures}}


def _record(figure: Figure) -> dict[str, Any]:
    record = {
        "unit": figure.unit,
        "median": _rounded(median(figure.ours)),
        "floor": _rounded(median(figure.floor)),
        "floor_is": figure.floor_is,
        "costs": _rounded(figure.ratio),
        "lowest": _rounded(min(figure.ratios)),
        "highest": _rounded(max(figure.ratios)),
        "rounds": len(figure.ratios),
    }
    if figure.beside:
        record["beside"] = {name: _rounded(value) for name, value in figure.beside.items()}
    if figure.invalid:
        record["invalid"] = figure.invalid
    return record


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
