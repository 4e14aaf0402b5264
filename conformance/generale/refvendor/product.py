"""The reference vendor behind the driver contract: it does everything right, or one named thing wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from generale.driver.contract import Description, Done, ProductClock
from generale.driver.observations import Observation
from generale.driver.setup import FacilityType, SetUp
from generale.driver.stimuli import (
    STIMULI,
    Absence,
    Admit,
    Assess,
    BillMonth,
    ChangeStay,
    Correct,
    EndAgreement,
    EndStay,
    ImportHistory,
    Rebill,
    Stimulus,
    TakeOver,
    Withdraw,
)
from generale.protocol.clock import Clock
from generale.protocol.errors import UsageError
from generale.protocol.profile import Profile
from generale.protocol.transport import Transport
from generale.refvendor.advances import Advances
from generale.refvendor.billing import Billing
from generale.refvendor.clock import SettableClock
from generale.refvendor.decision import Decisions
from generale.refvendor.dispatch import Dispatch
from generale.refvendor.dossier import Dossier
from generale.refvendor.filing import Filing
from generale.refvendor.house import House
from generale.refvendor.identity import Identity
from generale.refvendor.insurance import Inquiries
from generale.refvendor.line import Line
from generale.refvendor.mailbox import Mailboxes
from generale.refvendor.membership import FundChanges
from generale.refvendor.outbox import Outbox
from generale.refvendor.post import PACKAGE, PostOffice
from generale.refvendor.registration import Registration
from generale.refvendor.screen import DEMONSTRATION, Screen
from generale.refvendor.shipment import Books
from generale.refvendor.switches import Switches
from generale.refvendor.worklist import Worklist

if TYPE_CHECKING:
    from generale.refvendor.seal import Keyring, Sealing

STS = "sts"
"""The security token service among the addresses of the set-up."""

VERSION = "1"
"""Version of the reference vendor, which moves when its behaviour does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Installation:
    """The product between two resets."""

    house: House
    registration: Registration
    billing: Billing
    dispatch: Dispatch
    screen: Screen
    clock: SettableClock | None


