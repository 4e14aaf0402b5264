"""The end of ``generale certify`` on a terminal: the sentence, the counts, the rows, the findings, the replay.

Plain text that also reads without colour; what a stranger wrote can move no cursor and colour nothing.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generale.reports.catalogue import Language, Words
from generale.reports.inert import flat, shortened
from generale.reports.problem import Problem
from generale.reports.replay import replay_command
from generale.reports.summary import Row, Standing, Summary, summary
from generale.results.bundle import Bundle
from generale.results.verdicts import Verdict

NARROWEST = 40
"""Narrower terminals are written as if they had so many columns."""

MOST_FINDINGS = 12
"""How many problems are told in full; the report has them all (project-defined)."""

_COLOUR: dict[Verdict, str] = {
    Verdict.NOT_APPLICABLE: "2",
    Verdict.PASS: "32",
    Verdict.WAIVED: "35",
    Verdict.WARN: "33",
    Verdict.INCONCLUSIVE: "36;1",
    Verdict.NOT_VERIFIED: "30;43",
    Verdict.FAIL: "37;41;1",
    Verdict.HARNESS_ERROR: "37;45;1",
}
_STANDING: dict[Standing, Verdict] = {
    Standing.CONFORMS: Verdict.PASS,
    Standing.DOES_NOT_CONFORM: Verdict.FAIL,
    Standing.NOT_VERIFIED: Verdict.NOT_VERIFIED,
    Standing.NOT_JUDGED: Verdict.HARNESS_ERROR,
}
_NEVER_FOLDED = frozenset(Verdict) - {Verdict.PASS, Verdict.NOT_APPLICABLE}
"""Verdicts whose requirements always stand on a line of their own."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """Where the lines are written: how wide, and whether in colour."""

    words: Words
    width: int
    colour: bool

    def badge(self, verdict: Verdict, text: str = "") -> str:
        """The sign and the word of a verdict, always equally wide, in its colour."""
        told = f" {self.words(f'symbol.{verdict.value}')} {text or self.words(f'verdict.{verdict.value}')} "
        return self.paint(told, _COLOUR[verdict])

    def paint(self, text: str, code: str) -> str:
        """Text in a colour, or as it is."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def wrapped(self, text: str, first: str = "", rest: str = "") -> Iterator[str]:
        """Text on lines of at most the width, with what stands in front of the first and of the others."""
        told = textwrap.wrap(
            shortened(flat(text), 1200), self.width, initial_indent=first, subsequent_indent=rest
        )
        yield from told or [first.rstrip()]
