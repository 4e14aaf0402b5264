"""A house to rehearse with: one care home, its residents, and the client side of the exchange."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from generale.driver.setup import FacilitySetUp, FacilityType
from generale.protocol.clock import BRUSSELS
from generale.protocol.genericasync import Blob
from generale.protocol.ids import FundNumber, Hco, Iban, Insz, Kbo, Nihii, Sex
from generale.protocol.messages import Admission, StayType
from generale.protocol.profile import standard_profile
from generale.simulator.set_up import Insured, Membership, WorldSetUp

BEGINS = datetime(2019, 4, 1, 9, tzinfo=BRUSSELS)
FUND = FundNumber.parse("810")
CARE_HOME = FacilitySetUp(
    hco=Hco.parse("9001"),
    nihii=Nihii.of_serial(760001),
    type=FacilityType.WZC,
    name="De Proefneming",
    enterprise=Kbo.of_serial(19990001),
    iban=Iban.of_serial(990000001),
    bic="GKCCBEBB",
    username="rehearsal",
    password="rehearsal",
    valid_from=date(2015, 1, 1),
)


def residents() -> Iterator[Insz]:
    """People who belong to nobody, one for each day from 1920 on."""
    born = date(1920, 1, 1)
    while True:
        yield Insz.synthetic(born, Sex.WOMAN)
        born += timedelta(days=1)


def house(people: int = 3, *, name: str = "a-house") -> WorldSetUp:
    """The set-up of a world with one care home and so many residents, all members of one fund."""
    membership = Membership(fund=FUND, since=date(2000, 1, 1))
    insured = (
        Insured(insz=insz, funds=(membership,)) for insz, _ in zip(residents(), range(people), strict=False)
    )
    return WorldSetUp(
        name=name,
        rule_set=date(2019, 4, 1),
        begins=BEGINS,
        facilities=(CARE_HOME,),
        residents=tuple(insured),
    )


def admission(insz: Insz) -> Blob:
    """The admission of a resident on the first day of the rehearsal, ready to post."""
    profile = standard_profile()
    message = Admission(
        facility=CARE_HOME.hco,
        insz=insz,
        family_name="Peeters",
        given_name="Maria",
        birth_date=insz.birth_date or date(1920, 1, 1),
        sex=Sex.WOMAN,
        stay_type=StayType.ROB,
        start=BEGINS,
    )
    return Blob(content=profile.write(message), message_name=profile.message_name(Admission))
