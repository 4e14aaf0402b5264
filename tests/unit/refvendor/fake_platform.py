"""A small platform in memory: acknowledges, decides as it is told, holds mailboxes and settles invoices."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from generale.driver.observations import FacilityView
from generale.driver.setup import FacilitySetUp, FacilityType, SetUp, Tariff
from generale.driver.stimuli import Admit, Person
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import EnvironmentFailure
from generale.protocol.flatfile import (
    Acknowledgement,
    ErrorLimit,
    InvoiceFile,
    Letter,
    RecordError,
    bill_places,
    decode,
    judge,
    read_invoice,
    refuse,
    settle,
    technical_faults,
    write_acknowledgement,
    write_judgement,
    write_refusal,
    write_settlement,
)
from generale.protocol.genericasync import (
    Answer,
    Blob,
    Confirm,
    ConfirmResponse,
    Delivery,
    EnvelopeError,
    Get,
    GetResponse,
    Post,
    PostResponse,
    answer_envelope,
    failure_tack,
    read_envelope,
    success_tack,
    write_envelope,
)
from generale.protocol.ids import FundNumber, Hco, Iban, Insz, Kbo, Nihii, Reference, Sex
from generale.protocol.messages import (
    Admission,
    ControlResult,
    Correction,
    Decision,
    EndOfStay,
    InsuranceAnswer,
    InsuranceQuestion,
    InsuranceStatus,
    Message,
    Outcome,
    StayType,
)
from generale.protocol.profile import MessageError, standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.product import ReferenceVendor

PROFILE = standard_profile()
START = datetime(2019, 4, 1, 9, 0, tzinfo=BRUSSELS)
HCO, NEW_HCO = Hco.parse("1234"), Hco.parse("2345")
FUND, OTHER_FUND = FundNumber.parse("820"), FundNumber.parse("830")
SEQUENCE = "HX-SEQ-01"
BIRTH = "HX-PRS-01"

APRIL = CareMonth(2019, 4)


def facility(hco: Hco = HCO, serial: int = 123456, rate: str = "64.35") -> FacilitySetUp:
    """A care home with two stay types at different rates; the second one rises in mid-month."""
    tariffs = (
        Tariff(stay_type=StayType.ROB, since=date(2019, 1, 1), per_day=Decimal(rate)),
        Tariff(stay_type=StayType.RVT, since=date(2019, 1, 1), per_day=Decimal("70.10")),
        Tariff(stay_type=StayType.RVT, since=date(2019, 4, 16), per_day=Decimal("71.25")),
    )
    return FacilitySetUp(
        hco=hco,
        nihii=Nihii.of_serial(serial),
        type=FacilityType.WZC,
        name="Huis",
        enterprise=Kbo.of_serial(12345678),
        iban=Iban.of_serial(1234567890),
        bic="GKCCBEBB",
        username="huis",
        password="geheim",
        valid_from=date(2019, 1, 1),
        tariffs=tariffs,
    )


def person(serial: int = 0) -> Person:
    """A resident who cannot exist."""
    born = date(1930, 1, 1) + timedelta(days=serial)
    insz = Insz.synthetic(born, Sex.WOMAN)
    return Person(insz=insz, family_name=f"Test{serial}", given_name="Anna", birth_date=born, sex=Sex.WOMAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message that the platform took in."""

    nihii: str
    reference: str
    content: bytes
    message: Message | InvoiceFile


