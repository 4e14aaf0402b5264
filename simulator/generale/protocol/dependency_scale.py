"""The scale of dependence: from which scores on what counts, and which category follows from which of them.

The six items with four scores and the letters of the categories are the sector's own; that a category
follows from this table, and where its limits lie, is project-defined.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from generale.protocol.messages.dependency import Category, Dependence
from generale.protocol.table import Table

_MOST_DAYS = 3660


class Item(StrEnum):
    """A physical item of an assessment, by the name of its field."""

    WASHING = "washing"
    DRESSING = "dressing"
    MOVING = "moving"
    TOILET = "toilet"
    CONTINENCE = "continence"
    EATING = "eating"


class State(StrEnum):
    """What an assessment can say of a person besides the physical items."""

    DISORIENTED = "disoriented"
    """In time and in place, both."""
    DEMENTIA = "dementia"
    """Dementia was diagnosed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """One way into a category: dependent for all of some items and one at least of others, in these states.

    An empty set asks for nothing.
    """

    category: Category
    states: frozenset[State] = frozenset()
    all_of: frozenset[Item] = frozenset()
    one_of: frozenset[Item] = frozenset()

    @property
    def takes_everybody(self) -> bool:
        """Whether no assessment is kept out."""
        return not (self.states or self.all_of or self.one_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyScale:
    """The table of a profile; the first row that fits gives the category, and the last one takes everybody.

    ``days_before_stay`` is how long before a stay began its first assessment may have been made.
    """

    dependent_from: Dependence
    disoriented_from: Dependence
    days_before_stay: int
    rows: tuple[CategoryRow, ...]


def read_scale(head: Table) -> DependencyScale:
    """The scale of a profile, out of the tables ``dependency`` and ``categories``."""
    table = head.table("dependency").only("dependent_from", "disoriented_from", "days_before_stay")
    parts = head.tables("categories", "category", "states", "all_of", "one_of")
    rows = tuple(_rows(parts))
    if not rows[-1].takes_everybody:
        raise parts[-1].wrong("category", "a last row without conditions, which takes everybody")
    return DependencyScale(
        dependent_from=table.word("dependent_from", Dependence),
        disoriented_from=table.word("disoriented_from", Dependence),
        days_before_stay=table.number("days_before_stay", _MOST_DAYS),
        rows=rows,
    )


def _rows(parts: tuple[Table, ...]) -> Iterator[CategoryRow]:
    for part in parts:
        yield CategoryRow(
            category=part.word("category", Category),
            states=part.words("states", State) if "states" in part.values else frozenset(),
            all_of=part.words("all_of", Item) if "all_of" in part.values else frozenset(),
            one_of=part.words("one_of", Item) if "one_of" in part.values else frozenset(),
        )
