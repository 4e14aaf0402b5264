"""The transcript of the sample bundle: four scenarios, three with findings and one that is broken off.

All persons, numbers and amounts are synthetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile.invoice import Bill, InvoiceFile, Line
from generale.protocol.flatfile.invoice_writer import write_invoice
from generale.protocol.genericasync import (
    Blob,
    Origin,
    Post,
    PostResponse,
    answer_envelope,
    request_envelope,
    success_tack,
    write_envelope,
)
from generale.protocol.ids import FundNumber, Hco, Iban, Insz, Kbo, Nihii, Reference, Sex
from generale.protocol.messages import Admission, Decision, Outcome, StayType
from generale.protocol.money import Euro
from generale.protocol.profile import INVOICE_NAME, standard_profile
from generale.results.events import Event, EventType, Party, digest

CLEAN = "month/clean-month"
CUT = "outage/line-cut-after-receipt"
PENDING = "decision/pending-over-month-end"
TAKEOVER = "takeover/new-number-in-mid-month"

_NIHII = Nihii.of_serial(799001)
_HCO = Hco.parse("99001")
_SUMMER = timezone(timedelta(hours=2))
_ORIGIN = Origin(nihii=_NIHII.padded, licence_username="voorbeeld", licence_password="geheim")


@dataclass
class Script:
    """Writes a transcript: events with running numbers, and the evidence beside it."""

    events: list[Event] = field(default_factory=list)
    evidence: dict[str, bytes] = field(default_factory=dict)
    scenario: str = ""
    now: datetime = datetime(2019, 4, 1, 9, 0, tzinfo=_SUMMER)

    def add(
        self,
        kind: EventType,
        sender: str,
        receiver: str = "",
        *,
        raw: bytes = b"",
        data: Mapping[str, Any] | None = None,
        ids: Mapping[str, str] | None = None,
    ) -> int:
        """One more event; its number."""
        name = digest(raw) if raw else ""
        if raw:
            self.evidence[name] = raw
        self.now += timedelta(seconds=1)
        event = Event(
            seq=len(self.events) + 1,
            scenario=self.scenario,
            type=kind,
            at=self.now.isoformat(),
            sender=sender,
            receiver=receiver,
            ids=ids or {},
            data=data or {},
            evidence=name,
        )
        self.events.append(event)
        return event.seq

    def begin(self, scenario: str) -> None:
        """A scenario begins, at nine in the morning of 1 April 2019."""
        self.scenario, self.now = scenario, datetime(2019, 4, 1, 9, 0, tzinfo=_SUMMER)
        self.add(EventType.SCENARIO_BEGUN, Party.PLAYER, data={"rule_set": "2019-01-01", "clock": "virtual"})

    def end(self, *, completed: bool = True, reason: str = "") -> None:
        """It ends."""
        self.add(EventType.SCENARIO_ENDED, Party.PLAYER, data={"completed": completed, "reason": reason})

    def tell(self, operation: str, data: Mapping[str, Any] | None = None) -> int:
        """The product is told something, and answers that it is done."""
        number = self.add(EventType.TOLD, Party.PLAYER, Party.VENDOR, data=data, ids={"operation": operation})
        self.add(
            EventType.TOLD_ANSWERED,
            Party.VENDOR,
            Party.PLAYER,
            data={"taken": True},
            ids={"operation": operation},
        )
        return number

    def leap(self, **passed: int) -> None:
        """The clock leaps."""
        self.now += timedelta(**passed)
        self.add(EventType.CLOCK, Party.PLAYER, Party.PLATFORM, data={"to": self.now.isoformat()})

    def post(
        self, reference: str, content: bytes, name: str, service: str, *, cut: bool = False
    ) -> tuple[int, int]:
        """The product posts a message: the numbers of the request and of the acknowledgement."""
        post = Post(
            origin=_ORIGIN,
            input_reference=reference,
            is_test=True,
            blob=Blob(content=content, message_name=name),
        )
        ids = {"exchange": str(len(self.events)), "operation": "post", "service": service}
        asked = request_envelope(post, to="urn:nip:destination:io:800", message_id=f"urn:x:{reference}")
        told = answer_envelope(
            PostResponse(tack=success_tack(content, reference, "platform")), asked.addressing
        )
        vendor, platform = Party.VENDOR, Party.PLATFORM
        request = self.add(
            EventType.REQUEST,
            vendor,
            platform,
            raw=write_envelope(asked),
            ids={**ids, "reference": reference},
        )
        received = self.add(
            EventType.ACKNOWLEDGED,
            platform,
            vendor,
            raw=content,
            ids={"reference": reference, "facility": _NIHII, "service": service, "name": name},
        )
        if cut:
            self.add(EventType.RESPONSE, platform, vendor, data={"cut": True}, ids=ids)
        else:
            self.add(
                EventType.RESPONSE, platform, vendor, raw=write_envelope(told), data={"status": 200}, ids=ids
            )
        return request, received

    def decide(self, reference: str, outcome: Outcome) -> int:
        """The platform decides, and the decision lies in the mailbox and is fetched: the reply's number."""
        platform, vendor = Party.PLATFORM, Party.VENDOR
        self.leap(minutes=20)
        self.add(
            EventType.DECIDED,
            platform,
            vendor,
            data={"outcome": outcome.value},
            ids={"reference": reference, "facility": _NIHII},
        )
        accepted = outcome is Outcome.ACCEPTED
        decision = Decision(
            facility=_HCO,
            about=Reference.parse(reference),
            outcome=outcome,
            decided=self.now,
            rule_set=date(2019, 1, 1),
            fund=FundNumber.parse("810") if accepted else None,
            start=datetime(2019, 4, 1, 10, 0, tzinfo=_SUMMER) if accepted else None,
        )
        raw = standard_profile().write(decision)
        number = self.add(
            EventType.REPLIED,
            platform,
            vendor,
            raw=raw,
            ids={"reply": f"R{reference}", "about": reference, "kind": "decision"},
        )
        self.tell("sync")
        self.add(EventType.CONFIRMED, vendor, platform, ids={"reply": f"R{reference}", "facility": _NIHII})
        return number


