"""Shortening a list of steps that fails: delta debugging, as a pure function of a predicate.

After Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input" (2002): ddmin over
complements.
Steps keep their order, and a step goes where one that it needs has gone.
"""

from collections.abc import Callable
from dataclasses import dataclass

Numbers = tuple[int, ...]
"""Places of steps in the original, ascending: what is left of it."""

Fails = Callable[[Numbers], bool]
"""Whether what is left still fails in the same way."""

Settle = Callable[[Numbers], Numbers]
"""What can still stand by itself: fewer or the same, in order, and settled again the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What is left, and how often it was tried.

    ``is_minimal`` is true where no single step, with those that need it, can go without losing the failure;
    false only where the tries were used up first.
    """

    left: Numbers
    tries: int
    is_minimal: bool


class _NoMoreTries(Exception):
    """The bound on tries was reached."""


class _Trial:
    """The predicate, asked once about each candidate and a bounded number of times in all."""

    def __init__(self, fails: Fails, most: int) -> None:
        self._fails = fails
        self._most = most
        self._known: dict[Numbers, bool] = {}

    @property
    def tries(self) -> int:
        return len(self._known)

    def __call__(self, candidate: Numbers) -> bool:
        if not candidate:
            return False
        if candidate not in self._known:
            if self.tries >= self._most:
                raise _NoMoreTries
            self._known[candidate] = self._fails(candidate)
        return self._known[candidate]


def shortened(steps: Numbers, fails: Fails, settle: Settle, most: int) -> Shortened | None:
    """The shortest that this search finds of what still fails, with at most so many tries, one at least.

    None where the whole does not fail. The same predicate gives the same answer.
    """
    trial = _Trial(fails, max(most, 1))
    left = settle(steps)
    if not trial(left):
        return None
    try:
        parts = 2
        while len(left) > 1:
            smaller = _without_a_part(left, parts, trial, settle)
            if smaller is not None:
                left, parts = smaller, max(parts - 1, 2)
            elif parts >= len(left):
                break
            else:
                parts = min(parts * 2, len(left))
            parts = min(parts, len(left))
    except _NoMoreTries:
        return Shortened(left=left, tries=trial.tries, is_minimal=False)
    return Shortened(left=left, tries=trial.tries, is_minimal=True)


def _without_a_part(left: Numbers, parts: int, trial: _Trial, settle: Settle) -> Numbers | None:
    """What still fails after one of so many parts is taken out; the last part, of consequences, first."""
    for number in reversed(range(parts)):
        first, behind = number * len(left) // parts, (number + 1) * len(left) // parts
        candidate = settle(left[:first] + left[behind:])
        if len(candidate) < len(left) and trial(candidate):
            return candidate
    return None
