"""What is strange in a table of recoveries, found by comparing its rows; by itself no mistake."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from generale.agency.facility import Facility, facilities
from generale.agency.recovery import Recovery
from generale.protocol.money import Euro


class Kind(StrEnum):
    """What is strange."""

    SEVERAL_LETTERS = "several-letters"
    SEVERAL_NUMBERS = "several-numbers"
    BOTH_GROUPS = "both-groups"
    SAME_AMOUNT = "same-amount"
    SAME_ROW = "same-row"
    SAME_NAME = "same-name"
    OTHER_SPELLING = "other-spelling"
    ONE_FUND = "one-fund"


@dataclass(frozen=True, slots=True)
class Oddity:
    """One strange thing: the lines of the file in which it stands, and what it is about."""

    kind: Kind
    lines: tuple[int, ...]
    names: tuple[str, ...] = ()
    amount: Euro | None = None
    group: int | None = None


def oddities(recoveries: Sequence[Recovery]) -> tuple[Oddity, ...]:
    """Everything strange, kind by kind in the order of ``Kind``."""
    known = facilities(recoveries)
    found = (
        *_letters(recoveries),
        *_numbers(recoveries),
        *_facilities(known),
        *_amounts(recoveries),
        *_names(known),
        *_funds(recoveries),
    )
    order = list(Kind)
    return tuple(sorted(found, key=lambda one: order.index(one.kind)))


def _letters(recoveries: Sequence[Recovery]) -> Iterator[Oddity]:
    for one in recoveries:
        if len(one.letters) > 1:
            yield Oddity(Kind.SEVERAL_LETTERS, (one.line,), (one.facility, *map(str, one.letters)))


def _numbers(recoveries: Sequence[Recovery]) -> Iterator[Oddity]:
    several = [one for one in recoveries if len(one.numbers) > 1]
    if several:
        yield Oddity(Kind.SEVERAL_NUMBERS, _lines(several), tuple(one.facility for one in several))


def _facilities(known: Sequence[Facility]) -> Iterator[Oddity]:
    for one in known:
        if len({row.group for row in one.recoveries}) > 1:
            yield Oddity(Kind.BOTH_GROUPS, _lines(one.recoveries), (one.title,))
        if len(one.names) > 1:
            yield Oddity(Kind.OTHER_SPELLING, _lines(one.recoveries), one.names)


def _amounts(recoveries: Sequence[Recovery]) -> Iterator[Oddity]:
    by_amount: dict[Euro, dict[Recovery, list[Recovery]]] = {}
    for one in recoveries:
        by_row = by_amount.setdefault(one.amount, {})
        by_row.setdefault(replace(one, line=0), []).append(one)
    for amount, by_row in by_amount.items():
        for row, same in by_row.items():
            if len(same) > 1:
                yield Oddity(Kind.SAME_ROW, _lines(same), (row.facility,), amount)
        if len(by_row) > 1:
            rows = [one for same in by_row.values() for one in same]
            yield Oddity(Kind.SAME_AMOUNT, _lines(rows), tuple(one.facility for one in rows), amount)


def _names(known: Sequence[Facility]) -> Iterator[Oddity]:
    by_name: dict[str, list[Facility]] = {}
    for one in known:
        for name in {name.casefold() for name in one.names}:
            by_name.setdefault(name, []).append(one)
    for several in by_name.values():
        if len(several) > 1:
            rows = [row for one in several for row in one.recoveries]
            yield Oddity(Kind.SAME_NAME, _lines(rows), tuple(one.title for one in several))


def _funds(recoveries: Sequence[Recovery]) -> Iterator[Oddity]:
    by_group: Mapping[int, list[Recovery]] = {one.group: [] for one in recoveries}
    for one in recoveries:
        by_group[one.group].append(one)
    for group, rows in sorted(by_group.items()):
        funds = {one.fund for one in rows}
        if len(funds) == 1 < len({one.fund for one in recoveries}):
            yield Oddity(Kind.ONE_FUND, _lines(rows), tuple(funds), group=group)


def _lines(recoveries: Sequence[Recovery]) -> tuple[int, ...]:
    return tuple(one.line for one in recoveries)
