"""One care home with two residents of one fund, and the files that bill them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from generale.carefunds.fund import CareFund
from generale.carefunds.register import Tariff
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.flatfile.invoice import Bill, InvoiceFile, Line
from generale.protocol.ids import FundNumber, Hco, Iban, Insz, Kbo, Nihii, Reference, Sex
from generale.protocol.messages import StayType
from generale.protocol.money import Euro
from generale.protocol.profile import Profile, standard_profile
from generale.rules.engine import rule_set
from generale.rules.facts import FacilityRecord, StayRecord


@dataclass(frozen=True, kw_only=True)
class House:
    """A care home that bills May 2019 to one fund."""

    record: FacilityRecord
    ada: Insz
    bob: Insz
    rate: Decimal
    received: datetime

    def line(self, first: int, last: int) -> Line:
        """A right line of an RVT bed in May."""
        days = last - first + 1
        return Line(
            code="0990021",
            first=date(2019, 5, first),
            last=date(2019, 5, last),
            days=days,
            amount=Euro.of_rate(self.rate, days),
        )

    def bill(self, insz: Insz, *lines: Line, number: int = 1) -> Bill:
        """A normal bill of a resident."""
        return Bill(
            number=number,
            insz=insz,
            sex=Sex.WOMAN if insz == self.ada else Sex.MAN,
            affiliated_fund=820,
            destination_fund=820,
            admission_date=date(2019, 4, 1),
            lines=lines,
        )

    def file(self, *bills: Bill, number: int = 1) -> InvoiceFile:
        """A file of these bills under a sending number."""
        return InvoiceFile(
            provider=self.record.nihii.in_flat_file,
            sending_number=number,
            month=CareMonth(2019, 5),
            created=date(2019, 6, 3),
            invoice_date=date(2019, 6, 3),
            reference="00000000000001",
            fund=820,
            company_number=Kbo.of_serial(1234567),
            iban=Iban.of_serial(1),
            bic="GKCCBEBB",
            bills=bills,
        )

    def stay(self, insz: Insz, admission: str) -> StayRecord:
        """An accepted stay that began in April and lasts."""
        return StayRecord(
            facility=self.record.hco,
            insz=insz,
            stay_type=StayType.RVT,
            start=datetime(2019, 4, 1, 14, tzinfo=BRUSSELS),
            fund=FundNumber.parse("820"),
            admission=Reference.parse(admission),
        )

    def open_fund(self, profile: Profile | None = None) -> CareFund:
        """A fund that knows both residents, their stays and the tariff."""
        fund = CareFund(FundNumber.parse("820"), profile or standard_profile(), rule_set(date(2019, 4, 1)))
        fund.note_facility(
            self.record, [Tariff(stay_type=StayType.RVT, since=date(2019, 1, 1), per_day=self.rate)]
        )
        for insz, admission in ((self.ada, "A1"), (self.bob, "A2")):
            fund.join(insz, date(2019, 1, 1))
            fund.note_stay(self.stay(insz, admission))
        return fund


HOUSE = House(
    record=FacilityRecord(
        hco=Hco.parse("1001"), nihii=Nihii.of_serial(710001), type="wzc", valid_from=date(2010, 1, 1)
    ),
    ada=Insz.synthetic(date(1938, 2, 14), Sex.WOMAN),
    bob=Insz.synthetic(date(1941, 7, 3), Sex.MAN),
    rate=Decimal("61.345"),
    received=datetime(2019, 6, 3, 9, tzinfo=BRUSSELS),
)
"""The care home of the tests."""
