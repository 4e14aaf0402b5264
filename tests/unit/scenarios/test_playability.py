"""What a scenario names must exist before it is played: its rule set, its controls and its care funds."""

from datetime import date

import pytest
from tests.unit.scenarios.stage_play import ADMIT, FakeProduct, document, play, scenario

from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.scenarios.cast import cast_of
from generale.scenarios.catalogue import library
from generale.scenarios.language import Scenario
from generale.scenarios.moment import moment_of
from generale.scenarios.playability import check_playable
from generale.scenarios.playing import world_of
from generale.simulator.set_up import NoticeFrom

ANNA = {"facility": "home", "resident": "anna"}
BILL = {"tell": {"bill_month": {"facility": "home", "month": "M-1"}}}


def behaving(**words: str) -> Scenario:
    """A scenario whose second step is this behaviour."""
    return scenario({"sync": True}, {"behave": words})


@pytest.mark.parametrize(
    ("wrong", "where", "problem", "hint"),
    [
        pytest.param(
            behaving(kind="refuse", control="HX-ADM-99"),
            "step 2",
            "the rule set of 2019-04-01 has no control 'HX-ADM-99'",
            "controls.md",
            id="unknown control",
        ),
        pytest.param(
            behaving(kind="refuse-bill", control="HX-ADM-12"),
            "step 2",
            "HX-ADM-12 is no control of invoice files",
            "HX-INV-14",
            id="a bill refused with the control of an admission",
        ),
        pytest.param(
            behaving(kind="pend", control="HX-INV-14"),
            "step 2",
            "HX-INV-14 is no control of messages",
            "HX-ADM-12",
            id="an admission in deliberation with the control of a bill",
        ),
        pytest.param(
            behaving(kind="refuse-file", fund="999"), "step 2", "no care fund '999'", "810", id="unknown fund"
        ),
        pytest.param(
            behaving(kind="refuse-file", fund="Alfa"), "step 2", "no care fund 'Alfa'", "810", id="no number"
        ),
        pytest.param(
            scenario(residents={"anna": {"fund": "999"}}),
            "resident 'anna'",
            "no care fund '999'",
            "810",
            id="unknown fund of a resident",
        ),
        pytest.param(
            scenario(residents={"anna": {"fund": ""}}),
            "resident 'anna'",
            "no care fund ''",
            "810",
            id="a resident without fund",
        ),
        pytest.param(
            scenario(
                facilities={"home": {"type": "wzc", "tariffs": [{"stay_type": "dvc", "per_day": "41.15"}]}}
            ),
            "facility 'home'",
            "a wzc has no tariff for dvc",
            "rob, rvt",
            id="a tariff for what the facility does not host",
        ),
        pytest.param(
            scenario({"tell": {"end_stay": {**ANNA, "end": "D 10:00", "reason": "departure"}}}),
            "step 1",
            "'anna' was never admitted to 'home'",
            "earlier step",
            id="an end of nothing",
        ),
        pytest.param(
            scenario(ADMIT, {"tell": {"correct": {**ANNA, "resident": "bert", "person": True}}}),
            "step 2",
            "'bert' was never admitted to 'home'",
            "earlier step",
            id="a correction of nothing",
        ),
        pytest.param(
            scenario(ADMIT, {"change_fund": {"resident": "anna", "fund": "999", "start": "D"}}),
            "step 2",
            "no care fund '999'",
            "810",
            id="a change to an unknown fund",
        ),
        pytest.param(
            scenario(ADMIT, {"change_fund": {"resident": "anna", "fund": "820", "start": "D"}}),
            "step 2",
            "takes effect on 1 January",
            "another moment",
            id="a change on another day",
        ),
        pytest.param(
            scenario(ADMIT, {"change_fund": {"resident": "bert", "fund": "820", "start": "D"}}),
            "step 2",
            "'bert' was never admitted",
            "earlier step",
            id="a change of somebody of whom nobody was told",
        ),
        pytest.param(
            scenario(ADMIT, BILL, {"tell": {"rebill": {"facility": "home", "month": "M-2"}}}),
            "step 3",
            "the month M-2 of 'home' was never billed",
            "earlier step",
            id="a month billed again that was never billed",
        ),
        pytest.param(
            scenario(rule_set="2021-07-01"),
            "the rule set of 2021-07-01 is not in force yet",
            "2019-05-20",
            "later anchor",
            id="before its rules",
        ),
        pytest.param(
            scenario(rule_set="2018-01-01"), "no rule set", "2018-01-01", "2019-04-01", id="before all rules"
        ),
    ],
)
def test_what_does_not_exist_is_told_before_the_scenario_begins(
    wrong: Scenario, where: str, problem: str, hint: str
) -> None:
    product = FakeProduct()

    with pytest.raises(UsageError) as caught:
        play(wrong, product)

    assert str(caught.value).startswith(f"{document()['name']}: {where}")
    assert problem in str(caught.value)
    assert hint in caught.value.hint
    assert product.asked == []


def test_who_was_taken_over_can_leave_under_either_number() -> None:
    take_over = {"tell": {"take_over": {"facility": "home", "successor": "heir", "first_day": "D"}}}
    leaves = {"resident": "anna", "end": "D 10:00", "reason": "departure"}

    for number in ("home", "heir"):
        ends = {"tell": {"end_stay": {"facility": number, **leaves}}}
        check_playable(scenario(ADMIT, take_over, ends), standard_profile())


def test_the_notice_term_runs_where_the_cast_says_from_when() -> None:
    acted = scenario(facilities={"home": {"type": "wzc", "notice_from": "M/01"}, "other": {"type": "cvk"}})
    cast = cast_of(acted, standard_profile(), 1, acted.anchor)

    set_up = world_of(acted, cast, moment_of(acted.begins, acted.anchor))

    home = cast.facilities["home"].hco
    assert set_up.notice_terms == (NoticeFrom(facility=home, since=date(2019, 5, 1)),)


def test_every_scenario_of_the_library_can_be_played() -> None:
    for acted in library().values():
        check_playable(acted, standard_profile())
