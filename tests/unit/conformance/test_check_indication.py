"""The checks of assessments: what keeps and what breaks each, and what they leave alone."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.rules.assessment_by_hand import SEVERE, SLIGHT, assessment

from generale.driver.observations import DecisionState
from generale.driver.stimuli import Assess, Correct
from generale.protocol.clock import BRUSSELS
from generale.protocol.form import to_json
from generale.protocol.ids import Reference
from generale.protocol.messages import (
    Assessment,
    Category,
    ControlResult,
    Correction,
    Decision,
    Outcome,
)
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

TOO_OLD = ControlResult(control="HX-IND-06", text="De indicatiestelling is te oud voor dit verblijf.")


def recorded(script: "Script", day: int = 12, **other: Any) -> Assessment:
    """What the facility records of Anna in April."""
    scores = assessment(script.home.hco, script.anna.insz, date(2019, 4, day), washing=SEVERE, time=SLIGHT)
    return replace(scores, dementia=True, diagnosed=date(2018, 11, 30), **other)


def assess(script: "Script", one: Assessment) -> None:
    """Tell the product of an assessment."""
    script.tell(Assess(**{field.name: getattr(one, field.name) for field in fields(one)}))


def decide(
    script: "Script",
    about: str,
    outcome: Outcome = Outcome.ACCEPTED,
    *controls: ControlResult,
    category: Category = Category.D,
    start: date = date(2019, 4, 12),
) -> None:
    """The decision on an assessment is put in the mailbox, and fetched."""
    is_accepted = outcome is Outcome.ACCEPTED
    decision = Decision(
        facility=script.home.hco,
        about=Reference(about),
        outcome=outcome,
        decided=script.now,
        rule_set=script.rules,
        start=datetime.combine(start, time(), BRUSSELS) if is_accepted else None,
        category=category if is_accepted else None,
        controls=controls,
    )
    ids = {"reference": about, "facility": script.home.nihii}
    script.note(EventType.DECIDED, ids, {**to_json(decision), "imposed": False})
    script.fetch(script.reply("decision", about, script.profile.write(decision), service="admissions"))


def sent(script: "Script", reference: str, one: Assessment) -> None:
    """An assessment leaves."""
    with script.sync():
        script.post(reference, one)


def told_and_sent(script: "Script", **changed: Any) -> None:
    """An accepted stay, and an assessment that is sent otherwise than it was recorded in these fields."""
    script.accepted()
    assess(script, recorded(script))
    sent(script, "I1", replace(recorded(script), **changed))


def shown(
    script: "Script", category: Category | None, since: date | None = date(2019, 4, 12), **more: Any
) -> None:
    """Users see Anna's stay, accepted, with this category."""
    script.see(script.view(DecisionState.ACCEPTED, category=category, category_from=since), **more)


def accepted(script: "Script", category: Category | None, since: date | None = date(2019, 4, 12)) -> None:
    """An assessment is told, sent and accepted as category D, and shown so."""
    told_and_sent(script)
    decide(script, "I1")
    shown(script, category, since)


def undecided(script: "Script", category: Category | None) -> None:
    """An assessment is under way while users look."""
    told_and_sent(script)
    shown(script, category, None)


def open_one(script: "Script", outcome: Outcome, *items: Any) -> None:
    """An assessment is refused or pending, and this stands on the worklist."""
    told_and_sent(script)
    decide(script, "I1", outcome, *([TOO_OLD] if outcome is Outcome.REFUSED else []))
    shown(script, None, None, items=items)


def behind_a_refusal(script: "Script", *again: str) -> None:
    """An assessment is refused with the admission, which is corrected and accepted; it leaves again so."""
    script.admit()
    assess(script, recorded(script))
    with script.sync():
        script.post("A1", script.admission())
        script.post("I1", recorded(script))
    script.fetch(script.decide("A1", Outcome.REFUSED, controls=[script.control]))
    decide(script, "I1", Outcome.REFUSED, script.sequence)
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, resident=script.anna))
    with script.sync():
        script.post("C1", correction(script))
    script.fetch(script.decide("C1"))
    with script.sync():
        for reference in again:
            script.post(reference, recorded(script))


def correction(script: "Script") -> Correction:
    """The correction that states Anna's admission anew."""
    one = script.admission()
    return Correction(
        facility=one.facility,
        corrects=Reference("A1"),
        insz=one.insz,
        family_name=one.family_name,
        given_name=one.given_name,
        birth_date=one.birth_date,
        sex=one.sex,
        stay_type=one.stay_type,
        start=one.start,
    )


def before_the_admission(script: "Script") -> None:
    """The assessment leaves, and then the admission."""
    script.admit()
    assess(script, recorded(script))
    with script.sync():
        script.post("I1", recorded(script))
        script.post("A1", script.admission())


def kept_in_the_house(script: "Script") -> None:
    """An assessment of an accepted stay is told, and two polls go by."""
    script.accepted()
    assess(script, recorded(script))
    for _ in range(2):
        with script.sync():
            script.get()


