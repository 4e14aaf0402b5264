"""Checks of what users see of a stay: its fund, its start, and the controls that refused its admission."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.conformance.cast_by_hand import at

from generale.driver.observations import DecisionState, FacilityView, Observation, StayView, WorklistItem
from generale.driver.stimuli import Correct, EndStay
from generale.protocol.form import to_json
from generale.protocol.ids import FundNumber, Reference
from generale.protocol.messages import (
    ControlResult,
    Correction,
    EndReason,
    InsuranceAnswer,
    InsuranceStatus,
    Outcome,
    StayType,
)
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

ACCEPTED, OWN, DECIDED = DecisionState.ACCEPTED, "04-03 10:00", "04-08 00:00"


def decided_later(script: "Script", start: str = DECIDED, fund: str | None = "810") -> None:
    """Sent from 3 April, accepted from 8 April for fund 810; users see this."""
    script.accepted(decided_start=DECIDED)
    shown = FundNumber(fund) if fund else None
    script.see(script.view(ACCEPTED, start=at(start), fund=shown))


def undecided(script: "Script", fund: str, *, insured_by: str = "") -> None:
    """Anna is entered, and perhaps the platform names her fund; users see this one."""
    script.admit()
    if insured_by:
        with script.sync():
            script.ask_status(script.admission())
        answer = InsuranceAnswer(
            facility=script.home.hco,
            about=Reference("Q1"),
            insz=script.anna.insz,
            day=at(OWN).date(),
            status=InsuranceStatus.INSURED,
            fund=FundNumber(insured_by),
            since=at(OWN).date(),
        )
        raw = script.profile.write(answer)
        script.fetch(script.reply("insurance", "Q1", raw, service="insurance"))
    script.see(script.view(DecisionState.NOT_ANSWERED, fund=FundNumber(fund)))


def retyped(script: "Script", answer: Outcome | None, shown: StayType) -> None:
    """An accepted ROB turns out to be an RVT, and the platform answers this; users see that."""
    script.accepted()
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, stay_type=StayType.RVT))
    stated = Correction(
        facility=script.home.hco,
        corrects=Reference("A1"),
        insz=script.anna.insz,
        stay_type=StayType.RVT,
    )
    with script.sync():
        script.post("C1", stated)
    if answer is not None:
        script.fetch(script.decide("C1", answer))
    script.see(script.view(ACCEPTED, stay_type=shown))


ENDED, ANEW = "04-18 14:00", "04-21 11:30"


def left(script: "Script", shown: str | None, *, answer: Outcome | None = Outcome.ACCEPTED) -> None:
    """Anna leaves on 18 April, and the platform answers this; users see her leave then."""
    script.accepted()
    script.end_stay(ENDED)
    with script.sync():
        script.post("E1", script.ending(ENDED))
    if answer is not None:
        script.fetch(script.decide("E1", answer))
    script.see(script.view(ACCEPTED, end=at(shown) if shown else None))


KEEPS: dict[str, "Play"] = {"CK-DEC-06": decided_later}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-DEC-06", "fund-shown-otherwise"): lambda s: decided_later(s, fund="820"),
    ("CK-DEC-06", "fund-shown-undecided"): lambda s: undecided(s, "820"),
    ("CK-DEC-06", "start-shown-otherwise"): lambda s: decided_later(s, OWN),
    ("CK-DEC-06", "stay-type-shown-otherwise"): lambda s: retyped(s, None, StayType.DVC),
    ("CK-DEC-06", "end-shown-otherwise"): lambda s: left(s, None),
}


def test_the_fund_of_an_accepted_stay_is_shown(script: "Script") -> None:
    decided_later(script, fund=None)

    (finding,) = script.ask("CK-DEC-06")[1]

    assert (finding.code, finding.received) == ("fund-shown-otherwise", "no fund")


@pytest.mark.parametrize(("start", "is_right"), [(OWN, True), ("04-03 10:01", False)])
def test_a_stay_that_is_not_decided_is_shown_as_it_was_entered(
    start: str, is_right: bool, script: "Script"
) -> None:
    script.admit()
    script.see(script.view(DecisionState.NOT_ANSWERED, start=at(start)))

    occasions, findings = script.ask("CK-DEC-06")

    assert (occasions, bool(findings)) == ([], not is_right)


def corrected(script: "Script", answer: Outcome | None, shown: str) -> None:
    """After an acceptance from 8 April the facility enters 4 April, and the platform answers this."""
    script.accepted(decided_start=DECIDED)
    right = "04-04 10:00"
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, start=at(right)))
    stated = Correction(
        facility=script.home.hco, corrects=Reference("A1"), insz=script.anna.insz, start=at(right)
    )
    with script.sync():
        script.post("C1", stated)
    if answer is not None:
        script.fetch(script.decide("C1", answer, start=at(right)))
    script.see(script.view(ACCEPTED, start=at(shown)))


@pytest.mark.parametrize(
    ("answer", "shown", "is_right"),
    [
        (None, DECIDED, True),
        (None, "04-04 10:00", True),
        (None, OWN, False),
        (Outcome.REFUSED, DECIDED, True),
        (Outcome.REFUSED, "04-04 10:00", True),
        (Outcome.ACCEPTED, "04-04 10:00", True),
        (Outcome.ACCEPTED, DECIDED, False),
    ],
)
def test_the_start_in_force_is_shown_or_that_of_a_correction_under_way(
    answer: Outcome | None, shown: str, is_right: bool, script: "Script"
) -> None:
    corrected(script, answer, shown)

    assert bool(script.ask("CK-DEC-06")[1]) is not is_right


@pytest.mark.parametrize(("start", "is_right"), [(OWN, True), ("04-16 00:00", True), ("04-17 00:00", False)])
def test_under_a_new_number_a_stay_may_begin_on_its_first_day(
    start: str, is_right: bool, script: "Script"
) -> None:
    script.accepted()
    script.take_over()
    see_at_next_home(script, script.view(ACCEPTED, start=at(start)))

    assert bool(script.ask("CK-DEC-06")[1]) is not is_right


def see_at_next_home(script: "Script", *stays: StayView, **more: Any) -> None:
    view = FacilityView(facility=script.next_home.hco, stays=stays, **more)
    script.note(EventType.OBSERVED, data=to_json(Observation(facilities=(view,))))


def test_two_stays_of_one_person_are_told_apart_by_the_start_that_was_decided(script: "Script") -> None:
    script.accepted(decided_start="04-14 00:00")
    script.accepted("A2", start="04-16 10:00")
    views = (script.view(ACCEPTED, start=at(one)) for one in ("04-14 00:00", "04-16 10:00"))
    script.see(*views)

    occasions, findings = script.ask("CK-DEC-06")

    assert (len(occasions), findings) == (2, [])


def test_a_stay_shown_under_the_name_of_nobody_known_is_no_matter_of_this_check(script: "Script") -> None:
    script.accepted()
    script.see(replace(script.view(ACCEPTED), insz=script.bert.insz))

    assert script.ask("CK-DEC-06") == ([], [])


ONE, OTHER = "HX-ADM-05", "HX-ADM-06"
WHY = {ONE: "De geboortedatum verschilt van het INSZ.", OTHER: "Het geslacht verschilt van het INSZ."}
BOTH = "\n".join(f"{name} {text}" for name, text in WHY.items())


def refused(script: "Script", ids: tuple[str, ...], *items: WorklistItem) -> None:
    """An admission is refused for two controls; users see these ids in the stay, and these items."""
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    controls = [ControlResult(control=name, text=text) for name, text in WHY.items()]
    script.fetch(script.decide("A1", Outcome.REFUSED, controls=controls))
    view = script.view(DecisionState.REFUSED, controls=ids)
    script.see(view, items=items)


def told(script: "Script", text: str, control: str = "") -> WorklistItem:
    return script.item(control=control, text=text)


@pytest.mark.parametrize(
    "play",
    [
        lambda s: refused(s, (), *(told(s, text, name) for name, text in WHY.items())),
        lambda s: refused(s, (ONE, OTHER), *(told(s, text) for text in WHY.values())),
        lambda s: refused(s, (OTHER,), *(told(s, text, ONE) for text in WHY.values())),
        lambda s: refused(s, (), told(s, BOTH, ONE)),
        lambda s: refused(s, (), told(s, BOTH)),
        lambda s: refused(s, (ONE, OTHER), told(s, " ".join(WHY.values()).replace(" het", "\n  het"))),
    ],
    ids=["worklist", "stay", "either", "one item", "one item, in its text", "broken lines"],
)
def test_the_id_of_a_control_may_stand_in_the_stay_or_on_the_worklist(play: "Play", script: "Script") -> None:
    play(script)

    occasions, findings = script.ask("CK-DEC-02")

    assert (len(occasions), findings) == (2, [])


@pytest.mark.parametrize(
    ("play", "found", "received"),
    [
        (
            lambda s: refused(s, (ONE,), *(told(s, text) for text in WHY.values())),
            [("control-id-dropped", OTHER)],
            f"in the stay: {ONE}; on the worklist: {WHY[ONE]} | {WHY[OTHER]}",
        ),
        (
            lambda s: refused(s, (ONE, OTHER), told(s, WHY[OTHER])),
            [("control-text-dropped", ONE)],
            f"in the stay: {ONE}, {OTHER}; on the worklist: {WHY[OTHER]}",
        ),
        (
            lambda s: refused(s, (), told(s, BOTH.replace(WHY[ONE], "Fout."))),
            [("control-text-dropped", ONE)],
            f"in the stay: no id; on the worklist: {ONE} Fout. {OTHER} {WHY[OTHER]}",
        ),
        (
            lambda s: refused(s, ()),
            [("control-id-dropped", ONE), ("control-id-dropped", OTHER)],
            "in the stay: no id; on the worklist: nothing",
        ),
    ],
    ids=["an id", "a text", "a text beside its id", "everything"],
)
def test_what_is_shown_nowhere_of_a_control_is_named(
    play: "Play", found: list[tuple[str, str]], received: str, script: "Script"
) -> None:
    play(script)

    findings = script.ask("CK-DEC-02")[1]

    assert [(one.code, one.expected.split()[0]) for one in findings] == found
    assert {one.received for one in findings} == {received}


def test_the_text_of_a_refusal_that_is_not_listed_is_for_another_check(script: "Script") -> None:
    refused(script, (ONE, OTHER))

    assert script.ask("CK-DEC-02") == ([], [])
    assert [one.code for one in script.ask("CK-WOR-01")[1]] == ["refusal-not-shown"]


@pytest.mark.parametrize(("fund", "insured_by", "is_right"), [("820", "820", True), ("820", "810", False)])
def test_the_fund_of_a_stay_that_is_not_decided_is_shown_if_the_platform_named_it(
    fund: str, insured_by: str, is_right: bool, script: "Script"
) -> None:
    undecided(script, fund, insured_by=insured_by)

    assert bool(script.ask("CK-DEC-06")[1]) is not is_right


@pytest.mark.parametrize(
    ("answer", "shown", "is_right"),
    [
        (None, StayType.ROB, True),
        (None, StayType.RVT, True),
        (Outcome.REFUSED, StayType.ROB, True),
        (Outcome.REFUSED, StayType.RVT, True),
        (Outcome.ACCEPTED, StayType.RVT, True),
        (Outcome.ACCEPTED, StayType.ROB, False),
        (Outcome.ACCEPTED, StayType.CVK, False),
    ],
)
def test_the_type_that_was_entered_is_shown_and_what_a_correction_changes_once_it_is_accepted(
    answer: Outcome | None, shown: StayType, is_right: bool, script: "Script"
) -> None:
    retyped(script, answer, shown)

    assert bool(script.ask("CK-DEC-06")[1]) is not is_right


@pytest.mark.parametrize(
    ("answer", "shown", "is_right"),
    [
        (None, None, True),
        (None, ENDED, True),
        (None, ANEW, False),
        (Outcome.REFUSED, None, True),
        (Outcome.ACCEPTED, ENDED, True),
        (Outcome.ACCEPTED, ANEW, False),
        (Outcome.ACCEPTED, None, False),
    ],
)
def test_an_accepted_end_is_shown_as_it_was_entered(
    answer: Outcome | None, shown: str | None, is_right: bool, script: "Script"
) -> None:
    left(script, shown, answer=answer)

    assert bool(script.ask("CK-DEC-06")[1]) is not is_right


@pytest.mark.parametrize(
    ("answer", "shown", "is_right"),
    [
        (None, ENDED, True),
        (None, ANEW, True),
        (Outcome.REFUSED, ENDED, True),
        (Outcome.ACCEPTED, ANEW, True),
        (Outcome.ACCEPTED, ENDED, False),
        (None, None, False),
    ],
)
def test_until_a_corrected_end_is_accepted_either_may_be_shown(
    answer: Outcome | None, shown: str | None, is_right: bool, script: "Script"
) -> None:
    left(script, ENDED)
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, end=at(ANEW)))
    stated = Correction(
        facility=script.home.hco,
        corrects=Reference("E1"),
        insz=script.anna.insz,
        end=at(ANEW),
        reason=EndReason.DEPARTURE,
    )
    with script.sync():
        script.post("C1", stated)
    if answer is not None:
        script.fetch(script.decide("C1", answer))
    script.see(script.view(ACCEPTED, end=at(shown) if shown else None))

    assert bool(script.ask("CK-DEC-06")[1]) is not is_right


def test_who_stays_is_not_shown_as_gone(script: "Script") -> None:
    script.accepted()
    script.see(script.view(ACCEPTED, end=at(ENDED)))

    assert [one.code for one in script.ask("CK-DEC-06")[1]] == ["end-shown-otherwise"]


@pytest.mark.parametrize(
    ("end", "is_right"),
    [
        (None, True),
        ("04-15 23:59", True),
        ("04-16 00:00", True),
        ("04-21 11:30", True),
        ("04-22 10:00", False),
    ],
)
def test_under_a_number_that_was_taken_over_a_stay_may_end_with_it(
    end: str | None, is_right: bool, script: "Script"
) -> None:
    script.accepted()
    script.take_over()
    stated = EndStay(
        facility=script.next_home.hco, insz=script.anna.insz, end=at(ANEW), reason=EndReason.DEPARTURE
    )
    script.tell(stated)
    with script.sync():
        ending = replace(script.ending(ANEW), facility=script.next_home.hco)
        script.post("E1", ending, nihii=script.next_home.nihii)
    script.see(script.view(ACCEPTED, end=at(end) if end else None))

    assert bool(script.ask("CK-DEC-06")[1]) is not is_right
