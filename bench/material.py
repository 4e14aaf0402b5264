"""What is sent in a measurement: a rehearsal of several care homes, their admissions, an invoice file.

Everybody is synthetic; the number of days, amounts and sizes are project-defined.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice, product

from generale.driver.setup import FacilitySetUp, FacilityType
from generale.protocol.calendar import CareMonth
from generale.protocol.flatfile import Bill, Contact, InvoiceFile, Line, write_invoice
from generale.protocol.genericasync import (
    CONTENT_TYPE,
    Blob,
    Origin,
    Post,
    enterprise,
    request_envelope,
    write_envelope,
)
from generale.protocol.ids import FundNumber, Hco, Iban, Insz, Kbo, Nihii, Sex
from generale.protocol.messages import Admission, StayType
from generale.protocol.money import Euro
from generale.protocol.profile import INVOICE_NAME, Profile, standard_profile
from generale.simulator.set_up import Insured, Membership, WorldSetUp

NAME = "bench"
"""The rehearsal in the addresses."""

PEOPLE = 24_000
"""Residents of the rehearsal: each is admitted at most once, so this bounds every measurement."""

SIGNATURE = b"<!-- stands for a detached signature, which intake reads past -->".ljust(1700, b" ")
"""Brings the post of an admission to about 4 KB, the size that it has with its signature."""

RESIDENTS = 100
"""Bills of an invoice file."""

FUND = FundNumber.parse("810")
_HOMES = 20


def quick_profile(decision_seconds: int = 0) -> Profile:
    """The standard profile, where platform and funds decide and settle at once, or so many seconds later.

    At once means that a request carries the whole life of a message: the next one finds it due.
    """
    return replace(standard_profile(), decision_seconds=decision_seconds, settlement_seconds=decision_seconds)


def homes() -> Sequence[FacilitySetUp]:
    """The care homes of the rehearsal."""
    return [
        FacilitySetUp(
            hco=Hco.parse(f"{9000 + number}"),
            nihii=Nihii.of_serial(760000 + number),
            type=FacilityType.WZC,
            name=f"Proefhuis {number}",
            enterprise=Kbo.of_serial(19990000 + number),
            iban=Iban.of_serial(990000000 + number),
            bic="GKCCBEBB",
            username=NAME,
            password=NAME,
            valid_from=date(2015, 1, 1),
        )
        for number in range(_HOMES)
    ]


def people() -> Iterator[tuple[Insz, Sex, date]]:
    """People who belong to nobody: their number, sex and date of birth."""
    days = (date(1915, 1, 1) + timedelta(days=number) for number in range(12_000))
    for born, sex in islice(product(days, Sex), PEOPLE):
        yield Insz.synthetic(born, sex), sex, born


def world(begins: datetime) -> WorldSetUp:
    """A rehearsal with all homes and all people, members of one fund."""
    member = (Membership(fund=FUND, since=date(1900, 1, 1)),)
    return WorldSetUp(
        name=NAME,
        rule_set=date(2019, 4, 1),
        begins=begins,
        facilities=tuple(homes()),
        residents=tuple(Insured(insz=insz, funds=member) for insz, _, _ in people()),
    )


def admissions(
    profile: Profile, start: datetime, xades: bytes | None = SIGNATURE
) -> Iterator[tuple[bytes, bytes]]:
    """For each of the people the SOAP envelope of an admission, and the content in it."""
    homes_ = homes()
    for number, (insz, sex, born) in enumerate(people()):
        home = homes_[number % len(homes_)]
        message = Admission(
            facility=home.hco,
            insz=insz,
            family_name="Peeters",
            given_name="Maria",
            birth_date=born,
            sex=sex,
            stay_type=StayType.ROB,
            start=start,
        )
        content = profile.write(message)
        blob = Blob(content=content, message_name=profile.message_name(Admission))
        yield _envelope(home, f"B{number:08d}", blob, xades), content


def _envelope(home: FacilitySetUp, reference: str, blob: Blob, xades: bytes | None = SIGNATURE) -> bytes:
    origin = Origin(
        nihii=home.nihii.padded,
        package_name="bench",
        licence_username=home.username,
        licence_password=home.password,
        organisation=enterprise(home.enterprise),
    )
    post = Post(origin=origin, input_reference=reference, is_test=False, blob=blob, xades=xades)
    to = f"urn:nip:destination:io:{FUND}"
    return write_envelope(request_envelope(post, message_id=f"urn:bench:{reference}", to=to))


def invoice_files(count: int) -> Iterator[bytes]:
    """The SOAP envelopes of so many invoice files, each of 100 other people, of one home after the other.

    Nobody in them was admitted, so every bill is judged and refused: that is the longest way to a settlement.
    """
    homes_, groups = homes(), PEOPLE // RESIDENTS
    for number in range(count):
        home = homes_[number % len(homes_)]
        file = replace(
            invoice(RESIDENTS, passed=number % groups * RESIDENTS),
            provider=home.nihii.in_flat_file,
            company_number=home.enterprise,
            iban=home.iban,
            sending_number=1 + number // len(homes_),
            reference=f"{number + 1:014d}",
        )
        blob = Blob(content=write_invoice(file), message_name=INVOICE_NAME, content_type="text/plain")
        yield _envelope(home, f"F{number:08d}", blob)


def http_post(address: str, path: str, body: bytes) -> bytes:
    """The bytes of an HTTP request that leaves its connection open."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {CONTENT_TYPE}\r\n"
        f'soapaction: "urn:be:cin:nip:async:generic:post:msg"\r\ncontent-length: {len(body)}\r\n\r\n'
    )
    return head.encode() + body


def invoice(residents: int = RESIDENTS, passed: int = 0) -> InvoiceFile:
    """An invoice file of one home, month and fund, with a bill of one line for each resident.

    ``passed`` is how many of the people are left out in front, so that files can be of different people.
    """
    month, chosen = CareMonth(2021, 3), islice(people(), passed, passed + residents)
    line = Line(code="0990010", first=month.first, last=month.last, days=31, amount=Euro(186_000), service=1)
    bills = (
        Bill(
            number=number,
            insz=insz,
            sex=sex,
            affiliated_fund=int(FUND),
            destination_fund=int(FUND),
            admission_date=date(2019, 5, 6),
            facility_reference=f"KAMER {number}",
            lines=(line,),
        )
        for number, (insz, sex, _) in enumerate(chosen, start=passed + 1)
    )
    home = homes()[0]
    return InvoiceFile(
        provider=home.nihii.in_flat_file,
        sending_number=1,
        month=month,
        created=date(2021, 4, 8),
        invoice_date=date(2021, 4, 7),
        reference="00000000000042",
        fund=int(FUND),
        company_number=home.enterprise,
        iban=home.iban,
        bic=home.bic,
        contact=Contact(name="PEETERS", first_name="AN", phone="0470000000"),
        bills=tuple(bills),
    )
