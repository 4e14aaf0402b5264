"""The checks of advances: what a fund tells is confirmed, shown, and listed until it is repaid."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from generale.driver.observations import AdvanceView, FacilityView, Observation, WorklistItem
from generale.protocol import messages as said
from generale.protocol.calendar import CareMonth
from generale.protocol.form import to_json
from generale.protocol.ids import FundNumber, Reference
from generale.protocol.money import Euro
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

FIRST, SECOND = FundNumber("810"), FundNumber("850")
MARCH, APRIL = CareMonth(2019, 3), CareMonth(2019, 4)
NOTICE = Reference("+++810/9000/00173+++")


def told(script: "Script", message: said.Advance | said.RecoveryNotice | said.Repayment) -> str:
    """A fund tells of money of its own accord; the name of the item in the mailbox."""
    kinds = {said.Advance: "advance", said.RecoveryNotice: "recovery-notice", said.Repayment: "repayment"}
    return script.reply(kinds[type(message)], "", script.profile.write(message))


def advance(script: "Script", fund: FundNumber = FIRST, month: CareMonth = APRIL, cents: int = 100_00) -> str:
    message = said.Advance(
        facility=script.home.hco,
        fund=fund,
        payment=Reference(f"V{len(script.replies)}"),
        month=month,
        paid=date(2019, 5, 2),
        amount=Euro(cents),
    )
    return told(script, message)


def letter(script: "Script", cents: int = 100_00) -> str:
    message = said.RecoveryNotice(
        facility=script.home.hco,
        fund=FIRST,
        notice=NOTICE,
        first_month=MARCH,
        last_month=APRIL,
        sent=date(2019, 5, 2),
        due=date(2019, 6, 1),
        amount=Euro(cents),
    )
    return told(script, message)


def repayment(script: "Script", cents: int) -> str:
    message = said.Repayment(
        facility=script.home.hco, fund=FIRST, notice=NOTICE, received=date(2019, 5, 9), amount=Euro(cents)
    )
    return told(script, message)


def see(script: "Script", *advances: AdvanceView, items: tuple[str, ...] = ()) -> None:
    """What users see of advances, and the subjects on their worklist."""
    worklist = tuple(WorklistItem(subject=one) for one in items)
    view = FacilityView(facility=script.home.hco, advances=advances, worklist=worklist)
    script.note(EventType.OBSERVED, data=to_json(Observation(facilities=(view,))))


def shown(fund: FundNumber = FIRST, month: CareMonth = APRIL, cents: int = 100_00) -> AdvanceView:
    return AdvanceView(fund=fund, month=month, amount=Euro(cents))


def two_advances(script: "Script", *views: AdvanceView) -> None:
    script.fetch(advance(script), advance(script, SECOND))
    see(script, *views)


def repaid(script: "Script", *parts: int, items: tuple[str, ...]) -> None:
    """A hundred euro is claimed and these parts are repaid; then users look."""
    script.fetch(letter(script), *(repayment(script, part) for part in parts))
    see(script, items=items)


def unconfirmed(script: "Script") -> None:
    name = advance(script)
    with script.sync():
        script.get(name)


KEEPS: dict[str, "Play"] = {
    "CK-ADV-01": lambda s: s.fetch(advance(s)),
    "CK-ADV-02": lambda s: two_advances(s, shown(SECOND), shown()),
    "CK-ADV-03": lambda s: repaid(s, items=(NOTICE,)),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-ADV-01", "advance-message-unconfirmed"): unconfirmed,
    ("CK-ADV-02", "advance-not-shown"): two_advances,
    ("CK-ADV-02", "advance-shown-otherwise"): lambda s: two_advances(s, shown(cents=200_00)),
    ("CK-ADV-03", "recovery-not-listed"): lambda s: repaid(s, items=()),
    ("CK-ADV-03", "repaid-recovery-listed"): lambda s: repaid(s, 100_00, items=(NOTICE,)),
}

FINE: list[tuple[str, "Play"]] = [
    ("CK-ADV-03", lambda s: repaid(s, 40_00, items=("Terugvordering 810/9000/00173",))),
    ("CK-ADV-03", lambda s: repaid(s, 40_00, 60_00, items=())),
]

WRONG: list[tuple[str, str, "Play"]] = [
    ("CK-ADV-02", "advance-shown-otherwise", lambda s: two_advances(s, shown())),
    ("CK-ADV-02", "advance-shown-otherwise", lambda s: two_advances(s, shown(), shown(month=MARCH))),
    ("CK-ADV-02", "advance-shown-otherwise", lambda s: two_advances(s, shown(), shown(), shown(SECOND))),
    ("CK-ADV-03", "recovery-not-listed", lambda s: repaid(s, 99_99, items=())),
    ("CK-ADV-03", "recovery-not-listed", lambda s: repaid(s, items=("+++810/9000/00274+++",))),
]


@pytest.mark.parametrize(("number", "play"), FINE)
def test_what_is_right_in_another_way_is_an_occasion(number: str, play: "Play", script: "Script") -> None:
    play(script)

    occasions, findings = script.ask(number)

    assert occasions
    assert findings == []


@pytest.mark.parametrize(("number", "code", "play"), WRONG)
def test_what_is_wrong_in_another_way_is_found(
    number: str, code: str, play: "Play", script: "Script"
) -> None:
    play(script)

    assert [finding.code for finding in script.ask(number)[1]] == [code]


def test_what_was_never_fetched_need_not_be_shown(script: "Script") -> None:
    advance(script)
    letter(script)
    see(script)

    assert [script.ask(number) for number in ("CK-ADV-01", "CK-ADV-02", "CK-ADV-03")] == [([], [])] * 3


def test_a_claim_of_which_a_bill_took_something_may_be_listed_or_not(script: "Script") -> None:
    script.fetch(letter(script))
    ids = {"fund": "810", "facility": script.home.nihii, "about": "F1"}
    script.note(EventType.SET_OFF, ids, {"amount": "100.00"})
    see(script)

    assert script.ask("CK-ADV-03") == ([], [])


def test_a_payment_may_be_shown_less_what_was_deducted(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1"))
    script.note(
        EventType.SET_OFF,
        {"fund": "810", "facility": script.home.nihii, "about": "F1"},
        {"amount": "1000.00"},
    )
    whole = script.file_view(paid=script.bill().lines[0].amount)
    for paid in (whole, replace(whole, paid=Euro(843_94)), replace(whole, paid=Euro(1000_00))):
        script.see(files=[paid])

    assert [finding.received for finding in script.ask("CK-SET-02")[1]] == ["1000.00 euro"]
