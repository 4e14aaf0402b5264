"""The check of the notice term: what keeps and what breaks it, and what it leaves alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.unit.conformance.cast_by_hand import at

from generale.driver.stimuli import Admit
from generale.protocol.profile import compile_profile, standard_profile

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

LAST_DAY = ("04-26 07:00", "04-26 11:00", "04-26 15:00")
"""Moved in on Thursday 18 April: because of Easter Monday the term lasts until Friday 26 April."""


def held_up(
    script: "Script",
    polls: Sequence[str],
    arrives: str = "",
    start: str = "04-18 23:50",
    *,
    first: str = "busy",
) -> None:
    """The first try meets trouble on Friday 19 April; at one of the next polls the admission arrives."""
    script.now = at("04-19 08:00")
    script.admit(start=start)
    with script.sync():
        script.post("A1", script.admission(start=start), first)
    for poll in polls:
        script.now = at(poll)
        with script.sync():
            if poll == arrives:
                script.post("A1", script.admission(start=start))
            else:
                script.get()


KEEPS: dict[str, "Play"] = {"CK-ADM-06": lambda s: held_up(s, LAST_DAY, LAST_DAY[2])}
BREAKS: dict[tuple[str, str], "Play"] = {("CK-ADM-06", "notice-missed"): lambda s: held_up(s, LAST_DAY)}


def test_what_arrives_when_the_term_is_over_is_too_late(script: "Script") -> None:
    held_up(script, (*LAST_DAY, "04-27 08:00"), "04-27 08:00")

    assert [one.code for one in script.ask("CK-ADM-06")[1]] == ["notice-missed"]


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(lambda s: held_up(s, LAST_DAY[:2]), id="two chances"),
        pytest.param(
            lambda s: held_up(s, ("04-26 07:00", "04-26 07:10", "04-26 07:20")), id="three within the hour"
        ),
        pytest.param(lambda s: held_up(s, LAST_DAY, start="04-02 10:00"), id="entered when it was over"),
        pytest.param(lambda s: held_up(s, LAST_DAY, LAST_DAY[0], first="success"), id="no trouble"),
    ],
)
def test_nothing_is_said_of_a_product_that_had_no_fair_chance(play: "Play", script: "Script") -> None:
    play(script)

    assert script.ask("CK-ADM-06") == ([], [])


def test_where_saturday_counts_thursday_is_the_last_day(script: "Script") -> None:
    files = dict(standard_profile().files)
    files["profile.toml"] = files["profile.toml"].replace(
        b'saturday_counts = "no"', b'saturday_counts = "yes"'
    )
    script.profile = compile_profile(files)
    held_up(script, ("04-25 07:00", "04-25 11:00", "04-25 15:00", "04-26 08:00"), "04-26 08:00")

    assert [one.code for one in script.ask("CK-ADM-06")[1]] == ["notice-missed"]


def test_a_profile_without_the_term_asks_for_nothing(script: "Script") -> None:
    files = dict(standard_profile().files)
    head, rest = files["profile.toml"].split(b"[notice]")
    files["profile.toml"] = head + rest[rest.index(b"[[error_limits]]") :]
    script.profile = compile_profile(files)
    held_up(script, LAST_DAY)

    assert script.ask("CK-ADM-06") == ([], [])


@pytest.mark.parametrize(
    ("rules", "arrives", "kept"),
    [
        (date(2021, 7, 1), "07-23 10:00", True),
        (date(2021, 7, 1), "07-23 10:01", False),
        (date(2020, 7, 22), "07-23 10:01", True),
    ],
    ids=["to the minute", "a minute late", "until midnight before that set"],
)
def test_by_the_hour_the_term_is_over_at_that_of_moving_in(
    rules: date, arrives: str, kept: bool, script: "Script"
) -> None:
    begun, start = script.events[0], at("07-15 10:00").replace(year=2021)
    script.events[0] = replace(begun, data={**begun.data, "rule_set": rules.isoformat()})
    script.asks, script.now = False, start.replace(hour=12)
    told = replace(script.admission(), start=start)
    script.tell(Admit(facility=script.home.hco, resident=script.anna, stay_type=told.stay_type, start=start))
    with script.sync():
        script.post("A1", told, "busy")
    for day in (16, 19, 20):
        script.now = start.replace(day=day)
        with script.sync():
            script.get()
    script.now = at(arrives).replace(year=2021)
    with script.sync():
        script.post("A1", told)

    occasions, findings = script.ask("CK-ADM-06")

    assert (bool(occasions), bool(findings)) == (kept, not kept)
