"""The way of a change of care fund through the world: the platform controls it and passes it on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Protocol

from generale.carefunds.fund import CareFund
from generale.platform.platform import Platform
from generale.protocol.clock import VirtualClock, brussels
from generale.protocol.errors import OurError, UsageError
from generale.protocol.ids import FundNumber, Hco, Insz
from generale.protocol.messages import FundChangeNotice
from generale.protocol.profile import Profile
from generale.results.events import EventType, Party
from generale.rules.facts import FacilityRecord, FundMove, StayRecord
from generale.rules.findings import Finding
from generale.simulator.advancing import UNASKED
from generale.simulator.announcing import blob_of
from generale.simulator.delivery import Delivery
from generale.simulator.event import Outgoing

KIND = "fund-change-notice"
"""The kind under which the notice of a change stands in the log."""

_OF_THE_HOUSE = frozenset({"HX-FCH-01", "HX-FCH-03"})
"""The controls that say which houses are told, where others speak of the change itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMove:
    """A person goes on to another care fund; ``start`` is the first day of the new membership."""

    insz: Insz
    fund: FundNumber
    start: date


class Surroundings(Protocol):
    """What a change of fund needs of the world around it."""

    clock: VirtualClock
    funds: dict[FundNumber, CareFund]
    platform: Platform
    profile: Profile
    delivery: Delivery

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        """The fund of a person on a day, by the member registers of the funds."""
        ...

    def tell(
        self,
        type_: EventType,
        sender: Party,
        ids: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
        *,
        receiver: Party = Party.VENDOR,
    ) -> None:
        """Say in the log what happens now."""
        ...


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the platform knows when a fund tells it of a new member."""

    world: Surroundings
    known: Sequence[FundMove]

    @property
    def received(self) -> datetime:
        """When the fund told it."""
        return self.world.clock.now()

    def facility(self, hco: Hco) -> FacilityRecord | None:
        """The registry's entry of a facility number."""
        return self.world.platform.facilities.get(hco)

    def fund_on(self, insz: Insz, day: date) -> FundNumber | None:
        """The care fund that insures a person on a day."""
        return self.world.fund_on(insz, day)

    def stays(self, insz: Insz) -> Sequence[StayRecord]:
        """The accepted stays of a person, in all facilities."""
        return self.world.platform.stays.of(insz)

    def moves(self, _insz: Insz) -> Sequence[FundMove]:
        """The changes of fund of the person that are known already."""
        return self.known


@dataclass(slots=True)
class ChangingFund:
    """Lets people of a world go from one care fund to another, and tells it to both and to their houses."""

    world: Surroundings
    _moves: dict[Insz, list[FundMove]] = field(default_factory=dict)
    _told: set[FundChangeNotice] = field(default_factory=set)

    def check(self, move: MemberMove) -> None:
        """``UsageError`` where the platform would not take the change in now."""
        if move.fund not in self.world.funds:
            raise UsageError(
                f"there is no care fund '{move.fund}'", hint=f"one of {', '.join(self.world.funds)}"
            )
        former = self._former(move)
        if former == move.fund:
            raise UsageError(f"{move.insz} is a member of {former} already", hint="name another fund")
        change = FundMove(former=former, fund=move.fund, start=move.start)
        anywhere = next(iter(self.world.platform.facilities))
        findings = self._findings(_notice(anywhere, move.insz, change), self._moves.get(move.insz, ()))
        for one in (one for one in findings if one.control not in _OF_THE_HOUSE):
            raise UsageError(
                f"{one.control}: expected {one.expected}, received {one.received}",
                hint="docs/reference/controls.md says when a change of care fund is taken in",
            )

    def do(self, move: MemberMove) -> None:
        """Let somebody change funds as was checked, and tell it."""
        change = FundMove(former=self._former(move), fund=move.fund, start=move.start)
        data = {
            "kind": "fund-change",
            "insz": move.insz,
            "former": change.former,
            "fund": change.fund,
            "start": change.start.isoformat(),
        }
        self.world.tell(EventType.BEHAVIOUR, Party.PLAYER, {}, data, receiver=Party.PLATFORM)
        moves = self._moves.setdefault(move.insz, [])
        old, new = self.world.funds[change.former], self.world.funds[change.fund]
        old.note_move(move.insz, change)
        for earlier in moves:
            new.note_move(move.insz, earlier)
        new.note_move(move.insz, change, partial(old.settled_since, move.insz, move.start))
        moves.append(change)
        for stay in self.world.platform.stays.of(move.insz):
            new.note_stay(stay)
        self.tell_houses(move.insz)

    def tell_houses(self, insz: Insz) -> None:
        """Pass each change of somebody on to the houses that have to know, once; also to one of later."""
        moves = self._moves.get(insz, ())
        for place, change in enumerate(moves):
            for hco in self._houses(insz, change):
                notice = _notice(hco, insz, change)
                if notice not in self._told and not self._findings(notice, moves[:place]):
                    self._told.add(notice)
                    self._send(notice)

    def funds_of(self, stay: StayRecord) -> list[FundNumber]:
        """The funds that keep a stay: that of its acceptance, and those between which the resident went."""
        moves = self._moves.get(stay.insz, ())
        gone = (number for move in moves for number in (move.former, move.fund))
        return list(dict.fromkeys((stay.fund, *gone)))

    def _former(self, move: MemberMove) -> FundNumber:
        """The fund that insures somebody on the day before; ``UsageError`` where none does."""
        former = self.world.fund_on(move.insz, move.start - timedelta(days=1))
        if former is None:
            raise UsageError(
                f"no care fund insures {move.insz} on the day before {move.start}",
                hint="name a resident of the cast",
            )
        return former

    def _houses(self, insz: Insz, change: FundMove) -> list[Hco]:
        """The numbers with an accepted stay from before a change, or one decided for the former fund."""
        return list(
            dict.fromkeys(
                stay.facility
                for stay in self.world.platform.stays.of(insz)
                if brussels(stay.start).date() < change.start or stay.fund == change.former
            )
        )

    def _findings(self, notice: FundChangeNotice, known: Sequence[FundMove]) -> tuple[Finding, ...]:
        """What is wrong with a change, where those that are known came before it."""
        rules = self.world.platform.rules.on(brussels(self.world.clock.now()).date())
        return rules.judge_fund_change(notice, _Facts(self.world, known))

    def _send(self, notice: FundChangeNotice) -> None:
        """Put the notice in the mailbox of its house: it answers nothing."""
        profile, facility = self.world.profile, self.world.platform.facilities.get(notice.facility)
        if facility is None:
            raise OurError(f"{notice.facility} passed its controls and is no facility")
        outgoing = Outgoing(
            about=UNASKED,
            facility=facility.nihii,
            service=profile.bindings[FundChangeNotice].service,
            kind=KIND,
            blob=blob_of(profile, notice),
        )
        self.world.delivery.put(outgoing)


def _notice(hco: Hco, insz: Insz, change: FundMove) -> FundChangeNotice:
    return FundChangeNotice(
        facility=hco, insz=insz, former_fund=change.former, fund=change.fund, start=change.start
    )
