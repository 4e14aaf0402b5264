"""Checks of the chapters security, privacy, admission and end of stay: what keeps and what breaks each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.conformance.cast_by_hand import at
from tests.unit.conformance.turned_away import reject

from generale.driver.stimuli import Correct
from generale.protocol.ids import Hco, Sex
from generale.protocol.messages import Admission, EndOfStay, EndReason, Outcome, StayType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def sent_by(script: "Script", nihii: str) -> None:
    script.take_over()
    script.admit()
    with script.sync():
        script.post("A1", script.admission(), nihii=nihii)


def referred(script: "Script", reference: str) -> None:
    script.admit()
    with script.sync():
        script.post(reference, script.admission())


def begun(script: "Script", start: str, **other: Any) -> None:
    """An admission on 3 April at half past midnight, sent with this start and these data."""
    script.admit(start="04-03 00:30")
    with script.sync():
        script.post("A1", script.admission(start=start, **other))


def originals(script: "Script", count: int) -> None:
    script.admit()
    with script.sync():
        for number in range(count):
            script.post(f"A{number}", script.admission())


def at_poll(script: "Script", number: int, *, first: str = "success") -> None:
    """Anna's admission leaves at this poll; Bert's, told before, leaves at the first, answered so."""
    script.admit(script.bert)
    script.admit()
    for poll in range(1, number + 1):
        with script.sync():
            if poll == 1:
                script.post("B1", script.admission(script.bert), first)
            if poll == number:
                script.post("A1", script.admission())


def stranger(script: "Script") -> None:
    originals(script, 1)
    with script.sync():
        script.post("B1", script.admission(script.bert))


def history(script: "Script", *, in_order: bool) -> None:
    script.admit()
    script.end_stay("04-10 14:00")
    messages: list[Admission | EndOfStay] = [script.admission(), script.ending("04-10 14:00")]
    with script.sync():
        for place, message in enumerate(messages if in_order else reversed(messages)):
            script.post(f"A{place}", message)


def others_while_refused(script: "Script", *, sent: bool) -> None:
    script.admit()
    script.admit(script.bert)
    with script.sync():
        script.post("A1", script.admission())
        if sent:
            script.post("B1", script.admission(script.bert))
    name = script.decide("A1", Outcome.REFUSED, controls=[script.control])
    script.fetch(name)
    if not sent:
        script.later(days=1)
        with script.sync():
            script.post("B1", script.admission(script.bert))


def told_while_refused(script: "Script", what: str, *, sent: bool) -> None:
    """Bert's admission stands refused; then the end of Anna's accepted stay is told, or her admission."""
    if what == "end":
        script.accepted()
    script.admit(script.bert)
    with script.sync():
        script.post("B1", script.admission(script.bert))
    script.fetch(script.decide("B1", Outcome.REFUSED, controls=[script.control]))
    if what == "end":
        script.end_stay("04-20 14:00")
    else:
        script.admit()
    script.later(days=1)
    with script.sync():
        if sent and what == "end":
            script.post("E1", script.ending("04-20 14:00"))
        elif sent:
            script.post("A1", script.admission())


def ended(script: "Script", end: str = "", reason: EndReason = EndReason.DEATH) -> None:
    """A death on 20 April at ten past four, sent with this moment and reason."""
    script.accepted()
    script.end_stay("04-20 04:10", EndReason.DEATH)
    with script.sync():
        if end:
            script.post("E1", script.ending(end, reason))
        else:
            script.get()


def ended_twice(script: "Script", between: "Play | None" = None) -> None:
    """The end of stay leaves twice as an original; in between this happens."""
    ended(script, "04-20 04:10")
    if between:
        between(script)
    with script.sync():
        script.post("E2", script.ending("04-20 04:10", EndReason.DEATH))


def ended_after_takeover(script: "Script", day: str, facility: Hco) -> None:
    """A death after the home was taken over on the 16th, sent under this number."""
    script.accepted()
    script.take_over()
    script.end_stay(f"04-{day} 04:10", EndReason.DEATH)
    nihii = next(one.nihii for one in (script.home, script.next_home) if one.hco == facility)
    message = replace(script.ending(f"04-{day} 04:10", EndReason.DEATH), facility=facility)
    with script.sync():
        script.post("E1", message, nihii=nihii)


def end_of_nothing(script: "Script") -> None:
    script.accepted()
    with script.sync():
        script.post("E1", script.ending("04-20 04:10"))


def asked(script: "Script", *, days: int | None = 0) -> None:
    """An admission of 3 April, after a question about a day so many days later; None for no question."""
    script.admit(start="04-03 00:30")
    script.asks = False
    message = script.admission(start="04-03 00:30")
    with script.sync():
        if days is not None:
            script.ask_status(message, days=days)
        script.post("A1", message)


KEEPS: dict[str, "Play"] = {
    "CK-INS-01": asked,
    "CK-SEC-01": lambda s: sent_by(s, s.home.nihii),
    "CK-PRI-01": lambda s: referred(s, "A1"),
    "CK-ADM-01": lambda s: begun(s, "04-03 00:30"),
    "CK-ADM-02": lambda s: begun(s, "04-03 00:30"),
    "CK-ADM-03": lambda s: originals(s, 1),
    "CK-ADM-04": lambda s: history(s, in_order=True),
    "CK-ADM-05": lambda s: others_while_refused(s, sent=True),
    "CK-END-01": lambda s: ended(s, "04-20 04:10"),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-SEC-01", "other-number"): lambda s: sent_by(s, s.next_home.nihii),
    ("CK-PRI-01", "person-outside-content"): lambda s: referred(s, f"{s.anna.insz}01"),
    ("CK-INS-01", "status-not-asked"): lambda s: asked(s, days=None),
    ("CK-INS-01", "status-asked-for-another-day"): lambda s: asked(s, days=1),
    ("CK-ADM-01", "admission-day-wrong"): lambda s: begun(s, "04-04 00:30"),
    ("CK-ADM-01", "admission-in-universal-time"): lambda s: begun(s, "04-02 22:30"),
    ("CK-ADM-01", "admission-hour-wrong"): lambda s: begun(s, "04-03 12:00"),
    ("CK-ADM-02", "name-wrong"): lambda s: begun(s, "04-03 00:30", family_name="Verhelst"),
    ("CK-ADM-02", "birth-date-wrong"): lambda s: begun(s, "04-03 00:30", birth_date=date(2031, 5, 2)),
    ("CK-ADM-02", "sex-wrong"): lambda s: begun(s, "04-03 00:30", sex=Sex.MAN),
    ("CK-ADM-02", "stay-type-wrong"): lambda s: begun(s, "04-03 00:30", stay_type=StayType.RVT),
    ("CK-ADM-02", "person-unknown"): stranger,
    ("CK-ADM-03", "admission-sent-twice"): lambda s: originals(s, 2),
    ("CK-ADM-03", "admission-late"): lambda s: at_poll(s, 2),
    ("CK-ADM-03", "admission-forgotten"): lambda s: originals(s, 0),
    ("CK-ADM-04", "sent-out-of-order"): lambda s: history(s, in_order=False),
    ("CK-ADM-05", "held-up-by-another"): lambda s: others_while_refused(s, sent=False),
    ("CK-END-01", "end-day-wrong"): lambda s: ended(s, "04-19 04:10"),
    ("CK-END-01", "end-hour-wrong"): lambda s: ended(s, "04-20 02:10"),
    ("CK-END-01", "end-reason-wrong"): lambda s: ended(s, "04-20 04:10", EndReason.DEPARTURE),
    ("CK-END-01", "end-not-sent"): ended,
    ("CK-END-01", "end-not-told"): end_of_nothing,
    ("CK-END-01", "end-under-wrong-number"): lambda s: ended_after_takeover(s, "20", s.home.hco),
    ("CK-END-01", "end-sent-twice"): ended_twice,
}


@pytest.mark.parametrize(
    ("day", "place"), [("15", 0), ("16", 1), ("20", 1)], ids=["before", "on it", "after"]
)
def test_an_end_leaves_under_the_number_of_its_day(day: str, place: int, script: "Script") -> None:
    numbers = (script.home.hco, script.next_home.hco)
    ended_after_takeover(script, day, numbers[place])
    other = type(script)()
    ended_after_takeover(other, day, numbers[1 - place])

    assert [len(one) for one in script.ask("CK-END-01")] == [1, 0]
    assert [one.code for one in other.ask("CK-END-01")[1]] == ["end-under-wrong-number"]


def dependent_end(script: "Script") -> None:
    script.fetch(script.decide("E1", Outcome.REFUSED, controls=[script.sequence]))


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(dependent_end, id="refused because of an earlier message"),
        pytest.param(lambda s: s.fetch(reject(s, "E1")), id="rejected on the way in"),
        pytest.param(lambda s: s.end_stay("04-20 04:10", EndReason.DEATH), id="told twice"),
    ],
)
def test_an_end_may_leave_again_where_something_gives_cause(between: "Play", script: "Script") -> None:
    ended_twice(script, between)

    assert script.ask("CK-END-01")[1] == []


def test_the_same_instant_written_in_another_offset_is_right(script: "Script") -> None:
    script.admit(start="04-03 00:30")
    raw = script.profile.write(script.admission(start="04-03 00:30"))
    with script.sync():
        script.post("A1", raw.replace(b"2019-04-03T00:30:00+02:00", b"2019-04-02T22:30:00Z"))

    assert script.ask("CK-ADM-01")[1] == []


def test_a_message_refused_for_an_earlier_one_may_be_sent_again_as_an_original(script: "Script") -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    script.fetch(script.decide("A1", Outcome.REFUSED, controls=[script.sequence]))
    with script.sync():
        script.post("A2", script.admission())

    assert script.ask("CK-ADM-03")[1] == []


@pytest.mark.parametrize(
    ("number", "first", "late"), [(1, "success", False), (3, "success", True), (2, "busy", False)]
)
def test_an_admission_leaves_at_the_next_poll_unless_the_service_was_in_trouble(
    number: int, first: str, late: bool, script: "Script"
) -> None:
    at_poll(script, number, first=first)

    assert [one.code for one in script.ask("CK-ADM-03")[1]] == (["admission-late"] if late else [])


@pytest.mark.parametrize("about", ["anna", "bert"])
def test_an_admission_may_wait_for_the_answer_to_a_question_about_the_same_person(
    about: str, script: "Script"
) -> None:
    script.asks = False
    script.admit()
    with script.sync():
        script.ask_status(script.admission(script.anna if about == "anna" else script.bert))
    with script.sync():
        script.post("A1", script.admission())

    found = [one.code for one in script.ask("CK-ADM-03")[1]]

    assert found == ([] if about == "anna" else ["admission-late"])


def test_a_stimulus_that_was_not_taken_is_not_expected(script: "Script") -> None:
    script.admit(taken=False)
    with script.sync():
        script.get()

    assert script.codes() == {"declared-and-not-taken"}


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("what", ["admission", "end"])
def test_what_is_told_after_a_refusal_does_not_wait_for_its_repair(
    what: str, sent: bool, script: "Script"
) -> None:
    told_while_refused(script, what, sent=sent)

    kept, found = script.ask("CK-ADM-05")

    assert [one.code for one in found] == ([] if sent else ["held-up-by-another"])
    assert kept or not sent


@pytest.mark.parametrize(
    ("start", "codes"),
    [("04-05 10:00", ["held-up-by-another"]), ("04-03 10:00", [])],
    ids=["new", "the same"],
)
def test_a_correction_is_due_while_another_stands_refused_where_it_says_something_new(
    start: str, codes: list[str], script: "Script"
) -> None:
    script.accepted()
    script.admit(script.bert)
    with script.sync():
        script.post("B1", script.admission(script.bert))
    script.fetch(script.decide("B1", Outcome.REFUSED, controls=[script.control]))
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, start=at(start)))
    script.later(days=1)
    with script.sync():
        script.get()

    assert [one.code for one in script.ask("CK-ADM-05")[1]] == codes


def test_what_is_told_after_a_refusal_was_corrected_waits_for_nobody(script: "Script") -> None:
    script.admit(script.bert)
    with script.sync():
        script.post("B1", script.admission(script.bert))
    script.fetch(script.decide("B1", Outcome.REFUSED, controls=[script.control]))
    script.tell(Correct(facility=script.home.hco, insz=script.bert.insz, resident=script.bert))
    script.admit()
    with script.sync():
        script.get()

    assert script.ask("CK-ADM-05")[1] == []


@pytest.mark.parametrize("awaited", ["platform", "fund"])
def test_what_is_missing_is_not_held_against_a_vendor_who_waited_as_well(
    awaited: str, script: "Script"
) -> None:
    originals(script, 0)
    script.wait(awaited, met=False)

    assert script.codes() == set()


def test_a_later_stay_may_wait_for_an_earlier_one_that_stands_refused(script: "Script") -> None:
    script.admit()
    script.admit(start="04-20 10:00")
    with script.sync():
        script.post("A1", script.admission())
    script.fetch(script.decide("A1", Outcome.REFUSED, controls=[script.control]))
    with script.sync():
        script.get()

    assert script.codes() == set()


def test_a_registered_name_may_be_written_in_capitals(script: "Script") -> None:
    script.admit(replace(script.anna, family_name="Verhülst"))
    with script.sync():
        script.post("A1", script.admission(family_name="VERHÜLST"))

    assert script.ask("CK-ADM-02")[1] == []
