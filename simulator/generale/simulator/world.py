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
from generale.platform.case import Imposed
from generale.platform.insurance import Asked, Cover, InsuranceDesk
from generale.platform.mailbox import NO_KEYS, Keys, Mailboxes
from generale.platform.platform import Platform
from generale.protocol.clock import VirtualClock, Work, brussels
from generale.protocol.form import to_json
from generale.protocol.genericasync import PLATFORM_IO
from generale.protocol.ids import FundNumber, Insz, Nihii
from generale.protocol.label import day_concerned
from generale.protocol.messages import Decision, InsuranceQuestion, Message, Outcome
from generale.protocol.profile import Profile
from generale.results.events import EventType, Party
from generale.rules.engine import rule_set
from generale.rules.facts import FacilityRecord, Original
from generale.simulator.advancing import Advancing
from generale.simulator.announcing import Announcements, blob_of
from generale.simulator.behaviour import CERTIFICATES, Behaviour, Behaviours, Kind, Subject, Takeover
from generale.simulator.changing_fund import ChangingFund
from generale.simulator.delivery import Delivery
from generale.simulator.event import Arrival, Draft, Emit, Outgoing
from generale.simulator.invoicing import Invoicing
from generale.simulator.pick_up import PickUps
from generale.simulator.set_up import WorldSetUp, enrol, facility_record, tariffs_of


class World:
    """State of one rehearsal and what can be done to it."""

    def __init__(self, set_up: WorldSetUp, profile: Profile, emit: Emit) -> None:
        self.set_up = set_up
        self.profile = profile
        self.clock = VirtualClock(set_up.begins)
        self.behaviours = Behaviours()
        self.mailboxes = Mailboxes()
        self.delivery = Delivery(self)
        self._emit = emit
        self._rules = rules = rule_set(set_up.rule_set)
        self.funds = {number: CareFund(number, profile, rules) for number in profile.funds}
        for person in set_up.residents:
            enrol(person, self.funds)
        self.platform = Platform(profile, rules, self)
        self._insurance = InsuranceDesk(profile, rules, self)
        self.invoicing = Invoicing(self, rules)
        self.advancing = Advancing(self)
        self.changing_fund = ChangingFund(self)
        self.pick_ups = PickUps(self)
        self._announcements = Announcements(self)
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
        self.delivery.note_arrival(arrival)
        subject = Subject(
            service=arrival.service,
            message=type(message).__name__ if message else "",
            insz=message.insz if isinstance(message, Original | InsuranceQuestion) else None,
        )
        if rejected := self.behaviours.take(Kind.REJECT_INBOUND, subject):
            self.later(self.profile.decision_seconds, partial(self.delivery.reject, arrival, rejected))
            return
        match message:
            case None:
                self.invoicing.receive(arrival)
            case InsuranceQuestion():
                self._receive_question(arrival, message)
            case _:
                assert isinstance(message, Original)
                self._receive_original(arrival, message, subject)

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
        self._announcements.note(self.platform.take_over(takeover.old, successor, takeover.first_day))
        ended = self.platform.facilities[takeover.old]
        self._note_facility(ended, self.licences[ended.nihii])

    @property
    def rules_today(self) -> date:
        """The effective date of the rule set in force now."""
        return self._rules.on(brussels(self.clock.now()).date()).effective

    def reply(self, outgoing: Outgoing) -> None:
        """Put a reply in the mailbox: once, twice, or behind something unreadable."""
        self.delivery.reply(outgoing)

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

    def _receive_original(self, arrival: Arrival, message: Original, subject: Subject) -> None:
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
            self._announcements.hold(case, held)
        delay = self.profile.decision_seconds + (silence.after if silence else 0)
        self.later(delay, lambda: self._announcements.announce(self.platform.decide(case, self.clock.now())))

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
                blob=blob_of(self.profile, answer),
                insz=asked.question.insz,
            )
        )
