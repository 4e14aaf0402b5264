"""Checks of the simulator against itself: what it does wrong is found, and blamed on nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from generale.protocol.form import to_json
from generale.protocol.genericasync import (
    Confirm,
    Get,
    GetResponse,
    PartyId,
    Query,
    Request,
    Scheme,
    Sender,
    SoaCode,
    enterprise,
    request_envelope,
    soa_fault,
    write_envelope,
)
from generale.protocol.ids import FundNumber, Reference
from generale.protocol.messages import InsuranceAnswer, InsuranceStatus, Outcome
from generale.results.events import EventType
from generale.results.verdicts import Blame

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def two_waiting(script: "Script") -> list[str]:
    script.admit()
    script.admit(script.bert)
    with script.sync():
        script.post("A1", script.admission())
        script.post("A2", script.admission(script.bert))
    return [script.decide("A1"), script.decide("A2")]


def fetched(script: "Script", *places: int, most: int = 100) -> None:
    """Two replies wait; these are given, in this order."""
    names = two_waiting(script)
    with script.sync():
        script.get(*(names[place] for place in places), most=most)
        script.confirm(*(names[place] for place in places))


def given_again(script: "Script") -> None:
    fetched(script, 0, 1)
    script.get("P1", "P2")


def changed(script: "Script", *, about: str = "", raw: bytes = b"") -> None:
    names = two_waiting(script)
    nihii, service, true_about, true_raw = script.replies["P1"]
    script.replies["P1"] = (nihii, service, about or true_about, raw or true_raw)
    script.get(*names)


def unstored(script: "Script") -> None:
    script.post("A1", script.admission())
    script.events.pop()


def refused(script: "Script", reference: str = "A1") -> None:
    script.post("A1", script.admission())
    script.post(reference, script.admission(), "failure")


def faulted(script: "Script", code: SoaCode, *, password: str = "p", number: str = "") -> None:
    origin = replace(script.origin(number or script.home.nihii), licence_password=password)
    ids = {"operation": "get", "facility": origin.nihii[:8], "service": "admissions"}
    script.exchange(ids, Get(origin=origin), soa_fault(code), 500)


def unproved(script: "Script") -> None:
    faulted(script, SoaCode.NOT_AUTHENTICATED)
    answer = script.events[-1]
    script.events[-1] = replace(answer, data={**answer.data, "unproved": True})


def sent_for(script: "Script", party: PartyId) -> None:
    """A sender that may be refused, for its form or because it is not the one who is certified."""
    origin = replace(script.origin(script.home.nihii), sender=Sender(organisation=party))
    ids = {"operation": "get", "facility": origin.nihii[:8], "service": "admissions"}
    script.exchange(ids, Get(origin=origin), soa_fault(SoaCode.NO_ACCESS), 500)


def accepted_by(script: "Script", fund: str, since: str = "1900-01-01") -> None:
    cast = {"anna": {"person": to_json(script.anna), "funds": [{"fund": "810", "since": since}]}}
    begun = script.events[0]
    script.events[0] = replace(begun, data={**begun.data, "residents": cast})
    script.accepted(fund=fund)


def decided(script: "Script", *, delivered: bool = True, imposed: bool = False, asked: bool = False) -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    if asked:
        script.note(EventType.BEHAVIOUR, data={"kind": "refuse"})
    ids = {"reference": "A1", "facility": script.home.nihii}
    script.note(EventType.DECIDED, ids, {"imposed": imposed})
    if delivered:
        script.fetch(script.decide("A1", Outcome.REFUSED, controls=[script.control]))


def informed(script: "Script", fund: str | None, *, about: str = "Q1", names: tuple[str, ...] = ()) -> None:
    """An insurance question about Anna, of fund 810, and the answer to it; fetched by these MessageNames."""
    cast = {"anna": {"person": to_json(script.anna), "funds": [{"fund": "810", "since": "1900-01-01"}]}}
    begun = script.events[0]
    script.events[0] = replace(begun, data={**begun.data, "residents": cast})
    admission = script.admission()
    with script.sync():
        script.ask_status(admission)
    answer = InsuranceAnswer(
        facility=admission.facility,
        about=Reference(about),
        insz=admission.insz,
        day=admission.start.date(),
        status=InsuranceStatus.INSURED if fund else InsuranceStatus.UNKNOWN_PERSON,
        fund=FundNumber(fund) if fund else None,
        since=date(2019, 1, 1) if fund else None,
    )
    raw = script.profile.write(answer)
    name = script.reply("insurance-answer", "Q1", raw, service="insurance")
    with script.sync():
        script.get(name, called=names)
        script.confirm(name)


def answered_elsewhere(script: "Script") -> None:
    script.accepted()
    nihii = {"about": "A9", "facility": script.home.nihii, "service": "admissions", "kind": "decision"}
    script.note(EventType.REPLIED, {"reply": "P9", **nihii}, raw=script.replies["P1"][3])


KEEPS: dict[str, "Play"] = {
    "CK-SIM-06": lambda s: fetched(s, 0, most=1),
    "CK-SIM-07": lambda s: fetched(s, 0, 1),
    "CK-SIM-08": lambda s: fetched(s, 0, 1),
    "CK-SIM-09": lambda s: accepted_by(s, "810"),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-SIM-06", "mailbox-not-as-it-stood"): lambda s: fetched(s, 1),
    ("CK-SIM-06", "reply-altered"): lambda s: changed(s, about="A2"),
    ("CK-SIM-07", "valid-content-refused"): lambda s: refused(s, "A2"),
    ("CK-SIM-07", "success-without-receipt"): unstored,
    ("CK-SIM-08", "right-request-refused"): lambda s: faulted(s, SoaCode.NO_ACCESS),
    ("CK-SIM-09", "reply-about-another"): answered_elsewhere,
    ("CK-SIM-09", "fund-of-another"): lambda s: accepted_by(s, "820"),
    ("CK-SIM-09", "decision-not-delivered"): lambda s: decided(s, delivered=False),
    ("CK-SIM-09", "decision-forced-unasked"): lambda s: decided(s, imposed=True),
}

MORE: list[tuple[str, str, "Play"]] = [
    ("CK-SIM-06", "mailbox-not-as-it-stood", given_again),
    ("CK-SIM-06", "mailbox-not-as-it-stood", lambda s: fetched(s, 0)),
    ("CK-SIM-06", "mailbox-not-as-it-stood", lambda s: fetched(s, 1, 0)),
    ("CK-SIM-06", "reply-altered", lambda s: changed(s, raw=b"<broken")),
    ("CK-SIM-07", "valid-content-refused", refused),
    ("CK-SIM-08", "right-request-refused", lambda s: faulted(s, SoaCode.UNSPECIFIED)),
    ("CK-SIM-09", "fund-of-another", lambda s: accepted_by(s, "810", since="2019-05-01")),
    ("CK-SIM-09", "fund-of-another", lambda s: informed(s, "820")),
    ("CK-SIM-09", "fund-of-another", lambda s: informed(s, None)),
    ("CK-SIM-09", "reply-about-another", lambda s: informed(s, "810", about="Q2")),
    ("CK-SIM-06", "mailbox-not-as-it-stood", lambda s: informed(s, "810", names=("WZC-BESLISSING",))),
]


@pytest.mark.parametrize("names", [(), ("WZC-VERZEKERING-ANTWOORD",)], ids=["all", "by name"])
def test_a_true_insurance_answer_is_in_order(names: tuple[str, ...], script: "Script") -> None:
    informed(script, "810", names=names)

    assert script.codes() == set()


def turned_away(script: "Script", asked: Request, *, to: str = "") -> None:
    ids = {"operation": "get", "facility": script.home.nihii, "service": "admissions"}
    script.exchange(ids, asked, soa_fault(SoaCode.INVALID_CONTENT), 500, to=to)


def for_another_enterprise(script: "Script") -> None:
    origin = replace(script.origin(script.home.nihii), organisation=enterprise("0999999922"))
    turned_away(script, Get(origin=origin))


RIGHT: dict[str, "Play"] = {
    "no such destination": lambda s: turned_away(
        s, Get(origin=s.origin(s.home.nihii)), to="urn:nip:destination:io:999"
    ),
    "another enterprise": for_another_enterprise,
    "less than nothing": lambda s: turned_away(
        s, Get(origin=s.origin(s.home.nihii), message_query=Query(max=-1))
    ),
    "a wrong password": lambda s: faulted(s, SoaCode.NOT_AUTHENTICATED, password="old"),
    "a request whose security proves nothing": unproved,
    "a sender that is none": lambda s: sent_for(s, PartyId(scheme=Scheme.SSIN, value="notanumber")),
    "another organisation that sends": lambda s: sent_for(s, PartyId(scheme=Scheme.NIHII, value="99000188")),
    "an unknown number": lambda s: faulted(s, SoaCode.NO_ACCESS, number=s.next_home.nihii),
    "invalid content": lambda s: s.post("A1", b"<Opname/>", "failure"),
    "a wrong name": lambda s: s.post("A1", s.admission(), "failure", name="WZC-EINDE"),
    "a decision that a scenario asked for": lambda s: decided(s, imposed=True, asked=True),
}


@pytest.mark.parametrize("number", KEEPS)
def test_a_simulator_that_does_right_is_an_occasion_and_nothing_else(number: str, script: "Script") -> None:
    KEEPS[number](script)

    occasions, findings = script.ask(number)

    assert occasions
    assert findings == []


@pytest.mark.parametrize(("number", "code", "play"), [(*key, play) for key, play in BREAKS.items()] + MORE)
def test_a_simulator_that_does_wrong_is_found_and_blamed_itself(
    number: str, code: str, play: "Play", script: "Script"
) -> None:
    play(script)

    _, findings = script.ask(number)

    assert code in {finding.code for finding in findings}
    assert {finding.blame for finding in findings} == {Blame.SIMULATOR}


@pytest.mark.parametrize("what", RIGHT)
def test_a_simulator_that_refuses_what_is_wrong_is_right(what: str, script: "Script") -> None:
    RIGHT[what](script)

    assert [script.ask(number)[1] for number in ("CK-SIM-07", "CK-SIM-08", "CK-SIM-09")] == [[], [], []]


def test_a_reply_confirmed_by_its_hash_waits_no_more(script: "Script") -> None:
    names = two_waiting(script)
    script.get(*names)
    raw = script.history().replies[0].content
    script.events.pop()
    origin = script.origin(script.home.nihii)
    ids = {"operation": "confirm", "facility": script.home.nihii, "service": "admissions"}
    script.exchange(ids, Confirm(origin=origin, hashes=(sha256(raw).digest(),)), None)
    script.get(names[1])

    assert script.ask("CK-SIM-06")[1] == []


@pytest.mark.parametrize(
    ("given", "is_right"),
    [
        pytest.param((0,), True, id="the oldest"),
        pytest.param((0, 1), True, id="all of them"),
        pytest.param((1,), False, id="a later one"),
        pytest.param((), False, id="none"),
    ],
)
def test_a_short_page_that_was_asked_for_holds_the_oldest(
    given: tuple[int, ...], *, is_right: bool, script: "Script"
) -> None:
    names = two_waiting(script)
    script.note(EventType.BEHAVIOUR, data={"kind": "short-page"})
    script.get(*(names[place] for place in given))

    assert (script.ask("CK-SIM-06")[1] == []) is is_right


def test_a_question_for_other_names_gets_nothing(script: "Script") -> None:
    two_waiting(script)
    origin = script.origin(script.home.nihii)
    ids = {"operation": "get", "facility": script.home.nihii, "service": "admissions"}
    query = Query(names=("WZC-EINDE",))
    script.exchange(ids, Get(origin=origin, message_query=query), GetResponse(msg_count=0, tack_count=0))

    assert script.ask("CK-SIM-06")[1] == []


@pytest.mark.parametrize(
    ("include", "exclude", "given"),
    [
        pytest.param(("000",), (), (), id="not asked for"),
        pytest.param((), ("810",), (), id="left out"),
        pytest.param(("810",), ("820",), ("P1",), id="asked for"),
    ],
)
def test_a_question_for_some_funds_gets_what_they_answer(
    include: tuple[str, ...], exclude: tuple[str, ...], given: tuple[str, ...], script: "Script"
) -> None:
    script.accepted()
    waiting = next(one for one in script.events if one.type is EventType.REPLIED)
    script.events[waiting.seq - 1] = replace(waiting, data={"io": "810"})
    script.events = [one for one in script.events if one.ids.get("operation") != "confirm"]
    script.get(*given)
    origin = script.origin(script.home.nihii)
    asked = Get(origin=origin, include_ios=include, exclude_ios=exclude)
    raw = write_envelope(request_envelope(asked, message_id="m"))
    request, response = script.events.pop(-2), script.events.pop()
    script.note(EventType.REQUEST, {**request.ids, "service": "admissions"}, request.data, raw)
    script.note(EventType.RESPONSE, dict(response.ids), response.data, script.evidence[response.evidence])

    assert script.ask("CK-SIM-06")[1] == []


LEFT_OUT = {"left_out": "0" * 64, "length": 5_000_000}


def left_out(script: "Script", place: int) -> None:
    event = script.events[place]
    script.events[place] = replace(event, data={**event.data, **LEFT_OUT}, evidence="")


@pytest.mark.parametrize("place", [-2, -1])
def test_nothing_is_said_of_a_readable_request_whose_bytes_are_not_kept(place: int, script: "Script") -> None:
    faulted(script, SoaCode.NOT_AUTHENTICATED, password="old")
    left_out(script, place)

    assert script.history().exchanges == ()
    assert script.ask("CK-SIM-05") == ([], [])


def test_an_unreadable_request_whose_bytes_are_not_kept_is_judged_by_its_answer(script: "Script") -> None:
    ids = {"operation": "unreadable", "service": "admissions"}
    script.exchange(ids, b"<x", soa_fault(SoaCode.NOT_XSD, "no such element"), 500)
    left_out(script, -2)

    assert script.ask("CK-SIM-05")[1] == []
    (finding,) = script.ask("CK-TRA-08")[1]
    assert (finding.code, finding.blame) == ("envelope-invalid", Blame.VENDOR)
    assert "no such element" in finding.received