def admission(day: int, given_name: str = "Testa") -> bytes:
    """The admission of a synthetic resident on a day of April 2019."""
    born = date(1934, 5, 2 + len(given_name))
    message = Admission(
        facility=_HCO,
        insz=Insz.synthetic(born, Sex.WOMAN),
        family_name="Proefpersoon",
        given_name=given_name,
        birth_date=born,
        sex=Sex.WOMAN,
        stay_type=StayType.ROB,
        start=datetime(2019, 4, day, 10, 0, tzinfo=_SUMMER),
    )
    return standard_profile().write(message)


def invoice(cents: int) -> bytes:
    """An invoice file with two lines for one resident; the amount of the first line is given."""
    first = Line(
        code="0990010", first=date(2019, 4, 1), last=date(2019, 4, 28), days=28, amount=Euro(cents), service=1
    )
    second = Line(
        code="0990021", first=date(2019, 4, 29), last=date(2019, 4, 30), days=2, amount=Euro(13870), service=2
    )
    bill = Bill(
        number=1,
        insz="00" + Insz.synthetic(date(1934, 5, 7), Sex.WOMAN),
        sex=Sex.WOMAN,
        affiliated_fund=810,
        destination_fund=810,
        admission_date=date(2019, 4, 1),
        lines=(first, second),
        facility_reference="PROEF 001",
    )
    return write_invoice(
        InvoiceFile(
            provider=_NIHII.in_flat_file,
            sending_number=1,
            month=CareMonth(2019, 4),
            created=date(2019, 5, 2),
            invoice_date=date(2019, 5, 2),
            reference="1",
            fund=810,
            company_number=Kbo.of_serial(999),
            iban=Iban.of_serial(999),
            bic="GEBABEBB",
            bills=(bill,),
        )
    )


def play() -> tuple[list[Event], dict[str, bytes], dict[str, list[int]]]:
    """The events, the evidence, and the numbers of the events that the findings rest on."""
    script = Script()
    script.begin(CLEAN)
    late: list[int] = []
    for number, name in enumerate(("Testa", "Testine", "Testabel"), start=1):
        facts = {"do": "admit", "facility": _HCO, "start": "2019-04-01T10:00:00+02:00"}
        script.tell("act", facts)
        late.append(script.post(f"A000{number}", admission(2, name), "WZC-OPNAME", "admissions")[1])
        script.decide(f"A000{number}", Outcome.ACCEPTED)
    script.leap(days=30, hours=2)
    script.tell("act", {"do": "bill_month", "facility": _HCO, "month": "2019-04"})
    _, billed = script.post("F0001", invoice(174019), INVOICE_NAME, "invoices")
    script.leap(hours=3)
    script.add(
        EventType.PAID,
        Party.FUND,
        Party.VENDOR,
        data={"amount": "1878.89"},
        ids={"about": "F0001", "facility": _NIHII},
    )
    script.end()

    script.begin(CUT)
    cut = {"kind": "cut", "after": "receipt"}
    script.add(EventType.BEHAVIOUR, Party.PLAYER, Party.PLATFORM, data=cut)
    script.tell("act", {"do": "admit", "facility": _HCO, "start": "2019-04-01T10:00:00+02:00"})
    script.post("A0003", admission(1), "WZC-OPNAME", "admissions", cut=True)
    script.leap(minutes=15)
    script.tell("sync")
    second, _ = script.post("A0004", admission(1), "WZC-OPNAME", "admissions")
    script.end()

    script.begin(PENDING)
    script.tell("act", {"do": "admit", "facility": _HCO, "start": "2019-04-03T10:00:00+02:00"})
    script.post("A0001", admission(3), "WZC-OPNAME", "admissions")
    script.decide("A0001", Outcome.PENDING)
    script.leap(days=27)
    seen = {"stays": [{"resident": "Proefpersoon Testa", "state": "pending"}], "worklist": []}
    worklist = script.add(EventType.OBSERVED, Party.VENDOR, Party.PLAYER, data=seen)
    script.end()

    script.begin(TAKEOVER)
    wait = {
        "for": "the first message under the new number",
        "awaited": "vendor",
        "deadline": "2019-04-15T12:00:00+02:00",
    }
    script.add(EventType.WAIT_BEGUN, Party.PLAYER, data=wait, ids={"wait": "1"})
    script.leap(days=14, hours=3)
    script.add(EventType.WAIT_ENDED, Party.PLAYER, data={"met": False}, ids={"wait": "1"})
    script.end(completed=False, reason="the vendor sent nothing under the new number before 15 April, 12:00")
    numbers = {"late": late, "billed": [billed], "second": [second], "worklist": [worklist]}
    return script.events, script.evidence, numbers
