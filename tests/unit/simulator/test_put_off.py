"""Settlements that are put off on a real clock: none is lost or done twice, and a restart finds the same."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.unit.simulator.open_house import ADA, CLARA, Vendor, invoice, origin_of, state_of
from tests.unit.simulator.sample_house import BEGINS, admission

from generale.protocol.genericasync import Get, Query, request_envelope, write_envelope
from generale.protocol.profile import standard_profile
from generale.protocol.transport import HttpRequest
from generale.results.events import EventType, write_transcript
from generale.simulator import invoicing as settling_files
from generale.simulator import rehearsal as rehearsing
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal

PROFILE = replace(standard_profile(), decision_seconds=1, settlement_seconds=2)


class Now:
    """A clock on the wall that stands where it was set."""

    def __init__(self) -> None:
        self.at = BEGINS

    def now(self) -> datetime:
        """The instant that was set."""
        return self.at

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


class Edge:
    """A vendor whose requests come through an edge that puts work off."""

    def __init__(self, path: Path) -> None:
        self.clock = Now()
        self.journal = SqliteJournal(path)
        self.simulator = Simulator(PROFILE, journal=self.journal, wall=self.clock)
        self.vendor = Vendor(PROFILE, simulator=self.simulator)

    def reopen(self, path: Path) -> None:
        """Let another process go on with the store."""
        self.journal = SqliteJournal(path)
        self.simulator = Simulator(PROFILE, journal=self.journal, wall=self.clock)
        self.vendor.serving, self.vendor.rehearsal = self.simulator, self.simulator.rehearsals["open-house"]

    def look(self, service: str) -> None:
        """Look into a mailbox as the edge would let a vendor do it."""
        get = Get(origin=origin_of(), message_query=Query())
        raw = write_envelope(request_envelope(get, message_id="urn:message:look"))
        url = self.simulator.addresses(self.vendor.rehearsal)[service]
        assert self.simulator.handle(HttpRequest(url=url, body=raw), puts_off=True) is not None
        self.simulator.write()

    def work_off(self) -> None:
        """Do one piece of what was put off, if there is any."""
        if self.simulator.is_behind:
            self.simulator.work()
            self.simulator.write()

    def picture(self) -> tuple[bytes, str]:
        """Log and state of the rehearsal now, without anything done that can be put off."""
        rehearsal = self.simulator.rehearsals["open-house"]
        while rehearsal.now(puts_off=True) < self.clock.now():
            pass  # more was due than one turn's share
        return write_transcript(rehearsal.events), state_of(rehearsal)


@pytest.fixture
def edge(tmp_path: Path) -> Edge:
    """A rehearsal on a store, with two residents admitted."""
    return opened(tmp_path / "store")


def opened(path: Path) -> Edge:
    """The same at a place."""
    edge = Edge(path)
    for place, insz in enumerate((ADA, CLARA)):
        edge.vendor.post(admission(insz), f"A{place}")
    edge.clock.wait(5)
    return edge


def test_a_look_at_another_mailbox_puts_a_settlement_off(edge: Edge) -> None:
    edge.vendor.post(invoice(ADA), "I1")
    edge.clock.wait(5)
    edge.look("admissions")

    before = edge.simulator.is_behind
    assert edge.vendor.kinds() == ["decision", "decision", "931000"]
    edge.work_off()
    assert (before, edge.simulator.is_behind) == (True, False)
    assert edge.vendor.kinds() == ["decision", "decision", "931000", "920900"]


def test_whoever_asks_for_invoices_finds_what_was_due_settled(edge: Edge) -> None:
    for number, person in enumerate((ADA, CLARA), start=1):
        edge.vendor.post(invoice(person, number=number), f"I{number}")
    edge.clock.wait(5)
    edge.look("admissions")
    edge.look("invoices")

    assert edge.vendor.kinds()[2:] == ["931000", "931000", "920900", "920900"]
    assert len(edge.vendor.get("invoices")) == 4


def test_many_decisions_that_are_due_at_once_leave_turns_to_others(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "ACTIONS_A_TURN", 2)
    edge.look("admissions")
    for number in range(7):
        edge.clock.wait(0.01)
        edge.vendor.post(admission(ADA), f"M{number}")
    edge.clock.wait(5)

    found = list[int]()
    edge.look("admissions")
    while edge.simulator.is_behind:
        found.append(len(edge.vendor.kinds()))
        edge.work_off()

    assert found == [3, 4, 5, 6, 7, 8]  # for each message its pick-up and its decision
    assert edge.vendor.kinds() == ["decision"] * 9
    replies = edge.vendor.events(EventType.REPLIED)
    assert [one.ids["about"] for one in replies] == ["A0", "A1", *(f"M{number}" for number in range(7))]
    assert len({one.at for one in replies[2:]}) == 7


def test_without_an_edge_nothing_is_put_off(edge: Edge) -> None:
    edge.vendor.post(invoice(ADA), "I1")
    edge.clock.wait(5)
    edge.vendor.get("admissions")

    assert edge.vendor.kinds()[2:] == ["931000", "920900"]


def test_a_rehearsal_that_is_over_leaves_no_work(edge: Edge) -> None:
    edge.vendor.post(invoice(ADA), "I1")
    edge.clock.wait(5)
    edge.look("admissions")
    edge.simulator.close(edge.vendor.rehearsal)
    edge.simulator.work()

    assert not edge.simulator.is_behind
    assert edge.vendor.kinds()[2:] == ["931000"]


def test_a_long_settlement_leaves_turns_to_others_and_ends_before_the_next_begins(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling_files, "RECORDS_A_PIECE", 1)
    for number in (1, 2):
        edge.vendor.post(invoice(ADA, CLARA, number=number), f"I{number}")
    edge.clock.wait(5)
    edge.look("admissions")

    kinds, pieces = list[list[str]](), 0
    while edge.simulator.is_behind:
        edge.work_off()
        pieces += 1
        edge.look("admissions")
        if not kinds or edge.vendor.kinds() != kinds[-1]:
            kinds.append(edge.vendor.kinds())

    assert pieces > 8
    assert [one[4:] for one in kinds] == [[], ["920900"], ["920900", "920900"]]
    assert [one.ids["about"] for one in edge.vendor.events(EventType.REPLIED)[4:]] == ["I1", "I2"]


def test_in_how_many_pieces_a_file_is_settled_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = set[bytes]()
    for size in (1, 2, 1000):
        monkeypatch.setattr(settling_files, "RECORDS_A_PIECE", size)
        edge = opened(tmp_path / f"store-{size}")
        edge.vendor.post(invoice(ADA, CLARA, ADA), "I1")
        edge.clock.wait(5)
        edge.look("admissions")
        while edge.simulator.is_behind:
            edge.work_off()
        logs.add(edge.picture()[0])
        assert edge.vendor.kinds()[2:] == ["931000", "920900"]

    assert len(logs) == 1


STEPS = st.lists(
    st.sampled_from(("invoice", "admission", "wait", "admissions", "invoices", "work", "restart")),
    min_size=1,
    max_size=25,
)


@pytest.mark.parametrize("size", [1, 1000], ids=["many pieces", "one piece"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=["invoice", "wait", "wait", "wait", "invoices"])  # done in time, and not put off
@example(steps=["invoice", "admission", "wait", "admissions"])  # more is due than a share
def test_a_restart_at_any_moment_finds_everything_as_it_was_left(
    size: int,
    steps: list[str],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settling_files, "RECORDS_A_PIECE", size)
    monkeypatch.setattr(rehearsing, "ACTIONS_A_TURN", size)
    path = tmp_path_factory.mktemp("put-off") / "store"
    edge, sent, told = opened(path), 0, 0
    for step in [*steps, "restart", "invoices"]:
        match step:
            case "invoice":
                sent += 1
                edge.vendor.post(invoice(ADA, CLARA, number=sent), f"I{sent}")
            case "admission":
                told += 1
                edge.clock.wait(0.01)
                edge.vendor.post(admission(ADA), f"M{told}")
            case "wait":
                edge.clock.wait(1.25)
            case "work":
                edge.work_off()
            case "restart":
                edge = restarted(edge, path)
            case service:
                edge.look(service)
    edge.clock.wait(10)
    edge.look("invoices")

    assert edge.vendor.kinds().count("931000") == edge.vendor.kinds().count("920900") == sent
    assert edge.vendor.kinds().count("decision") == 2 + told


def restarted(edge: Edge, path: Path) -> Edge:
    """The same rehearsal in a new process, which must find it as it was left."""
    edge.journal.close()
    left = edge.picture()
    edge.reopen(path)
    assert edge.picture() == left
    return edge
