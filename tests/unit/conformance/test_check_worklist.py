"""Checks of what users see of refused bills and of files that came back: what keeps and what breaks each."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.unit.conformance.turned_away import impose

from generale.driver.observations import (
    DecisionState,
    FacilityView,
    InvoiceStatus,
    LineStatus,
    Observation,
    WorklistItem,
)
from generale.protocol import flatfile as flat
from generale.protocol.form import to_json
from generale.protocol.genericasync import Fault, FaultKind, Get, success_tack
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

CONTROL, TEXT = "HX-INV-01", "De voorziening is niet bekend."
NAME = "invoice 2019-04 fund 810"
IDLE = {"file-still-listed", "listed-about-nobody", "listed-without-a-problem", "dealt-with-still-listed"}
"""The codes for what stands on a worklist for nothing."""


def send_back(script: "Script", comment: str = f"{CONTROL} {TEXT}") -> str:
    """A 920099 about the first file, with a blocking error that bears this comment."""
    file = flat.decode(flat.write_invoice(script.files["F1"]))
    error = flat.RecordError(letter=flat.Letter.FILE, code="1014G1", comment=comment)
    found = flat.judge(file, {1: [error]}, limit=flat.ErrorLimit(), fund_reference="1")
    return script.reply("920099", "F1", flat.write_judgement(found, file))


def see(script: "Script", *items: WorklistItem, status: InvoiceStatus = InvoiceStatus.SETTLED) -> None:
    """Users see Anna's stay, her file as it stands, and these items."""
    line = LineStatus.ACCEPTED if status is InvoiceStatus.SETTLED else LineStatus.SENT
    file = script.file_view(script.line_view(line), status=status)
    script.see(script.view(DecisionState.ACCEPTED), files=[file], items=items)


def about(subject: str = NAME, control: str = CONTROL, text: str = TEXT) -> WorklistItem:
    return WorklistItem(subject=subject, control=control, text=text)


def came_back(script: "Script", *items: WorklistItem, technical: bool = False) -> None:
    """The file of April came back; these items stand on the worklist."""
    script.accepted()
    script.billed()
    script.fetch(script.refuse_file("F1") if technical else send_back(script))
    see(script, *items, status=InvoiceStatus.REFUSED)


def repaired(script: "Script", *items: WorklistItem, paid: bool = True) -> None:
    """It left again, and is paid or only received; these items stand on the worklist."""
    script.accepted()
    script.billed()
    script.fetch(send_back(script))
    script.tell_rebill()
    with script.sync():
        script.post("F2", script.file())
    if paid:
        script.fetch(script.settle("F2"))
    see(script, *items, status=InvoiceStatus.SETTLED if paid else InvoiceStatus.SENT)


def bill_refused(script: "Script", *items: WorklistItem, controls: tuple[str, ...] = ()) -> None:
    """The fund refused Anna's bill of April for HX-INV-14; users see these items and controls."""
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1", 0))
    refused = [script.line_view(LineStatus.REFUSED)]
    script.see(script.view(DecisionState.ACCEPTED, controls=controls), lines=refused, items=items)


def paid(script: "Script", *items: WorklistItem) -> None:
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1"))
    see(script, *items)


KEEPS: dict[str, "Play"] = {
    "CK-WOR-03": lambda s: came_back(s, about()),
    "CK-REF-08": lambda s: came_back(s, about()),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-WOR-03", "returned-file-not-shown"): came_back,
    ("CK-WOR-03", "file-still-listed"): lambda s: repaired(s, about()),
    ("CK-WOR-01", "listed-about-nobody"): lambda s: paid(s, about("Herinnering")),
    ("CK-REF-08", "bill-control-not-shown"): lambda s: bill_refused(s, s.item(text="Dag betwist.")),
    ("CK-REF-08", "bill-control-text-not-shown"): lambda s: bill_refused(s, s.item(control="HX-INV-14")),
}

NAMES = (
    NAME,
    "Zorgkas 810",
    "Christelijke Mutualiteiten-Zorgkas Vlaanderen",
    "Facturatie 04/2019",
    "Facturatie april",
    "201904001",
    "bestand 1",
    "F1",
    "00000000000001",
    "{anna}",
    "Mevrouw Verhulst",
)


