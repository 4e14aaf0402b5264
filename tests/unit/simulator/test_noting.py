"""What a rehearsal keeps of strangers is bounded, and nobody who is known is kept out by them."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.simulator.open_house import ADA, BEA, HOME, Vendor, origin_of, post_of
from tests.unit.simulator.sample_house import admission
from tests.unit.simulator.test_guard import PKI, SecuredVendor

from generale.protocol.errors import EnvironmentFailure
from generale.protocol.genericasync import Get, Query, ResultMajor, request_envelope, write_envelope
from generale.protocol.profile import standard_profile
from generale.protocol.security import Level
from generale.protocol.transport import HttpRequest
from generale.results.events import Event, EventType, digest
from generale.simulator import noting
from generale.simulator.event import EVENT_BYTES
from generale.simulator.guard import Guard
from generale.simulator.noting import HEADERS_LIMIT, LONGEST_HEADER, LONGEST_WORD, STRANGE_BODY_LIMIT
from generale.simulator.simulator import STS_PATH, Simulator
from generale.simulator.sqlite_journal import SqliteJournal

WRONG = replace(origin_of(), licence_password="wrong")


@pytest.fixture
def small_room(monkeypatch: pytest.MonkeyPatch) -> int:
    """A room for strangers of a few messages."""
    monkeypatch.setattr(noting, "STRANGE_LIMIT", 20_000)
    return 20_000


def requests(vendor: Vendor) -> list[Event]:
    """The requests in the log."""
    return vendor.events(EventType.REQUEST)


def written(body: Get) -> bytes:
    """A request as it travels."""
    return write_envelope(request_envelope(body, message_id="urn:m:1"))


@pytest.mark.parametrize("length", [STRANGE_BODY_LIMIT, STRANGE_BODY_LIMIT + 1])
def test_a_body_of_a_stranger_is_kept_whole_or_by_its_digest(length: int) -> None:
    vendor, raw = Vendor(), b"x" * length

    vendor.send("admissions", raw)

    (event,) = requests(vendor)
    if length <= STRANGE_BODY_LIMIT:
        assert vendor.rehearsal.evidence[event.evidence] == raw
        assert "left_out" not in event.data
    else:
        assert event.evidence == ""
        assert (event.data["left_out"], event.data["length"]) == (digest(raw), length)
        assert raw not in vendor.rehearsal.evidence.values()
    (answer,) = vendor.events(EventType.RESPONSE)
    assert vendor.rehearsal.evidence[answer.evidence]


def test_a_long_answer_to_a_stranger_is_kept_by_its_digest() -> None:
    vendor = Vendor()
    raw = write_envelope(request_envelope(Get(origin=WRONG), message_id="m" * (2 * STRANGE_BODY_LIMIT)))

    response = vendor.send("admissions", raw)

    assert response is not None
    assert response.status == 500
    (answer,) = vendor.events(EventType.RESPONSE)
    assert (answer.evidence, answer.data["left_out"]) == ("", digest(response.body))


@pytest.mark.usefixtures("small_room")
def test_who_is_known_goes_on_where_strangers_have_filled_their_room() -> None:
    vendor = Vendor()
    for number in range(50):
        vendor.send("admissions", b"%d" % number + bytes(5_000))
    full = len(vendor.rehearsal.events)

    assert [event.data.get("room") for event in requests(vendor)] == [None, None, None, "full"]
    assert vendor.post(admission(ADA), "R1").result_major is ResultMajor.SUCCESS
    assert vendor.ask("admissions", Get(origin=origin_of(), message_query=Query())) is not None
    assert len(requests(vendor)) == 6
    vendor.ask("admissions", Get(origin=WRONG))
    assert len(requests(vendor)) == 6
    assert all(event.evidence for event in vendor.rehearsal.events[full:] if event.type is EventType.REQUEST)


@pytest.mark.usefixtures("small_room")
def test_a_stranger_is_answered_where_nothing_of_him_is_kept() -> None:
    vendor = Vendor()
    first = vendor.send("admissions", bytes(15_000))
    for _ in range(3):
        vendor.send("admissions", bytes(15_001))
    last = vendor.send("admissions", bytes(15_002))

    assert first is not None
    assert last is not None
    assert (first.status, last.status) == (500, 500)
    assert len(requests(vendor)) == 2


def test_a_wrong_password_and_a_broken_envelope_are_explained_in_full() -> None:
    vendor = Vendor()
    raw = written(Get(origin=WRONG))

    vendor.send("admissions", raw)
    vendor.send("admissions", raw[:-20])

    assert [vendor.rehearsal.evidence[event.evidence] for event in requests(vendor)] == [raw, raw[:-20]]


def test_what_is_unsigned_is_of_a_stranger_whatever_its_licence(monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = SecuredVendor()
    monkeypatch.setattr(noting, "STRANGE_BODY_LIMIT", 100)

    vendor.send("admissions", written(Get(origin=origin_of())))

    assert "left_out" in requests(vendor)[0].data


def test_queries_for_an_assertion_take_room_like_all_else() -> None:
    guard = Guard(Level.FULL, PKI)
    vendor = Vendor(simulator=Simulator(standard_profile(), guard=guard, evidence_limit=50_000))
    url = f"{vendor.serving.address}/{vendor.rehearsal.name}/{STS_PATH}"

    vendor.serving(HttpRequest(url=url, body=bytes(40_000)))
    with pytest.raises(EnvironmentFailure, match="takes no more"):
        vendor.serving(HttpRequest(url=url, body=bytes(40_001)))

    assert len(requests(vendor)) == 1


def test_a_long_query_of_a_stranger_is_kept_by_its_digest() -> None:
    vendor = SecuredVendor()
    url = f"{vendor.serving.address}/{vendor.rehearsal.name}/{STS_PATH}"

    vendor.serving(HttpRequest(url=url, body=bytes(STRANGE_BODY_LIMIT + 1)))

    assert (requests(vendor)[0].evidence, requests(vendor)[0].data["length"]) == ("", STRANGE_BODY_LIMIT + 1)


def test_headers_stand_in_the_log_as_far_as_there_is_room_those_that_count_first() -> None:
    vendor = Vendor()
    junk = {f"a-{number:03d}": "j" * 3_000 for number in range(90)}
    headers = {**junk, "content-type": "text/xml", "soapaction": "s" * 200_000}

    vendor.send("admissions", b"x", headers)

    kept = requests(vendor)[0].data["headers"]
    assert sum(len(name) + len(text) for name, text in kept.items()) <= HEADERS_LIMIT
    assert kept["content-type"] == "text/xml"
    assert kept["soapaction"] == "s" * LONGEST_HEADER + "\u2026"
    assert list(kept) == sorted(kept)


def test_an_ordinary_request_has_all_its_headers_in_the_log() -> None:
    vendor = Vendor()
    headers = {"content-type": "text/xml", "soapaction": '""', "user-agent": "x" * 1_000}

    vendor.send("admissions", b"x", headers)

    assert requests(vendor)[0].data["headers"] == headers


def test_an_address_and_the_words_of_an_envelope_stand_in_the_log_up_to_a_length() -> None:
    vendor = Vendor()
    url = f"{vendor.serving.addresses(vendor.rehearsal)['admissions']}?{'q' * 50_000}"
    talker = replace(origin_of(), site_id="s" * 50_000)
    post = replace(post_of(admission(ADA), "r" * 50_000), origin=talker)

    raw = write_envelope(request_envelope(post, message_id="urn:m:1"))
    vendor.serving(HttpRequest(url=url, body=raw))

    (event,) = requests(vendor)
    assert len(event.data["url"]) == LONGEST_HEADER + 1
    assert len(event.data["said"]["site_id"]) == LONGEST_WORD
    assert len(event.ids["reference"]) == LONGEST_WORD


def test_events_count_for_the_room_of_a_rehearsal() -> None:
    vendor = Vendor(simulator=Simulator(standard_profile(), evidence_limit=100_000))
    headers = {f"x-{number}": "v" * 1_000 for number in range(10)}

    with suppress(EnvironmentFailure):
        for _ in range(100):
            vendor.send("admissions", b"the same", headers)

    assert len(requests(vendor)) == pytest.approx(100_000 / (10_000 + 2 * EVENT_BYTES), abs=3)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A store."""
    with closing(SqliteJournal(tmp_path / "store.db")) as one:
        yield one


def test_after_a_restart_events_count_as_before(journal: SqliteJournal) -> None:
    def room(simulator: Simulator) -> int:
        rehearsal, left = next(iter(simulator.rehearsals.values())), 0
        while True:
            try:
                rehearsal.require_room(left, 100_000)
            except EnvironmentFailure:
                return left
            left += 1

    vendor = Vendor(simulator=Simulator(standard_profile(), journal=journal))
    vendor.post(admission(BEA), "R1")
    vendor.send("admissions", b"x", {"x": "v" * 3_000})

    assert room(Simulator(standard_profile(), journal=journal)) == room(vendor.serving)


def test_a_home_is_known_by_its_licence_alone_where_nothing_else_is_asked() -> None:
    vendor = Vendor()
    raw = written(Get(origin=replace(origin_of(HOME), site_id="s" * (STRANGE_BODY_LIMIT + 1))))

    vendor.send("admissions", raw)

    assert vendor.rehearsal.evidence[requests(vendor)[0].evidence] == raw
