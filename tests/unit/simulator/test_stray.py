"""A decision for another facility: its envelope answers a message of ours, its content none."""

import pytest
from tests.unit.simulator.open_house import ADA, BEA, Vendor
from tests.unit.simulator.sample_house import admission

from generale.protocol.errors import UsageError
from generale.protocol.ids import Hco, Reference
from generale.protocol.messages import Decision, Outcome
from generale.simulator.behaviour import Behaviour, Kind
from generale.simulator.stray import another_facility, another_reference


def test_it_lies_behind_the_decision_and_names_another_facility_and_message_inside() -> None:
    vendor = Vendor()
    vendor.rehearsal.behave(Behaviour(kind=Kind.FOR_ANOTHER, insz=BEA, after=60))
    vendor.post(admission(ADA), "R1")
    vendor.post(admission(BEA), "R2")
    vendor.later(2)
    before = vendor.kinds()
    vendor.later(60)

    *_, stray = vendor.get()
    content = vendor.profile.read(stray.blob.content)

    assert before == ["decision", "decision"]
    assert vendor.kinds() == ["decision", "decision", "stray"]
    assert stray.input_reference == "R2"
    assert isinstance(content, Decision)
    assert content.outcome is Outcome.ACCEPTED
    assert content.facility not in vendor.rehearsal.world.platform.facilities
    assert content.about == "X2R"
    assert content.decided == vendor.rehearsal.now()


def test_it_comes_once_and_changes_nothing_at_the_platform() -> None:
    vendor, plain = Vendor(), Vendor()
    vendor.rehearsal.behave(Behaviour(kind=Kind.FOR_ANOTHER))
    for one in (vendor, plain):
        one.post(admission(ADA), "R1")
        one.post(admission(BEA), "R2")
        one.later(2)

    assert vendor.kinds().count("stray") == 1
    stays = [one.rehearsal.latest_outcome(ADA, "") for one in (vendor, plain)]
    assert stays[0] == stays[1]


@pytest.mark.parametrize("service", ["invoices", "insurance"])
def test_only_a_decision_can_be_for_another(service: str) -> None:
    with pytest.raises(UsageError, match="never happens at"):
        Vendor().rehearsal.behave(Behaviour(kind=Kind.FOR_ANOTHER, service=service))


def test_the_other_facility_takes_no_part() -> None:
    assert another_facility(()) == "99999"
    assert another_facility({Hco("99999"), Hco("99998")}) == "99997"


@pytest.mark.parametrize("own", ["A", "X", "XAX", "0" * 14, "X" * 14, "AB" * 7, "X" * 64, "&<" * 32])
def test_the_other_reference_is_none_that_was_given(own: str) -> None:
    other = another_reference(Reference(own))

    assert Reference.parse(other) == other
    assert other != own
