"""The judge: nothing empty is green, nobody is blamed for another's failure, same bundle, same bytes."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generale.conformance.judge import judge
from generale.conformance.register import register
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle, render_json, render_judgement
from generale.results.events import EventType, write_transcript
from generale.results.form import to_json
from generale.results.identity import RunIdentity
from generale.results.requirement import Requirement
from generale.results.verdicts import Blame, Judgement, RequirementResult, Verb, Verdict

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Make = Callable[..., Script]

RUN = RunIdentity(
    suite="s",
    requirement_set="r",
    scenarios="c",
    profile="p",
    plan="n",
    pki="",
    seed=1,
    clock="virtual",
    product="x",
    product_version="1",
    door="python",
    partial=False,
    environment={},
    scenarios_left_out={},
    capabilities=("take_over",),
)

KEEPS = ("RQ-ADM-01", "RQ-ADM-03")
"""What an admission that was sent rightly bears out."""


def rows(*ids: str) -> tuple[Requirement, ...]:
    return tuple(row for row in register("2019-04-01") if row.id in ids)


def judged(
    script: "Script", *ids: str, run: RunIdentity = RUN, requirements: tuple[Requirement, ...] = ()
) -> Judgement:
    files = {
        "run.json": render_json(to_json(run)),
        "transcript.jsonl": write_transcript(script.events),
        "requirements.json": render_json(to_json(requirements or rows(*ids))),
        **{f"evidence/{name}": raw for name, raw in script.evidence.items()},
    }
    return judge(Bundle(files), standard_profile())


def verdict(judgement: Judgement, number: str) -> RequirementResult:
    return next(one for one in judgement.requirements if one.requirement == number)


@pytest.fixture
def make(script: "Script") -> "Make":
    """A new script that verifies these requirements."""
    kind = type(script)
    return lambda *verifies: kind(*verifies)


def sent(script: "Script", start: str = "04-03 10:00") -> None:
    script.admit()
    with script.sync():
        script.post("A1", script.admission(start=start))
    script.end()


def test_what_was_kept_where_it_was_tried_passes(make: "Make") -> None:
    script = make(*KEEPS)
    sent(script)

    judgement = judged(script, *KEEPS)

    assert judgement.verdict is Verdict.PASS
    assert judgement.exit_code == 0
    assert judgement.counts["pass"] == 2
    assert [one.verdict for one in judgement.scenarios] == [Verdict.PASS]


def test_what_was_broken_fails_wherever_it_shows(make: "Make") -> None:
    script = make("RQ-ADM-03")
    sent(script, "04-04 10:00")

    judgement = judged(script, *KEEPS)

    assert verdict(judgement, "RQ-ADM-01").verdict is Verdict.FAIL
    assert verdict(judgement, "RQ-ADM-03").verdict is Verdict.PASS
    assert judgement.exit_code == 10


def test_a_broken_advice_is_a_warning(make: "Make") -> None:
    script = make("RQ-ADM-01")
    sent(script, "04-04 10:00")
    advice = tuple(replace(row, verb=Verb.SHOULD) for row in rows("RQ-ADM-01"))

    judgement = judged(script, requirements=advice)

    assert judgement.verdict is Verdict.WARN
    assert judgement.exit_code == 0


def test_what_no_scenario_tried_is_not_verified(make: "Make") -> None:
    script = make("RQ-ADM-03")
    sent(script)

    judgement = judged(script, *KEEPS)

    result = verdict(judgement, "RQ-ADM-01")
    assert (result.verdict, result.reason) == (
        Verdict.NOT_VERIFIED,
        "no scenario that tries it was played",
    )
    assert judgement.exit_code == 11


def test_a_scenario_without_an_occasion_does_not_bear_out_what_it_tries(make: "Make") -> None:
    script = make("RQ-END-01", *KEEPS)
    sent(script)

    judgement = judged(script, "RQ-END-01", *KEEPS)

    assert verdict(judgement, "RQ-END-01").verdict is Verdict.NOT_VERIFIED
    assert judgement.scenarios[0].verdict is Verdict.NOT_VERIFIED
    assert "RQ-END-01" in judgement.scenarios[0].reason


def test_one_scenario_that_could_not_bear_it_out_is_enough_to_leave_it_open(make: "Make") -> None:
    first, second = make("RQ-ADM-01"), make("RQ-ADM-01")
    sent(first)
    second.end(completed=False, reason="the product did not take admit")
    moved = [replace(e, scenario="other", seq=e.seq + len(first.events)) for e in second.events]
    first.events += moved

    result = verdict(judged(first, "RQ-ADM-01"), "RQ-ADM-01")

    assert result.verdict is Verdict.NOT_VERIFIED
    assert result.reason == "other: the scenario was not completed: the product did not take admit"


@pytest.mark.parametrize("awaited", ["vendor", "platform"])
def test_who_was_awaited_in_vain_is_named(awaited: str, make: "Make") -> None:
    script = make(*KEEPS)
    script.admit()
    with script.sync():
        script.post("A1", script.admission())
    script.wait(awaited, met=False)
    script.end()

    result = verdict(judged(script, *KEEPS), "RQ-ADM-01")

    assert result.verdict is Verdict.NOT_VERIFIED
    assert result.reason.endswith(f"waited in vain for the {awaited}: a decision")


def test_a_failure_outweighs_a_wait_in_vain(make: "Make") -> None:
    script = make("RQ-ADM-01")
    script.admit()
    with script.sync():
        script.post("A1", script.admission(start="04-04 10:00"))
    script.wait("platform", met=False)
    script.end()

    assert judged(script, "RQ-ADM-01").verdict is Verdict.FAIL


def test_a_failed_rehearsal_verifies_nothing(make: "Make") -> None:
    script = make("RQ-ADM-01")
    script.note(EventType.HARNESS, data={"problem": "the disk is full", "blame": "environment"})
    sent(script)

    result = verdict(judged(script, "RQ-ADM-01"), "RQ-ADM-01")

    assert result.verdict is Verdict.NOT_VERIFIED
    assert "the disk is full" in result.reason


def test_a_rehearsal_that_failed_by_itself_is_an_error_of_the_rehearsal(make: "Make") -> None:
    script = make("RQ-ADM-01")
    script.note(EventType.HARNESS, data={"problem": "OverflowError: too late", "blame": "simulator"})
    sent(script)

    judgement = judged(script, "RQ-ADM-01")

    assert verdict(judgement, "RQ-ADM-01").verdict is Verdict.NOT_VERIFIED
    assert judgement.scenarios[0].verdict is Verdict.HARNESS_ERROR
    assert judgement.exit_code == 30


def test_a_refusal_of_what_is_declared_fails_also_where_no_request_was_seen(make: "Make") -> None:
    script = make("RQ-CON-01", *KEEPS)
    script.admit(taken=False)
    script.end(completed=False, reason="the product did not take admit: we do not do that")

    judgement = judged(script, "RQ-CON-01", *KEEPS)

    assert verdict(judgement, "RQ-CON-01").verdict is Verdict.FAIL
    assert {verdict(judgement, number).verdict for number in KEEPS} == {Verdict.NOT_VERIFIED}
    assert judgement.exit_code == 10


def test_to_take_everything_and_send_nothing_bears_nothing_out(make: "Make") -> None:
    script = make("RQ-CON-01")
    script.admit()
    script.end()

    assert verdict(judged(script, "RQ-CON-01"), "RQ-CON-01").verdict is Verdict.NOT_VERIFIED


def test_a_run_without_a_request_verifies_nothing_and_fails_nothing(make: "Make") -> None:
    script = make(*KEEPS)
    script.admit()
    with script.sync():
        pass
    script.end()

    judgement = judged(script, *KEEPS)

    assert {one.verdict for one in judgement.requirements} == {Verdict.NOT_VERIFIED}
    assert {one.reason for one in judgement.requirements} == {"no request was seen in the whole run"}
    assert judgement.exit_code == 11


def test_what_the_product_does_not_offer_is_not_verified(make: "Make") -> None:
    script = make("RQ-TAK-02")
    sent(script)

    bare = replace(RUN, capabilities=())
    result = verdict(judged(script, "RQ-TAK-02", run=bare), "RQ-TAK-02")

    assert result.verdict is Verdict.NOT_VERIFIED
    assert result.reason == "not offered: the product does not declare take_over"


def test_advice_about_what_the_product_does_not_offer_does_not_apply(make: "Make") -> None:
    script = make("RQ-TAK-02")
    sent(script)
    advice = tuple(replace(row, verb=Verb.SHOULD) for row in rows("RQ-TAK-02"))

    judgement = judged(script, requirements=advice, run=replace(RUN, capabilities=()))

    assert judgement.verdict is Verdict.NOT_APPLICABLE
    assert judgement.exit_code == 11


def test_a_partial_run_is_at_best_not_fully_verified(make: "Make") -> None:
    script = make(*KEEPS)
    sent(script)

    judgement = judged(script, *KEEPS, run=replace(RUN, partial=True))

    assert judgement.verdict is Verdict.PASS
    assert judgement.partial
    assert judgement.exit_code == 11


def test_an_error_of_the_simulator_is_never_held_against_the_vendor(make: "Make") -> None:
    script = make(*KEEPS)
    script.reply("decision", "A1", b"<nothing/>", service="admissions")
    sent(script)

    judgement = judged(script, *KEEPS)

    assert judgement.verdict is Verdict.HARNESS_ERROR
    assert judgement.exit_code == 30
    assert {one.verdict for one in judgement.requirements} == {Verdict.NOT_VERIFIED}


def test_nothing_counts_where_the_simulator_itself_was_at_fault(make: "Make") -> None:
    script, sound = make(*KEEPS), make("RQ-ADM-03")
    script.reply("decision", "A1", b"<nothing/>", service="admissions")
    sent(script, "04-04 10:00")
    sent(sound)
    last = len(script.events)
    script.events += [replace(e, scenario="other", seq=e.seq + last) for e in sound.events]
    script.evidence.update(sound.evidence)

    judgement = judged(script, *KEEPS)

    result = verdict(judgement, "RQ-ADM-01")
    assert (judgement.verdict, judgement.exit_code) == (Verdict.HARNESS_ERROR, 30)
    assert result.verdict is Verdict.NOT_VERIFIED
    assert result.reason.startswith("test/by-hand: the rehearsal failed: CK-SIM-01 reply-invalid")
    assert [one.verdict for one in judgement.scenarios] == [Verdict.HARNESS_ERROR, Verdict.PASS]
    assert {f.blame for one in judgement.checks for f in one.findings} == {Blame.SIMULATOR}


def test_a_check_that_fails_by_itself_is_an_error_of_the_rehearsal(make: "Make") -> None:
    script = make(*KEEPS)
    sent(script)
    script.evidence.clear()

    judgement = judged(script, *KEEPS)

    result = verdict(judgement, "RQ-ADM-01")
    assert result.verdict is Verdict.HARNESS_ERROR
    assert "the bundle has no evidence" in result.reason
    assert all(one.findings == () for one in judgement.checks)


@pytest.mark.parametrize(("place", "data"), [(0, {"verifies": 3}), (1, {"do": "nothing known"})])
def test_a_broken_transcript_is_an_error_of_the_rehearsal(
    place: int, data: dict[str, object], make: "Make"
) -> None:
    script = make(*KEEPS)
    sent(script)
    script.events[place] = replace(script.events[place], data=data)

    judgement = judged(script, *KEEPS)

    assert {one.verdict for one in judgement.requirements} == {Verdict.HARNESS_ERROR}
    assert judgement.scenarios[0].verdict is Verdict.HARNESS_ERROR


def test_traffic_without_a_player_is_judged_by_what_it_happens_to_try(make: "Make") -> None:
    script = make()
    script.events.clear()
    script.post("A1", script.admission())

    judgement = judged(script, "RQ-TRA-07", "RQ-ADM-01")

    assert verdict(judgement, "RQ-TRA-07").verdict is Verdict.PASS
    assert verdict(judgement, "RQ-ADM-01").verdict is Verdict.NOT_VERIFIED


def test_the_same_bundle_gives_the_same_bytes(make: "Make") -> None:
    script = make(*KEEPS)
    sent(script, "04-04 10:00")

    first, second = judged(script, *KEEPS), judged(script, *KEEPS)

    assert render_judgement(first) == render_judgement(second)


def test_what_rests_on_the_products_own_word_says_so(make: "Make") -> None:
    script = make("RQ-ADM-01", "RQ-WOR-02")
    sent(script)

    judgement = judged(script, "RQ-ADM-01", "RQ-WOR-02")

    assert verdict(judgement, "RQ-ADM-01").evidence.value == "wire"
    assert verdict(judgement, "RQ-WOR-02").evidence.value == "told"


def test_a_check_that_an_older_set_does_not_list_is_not_scored_for_it(make: "Make") -> None:
    script = make("RQ-ADM-01")
    sent(script, "04-04 10:00")
    (row,) = rows("RQ-ADM-01")

    newest = judged(script, requirements=(row,))
    older = judged(script, requirements=(replace(row, checks=()),))

    assert newest.verdict is Verdict.FAIL
    assert verdict(older, "RQ-ADM-01").verdict is Verdict.NOT_VERIFIED
    assert verdict(older, "RQ-ADM-01").checks == ()
    assert {one.check[:6] for one in older.checks} == {"CK-SIM"}
