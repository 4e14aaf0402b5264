"""Each control of an insurance question, with questions that pass and questions that fail with it alone."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Hco, Insz, Nihii, Sex
from generale.protocol.messages import InsuranceQuestion
from generale.rules.engine import rule_set
from generale.rules.facts import FacilityRecord

RULES = rule_set(date(2019, 4, 1))
OWN, OTHER = Nihii.of_serial(710001), Nihii.of_serial(710002)
BORN = date(1938, 2, 14)
INSZ, BIS = Insz.synthetic(BORN, Sex.WOMAN), Insz.synthetic(BORN, Sex.WOMAN, bis=True)
WRONG = Insz.parse(f"{INSZ[:9]}99")


@dataclass(frozen=True)
class Registry:
    """A registry of two facilities, and who asks."""

    sender: Nihii = OWN
    received: datetime = datetime(2019, 4, 1, 12, tzinfo=BRUSSELS)

    def facility(self, hco: Hco) -> FacilityRecord | None:
        """The entry of a number."""
        owners = {"1001": OWN, "1002": OTHER}
        if hco not in owners:
            return None
        return FacilityRecord(hco=hco, nihii=owners[hco], type="wzc", valid_from=date(2010, 1, 1))


def question(hco: str = "1001", insz: Insz = INSZ) -> InsuranceQuestion:
    """A question about the first of April."""
    return InsuranceQuestion(facility=Hco.parse(hco), insz=insz, day=date(2019, 4, 1))


PASSES = [
    ("HX-INS-01", "its own number", question(), OWN),
    ("HX-INS-01", "another facility's, by that facility", question("1002"), OTHER),
    ("HX-INS-02", "a register number", question(), OWN),
    ("HX-INS-02", "a BIS number", question(insz=BIS), OWN),
]
FAILS = [
    ("HX-INS-01", "an unknown number", question("1003"), OWN),
    ("HX-INS-01", "another facility's number", question("1002"), OWN),
    ("HX-INS-02", "a wrong check number", question(insz=WRONG), OWN),
]


@pytest.mark.parametrize("case", PASSES, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_right_question_passes(case: tuple[str, str, InsuranceQuestion, Nihii]) -> None:
    assert RULES.judge_question(case[2], Registry(case[3])) == ()


@pytest.mark.parametrize("case", FAILS, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_wrong_question_fails_with_one_control(case: tuple[str, str, InsuranceQuestion, Nihii]) -> None:
    (finding,) = RULES.judge_question(case[2], Registry(case[3]))

    assert finding.control == case[0]
    assert finding.expected != finding.received


@pytest.mark.parametrize("cases", [PASSES, FAILS], ids=["passes", "fails"])
def test_every_control_has_an_example_on_each_side(
    cases: list[tuple[str, str, InsuranceQuestion, Nihii]],
) -> None:
    assert {case[0] for case in cases} == {row.id for row in RULES.rows.values() if row.family == "insurance"}
