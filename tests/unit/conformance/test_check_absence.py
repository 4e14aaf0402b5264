"""Checks on who is away: told as it was, and not billed; and the books of the funds about it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.conformance.cast_by_hand import at

from generale.driver.stimuli import Absence as Away
from generale.protocol.messages import Absence, AbsenceReason, EndOfAbsence

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

LEFT, BACK = at("04-09 11:30"), at("04-14 16:00")


def tell(script: "Script", *, back: bool = False) -> None:
    script.tell(
        Away(
            facility=script.home.hco,
            insz=script.anna.insz,
            reason=AbsenceReason.HOSPITAL,
            start=LEFT,
            end=BACK if back else None,
        )
    )


def absence(script: "Script", **other: Any) -> Absence:
    message = Absence(
        facility=script.home.hco, insz=script.anna.insz, reason=AbsenceReason.HOSPITAL, start=LEFT
    )
    return replace(message, **other)


def returned(script: "Script", end: Any = BACK) -> EndOfAbsence:
    return EndOfAbsence(facility=script.home.hco, insz=script.anna.insz, end=end)


def send(script: "Script", reference: str, message: Absence | EndOfAbsence) -> None:
    with script.sync():
        script.post(reference, message)
    script.fetch(script.decide(reference))


def away(script: "Script", **other: Any) -> None:
    """Anna goes to hospital, and the absence leaves so."""
    script.accepted()
    tell(script)
    send(script, "B1", absence(script, **other))


def back(script: "Script", end: Any = BACK) -> None:
    """She is back, and the end of the absence leaves so."""
    away(script)
    tell(script, back=True)
    send(script, "B2", returned(script, end))


def forgotten(script: "Script", *, back: bool = False) -> None:
    if back:
        away(script)
    else:
        script.accepted()
    tell(script, back=back)
    with script.sync():
        pass


def billed(script: "Script", *days: tuple[int, int]) -> None:
    """April is billed for these spans, after she is back."""
    back(script)
    lines = tuple(script.bill(first, last).lines[0] for first, last in days)
    script.billed(file=script.file(script.bill(lines=lines)))


def unasked(script: "Script") -> None:
    script.accepted()
    send(script, "B1", absence(script))


def settled(script: "Script", *days: tuple[int, int]) -> None:
    billed(script, *days)
    script.settle("F1")


KEEPS: dict[str, "Play"] = {"CK-ABS-01": back, "CK-ABS-02": lambda s: billed(s, (3, 9), (14, 30))}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-ABS-01", "absence-not-told"): unasked,
    ("CK-ABS-01", "leaving-wrong"): lambda s: away(s, start=LEFT + timedelta(days=1)),
    ("CK-ABS-01", "returning-wrong"): lambda s: back(s, BACK - timedelta(days=1)),
    ("CK-ABS-01", "absence-reason-wrong"): lambda s: away(s, reason=AbsenceReason.LEAVE),
    ("CK-ABS-01", "absence-not-sent"): forgotten,
    ("CK-ABS-01", "return-not-sent"): lambda s: forgotten(s, back=True),
    ("CK-ABS-02", "absent-day-billed"): lambda s: billed(s, (3, 10), (14, 30)),
    ("CK-SIM-11", "nobody-away"): lambda s: settled(s, (3, 10), (14, 30)),
}


def test_an_absence_that_is_entered_when_it_is_over_may_leave_in_one_message(script: "Script") -> None:
    script.accepted()
    tell(script, back=True)
    send(script, "B1", absence(script, end=BACK))

    assert script.codes() == set()


def test_a_wrong_end_in_the_absence_itself_is_found(script: "Script") -> None:
    script.accepted()
    tell(script, back=True)
    send(script, "B1", absence(script, end=BACK + timedelta(days=1)))

    assert script.codes() == {"returning-wrong"}


def test_a_return_that_nobody_entered_is_found(script: "Script") -> None:
    away(script)
    send(script, "B2", returned(script))

    assert script.codes() == {"absence-not-told"}


@pytest.mark.parametrize("days", [[(3, 8), (14, 30)], [(3, 9), (15, 30)]])
def test_the_days_of_leaving_and_of_returning_are_due(days: list[tuple[int, int]], script: "Script") -> None:
    billed(script, *days)

    assert script.codes() == {"days-forgotten"}


def test_an_absence_that_is_entered_after_billing_was_told_makes_no_bill_wrong(script: "Script") -> None:
    script.accepted()
    script.billed()
    tell(script)
    send(script, "B1", absence(script))

    assert script.ask("CK-ABS-02")[1] == []


def test_the_books_of_the_funds_agree_with_the_days_that_count(script: "Script") -> None:
    settled(script, (3, 9), (14, 30))

    assert script.ask("CK-SIM-11")[1] == []
