"""Journals: what is opened again is the rehearsal that was left; a disk that refuses loses nothing."""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.unit.simulator.sample_house import BEGINS, CARE_HOME, FUND, admission, house, residents

from generale.protocol.clock import Clock
from generale.protocol.errors import EnvironmentFailure, OurError, UsageError
from generale.protocol.genericasync import Delivery, Query, ResultMajor, TAck
from generale.protocol.profile import standard_profile
from generale.protocol.transport import HttpRequest, HttpResponse
from generale.refvendor.identity import Identity
from generale.refvendor.post import PostOffice
from generale.results.events import write_transcript
from generale.simulator.behaviour import Behaviour, Kind
from generale.simulator.journal import Command, Journal, NoJournal, Step, Stored
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.service import DUPLICATE
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal


class StoppedClock:
    """A wall clock that stands where it was set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant that was set."""
        return self.at


class Refusing(NoJournal):
    """A journal whose disk can be full."""

    def __init__(self) -> None:
        self.full = False
        self.steps: list[Step] = []

    def write(self, steps: Mapping[str, Step]) -> None:
        """Keep a step, or refuse it."""
        if self.full:
            raise EnvironmentFailure("no space left on device")
        self.steps.extend(steps.values())


def simulator_on(journal: Journal, wall: Clock | None = None) -> Simulator:
    """A simulator that keeps its rehearsals in a journal."""
    return Simulator(standard_profile(), journal=journal, wall=wall)


def office(simulator: Simulator) -> PostOffice:
    """The client side of the exchange, wired to a simulator without a socket."""

    def carry(request: HttpRequest) -> HttpResponse:
        answer = simulator(request)
        if answer is None:
            raise EnvironmentFailure("the line was cut", address=request.url)
        return answer

    services = simulator.addresses(simulator.rehearsals["a-house"])
    return PostOffice(carry, services, Identity("vendor"))


def post(simulator: Simulator, number: int) -> TAck:
    """Post the admission of one resident."""
    insz = next(insz for place, insz in enumerate(residents(), start=1) if place == number)
    answer = office(simulator).post(
        CARE_HOME,
        "admissions",
        to=f"urn:nip:destination:io:{FUND}",
        reference=f"R{number}",
        blob=admission(insz),
    )
    assert isinstance(answer, TAck)
    return answer


def mailbox(simulator: Simulator) -> list[Delivery]:
    """What waits for the care home."""
    return list(office(simulator).get(CARE_HOME, "admissions", 100).messages)


def replies(simulator: Simulator) -> dict[str | None, bytes]:
    """What waits for the care home: the bytes about each message."""
    return {delivery.input_reference: delivery.blob.content for delivery in mailbox(simulator)}


@contextmanager
def store(path: Path) -> Iterator[SqliteJournal]:
    """A journal in a file, as long as a process would have it."""
    with closing(SqliteJournal(path)) as journal:
        yield journal


def log(rehearsal: Rehearsal) -> bytes:
    """The log of a rehearsal as bytes."""
    return write_transcript(rehearsal.events)


def live(simulator: Simulator) -> Rehearsal:
    """A rehearsal in which a bit of everything happens."""
    rehearsal = simulator.open(house())
    rehearsal.behave(Behaviour(kind=Kind.REFUSE, control="HX-ADM-01"))
    rehearsal.behave(Behaviour(kind=Kind.SILENCE, count=5, after=60))
    post(simulator, 1)
    rehearsal.stop(Kind.SILENCE)
    post(simulator, 2)
    rehearsal.move_to(BEGINS + timedelta(seconds=30))
    (waiting,) = mailbox(simulator)
    office(simulator).confirm(CARE_HOME, "admissions", [waiting.blob])
    post(simulator, 3)
    return rehearsal


def test_a_rehearsal_that_is_opened_again_is_the_one_that_was_left(tmp_path: Path) -> None:
    with store(tmp_path / "s") as journal:
        left = live(simulator_on(journal))
    with store(tmp_path / "s") as journal:
        found = simulator_on(journal).rehearsals["a-house"]

    assert log(found) == log(left)
    assert found.evidence == left.evidence
    assert found.received == left.received
    assert found.now() == left.now()
    assert found.exchanges == left.exchanges
    assert found.world.behaviours.active == left.world.behaviours.active


