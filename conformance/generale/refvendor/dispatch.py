"""One exchange with the platform: write what may be told, send, fetch, and take in what was answered."""

from dataclasses import replace

from generale.protocol.clock import Clock
from generale.protocol.genericasync import Reject, RejectSide
from generale.protocol.ids import Reference
from generale.protocol.messages import (
    Admission,
    Decision,
    FundChangeNotice,
    InsuranceAnswer,
    InsuranceQuestion,
    Message,
)
from generale.protocol.profile import Profile
from generale.refvendor.advances import Advances, Money
from generale.refvendor.content import Writer
from generale.refvendor.decision import Decisions
from generale.refvendor.dossier import Dossier, Kind, Notice
from generale.refvendor.house import House
from generale.refvendor.identity import Identity
from generale.refvendor.insurance import Inquiries
from generale.refvendor.label import label_about
from generale.refvendor.mailbox import Mailboxes, Reply
from generale.refvendor.membership import FundChanges
from generale.refvendor.outbox import Letter, Outbox, Progress
from generale.refvendor.rejection import take_reject
from generale.refvendor.sequence import Sequence
from generale.refvendor.settlement import take_answer
from generale.refvendor.shipment import Books
from generale.refvendor.switches import Switches

PLATFORM = "urn:nip:destination:io:000"
"""Where messages go that are for the platform and not for one fund (project-defined)."""


class Dispatch:
    """Joins stays and invoice files to the outbox and the mailboxes by message reference."""

    def __init__(
        self,
        profile: Profile,
        house: House,
        dossier: Dossier,
        books: Books,
        decisions: Decisions,
        outbox: Outbox,
        mailboxes: Mailboxes,
        identity: Identity,
        inquiries: Inquiries,
        advances: Advances,
        fund_changes: FundChanges,
        clock: Clock,
        switches: Switches,
    ) -> None:
        self._profile = profile
        self._house = house
        self._books = books
        self._decisions = decisions
        self._outbox = outbox
        self._mailboxes = mailboxes
        self._identity = identity
        self._switches = switches
        self._inquiries = inquiries
        self._advances = advances
        self._fund_changes = fund_changes
        self._writer = Writer(profile, clock, switches)
        self._sequence = Sequence(dossier, switches)
        self._notices: dict[Letter, Notice] = {}
        self._rounds = 0

    def run(self) -> int:
        """One exchange; the number of replies taken in."""
        self._outbox.open_round()
        self._rounds += 1
        if not self._is_passed_over():
            self._send()
        taken = 0
        for hco in self._house:
            if self._house.has_successor(hco) and self._switches.on("mailbox-closed-with-number"):
                continue
            for service in self._profile.services:
                replies = self._mailboxes.poll(hco, service)
                for reply in replies:
                    self._take(reply)
                taken += len(replies)
        self._sequence.repeat()
        if not self._is_passed_over():
            self._send()
        return taken

    def _is_passed_over(self) -> bool:
        """Whether this exchange only fetches; by right each also sends."""
        return self._switches.on("sends-every-second-poll") and self._rounds % 2 == 1

    def _send(self) -> None:
        for notice in self._sequence.ready():
            message = self._writer.message(notice)
            if inquiry := self._inquiries.before(message):
                inquiry.letter = self._outbox.put(self._question(notice, inquiry.question))
            notice.letter = self._outbox.put(self._letter(notice, message))
            self._notices[notice.letter] = notice
        if self._switches.on("unanswered-admission-made-anew"):
            self._remake()
        self._outbox.send()

    def _remake(self) -> None:
        """A mistake: write admissions without an answer again; by right their bytes stay."""
        for letter, notice in self._notices.items():
            waits = letter.unanswered and letter.progress is Progress.WAITING
            if waits and notice.kind is Kind.ADMISSION:
                letter.content = self._writer.bytes_of(self._writer.message(notice))

    def _letter(self, notice: Notice, message: Message) -> Letter:
        return self._sealed(notice, message, self._reference(notice))

    def _question(self, notice: Notice, question: InsuranceQuestion) -> Letter:
        return self._sealed(notice, question, self._identity.reference())

    def _sealed(self, notice: Notice, message: Message, reference: Reference) -> Letter:
        """A message in its envelope, in the lane of the resident whom the notice is about."""
        binding = self._profile.bindings[type(message)]
        return Letter(
            facility=notice.facility,
            service=binding.service,
            lane=f"{notice.facility}/{notice.stay.entered_as}",
            to=self._destination(),
            message_name=binding.message_name,
            content_type="text/xml",
            content=self._writer.bytes_of(message),
            reference=reference,
            label=label_about(notice.stay.facts.resident, self._switches),
            moved_in=message.start if isinstance(message, Admission) else None,
        )

    def _destination(self) -> str:
        """Where messages about residents go: to the platform, which knows their funds."""
        if self._switches.on("destination-of-first-fund-for-all"):
            return PLATFORM[:-3] + min(self._profile.funds)
        return PLATFORM

    def _reference(self, notice: Notice) -> Reference:
        original = notice.original.letter
        if (
            notice.kind is Kind.CORRECTION
            and original is not None
            and self._switches.on("same-reference-for-repaired-content")
        ):
            return original.reference
        if self._switches.on("insz-in-reference"):
            return self._identity.telling_reference(notice.stay.facts.resident.insz)
        if self._switches.on("given-name-in-reference"):
            resident = notice.stay.facts.resident
            return self._identity.telling_reference(f"{resident.given_name}{resident.family_name[0]}")
        return self._identity.reference()

    def _take(self, reply: Reply) -> None:
        """Note a reply with the message that it answers; an answer to nothing of ours changes nothing."""
        if isinstance(reply.content, Money):
            self._advances.take(reply.content)
            return
        if isinstance(reply.content, FundChangeNotice):
            self._fund_changes.take(reply.content)
            return
        letter = self._outbox.find(reply.answers)
        if letter is None:
            return
        if isinstance(reply.content, Reject):
            self._take_reject(letter, reply.content)
            return
        if not self._switches.on("late-answer-still-listed"):
            letter.answer_rejected = ""
        if isinstance(reply.content, Decision | InsuranceAnswer):
            self._inquiries.take(letter, reply.content)
        if isinstance(reply.content, Decision):
            if notice := self._notices.get(letter):
                self._decisions.take(notice, reply.content)
        elif not isinstance(reply.content, InsuranceAnswer) and (shipment := self._books.carried_by(letter)):
            take_answer(self._books, shipment, reply.content, self._profile, self._switches)

    def _take_reject(self, letter: Letter, reject: Reject) -> None:
        """Note a rejection with its message; that of an answer leaves the message as it stands."""
        take_reject(letter, reject)
        notice = self._notices.get(letter)
        if (
            reject.side is RejectSide.OUTBOUND
            and notice is not None
            and self._switches.on("outbound-reject-as-refusal")
        ):
            notice.replaced = True
            notice.stay.tell(
                notice.kind, notice.facility, states=notice.states, away=notice.away, assessed=notice.assessed
            )
        shipment = self._books.carried_by(letter)
        if (
            reject.side is RejectSide.OUTBOUND
            and shipment is not None
            and self._switches.on("rejected-settlement-as-refusal")
        ):
            again = replace(letter, reference=self._identity.reference(), progress=Progress.WAITING)
            self._books.carry(shipment, self._outbox.put(again))
