"""A correction by itself is held against the controls that the message which it makes has to keep."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.unit.conformance.test_message_check import check, remarks

from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Hco, Insz, Reference, Sex
from generale.protocol.messages import Correction, EndReason, StayType
from generale.protocol.profile import standard_profile

BORN = date(1931, 5, 2)
RIGHT = Correction(
    facility=Hco.parse("9001"),
    corrects=Reference.parse("A1"),
    insz=Insz.synthetic(BORN, Sex.WOMAN),
    family_name="Peeters",
    given_name="Anna",
    birth_date=BORN,
    sex=Sex.WOMAN,
    stay_type=StayType.ROB,
    start=datetime(2019, 5, 2, 10, tzinfo=BRUSSELS),
)
END = replace(
    RIGHT,
    stay_type=None,
    start=None,
    end=datetime(2019, 5, 20, 10, tzinfo=BRUSSELS),
    reason=EndReason.DEPARTURE,
)


def controls(correction: Correction, day: date | None = date(2019, 5, 20)) -> list[str]:
    """By which controls a correction is remarked on."""
    return [remark.control for remark in remarks(check(standard_profile().write(correction), day))]


@pytest.mark.parametrize("correction", [RIGHT, END], ids=["admission", "end"])
@pytest.mark.parametrize("day", [None, date(2019, 5, 20)])
def test_a_right_correction_holds(correction: Correction, day: date | None) -> None:
    assert controls(correction, day) == []


@pytest.mark.parametrize(
    ("correction", "broken"),
    [
        (replace(RIGHT, birth_date=date(1932, 5, 2)), ["HX-ADM-05"]),
        (replace(RIGHT, sex=Sex.MAN), ["HX-ADM-06"]),
        (replace(RIGHT, start=datetime(2019, 5, 21, 10, tzinfo=BRUSSELS)), ["HX-ADM-07"]),
        (replace(RIGHT, start=datetime(1930, 5, 21, 10, tzinfo=BRUSSELS)), ["HX-ADM-08"]),
        (replace(END, end=datetime(2019, 5, 21, 10, tzinfo=BRUSSELS)), ["HX-END-05"]),
    ],
    ids=["date of birth", "sex", "start to come", "start before birth", "end to come"],
)
def test_what_is_stated_anew_keeps_the_controls_of_the_first_message(
    correction: Correction, broken: list[str]
) -> None:
    assert controls(correction) == broken


def test_what_is_not_stated_again_is_not_judged() -> None:
    bare = replace(RIGHT, family_name=None, given_name=None, birth_date=None, sex=None)

    assert controls(bare) == []