def test_a_rehearsal_that_holds_too_much_takes_no_more_also_after_a_restart(tmp_path: Path) -> None:
    with store(tmp_path / "s") as journal:
        simulator = Simulator(standard_profile(), journal=journal, evidence_limit=5_000)
        rehearsal = simulator.open(house())
        first = post(simulator, 1)
        before = log(rehearsal)
        with pytest.raises(EnvironmentFailure, match="bytes of evidence and takes no more"):
            simulator(HttpRequest(url=simulator.addresses(rehearsal)["admissions"], body=b"junk" * 2_000))

        assert log(rehearsal) == before
    with store(tmp_path / "s") as journal:
        again = Simulator(standard_profile(), journal=journal, evidence_limit=5_000)
        kept = again.rehearsals["a-house"]
        with pytest.raises(EnvironmentFailure, match="takes no more"):
            again(HttpRequest(url=again.addresses(kept)["admissions"], body=b"junk" * 2_000))

        assert first.result_major is ResultMajor.SUCCESS
        assert set(kept.received) == set(rehearsal.received)


def acknowledged(simulator: Simulator) -> list[TAck]:
    """The later acknowledgements that wait for the care home."""
    return list(office(simulator).get(CARE_HOME, "admissions", 0, tacks=Query()).tacks)


def test_acknowledgements_and_lost_messages_are_as_they_were_left(tmp_path: Path) -> None:
    with store(tmp_path / "s") as journal:
        simulator = simulator_on(journal)
        rehearsal = simulator.open(house())
        rehearsal.behave(Behaviour(kind=Kind.NOT_PICKED_UP))
        for number in (1, 2, 3):
            post(simulator, number)
        rehearsal.move_to(BEGINS + timedelta(seconds=30))
        lost, first, second = acknowledged(simulator)
        assert (lost.input_reference, lost.result_major) == ("R1", ResultMajor.FAILURE)
        office(simulator).confirm(CARE_HOME, "admissions", [], [first])
    with store(tmp_path / "s") as journal:
        simulator = simulator_on(journal)

        assert acknowledged(simulator) == [lost, second]
        assert simulator.rehearsals["a-house"].world.pick_ups.lost == rehearsal.world.pick_ups.lost
        assert post(simulator, 1).result_minor == ""
        assert post(simulator, 2).result_minor == DUPLICATE


def test_what_was_under_way_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    undisturbed = simulator_on(NoJournal())
    live(undisturbed)
    with store(tmp_path / "s") as journal:
        live(simulator_on(journal))
    with store(tmp_path / "s") as journal:
        again = simulator_on(journal)
        for simulator in (undisturbed, again):
            simulator.rehearsals["a-house"].move_to(BEGINS + timedelta(hours=1))

        assert log(again.rehearsals["a-house"]) == log(undisturbed.rehearsals["a-house"])
        assert replies(again) == replies(undisturbed)
        assert set(replies(again)) == {"R1", "R3"}


def test_a_message_is_still_known_after_a_restart(tmp_path: Path) -> None:
    with store(tmp_path / "s") as journal:
        live(simulator_on(journal))
    with store(tmp_path / "s") as journal:
        assert post(simulator_on(journal), 2).result_minor == DUPLICATE


def test_what_falls_due_while_nobody_runs_has_its_own_time(tmp_path: Path) -> None:
    with store(tmp_path / "s") as journal:
        simulator = simulator_on(journal, StoppedClock(BEGINS))
        simulator.open(house())
        post(simulator, 1)
    with store(tmp_path / "s") as journal:
        later = simulator_on(journal, StoppedClock(BEGINS + timedelta(days=1)))
        rehearsal = later.rehearsals["a-house"]
        rehearsal.now()

    assert rehearsal.events[-1].at == (BEGINS + timedelta(seconds=2)).isoformat()
    assert [event.seq for event in rehearsal.events] == list(range(1, len(rehearsal.events) + 1))


def test_several_restarts_without_a_command_repeat_no_event(tmp_path: Path) -> None:
    logs = []
    for day in range(4):
        with store(tmp_path / "s") as journal:
            simulator = simulator_on(journal, StoppedClock(BEGINS + timedelta(days=day)))
            if day == 0:
                simulator.open(house())
                post(simulator, 1)
            rehearsal = simulator.rehearsals["a-house"]
            rehearsal.now()
            rehearsal.commit()
            logs.append(log(rehearsal))

    assert len(logs[0]) < len(logs[1])
    assert logs[1] == logs[2] == logs[3]


def test_two_rehearsals_in_one_file_do_not_meet(tmp_path: Path) -> None:
    with store(tmp_path / "s") as journal:
        simulator = simulator_on(journal)
        simulator.open(house(name="b-house"))
        live(simulator)
    with store(tmp_path / "s") as journal:
        again = simulator_on(journal)

        assert list(again.rehearsals) == ["b-house", "a-house"]
        assert again.rehearsals["b-house"].events == []