class ReferenceVendor:
    """A product that fulfils ``generale.driver.contract.Product``.

    Without a clock of its own its business time is settable; with one it is the wall's. With a keyring it
    signs what it sends, and believes only answers that are signed; ``in_packages`` it sends MTOM.
    ``switches`` tells which decisions were taken since the last reset that a defect would turn. Raises
    UsageError for an unknown defect, and where it is used before the first reset.
    """

    def __init__(
        self,
        transport: Transport,
        profile: Profile,
        defect: str = "",
        clock: Clock | None = None,
        keyring: "Keyring | None" = None,
        *,
        in_packages: bool = False,
    ) -> None:
        self._keyring = keyring
        self._in_packages = in_packages
        self._transport = transport
        self._profile = profile
        self._clock = clock
        self._running: _Installation | None = None
        self.switches = Switches(defect)

    def describe(self) -> Description:
        """Say what the product is and can."""
        return Description(
            product=PACKAGE,
            version=VERSION,
            clock=ProductClock.WALL if self._clock else ProductClock.SETTABLE,
            capabilities=(*STIMULI, "reset"),
            facility_types=tuple(FacilityType),
        )

    def reset(self, set_up: SetUp) -> Done:
        """Start clean with these facilities, addresses and credentials."""
        self.switches.consulted.clear()
        identity = Identity(set_up.identity)
        settable = SettableClock(set_up.business_time)
        clock: Clock = settable if self._clock is None else self._clock
        office = PostOffice(
            self._transport,
            set_up.services,
            identity,
            self.switches,
            _sealing(self._keyring, clock, self.switches, Line(self._transport, self.switches), set_up),
            in_packages=self._in_packages,
        )
        own = settable if self._clock is None else None
        self._running = _install(set_up, office, self._profile, clock, own, identity, self.switches)
        return Done()

    def act(self, stimulus: Stimulus) -> Done:
        """Take note of something that happens in a facility; what it leads to is sent at the next sync."""
        running = self._installation
        if stimulus.facility not in running.house:
            return Done(taken=False, note=f"facility number {stimulus.facility} is not known here")
        match stimulus:
            case Admit():
                known = running.registration.admit(stimulus)
            case EndStay():
                known = running.registration.end_stay(stimulus)
            case Correct():
                known = running.registration.correct(stimulus)
            case Absence():
                known = running.registration.leave(stimulus)
            case ChangeStay():
                known = running.registration.change(stimulus)
            case EndAgreement():
                known = running.registration.end_agreement(stimulus)
            case Withdraw():
                known = running.registration.withdraw(stimulus)
            case Assess():
                known = running.registration.assess(stimulus)
            case ImportHistory():
                known = running.registration.import_history(stimulus)
            case TakeOver():
                known = running.registration.take_over(stimulus)
            case BillMonth():
                known = True
                running.billing.bill_month(stimulus.facility, stimulus.month)
            case Rebill():
                if self.switches.on("rebill-not-taken"):
                    return Done(taken=False, note="billing again is not available")
                known = True
                running.billing.rebill(stimulus.facility, stimulus.month)
            case _:
                assert_never(stimulus)
        return Done() if known else Done(taken=False, note="there is no such stay")

    def sync(self) -> Done:
        """Send what waits, fetch, process, confirm, and send what has become possible by it."""
        self._installation.billing.remake_unanswered()
        taken = self._installation.dispatch.run()
        if taken:
            self._installation.billing.repair_unasked()
            self._installation.registration.restate_unasked()
            self._installation.registration.withdraw_unasked()
        return Done(note=f"{taken} replies taken in")

    def observe(self) -> Observation:
        """Show what the product's users would see."""
        running = self._installation
        if self.switches.on("polls-when-looked-at"):
            self.sync()
        shown = [running.screen.show(hco) for hco in running.house]
        if self.switches.on("demonstration-home-shown"):
            shown.append(DEMONSTRATION)
        return Observation(facilities=tuple(shown))

    def set_clock(self, instant: datetime) -> Done:
        """Take this as the business time; not taken where the clock is the wall's."""
        clock = self._installation.clock
        if clock is None:
            return Done(taken=False, note="this product keeps the time of its clock")
        clock.put(instant)
        return Done()

    @property
    def _installation(self) -> _Installation:
        if self._running is None:
            raise UsageError("the product is not set up", hint="reset it first")
        return self._running


def _install(
    set_up: SetUp,
    office: PostOffice,
    profile: Profile,
    clock: Clock,
    settable: SettableClock | None,
    identity: Identity,
    switches: Switches,
) -> _Installation:
    """Put the parts together, all of them new."""
    house = House(set_up.facilities, switches)
    dossier, books, decisions = Dossier(house), Books(), Decisions(clock, switches)
    outbox = Outbox(office, house, identity, clock, profile.resend_minors, switches)
    mailboxes = Mailboxes(office, house, profile, clock, switches, outbox.take_back)
    filing = Filing(profile, books, outbox, identity, clock, switches)
    inquiries = Inquiries(clock, switches)
    advances, fund_changes = Advances(switches), FundChanges(switches)
    worklist = Worklist(house, dossier, decisions, books, outbox, mailboxes, inquiries, advances, switches)
    return _Installation(
        house=house,
        registration=Registration(house, dossier, switches),
        billing=Billing(profile, house, dossier, decisions, books, filing, fund_changes, switches),
        dispatch=Dispatch(
            profile,
            house,
            dossier,
            books,
            decisions,
            outbox,
            mailboxes,
            identity,
            inquiries,
            advances,
            fund_changes,
            clock,
            switches,
        ),
        screen=Screen(house, dossier, decisions, books, worklist, advances, profile, switches),
        clock=settable,
    )


def _sealing(
    keyring: "Keyring | None", clock: Clock, switches: Switches, line: Line, set_up: SetUp
) -> "Sealing | None":
    """What signs and verifies; its library is loaded only where it is asked for."""
    if keyring is None:
        return None
    from generale.refvendor.seal import Sealing

    return Sealing(keyring, clock, switches, line, set_up.services.get(STS, ""))
