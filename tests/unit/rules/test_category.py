"""The category of an assessment: all scores have one, and more dependence never gives a lower one."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.unit.rules.assessment_by_hand import FULL, SEVERE, SLIGHT, assessment

from generale.protocol.dependency_scale import Item
from generale.protocol.errors import UsageError
from generale.protocol.ids import Hco, Insz
from generale.protocol.messages import Assessment, Category, Dependence
from generale.protocol.profile import compile_profile, standard_profile
from generale.rules.category import category_of

SCALE = standard_profile().dependency
BARE = assessment(Hco.parse("1001"), Insz.parse("38021400004"), date(2019, 5, 12))
PHYSICAL = (Category.O, Category.A, Category.B, Category.C)
ITEMS = tuple(item.value for item in Item)


def with_scores(*items: str, score: Dependence = SEVERE, dementia: bool = False) -> Assessment:
    """The same score for some items, and none for the others."""
    changed: dict[str, Any] = dict.fromkeys(items, score)
    return replace(BARE, dementia=dementia, **changed)


@pytest.mark.parametrize(
    ("one", "category"),
    [
        pytest.param(BARE, "o", id="nothing"),
        pytest.param(with_scores(*ITEMS, "time", "place", score=SLIGHT), "o", id="slight in everything"),
        pytest.param(with_scores("eating", "continence"), "o", id="eating and continence alone"),
        pytest.param(with_scores("washing"), "a", id="washing"),
        pytest.param(with_scores("time", "place"), "a", id="disoriented"),
        pytest.param(with_scores("time"), "o", id="in time alone"),
        pytest.param(with_scores("washing", "dressing", "toilet"), "b", id="and toilet"),
        pytest.param(with_scores("dressing", "time", "place"), "b", id="disoriented and dressing"),
        pytest.param(
            with_scores("washing", "dressing", "moving", "toilet", "eating", score=FULL), "c", id="c"
        ),
        pytest.param(
            with_scores("washing", "dressing", "continence", "eating", "time", "place"), "cd", id="cd"
        ),
        pytest.param(with_scores(*ITEMS, "time", "place", dementia=True), "cd", id="everything"),
        pytest.param(with_scores("time", dementia=True), "d", id="dementia"),
        pytest.param(with_scores(*ITEMS, dementia=True), "c", id="dementia, and dependent for all"),
    ],
)
def test_a_category_follows_from_the_scores(one: Assessment, category: str) -> None:
    assert category_of(one, SCALE) == category


def test_every_combination_has_exactly_one_category_and_each_category_occurs() -> None:
    found = set()
    for *scores, time, place in product((SLIGHT, SEVERE), repeat=len(ITEMS) + 2):
        changed: dict[str, Any] = dict(zip(ITEMS, scores, strict=True))
        for dementia in (False, True):
            one = replace(BARE, dementia=dementia, time=time, place=place, **changed)
            found.add(category_of(one, SCALE))

    assert found == set(Category)


SCORES = some.sampled_from(Dependence)


@given(scores=some.tuples(*[SCORES] * len(ITEMS)), item=some.sampled_from(ITEMS), more=SCORES)
def test_more_dependence_never_gives_a_lower_physical_category(
    scores: tuple[Dependence, ...], item: str, more: Dependence
) -> None:
    scored: dict[str, Any] = dict(zip(ITEMS, scores, strict=True))
    one = replace(BARE, **scored)
    order = list(Dependence)
    changed: dict[str, Any] = {item: max(more, getattr(one, item), key=order.index)}
    worse = replace(one, **changed)

    assert PHYSICAL.index(category_of(worse, SCALE)) >= PHYSICAL.index(category_of(one, SCALE))


def test_a_scale_without_a_last_row_for_everybody_is_refused() -> None:
    files = dict(standard_profile().files)
    files["profile.toml"] = files["profile.toml"].replace(
        b'category = "o"\n', b'category = "o"\nall_of = ["washing"]\n'
    )

    with pytest.raises(UsageError, match="a last row without conditions"):
        compile_profile(files)