def other_database(path: Path, version: int) -> None:
    """A database of another program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"CREATE TABLE other (x); PRAGMA user_version={version};")


@pytest.mark.parametrize("version", [0, 7])
def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, version: int) -> None:
    path = tmp_path / "other"
    other_database(path, version)
    before = path.read_bytes()

    with pytest.raises(UsageError) as refused:
        SqliteJournal(path)

    assert refused.value.hint
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("make", "hint"),
    [
        pytest.param(lambda path: path.write_bytes(b"not a database" * 100), "no store", id="a text"),
        pytest.param(lambda path: path.mkdir(), "give --store a file", id="a folder"),
    ],
)
def test_what_is_no_database_is_refused(tmp_path: Path, make: Callable[[Path], object], hint: str) -> None:
    make(tmp_path / "other")

    with pytest.raises(UsageError, match="cannot be used as a store") as refused:
        SqliteJournal(tmp_path / "other")

    assert hint in refused.value.hint


@contextmanager
def no_file_may_grow(size: int) -> Iterator[None]:
    """A disk on which no file can become larger than this."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_disk_that_refuses_is_a_failure_of_the_world_and_loses_nothing(tmp_path: Path) -> None:
    with store(tmp_path / "s") as journal:
        simulator = simulator_on(journal)
        simulator.open(house())
        post(simulator, 1)
        with no_file_may_grow((tmp_path / "s-wal").stat().st_size), pytest.raises(EnvironmentFailure):
            post(simulator, 2)
        assert post(simulator, 3).result_minor == ""
        left = log(simulator.rehearsals["a-house"])
    with store(tmp_path / "s") as journal:
        again = simulator_on(journal)

        assert log(again.rehearsals["a-house"]) == left
        assert post(again, 2).result_minor == DUPLICATE


def test_a_later_commit_carries_what_an_earlier_one_could_not() -> None:
    journal = Refusing()
    simulator = simulator_on(journal)
    rehearsal = simulator.open(house())
    journal.full = True
    with pytest.raises(EnvironmentFailure):
        post(simulator, 1)
    journal.full = False

    assert post(simulator, 1).result_minor == DUPLICATE
    (step,) = journal.steps
    assert [command.name for command in step.commands] == ["receive"]
    assert [entry.event for entry in step.entries] == rehearsal.events
    assert set(step.evidence) == set(rehearsal.evidence)


def asked(simulator: Simulator, name: str) -> None:
    """Ask a rehearsal something that it notes in its log, without bringing that to disk."""
    url = f"{simulator.address}/{name}/{simulator.profile.services['admissions']}"
    simulator.handle(HttpRequest(url=url, body=b"no envelope"))


def test_requests_to_several_rehearsals_come_to_disk_in_one_step() -> None:
    journal = Refusing()
    simulator = simulator_on(journal)
    simulator.open(house())
    simulator.open(house(name="b-house"))
    asked(simulator, "a-house")
    asked(simulator, "b-house")
    assert journal.steps == []

    simulator.write()
    simulator.write()

    assert [len(step.entries) for step in journal.steps] == [2, 2]


def test_a_rehearsal_that_failed_half_way_is_told_and_keeps_no_other_from_the_disk() -> None:
    journal = Refusing()
    simulator = simulator_on(journal)
    simulator.open(house())
    broken = simulator.open(house(name="b-house"))
    asked(simulator, "a-house")
    asked(simulator, "b-house")
    with pytest.raises(ZeroDivisionError):
        break_half_way(broken)

    with pytest.raises(OurError, match="failed in the middle of a change"):
        simulator.write()

    (step,) = journal.steps
    assert {entry.event.scenario for entry in step.entries} == {"a-house"}


def break_half_way(rehearsal: Rehearsal) -> None:
    """Let a change of the world fail in its middle."""

    def fail() -> None:
        raise ZeroDivisionError

    rehearsal.world.clock.call_at(BEGINS + timedelta(seconds=1), fail)
    rehearsal.move_to(BEGINS + timedelta(seconds=2))


def test_nothing_to_write_is_not_written() -> None:
    journal = Refusing()
    rehearsal = simulator_on(journal).open(house())
    journal.full = True

    rehearsal.commit()

    assert journal.steps == []


def test_a_command_of_a_later_version_is_not_passed_over() -> None:
    stored = Stored(
        rehearsal="a-house",
        set_up={},
        commands=[Command(name="unheard-of", at=BEGINS, body={})],
        entries=[],
        evidence={},
    )

    with pytest.raises(OurError, match="unheard-of"):
        Rehearsal("a-house", house(), standard_profile(), NoJournal(), stored=stored)