@dataclass(slots=True)
class FakePlatform:
    """Serves three services; ``judge`` decides on admissions, ``refuses_insz`` whose lines fall."""

    judge: Callable[[Message], Outcome] = lambda _: Outcome.ACCEPTED
    fund_of: Callable[[Insz], FundNumber] = lambda _: FUND
    decided_start: datetime | None = None
    answers_invoices: bool = True
    refuses_next_file: bool = False
    limit: ErrorLimit | None = None
    refuses_insz: frozenset[Insz] = frozenset()
    uninsured: frozenset[Insz] = frozenset()
    no_answer_after_receipt: int = 0
    unavailable: int = 0
    posts: list[Post] = field(default_factory=list)
    destinations: list[str | None] = field(default_factory=list)
    gets: list[Get] = field(default_factory=list)
    confirms: list[Confirm] = field(default_factory=list)
    message_ids: list[str | None] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    questions: list[InsuranceQuestion] = field(default_factory=list)
    mailboxes: dict[tuple[str, str], list[Delivery]] = field(default_factory=dict)
    now: datetime = START
    _numbers: Iterable[int] = field(default_factory=lambda: count(1))
    _good: dict[str, bool] = field(default_factory=dict)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        service = request.url.rpartition("/")[2]
        try:
            envelope = read_envelope(request.body)
        except EnvelopeError as error:
            refused = answer_envelope(error.fault, error.addressing)
            return HttpResponse(status=500, body=write_envelope(refused))
        self.message_ids.append(envelope.addressing.message_id)
        body = envelope.body
        if service == "insurance":
            return HttpResponse(
                status=200, body=write_envelope(answer_envelope(self._inform(body), envelope.addressing))
            )
        if isinstance(body, Post):
            self.posts.append(body)
            self.destinations.append(envelope.addressing.to)
            if self.unavailable:
                self.unavailable -= 1
                return HttpResponse(status=503, body=b"")
        answer = self._answer(service, body)
        if isinstance(body, Post) and self.no_answer_after_receipt:
            self.no_answer_after_receipt -= 1
            raise EnvironmentFailure("cut", address=request.url)
        return HttpResponse(status=200, body=write_envelope(answer_envelope(answer, envelope.addressing)))

    def _inform(self, body: object) -> Answer:
        """The service of the insurance status, which is never out of order here."""
        match body:
            case Post():
                question = PROFILE.read(body.blob.content)
                assert isinstance(question, InsuranceQuestion)
                taken = Taken(
                    nihii=body.origin.nihii,
                    reference=body.reference,
                    content=body.blob.content,
                    message=question,
                )
                self.questions.append(question)
                self.answer_question(taken, question)
                return PostResponse(tack=success_tack(taken.content, taken.reference, "platform"))
            case Confirm():
                self.mailboxes[body.origin.nihii, "insurance"].clear()
                return ConfirmResponse()
            case Get():
                page = tuple(self.mailboxes.get((body.origin.nihii, "insurance"), ()))
                return GetResponse(messages=page, msg_count=len(page), tack_count=0)
        raise AssertionError(body)

    def _answer(self, service: str, body: object) -> Answer:
        match body:
            case Post():
                return self._post(service, body)
            case Get():
                self.gets.append(body)
                box = self.mailboxes.get((body.origin.nihii, service), [])
                page = tuple(box[: body.message_query.max])
                return GetResponse(messages=page, msg_count=len(page), tack_count=0)
            case Confirm():
                self.confirms.append(body)
                box = self.mailboxes[body.origin.nihii, service]
                box[:] = [one for one in box if one.blob.reference not in body.references]
                return ConfirmResponse()
        raise AssertionError(body)

    def _post(self, service: str, post: Post) -> PostResponse:
        content, reference = post.blob.content, post.reference
        before = [one for one in self.taken if one.reference == reference]
        if before and before[0].content != content:
            return _refused(post, "urn:nip:tack:result:minor:reference-reused")
        minor = "urn:nip:tack:result:minor:duplicate" if before else ""
        if not before:
            try:
                message = PROFILE.read(content) if service == "admissions" else read_invoice(content)
            except MessageError as error:
                return _refused(post, str(error))
            taken = Taken(nihii=post.origin.nihii, reference=reference, content=content, message=message)
            self.taken.append(taken)
            self._decide(taken)
        return PostResponse(tack=success_tack(content, reference, "platform", minor))

    def _decide(self, taken: Taken) -> None:
        if isinstance(taken.message, InvoiceFile):
            if self.answers_invoices:
                self.answer_file(taken)
            return
        outcome, control = self.judge(taken.message), BIRTH
        if outcome is Outcome.ACCEPTED and self._waits_in_vain(taken):
            outcome, control = Outcome.REFUSED, SEQUENCE
        key = taken.message.corrects if isinstance(taken.message, Correction) else taken.reference
        self._good[key] = self._good.get(key, False) or outcome is Outcome.ACCEPTED
        self.decide(taken, outcome, control=control)

    def _waits_in_vain(self, taken: Taken) -> bool:
        message = taken.message
        return isinstance(message, EndOfStay) and not all(
            self._good[one.reference]
            for one in self.taken
            if isinstance(one.message, Admission | EndOfStay)
            and one.message.insz == message.insz
            and one is not taken
            and one.reference in self._good
            and isinstance(one.message, Admission)
        )

    def decide(
        self, taken: Taken, outcome: Outcome, *, control: str = BIRTH, decided: datetime | None = None
    ) -> None:
        """Put a decision on a message in the mailbox."""
        message = taken.message
        assert isinstance(message, Admission | EndOfStay | Correction)
        self.now += timedelta(seconds=1)
        accepted = outcome is Outcome.ACCEPTED
        start = getattr(message, "start", None)
        decision = Decision(
            facility=message.facility,
            about=Reference.parse(taken.reference),
            outcome=outcome,
            decided=decided or self.now,
            rule_set=date(2019, 4, 1),
            fund=self.fund_of(message.insz) if accepted else None,
            start=(self.decided_start or start) if accepted else None,
            controls=() if accepted else (ControlResult(control=control, text="Geboortedatum klopt niet"),),
        )
        self.deliver(taken, "admissions", PROFILE.write(decision))

    def answer_question(self, taken: Taken, question: InsuranceQuestion) -> None:
        """Name the fund of the person, or nobody where it is told to."""
        covered = question.insz not in self.uninsured
        answer = InsuranceAnswer(
            facility=question.facility,
            about=Reference.parse(taken.reference),
            insz=question.insz,
            day=question.day,
            status=InsuranceStatus.INSURED if covered else InsuranceStatus.UNKNOWN_PERSON,
            fund=self.fund_of(question.insz) if covered else None,
            since=date(2019, 1, 1) if covered else None,
        )
        self.deliver(taken, "insurance", PROFILE.write(answer))

    def answer_file(self, taken: Taken) -> None:
        """Acknowledge or refuse an invoice file, and settle it."""
        file = decode(taken.content)
        invoice = taken.message
        assert isinstance(invoice, InvoiceFile)
        faults = technical_faults(file)
        if self.refuses_next_file or faults:
            self.refuses_next_file = False
            refusal = refuse(file, faults, fund_reference="00000000000001")
            self.deliver(taken, "invoices", write_refusal(refusal, file))
            return
        acknowledgement = Acknowledgement(reference=invoice.reference, fund_reference="00000000000001")
        self.deliver(taken, "invoices", write_acknowledgement(acknowledgement))
        errors = {
            index: (RecordError(letter=Letter.RECORD, code="300101", comment="HX-INV-07 DAG NIET GEDEKT"),)
            for place in bill_places(invoice)
            for index in place.lines
            if place.bill.insz in self.refuses_insz
        }
        if self.limit is not None and errors:
            judgement = judge(file, errors, limit=self.limit, fund_reference="00000000000001")
            self.deliver(taken, "invoices", write_judgement(judgement, file))
            if judgement.is_refused:
                return
        settlement = settle(file, errors, fund_reference="00000000000001")
        self.deliver(taken, "invoices", write_settlement(settlement, file))

    def deliver(self, taken: Taken, service: str, content: bytes) -> None:
        """Put a reply to a message in the mailbox of who sent it."""
        blob = Blob(content=content, message_name="X", reference=f"out-{next(iter(self._numbers))}")
        delivery = Delivery(input_reference=taken.reference, blob=blob)
        self.mailboxes.setdefault((taken.nihii, service), []).append(delivery)

    def deliver_all_twice(self, service: str) -> None:
        """Deliver everything in the mailboxes of a service once more."""
        first = self.taken[0].message
        for (nihii, name), box in self.mailboxes.items():
            for one in tuple(box) if name == service else ():
                copy = Taken(
                    nihii=nihii,
                    reference=one.input_reference or "",
                    content=b"",
                    message=first,
                )
                self.deliver(copy, service, one.blob.content)

    def of(self, *kinds: type[Message]) -> list[Message]:
        """The messages of these kinds that were taken in, in order."""
        return [one.message for one in self.taken if isinstance(one.message, kinds)]

    @property
    def files(self) -> list[InvoiceFile]:
        """The invoice files that were taken in, in order."""
        return [one.message for one in self.taken if isinstance(one.message, InvoiceFile)]

    @property
    def unread(self) -> int:
        """How many replies wait."""
        return sum(map(len, self.mailboxes.values()))


