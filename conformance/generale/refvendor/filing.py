"""From bills to files: one per fund, numbered, written as a flat file and put in the outbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date

from generale.driver.setup import FacilitySetUp
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import Clock
from generale.protocol.flatfile import (
    Bill,
    BillKind,
    File,
    InvoiceFile,
    PreviousBill,
    Record,
    change,
    decode,
    encode,
    file_of,
)
from generale.protocol.flatfile import write_invoice as write
from generale.protocol.ids import FundNumber, Hco, Iban, Nihii, Reference
from generale.protocol.money import Euro
from generale.protocol.profile import INVOICE_NAME, Profile
from generale.refvendor.dossier import Stay
from generale.refvendor.identity import Identity, file_reference
from generale.refvendor.outbox import Letter, Outbox
from generale.refvendor.shipment import BookedBill, BookedLine, Books, Shipment
from generale.refvendor.switches import Switches

SERVICE = "invoices"
"""Name of the service that takes invoice files."""

HEAD_OFFICE = Iban.of_serial(9999000000)
"""The account that a defect writes in every file, whichever house bills."""

HEAD_NUMBER = Nihii.of_serial(999999)
"""The facility number that a defect writes in every file, whichever house bills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A bill before it is filed: for which stay and fund."""

    stay: Stay
    fund: FundNumber
    bill: Bill
    credits: BookedBill | None = None
    """The bill that it takes days back of."""


class Filing:
    """Puts claims in files, and files in the outbox and the books."""

    def __init__(
        self,
        profile: Profile,
        books: Books,
        outbox: Outbox,
        identity: Identity,
        clock: Clock,
        switches: Switches,
    ) -> None:
        self._funds = tuple(profile.funds)
        self._books = books
        self._outbox = outbox
        self._identity = identity
        self._clock = clock
        self._switches = switches

    def file(self, facility: FacilitySetUp, month: CareMonth, claims: Sequence[Claim]) -> None:
        """File the claims of one number and care month, one file per fund."""
        for fund, mine in self._by_fund(claims):
            self._ship(facility, month, fund, mine)

    def repair(self, shipment: Shipment) -> None:
        """Send a file that came back again: only its creation date and references are new."""
        reference = self._identity.reference()
        if self._switches.on("first-bill-of-returned-file"):
            shipment.file = replace(shipment.file, bills=shipment.file.bills[:1])
            self._books.cut(shipment)
        file = replace(shipment.file, created=self.today, reference=file_reference(reference))
        if self._switches.on("repaired-under-new-date"):
            file = replace(file, invoice_date=self.today)
        if self._switches.on("repaired-as-rebill"):
            file = replace(file, bills=tuple(_replacing(bill, file) for bill in file.bills))
        if self._switches.on("next-number-after-technical-refusal") or not shipment.keeps_number:
            number = self._number(shipment.facility, shipment.fund, file.month)
            file = replace(file, sending_number=number)
        shipment.returns += (shipment.refusal or shipment.letter.remark,)
        shipment.file = file
        self._books.carry(shipment, self._letter(shipment.facility, shipment.fund, file, reference))
        shipment.received = False
        shipment.refusal = None
        shipment.reasons = ()
        shipment.keeps_number = True

    def remake(self, shipment: Shipment) -> None:
        """A mistake: write a file that waits again with the date of today, under its old reference."""
        shipment.file = replace(shipment.file, created=self.today)
        shipment.letter.content = self._bytes(shipment.file)

    @property
    def today(self) -> date:
        """The Belgian business day on which files are made."""
        now = self._clock.now()
        return (now.astimezone(UTC) if self._switches.on("today-in-utc") else now).date()

    def _invoice_date(self, month: CareMonth) -> date:
        """The date on the bills: the business day of billing."""
        return month.last if self._switches.on("invoice-date-at-month-end") else self.today

    def _account(self, facility: FacilitySetUp) -> Iban:
        """Where the funds pay: on the account of the house that bills."""
        return HEAD_OFFICE if self._switches.on("account-of-another-house") else facility.iban

    def _provider(self, facility: FacilitySetUp) -> str:
        """The number under which the care was given: that of the house that bills."""
        nihii = HEAD_NUMBER if self._switches.on("number-of-head-office") else facility.nihii
        return nihii.in_flat_file

    def _destination(self, fund: FundNumber) -> str:
        """The logical address of the fund that is billed."""
        to = self._funds[0] if self._switches.on("destination-of-first-fund") else fund
        return f"urn:nip:destination:io:{to}"

    def _by_fund(self, claims: Sequence[Claim]) -> list[tuple[FundNumber, list[Claim]]]:
        funds = sorted({claim.fund for claim in claims})
        if len(funds) > 1 and self._switches.on("all-funds-in-one-file"):
            return [(funds[0], list(claims))]
        return [(fund, [claim for claim in claims if claim.fund == fund]) for fund in funds]

    def _ship(self, facility: FacilitySetUp, month: CareMonth, fund: FundNumber, claims: list[Claim]) -> None:
        reference = self._identity.reference()
        bills = tuple(
            replace(claim.bill, destination_fund=int(fund), number=self._bill_number(claim, place))
            for place, claim in enumerate(claims, start=1)
        )
        file = InvoiceFile(
            provider=self._provider(facility),
            sending_number=self._number(facility.hco, fund, month),
            month=month,
            created=self.today,
            invoice_date=self._invoice_date(month),
            reference=file_reference(reference),
            fund=int(fund),
            company_number=facility.enterprise,
            iban=self._account(facility),
            bic=facility.bic,
            bills=bills,
        )
        booked = tuple(
            BookedBill(
                stay=claim.stay,
                bill=bill,
                lines=tuple(BookedLine(line=line) for line in bill.lines),
                credits=claim.credits,
            )
            for claim, bill in zip(claims, bills, strict=True)
        )
        letter = self._letter(facility.hco, fund, file, reference)
        self._books.add(Shipment(facility=facility.hco, fund=fund, file=file, bills=booked, letter=letter))

    def _bill_number(self, claim: Claim, place: int) -> int:
        """The number of a bill: its own, in whichever file and place it stands."""
        if self._switches.on("one-bill-number"):
            return 1
        return place if self._switches.on("bills-numbered-per-file") else claim.bill.number

    def _number(self, hco: Hco, fund: FundNumber, month: CareMonth) -> int:
        if self._switches.on("sending-number-reused"):
            return month.month
        if self._switches.on("sending-number-restarts-monthly"):
            return self._books.next_sending_number(hco, fund, month.year * 100 + month.month)
        return self._books.next_sending_number(hco, fund, month.year)

    def _letter(self, hco: Hco, fund: FundNumber, file: InvoiceFile, reference: Reference) -> Letter:
        return self._outbox.put(
            Letter(
                facility=hco,
                service=SERVICE,
                lane=f"{hco}/{file.month}/{fund}/{reference}",
                to=self._destination(fund),
                message_name=INVOICE_NAME,
                content_type="text/xml" if self._switches.on("everything-as-xml") else "text/plain",
                content=self._bytes(file),
                reference=reference,
            )
        )

    def _bytes(self, file: InvoiceFile) -> bytes:
        raw = write(file)
        mixed = any(bill.affiliated_fund != file.fund for bill in file.bills)
        if mixed and self._switches.on("all-funds-in-one-file"):
            raw = _changed(raw, _own_destination)
        if self._switches.on("total-without-last-line"):
            short = file.amount - file.bills[-1].lines[-1].amount
            raw = _changed(raw, lambda record: _with_total(record, short))
        if self._switches.on("wrong-record-count"):
            raw = _changed(raw, _counted_short)
        if any(bill.kind is BillKind.CREDIT for bill in file.bills) and self._switches.on(
            "credit-with-a-plus"
        ):
            raw = _changed(raw, _above_zero)
        return raw


def _changed(raw: bytes, mistake: Callable[[Record], Record]) -> bytes:
    """The same file with a mistake made in its records."""
    file: File = decode(raw)
    return encode(file_of(file.header200, file.header300, map(mistake, file.records)))


def _replacing(bill: Bill, file: InvoiceFile) -> Bill:
    """A bill of a file that came back, as if it had been refused by itself."""
    former = PreviousBill(
        number=bill.number, sending_number=file.sending_number, fund=file.fund, month=file.month
    )
    return replace(bill, kind=BillKind.REBILL, previous=former)


def _own_destination(record: Record) -> Record:
    """Each bill goes to the fund of its resident, in whichever file it stands."""
    if record.type in ("20", "80"):
        return change(record, destination_fund=record.whole("affiliated_fund"))
    return record


def _with_total(record: Record, total: Euro) -> Record:
    match record.type:
        case "90":
            return change(record, amount_a=total)
        case "95" | "96":
            return change(record, asked_a=total, asked=total)
        case _:
            return record


def _above_zero(record: Record) -> Record:
    """Days and amount of a line without their minus."""
    if record.type != "30" or not record["amount"].startswith("-"):
        return record
    days = record["days"].removeprefix("-")
    return change(record, amount=Euro(abs(int(record["amount"]))), days=int(days))


def _counted_short(record: Record) -> Record:
    if record.type in ("95", "96"):
        return change(record, record_count=record.whole("record_count") - 1)
    return record
