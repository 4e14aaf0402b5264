"""What the platform answers to an insurance question, from the registers of the care funds."""

from datetime import date, datetime

import pytest

from generale.carefunds.register import Register
from generale.platform.insurance import Asked, Cover, InsuranceDesk
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import FundNumber, Hco, Insz, Nihii, Reference, Sex
from generale.protocol.messages import Decision, InsuranceAnswer, InsuranceQuestion, InsuranceStatus, Outcome
from generale.protocol.profile import standard_profile
from generale.rules.engine import rule_sets
from generale.rules.facts import FacilityRecord

OWN, HOME = Nihii.of_serial(760001), Hco.parse("9001")
FIRST, SECOND = FundNumber.parse("810"), FundNumber.parse("820")
ANNA, BERT = Insz.synthetic(date(1938, 2, 14), Sex.WOMAN), Insz.synthetic(date(1930, 1, 1), Sex.MAN)
NOON = datetime(2019, 6, 3, 12, tzinfo=BRUSSELS)
FACILITIES = {HOME: FacilityRecord(hco=HOME, nihii=OWN, type="wzc", valid_from=date(2010, 1, 1))}


class TwoFunds:
    """Anna changes fund on 1 January 2020 and is covered until the end of that year."""

    def __init__(self) -> None:
        self.registers = {FIRST: Register(), SECOND: Register()}
        self.registers[FIRST].join(ANNA, date(2019, 1, 1), date(2019, 12, 31))
        self.registers[SECOND].join(ANNA, date(2020, 1, 1), date(2020, 12, 31))

    def cover_on(self, insz: Insz, day: date) -> Cover | None:
        for fund, register in self.registers.items():
            if since := register.member_since(insz, day):
                return Cover(fund=fund, since=since)
        return None

    def is_known(self, insz: Insz) -> bool:
        return any(register.knows(insz) for register in self.registers.values())


def answer(insz: Insz, day: date, hco: Hco = HOME) -> InsuranceAnswer | Decision:
    """What is answered to a question of the home."""
    desk = InsuranceDesk(standard_profile(), rule_sets()[0], TwoFunds())
    question = InsuranceQuestion(facility=hco, insz=insz, day=day)
    return desk.answer(Asked(sender=OWN, reference=Reference("V1"), question=question), FACILITIES, NOON)


@pytest.mark.parametrize(
    ("day", "fund", "since"),
    [
        (date(2019, 1, 1), FIRST, date(2019, 1, 1)),
        (date(2019, 12, 31), FIRST, date(2019, 1, 1)),
        (date(2020, 1, 1), SECOND, date(2020, 1, 1)),
        (date(2020, 12, 31), SECOND, date(2020, 1, 1)),
    ],
)
def test_the_fund_of_a_day_is_named_with_its_first_day(day: date, fund: FundNumber, since: date) -> None:
    assert answer(ANNA, day) == InsuranceAnswer(
        facility=HOME,
        about=Reference("V1"),
        insz=ANNA,
        day=day,
        status=InsuranceStatus.INSURED,
        fund=fund,
        since=since,
    )


@pytest.mark.parametrize(
    ("insz", "day", "status"),
    [
        pytest.param(ANNA, date(2018, 12, 31), InsuranceStatus.NOT_INSURED, id="the eve of the cover"),
        pytest.param(ANNA, date(2021, 1, 1), InsuranceStatus.NOT_INSURED, id="the day after the cover"),
        pytest.param(BERT, date(2019, 4, 1), InsuranceStatus.UNKNOWN_PERSON, id="nobody knows them"),
    ],
)
def test_who_is_not_covered_has_no_fund(insz: Insz, day: date, status: InsuranceStatus) -> None:
    found = answer(insz, day)

    assert isinstance(found, InsuranceAnswer)
    assert (found.status, found.fund, found.since) == (status, None, None)


@pytest.mark.parametrize(
    ("insz", "hco", "control", "field"),
    [
        pytest.param(ANNA, Hco.parse("9009"), "HX-INS-01", "Voorziening", id="a number of nobody"),
        pytest.param(Insz(f"{ANNA[:9]}99"), HOME, "HX-INS-02", "Bewoner/Insz", id="a wrong INSZ"),
    ],
)
def test_a_question_that_breaks_a_control_is_refused_at_its_place(
    insz: Insz, hco: Hco, control: str, field: str
) -> None:
    found = answer(insz, date(2019, 4, 1), hco)

    assert isinstance(found, Decision)
    assert (found.outcome, found.about, found.decided) == (Outcome.REFUSED, "V1", NOON)
    assert [(one.control, one.field) for one in found.controls] == [(control, field)]