def twice(script: "Script") -> None:
    """The same assessment leaves under two references."""
    told_and_sent(script)
    sent(script, "I2", recorded(script))


KEEPS: dict[str, "Play"] = {
    "CK-IND-01": told_and_sent,
    "CK-IND-02": lambda s: accepted(s, Category.D),
    "CK-IND-03": told_and_sent,
    "CK-IND-04": told_and_sent,
    "CK-IND-05": lambda s: open_one(s, Outcome.REFUSED, s.item(control="HX-IND-06", text=TOO_OLD.text)),
    "CK-IND-06": lambda s: behind_a_refusal(s, "I2"),
}
BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-IND-01", "score-changed"): lambda s: told_and_sent(s, time=SEVERE),
    ("CK-IND-01", "diagnosis-changed"): lambda s: told_and_sent(s, diagnosed=date(2019, 4, 12)),
    ("CK-IND-01", "assessment-day-changed"): lambda s: told_and_sent(s, assessed=date(2019, 4, 13)),
    ("CK-IND-01", "assessor-changed"): lambda s: told_and_sent(s, assessor="Administratie"),
    ("CK-IND-02", "category-shown-otherwise"): lambda s: accepted(s, Category.A),
    ("CK-IND-02", "category-start-shown-otherwise"): lambda s: accepted(s, Category.D, date(2019, 4, 13)),
    ("CK-IND-02", "category-shown-undecided"): lambda s: undecided(s, Category.D),
    ("CK-IND-03", "assessment-forgotten"): kept_in_the_house,
    ("CK-IND-03", "assessment-sent-twice"): twice,
    ("CK-IND-04", "assessment-before-admission"): before_the_admission,
    ("CK-IND-05", "assessment-refusal-not-shown"): lambda s: open_one(s, Outcome.REFUSED),
    ("CK-IND-05", "pending-assessment-not-shown"): lambda s: open_one(s, Outcome.PENDING),
    ("CK-IND-06", "assessment-not-sent-again"): behind_a_refusal,
}


@pytest.mark.parametrize(
    ("play", "check"),
    [
        pytest.param(lambda s: undecided(s, None), "CK-IND-02", id="none shown while none is decided"),
        pytest.param(
            lambda s: told_and_sent(s, assessor="beoordelaar proef"), "CK-IND-01", id="other capitals"
        ),
        pytest.param(
            lambda s: open_one(s, Outcome.PENDING, s.item(text="In beraad.")), "CK-IND-05", id="pending"
        ),
    ],
)
def test_what_a_product_may_do_in_another_way_is_an_occasion(
    play: "Play", check: str, script: "Script"
) -> None:
    play(script)

    occasions, findings = script.ask(check)

    assert occasions
    assert findings == []


def test_an_assessment_may_wait_until_the_admission_is_accepted(script: "Script") -> None:
    script.admit()
    assess(script, recorded(script))
    with script.sync():
        script.post("A1", script.admission())
    script.fetch(script.decide("A1", Outcome.PENDING))
    with script.sync():
        script.get()

    assert script.ask("CK-IND-03") == ([], [])


def test_one_that_another_replaced_before_it_could_leave_need_not_leave(script: "Script") -> None:
    script.accepted()
    assess(script, recorded(script))
    assess(script, recorded(script, dressing=SEVERE))
    sent(script, "I1", recorded(script, dressing=SEVERE))

    occasions, findings = script.ask("CK-IND-03")

    assert (len(occasions), findings) == (1, [])


def test_a_refused_assessment_may_leave_again_and_the_last_decided_category_counts(script: "Script") -> None:
    told_and_sent(script)
    decide(script, "I1", Outcome.REFUSED, TOO_OLD)
    again = recorded(script, day=14, washing=SLIGHT)
    assess(script, again)
    sent(script, "I2", again)
    decide(script, "I2", category=Category.B, start=date(2019, 4, 14))
    shown(script, Category.B, date(2019, 4, 14))

    assert script.ask("CK-IND-02")[1] == []
    assert script.ask("CK-IND-03")[1] == []
    assert script.ask("CK-IND-05") == ([], [])


def test_a_category_from_before_the_stay_may_be_shown_with_the_stay(script: "Script") -> None:
    for since in (date(2019, 4, 1), date(2019, 4, 3)):
        one = type(script)()
        one.accepted()
        assess(one, recorded(one, day=1))
        sent(one, "I1", recorded(one, day=1))
        decide(one, "I1", start=date(2019, 4, 1))
        shown(one, Category.D, since)

        assert one.ask("CK-IND-02")[1] == []


def test_a_resident_with_an_open_assessment_may_stand_on_the_worklist(script: "Script") -> None:
    open_one(script, Outcome.REFUSED, script.item(control="HX-IND-06", text=TOO_OLD.text))

    assert script.ask("CK-WOR-01")[1] == []
