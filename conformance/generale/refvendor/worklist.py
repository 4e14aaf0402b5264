"""The worklist: what waits for somebody, with the canonical control id and the name of who is awaited.

Texts of the platform and the funds stand there unchanged; those of the product are Dutch.
"""

from collections.abc import Iterator, Sequence

from generale.driver.observations import DecisionState, LineStatus, WorklistItem
from generale.protocol.ids import Hco
from generale.protocol.messages import ControlResult, Decision
from generale.refvendor.advances import Advances
from generale.refvendor.decision import Decisions
from generale.refvendor.dossier import Dossier, Kind, Notice, Stay
from generale.refvendor.house import House
from generale.refvendor.insurance import Inquiries, Inquiry
from generale.refvendor.mailbox import Mailboxes, Unreadable
from generale.refvendor.outbox import Letter, Outbox, Progress, Refuser
from generale.refvendor.shipment import BookedBill, Books, Shipment
from generale.refvendor.switches import Switches

FACILITY, PLATFORM, FUND = "facility", "platform", "care fund"
"""Who can be awaited."""

_LATER = frozenset({"HX-END-07", "HX-COR-08", "HX-INS-03", "HX-ADM-15"})
"""Controls that came after the list of April 2019 (project-defined); by right nobody needs to know which."""


