"""What was measured under load: how long senders waited, how much was answered, and what is too slow.

A wait is counted from the moment at which a message was due, not from the moment at which a busy load
generator came round to sending it; otherwise a stall hides the very messages that it delays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from generale.protocol.errors import OurError, UsageError


@dataclass(frozen=True, slots=True)
class Measured:
    """One message: when it was due, when its answer was there (seconds from the start), and if it was good.

    Where no answer came, ``finished`` is when it was given up and ``ok`` is false.
    """

    intended: float
    finished: float
    ok: bool = True

    def __post_init__(self) -> None:
        if not self.finished >= self.intended:
            raise OurError(f"answered at {self.finished} s but only due at {self.intended} s")

    @property
    def wait(self) -> float:
        """Seconds from the moment at which it was due to its answer."""
        return self.finished - self.intended


class Quantity(StrEnum):
    """What a threshold can be set on."""

    P50 = "p50"
    """The wait, in seconds, that half of the messages did not exceed; failed ones count with theirs."""
    P90 = "p90"
    P99 = "p99"
    LONGEST = "longest"
    """The longest wait, in seconds."""
    THROUGHPUT = "throughput"
    """Good answers per second."""
    FAILED = "failed"
    """The part of the messages without a good answer, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a load came to; ``offered`` is the number of messages, without those of the warm-up.

    ``figures`` is empty where nothing was offered: no figure can be given then.
    """

    offered: int
    figures: Mapping[Quantity, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The highest or the lowest value that a quantity may have; None is no bound."""

    quantity: Quantity
    at_most: float | None = None
    at_least: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a value lies within the bounds."""
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A threshold that does not hold; ``value`` is None where nothing was measured."""

    threshold: Threshold
    value: float | None


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of the values do not exceed (nearest rank).

    ``ordered`` holds at least one value, the lowest first; ``OurError`` where it does not.
    """
    if not ordered or not 0 <= percent <= 100:
        raise OurError(f"there is no percentile {percent} of {len(ordered)} values")
    return ordered[max(ceil(len(ordered) * percent / 100), 1) - 1]


def summarise(measured: Iterable[Measured], *, warm_up: float = 0.0) -> Summary:
    """Waits, throughput and failures of all messages due after the warm-up, in seconds from the start."""
    counted = [one for one in measured if one.intended >= warm_up]
    if not counted:
        return Summary(offered=0, figures={})
    waits = sorted(one.wait for one in counted)
    good = sum(one.ok for one in counted)
    span = max(one.finished for one in counted) - warm_up
    figures = {
        Quantity.P50: percentile(waits, 50),
        Quantity.P90: percentile(waits, 90),
        Quantity.P99: percentile(waits, 99),
        Quantity.LONGEST: waits[-1],
        Quantity.THROUGHPUT: good / span if span else 0.0,
        Quantity.FAILED: (len(counted) - good) / len(counted),
    }
    return Summary(offered=len(counted), figures=figures)


def read_thresholds(table: Mapping[str, Mapping[str, float]]) -> tuple[Threshold, ...]:
    """Thresholds from data such as ``{"p99": {"at_most": 0.5}}``; ``UsageError`` where they do not fit."""
    return tuple(_threshold(name, bounds) for name, bounds in table.items())


def _threshold(name: str, bounds: Mapping[str, float]) -> Threshold:
    if name not in {one.value for one in Quantity} or not bounds or bounds.keys() - {"at_most", "at_least"}:
        known = ", ".join(Quantity)
        raise UsageError(f"'{name}' is no threshold", hint=f"at_most or at_least for one of {known}")
    return Threshold(quantity=Quantity(name), **bounds)


def breaches(summary: Summary, thresholds: Iterable[Threshold]) -> list[Breach]:
    """The thresholds that do not hold; all of them where nothing was measured."""
    values = ((threshold, summary.figures.get(threshold.quantity)) for threshold in thresholds)
    return [
        Breach(threshold=threshold, value=value)
        for threshold, value in values
        if value is None or not threshold.holds(value)
    ]