@pytest.mark.parametrize("technical", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_stand_on_the_worklist_under_any_of_its_names(
    name: str, technical: bool, script: "Script"
) -> None:
    came_back(script, about(name.format(anna=script.anna.insz)), technical=technical)

    occasions, findings = script.ask("CK-WOR-03")

    assert (len(occasions), findings) == (1, [])
    assert script.codes() == set()


@pytest.mark.parametrize(
    "name", ["", "Facturatie", "Zorgkas 820", "2019-05", "bestand 2", "Mevrouw Peeters", "810F1"]
)
def test_an_item_that_does_not_say_which_file_is_none_about_it(name: str, script: "Script") -> None:
    came_back(script, about(name))

    assert [one.code for one in script.ask("CK-WOR-03")[1]] == ["returned-file-not-shown"]


@pytest.mark.parametrize("name", [*NAMES, "F2", "Facturatie", ""])
def test_whatever_its_name_nothing_stands_there_once_all_is_paid(name: str, script: "Script") -> None:
    repaired(script, about(name.format(anna=script.anna.insz)))

    assert len(script.codes() & IDLE) == 1
    assert script.codes() <= IDLE


def test_a_file_that_is_off_the_worklist_once_it_is_paid_is_an_occasion(script: "Script") -> None:
    repaired(script)

    occasions, findings = script.ask("CK-WOR-03")

    assert (len(occasions), findings) == (1, [])
    assert script.codes() == set()


@pytest.mark.parametrize(
    ("control", "text", "is_right"),
    [
        (CONTROL, "Geweigerd.", False),
        ("", f"Geweigerd: {TEXT}", False),
        ("", "Opnieuw verstuurd; wacht op de zorgkas.", True),
    ],
)
def test_a_repaired_file_may_wait_for_the_fund_but_not_for_its_repair(
    control: str, text: str, is_right: bool, script: "Script"
) -> None:
    repaired(script, about(control=control, text=text), paid=False)

    assert bool(script.ask("CK-WOR-03")[1]) is not is_right


def test_a_file_need_not_stand_there_from_where_its_month_is_billed_again(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.fetch(send_back(script))
    script.tell_rebill()
    see(script)

    assert script.ask("CK-WOR-03") == ([], [])


def test_a_file_may_stand_with_the_number_that_continues_its_own(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.fetch(send_back(script))
    script.take_over()
    views = (
        FacilityView(facility=script.home.hco),
        FacilityView(facility=script.next_home.hco, worklist=(about(),)),
    )
    script.note(EventType.OBSERVED, data=to_json(Observation(facilities=views)))

    occasions, findings = script.ask("CK-WOR-03")

    assert (len(occasions), findings) == (1, [])


def test_a_file_may_be_named_while_somebody_in_its_month_waits(script: "Script") -> None:
    script.admit(script.bert)
    repaired(script, about(text="Peeters ontbreekt nog."))

    assert script.codes() & IDLE == set()


def test_a_control_of_a_bill_may_stand_at_the_stay(script: "Script") -> None:
    bill_refused(script, script.item(text="Dag betwist."), controls=("HX-INV-14",))

    occasions, findings = script.ask("CK-REF-08")

    assert (len(occasions), findings) == (1, [])


@pytest.mark.parametrize(
    ("item", "codes"),
    [
        (about(control="", text=f"{CONTROL}: {TEXT}"), []),
        (about(control="", text=TEXT), ["bill-control-not-shown"]),
        (about(text="Geweigerd."), ["bill-control-text-not-shown"]),
    ],
)
def test_the_control_of_a_file_is_shown_at_the_file(
    item: WorklistItem, codes: list[str], script: "Script"
) -> None:
    came_back(script, item)

    assert [one.code for one in script.ask("CK-REF-08")[1]] == codes


def test_a_comment_that_names_no_control_is_not_asked_for(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.fetch(send_back(script, "onbekend"))
    see(script, about(control="", text="Geweigerd."))

    assert script.ask("CK-REF-08") == ([], [])


def warned(script: "Script") -> None:
    raw = script.profile.write(script.admission(script.bert))
    with script.sync():
        script.post(
            "B1", script.admission(script.bert), tack=success_tack(raw, "B1", "urn:x", "urn:late", "laat")
        )


def turned_away(script: "Script") -> None:
    fault = Fault(kind=FaultKind.GENERIC, code="INPUT_ERROR", source="MYCARENET", message="fout")
    with script.sync():
        impose(script, Get(origin=script.origin(script.home.nihii)), fault, "fault")


def not_taken(script: "Script") -> None:
    script.admit(script.bert, taken=False)


def told_of_nothing(script: "Script") -> None:
    script.fetch(script.decide("X9"))


def pending(script: "Script") -> None:
    script.admit(script.bert)


def cut(script: "Script") -> None:
    question = Get(origin=script.origin(script.home.nihii))
    with script.sync():
        script.exchange(
            {"operation": "get", "facility": script.home.nihii, "service": "invoices"}, question, None
        )


def test_a_month_that_is_over_and_not_billed_may_be_worth_an_item(script: "Script") -> None:
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1"))
    script.later(days=31)
    see(script, about("Facturatie 2019-05", text="Mei is nog niet gefactureerd."))

    assert script.codes() & IDLE == set()


@pytest.mark.parametrize("happens", [warned, turned_away, not_taken, told_of_nothing, pending, cut])
def test_where_anything_may_wait_an_item_may_name_nobody(happens: "Play", script: "Script") -> None:
    happens(script)
    paid(script, about("Herinnering"))

    assert script.codes() & IDLE == set()


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("", "listed-about-nobody"),
        ("Mevrouw Peeters", "listed-about-nobody"),
        ("Verhulst en Peeters", "listed-without-a-problem"),
        (NAME, "file-still-listed"),
    ],
)
def test_nobody_is_listed_at_a_number_where_nothing_waits(subject: str, code: str, script: "Script") -> None:
    paid(script, about(subject))

    assert script.codes() == {code}


def test_a_number_of_which_nothing_was_told_has_an_empty_worklist(script: "Script") -> None:
    see(script, about("Herinnering"))

    assert "listed-about-nobody" in script.codes()


@pytest.mark.parametrize("again", [True, False])
def test_a_refused_bill_that_was_billed_again_need_not_be_listed_told_or_not(
    again: bool, script: "Script"
) -> None:
    script.accepted()
    script.billed()
    script.fetch(script.settle("F1", 0))
    if again:
        with script.sync():
            script.post("F2", script.file(script.rebill(), sending_number=2))
    script.see(script.view(DecisionState.ACCEPTED))

    found = [one.code for one in script.ask("CK-WOR-01")[1]]

    assert found == ([] if again else ["refused-bill-not-shown"])