class Worklist:
    """Reads the problems of a number out of stays, shipments and mailboxes."""

    def __init__(
        self,
        house: House,
        dossier: Dossier,
        decisions: Decisions,
        books: Books,
        outbox: Outbox,
        mailboxes: Mailboxes,
        inquiries: Inquiries,
        advances: Advances,
        switches: Switches,
    ) -> None:
        self._house = house
        self._dossier = dossier
        self._decisions = decisions
        self._books = books
        self._outbox = outbox
        self._mailboxes = mailboxes
        self._inquiries = inquiries
        self._advances = advances
        self._switches = switches

    def items(self, hco: Hco) -> tuple[WorklistItem, ...]:
        """Everything that waits at a number; decisions stand with the number that sent the message."""
        return (
            *(item for stay in self._dossier for item in self._of_stay(hco, stay)),
            *(item for stay in self._dossier.at(hco) for item in self._of_open_stay(hco, stay)),
            *(item for shipment in self._books.of(hco) for item in self._of_shipment(shipment)),
            *(self._of_uncovered(one) for one in self._inquiries.uncovered(hco)),
            *self._advances.items(hco, FACILITY),
            *self._of_refused_mailboxes(hco),
            *(self._of_unreadable(one) for one in self._mailboxes.unreadable if one.facility == hco),
            *self._reminders(),
        )

    def shown_control(self, control: str) -> str:
        """The id of a control as it is shown: as it came."""
        if control in _LATER and self._switches.on("later-controls-swallowed"):
            return ""
        return "" if self._switches.on("control-id-dropped") else control

    def shown_controls(self, controls: Sequence[ControlResult]) -> Sequence[ControlResult]:
        """The controls of a decision that are shown: all of them."""
        return controls[:1] if self._switches.on("first-control-only") else controls

    def _reminders(self) -> Iterator[WorklistItem]:
        """What waits for nobody in particular; by right nothing does."""
        if self._switches.on("reminder-on-worklist"):
            yield WorklistItem(subject="Herinnering", text="Kijk de facturatie na.", awaited=FACILITY)

    def _of_stay(self, hco: Hco, stay: Stay) -> Iterator[WorklistItem]:
        """Messages about a stay that were refused, by the platform or at its door."""
        for notice in stay.notices:
            if notice.facility != hco or (stay.is_withdrawn and notice.kind is not Kind.WITHDRAWAL):
                continue
            if notice.replaced:
                if notice.letter and self._switches.on("repaired-still-listed"):
                    yield from self._of_letter(notice.letter, stay.facts.resident.insz)
                continue
            refused = self._decisions.state(notice) is DecisionState.REFUSED and not self._hides_end(notice)
            if refused and not self._is_dealt_with(notice) and not self._switches.on("refusal-not-shown"):
                awaited = PLATFORM if notice.is_dependent else FACILITY
                yield from self._controls(notice, awaited, "Geweigerd zonder reden.")
            yield from self._of_pending_assessment(notice)
            if notice.letter:
                yield from self._of_letter(notice.letter, stay.facts.resident.insz)

    def _of_pending_assessment(self, notice: Notice) -> Iterator[WorklistItem]:
        """An assessment on which the platform has not decided for good."""
        if notice.kind is not Kind.ASSESSMENT or self._decisions.state(notice) is not DecisionState.PENDING:
            return
        if not self._switches.on("pending-assessment-not-shown"):
            yield from self._controls(notice, FUND, "Indicatiestelling in beraad.")

    def _hides_end(self, notice: Notice) -> bool:
        if notice.kind is Kind.ASSESSMENT:
            return self._switches.on("refused-assessment-not-shown")
        return notice.original.kind is Kind.END and self._switches.on("refused-end-not-shown")

    def _of_letter(self, letter: Letter, subject: str) -> Iterator[WorklistItem]:
        """What came back of a message without a decision, with the reason as it came."""
        if letter.progress is Progress.REFUSED and not self._hides(letter):
            text = f"Bericht technisch geweigerd: {letter.remark}"
            yield WorklistItem(subject=subject, text=text, awaited=FACILITY)
        if letter.warning and not self._switches.on("warning-swallowed"):
            text = f"Ontvangen met een waarschuwing: {letter.warning}"
            yield WorklistItem(subject=subject, text=text, awaited=FACILITY)
        if letter.answer_rejected and not self._switches.on("rejected-answer-not-shown"):
            text = f"Een antwoord is onderweg verworpen, een ander volgt: {letter.answer_rejected}"
            yield WorklistItem(subject=subject, text=text, awaited=PLATFORM)

    def _hides(self, letter: Letter) -> bool:
        match letter.refused_by:
            case Refuser.FAULT:
                return self._switches.on("fault-not-shown")
            case Refuser.ACKNOWLEDGEMENT:
                return self._switches.on("failure-tack-not-shown")
            case Refuser.REJECTION:
                return self._switches.on("rejection-not-shown")
            case None:
                return False

    def _is_dealt_with(self, notice: Notice) -> bool:
        """Whether a later step answers a refusal: an accepted repair, or another repair after this one."""
        if self._switches.on("worklist-never-cleared"):
            return False
        if notice.kind is Kind.ASSESSMENT:
            return self._is_superseded(notice)
        if notice.corrects is None or self._switches.on("refused-correction-not-shown"):
            return notice.original.acceptance is not None
        return notice.corrects.repairs[-1] is not notice

    def _is_superseded(self, notice: Notice) -> bool:
        """Whether a refused assessment was accepted when sent again, or another came in its place."""
        mine = [one for one in notice.stay.notices if one.kind is Kind.ASSESSMENT]
        return mine[-1] is not notice

    def _of_open_stay(self, hco: Hco, stay: Stay) -> Iterator[WorklistItem]:
        """Residents whose admission is pending or unanswered, with the months that wait for it."""
        state = self._decisions.standing(stay).state
        if self._switches.on("everybody-on-worklist"):
            yield WorklistItem(subject=stay.facts.resident.insz, text="Opvolgen.", awaited=FACILITY)
        months = self._books.passed_over.get((hco, stay), set())
        if state not in (DecisionState.PENDING, DecisionState.NOT_ANSWERED):
            return
        if (stay.facility != hco and not months) or self._switches.on("pending-not-shown"):
            return
        if not months and self._switches.on("pending-listed-when-billed"):
            return
        waits = f" Nog niet gefactureerd: {', '.join(map(str, sorted(months)))}." if months else ""
        admission = stay.original(Kind.ADMISSION)
        if state is DecisionState.PENDING and admission is not None:
            told = (admission, *admission.repairs)[-1]
            yield from self._controls(told, FUND, f"Opname in beraad.{waits}")
        else:
            text = f"Opname nog niet beantwoord.{waits}"
            yield WorklistItem(subject=stay.facts.resident.insz, text=text, awaited=PLATFORM)

    def _controls(self, notice: Notice, awaited: str, otherwise: str) -> Iterator[WorklistItem]:
        """One item per control of a decision; one of our own words where it names none."""
        subject = notice.stay.facts.resident.insz
        controls = notice.decision.controls if notice.decision else ()
        for result in self.shown_controls(controls):
            control, text = self.shown_control(result.control), result.text
            if notice.original.kind is Kind.END and self._switches.on("refusal-in-own-words"):
                text = "Einde van verblijf geweigerd."
            yield WorklistItem(subject=subject, control=control, text=text, awaited=awaited)
        if not controls:
            yield WorklistItem(subject=subject, text=otherwise, awaited=awaited)

    def _of_shipment(self, shipment: Shipment) -> Iterator[WorklistItem]:
        """Files that were refused, and refused bills that have not gone again."""
        for booked in shipment.bills:
            is_open = not booked.rebilled or self._switches.on("worklist-never-cleared")
            if booked.is_refused and is_open and not self._hides_bills():
                yield from self._of_bill(shipment, booked)
        yield from self._of_letter(shipment.letter, self._name(shipment))
        for told in shipment.returns if self._switches.on("repaired-file-still-listed") else ():
            yield WorklistItem(subject=self._name(shipment), text=f"Bestand geweigerd: {told}")
        if shipment.refusal is None or self._switches.on("refusal-not-shown"):
            return
        if not self._switches.on("returned-file-not-shown"):
            yield from self._of_return(shipment, shipment.refusal)

    def _of_return(self, shipment: Shipment, remark: str) -> Iterator[WorklistItem]:
        """A file that a fund sent back, with each control for which it did."""
        subject = self._name(shipment)
        if not shipment.reasons:
            text = f"Bestand technisch geweigerd: {remark}"
            yield WorklistItem(subject=subject, text=text, awaited=FACILITY)
        for control, text in shipment.reasons:
            told = f"Bestand geweigerd: {text}"
            shown = self.shown_control(control)
            yield WorklistItem(subject=subject, control=shown, text=told, awaited=FACILITY)

    def _hides_bills(self) -> bool:
        return self._switches.on("refusal-not-shown") or self._switches.on("refused-bill-not-shown")

    def _name(self, shipment: Shipment) -> str:
        """Under which name users find a file: month and fund."""
        return "Facturatie" if self._switches.on("files-without-name") else shipment.name

    def _of_bill(self, shipment: Shipment, booked: BookedBill) -> Iterator[WorklistItem]:
        reasons = [
            reason
            for line in booked.lines
            if line.status is LineStatus.REFUSED
            for reason in line.reasons or (("", f"Geweigerd in {shipment.name}."),)
        ]
        subject = booked.stay.facts.resident.insz
        for control, text in dict.fromkeys(reasons):
            shown = self.shown_control(control) if control else ""
            told = text
            if shown and self._switches.on("bill-control-dropped"):
                shown = ""
            if self._switches.on("bill-text-dropped"):
                told = "Factuur geweigerd."
            yield WorklistItem(subject=subject, control=shown, text=told, awaited=FACILITY)

    def _of_uncovered(self, one: Inquiry) -> WorklistItem:
        """A resident for whom the platform named no care fund, or whose question it refused."""
        question = one.question
        if isinstance(one.answer, Decision) and one.answer.controls:
            first = one.answer.controls[0]
            return WorklistItem(
                subject=question.insz,
                control=self.shown_control(first.control),
                text=first.text,
                awaited=FACILITY,
            )
        text = f"Geen zorgkas op {question.day.isoformat()} volgens het platform."
        return WorklistItem(subject=question.insz, text=text, awaited=FACILITY)

    def _of_refused_mailboxes(self, hco: Hco) -> Iterator[WorklistItem]:
        """The mailboxes that refuse to be read, so that nobody waits for what lies in them."""
        for service, why in self._mailboxes.refused(hco):
            if not self._switches.on("refused-mailbox-not-shown"):
                text = f"Antwoorden kunnen niet opgehaald worden: {why}"
                yield WorklistItem(subject=f"mailbox {service}", text=text, awaited=PLATFORM)

    def _of_unreadable(self, one: Unreadable) -> WorklistItem:
        """A reply that could not be read, under the name of what it answers where that is known."""
        text = f"Onleesbaar antwoord, niet bevestigd: {one.why}"
        return WorklistItem(subject=self._subject_of(one.answers), text=text, awaited=PLATFORM)

    def _subject_of(self, reference: str) -> str:
        letter = self._outbox.find(reference)
        if letter is not None:
            shipment = self._books.carried_by(letter)
            if shipment is not None:
                return shipment.name
            for notice in self._dossier.notices():
                if notice.letter is letter:
                    return notice.stay.facts.resident.insz
        return f"reply {reference}".rstrip()
