"""A rehearsal in which everything is signed: the same verdicts, and the same bytes every time."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest

from generale.cli.main import main
from generale.cli.pki import run as make_pki
from generale.conformance import sealing
from generale.conformance.checks.detection import DETECTION
from generale.conformance.engine import rehearse
from generale.conformance.judge import NOT_ENCRYPTED, NOT_SECURED
from generale.conformance.plan import Plan, read_plan
from generale.conformance.staging import staged
from generale.protocol.errors import UsageError
from generale.refvendor.defects import DEFECTS
from generale.results.bundle import Bundle
from generale.results.events import Event, EventType
from generale.results.verdicts import ExitCode, Verdict
from generale.scenarios.catalogue import library
from generale.simulator.behaviour import SPOILING

NO_SERVER = "disorder/a-server-that-proves-nothing"
PROVING_NOTHING = "disorder/answers-that-prove-nothing"
SIGNED = "disorder/each-home-signs-for-itself"
RECEIPTS = "disorder/receipts-that-prove-nothing"
CLEAN, TAKEOVER = "month/clean-month", "takeover/new-number-in-mid-month"
SCENARIOS = (CLEAN, TAKEOVER)


@pytest.fixture(scope="module")
def plain() -> Bundle:
    """A run without security."""
    return rehearse(Plan(scenarios=SCENARIOS))


@pytest.fixture(scope="module")
def full() -> Bundle:
    """The same with everything signed."""
    return rehearse(Plan(scenarios=SCENARIOS, security="full"))


def essence(event: Event) -> Event:
    """An event without the bytes behind it, and without the address of the token service."""
    data = json.loads(json.dumps(event.data))
    set_up = data.get("set_up", data)
    set_up.get("services", {}).pop("sts", None)
    return replace(event, evidence="", data=data)


def test_everything_signed_goes_as_it_goes_without(plain: Bundle, full: Bundle) -> None:
    assert [essence(event) for event in full.events] == [essence(event) for event in plain.events]
    one, other = (
        {row.requirement: row.verdict for row in run.judgement.requirements} for run in (full, plain)
    )
    assert {name for name in one if one[name] is not other[name]} == {"RQ-SEC-02", "RQ-SEC-05"}


def test_what_wants_signatures_is_left_out_without_them_and_said_to_be(plain: Bundle) -> None:
    row = next(one for one in plain.judgement.requirements if one.requirement == "RQ-SEC-02")
    alone = rehearse(Plan(scenarios=(PROVING_NOTHING,)))

    assert (row.verdict, row.reason) == (Verdict.NOT_APPLICABLE, NOT_SECURED)
    assert alone.run.scenarios_left_out == {PROVING_NOTHING: "security: the plan asks for no signatures"}
    assert alone.judgement.exit_code == ExitCode.NOT_FULLY_VERIFIED


def test_answers_that_prove_nothing_are_told_from_right_ones() -> None:
    run = rehearse(Plan(scenarios=(PROVING_NOTHING,), security="full"))
    spoiled = [event.data["spoiled"] for event in run.events if "spoiled" in event.data]

    assert verdict_of(run, "RQ-SEC-02") is Verdict.PASS
    assert spoiled == [kind.value for kind in SPOILING]


@pytest.mark.parametrize(
    ("scenario", "defect"),
    [
        (PROVING_NOTHING, "answers-taken-unverified"),
        (PROVING_NOTHING, "decisions-booked-unverified"),
        (PROVING_NOTHING, "tacks-confirmed-unverified"),
        (RECEIPTS, "tacks-taken-unverified"),
        (RECEIPTS, "confirmations-taken-unverified"),
        (SIGNED, "requests-unsigned"),
        (SIGNED, "mailbox-asked-unsigned"),
        (SIGNED, "signed-as-the-first-facility"),
    ],
)
def test_who_does_not_sign_or_believes_what_is_not_proved_fails(scenario: str, defect: str) -> None:
    run = rehearse(Plan(scenarios=(scenario,), security="full", defect=defect))
    expected, code = DETECTION[defect]

    assert verdict_of(run, DEFECTS[defect].requirement) is Verdict.FAIL
    assert run.judgement.exit_code == ExitCode.NON_CONFORMING
    assert (expected, code) in {(row.check, one.code) for row in run.judgement.checks for one in row.findings}


@pytest.mark.parametrize("credential", ["certificate", "assertion"])
def test_who_signs_for_each_home_passes(credential: Literal["certificate", "assertion"]) -> None:
    run = rehearse(Plan(scenarios=(SIGNED,), security="full", credential=credential))

    assert verdict_of(run, "RQ-SEC-05") is Verdict.PASS


def test_receipts_that_prove_nothing_are_asked_for_again() -> None:
    run = rehearse(Plan(scenarios=(RECEIPTS,), security="full"))
    spoiled = [event.data["spoiled"] for event in run.events if "spoiled" in event.data]

    assert verdict_of(run, "RQ-SEC-02") is Verdict.PASS
    assert spoiled == [kind.value for kind in SPOILING] * 2


def test_under_tls_a_server_that_proves_nothing_is_told_from_the_right_one() -> None:
    right = rehearse(Plan(scenarios=(NO_SERVER,), tls="optional"))
    wrong = rehearse(Plan(scenarios=(NO_SERVER,), tls="optional", defect="accepts-any-certificate"))
    called = [e.data["server_certificate"] for e in right.events if e.type is EventType.CALLED]

    assert verdict_of(right, "RQ-SEC-03") is Verdict.PASS
    assert called == ["expired", "other-name", "other-authority", "self-signed"]
    assert not [
        event
        for event in right.events
        if event.type is EventType.REQUEST and "server_certificate" in event.data
    ]
    assert verdict_of(wrong, "RQ-SEC-03") is Verdict.FAIL


def test_without_tls_nothing_is_said_about_the_server() -> None:
    alone = rehearse(Plan(scenarios=(NO_SERVER,), security="full"))
    row = next(one for one in alone.judgement.requirements if one.requirement == "RQ-SEC-03")

    assert alone.run.scenarios_left_out == {NO_SERVER: "security: the plan asks for no TLS"}
    assert (row.verdict, row.reason) == (Verdict.NOT_APPLICABLE, NOT_ENCRYPTED)


def verdict_of(run: Bundle, requirement: str) -> Verdict:
    """The verdict of a run about one requirement."""
    return next(one.verdict for one in run.judgement.requirements if one.requirement == requirement)


@pytest.mark.parametrize(
    "way", [{"credential": "assertion"}, {"packages": True}, {"credential": "assertion", "packages": True}]
)
def test_the_verdicts_are_the_same_whatever_a_product_signs_with_and_however_it_packs(
    way: dict[str, Any], full: Bundle
) -> None:
    plan = Plan(scenarios=SCENARIOS, security="full", **way)
    other = rehearse(plan)
    queries = [event for event in other.events if event.ids.get("operation") == "token"]
    posts = [e for e in other.events if e.type is EventType.REQUEST and e.ids["operation"] == "post"]
    sent = [other.part(f"evidence/{event.evidence}") for event in posts]

    assert other.judgement.requirements == full.judgement.requirements
    assert bool(queries) is any(b"SAMLAssertionID" in raw for raw in sent) is ("credential" in way)
    assert all((b"application/xop+xml" in raw) is ("packages" in way) for raw in sent)
    assert rehearse(plan).part("transcript.jsonl") == other.part("transcript.jsonl")


def test_under_tls_an_assertion_and_packages_serve_as_well() -> None:
    plan = Plan(
        scenarios=("admission/one-admission-accepted",),
        security="full",
        tls="required",
        credential="assertion",
        packages=True,
    )
    run = rehearse(plan)

    tried = {row.requirement: row.verdict for row in run.judgement.requirements}
    assert {tried[row] for row in library()[plan.scenarios[0]].verifies} == {Verdict.PASS}


def test_every_message_on_the_line_is_signed(full: Bundle) -> None:
    told = [event for event in full.events if event.type in (EventType.REQUEST, EventType.RESPONSE)]

    assert told
    assert all(b"SignatureValue" in full.part(f"evidence/{event.evidence}") for event in told)


def test_the_same_plan_gives_the_same_bytes(full: Bundle) -> None:
    again = rehearse(Plan(scenarios=SCENARIOS, security="full"))

    assert again.part("transcript.jsonl") == full.part("transcript.jsonl")
    assert again.run.run_id == full.run.run_id


def test_the_identity_of_a_run_names_its_certificates(plain: Bundle, full: Bundle) -> None:
    other = rehearse(Plan(scenarios=(CLEAN,), security="full", seed=2))

    assert plain.run.pki == "none"
    assert len(full.run.pki) == len(other.run.pki) == 64
    assert full.run.pki != other.run.pki


def test_a_product_that_signs_nothing_gets_nothing_done() -> None:
    plan = Plan(scenarios=(CLEAN,), security="full")
    with staged(plan) as stage:
        product = stage.product
        product._keyring = None  # type: ignore[attr-defined]  # the reference vendor, without its keys
        part = stage.run.play(library()[CLEAN])

    assert not any(event.type is EventType.ACKNOWLEDGED for event in part.events)
    assert {event.data["status"] for event in part.events if event.type is EventType.RESPONSE} == {500}


@pytest.mark.parametrize(
    "options",
    [
        {"security": "full", "pki": "anywhere"},
        {"security": "off", "tls": "required"},
        {"security": "full", "vendor": "http://127.0.0.1:1"},
        {"tls": "optional", "vendor": "http://127.0.0.1:1"},
        {"security": "some"},
        {"credential": "assertion"},
        {"packages": True, "vendor": "http://127.0.0.1:1"},
    ],
    ids=[
        "certificates in process",
        "no certificate to show",
        "no certificates",
        "TLS without them",
        "no such level",
        "an assertion where nothing is signed",
        "packages of a product behind a door",
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        read_plan(None, options)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "--security", "full"], "no certificates"),
        (["serve", "--security", "some"], "no value of --security"),
        (["serve", "--tls", "some", "--pki", "PKI"], "no value of --tls"),
        (["serve", "--tls", "required"], "no certificates"),
        (["serve", "--server-certificate", "expired"], "without TLS"),
        (["serve", "--server-certificate", "odd", "--tls", "optional", "--pki", "PKI"], "no value of"),
        (["serve", "--security", "full", "--pki", "PKI", "--seed", "2"], "not for facility"),
        (["vendor", "--security", "full"], "no certificates"),
        (["vendor", "--credential", "assertion"], "nothing is signed"),
        (["vendor", "--credential", "paper", "--security", "full", "--pki", "PKI"], "no value of"),
        (["vendor", "--security", "some"], "no value of --security"),
        (["vendor", "--security", "full", "--pki", "nowhere"], "no folder"),
    ],
)
def test_a_mistake_with_certificates_is_told_in_one_line(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_pki(tmp_path / "pki", 1, [], "", 30, "ec", as_json=False)
    capsys.readouterr()

    with pytest.raises(SystemExit) as left:
        main([str(tmp_path / "pki") if word == "PKI" else word for word in arguments])

    assert left.value.code == ExitCode.CONFIGURATION_INVALID
    assert said in capsys.readouterr().err.splitlines()[0]


def test_who_does_not_sign_where_everything_is_signed_is_not_told_that_the_simulator_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = sealing.sealing_of
    monkeypatch.setattr(sealing, "sealing_of", lambda *asked: replace(right(*asked), keyring=None))

    run = rehearse(Plan(scenarios=("admission/one-admission-accepted",), security="full"))

    told = [event.data.get("unproved") for event in run.events if event.type is EventType.RESPONSE]
    assert told
    assert all(told)
    assert run.judgement.exit_code not in (ExitCode.CONFORMING, ExitCode.HARNESS_ERROR)
