"""What is strange in a table, a sentence each, with the lines of the file."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from generale.agency.layout import wrapped
from generale.agency.oddity import Kind, Oddity
from generale.agency.wording import Wording

MOST_OF_A_KIND = 8
"""How many of one kind are told; the JSON has them all (project-defined)."""

_MOST_STRETCHES = 6


def oddity_lines(found: Sequence[Oddity], wording: Wording, width: int) -> list[str]:
    """All that is strange, or that nothing is."""
    lines = [wording("oddity.heading")]
    if not found:
        lines.append(f"  {wording('oddity.none')}")
    for _, of_kind in groupby(found, key=lambda one: one.kind):
        lines += _of_kind(tuple(of_kind), wording, width)
    return lines


def oddity_sentence(one: Oddity, say: Wording) -> str:
    """What is strange, without its place."""
    key = f"oddity.{one.kind}"
    if one.kind is Kind.SEVERAL_LETTERS:
        return say(key, first=one.names[0], rest=say.listed(one.names[1:]))
    names = say.listed(one.names)
    if one.kind is Kind.SEVERAL_NUMBERS:
        return say.counted(key, len(one.lines), names=names)
    amount = say.amount(one.amount) if one.amount else ""
    return say(key, names=names, amount=amount, number=len(one.lines), group=one.group)


def _of_kind(found: Sequence[Oddity], say: Wording, width: int) -> Iterator[str]:
    for one in found[:MOST_OF_A_KIND]:
        shown = say.listed(_stretches(one.lines), _MOST_STRETCHES)
        place = say("oddity.lines-one" if len(one.lines) == 1 else "oddity.lines-many", lines=shown)
        yield from wrapped(f"{oddity_sentence(one, say)} ({place})", width, 2)
    more = len(found) - MOST_OF_A_KIND
    if more > 0:
        yield f"  {say('oddity.more', number=say.whole(more))}"


def _stretches(lines: Sequence[int]) -> list[str]:
    """Lines of a file with those that follow one another taken together: ``9–11``."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return [str(first) if first == last else f"{first}–{last}" for first, last in found]
