"""Which category follows from an assessment: the scale of the profile, applied to the raw scores. Pure."""

from generale.protocol.dependency_scale import CategoryRow, DependencyScale, Item, State
from generale.protocol.errors import OurError
from generale.protocol.messages import Assessment, Category, Dependence

_SCORES = tuple(Dependence)
"""The four scores, from the least dependence to the most."""


def category_of(assessment: Assessment, scale: DependencyScale) -> Category:
    """The category of an assessment: that of the first row of the scale which fits."""
    items = frozenset(item for item in Item if reaches(getattr(assessment, item), scale.dependent_from))
    states = states_of(assessment, scale)
    for row in scale.rows:
        if _fits(row, items, states):
            return row.category
    raise OurError("the scale of the profile has no row that takes everybody")


def states_of(assessment: Assessment, scale: DependencyScale) -> frozenset[State]:
    """Whether a person is disoriented in time and place, and whether dementia was diagnosed."""
    weaker = min(assessment.time, assessment.place, key=_SCORES.index)
    found = {State.DISORIENTED} if reaches(weaker, scale.disoriented_from) else set()
    return frozenset(found | ({State.DEMENTIA} if assessment.dementia else set()))


def reaches(score: Dependence, limit: Dependence) -> bool:
    """Whether a score is at least another one."""
    return _SCORES.index(score) >= _SCORES.index(limit)


def _fits(row: CategoryRow, items: frozenset[Item], states: frozenset[State]) -> bool:
    has_one = not row.one_of or bool(row.one_of & items)
    return row.states <= states and row.all_of <= items and has_one
