"""What the product knows of its care homes: stays, what the platform said of them, what users must see."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from mycarenet import Account, NoAnswer, Refusal, Reply, confirm, get, post

REST = timedelta(minutes=1)
"""How long a message or a mailbox is left alone after a refusal, or no answer."""

NAMESPACE = "urn:generale:profiel:vsb:1"
SEXES = {"man": "M", "woman": "V"}
OUTCOMES = {"AANVAARD": "accepted", "GEWEIGERD": "refused", "IN_BERAAD": "pending"}
START = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


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
    not_before: datetime = START


@dataclass
class Stay:
    """One stay, as the facility entered it and as the platform decided on it."""

    told: dict[str, Any]
    entered: datetime
    question: Message
    admission: Message
    decision: Element | None = None
    rejection: str = ""


@dataclass
class Mailbox:
    """The mailbox of a facility at one service."""

    service: str
    fault: Refusal | None = None
    not_before: datetime = START


@dataclass
class Home:
    """One facility number."""

    hco: str
    account: Account
    stays: list[Stay] = field(default_factory=list)
    mailboxes: tuple[Mailbox, ...] = ()


class CareHomes:
    """Enters admissions, asks who insures the resident, sends, fetches, confirms and shows."""

    def reset(self, set_up: dict[str, Any]) -> None:
        """Forget everything, and begin with these facilities, addresses and this time."""
        self.services = set_up["services"]
        self.chance = random.Random(set_up.get("identity"))
        self.homes = {}
        for one in set_up["facilities"]:
            account = Account(one["nihii"], one["username"], one["password"])
            self.homes[one["hco"]] = Home(one["hco"], account)
            self.homes[one["hco"]].mailboxes = (Mailbox("insurance"), Mailbox("admissions"))
        self.set_clock(set_up["business_time"])

    def set_clock(self, instant: str) -> None:
        """Take this as the business time."""
        self.now = datetime.fromisoformat(instant)

    def admit(self, told: dict[str, Any]) -> None:
        """Somebody moved in: an insurance question and an admission wait for the next sync."""
        person, start = told["resident"], told["start"]
        home, insz = f"<Voorziening>{told['facility']}</Voorziening>", f"<Insz>{person['insz']}</Insz>"
        question = f"{home}<Bewoner>{insz}</Bewoner><Dag>{start[:10]}</Dag>"
        admission = (
            f"{home}<Bewoner>{insz}<Naam>{escape(person['family_name'])}</Naam>"
            f"<Voornaam>{escape(person['given_name'])}</Voornaam><Geboortedatum>{person['birth_date']}"
            f"</Geboortedatum><Geslacht>{SEXES[person['sex']]}</Geslacht></Bewoner>"
            f"<Verblijf><Type>{told['stay_type'].upper()}</Type><Begin>{start}</Begin></Verblijf>"
        )
        asks = self._message("insurance", "WZC-VERZEKERING-VRAAG", "Verzekeringsvraag", question)
        admits = self._message("admissions", "WZC-OPNAME", "Opname", admission)
        self.homes[told["facility"]].stays.append(Stay(told, self.now, asks, admits))

    def _message(self, service: str, name: str, element: str, fields: str) -> Message:
        # The reference says nothing of anybody. The seed makes it, so that a rehearsal can be repeated.
        content = f'<{element} xmlns="{NAMESPACE}">{fields}</{element}>'.encode()
        return Message(service, name, content, f"{self.chance.getrandbits(80):020X}")

    def sync(self) -> None:
        """Send what waits, then fetch, process and confirm."""
        for home in self.homes.values():
            for stay in home.stays:
                self._send(home, stay.question)
                if stay.question.is_received:
                    self._send(home, stay.admission)
            for mailbox in home.mailboxes:
                self._read(home, mailbox)

    def _send(self, home: Home, message: Message) -> None:
        """Try a message once, unless the platform has it, refused it, or was asked a moment ago."""
        if message.is_received or message.refusal or self.now < message.not_before:
            return
        message.not_before = self.now + REST
        try:
            address = self.services[message.service]
            message.warning = post(address, home.account, message.name, message.reference, message.content)
            message.is_received = True
        except Refusal as refusal:
            message.refusal = None if refusal.asks_again else refusal
        except NoAnswer:
            pass  # the same bytes leave again, under the same reference

    def _read(self, home: Home, mailbox: Mailbox) -> None:
        """Fetch, take in and confirm, page after page. What is not confirmed comes again."""
        address = self.services[mailbox.service]
        is_full = mailbox.not_before <= self.now
        try:
            while is_full:
                page = get(address, home.account)
                mailbox.fault = None
                for stay in home.stays:
                    if stay.admission.reference in page.not_picked_up:
                        stay.admission.is_received = False
                stored = [reply.key for reply in page.replies if taken_in(home, reply)]
                if stored or page.receipts:
                    confirm(address, home.account, stored, page.receipts)
                is_full = page.is_full and bool(stored or page.receipts)
        except Refusal as refusal:
            mailbox.fault = None if refusal.asks_again else refusal
            mailbox.not_before = self.now + REST
        except NoAnswer:
            mailbox.not_before = self.now + REST

    def observation(self) -> dict[str, Any]:
        """What the users of every facility see."""
        shown = []
        for home in self.homes.values():
            items = [
                {"subject": f"mailbox {mailbox.service}", "text": str(mailbox.fault), "awaited": "facility"}
                for mailbox in home.mailboxes
                if mailbox.fault
            ]
            items += [item for stay in home.stays for item in self._problems(stay)]
            stays = [stay_shown(stay) for stay in home.stays]
            shown.append({"facility": home.hco, "stays": stays, "worklist": items})
        return {"facilities": shown}

    def _problems(self, stay: Stay) -> list[dict[str, str]]:
        """What somebody must know or do about a stay, until it is accepted."""
        outcome = text_of(stay.decision, "Uitkomst")
        found = [("", str(one.refusal)) for one in (stay.question, stay.admission) if one.refusal]
        if outcome in ("GEWEIGERD", "IN_BERAAD"):
            found += controls_of(stay.decision) or [("", OUTCOMES[outcome])]
        elif not outcome:
            late = "no decision yet" if self.now - stay.entered >= timedelta(days=1) else ""
            found += [("", said) for said in (stay.admission.warning, stay.rejection, late) if said]
        subject = stay.told["resident"]["insz"]
        return [{"subject": subject, "control": control, "text": text} for control, text in found]


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
        elif text_of(content, "Voorziening") == home.hco and decided(content) > decided(stay.decision):
            stay.decision = content  # the one that was decided last counts, in whatever order they come
    return True


def stay_shown(stay: Stay) -> dict[str, Any]:
    """One stay, with the start and the fund of the decision once it is accepted."""
    told = stay.told
    shown = {"insz": told["resident"]["insz"], "stay_type": told["stay_type"], "start": told["start"]}
    shown["decision"] = OUTCOMES.get(text_of(stay.decision, "Uitkomst"), "not-answered")
    if shown["decision"] == "accepted":
        shown |= {"fund": text_of(stay.decision, "Zorgkas"), "start": text_of(stay.decision, "Begin")}
    return {**shown, "controls": [control for control, _ in controls_of(stay.decision)]}


def controls_of(decision: Element | None) -> list[tuple[str, str]]:
    """Id and text of every control that a decision names."""
    found = [] if decision is None else decision.findall("{*}Controles/{*}Controle")
    return [(text_of(one, "Code"), text_of(one, "Tekst")) for one in found]


def decided(decision: Element | None) -> datetime:
    """When it was decided; long ago where it was not."""
    return START if decision is None else datetime.fromisoformat(text_of(decision, "Beslist"))


def text_of(element: Element | None, name: str) -> str:
    """The text of a child, whatever its namespace; empty where there is none."""
    return "" if element is None else (element.findtext(f"{{*}}{name}") or "").strip()
