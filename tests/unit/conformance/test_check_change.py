"""Checks on who goes on in another bed: told as it was, and each day billed as its type."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.conformance.cast_by_hand import at

from generale.driver.stimuli import ChangeStay
from generale.protocol.flatfile import Line
from generale.protocol.messages import ChangeOfStayType, StayType
from generale.protocol.money import Euro

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

NOON, EARLY = at("04-14 12:00"), at("04-14 11:59")
ROB, RVT = ("0990010", "65.855"), ("0990021", "80.10")


def tell(script: "Script", start: datetime = NOON) -> None:
    script.tell(
        ChangeStay(facility=script.home.hco, insz=script.anna.insz, stay_type=StayType.RVT, start=start)
    )


def send(script: "Script", start: datetime = NOON, **other: Any) -> None:
    message = ChangeOfStayType(
        facility=script.home.hco, insz=script.anna.insz, stay_type=StayType.RVT, start=start
    )
    with script.sync():
        script.post("C1", replace(message, **other))
    script.fetch(script.decide("C1"))


def moved(script: "Script", start: datetime = NOON, **other: Any) -> None:
    """Anna goes on in an rvt bed, and the change leaves so."""
    script.accepted()
    tell(script, start)
    send(script, **{"start": start, **other})


def forgotten(script: "Script") -> None:
    script.accepted()
    tell(script)
    with script.sync():
        pass


def unasked(script: "Script") -> None:
    script.accepted()
    send(script)


def late(script: "Script") -> None:
    """The change leaves with the first whole day in the new bed."""
    script.accepted()
    tell(script)
    send(script, NOON + timedelta(days=1))


def line(script: "Script", first: int, last: int, kind: tuple[str, str] = ROB) -> Line:
    """The line for some days of April, by code and rate."""
    code, per_day = kind
    amount = Euro.of_rate(Decimal(per_day), last - first + 1)
    return replace(script.bill(first, last).lines[0], code=code, amount=amount)


def billed(script: "Script", last: int, start: datetime = NOON) -> None:
    """April is billed: as a rob bed up to a day, and as an rvt bed from the next on."""
    moved(script, start)
    lines = (line(script, 3, last), *((line(script, last + 1, 30, RVT),) if last < 30 else ()))
    script.billed(file=script.file(script.bill(lines=lines)))


KEEPS: dict[str, "Play"] = {"CK-CHG-01": moved, "CK-CHG-02": lambda s: billed(s, 14)}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-CHG-01", "change-not-told"): unasked,
    ("CK-CHG-01", "change-moment-wrong"): late,
    ("CK-CHG-01", "changed-type-wrong"): lambda s: moved(s, stay_type=StayType.ROB),
    ("CK-CHG-01", "change-not-sent"): forgotten,
    ("CK-CHG-02", "type-of-before-billed"): lambda s: billed(s, 30),
    ("CK-CHG-02", "new-type-too-early"): lambda s: billed(s, 13),
}


@pytest.mark.parametrize(("start", "last"), [(EARLY, 13), (NOON, 14)])
def test_the_day_of_a_change_is_of_the_new_type_before_noon_only(
    start: datetime, last: int, script: "Script"
) -> None:
    billed(script, last, start)

    assert script.codes() == set()


def test_the_day_of_an_early_change_that_is_billed_as_the_old_type_is_found(script: "Script") -> None:
    billed(script, 14, EARLY)

    assert script.codes() == {"type-of-before-billed"}


def test_the_new_code_at_the_old_rate_is_a_matter_of_the_rate(script: "Script") -> None:
    moved(script)
    lines = (line(script, 3, 14), line(script, 15, 30, (RVT[0], ROB[1])))
    script.billed(file=script.file(script.bill(lines=lines)))

    assert script.codes() == {"rate-wrong"}


def test_while_a_change_is_not_decided_nothing_is_said_of_the_type_that_is_billed(script: "Script") -> None:
    script.accepted()
    tell(script)
    script.billed()

    assert script.ask("CK-CHG-02") == ([], [])


def test_the_books_of_the_funds_agree_with_the_type_of_each_day(script: "Script") -> None:
    billed(script, 14)
    script.settle("F1")

    assert script.ask("CK-SIM-11")[1] == []
