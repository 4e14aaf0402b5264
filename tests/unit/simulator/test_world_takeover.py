"""What a takeover does in the world: mailboxes, stays, payments, and what cannot be."""

from dataclasses import replace
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
    end_of_stay,
    invoice,
    state_of,
)
from tests.unit.simulator.sample_house import BEGINS, admission

from generale.protocol.errors import UsageError
from generale.protocol.genericasync import Blob
from generale.protocol.ids import Hco, Reference
from generale.protocol.messages import Correction, StayType
from generale.results.events import EventType
from generale.simulator.behaviour import Behaviour, Kind, Takeover


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun."""
    return Vendor()


def take_over(vendor: Vendor) -> None:
    """The home is taken over by its heir in mid-April."""
    vendor.rehearsal.take_over(Takeover(old=HOME.hco, successor=HEIR, first_day=HEIR.valid_from))


def test_after_a_takeover_both_mailboxes_are_open(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.PEND, control="HX-ADM-12", after=86400))
    vendor.post(admission(ADA))
    vendor.later(14 * 86400)
    take_over(vendor)

    assert [one.input_reference for one in vendor.get(of=HOME)] == ["R1", "R1"]
    assert vendor.get(of=HEIR) == ()
    said = vendor.events(EventType.BEHAVIOUR)[-1].data
    assert (said["kind"], said["old"], said["new"], said["first_day"]) == (
        "takeover",
        "9001",
        "9002",
        "2019-04-15",
    )


def test_after_a_takeover_each_number_is_paid_for_its_own_days(vendor: Vendor) -> None:
    vendor.admit(ADA)
    vendor.later(14 * 86400)
    take_over(vendor)

    stays = vendor.rehearsal.world.platform.stays.of(ADA)
    assert [(stay.facility, stay.from_takeover) for stay in stays] == [
        (HOME.hco, None),
        (HEIR.hco, date(2019, 4, 15)),
    ]
    vendor.post(invoice(ADA), "I1")
    vendor.later(4)
    assert [one.data["amount"] for one in vendor.events(EventType.PAID)] == ["643.50"]


def test_who_left_before_a_takeover_is_not_kept_by_the_fund_under_the_new_number(vendor: Vendor) -> None:
    vendor.admit(ADA)
    vendor.later(14 * 86400)
    take_over(vendor)

    vendor.post(end_of_stay(ADA), "R9")
    vendor.later(2)

    known = vendor.rehearsal.world.funds[FIRST_FUND]._register.stays(ADA)
    assert [(stay.facility, stay.end) for stay in known] == [(HOME.hco, BEGINS)]


def test_a_stay_that_was_another_persons_goes_to_the_fund_of_that_person(vendor: Vendor) -> None:
    vendor.post(admission(ADA), "R1")
    vendor.later(2)
    message = Correction(
        facility=HOME.hco,
        corrects=Reference.parse("R1"),
        insz=BEA,
        family_name="Peeters",
        given_name="Maria",
        birth_date=BEA.birth_date,
        sex=BEA.sex,
        stay_type=StayType.ROB,
        start=BEGINS,
    )
    name = vendor.profile.message_name(Correction)
    vendor.post(Blob(content=vendor.profile.write(message), message_name=name), "R2")
    vendor.later(2)

    first, second = (vendor.rehearsal.world.funds[fund]._register for fund in (FIRST_FUND, SECOND_FUND))
    assert vendor.decisions()[-1].fund == SECOND_FUND
    assert [*first.stays(ADA), *first.stays(BEA), *second.stays(ADA)] == []
    assert [stay.admission for stay in second.stays(BEA)] == ["R1"]


@pytest.mark.parametrize(
    ("takeover", "problem"),
    [
        pytest.param(
            Takeover(old=Hco.parse("9009"), successor=HEIR, first_day=HEIR.valid_from),
            "9009 is no facility",
            id="unknown",
        ),
        pytest.param(
            Takeover(old=HEIR.hco, successor=HEIR, first_day=date(2019, 5, 1)),
            "9002 cannot continue 9002",
            id="by itself",
        ),
        pytest.param(
            Takeover(old=HOME.hco, successor=HEIR, first_day=HEIR.valid_from),
            "taken over by 9002",
            id="again",
        ),
        pytest.param(
            Takeover(old=HEIR.hco, successor=HOME, first_day=date(2019, 5, 1)),
            "9001 cannot continue 9002",
            id="back again",
        ),
        pytest.param(
            Takeover(old=HEIR.hco, successor=replace(HEIR, hco=Hco.parse("9003")), first_day=HEIR.valid_from),
            "cannot be taken over on 2019-04-15",
            id="on its first day",
        ),
    ],
)
def test_a_takeover_that_cannot_be_is_a_mistake_and_changes_nothing(
    vendor: Vendor, takeover: Takeover, problem: str
) -> None:
    take_over(vendor)
    before = state_of(vendor.rehearsal)

    with pytest.raises(UsageError, match=problem):
        vendor.rehearsal.take_over(takeover)

    assert state_of(vendor.rehearsal) == before
    vendor.admit(BEA)
