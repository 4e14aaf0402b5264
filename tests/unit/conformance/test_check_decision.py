"""Checks of the chapters decision, correction and worklist: what keeps and what breaks each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest

from generale.driver.observations import DecisionState, LineStatus
from generale.driver.stimuli import Correct
from generale.protocol.ids import Reference
from generale.protocol.messages import Admission, Correction, EndOfStay, Outcome

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def decided(script: "Script", outcome: Outcome) -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    controls = [script.control] if outcome is Outcome.REFUSED else []
    script.fetch(script.decide("A1", outcome, controls=controls))


def month_while_pending(script: "Script", *, billed: bool) -> None:
    decided(script, Outcome.PENDING)
    script.bill_month()
    with script.sync():
        if billed:
            script.post("F1", script.file())


def accepted_later(script: "Script", first: int) -> None:
    """Sent from 3 April, accepted from 8 April, billed from this day."""
    script.accepted(start="04-03 10:00", decided_start="04-08 00:00")
    bill = script.bill(first, admission_date=date(2019, 4, 8), admission_time=time(0))
    script.billed("F1", script.file(bill))


def long_pending(script: "Script", *, billed: bool) -> None:
    decided(script, Outcome.PENDING)
    script.later(days=70)
    script.fetch(script.decide("A1"))
    script.bill_month()
    with script.sync():
        if billed:
            script.post("F1", script.file())
        else:
            script.get()


def seen_pending(script: "Script", state: DecisionState) -> None:
    decided(script, Outcome.PENDING)
    script.later(days=70)
    script.see(script.view(state), items=[script.item()])


def seen_once(script: "Script", outcome: Outcome, *shown: DecisionState) -> None:
    decided(script, outcome)
    told = {"control": script.control.control, "text": script.control.text}
    controls = (script.control.control,) if outcome is Outcome.REFUSED else ()
    script.see(*(script.view(one, controls=controls) for one in shown), items=[script.item(**told)])


def seen_refused(script: "Script", *, controls: tuple[str, ...] = (), **item: str) -> None:
    decided(script, Outcome.REFUSED)
    shown = {"control": script.control.control, "text": script.control.text, **item}
    script.see(
        script.view(DecisionState.REFUSED, controls=controls or (shown["control"],)),
        items=[script.item(**shown)],
    )


def listed(script: "Script", outcome: Outcome, *, named: bool) -> None:
    decided(script, outcome)
    told = {"control": script.control.control, "text": script.control.text}
    shown = script.view(DecisionState(outcome.value), controls=(script.control.control,))
    script.see(shown, items=[script.item(**told)] if named else [])


def settled(script: "Script", *, named: bool) -> None:
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1", 0))
    script.see(
        script.view(DecisionState.ACCEPTED),
        lines=[script.line_view(LineStatus.REFUSED)],
        items=[script.item(control="HX-INV-14", text="Dag betwist.")] if named else [],
    )


def repaired_and_paid(script: "Script", *, named: bool) -> None:
    """A refused admission is corrected, accepted, billed and paid; then somebody looks at the worklist."""
    corrected(script, correction)
    script.fetch(script.decide("C0"))
    paid(script, named=named)


def paid(script: "Script", *, named: bool) -> None:
    script.billed()
    script.fetch(script.settle("F1"))
    script.see(
        script.view(DecisionState.ACCEPTED),
        lines=[script.line_view(LineStatus.ACCEPTED)],
        items=[script.item(control=script.control.control)] if named else [],
    )


def accepted_and_paid(script: "Script", *, named: bool) -> None:
    script.accepted()
    paid(script, named=named)


def corrected(script: "Script", *messages: Callable[["Script"], Any]) -> None:
    """A refused admission whose name is corrected from Verhulst to Verhelst; then these messages leave."""
    decided(script, Outcome.REFUSED)
    right = replace(script.anna, family_name="Verhelst")
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, resident=right))
    with script.sync():
        for place, message in enumerate(messages):
            script.post(f"C{place}", message(script))


def correction(script: "Script", *, corrects: str = "A1", **other: Any) -> Correction:
    admission = script.admission(**{"family_name": "Verhelst", **other})
    facts = {name: getattr(admission, name) for name in admission.__dataclass_fields__}
    return Correction(corrects=Reference(corrects), **{**facts, **other})


def second(script: "Script") -> Any:
    return script.admission(family_name="Verhelst")


def dependents(script: "Script", *ends: str) -> None:
    """An admission and an end are refused, the end because of the admission; after the repair these leave."""
    script.admit()
    script.end_stay("04-10 14:00")
    with script.sync():
        script.post("A1", script.admission())
        script.post("E1", script.ending("04-10 14:00"))
    first = script.decide("A1", Outcome.REFUSED, controls=[script.control])
    script.fetch(first, script.decide("E1", Outcome.REFUSED, controls=[script.sequence]))
    right = replace(script.anna, family_name="Verhelst")
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, resident=right))
    with script.sync():
        script.post("C1", correction(script))
    script.fetch(script.decide("C1"))
    with script.sync():
        for end in ends:
            script.post(end, script.ending("04-10 14:00"))


def held_back(script: "Script", *ends: str) -> None:
    """The admission is refused, and the end held back until that is repaired; then these leave."""
    script.admit()
    script.end_stay("04-10 14:00")
    with script.sync():
        script.post("A1", script.admission())
    script.fetch(script.decide("A1", Outcome.REFUSED, controls=[script.control]))
    right = replace(script.anna, family_name="Verhelst")
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, resident=right))
    with script.sync():
        script.post("C1", correction(script))
    script.fetch(script.decide("C1"))
    with script.sync():
        for end in ends:
            script.post(end, script.ending("04-10 14:00"))


@pytest.mark.parametrize("ends", [(), ("E1",)], ids=["never sent", "sent after the repair"])
def test_what_was_held_back_leaves_after_the_repair(ends: tuple[str, ...], script: "Script") -> None:
    held_back(script, *ends)

    occasions, findings = script.ask("CK-COR-03")

    assert len(occasions) == len(ends)
    assert [one.code for one in findings] == ([] if ends else ["dependent-not-sent-again"])


def two_stays(script: "Script") -> None:
    """Two stays of one person: both ends and the second admission wait for the first, and go in disorder."""
    moments = {"E1": "04-10 14:00", "E2": "04-25 14:00"}
    for start, end in (("04-03 10:00", "04-10 14:00"), ("04-20 10:00", "04-25 14:00")):
        script.admit(start=start)
        script.end_stay(end)
    sent: list[tuple[str, Admission | EndOfStay]] = [
        ("A1", script.admission()),
        ("E1", script.ending(moments["E1"])),
        ("A2", script.admission(start="04-20 10:00")),
        ("E2", script.ending(moments["E2"])),
    ]
    with script.sync():
        for reference, message in sent:
            script.post(reference, message)
    names = [script.decide("A1", Outcome.REFUSED, controls=[script.control])]
    names += [script.decide(one, Outcome.REFUSED, controls=[script.sequence]) for one, _ in sent[1:]]
    script.fetch(*names)
    with script.sync():
        script.post("C1", correction(script, family_name="Verhulst"))
    script.fetch(script.decide("C1"))
    with script.sync():
        for reference, message in reversed(sent[1:]):
            script.post(f"{reference}B", message)


KEEPS: dict[str, "Play"] = {
    "CK-DEC-01": lambda s: month_while_pending(s, billed=False),
    "CK-DEC-02": seen_refused,
    "CK-DEC-03": lambda s: accepted_later(s, 8),
    "CK-DEC-04": lambda s: long_pending(s, billed=True),
    "CK-DEC-04T": lambda s: seen_pending(s, DecisionState.PENDING),
    "CK-DEC-05": lambda s: seen_once(s, Outcome.REFUSED, DecisionState.REFUSED),
    "CK-COR-02": lambda s: corrected(s, correction),
    "CK-COR-03": lambda s: dependents(s, "E2"),
    "CK-WOR-01": lambda s: settled(s, named=True),
    "CK-WOR-02": lambda s: listed(s, Outcome.PENDING, named=True),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-DEC-01", "undecided-stay-billed"): lambda s: month_while_pending(s, billed=True),
    ("CK-DEC-02", "control-id-dropped"): lambda s: seen_refused(s, control=""),
    ("CK-DEC-02", "control-text-dropped"): lambda s: seen_refused(s, text="Fout."),
    ("CK-DEC-03", "own-start-on-bill"): lambda s: accepted_later(s, 3),
    ("CK-DEC-04", "late-decision-ignored"): lambda s: long_pending(s, billed=False),
    ("CK-DEC-04T", "own-deadline"): lambda s: seen_pending(s, DecisionState.REFUSED),
    ("CK-DEC-04T", "pending-shown-otherwise"): lambda s: seen_pending(s, DecisionState.ACCEPTED),
    ("CK-DEC-05", "decision-shown-otherwise"): lambda s: seen_once(
        s, Outcome.REFUSED, DecisionState.ACCEPTED
    ),
    ("CK-DEC-05", "stay-not-shown"): lambda s: seen_once(s, Outcome.ACCEPTED),
    ("CK-COR-01", "second-original"): lambda s: corrected(s, second),
    ("CK-COR-01", "names-no-message"): lambda s: corrected(s, lambda s: correction(s, corrects="P1")),
    ("CK-COR-01", "correction-not-sent"): corrected,
    ("CK-COR-02", "old-value-in-correction"): lambda s: corrected(
        s, lambda s: correction(s, family_name="Verhulst")
    ),
    ("CK-COR-02", "wrong-value-in-correction"): lambda s: corrected(
        s, lambda s: correction(s, given_name="Ann")
    ),
    ("CK-COR-02", "corrected-fact-missing"): lambda s: corrected(
        s, lambda s: replace(correction(s), family_name=None)
    ),
    ("CK-COR-03", "dependent-not-sent-again"): dependents,
    ("CK-COR-03", "dependents-out-of-order"): two_stays,
    ("CK-WOR-01", "refusal-not-shown"): lambda s: listed(s, Outcome.REFUSED, named=False),
    ("CK-WOR-01", "refused-bill-not-shown"): lambda s: settled(s, named=False),
    ("CK-WOR-01", "dealt-with-still-listed"): lambda s: repaired_and_paid(s, named=True),
    ("CK-WOR-01", "listed-without-a-problem"): lambda s: accepted_and_paid(s, named=True),
    ("CK-WOR-02", "pending-not-shown"): lambda s: listed(s, Outcome.PENDING, named=False),
}


def test_a_refusal_that_somebody_is_correcting_need_not_be_listed(script: "Script") -> None:
    corrected(script, correction)
    script.see()

    assert script.ask("CK-WOR-01") == ([], [])


def test_what_was_dealt_with_and_left_the_worklist_is_an_occasion(script: "Script") -> None:
    repaired_and_paid(script, named=False)

    occasions, findings = script.ask("CK-WOR-01")

    assert (len(occasions), findings) == (1, [])
    assert script.codes() == set()


def not_billed(script: "Script") -> None:
    script.accepted()


def not_settled(script: "Script") -> None:
    script.accepted()
    script.billed()


def end_not_answered(script: "Script") -> None:
    script.accepted()
    script.end_stay("04-20 14:00")
    script.billed("F1", script.file(script.bill(3, 19)))
    script.fetch(script.settle("F1"))


def days_left(script: "Script") -> None:
    script.accepted()
    script.billed("F1", script.file(script.bill(3, 20)))
    script.fetch(script.settle("F1"))


@pytest.mark.parametrize("play", [not_billed, not_settled, end_not_answered, days_left])
def test_somebody_about_whom_something_may_wait_may_be_listed(play: "Play", script: "Script") -> None:
    play(script)
    script.see(script.view(DecisionState.ACCEPTED), items=[script.item(text="Opvolgen.")])

    assert script.ask("CK-WOR-01") == ([], [])


def test_an_acceptance_outlives_a_refused_correction(script: "Script") -> None:
    script.accepted()
    right = replace(script.anna, family_name="Verhelst")
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, resident=right))
    with script.sync():
        script.post("C1", correction(script))
    script.fetch(script.decide("C1", Outcome.REFUSED, controls=[script.control]))

    (case,) = script.history().cases

    assert case.state(len(script.events)) is DecisionState.ACCEPTED


@pytest.mark.parametrize(
    ("shown", "is_right"),
    [("refused", True), ("not-answered", True), ("accepted", False), ("pending", False)],
)
def test_a_stay_whose_correction_is_under_way_is_shown_as_either_message_stands(
    shown: str, is_right: bool, script: "Script"
) -> None:
    corrected(script, correction)
    controls = (script.control.control,)
    script.see(script.view(DecisionState(shown), controls=controls), items=[script.item()])

    occasions, findings = script.ask("CK-DEC-05")

    assert (bool(occasions), bool(findings)) == (is_right, not is_right)


def test_an_acceptance_is_shown_as_one_and_tests_nothing(script: "Script") -> None:
    seen_once(script, Outcome.ACCEPTED, DecisionState.ACCEPTED)

    assert script.ask("CK-DEC-05") == ([], [])


@pytest.mark.parametrize("awaited", ["vendor", "platform"])
def test_only_a_wait_for_the_vendor_lets_it_answer_for_what_is_missing(
    awaited: str, script: "Script"
) -> None:
    corrected(script)
    script.wait(awaited, met=False)
    script.end(completed=False)

    findings = script.ask("CK-COR-01")[1]

    assert [one.code for one in findings] == (["correction-not-sent"] if awaited == "vendor" else [])


@pytest.mark.parametrize(
    ("subject", "is_about"),
    [
        ("{anna}", True),
        ("Opname {dotted}", True),
        ("Mevrouw Verhulst Anna", True),
        ("A1", True),
        ("Verhulst (14 april), zie ook A2", True),
        ("{anna} {bert}", False),
        ("Verhulst en Peeters", False),
        ("x{anna}", False),
        ("Verhulsten", False),
        ("", False),
    ],
)
def test_an_item_names_one_resident_in_whole_words(subject: str, is_about: bool, script: "Script") -> None:
    script.admit(script.bert)
    with script.sync():
        script.post("A2", script.admission(script.bert))
    decided(script, Outcome.REFUSED)
    anna = str(script.anna.insz)
    dotted = f"{anna[:2]}.{anna[2:4]}.{anna[4:6]}-{anna[6:9]}.{anna[9:]}"
    text = subject.format(anna=anna, bert=script.bert.insz, dotted=dotted)
    script.see(items=[replace(script.item(), subject=text)])

    occasions, findings = script.ask("CK-WOR-01")

    assert (bool(occasions), bool(findings)) == (is_about, not is_about)


@pytest.mark.parametrize(
    ("rules", "codes"),
    [(date(2020, 7, 22), ["own-deadline"]), (date(2021, 7, 1), [])],
    ids=["a set without a term", "a set with a term"],
)
def test_a_deadline_is_that_of_the_rule_set_which_judged(
    rules: date, codes: list[str], script: "Script"
) -> None:
    script.rules = rules
    seen_pending(script, DecisionState.REFUSED)

    assert [one.code for one in script.ask("CK-DEC-04T")[1]] == codes
