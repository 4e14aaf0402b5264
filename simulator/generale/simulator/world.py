"""The world of one rehearsal: platform, care funds and mailboxes, moved by commands under one clock.

A world is a deterministic fold: the same commands at the same times give the same state and the same
events, so it can be rebuilt from a journal. It knows nothing of HTTP or storage.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from generale.carefunds.fund import CareFund
from generale.driver.setup import FacilitySetUp
from generale.platform.case import Case, Imposed
from generale.platform.insurance import Asked, Cover, InsuranceDesk
from generale.platform.mailbox import NO_KEYS, Keys, Mailboxes, Reply
from generale.platform.platform import Decided, Platform
from generale.platform.stays import Change
from generale.protocol.calendar import months_after
from generale.protocol.clock import VirtualClock, Work, brussels
from generale.protocol.errors import UsageError
from generale.protocol.form import to_json
from generale.protocol.genericasync import PLATFORM_IO, Blob, Origin
from generale.protocol.ids import FundNumber, Insz, Nihii, Reference
from generale.protocol.label import day_concerned
from generale.protocol.messages import Decision, InsuranceQuestion, Message, Outcome
from generale.protocol.profile import INVOICE_NAME, INVOICES, Profile
from generale.results.events import EventType, Party
from generale.rules.engine import RuleSet, rule_set
from generale.rules.facts import FacilityRecord, Original
from generale.simulator.behaviour import CERTIFICATES, Behaviour, Behaviours, Kind, Subject, Takeover
from generale.simulator.event import Arrival, Draft, Emit, Outgoing
from generale.simulator.invoicing import Invoicing
from generale.simulator.pick_up import PickUps
from generale.simulator.rejection import rejection
from generale.simulator.set_up import WorldSetUp, facility_record, tariffs_of
from generale.simulator.stray import STRAY, strayed


class World:
    """State of one rehearsal and what can be done to it."""

    def __init__(self, set_up: WorldSetUp, profile: Profile, emit: Emit) -> None:
        self.set_up = set_up
        self.profile = profile
        self.clock = VirtualClock(set_up.begins)
        self.behaviours = Behaviours()
        self.mailboxes = Mailboxes()
        self._emit = emit
        self._reply_count = 0
        self._deliberations: dict[tuple[Nihii, Reference], Behaviour] = {}
        self._rules = rules = rule_set(set_up.rule_set)
        self.funds = {number: CareFund(number, profile, rules) for number in profile.funds}
        for person in set_up.residents:
            for membership in person.funds:
                if membership.fund not in self.funds:
                    known = ", ".join(self.funds)
                    raise UsageError(f"there is no care fund {membership.fund}", hint=f"one of {known}")
                self.funds[membership.fund].join(person.insz, membership.since, membership.until)
        self.platform = Platform(profile, rules, self)
        self._insurance = InsuranceDesk(profile, rules, self)
        self.invoicing = Invoicing(self, rules)
        self.pick_ups = PickUps(self)
        self._nip_references: dict[tuple[Nihii, Reference], str] = {}
        self.licences: dict[Nihii, FacilitySetUp] = {}
        notice = {one.facility: one.since for one in set_up.notice_terms}
        for facility in set_up.facilities:
            self._enrol(facility)
            record = facility_record(facility)
            self.platform.register(replace(record, notice_from=notice.get(record.hco)))

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        """The fund of a person on a day, by the member registers of the funds."""
        return next((number for number, fund in self.funds.items() if fund.is_member(insz, day)), None)

    def fund_concerned(self, message: Original | InsuranceQuestion | None) -> FundNumber | None:
        """The fund of the resident whom a message is about, on its day; None where nobody insures them."""
        day = day_concerned(message)
        if message is None or message.insz is None or day is None:
            return None
        return self.fund_on(message.insz, day)

    def cover_on(self, insz: Insz, day: date) -> Cover | None:
        """The fund of a person on a day, with the first day of that membership."""
        for number, fund in self.funds.items():
            if since := fund.member_since(insz, day):
                return Cover(fund=number, since=since)
        return None

    def is_known(self, insz: Insz) -> bool:
        """Whether any fund has ever had this person as a member."""
        return any(fund.knows(insz) for fund in self.funds.values())

    def receive(self, arrival: Arrival, message: Message | None) -> None:
        """Take a message in: ``message`` for one of the profile, None for an invoice file."""
        self.tell(
            EventType.ACKNOWLEDGED,
            Party.PLATFORM,
            {
                "reference": arrival.reference,
                "facility": arrival.sender,
                "service": arrival.service,
                "name": arrival.message_name,
            },
            content=arrival.content,
        )
        if arrival.nip_reference is not None:
            self._nip_references[arrival.sender, arrival.reference] = arrival.nip_reference
        subject = Subject(
            service=arrival.service,
            message=type(message).__name__ if message else "",
            insz=message.insz if isinstance(message, Original | InsuranceQuestion) else None,
        )
        if rejected := self.behaviours.take(Kind.REJECT_INBOUND, subject):
            self.later(self.profile.decision_seconds, partial(self._reject, arrival, rejected))
            return
        match message:
            case None:
                self.invoicing.receive(arrival)
            case InsuranceQuestion():
                self._receive_question(arrival, message)
            case _:
                assert isinstance(message, Original)
                self._receive_original(arrival, message)

    def confirm(
        self, facility: Nihii, service: str, *, replies: Keys = NO_KEYS, tacks: Keys = NO_KEYS
    ) -> None:
        """Remove what the vendor has stored from its mailbox."""
        for reply in self.mailboxes.confirm(facility, service, replies):
            ids = {"reply": reply.reply, "facility": facility, "service": service}
            self.tell(EventType.CONFIRMED, Party.VENDOR, ids, receiver=Party.PLATFORM)
        for receipt in self.pick_ups.receipts.confirm(facility, service, tacks):
            ids = {"tack": receipt.tack.reference, "facility": facility, "service": service}
            self.tell(EventType.CONFIRMED, Party.VENDOR, ids, receiver=Party.PLATFORM)

    def behave(self, behaviour: Behaviour) -> None:
        """Switch a behaviour on."""
        self.behaviours.switch_on(behaviour)
        self.tell(EventType.BEHAVIOUR, Party.PLAYER, {}, to_json(behaviour), receiver=Party.PLATFORM)
        if behaviour.kind in CERTIFICATES:
            self.later(behaviour.after, partial(self._end, behaviour))

    def stop(self, kind: Kind) -> None:
        """Switch every behaviour of a kind off."""
        self.behaviours.switch_off(kind)
        data = {"kind": kind.value, "off": True}
        self.tell(EventType.BEHAVIOUR, Party.PLAYER, {}, data, receiver=Party.PLATFORM)

    def _end(self, behaviour: Behaviour) -> None:
        """Let a behaviour end by itself, unless it was switched off before."""
        if any(one is behaviour for one in self.behaviours.active):
            self.stop(behaviour.kind)

    def take_over(self, takeover: Takeover) -> None:
        """Let a number end and another continue its activity."""
        successor = facility_record(takeover.successor)
        self._enrol(takeover.successor)
        data = {
            "kind": "takeover",
            "old": takeover.old,
            "new": successor.hco,
            "first_day": takeover.first_day.isoformat(),
        }
        self.tell(EventType.BEHAVIOUR, Party.PLAYER, {}, data, receiver=Party.PLATFORM)
        self._note(self.platform.take_over(takeover.old, successor, takeover.first_day))
        ended = self.platform.facilities[takeover.old]
        self._note_facility(ended, self.licences[ended.nihii])

    def reply(self, outgoing: Outgoing) -> None:
        """Put a reply in the mailbox: once, twice, or behind something unreadable."""
        subject = Subject(service=outgoing.service, insz=outgoing.insz)
        if self.behaviours.take(Kind.UNREADABLE, subject):
            garbled = Blob(content=UNREADABLE, message_name=outgoing.blob.message_name)
            self._put(replace(outgoing, kind="unreadable", blob=garbled))
        if rejected := self.behaviours.take(Kind.REJECT_OUTBOUND, subject):
            self._put(self._rejected(outgoing, rejected))
            self.later(rejected.after, partial(self._put, outgoing))
        else:
            self._put(outgoing)
        if self.behaviours.take(Kind.ANSWER_TWICE, subject):
            self._put(outgoing)

    def tell(
        self,
        type_: EventType,
        sender: Party,
        ids: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
        *,
        content: bytes | None = None,
        receiver: Party = Party.VENDOR,
    ) -> None:
        """Say in the log what happens now."""
        at = self.clock.now()
        self._emit(
            Draft(
                type=type_, at=at, sender=sender, receiver=receiver, ids=ids, data=data or {}, content=content
            )
        )

    def facility_of(self, nihii: Nihii) -> FacilityRecord | None:
        """The registry's entry of the facility with this RIZIV number."""
        found = (record for record in self.platform.facilities.values() if record.nihii == nihii)
        return next(found, None)

    def later(self, seconds: int, action: Callable[[], None]) -> None:
        """Let something happen so many seconds from now."""
        self.clock.call_in(timedelta(seconds=seconds), action)

    def work_later(self, seconds: int, work: Work) -> None:
        """Let work be done so many seconds from now, or when its turn comes after that."""
        self.clock.work_in(timedelta(seconds=seconds), work)

    def _enrol(self, facility: FacilitySetUp) -> None:
        self.licences[facility.nihii] = facility
        self._note_facility(facility_record(facility), facility)

    def _note_facility(self, record: FacilityRecord, facility: FacilitySetUp) -> None:
        for fund in self.funds.values():
            fund.note_facility(record, tariffs_of(facility))

    def _receive_original(self, arrival: Arrival, message: Original) -> None:
        subject = Subject(service=arrival.service, message=type(message).__name__, insz=message.insz)
        if not self.pick_ups.begin(arrival, subject, PLATFORM_IO):
            return
        case = self.platform.receive(arrival.sender, arrival.reference, message, self.clock.now())
        silence = self.behaviours.take(Kind.SILENCE, subject)
        if refuse := self.behaviours.take(Kind.REFUSE, subject):
            case.imposed = Imposed(outcome=Outcome.REFUSED, control=refuse.control)
        elif late := self.behaviours.take(Kind.ACCEPT_LATE, subject):
            case.imposed = Imposed(outcome=Outcome.ACCEPTED, start=late.start)
        elif held := (
            self.behaviours.take(Kind.PEND, subject) or self.behaviours.take(Kind.OUT_OF_ORDER, subject)
        ):
            case.imposed = Imposed(outcome=Outcome.PENDING, control=held.control)
            self._deliberations[case.sender, case.reference] = held
        delay = self.profile.decision_seconds + (silence.after if silence else 0)
        self.later(delay, lambda: self._announce(self.platform.decide(case, self.clock.now())))

    def _receive_question(self, arrival: Arrival, question: InsuranceQuestion) -> None:
        asked = Asked(sender=arrival.sender, reference=arrival.reference, question=question)
        self.later(self.profile.decision_seconds, partial(self._answer_question, asked, arrival.service))

    def _answer_question(self, asked: Asked, service: str) -> None:
        """Answer from the registers as they are now."""
        answer = self._insurance.answer(asked, self.platform.facilities, self.clock.now())
        is_refusal = isinstance(answer, Decision)
        if is_refusal:
            ids = {"reference": asked.reference, "facility": asked.sender}
            self.tell(EventType.DECIDED, Party.PLATFORM, ids, {**to_json(answer), "imposed": False})
        self.reply(
            Outgoing(
                about=asked.reference,
                facility=asked.sender,
                service=service,
                kind="decision" if is_refusal else "insurance-answer",
                blob=self._blob(answer),
                insz=asked.question.insz,
            )
        )

    def _announce(self, decisions: list[Decided]) -> None:
        """Tell what was decided, and let a deliberation that a scenario began end as it says."""
        for decided in decisions:
            self._note(decided.change)
            case = self.platform.cases.find(decided.facility, decided.decision.about)
            held = self._deliberations.pop((decided.facility, decided.decision.about), None)
            if case is None or held is None or decided.decision.outcome is not Outcome.PENDING:
                self._deliver(decided)
            elif held.kind is Kind.OUT_OF_ORDER:
                self.later(1, partial(self._accept_in_disorder, case, decided))
            else:
                self.later(held.after, partial(self._review, case, held))
                self._deliver(decided)

    def _review(self, case: Case, held: Behaviour) -> None:
        end = Imposed(outcome=held.then, control=held.control, start=held.start) if held.then else None
        self._announce(self.platform.review(case, self.clock.now(), end))

    def _accept_in_disorder(self, case: Case, older: Decided) -> None:
        """The older decision was taken first and is delivered last."""
        self._announce(self.platform.review(case, self.clock.now(), Imposed(outcome=Outcome.ACCEPTED)))
        self._deliver(older)

    def _note(self, change: Change) -> None:
        """Tell the funds which records are no more, and which are new or changed."""
        for stay in change.withdrawn:
            self.funds[stay.fund].withdraw_stay(stay)
        for stay in change.noted:
            self.funds[stay.fund].note_stay(stay)

    def _deliver(self, decided: Decided) -> None:
        decision = decided.decision
        data = {**to_json(decision), "imposed": decided.imposed}
        ids = {"reference": decision.about, "facility": decided.facility}
        self.tell(EventType.DECIDED, Party.PLATFORM, ids, data)
        case = self.platform.cases.find(decided.facility, decision.about)
        outgoing = Outgoing(
            about=decision.about,
            facility=decided.facility,
            service="admissions",
            kind="decision",
            blob=self._blob(decision),
            insz=case.message.insz if case else None,
            rule_set=decision.rule_set,
        )
        self.reply(outgoing)
        subject = Subject(service="admissions", insz=outgoing.insz)
        if case is not None and (stray := self.behaviours.take(Kind.FOR_ANOTHER, subject)):
            self.later(stray.after, partial(self._stray, outgoing, case))
        if decision.outcome is Outcome.PENDING:
            self._watch_pending(decided)

    def _blob(self, message: Message) -> Blob:
        return Blob(
            content=self.profile.write(message), message_name=self.profile.message_name(type(message))
        )

    def _stray(self, outgoing: Outgoing, case: Case) -> None:
        """Deliver the decision on somebody else's message as if it answered this one."""
        stray = strayed(
            outgoing.about,
            case.message,
            known=self.platform.facilities,
            fund=min(self.funds),
            rule_set=self._rules_today().effective,
            now=self.clock.now(),
        )
        self._put(replace(outgoing, kind=STRAY, blob=self._blob(stray)))

    def _watch_pending(self, decided: Decided) -> None:
        months = self.profile.pending_limit(decided.decision.rule_set)
        case = self.platform.cases.find(decided.facility, decided.decision.about)
        if months is not None and case is not None:
            begun = self.clock.now()
            self.clock.call_at(
                months_after(begun, months),
                lambda: self._announce(self.platform.expire(case, begun, self.clock.now())),
            )

    def _rules_today(self) -> RuleSet:
        """The rule set in force now."""
        return self._rules.on(brussels(self.clock.now()).date())

    def _reject(self, arrival: Arrival, behaviour: Behaviour) -> None:
        """Reject a message that was acknowledged, instead of handling it."""
        name = INVOICE_NAME if arrival.service == INVOICES else self.profile.message_name(Decision)
        blob = Blob(content=b"", message_name=name)
        outgoing = Outgoing(
            about=arrival.reference, facility=arrival.sender, service=arrival.service, kind="", blob=blob
        )
        self.reply(self._rejected(outgoing, behaviour, arrival.message_name, is_test=arrival.is_test))

    def _rejected(
        self, outgoing: Outgoing, behaviour: Behaviour, name: str = "", *, is_test: bool = False
    ) -> Outgoing:
        """The rejection of the message of this name, or of an answer, in the place of that answer."""
        licence = self.licences[outgoing.facility]
        blob = rejection(
            behaviour,
            rejected=name or outgoing.blob.message_name,
            answer=outgoing.blob.message_name,
            origin=Origin(nihii=licence.nihii.padded, licence_username=licence.username, licence_password=""),
            reference=outgoing.about,
            is_test=is_test,
        )
        return replace(outgoing, kind=behaviour.kind.value, blob=blob, party=Party.PLATFORM)

    def _put(self, outgoing: Outgoing) -> None:
        self._reply_count += 1
        reply = Reply(
            reply=f"P{self._reply_count:09d}",
            about=outgoing.about,
            facility=outgoing.facility,
            service=outgoing.service,
            kind=outgoing.kind,
            message_name=outgoing.blob.message_name,
            content=outgoing.blob.content,
            at=self.clock.now(),
            io=outgoing.io,
            nip_reference=self._nip_references.get((outgoing.facility, outgoing.about)),
        )
        self.mailboxes.put(reply)
        ids = {
            "reply": reply.reply,
            "about": reply.about,
            "facility": reply.facility,
            "service": reply.service,
            "kind": reply.kind,
        }
        judged = outgoing.rule_set or self._rules_today().effective
        data = {"rule_set": judged.isoformat(), "io": reply.io}
        self.tell(EventType.REPLIED, outgoing.party, ids, data, content=reply.content)


UNREADABLE = b"\x00\x01 not a message of this exchange \xff"
"""What stands in a mailbox when a reply was damaged on its way (project-defined)."""
