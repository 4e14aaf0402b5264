"""The service of the insurance status, as a vendor meets it."""

from datetime import date

import pytest
from tests.unit.simulator.open_house import (
    ADA,
    BEA,
    FIRST_FUND,
    HEIR,
    HOME,
    SECOND_FUND,
    Vendor,
    origin_of,
    state_of,
)

from generale.protocol.genericasync import Blob, Confirm, ResultMajor
from generale.protocol.ids import FundNumber, Hco, Insz, Sex
from generale.protocol.messages import Decision, InsuranceAnswer, InsuranceQuestion, InsuranceStatus, Outcome
from generale.protocol.profile import standard_profile
from generale.results.events import EventType
from generale.simulator.behaviour import Behaviour, Kind

PROFILE = standard_profile()
STRANGER = Insz.synthetic(date(1931, 3, 3), Sex.MAN)
DAY = date(2019, 4, 1)


def question(insz: Insz = ADA, hco: Hco = HOME.hco, day: date = DAY) -> Blob:
    """A question of the home."""
    message = InsuranceQuestion(facility=hco, insz=insz, day=day)
    return Blob(content=PROFILE.write(message), message_name="WZC-VERZEKERING-VRAAG")


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun."""
    return Vendor()


def answers(vendor: Vendor) -> list[InsuranceAnswer | Decision]:
    """What lies in the mailbox of the service."""
    found = [PROFILE.read(one.blob.content) for one in vendor.get("insurance")]
    assert all(isinstance(one, InsuranceAnswer | Decision) for one in found)
    return [one for one in found if isinstance(one, InsuranceAnswer | Decision)]


@pytest.mark.parametrize(("insz", "fund"), [(ADA, FIRST_FUND), (BEA, SECOND_FUND)], ids=["Ada", "Bea"])
def test_the_answer_names_the_fund_that_has_the_person_as_a_member(
    vendor: Vendor, insz: Insz, fund: FundNumber
) -> None:
    tack = vendor.post(question(insz), "V1", service="insurance")
    before = answers(vendor)
    vendor.later(2)
    (answer,) = answers(vendor)

    assert (tack.result_major, before) == (ResultMajor.SUCCESS, [])
    assert isinstance(answer, InsuranceAnswer)
    assert (answer.about, answer.day, answer.status, answer.fund) == (
        "V1",
        DAY,
        InsuranceStatus.INSURED,
        fund,
    )
    assert answer.since is not None
    assert answer.since <= DAY
    assert vendor.kinds() == ["insurance-answer"]
    assert vendor.get("admissions") == ()


@pytest.mark.parametrize(
    ("insz", "day", "status"),
    [
        pytest.param(ADA, date(1990, 1, 1), InsuranceStatus.NOT_INSURED, id="long before the funds"),
        pytest.param(STRANGER, DAY, InsuranceStatus.UNKNOWN_PERSON, id="a person nobody knows"),
    ],
)
def test_who_is_not_covered_hears_so(vendor: Vendor, insz: Insz, day: date, status: InsuranceStatus) -> None:
    vendor.post(question(insz, day=day), "V1", service="insurance")
    vendor.later(2)
    (answer,) = answers(vendor)

    assert isinstance(answer, InsuranceAnswer)
    assert (answer.status, answer.fund, answer.since) == (status, None, None)


def test_a_question_under_the_number_of_another_is_refused_with_a_control(vendor: Vendor) -> None:
    vendor.post(question(hco=HEIR.hco), "V1", service="insurance")
    vendor.later(2)
    (refusal,) = answers(vendor)

    assert isinstance(refusal, Decision)
    assert (refusal.outcome, [one.control for one in refusal.controls]) == (Outcome.REFUSED, ["HX-INS-01"])
    assert [event.ids["reference"] for event in vendor.events(EventType.DECIDED)] == ["V1"]


def test_a_question_is_answered_once_however_often_it_is_sent(vendor: Vendor) -> None:
    vendor.post(question(), "V1", service="insurance")
    before = state_of(vendor.rehearsal)
    vendor.post(question(), "V1", service="insurance")

    assert state_of(vendor.rehearsal) == before
    vendor.later(2)
    assert len(answers(vendor)) == 1


def test_an_answer_that_is_confirmed_is_gone(vendor: Vendor) -> None:
    vendor.post(question(), "V1", service="insurance")
    vendor.later(2)
    vendor.ask("insurance", Confirm(origin=origin_of(), references=vendor.names("insurance")))

    assert answers(vendor) == []


def test_an_answer_can_come_twice_like_any_other_reply(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.ANSWER_TWICE, service="insurance"))
    vendor.post(question(), "V1", service="insurance")
    vendor.later(2)

    assert len(answers(vendor)) == 2


def test_a_question_at_the_service_of_admissions_gets_a_failure(vendor: Vendor) -> None:
    before = state_of(vendor.rehearsal)
    tack = vendor.post(question(), "V1", service="admissions")

    assert tack.result_major is ResultMajor.FAILURE
    assert tack.result_message == "a message of kind InsuranceQuestion goes to the service 'insurance'"
    assert state_of(vendor.rehearsal) == before
