"""What announces decisions: to the funds, to the log and to the facility, at once or as a scenario says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, Protocol

from generale.carefunds.fund import CareFund
from generale.platform.case import Case, Imposed
from generale.platform.platform import Decided, Platform
from generale.platform.stays import Change
from generale.protocol.calendar import months_after
from generale.protocol.clock import VirtualClock
from generale.protocol.form import to_json
from generale.protocol.genericasync import Blob
from generale.protocol.ids import FundNumber, Insz, Nihii, Reference
from generale.protocol.messages import Message, Outcome
from generale.protocol.profile import Profile
from generale.results.events import EventType, Party
from generale.rules.facts import StayRecord
from generale.simulator.behaviour import Behaviour, Behaviours, Kind, Subject
from generale.simulator.delivery import Delivery
from generale.simulator.event import Outgoing
from generale.simulator.stray import STRAY, strayed


class FundsOfStays(Protocol):
    """Knows which funds keep a stay, and who is to know of a change."""

    def funds_of(self, stay: StayRecord) -> list[FundNumber]:
        """The fund of its acceptance, and those between which its resident went."""
        ...

    def tell_houses(self, insz: Insz) -> None:
        """Pass the changes of fund of somebody on to the houses that have to know and do not yet."""
        ...


class Surroundings(Protocol):
    """What announcing needs of the world around it."""

    profile: Profile
    clock: VirtualClock
    behaviours: Behaviours
    funds: dict[FundNumber, CareFund]
    platform: Platform
    delivery: Delivery

    @property
    def changing_fund(self) -> "FundsOfStays":
        """Who knows which funds keep a stay."""
        ...

    @property
    def rules_today(self) -> date:
        """The effective date of the rule set in force now."""
        ...

    def later(self, seconds: int, action: Callable[[], None]) -> None:
        """Let something happen so many seconds from now."""
        ...

    def tell(
        self, type_: EventType, sender: Party, ids: Mapping[str, str], data: Mapping[str, Any] | None = None
    ) -> None:
        """Say in the log what happens now."""
        ...


@dataclass(slots=True)
class Announcements:
    """Tells a world what its platform has decided."""

    world: Surroundings
    _deliberations: dict[tuple[Nihii, Reference], Behaviour] = field(default_factory=dict)

    def hold(self, case: Case, held: Behaviour) -> None:
        """Let the deliberation on a case end as a scenario says."""
        self._deliberations[case.sender, case.reference] = held

    def announce(self, decisions: list[Decided]) -> None:
        """Tell what was decided, and let a deliberation that a scenario began end as it says."""
        for decided in decisions:
            self.note(decided.change)
            case = self.world.platform.cases.find(decided.facility, decided.decision.about)
            held = self._deliberations.pop((decided.facility, decided.decision.about), None)
            if case is None or held is None or decided.decision.outcome is not Outcome.PENDING:
                self._deliver(decided)
            elif held.kind is Kind.OUT_OF_ORDER:
                self.world.later(1, partial(self._accept_in_disorder, case, decided))
            else:
                self.world.later(held.after, partial(self._review, case, held))
                self._deliver(decided)

    def _review(self, case: Case, held: Behaviour) -> None:
        end = Imposed(outcome=held.then, control=held.control, start=held.start) if held.then else None
        self.announce(self.world.platform.review(case, self.world.clock.now(), end))

    def _accept_in_disorder(self, case: Case, older: Decided) -> None:
        """The older decision was taken first and is delivered last."""
        self.announce(
            self.world.platform.review(case, self.world.clock.now(), Imposed(outcome=Outcome.ACCEPTED))
        )
        self._deliver(older)

    def note(self, change: Change) -> None:
        """Tell the funds which records are no more, and which are new or changed."""
        for stay in change.withdrawn:
            for fund in self.world.changing_fund.funds_of(stay):
                self.world.funds[fund].withdraw_stay(stay)
        for stay in change.noted:
            for fund in self.world.changing_fund.funds_of(stay):
                self.world.funds[fund].note_stay(stay)
            self.world.changing_fund.tell_houses(stay.insz)

    def _deliver(self, decided: Decided) -> None:
        decision = decided.decision
        data = {**to_json(decision), "imposed": decided.imposed}
        ids = {"reference": decision.about, "facility": decided.facility}
        self.world.tell(EventType.DECIDED, Party.PLATFORM, ids, data)
        case = self.world.platform.cases.find(decided.facility, decision.about)
        outgoing = Outgoing(
            about=decision.about,
            facility=decided.facility,
            service="admissions",
            kind="decision",
            blob=blob_of(self.world.profile, decision),
            insz=case.message.insz if case else None,
            rule_set=decision.rule_set,
        )
        self.world.delivery.reply(outgoing)
        subject = Subject(service="admissions", insz=outgoing.insz)
        if case is not None and (stray := self.world.behaviours.take(Kind.FOR_ANOTHER, subject)):
            self.world.later(stray.after, partial(self._stray, outgoing, case))
        if decision.outcome is Outcome.PENDING:
            self._watch_pending(decided)

    def _stray(self, outgoing: Outgoing, case: Case) -> None:
        """Deliver the decision on somebody else's message as if it answered this one."""
        stray = strayed(
            outgoing.about,
            case.message,
            known=self.world.platform.facilities,
            fund=min(self.world.funds),
            rule_set=self.world.rules_today,
            now=self.world.clock.now(),
        )
        self.world.delivery.put(replace(outgoing, kind=STRAY, blob=blob_of(self.world.profile, stray)))

    def _watch_pending(self, decided: Decided) -> None:
        months = self.world.profile.pending_limit(decided.decision.rule_set)
        case = self.world.platform.cases.find(decided.facility, decided.decision.about)
        if months is not None and case is not None:
            begun = self.world.clock.now()
            self.world.clock.call_at(
                months_after(begun, months),
                lambda: self.announce(self.world.platform.expire(case, begun, self.world.clock.now())),
            )


def blob_of(profile: Profile, message: Message) -> Blob:
    """A message as it lies in a mailbox."""
    return Blob(content=profile.write(message), message_name=profile.message_name(type(message)))
