"""Checks on what leaves although nobody told it: what keeps and what breaks each."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.conformance.cast_by_hand import START, at

from generale.driver.stimuli import BillMonth, Correct, EndStay, Rebill
from generale.protocol.calendar import CareMonth
from generale.protocol.ids import Reference
from generale.protocol.messages import Correction, EndReason, Outcome

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

MARCH, APRIL = CareMonth(2019, 3), CareMonth(2019, 4)
FIRST, LATER, LAST = START, "04-05 10:00", "04-06 10:00"
END = "04-18 14:00"


def billed(script: "Script", *months: CareMonth) -> None:
    """These months of Anna's home are told to be billed; a file for April leaves."""
    script.accepted()
    for month in months:
        script.tell(BillMonth(facility=script.home.hco, month=month))
    with script.sync():
        script.post("F1", script.file())


def rebilled(script: "Script", month: CareMonth | None, *, fetched_first: bool = True) -> None:
    """A settlement refuses Anna's April; this month or none is told again; it goes again."""
    script.accepted()
    script.billed()
    settlement = script.settle("F1", 0)
    if fetched_first:
        script.fetch(settlement)
    if month:
        script.tell(Rebill(facility=script.home.hco, month=month))
    if not fetched_first:
        script.fetch(settlement)
    with script.sync():
        script.post("F2", script.file(script.rebill(), sending_number=2))


def correction(script: "Script", start: str) -> Correction:
    return Correction(
        facility=script.home.hco, corrects=Reference("A1"), insz=script.anna.insz, start=at(start)
    )


def corrected(script: "Script", *told: str, sent: tuple[str, ...], answer: str = "success") -> None:
    """An accepted stay whose start is entered anew so often; corrections with these starts leave."""
    script.accepted()
    for start in told:
        script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, start=at(start)))
    with script.sync():
        for place, start in enumerate(sent):
            script.post(f"C{place}", correction(script, start), answer)


def ended(script: "Script", *ends: str) -> None:
    """An accepted stay whose end is told so often; after the first each leaves as a correction of it."""
    script.accepted()
    reason = EndReason.DEPARTURE
    for place, end in enumerate(ends):
        script.tell(EndStay(facility=script.home.hco, insz=script.anna.insz, end=at(end), reason=reason))
        stated = Correction(
            facility=script.home.hco,
            corrects=Reference("E0"),
            insz=script.anna.insz,
            end=at(end),
            reason=reason,
        )
        with script.sync():
            script.post(f"E{place}", stated if place else script.ending(end))


KEEPS: dict[str, "Play"] = {
    "CK-ICO-08": lambda s: billed(s, APRIL),
    "CK-REF-09": lambda s: rebilled(s, APRIL),
    "CK-COR-04": lambda s: corrected(s, LATER, sent=(LATER,)),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-ICO-08", "month-not-told"): lambda s: billed(s, MARCH),
    ("CK-REF-09", "refused-billed-unasked"): lambda s: rebilled(s, None),
    ("CK-COR-04", "correction-unasked"): lambda s: corrected(s, sent=(FIRST,)),
}


def test_a_month_that_was_told_among_others_is_told(script: "Script") -> None:
    billed(script, MARCH, APRIL)

    occasions, findings = script.ask("CK-ICO-08")
    assert (len(occasions), findings) == (1, [])


def test_a_month_told_after_its_file_had_left_was_not_told(script: "Script") -> None:
    billed(script)
    script.bill_month()

    assert [one.code for one in script.ask("CK-ICO-08")[1]] == ["month-not-told"]


@pytest.mark.parametrize("told", ["old", "new"])
def test_at_a_takeover_either_number_may_be_told_to_bill(told: str, script: "Script") -> None:
    script.accepted()
    script.take_over()
    hco = script.home.hco if told == "old" else script.next_home.hco
    script.tell(BillMonth(facility=hco, month=APRIL))
    with script.sync():
        script.post("F1", script.file(script.bill(3, 15)))
        new = replace(script.file(script.bill(16)), provider=script.next_home.nihii.in_flat_file)
        script.post("F2", new, nihii=script.next_home.nihii)

    occasions, findings = script.ask("CK-ICO-08")
    assert (len(occasions), findings) == (2, [])


def test_another_month_told_to_be_billed_again_does_not_tell_this_one(script: "Script") -> None:
    rebilled(script, MARCH)

    assert [one.code for one in script.ask("CK-REF-09")[1]] == ["refused-billed-unasked"]


def test_who_was_told_while_the_settlement_lay_in_the_mailbox_may_fetch_it_first(script: "Script") -> None:
    rebilled(script, APRIL, fetched_first=False)

    occasions, findings = script.ask("CK-REF-09")
    assert (len(occasions), findings) == (1, [])


def test_a_bill_that_goes_again_unasked_is_found_for_that_and_for_nothing_else(script: "Script") -> None:
    rebilled(script, None)
    script.tell_rebill()
    with script.sync():
        script.get()

    assert script.codes() == {"refused-billed-unasked"}


@pytest.mark.parametrize(
    ("told", "sent", "found"),
    [
        ((LATER, LAST), (LATER, LAST), 0),
        ((LATER, LAST), (LAST,), 0),
        ((LATER, LAST), (LATER, LAST, LAST), 1),
        ((LATER,), (LATER, LATER), 1),
    ],
)
def test_as_many_corrections_leave_as_were_entered_and_no_more(
    told: tuple[str, ...], sent: tuple[str, ...], found: int, script: "Script"
) -> None:
    corrected(script, *told, sent=sent)

    assert len(script.ask("CK-COR-04")[1]) == found


@pytest.mark.parametrize(("answer", "found"), [("failure", 0), ("cut", 0), ("busy", 0), ("success", 1)])
def test_a_correction_that_did_not_arrive_may_be_made_again(
    answer: str, found: int, script: "Script"
) -> None:
    corrected(script, LATER, sent=(LATER,), answer=answer)
    with script.sync():
        script.post("C9", correction(script, LATER))

    assert len(script.ask("CK-COR-04")[1]) == found


def test_a_correction_that_was_refused_because_of_an_earlier_message_may_go_again(script: "Script") -> None:
    corrected(script, LATER, sent=(LATER,))
    script.fetch(script.decide("C0", Outcome.REFUSED, controls=[script.sequence]))
    with script.sync():
        script.post("C9", correction(script, LATER))

    assert script.ask("CK-COR-04")[1] == []


def test_an_end_that_is_told_once_more_may_be_corrected(script: "Script") -> None:
    ended(script, END, "04-21 11:30")

    occasions, findings = script.ask("CK-COR-04")
    assert (len(occasions), findings) == (1, [])


def test_the_number_of_a_resident_entered_anew_may_be_corrected_in_each_stay(script: "Script") -> None:
    script.accepted()
    script.accepted("A2", start="04-20 10:00")
    anew = replace(script.anna, given_name="Anna Maria")
    script.tell(Correct(facility=script.home.hco, insz=script.anna.insz, resident=anew))
    with script.sync():
        for name in ("A1", "A2"):
            stated = Correction(
                facility=script.home.hco,
                corrects=Reference(name),
                insz=script.anna.insz,
                given_name=anew.given_name,
            )
            script.post(f"C{name}", stated)

    occasions, findings = script.ask("CK-COR-04")
    assert (len(occasions), findings) == (2, [])
