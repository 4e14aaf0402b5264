"""The world: how an invoice file goes at two funds, how terms pass, how numbers change hands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.simulator.open_house import (
    ADA,
    BEA,
    CLARA,
    FIRST_FUND,
    HOME,
    SECOND_FUND,
    Vendor,
    end_of_stay,
    invoice,
    open_house,
    origin_of,
    state_of,
)
from tests.unit.simulator.sample_house import BEGINS, admission

from generale.protocol.clock import parse_instant
from generale.protocol.errors import OurError
from generale.protocol.flatfile import (
    decode,
    encode,
    file_of,
    read_acknowledgement,
    read_refusal,
    read_settlement,
)
from generale.protocol.form import from_json, to_json
from generale.protocol.genericasync import Blob, Confirm
from generale.protocol.ids import FundNumber, Nihii
from generale.protocol.messages import Outcome
from generale.protocol.profile import Profile, compile_profile, standard_profile
from generale.results.events import EventType, Party
from generale.simulator.behaviour import Behaviour, Kind
from generale.simulator.set_up import NoticeFrom, WorldSetUp, facility_record


@pytest.fixture
def vendor() -> Vendor:
    """A vendor whose rehearsal has begun."""
    return Vendor()


def with_term(months: int) -> Profile:
    """The standard profile with a term for what is pending under the first rule set."""
    files = dict(standard_profile().files)
    files["profile.toml"] = files["profile.toml"].replace(
        b"2021-07-01 = 2", f"2019-04-01 = {months}".encode()
    )
    return compile_profile(files)


def test_two_funds_settle_and_pay_what_is_theirs(vendor: Vendor) -> None:
    vendor.admit(ADA, BEA)

    vendor.post(invoice(ADA), "I1")
    vendor.post(invoice(BEA, fund=SECOND_FUND), "I2")
    vendor.later(2)
    assert vendor.kinds()[2:] == ["931000", "931000"]
    vendor.later(2)

    assert vendor.kinds()[4:] == ["920900", "920900"]
    paid = vendor.events(EventType.PAID)
    assert [(one.ids["fund"], one.ids["about"], one.data["amount"]) for one in paid] == [
        (FIRST_FUND, "I1", "643.50"),
        (SECOND_FUND, "I2", "643.50"),
    ]
    assert {one.sender for one in paid} == {Party.FUND}


def test_replies_to_a_file_name_it_and_can_be_read(vendor: Vendor) -> None:
    vendor.admit(ADA)
    vendor.post(invoice(ADA, number=7), "I1")
    vendor.later(4)

    taken, settled = vendor.get("invoices")

    assert {taken.input_reference, settled.input_reference} == {"I1"}
    assert read_acknowledgement(taken.blob.content).reference == "00000000000007"
    settlement = read_settlement(settled.blob.content)
    assert str(settlement.accepted) == "643.50"
    assert taken.blob.content_type == "text/plain"


def test_a_bill_for_another_funds_member_is_refused_and_nothing_is_paid(vendor: Vendor) -> None:
    vendor.admit(ADA, BEA)
    vendor.post(invoice(BEA, fund=FIRST_FUND), "I1")
    vendor.later(4)

    settlement = read_settlement(vendor.get("invoices")[-1].blob.content)
    assert (str(settlement.asked), str(settlement.accepted)) == ("643.50", "0.00")
    assert vendor.events(EventType.PAID) == []


def test_one_file_is_paid_in_part(vendor: Vendor) -> None:
    vendor.admit(ADA)
    vendor.post(invoice(ADA, CLARA), "I1")
    vendor.later(4)

    assert [one.data["amount"] for one in vendor.events(EventType.PAID)] == ["643.50"]


def without_last_record(blob: Blob) -> Blob:
    """A file whose record 96 was lost."""
    file = decode(blob.content)
    return replace(blob, content=encode(file_of(file.header200, file.header300, file.records[:-1])))


def test_a_file_with_a_technical_fault_comes_back_and_nothing_is_booked(vendor: Vendor) -> None:
    vendor.admit(ADA)
    vendor.post(without_last_record(invoice(ADA)), "I1")
    vendor.later(4)

    assert vendor.kinds()[1:] == ["920999"]
    (error,) = read_refusal(vendor.get("invoices")[0].blob.content).errors
    assert (error.record_type, error.zone) == ("95", "400")
    assert vendor.rehearsal.world.funds[FIRST_FUND].payments == ()


def test_a_file_for_a_fund_that_does_not_exist_comes_back(vendor: Vendor) -> None:
    vendor.post(invoice(ADA, fund=FundNumber.parse("999")), "I1")
    vendor.later(4)

    assert vendor.kinds() == ["920999"]
    (error,) = read_refusal(vendor.get("invoices")[0].blob.content).errors
    assert error.record_type == "95"


def test_a_file_that_was_refused_technically_keeps_its_sending_number(vendor: Vendor) -> None:
    vendor.admit(ADA)
    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE_FILE))
    vendor.post(invoice(ADA, number=3), "I1")
    vendor.later(4)

    vendor.post(invoice(ADA, number=3), "I2")
    vendor.later(4)

    assert [one.data["amount"] for one in vendor.events(EventType.PAID)] == ["643.50"]


def test_a_sending_number_that_is_used_again_is_refused_as_a_whole(vendor: Vendor) -> None:
    vendor.admit(ADA, CLARA)
    for reference, insz in (("I1", ADA), ("I2", CLARA)):
        vendor.post(invoice(insz, number=3), reference)
        vendor.later(4)

    assert [one.ids["about"] for one in vendor.events(EventType.PAID)] == ["I1"]


def test_silence_lets_the_answers_to_a_file_come_later(vendor: Vendor) -> None:
    vendor.rehearsal.behave(Behaviour(kind=Kind.SILENCE, service="invoices", after=60))
    vendor.post(invoice(ADA), "I1")
    vendor.later(61)
    assert vendor.kinds() == []

    vendor.later(3)

    assert vendor.kinds() == ["931000", "920900"]


@pytest.mark.parametrize(
    ("profile", "days", "outcome"),
    [
        pytest.param(with_term(2), 60, Outcome.PENDING, id="within the term"),
        pytest.param(with_term(2), 62, Outcome.REFUSED, id="beyond the term"),
        pytest.param(standard_profile(), 300, Outcome.PENDING, id="no term"),
    ],
)
def test_a_pending_message_is_refused_when_its_term_has_passed(
    profile: Profile, days: int, outcome: Outcome
) -> None:
    vendor = Vendor(profile=profile)
    vendor.rehearsal.behave(Behaviour(kind=Kind.PEND, control="HX-ADM-12", after=400 * 86400))
    vendor.post(admission(ADA))
    vendor.later(days * 86400)

    assert vendor.decisions()[-1].outcome is outcome
    assert len(vendor.decisions()) == (2 if outcome is Outcome.REFUSED else 1)


def test_the_term_of_a_message_that_was_decided_passes_without_a_word() -> None:
    vendor = Vendor(profile=with_term(2))
    vendor.rehearsal.behave(Behaviour(kind=Kind.PEND, control="HX-ADM-12", after=60))
    vendor.post(admission(ADA))
    vendor.later(70 * 86400)

    assert [one.outcome for one in vendor.decisions()] == [Outcome.PENDING, Outcome.ACCEPTED]


def test_decisions_fall_due_at_their_time_in_the_hour_that_comes_twice(vendor: Vendor) -> None:
    vendor.rehearsal.move_to(parse_instant("2019-10-27T02:59:59+02:00"))
    vendor.post(admission(ADA))

    vendor.rehearsal.move_to(parse_instant("2019-10-27T02:00:00+01:00"))
    assert vendor.decisions() == []
    vendor.rehearsal.move_to(parse_instant("2019-10-27T02:00:01+01:00"))

    assert [one.decided.isoformat() for one in vendor.decisions()] == ["2019-10-27T02:00:01+01:00"]


def test_the_registry_is_asked_by_its_riziv_number(vendor: Vendor) -> None:
    world = vendor.rehearsal.world

    assert world.facility_of(HOME.nihii) == facility_record(HOME)
    assert world.facility_of(Nihii.of_serial(1)) is None


def test_an_instant_that_has_passed_changes_nothing(vendor: Vendor) -> None:
    vendor.post(admission(ADA))
    before = state_of(vendor.rehearsal)

    vendor.rehearsal.world.clock.catch_up(BEGINS - timedelta(days=1))

    assert state_of(vendor.rehearsal) == before


def test_the_clock_of_a_rehearsal_does_not_go_back(vendor: Vendor) -> None:
    events = list(vendor.rehearsal.events)

    with pytest.raises(OurError, match="cannot go back"):
        vendor.rehearsal.move_to(BEGINS - timedelta(seconds=1))

    assert vendor.rehearsal.events == events


def test_a_person_is_insured_by_one_fund_or_by_none(vendor: Vendor) -> None:
    world = vendor.rehearsal.world

    assert world.fund_on(BEA, date(2019, 4, 1)) == SECOND_FUND
    assert world.fund_on(BEA, date(1999, 12, 31)) is None


def test_it_is_known_what_was_decided_last(vendor: Vendor) -> None:
    rehearsal = vendor.rehearsal
    assert rehearsal.latest_outcome(ADA, HOME.nihii) == (False, None)

    vendor.post(admission(ADA))
    assert rehearsal.latest_outcome(ADA, HOME.nihii) == (True, None)

    vendor.later(2)
    assert rehearsal.latest_outcome(ADA, HOME.nihii) == (True, Outcome.ACCEPTED)


def test_two_rehearsals_do_not_see_each_other() -> None:
    vendor = Vendor()
    other = Vendor(simulator=vendor.serving, name="another-house")
    before, said = state_of(other.rehearsal), list(other.rehearsal.events)

    vendor.rehearsal.behave(Behaviour(kind=Kind.REFUSE, control="HX-ADM-12"))
    vendor.admit(ADA)
    vendor.post(admission(BEA), "R2")

    assert state_of(other.rehearsal) == before
    assert other.rehearsal.events == said
    other.admit(ADA)
    assert other.decisions() == []
    assert [one.data["outcome"] for one in other.events(EventType.DECIDED)] == ["accepted"]


STEPS = st.sampled_from(["ada", "bea", "end", "bill", "time", "cut", "silence", "get"])


def play(steps: list[str]) -> Vendor:
    """Do some things one after another."""
    vendor = Vendor()
    for number, step in enumerate(steps):
        reference = f"R{number}"
        match step:
            case "ada" | "bea":
                vendor.post(admission(ADA if step == "ada" else BEA), reference)
            case "end":
                vendor.post(end_of_stay(ADA), reference)
            case "bill":
                vendor.post(invoice(ADA, number=number + 1), reference)
            case "cut":
                vendor.rehearsal.behave(Behaviour(kind=Kind.CUT, operation="confirm"))
            case "silence":
                vendor.rehearsal.behave(Behaviour(kind=Kind.SILENCE, after=5))
            case "get":
                vendor.get()
            case _:
                vendor.later(1)
    return vendor


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(STEPS, max_size=10))
def test_the_same_commands_give_the_same_world_and_the_same_events(steps: list[str]) -> None:
    first, second = play(steps), play(steps)

    assert state_of(first.rehearsal) == state_of(second.rehearsal)
    assert first.rehearsal.events == second.rehearsal.events
    assert first.rehearsal.evidence == second.rehearsal.evidence


def test_a_confirmed_reply_leaves_and_is_told_once(vendor: Vendor) -> None:
    vendor.post(admission(ADA))
    vendor.later(2)
    names = vendor.names("admissions")

    for _ in range(2):
        vendor.ask("admissions", Confirm(origin=origin_of(), references=names))

    assert vendor.get() == ()
    assert [one.ids["reply"] for one in vendor.events(EventType.CONFIRMED)] == list(names)


def test_every_reply_says_which_rule_set_judged_what_it_answers() -> None:
    eve = parse_instant("2019-06-18T23:59:59")
    set_up = replace(open_house(), rule_set=date(2021, 7, 1), begins=eve)
    vendor = Vendor()
    vendor.rehearsal = vendor.serving.open(set_up, "overnight")
    vendor.post(admission(ADA), "A1")
    vendor.later(1)
    vendor.post(admission(BEA), "A2")
    vendor.post(invoice(ADA), "F1")
    vendor.later(60)

    told = [(event.ids["kind"], event.data["rule_set"]) for event in vendor.events(EventType.REPLIED)]

    assert sorted(told) == [
        ("920900", "2019-06-19"),
        ("931000", "2019-06-19"),
        ("decision", "2019-04-01"),
        ("decision", "2019-06-19"),
    ]
    assert [one.rule_set.isoformat() for one in vendor.decisions()] == ["2019-04-01", "2019-06-19"]


def test_a_world_keeps_from_which_day_the_notice_term_runs_at_a_facility() -> None:
    term = NoticeFrom(facility=HOME.hco, since=date(2019, 4, 1))
    set_up = replace(open_house(), notice_terms=(term,))

    assert from_json(WorldSetUp, to_json(set_up)) == set_up
    assert "notice_terms" not in to_json(open_house())
