"""A scenario with fewer steps is a scenario: it can be read and played, and is about the same people."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generale.protocol.profile import standard_profile
from generale.scenarios.catalogue import document_of, library, parse, sources
from generale.scenarios.excerpt import excerpt, without_idle_cast
from generale.scenarios.playability import check_playable, standing


@pytest.mark.parametrize("name", library())
def test_the_whole_of_a_scenario_stands_and_is_the_same_scenario(name: str) -> None:
    whole = library()[name]
    every = tuple(range(len(whole.timeline)))

    written = excerpt(document_of(sources()[name], name), every, whole.verifies, ["the whole"])

    assert standing(whole.timeline, every) == every
    assert parse(written, name) == whole


@given(st.sampled_from(sorted(library())), st.data())
def test_whatever_is_left_out_what_still_stands_can_be_played(name: str, data: st.DataObject) -> None:
    whole = library()[name]
    some = data.draw(st.sets(st.sampled_from(range(len(whole.timeline))), min_size=1))

    kept = standing(whole.timeline, sorted(some))

    assert set(kept) <= some
    assert list(kept) == sorted(kept)
    assert standing(whole.timeline, kept) == kept
    if kept:
        document = document_of(sources()[name], name)
        check_playable(parse(excerpt(document, kept, whole.verifies), name), standard_profile())
        fewer = parse(excerpt(without_idle_cast(document, kept), kept, whole.verifies), name)
        assert fewer.timeline == [whole.timeline[number] for number in kept]


def test_a_step_about_somebody_who_never_moved_in_does_not_stand() -> None:
    whole = library()["refusal/admission-refused-and-corrected"]
    every = range(len(whole.timeline))
    left = standing(whole.timeline, [number for number in every if number != 0])

    told = [step.tell or step.wait for number, step in enumerate(whole.timeline) if number in left]
    assert not any(getattr(one, "correct", None) or getattr(one, "decision", None) for one in told)
    assert any(getattr(one, "bill_month", None) for one in told)


def test_remarks_stand_above_it_as_comments_on_one_line_each() -> None:
    name = "month/clean-month"

    written = excerpt(document_of(sources()[name], name), [0], ["RQ-ADM-01"], ["a\nb: c"])

    assert written.startswith(b"# a b: c\nname: ")
    assert yaml.safe_load(written)["verifies"] == ["RQ-ADM-01"]
