"""The product: enters admissions, asks who insures the resident, sends, fetches, confirms and shows."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lxml.builder import ElementMaker
from lxml.etree import _Element, tostring

from admissions_example.mycarenet import Line, NoAnswer, Refusal, Reply
from generale.driver.contract import Description, Done, ProductClock
from generale.driver.observations import DecisionState, FacilityView, Observation, StayView, WorklistItem
from generale.driver.setup import FacilitySetUp, FacilityType, SetUp
from generale.driver.stimuli import Admit, Stimulus

REST = timedelta(minutes=1)
"""How long a message or a mailbox is left alone after a refusal, or no answer."""

PROFILE = "urn:generale:profiel:vsb:1"
XML = ElementMaker(namespace=PROFILE, nsmap={None: PROFILE})
SEXES = {"man": "M", "woman": "V"}
OUTCOMES = {
    "AANVAARD": DecisionState.ACCEPTED,
    "GEWEIGERD": DecisionState.REFUSED,
    "IN_BERAAD": DecisionState.PENDING,
}


@dataclass
class Message:
    """One message; it keeps its bytes and its reference until the platform has it."""

    service: str
    name: str
    content: bytes
    reference: str
    is_received: bool = False
    refusal: Refusal | None = None
    warning: str = ""
    not_before: datetime | None = None


@dataclass
class Stay:
    """One stay, as the facility entered it and as the platform decided on it."""

    told: Admit
    entered: datetime
    question: Message
    admission: Message
    decision: _Element | None = None
    rejection: str = ""


@dataclass
class Mailbox:
    """The mailbox of a facility at one service."""

    service: str
    fault: Refusal | None = None
    not_before: datetime | None = None


@dataclass
class Home:
    """One facility number."""

    account: FacilitySetUp
    mailboxes: tuple[Mailbox, ...]
    stays: list[Stay] = field(default_factory=list)


class Product:
    """The six operations of the driver contract."""

    def describe(self) -> Description:
        """Say what the product is and can."""
        return Description(
            product="Admissions Example (Python)",
            version="1",
            clock=ProductClock.SETTABLE,
            capabilities=("reset", "admit"),
            facility_types=(FacilityType.WZC,),
        )

    def reset(self, set_up: SetUp) -> Done:
        """Forget everything, and begin with these facilities, addresses and this time."""
        self.line = Line(set_up.services)
        self.chance = random.Random(set_up.identity or None)
        self.now = set_up.business_time
        self.homes = {
            one.hco: Home(one, (Mailbox("insurance"), Mailbox("admissions"))) for one in set_up.facilities
        }
        return Done()

    def set_clock(self, instant: datetime) -> Done:
        """Take this as the business time."""
        self.now = instant
        return Done()

    def act(self, stimulus: Stimulus) -> Done:
        """Somebody moved in: an insurance question and an admission wait for the next sync."""
        if not isinstance(stimulus, Admit):
            return Done(taken=False, note=f"this product knows no {type(stimulus).__name__}")
        person, start = stimulus.resident, stimulus.start
        home, insz = XML.Voorziening(stimulus.facility), XML.Insz(person.insz)
        question = XML.Verzekeringsvraag(home, XML.Bewoner(insz), XML.Dag(start.date().isoformat()))
        asks = self._message("insurance", "WZC-VERZEKERING-VRAAG", question)
        admission = XML.Opname(
            home,
            XML.Bewoner(
                insz,
                XML.Naam(person.family_name),
                XML.Voornaam(person.given_name),
                XML.Geboortedatum(person.birth_date.isoformat()),
                XML.Geslacht(SEXES[person.sex]),
            ),
            XML.Verblijf(XML.Type(stimulus.stay_type.upper()), XML.Begin(start.isoformat())),
        )
        admits = self._message("admissions", "WZC-OPNAME", admission)
        self.homes[stimulus.facility].stays.append(Stay(stimulus, self.now, asks, admits))
        return Done()

    def sync(self) -> Done:
        """Send what waits, then fetch, process and confirm."""
        for home in self.homes.values():
            for stay in home.stays:
                self._send(home, stay.question)
                if stay.question.is_received:
                    self._send(home, stay.admission)
            for mailbox in home.mailboxes:
                self._read(home, mailbox)
        return Done()

    def observe(self) -> Observation:
        """What the users of every facility see."""
        return Observation(
            facilities=tuple(
                FacilityView(
                    facility=home.account.hco,
                    stays=tuple(shown(stay) for stay in home.stays),
                    worklist=tuple(item for stay in home.stays for item in self._problems(stay))
                    + tuple(
                        WorklistItem(subject=f"mailbox {mailbox.service}", text=str(mailbox.fault))
                        for mailbox in home.mailboxes
                        if mailbox.fault
                    ),
                )
                for home in self.homes.values()
            )
        )

    def _message(self, service: str, name: str, content: _Element) -> Message:
        # The reference says nothing of anybody. The seed makes it, so that a rehearsal can be repeated.
        reference = f"{self.chance.getrandbits(80):020X}"
        return Message(service, name, tostring(content, xml_declaration=True, encoding="UTF-8"), reference)

    def _send(self, home: Home, message: Message) -> None:
        """Try a message once, unless the platform has it, refused it, or was asked a moment ago."""
        if message.is_received or message.refusal or (message.not_before and self.now < message.not_before):
            return
        message.not_before = self.now + REST
        try:
            message.warning = self.line.post(home.account, message)
            message.is_received = True
        except Refusal as refusal:
            message.refusal = None if refusal.asks_again else refusal
        except NoAnswer:
            pass  # the same bytes leave again, under the same reference

    def _read(self, home: Home, mailbox: Mailbox) -> None:
        """Fetch, take in and confirm, page after page. What is not confirmed comes again."""
        if mailbox.not_before and self.now < mailbox.not_before:
            return
        is_full = True
        try:
            while is_full:
                page = self.line.get(home.account, mailbox.service)
                mailbox.fault = None
                for stay in home.stays:
                    if stay.admission.reference in page.not_picked_up:
                        stay.admission.is_received = False
                stored = [reply.key for reply in page.replies if taken_in(home, reply)]
                if stored or page.receipts:
                    self.line.confirm(home.account, mailbox.service, stored, page.receipts)
                is_full = page.is_full and bool(stored or page.receipts)
        except Refusal as refusal:
            mailbox.fault = None if refusal.asks_again else refusal
            mailbox.not_before = self.now + REST
        except NoAnswer:
            mailbox.not_before = self.now + REST

    def _problems(self, stay: Stay) -> list[WorklistItem]:
        """What somebody must know or do about a stay, until it is accepted."""
        outcome = text_of(stay.decision, "Uitkomst")
        found = [("", str(one.refusal)) for one in (stay.question, stay.admission) if one.refusal]
        if outcome in ("GEWEIGERD", "IN_BERAAD"):
            found += controls_of(stay.decision) or [("", OUTCOMES[outcome].value)]
        elif not outcome:
            late = "no decision yet" if self.now - stay.entered >= timedelta(days=1) else ""
            found += [("", said) for said in (stay.admission.warning, stay.rejection, late) if said]
        subject = stay.told.resident.insz
        return [WorklistItem(subject=subject, control=control, text=text) for control, text in found]


def taken_in(home: Home, reply: Reply) -> bool:
    """Take in one reply; False for one that cannot be read, which then stays in the mailbox."""
    content = reply.content
    if content is None:
        return False
    is_rejection = content.tag.endswith(("}RejectInb", "}RejectOutb"))
    about = reply.about if is_rejection else text_of(content, "Betreft")
    for stay in home.stays:
        if stay.admission.reference != about:
            continue
        if is_rejection:
            stay.rejection = " ".join(content.itertext())
        elif text_of(content, "Voorziening") == home.account.hco and is_later(content, stay.decision):
            stay.decision = content
    return True


def is_later(decision: _Element, known: _Element | None) -> bool:
    """Whether it was decided after the one that is known; they come in whatever order."""
    if known is None:
        return True
    new, old = (datetime.fromisoformat(text_of(one, "Beslist")) for one in (decision, known))
    return new > old


def shown(stay: Stay) -> StayView:
    """One stay, with the start and the fund of the decision once it is accepted."""
    told, decision = stay.told, stay.decision
    outcome = OUTCOMES.get(text_of(decision, "Uitkomst"), DecisionState.NOT_ANSWERED)
    is_accepted = outcome is DecisionState.ACCEPTED
    return StayView(
        insz=told.resident.insz,
        stay_type=told.stay_type,
        start=datetime.fromisoformat(text_of(decision, "Begin")) if is_accepted else told.start,
        decision=outcome,
        fund=text_of(decision, "Zorgkas") if is_accepted else None,
        controls=tuple(control for control, _ in controls_of(decision)),
    )


def controls_of(decision: _Element | None) -> list[tuple[str, str]]:
    """Id and text of every control that a decision names."""
    found = [] if decision is None else decision.findall("{*}Controles/{*}Controle")
    return [(text_of(one, "Code"), text_of(one, "Tekst")) for one in found]


def text_of(element: _Element | None, name: str) -> str:
    """The text of a child, whatever its namespace; empty where there is none."""
    return "" if element is None else (element.findtext(f"{{*}}{name}") or "").strip()
