"""Recoveries counted: number, amount and lead time, of all and by group, fund and month of the letter."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from generale.agency.recovery import Recovery
from generale.protocol.money import Euro

K = TypeVar("K", int, str)


@dataclass(frozen=True, slots=True)
class Part:
    """The repaid or the open ones among some recoveries, with their fewest and most days; none: None."""

    number: int
    amount: Euro
    fewest_days: int | None
    most_days: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Some recoveries, counted to a day. Days of the repaid end at the repayment, those of the open then."""

    number: int
    amount: Euro
    repaid: Part
    open: Part


@dataclass(frozen=True, slots=True)
class Month:
    """The recoveries of one fund whose first letter is of one month, in the order of the file."""

    month: str
    tally: Tally
    recoveries: tuple[Recovery, ...]


@dataclass(frozen=True, slots=True)
class Fund:
    """The recoveries of one fund in one group, by month."""

    name: str
    tally: Tally
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The recoveries of one group, by fund."""

    number: int
    tally: Tally
    funds: tuple[Fund, ...]


def tally(recoveries: Sequence[Recovery], as_of: date) -> Tally:
    """Count some recoveries."""
    repaid = [one for one in recoveries if one.repaid is not None]
    waiting = [one for one in recoveries if one.repaid is None]
    return Tally(len(recoveries), _sum(recoveries), _part(repaid, as_of), _part(waiting, as_of))


def grouped(recoveries: Sequence[Recovery], as_of: date) -> tuple[Group, ...]:
    """The same recoveries by group, fund and month, each in its order; every one stands in exactly one."""
    return tuple(
        Group(
            number,
            tally(of_group, as_of),
            tuple(
                Fund(
                    name,
                    tally(of_fund, as_of),
                    tuple(
                        Month(month, tally(of_month, as_of), tuple(of_month))
                        for month, of_month in _by(of_fund, lambda one: one.month)
                    ),
                )
                for name, of_fund in _by(of_group, lambda one: one.fund)
            ),
        )
        for number, of_group in _by(recoveries, lambda one: one.group)
    )


def _by(recoveries: Iterable[Recovery], key: Callable[[Recovery], K]) -> list[tuple[K, list[Recovery]]]:
    found: dict[K, list[Recovery]] = {}
    for one in recoveries:
        found.setdefault(key(one), []).append(one)
    return sorted(found.items())


def _part(recoveries: Sequence[Recovery], as_of: date) -> Part:
    days = [one.days(as_of) for one in recoveries]
    return Part(len(recoveries), _sum(recoveries), min(days, default=None), max(days, default=None))


def _sum(recoveries: Iterable[Recovery]) -> Euro:
    return Euro.total([one.amount for one in recoveries])