def _refused(post: Post, minor: str) -> PostResponse:
    return PostResponse(tack=failure_tack(post.blob.content, post.reference, "platform", minor))


def vendor_at(
    platform: FakePlatform, defect: str = "", facilities: tuple[FacilitySetUp, ...] = ()
) -> ReferenceVendor:
    """A vendor that is set up for one care home."""
    vendor = ReferenceVendor(platform, PROFILE, defect)
    services = {name: f"http://platform.invalid/{name}" for name in PROFILE.services}
    vendor.reset(
        SetUp(
            facilities=facilities or (facility(),),
            services=services,
            business_time=START,
            rule_set=date(2019, 4, 1),
            profile="vsb 1",
            identity="seed",
        )
    )
    return vendor


ANNA, BERTA = person(1), person(2)


def at(day: int, month: int = 4) -> datetime:
    return datetime(2019, month, day, 10, 30, tzinfo=BRUSSELS)


def admit(resident: Person = ANNA, day: int = 1) -> Admit:
    return Admit(facility=HCO, resident=resident, stay_type=StayType.ROB, start=at(day))


def view(vendor: ReferenceVendor, place: int = 0) -> FacilityView:
    return vendor.observe().facilities[place]


def run_to_rest(vendor: ReferenceVendor) -> None:
    for _ in range(3):
        vendor.sync()
