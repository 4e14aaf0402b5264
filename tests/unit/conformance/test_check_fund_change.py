"""The checks of a change of care fund: the notice is confirmed, and each day goes to the fund of that day."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.conformance.cast_by_hand import APRIL

from generale.conformance.membership import fair_funds, fund_on, memberships
from generale.driver.observations import DecisionState
from generale.protocol import flatfile as flat
from generale.protocol.ids import FundNumber
from generale.protocol.messages import FundChangeNotice
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

FORMER, NEW = FundNumber("810"), FundNumber("820")
BEFORE, AFTER = date(2019, 4, 1), date(2019, 5, 1)
"""A change before what is billed in April, and one after it."""

FUNDS = {"affiliated_fund": 820, "destination_fund": 820}


def told(script: "Script", start: date = BEFORE) -> str:
    """Anna goes on to another fund, and the home is told; the name of the notice in the mailbox."""
    data = {"kind": "fund-change", "insz": script.anna.insz, "former": FORMER, "fund": NEW}
    script.note(EventType.BEHAVIOUR, data={**data, "start": start.isoformat()})
    notice = FundChangeNotice(
        facility=script.home.hco, insz=script.anna.insz, former_fund=FORMER, fund=NEW, start=start
    )
    return script.reply("fund-change-notice", "", script.profile.write(notice), service="insurance")


def known(script: "Script", start: date = BEFORE) -> None:
    """Her stay is accepted for the former fund, and the vendor knows of the change."""
    script.accepted()
    script.fetch(told(script, start))


def to_the_new(script: "Script", number: int = 1, **other: Any) -> flat.InvoiceFile:
    """April of Anna in a file for the new fund."""
    bill = script.bill(number=number, **{**FUNDS, **other})
    return script.file(bill, sending_number=number, fund=820)


def refused(script: "Script") -> None:
    """The former fund refuses April, since she had gone on before; the vendor knows both, and bills again."""
    script.accepted()
    script.billed()
    name = told(script)
    script.fetch(script.settle("F1", 0))
    script.fetch(name)
    script.tell_rebill()


def sent_back(script: "Script", file: flat.InvoiceFile) -> None:
    """The former fund sends the whole file back since it bills days of another; then this one leaves."""
    script.accepted()
    script.billed()
    script.fetch(told(script))
    old = flat.decode(flat.write_invoice(script.files["F1"]))
    error = flat.RecordError(letter=flat.Letter.RECORD, code="3005G9", comment="HX-INV-25 ANDERE ZORGKAS.")
    judged = flat.judge(old, {1: [error]}, limit=flat.ErrorLimit(), fund_reference="1")
    script.fetch(script.reply("920099", "F1", flat.write_judgement(judged, old)))
    script.tell_rebill()
    with script.sync():
        script.post("F2", file)


def billed_again(script: "Script", file: flat.InvoiceFile | None = None) -> None:
    refused(script)
    with script.sync():
        if file is not None:
            script.post("F2", file)


def unconfirmed(script: "Script") -> None:
    name = told(script)
    with script.sync():
        script.get(name)


def billed(script: "Script", start: date, file: flat.InvoiceFile | None = None) -> None:
    known(script, start)
    script.billed(file=file)


def paid_by_the_former(script: "Script", start: date = BEFORE) -> None:
    """The former fund accepts April, though it was told of the change before it received the file."""
    known(script, start)
    script.billed()
    script.settle("F1")


def paid_when_told(script: "Script") -> None:
    """It has received the file when it is told, and may have judged it already."""
    script.accepted()
    script.billed()
    told(script)
    script.settle("F1")


def naming_the_refused(script: "Script") -> flat.InvoiceFile:
    former = flat.PreviousBill(number=1, sending_number=1, fund=820, month=APRIL)
    return to_the_new(script, number=2, kind=flat.BillKind.REBILL, previous=former)


KEEPS: dict[str, "Play"] = {
    "CK-FCH-01": lambda s: s.fetch(told(s)),
    "CK-FCH-02": lambda s: billed(s, BEFORE, to_the_new(s)),
    "CK-FCH-03": lambda s: billed(s, AFTER),
    "CK-FCH-04": lambda s: billed_again(s, to_the_new(s, number=2)),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-FCH-01", "fund-change-unconfirmed"): unconfirmed,
    ("CK-FCH-02", "later-days-at-the-former-fund"): lambda s: billed(s, BEFORE),
    ("CK-FCH-03", "earlier-days-at-the-new-fund"): lambda s: billed(s, AFTER, to_the_new(s)),
    ("CK-FCH-04", "wrong-fund-asked-again"): lambda s: billed_again(s, s.file(s.rebill(), sending_number=2)),
    ("CK-FCH-04", "days-of-the-new-fund-given-up"): billed_again,
    ("CK-SIM-11", "fund-of-the-day"): paid_by_the_former,
    ("CK-FCH-04", "refused-bill-named-at-another-fund"): lambda s: billed_again(s, naming_the_refused(s)),
}


def billed_before_it_was_fetched(script: "Script", file: flat.InvoiceFile | None = None) -> None:
    script.accepted()
    name = told(script)
    script.billed(file=file)
    script.fetch(name)


def repaired_after_it_came_back(script: "Script") -> None:
    """The file came back unread; the vendor sends the same again, though it has learned better since."""
    script.accepted()
    script.billed()
    script.fetch(script.refuse_file("F1"))
    script.fetch(told(script))
    script.tell_rebill()
    with script.sync():
        script.post("F2", script.file())


def moved_after_its_file_came_back(script: "Script") -> None:
    """She was the only one in the file that came back, and goes to the new fund."""
    script.accepted()
    script.billed()
    script.fetch(script.refuse_file("F1"))
    script.fetch(told(script))
    script.tell_rebill()
    with script.sync():
        script.post("F2", to_the_new(script))


FAIR: dict[str, "Play"] = {
    "to the former fund, before the notice was fetched": billed_before_it_was_fetched,
    "to the new fund, which the platform knows already": lambda s: billed_before_it_was_fetched(
        s, to_the_new(s)
    ),
    "instead of a file that came back, to the new fund": moved_after_its_file_came_back,
    "a file that came back, as it was": repaired_after_it_came_back,
    "nobody was told of a bill to another fund": lambda s: s.fetch(told(s)),
}


@pytest.mark.parametrize("name", FAIR)
def test_what_is_right_in_another_way_is_not_found(name: str, script: "Script") -> None:
    FAIR[name](script)

    assert script.codes() == set()


def test_a_whole_file_that_came_back_for_it_is_not_sent_to_the_former_fund_again(script: "Script") -> None:
    sent_back(script, script.file())

    assert [one.code for one in script.ask("CK-FCH-04")[1]] == ["wrong-fund-asked-again"]


def test_who_was_in_a_file_that_came_back_for_it_goes_to_the_new_fund(script: "Script") -> None:
    sent_back(script, to_the_new(script))

    assert script.ask("CK-FCH-04")[0]
    assert script.codes() == set()


@pytest.mark.parametrize("play", [paid_when_told, lambda s: paid_by_the_former(s, AFTER)])
def test_a_fund_may_accept_its_own_days_and_what_it_received_before_it_was_told(
    play: "Play", script: "Script"
) -> None:
    play(script)

    occasions, findings = script.ask("CK-SIM-11")

    assert occasions
    assert findings == []


def test_every_day_that_another_fund_accepted_is_found(script: "Script") -> None:
    paid_by_the_former(script)

    findings = script.ask("CK-SIM-11")[1]

    assert {one.code for one in findings} == {"fund-of-the-day"}
    assert findings[0].received == "accepted by fund 810"


@pytest.mark.parametrize("number", ["CK-ICO-04", "CK-IFO-05"])
def test_the_fund_of_the_day_is_that_of_a_bill(number: str, script: "Script") -> None:
    billed(script, BEFORE, to_the_new(script))

    occasions, findings = script.ask(number)

    assert occasions
    assert findings == []


@pytest.mark.parametrize("shown", [FORMER, NEW])
def test_the_stay_may_be_shown_with_either_fund(shown: FundNumber, script: "Script") -> None:
    known(script)
    script.see(script.view(DecisionState.ACCEPTED, fund=shown))

    assert script.ask("CK-DEC-06")[1] == []


def test_a_third_fund_is_shown_wrongly(script: "Script") -> None:
    known(script)
    script.see(script.view(DecisionState.ACCEPTED, fund=FundNumber("830")))

    assert [one.code for one in script.ask("CK-DEC-06")[1]] == ["fund-shown-otherwise"]


def test_a_day_is_of_the_fund_that_the_vendor_or_the_platform_knows_then(script: "Script") -> None:
    script.accepted()
    name = told(script, AFTER)
    put = script.events[-1].seq
    script.fetch(name)
    fetched = script.events[-1].seq
    history = script.history()
    (case,) = history.cases
    last, first = date(2019, 4, 30), AFTER

    assert [fund_on(history, case, day, put) for day in (last, first)] == [FORMER, FORMER]
    assert [fund_on(history, case, day, fetched) for day in (last, first)] == [FORMER, NEW]
    assert fair_funds(history, case, first, [put]) == (FORMER, NEW)
    assert fair_funds(history, case, last, [put, fetched]) == (FORMER,)
    assert fair_funds(history, case, first, [fetched]) == (NEW,)


def test_nobody_is_a_member_of_what_the_cast_does_not_say(script: "Script") -> None:
    assert memberships(script.history(), script.anna.insz, 1) is None
