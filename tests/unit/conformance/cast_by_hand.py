"""The people, the homes, the times and the kinds of content of a transcript made by hand."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from generale.driver.setup import FacilitySetUp, FacilityType, Tariff
from generale.driver.stimuli import Person
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.flatfile import Bill, InvoiceFile, Line
from generale.protocol.ids import Hco, Iban, Insz, Kbo, Nihii, Sex
from generale.protocol.messages import (
    Absence,
    Admission,
    Assessment,
    ChangeOfStayType,
    Correction,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    InsuranceQuestion,
    StayType,
    Withdrawal,
)
from generale.protocol.money import Euro

START = "04-03 10:00"
APRIL = CareMonth(2019, 4)
PAYMENT = "+++810/0000/00146+++"
Content = (
    Admission
    | EndOfStay
    | Absence
    | EndOfAbsence
    | EndOfAgreement
    | ChangeOfStayType
    | Correction
    | Withdrawal
    | Assessment
    | InsuranceQuestion
    | InvoiceFile
    | bytes
)


def at(text: str) -> datetime:
    return datetime.strptime(f"2019-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BRUSSELS)


def person(born: date, sex: Sex, family: str, given: str) -> Person:
    insz = Insz.synthetic(born, sex)
    return Person(insz=insz, family_name=family, given_name=given, birth_date=born, sex=sex)


def summer_rate(per_day: str) -> Tariff:
    """A rate that differs between the homes, and holds only after the months that are billed."""
    return Tariff(stay_type=StayType.ROB, since=date(2019, 6, 1), per_day=Decimal(per_day))


def facility(serial: int, since: date, *tariffs: Tariff) -> FacilitySetUp:
    return FacilitySetUp(
        hco=Hco(str(serial)),
        nihii=Nihii.of_serial(990000 + serial),
        type=FacilityType.WZC,
        name=f"Huis {serial}",
        enterprise=Kbo.of_serial(serial),
        iban=Iban.of_serial(serial),
        bic="GENEBEBB",
        username="u",
        password="p",
        valid_from=since,
        tariffs=(
            Tariff(stay_type=StayType.ROB, since=date(2019, 1, 1), per_day=Decimal("65.855")),
            Tariff(stay_type=StayType.RVT, since=date(2019, 1, 1), per_day=Decimal("80.10")),
            *tariffs,
        ),
    )


def april_bill(who: Person, first: int, last: int, **other: Any) -> Bill:
    """A bill of fund 810 for somebody who was admitted at ``START``, from a first to a last day of April."""
    days = last - first + 1
    line = Line(
        code="0990010",
        first=date(2019, 4, first),
        last=date(2019, 4, last),
        days=days,
        amount=Euro.of_rate(Decimal("65.855"), days),
    )
    facts = {
        "insz": who.insz,
        "sex": who.sex,
        "affiliated_fund": 810,
        "destination_fund": 810,
        "admission_date": date(2019, 4, 3),
        "admission_time": time(10),
        "lines": (line,),
    }
    return Bill(**{**facts, **other})
