"""Checks on facts that are corrected after they were accepted, and on an end of stay that is refused."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.conformance.cast_by_hand import START, at

from generale.driver.observations import DecisionState
from generale.driver.stimuli import Correct
from generale.protocol.flatfile import Line
from generale.protocol.ids import Reference
from generale.protocol.messages import Correction, EndReason, Outcome, StayType
from generale.protocol.money import Euro

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

END = "04-18 14:00"


def correct(script: "Script", **facts: Any) -> None:
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, **facts))


def restated(script: "Script", corrects: str, stay_type: StayType, start: str) -> Correction:
    """A correction of an admission with this stay type and start."""
    admission = script.admission(start=start, stay_type=stay_type)
    facts = {name: getattr(admission, name) for name in admission.__dataclass_fields__}
    return Correction(corrects=Reference(corrects), **facts)


def end_restated(script: "Script", end: str = END, reason: EndReason = EndReason.DEPARTURE) -> Correction:
    return Correction(
        facility=script.home.hco,
        corrects=Reference("E1"),
        insz=script.anna.insz,
        end=at(end),
        reason=reason,
    )


def twice(
    script: "Script",
    *,
    names: str = "C1",
    stay_type: StayType = StayType.RVT,
    start: str = "04-05 10:00",
) -> None:
    """An accepted admission whose stay type is corrected to RVT, and then its start to 5 April, so."""
    script.accepted()
    correct(script, stay_type=StayType.RVT)
    with script.sync():
        script.post("C1", restated(script, "A1", StayType.RVT, START))
    script.fetch(script.decide("C1"))
    correct(script, start=at("04-05 10:00"))
    with script.sync():
        script.post("C2", restated(script, names, stay_type, start))
    script.fetch(script.decide("C2", start=at("04-05 10:00")))


def ended(script: "Script", outcome: Outcome = Outcome.ACCEPTED, **decision: Any) -> None:
    """An accepted stay whose end on 18 April is sent and decided."""
    script.accepted()
    script.end_stay(END)
    with script.sync():
        script.post("E1", script.ending(END))
    script.fetch(script.decide("E1", outcome, **decision))


def end_refused(script: "Script", *, control: str = "", text: str = "", shown: bool = False) -> None:
    """The end alone is refused; users see this id and text on the worklist, or the id with the stay."""
    ended(script, Outcome.REFUSED, controls=[script.control])
    controls = (script.control.control,) if shown else ()
    items = [script.item(control=control, text=text)] if control or text else []
    script.see(script.view(DecisionState.ACCEPTED, controls=controls), items=items)


KEEPS: dict[str, "Play"] = {"CK-COR-01": twice}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-COR-01", "names-corrected-message"): lambda s: twice(s, names="A1"),
}


@pytest.mark.parametrize(
    ("stay_type", "start", "found"),
    [
        (StayType.RVT, "04-05 10:00", []),
        (StayType.RVT, START, ["old-value-in-correction"]),
        (StayType.ROB, "04-05 10:00", ["old-value-in-correction"]),
        (StayType.RVT, "04-04 10:00", ["wrong-value-in-correction"]),
    ],
)
def test_a_second_correction_carries_both_corrected_facts(
    stay_type: StayType, start: str, found: list[str], script: "Script"
) -> None:
    twice(script, stay_type=stay_type, start=start)

    assert [one.code for one in script.ask("CK-COR-02")[1]] == found


@pytest.mark.parametrize(("starts", "found"), [(("04", "05"), 0), (("05", "05"), 0), (("05", "04"), 1)])
def test_two_corrections_told_before_a_poll_may_leave_one_by_one_and_in_order(
    starts: tuple[str, str], found: int, script: "Script"
) -> None:
    script.accepted()
    correct(script, start=at("04-04 10:00"))
    correct(script, start=at("04-05 10:00"))
    with script.sync():
        for place, day in enumerate(starts):
            script.post(f"C{place}", restated(script, "A1", StayType.ROB, f"04-{day} 10:00"))

    findings = script.ask("CK-COR-02")[1]

    assert [one.code for one in findings] == ["old-value-in-correction"] * found
    assert script.ask("CK-COR-01")[1] == []


@pytest.mark.parametrize(
    ("end", "reason", "found"),
    [
        ("04-21 11:30", EndReason.DEATH, []),
        (END, EndReason.DEATH, ["old-value-in-correction"]),
        ("04-21 11:30", EndReason.DEPARTURE, ["old-value-in-correction"]),
        ("04-20 11:30", EndReason.DEATH, ["wrong-value-in-correction"]),
    ],
)
def test_a_correction_of_an_accepted_end_carries_its_corrected_moment_and_reason(
    end: str, reason: EndReason, found: list[str], script: "Script"
) -> None:
    ended(script)
    correct(script, start=at("04-04 10:00"))
    correct(script, end=at("04-21 11:30"), reason=EndReason.DEATH)
    with script.sync():
        script.post("C1", restated(script, "A1", StayType.ROB, "04-04 10:00"))
        script.post("C2", end_restated(script, end, reason))

    assert [one.code for one in script.ask("CK-COR-02")[1]] == found


def corrected_end(script: "Script") -> Any:
    return end_restated(script, "04-21 11:30")


def second_end(script: "Script") -> Any:
    return script.ending("04-21 11:30")


@pytest.mark.parametrize(
    ("message", "found"),
    [(corrected_end, []), (second_end, ["second-original"]), (None, ["correction-not-sent"])],
)
def test_another_end_of_a_stay_is_a_correction_of_the_accepted_one(
    message: Callable[["Script"], Any] | None, found: list[str], script: "Script"
) -> None:
    ended(script)
    correct(script, end=at("04-21 11:30"))
    with script.sync():
        if message:
            script.post("C1", message(script))

    assert [one.code for one in script.ask("CK-COR-01")[1]] == found


@pytest.mark.parametrize(
    ("first", "code", "rate", "found"),
    [
        (5, "0990021", "80.10", set()),
        (3, "0990021", "80.10", {"day-outside-stay"}),
        (6, "0990021", "80.10", {"admission-day-forgotten"}),
        (5, "0990010", "80.10", {"code-of-other-stay-type"}),
        (5, "0990021", "65.855", {"rate-wrong"}),
    ],
)
def test_a_month_is_billed_by_the_corrected_start_and_stay_type(
    first: int, code: str, rate: str, found: set[str], script: "Script"
) -> None:
    twice(script)
    days = 31 - first
    line = Line(
        code=code,
        first=date(2019, 4, first),
        last=date(2019, 4, 30),
        days=days,
        amount=Euro.of_rate(Decimal(rate), days),
    )
    bill = script.bill(admission_date=date(2019, 4, 5), admission_time=time(10), lines=(line,))
    script.billed("F1", script.file(bill))

    assert script.codes() == found


ID, TEXT = "HX-ADM-05", "De geboortedatum verschilt van het INSZ."


@pytest.mark.parametrize(
    ("control", "text", "shown", "found"),
    [
        (ID, TEXT, False, []),
        ("", TEXT, True, []),
        ("", TEXT, False, ["control-id-dropped"]),
        ("", "", False, ["control-id-dropped"]),
        (ID, "Einde geweigerd.", True, ["control-text-dropped"]),
        ("", "", True, ["control-text-dropped"]),
    ],
)
def test_what_refused_an_end_of_stay_reaches_the_user_by_id_and_text(
    control: str, text: str, shown: bool, found: list[str], script: "Script"
) -> None:
    end_refused(script, control=control, text=text, shown=shown)

    occasions, findings = script.ask("CK-DEC-02")

    assert [one.code for one in findings] == found
    assert bool(occasions) is not bool(found)


def accepted_end(script: "Script") -> None:
    ended(script)


def dependent_end(script: "Script") -> None:
    ended(script, Outcome.REFUSED, controls=[script.sequence])


def end_being_corrected(script: "Script") -> None:
    ended(script, Outcome.REFUSED, controls=[script.control])
    correct(script, end=at("04-21 11:30"))


@pytest.mark.parametrize("play", [accepted_end, dependent_end, end_being_corrected])
def test_nothing_need_be_shown_of_an_end_that_does_not_stand_refused_in_its_own_right(
    play: "Play", script: "Script"
) -> None:
    play(script)
    script.see(script.view(DecisionState.ACCEPTED))

    assert script.ask("CK-DEC-02") == ([], [])


def test_a_refused_correction_of_an_accepted_stay_reaches_the_user_as_well(script: "Script") -> None:
    script.accepted()
    correct(script, start=at("04-05 10:00"))
    with script.sync():
        script.post("C1", restated(script, "A1", StayType.ROB, "04-05 10:00"))
    script.fetch(script.decide("C1", Outcome.REFUSED, controls=[script.control]))
    script.see(script.view(DecisionState.ACCEPTED))

    assert [one.code for one in script.ask("CK-DEC-02")[1]] == ["control-id-dropped"]
