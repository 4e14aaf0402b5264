"""Shapes of load: how many messages facilities offer in the course of a day, and when exactly.

The load is open: messages arrive when their senders have them, however slow the answers are. Arrivals
are a Poisson process whose rate follows the curve of the shape. Figures are project-defined.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import pairwise
from math import inf
from random import Random
from typing import Any

from generale.protocol.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A course of load: ``seconds`` long, with a ``curve`` of points (second, messages per second).

    The rates are those of all ``facilities`` together, with straight lines between the points; the first
    point stands at 0 and the last at the end. ``UsageError`` where the points are no such curve.
    """

    name: str
    facilities: int
    seconds: float
    curve: tuple[tuple[float, float], ...]
    text_nl: str
    text_en: str

    def __post_init__(self) -> None:
        places = [second for second, _ in self.curve]
        fits = len(places) > 1 and places[0] == 0 and places[-1] == self.seconds
        if not fits or any(later <= earlier for earlier, later in pairwise(places)):
            raise UsageError(
                f"the curve of '{self.name}' does not run from 0 to its end",
                hint="begin at 0, end at 1, and let every point lie later than the one before",
            )
        if not all(0 <= rate < inf for _, rate in self.curve):
            raise UsageError(
                f"the curve of '{self.name}' has an impossible rate", hint="a rate is at least 0"
            )

    @property
    def peak(self) -> float:
        """The highest rate, in messages per second."""
        return max(rate for _, rate in self.curve)

    @property
    def messages(self) -> float:
        """How many messages are expected in all."""
        return sum((b - a) * (low + high) / 2 for (a, low), (b, high) in pairwise(self.curve))

    def rate(self, second: float) -> float:
        """Messages per second at a moment; 0 before the beginning and from the end on."""
        if not 0 <= second < self.seconds:
            return 0.0
        after = bisect_right(self.curve, second, key=lambda point: point[0])
        (a, low), (b, high) = self.curve[after - 1], self.curve[after]
        return low + (high - low) * (second - a) / (b - a)

    def scaled(self, *, peak: float, seconds: float) -> "Shape":
        """The same course, pressed or stretched into so many seconds, with this highest rate."""
        if not (0 < peak < inf and 0 < seconds < inf and self.peak):
            raise UsageError(f"'{self.name}' cannot be scaled so", hint="give a rate and a duration above 0")
        higher, longer = peak / self.peak, seconds / self.seconds
        last = len(self.curve) - 1
        curve = tuple(
            (seconds if place == last else second * longer, rate * higher)
            for place, (second, rate) in enumerate(self.curve)
        )
        return replace(self, seconds=seconds, curve=curve)


def arrivals(shape: Shape, chance: Random) -> Iterator[float]:
    """When messages arrive, in seconds from the start, in order; the same chance gives the same moments.

    Thinning: candidates come at the peak rate and stay with the share that the curve has of it there
    (Lewis and Shedler, 1979).
    """
    peak, second = shape.peak, 0.0
    while peak:
        second += chance.expovariate(peak)
        if second >= shape.seconds:
            return
        if chance.random() * peak < shape.rate(second):
            yield second


@cache
def shapes() -> Mapping[str, Shape]:
    """The shapes that ship with the project, by name."""
    text = (resources.files("generale.load") / "shapes.toml").read_text(encoding="utf-8")
    return read_shapes(text)


def read_shapes(text: str) -> Mapping[str, Shape]:
    """The shapes in a TOML text such as ``shapes.toml``; ``UsageError`` names the one that does not fit."""
    try:
        table: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the shapes cannot be read: {error}", hint="mend the TOML") from error
    return {name: _shape(name, row) for name, row in table.items()}


def _shape(name: str, row: Mapping[str, Any]) -> Shape:
    try:
        values = dict(row)
        seconds, facilities = float(values.pop("seconds")), int(values.pop("facilities"))
        points: Sequence[tuple[float, float]] = values.pop("curve")
        curve = tuple((part * seconds, rate * facilities / 3600) for part, rate in points)
        return Shape(name=name, seconds=seconds, facilities=facilities, curve=curve, **values)
    except KeyError as error:
        raise UsageError(f"the shape '{name}' lacks {error}", hint="compare it with the others") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"the shape '{name}' does not fit: {error}", hint="compare it with the others"
        ) from error
