"""Checks of the chapter transport: each has a history that keeps the requirement and one that breaks it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from generale.driver.observations import DecisionState
from generale.protocol.genericasync import (
    Blob,
    Compression,
    Encoding,
    Get,
    GetResponse,
    Post,
    SoaCode,
    request_envelope,
    soa_fault,
    write_envelope,
)
from generale.protocol.messages import Outcome

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def cut_and_repeated(script: "Script", *references: str) -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission(), "cut")
    for reference in references:
        with script.sync():
            script.post(reference, script.admission(), "duplicate" if reference == "A1" else "success")


def cut_and_left(script: "Script") -> None:
    cut_and_repeated(script)
    with script.sync():
        script.get()


def repaired(script: "Script", reference: str) -> None:
    script.accepted()
    script.billed("F1", script.file())
    script.fetch(script.refuse_file("F1"))
    script.later(days=1)
    script.tell_rebill()
    with script.sync():
        script.post(reference, script.file(invoice_date=date(2019, 5, 2)))


def two_replies(script: "Script", *, confirmed: int, fetched: int = 2) -> None:
    script.admit()
    script.admit(script.bert)
    with script.sync():
        script.post("A1", script.admission())
        script.post("A2", script.admission(script.bert))
    names = [script.decide("A1"), script.decide("A2")]
    with script.sync():
        script.get(names[0], most=1)
        script.confirm(names[0])
        if fetched == 2:
            script.get(names[1])
        if confirmed == 2:
            script.confirm(names[1])


def out_of_order(script: "Script", *outcomes: Outcome) -> None:
    """Decisions of which the older one arrives last."""
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    newer, older = outcomes
    moment = script.now
    script.later(hours=1)
    late = script.decide("A1", newer)
    script.fetch(late, script.decide("A1", older, decided=moment))


def accepted_then_pending(script: "Script", *, billed: bool) -> None:
    out_of_order(script, Outcome.ACCEPTED, Outcome.PENDING)
    script.bill_month()
    with script.sync():
        if billed:
            script.post("F1", script.file())


def refused_then_accepted(script: "Script") -> None:
    out_of_order(script, Outcome.REFUSED, Outcome.ACCEPTED)
    script.billed()


def shown(script: "Script", state: DecisionState) -> None:
    out_of_order(script, Outcome.ACCEPTED, Outcome.PENDING)
    script.see(script.view(state))


def busy(script: "Script", tries: int, *, success: bool) -> None:
    script.admit()
    with script.sync():
        for _ in range(tries):
            script.post("A1", script.admission(), "busy")
    with script.sync():
        if success:
            script.post("A1", script.admission())
        else:
            script.get()


def packed(script: "Script", compression: Compression) -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission(), compression=compression)


def sent_as(script: "Script", name: str) -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission(), "failure", name=name)


def content(script: "Script", raw: bytes) -> None:
    script.admit()
    with script.sync():
        script.post("A1", raw, "failure")


def envelope(script: "Script", raw: bytes) -> None:
    script.exchange({"operation": "unreadable", "service": "admissions"}, raw, b"", 500)


def garbled(script: "Script", *confirmed: int) -> None:
    """A garbled reply in front of a readable one: which of them are confirmed."""
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    bad = script.reply("unreadable", "A1", b"\x00?", service="admissions")
    names = [bad, script.decide("A1")]
    with script.sync():
        script.get(*names)
        if confirmed:
            script.confirm(*(names[place] for place in confirmed))
    with script.sync():
        script.get(*(one for place, one in enumerate(names) if place not in confirmed))


def settled_twice(script: "Script", *, rebilled: int) -> None:
    script.accepted()
    script.billed()
    first = script.settle("F1", 0)
    script.fetch(first, script.settle("F1", 0))
    again = tuple(script.rebill(number=2 + place) for place in range(rebilled))
    script.tell_rebill()
    with script.sync():
        script.post("F2", script.file(*again, sending_number=2))


def addressed(script: "Script", to: str) -> None:
    """The file for fund 810 leaves with this destination."""
    script.accepted()
    script.bill_month()
    with script.sync():
        script.post("F1", script.file(), to=to)


KEEPS: dict[str, "Play"] = {
    "CK-TRA-01": lambda s: cut_and_repeated(s, "A1"),
    "CK-TRA-02": lambda s: repaired(s, "F2"),
    "CK-TRA-03": lambda s: two_replies(s, confirmed=2),
    "CK-TRA-04": lambda s: two_replies(s, confirmed=2),
    "CK-TRA-05": lambda s: accepted_then_pending(s, billed=True),
    "CK-TRA-05T": lambda s: shown(s, DecisionState.ACCEPTED),
    "CK-TRA-06": lambda s: busy(s, 2, success=True),
    "CK-TRA-07": lambda s: packed(s, Compression.RAW),
    "CK-TRA-08": lambda s: packed(s, Compression.RAW),
    "CK-TRA-09": lambda s: garbled(s, 1),
    "CK-TRA-10": lambda s: settled_twice(s, rebilled=1),
    "CK-TRA-11": lambda s: addressed(s, "urn:nip:destination:io:810"),
}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-TRA-01", "reference-changed"): lambda s: cut_and_repeated(s, "A9"),
    ("CK-TRA-01", "sent-after-receipt"): lambda s: cut_and_repeated(s, "A1", "A9"),
    ("CK-TRA-01", "sent-after-duplicate"): lambda s: cut_and_repeated(s, "A1", "A1"),
    ("CK-TRA-01", "not-sent-again"): cut_and_left,
    ("CK-TRA-02", "reference-reused"): lambda s: repaired(s, "F1"),
    ("CK-TRA-03", "not-confirmed"): lambda s: two_replies(s, confirmed=1),
    ("CK-TRA-04", "page-left-unread"): lambda s: two_replies(s, confirmed=1, fetched=1),
    ("CK-TRA-05", "older-decision-followed"): lambda s: accepted_then_pending(s, billed=False),
    ("CK-TRA-05T", "older-decision-shown"): lambda s: shown(s, DecisionState.PENDING),
    ("CK-TRA-06", "retry-storm"): lambda s: busy(s, 4, success=True),
    ("CK-TRA-06", "lost-while-unavailable"): lambda s: busy(s, 1, success=False),
    ("CK-TRA-07", "not-raw-deflate"): lambda s: packed(s, Compression.ZLIB),
    ("CK-TRA-08", "envelope-invalid"): lambda s: envelope(s, b"<not-soap/>"),
    ("CK-TRA-08", "content-invalid"): lambda s: content(s, b"<Opname>1931</Opname>"),
    ("CK-TRA-08", "message-name-wrong"): lambda s: sent_as(s, "WZC-EINDE"),
    ("CK-TRA-09", "unreadable-confirmed"): lambda s: garbled(s, 0, 1),
    ("CK-TRA-09", "stopped-at-unreadable"): garbled,
    ("CK-TRA-10", "effect-per-delivery"): lambda s: settled_twice(s, rebilled=2),
    ("CK-TRA-11", "destination-of-another-fund"): lambda s: addressed(s, "urn:nip:destination:io:830"),
}


def test_an_acceptance_that_was_replaced_before_it_arrived_is_not_billed(script: "Script") -> None:
    refused_then_accepted(script)

    _, findings = script.ask("CK-TRA-05")

    assert [finding.code for finding in findings] == ["older-decision-followed"]


def test_three_tries_are_not_too_many(script: "Script") -> None:
    busy(script, 3, success=True)

    assert script.codes() == set()


def test_a_message_refused_after_a_cut_line_may_go_under_a_new_reference(script: "Script") -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission(), "cut")
    script.fetch(script.decide("A1", Outcome.REFUSED, controls=[script.sequence]))
    with script.sync():
        script.post("A2", script.admission())

    assert script.ask("CK-TRA-01")[1] == []


def test_what_is_written_anew_after_a_cut_is_a_second_message(script: "Script") -> None:
    cut_and_repeated(script)
    with script.sync():
        script.post("A9", script.profile.write(script.admission()) + b"<!-- 10:05 -->")

    assert [one.code for one in script.ask("CK-TRA-01")[1]] == ["reference-changed"]


def test_other_bytes_under_one_reference_are_other_content_whatever_they_say(script: "Script") -> None:
    cut_and_repeated(script)
    with script.sync():
        script.post("A1", script.profile.write(script.admission()) + b"<!-- 10:05 -->")

    assert [one.code for one in script.ask("CK-TRA-02")[1]] == ["reference-reused"]


def test_a_finding_points_at_the_bytes_of_the_element(script: "Script") -> None:
    raw = script.profile.write(script.admission()).replace(b"1931-05-02", b"02/05/1931")
    content(script, raw)

    (finding,) = script.ask("CK-TRA-08")[1]

    assert raw[finding.offset : finding.offset + finding.length] == b"02/05/1931"


@pytest.mark.parametrize(
    "to", ["", "http://platform/i", "urn:nip:destination:io:MULTICAST"], ids=["empty", "address", "all"]
)
def test_a_destination_that_names_no_fund_is_as_good(to: str, script: "Script") -> None:
    addressed(script, to)

    occasions, findings = script.ask("CK-TRA-11")

    assert (len(occasions), findings) == (1, [])


@pytest.mark.parametrize("to", ["urn:nip:destination:io:000", "urn:nip:destination:io:"])
def test_a_finding_about_the_destination_points_at_the_header(to: str, script: "Script") -> None:
    addressed(script, to)

    (finding,) = script.ask("CK-TRA-11")[1]

    raw = script.evidence[finding.evidence]
    assert raw[finding.offset : finding.offset + finding.length] == to.encode()
    assert finding.path == "Envelope/Header/To"


def faulted(script: "Script") -> None:
    """A question with a password that is no more."""
    origin = replace(script.origin(script.home.nihii), licence_password="old")
    ids = {"operation": "get", "facility": script.home.nihii, "service": "admissions"}
    script.exchange(ids, Get(origin=origin), soa_fault(SoaCode.NOT_AUTHENTICATED), 500)


def test_a_fault_that_the_vendor_called_for_excuses_nothing(script: "Script") -> None:
    script.admit()
    with script.sync():
        faulted(script)

    assert "admission-forgotten" in script.codes()


def test_a_cut_line_excuses_what_did_not_leave(script: "Script") -> None:
    script.admit()
    with script.sync():
        script.post("A9", script.admission(script.bert), "cut")

    assert script.ask("CK-ADM-03")[1] == []


def test_who_tries_the_old_password_first_does_right(script: "Script") -> None:
    script.admit()
    with script.sync():
        faulted(script)
        script.post("A1", script.admission())
    name = script.decide("A1")
    with script.sync():
        faulted(script)
        script.get(name)
        script.confirm(name)

    assert script.codes() == set()


def test_a_page_larger_than_the_mailbox_reads_it_until_it_is_empty(script: "Script") -> None:
    script.accepted()

    occasions, findings = script.ask("CK-TRA-04")

    assert (len(occasions), findings) == (1, [])


@pytest.mark.parametrize("raw", [None, b"<Opname>1931</Opname>"], ids=["valid", "invalid"])
def test_content_announced_as_not_packed_is_right_where_it_can_be_read(
    raw: bytes | None, script: "Script"
) -> None:
    plain = Blob(
        content=raw or script.profile.write(script.admission()),
        message_name="WZC-OPNAME",
        encoding=Encoding.NONE,
        compression=Compression.NONE,
    )
    origin = script.origin(script.home.nihii)
    post = Post(origin=origin, input_reference="A1", is_test=False, blob=plain)
    ids = {"operation": "post", "facility": script.home.nihii, "service": "admissions", "reference": "A1"}
    script.exchange(ids, post, None)

    occasions, findings = script.ask("CK-TRA-07")

    assert (len(occasions), findings) == (0 if raw else 1, [])


def behind_garbled(script: "Script", *, polls: int) -> None:
    """A readable reply behind a garbled one is confirmed at the next poll, or at none after the first."""
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    names = [script.reply("unreadable", "A1", b"\x00?", service="admissions"), script.decide("A1")]
    with script.sync():
        script.get(*names)
    for _ in range(polls - 1):
        with script.sync():
            script.confirm(names[1])
            script.get(names[0])


@pytest.mark.parametrize("polls", [1, 2])
def test_a_reply_behind_a_garbled_one_may_be_confirmed_at_the_next_poll(polls: int, script: "Script") -> None:
    behind_garbled(script, polls=polls)

    occasions, findings = script.ask("CK-TRA-09")

    assert (bool(occasions), findings) == (polls > 1, [])


@pytest.mark.parametrize(
    ("reply_to", "package", "found"),
    [
        ("http://x/{insz}", "Rusthuispakket", True),
        ("http://x/", "Pakket van {name}", False),
        ("http://x/{name}", "Rusthuispakket", True),
        ("http://x/", "Pakket {insz}", True),
    ],
)
def test_nobody_stands_in_the_address_of_the_answer_or_in_the_name_of_the_product(
    reply_to: str, package: str, found: bool, script: "Script"
) -> None:
    script.admit()
    person = {"insz": script.anna.insz, "name": script.anna.family_name}
    origin = replace(script.origin(script.home.nihii), package_name=package.format(**person))
    envelope = request_envelope(Get(origin=origin), message_id="m")
    addressing = replace(envelope.addressing, reply_to=reply_to.format(**person))
    raw = write_envelope(replace(envelope, addressing=addressing))
    ids = {"operation": "get", "facility": script.home.nihii, "service": "admissions"}
    script.exchange(ids, raw, GetResponse(msg_count=0, tack_count=0))

    assert bool(script.ask("CK-PRI-01")[1]) is found
