"""A rehearsal of one care home with residents of two care funds, and a vendor who writes its own requests."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.unit.simulator.sample_house import BEGINS, CARE_HOME, admission, house, residents

from generale.driver.setup import FacilitySetUp, Tariff
from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile import Bill, InvoiceFile, Line, write_invoice
from generale.protocol.genericasync import (
    Answer,
    Blob,
    Confirm,
    Delivery,
    Fault,
    Get,
    GetResponse,
    Origin,
    Post,
    PostResponse,
    Query,
    Request,
    TAck,
    read_envelope,
    request_envelope,
    write_envelope,
)
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Sex
from generale.protocol.messages import Decision, EndOfStay, EndReason, Message, StayType
from generale.protocol.money import Euro
from generale.protocol.profile import INVOICE_NAME, Profile, standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.results.events import Event, EventType
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.set_up import Insured, Membership, WorldSetUp
from generale.simulator.simulator import Simulator

RATE = Decimal("64.35")
FIRST_FUND, SECOND_FUND = FundNumber.parse("810"), FundNumber.parse("820")
HOME = replace(CARE_HOME, tariffs=(Tariff(stay_type=StayType.ROB, since=date(2019, 1, 1), per_day=RATE),))
HEIR = replace(
    HOME,
    hco=Hco.parse("9002"),
    nihii=Nihii.of_serial(760002),
    username="heir",
    valid_from=date(2019, 4, 15),
)
_PEOPLE = residents()
ADA, BEA, CLARA = next(_PEOPLE), next(_PEOPLE), next(_PEOPLE)
"""Ada and Clara are members of the first fund, Bea of the second."""


def open_house(name: str = "open-house") -> WorldSetUp:
    """The set-up of the rehearsal."""

    def insured(insz: Insz, fund: FundNumber) -> Insured:
        return Insured(insz=insz, funds=(Membership(fund=fund, since=date(2000, 1, 1)),))

    people = (insured(ADA, FIRST_FUND), insured(BEA, SECOND_FUND), insured(CLARA, FIRST_FUND))
    return replace(house(0, name=name), facilities=(HOME,), residents=people)


def end_of_stay(insz: Insz) -> Blob:
    """The end of a stay on the first evening, ready to post."""
    profile = standard_profile()
    message = EndOfStay(facility=HOME.hco, insz=insz, end=BEGINS, reason=EndReason.DEPARTURE)
    return Blob(content=profile.write(message), message_name=profile.message_name(EndOfStay))


def invoice(*people: Insz, fund: FundNumber = FIRST_FUND, number: int = 1) -> Blob:
    """The invoice of the first ten days of April for some residents, ready to post."""
    line = Line(
        code="0990010",
        first=date(2019, 4, 1),
        last=date(2019, 4, 10),
        days=10,
        amount=Euro.of_rate(RATE, 10),
    )
    bills = (
        Bill(
            number=place,
            insz=insz,
            sex=Sex.WOMAN,
            affiliated_fund=int(fund),
            destination_fund=int(fund),
            admission_date=date(2019, 4, 1),
            lines=(line,),
        )
        for place, insz in enumerate(people, start=1)
    )
    file = InvoiceFile(
        provider=HOME.nihii.in_flat_file,
        sending_number=number,
        month=CareMonth(2019, 4),
        created=date(2019, 4, 1),
        invoice_date=date(2019, 4, 1),
        reference=f"{number:014d}",
        fund=int(fund),
        company_number=HOME.enterprise,
        iban=HOME.iban,
        bic=HOME.bic,
        bills=tuple(bills),
    )
    return Blob(content=write_invoice(file), message_name=INVOICE_NAME, content_type="text/plain")


@dataclass
class Vendor:
    """Posts, gets and confirms, and lets time pass."""

    profile: Profile = field(default_factory=standard_profile)
    name: str = "open-house"
    simulator: Simulator | None = None

    def __post_init__(self) -> None:
        self.serving = self.simulator or Simulator(self.profile)
        self.rehearsal: Rehearsal = self.serving.open(open_house(self.name))
        self._count = 0

    def send(self, service: str, raw: bytes, headers: Mapping[str, str] | None = None) -> HttpResponse | None:
        """Send bytes to a service; None where the line is cut."""
        url = self.serving.addresses(self.rehearsal)[service]
        return self.serving(HttpRequest(url=url, body=raw, headers=headers or {}))

    def ask(self, service: str, body: Request) -> Answer | None:
        """Ask a service something; None where the line is cut."""
        self._count += 1
        envelope = request_envelope(body, message_id=f"urn:message:{self._count}")
        response = self.send(service, write_envelope(envelope))
        if response is None:
            return None
        answer = read_envelope(response.body).body
        assert not isinstance(answer, Post | Get | Confirm)
        assert response.status == (500 if isinstance(answer, Fault) else 200)
        return answer

    def post(
        self,
        blob: Blob,
        reference: str = "R1",
        *,
        service: str = "",
        origin: Origin | None = None,
    ) -> TAck:
        """Post a message; its acknowledgement."""
        service = service or ("invoices" if blob.message_name == INVOICE_NAME else "admissions")
        answer = self.ask(service, post_of(blob, reference, origin))
        assert isinstance(answer, PostResponse), answer
        return answer.tack

    def get(
        self,
        service: str = "admissions",
        query: Query | None = None,
        *,
        of: FacilitySetUp = HOME,
    ) -> tuple[Delivery, ...]:
        """What waits in the mailbox."""
        answer = self.ask(service, Get(origin=origin_of(of), message_query=query or Query()))
        assert isinstance(answer, GetResponse), answer
        assert answer.msg_count == len(answer.messages)
        return answer.messages

    def decisions(self) -> list[Decision]:
        """The decisions in the mailbox, as they lie there."""
        found: list[Message] = [self.profile.read(one.blob.content) for one in self.get()]
        assert all(isinstance(one, Decision) for one in found)
        return [one for one in found if isinstance(one, Decision)]

    def later(self, seconds: int) -> None:
        """Let time pass."""
        self.rehearsal.move_to(self.rehearsal.now() + timedelta(seconds=seconds))

    def admit(self, *people: Insz) -> None:
        """Get residents admitted; their replies are out of the mailbox."""
        for place, insz in enumerate(people):
            self.post(admission(insz), f"A{place}")
        self.later(2)
        self.ask("admissions", Confirm(origin=origin_of(), references=self.names("admissions")))

    def names(self, service: str) -> tuple[str, ...]:
        """The references of the replies that wait."""
        return tuple(one.blob.reference or "" for one in self.get(service))

    def kinds(self) -> list[str]:
        """The kinds of replies so far, in order."""
        return [event.ids["kind"] for event in self.events(EventType.REPLIED)]

    def events(self, kind: EventType) -> list[Event]:
        """The events of a type so far."""
        return [event for event in self.rehearsal.events if event.type is kind]


def origin_of(facility: FacilitySetUp = HOME) -> Origin:
    """Who asks."""
    return Origin(
        nihii=facility.nihii.padded,
        licence_username=facility.username,
        licence_password=facility.password,
    )


def post_of(blob: Blob, reference: str = "R1", origin: Origin | None = None) -> Post:
    """A message as it is posted."""
    return Post(origin=origin or origin_of(), input_reference=reference, is_test=False, blob=blob)


def state_of(rehearsal: Rehearsal) -> str:
    """A picture of everything that a world remembers; the same picture means that nothing changed."""
    return _picture((rehearsal.world, rehearsal.received), [])


_SAME_FOR_EVER = {"profile", "_profile", "rules", "_rules", "_emit", "set_up"}


def _picture(thing: Any, around: list[object]) -> str:
    if any(thing is one for one in around):
        return "..."
    inside = [*around, thing]
    if isinstance(thing, dict):
        return f"{{{', '.join(f'{key}: {_picture(one, inside)}' for key, one in thing.items())}}}"
    if isinstance(thing, list | tuple):
        return f"[{', '.join(_picture(one, inside) for one in thing)}]"
    if isinstance(thing, Callable):  # type: ignore[arg-type]  # an action of the agenda
        return getattr(thing, "__qualname__", type(thing).__name__)
    return _parts(thing, inside)


def _parts(thing: Any, inside: list[object]) -> str:
    names: Collection[str] = (
        [one.name for one in fields(thing)] if is_dataclass(thing) else getattr(thing, "__dict__", ())
    )
    kept = [name for name in names if name not in _SAME_FOR_EVER]
    if not kept:
        return re.sub(r" at 0x[0-9a-f]+", "", repr(thing))
    parts = (f"{name}={_picture(getattr(thing, name), inside)}" for name in kept)
    return f"{type(thing).__name__}({', '.join(parts)})"
