"""A bundle that holds something else than its names stand for is judged, but never conforms."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.integration.cli_session import command
from tests.whole_run import whole_run

from generale.cli.output import leave_bundle
from generale.conformance.engine import judged, requirement_set_name, with_run_id
from generale.conformance.installed import remarks_on
from generale.protocol.digest import digest_of_files
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle, BundleError, render_json
from generale.results.form import to_json

Alter = Callable[[Bundle], Bundle]
LONELY = "month/clean-month"


@pytest.fixture(scope="module")
def honest() -> Bundle:
    return whole_run()


def sealed(bundle: Bundle) -> Bundle:
    """The bundle with an identity that fits its parts."""
    files = {name: sha256(bundle.part(name)).hexdigest() for name in bundle.run.files if name in bundle.files}
    run = replace(
        bundle.run,
        requirement_set=requirement_set_name(
            bundle.run.requirement_set.partition("+")[0], bundle.part("requirements.json")
        ),
        profile=digest_of_files(_below(bundle, "profile/")),
        scenarios=digest_of_files(_below(bundle, "scenarios/")),
        plan=sha256(bundle.part("plan.toml")).hexdigest(),
        files=files,
    )
    return bundle.with_files({"run.json": _json(with_run_id(run))})


def _json(value: object) -> bytes:
    return render_json(to_json(value))


def _below(bundle: Bundle, prefix: str) -> Mapping[str, bytes]:
    return {name.removeprefix(prefix): raw for name, raw in bundle.files.items() if name.startswith(prefix)}


def _a_row_less(bundle: Bundle) -> Bundle:
    return bundle.with_files({"requirements.json": render_json(bundle.document("requirements.json")[1:])})


def _a_check_less(bundle: Bundle) -> Bundle:
    rows = bundle.document("requirements.json")
    row = next(one for one in rows if len(one["checks"]) > 1)
    row["checks"] = row["checks"][:1]
    return bundle.with_files({"requirements.json": render_json(rows)})


def _a_set_of_another_day(bundle: Bundle) -> Bundle:
    planned = _another("plan.toml", b"2019-04-01", b"2031-01-01")(bundle)
    return planned.with_files({"run.json": _json(replace(bundle.run, requirement_set="2031-01-01+0"))})


def _another(part: str, old: bytes, new: bytes) -> Alter:
    def alter(bundle: Bundle) -> Bundle:
        assert old in bundle.part(part)
        return bundle.with_files({part: bundle.part(part).replace(old, new, 1)})

    return alter


def _without(bundle: Bundle, scenario: str) -> Bundle:
    lines = bundle.part("transcript.jsonl").splitlines()
    kept = [line for line in lines if json.loads(line)["scenario"] != scenario]
    numbered = [
        json.dumps({**json.loads(line), "seq": number}, ensure_ascii=False, separators=(",", ":"))
        for number, line in enumerate(kept, start=1)
    ]
    files = {name: raw for name, raw in bundle.files.items() if name != f"scenarios/{scenario}.yaml"}
    return Bundle({**files, "transcript.jsonl": "".join(f"{line}\n" for line in numbered).encode()})


def _a_scenario_less(bundle: Bundle) -> Bundle:
    return _without(bundle, LONELY)


def _a_scenario_left_out_for_nothing(bundle: Bundle) -> Bundle:
    run = replace(bundle.run, scenarios_left_out={**bundle.run.scenarios_left_out, LONELY: "not offered: x"})
    return _without(bundle, LONELY).with_files({"run.json": _json(run)})


OTHER_PROFILE = _another("profile/profile.toml", b"decision = 2", b"decision = 3")
OTHER_SCENARIO = _another(f"scenarios/{LONELY}.yaml", b"anchor:", b"# mine\nanchor:")

CLAIMS = [
    pytest.param(_a_row_less, "set-differs", id="a row less"),
    pytest.param(_a_check_less, "set-differs", id="a check less"),
    pytest.param(_a_set_of_another_day, "set-unknown", id="a set of another day"),
    pytest.param(OTHER_PROFILE, "profile-differs", id="another profile"),
    pytest.param(OTHER_SCENARIO, "scenario-differs", id="another scenario"),
    pytest.param(_a_scenario_less, "scenario-missing", id="a scenario less"),
    pytest.param(_a_scenario_left_out_for_nothing, "scenario-missing", id="a scenario left out for nothing"),
    pytest.param(
        _another("plan.toml", b"chapters = []", b'chapters = ["admission"]'),
        "selection-hidden",
        id="a selection called whole",
    ),
]


def test_nothing_is_said_of_an_honest_bundle(honest: Bundle) -> None:
    assert honest.judgement.exit_code == 0
    assert remarks_on(honest) == ()


@pytest.mark.parametrize(("alter", "key"), CLAIMS)
def test_a_bundle_unlike_what_it_names_is_known(honest: Bundle, alter: Alter, key: str) -> None:
    remarks = remarks_on(sealed(alter(honest)))

    assert [one.key for one in remarks] == [key]
    assert remarks[0].is_unlike


def _says(**words: Any) -> Alter:
    """Another word in ``run.json``, and nowhere else."""
    return lambda bundle: bundle.with_files({"run.json": _json(replace(bundle.run, **words))})


def _begun(change: Callable[[dict[str, Any]], object]) -> Alter:
    """Something else in the first event, with which a scenario begins."""

    def alter(bundle: Bundle) -> Bundle:
        first, *rest = bundle.part("transcript.jsonl").splitlines(keepends=True)
        event = json.loads(first)
        change(event["data"])
        return bundle.with_files({"transcript.jsonl": json.dumps(event).encode() + b"\n" + b"".join(rest)})

    return alter


CONTRADICTED = [
    (_says(seed=2), "seed (plan.toml), seed (transcript.jsonl)"),
    (_says(clock="wall"), "clock (plan.toml), clock (transcript.jsonl)"),
    (_says(door="http"), "door (plan.toml)"),
    (_says(pki="0" * 64), "pki (plan.toml)"),
    (_says(product="Another product"), "product (preflight.json)"),
    (_says(product_version="9"), "product (preflight.json)"),
    (
        _says(capabilities=("admit", "reset")),
        "capabilities (preflight.json), capabilities (transcript.jsonl)",
    ),
    (_says(capabilities=()), "capabilities (preflight.json), capabilities (transcript.jsonl)"),
    (_says(facility_types=("wzc",)), "facility_types (scenarios/), facility_types (transcript.jsonl)"),
    (_says(requirement_set="2018-01-01+0"), "requirement_set (plan.toml)"),
    (_another("plan.toml", b"seed = 1", b"seed = 2"), "seed (plan.toml)"),
    (_another("plan.toml", b'clock = "virtual"', b'clock = "wall"'), "clock (plan.toml)"),
    (_another("plan.toml", b'security = "off"', b'security = "full"'), "capabilities (plan.toml)"),
    (_another("plan.toml", b'tls = "none"', b'tls = "optional"'), "capabilities (plan.toml)"),
    (_another("plan.toml", b'vendor = "reference"', b'vendor = "http://a"'), "door (plan.toml)"),
    (_begun(lambda data: data.update(clock="wall")), "clock (transcript.jsonl)"),
    (_begun(lambda data: data["verifies"].pop()), "scenarios (scenarios/)"),
    (_begun(lambda data: data.update(rule_set="2021-07-01")), "scenarios (scenarios/)"),
    (_begun(lambda data: data.update(anchor="2020-01-01")), "scenarios (scenarios/)"),
    (_begun(lambda data: data["set_up"].update(identity="mine")), "seed (transcript.jsonl)"),
    (_begun(lambda data: data["set_up"].update(profile="mine 1")), "profile (transcript.jsonl)"),
]


@pytest.mark.parametrize(("alter", "words"), CONTRADICTED, ids=lambda one: one if type(one) is str else "")
def test_a_word_of_run_json_that_another_part_contradicts_is_known(
    honest: Bundle, alter: Alter, words: str
) -> None:
    remarks = remarks_on(sealed(alter(honest)))

    found = next(one for one in remarks if one.key == "identity-contradicted")
    assert found.is_unlike
    assert set(words.split(", ")) <= set(found.name.split(", ")) | {found.name}


MOVES_CLOCK, DAY_CARE = "outage/files-meet-the-same-troubles", "month/day-care"


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        pytest.param(MOVES_CLOCK, {"clock": "wall"}, id="on a wall that nobody else saw"),
        pytest.param(MOVES_CLOCK, {"capabilities": ("admit", "reset")}, id="not offered"),
        pytest.param(DAY_CARE, {"facility_types": ("cvk", "wzc")}, id="no such house"),
    ],
)
def test_a_scenario_is_not_left_out_by_one_word_of_run_json(
    honest: Bundle, scenario: str, words: Mapping[str, Any]
) -> None:
    left_out = {**honest.run.scenarios_left_out, scenario: "clock: it moves the clock"}
    forged = _without(_says(**words, scenarios_left_out=left_out)(honest), scenario)

    remarks = remarks_on(sealed(forged))

    assert any(one.is_unlike for one in remarks)


def _all_power(bundle: Bundle) -> Bundle:
    matrix = bundle.document("kill-matrix.json")
    return bundle.with_files({"kill-matrix.json": render_json({**matrix, "power": {"RQ-ADM-01": 1.0}})})


def _all_well(bundle: Bundle) -> Bundle:
    texts = {code: dict.fromkeys(row, "Nothing is wrong here.") for code, row in bundle.texts.items()}
    return bundle.with_files({"texts.json": render_json(texts)})


def _without_texts(bundle: Bundle) -> Bundle:
    return Bundle({name: raw for name, raw in bundle.files.items() if name != "texts.json"})


@pytest.mark.parametrize("alter", [_all_power, _all_well, _without_texts])
def test_sentences_and_proofs_are_those_of_the_version(honest: Bundle, alter: Alter) -> None:
    (ours,) = remarks_on(sealed(alter(honest)))
    (theirs,) = remarks_on(sealed(_says(suite="0.0.9+0123456789abcdef")(alter(honest))))

    assert (ours.key, theirs.key) == ("part-differs", "part-not-comparable")
    assert ours.is_unlike
    assert theirs.is_unlike


@pytest.mark.parametrize("text", ["scenarios = 3", "seed = true", "clock = []", "a = " + "[" * 5_000])
def test_a_plan_that_is_none_is_named(honest: Bundle, text: str) -> None:
    with pytest.raises(BundleError, match=r"plan\.toml"):
        remarks_on(sealed(honest.with_files({"plan.toml": text.encode()})))


def _own_profile(bundle: Bundle) -> Bundle:
    return _another("plan.toml", b'profile = ""', b'profile = "mine"')(OTHER_PROFILE(bundle))


def _own_scenario(bundle: Bundle) -> Bundle:
    chosen = _another("plan.toml", b"scenarios = []", b'scenarios = ["mine.yaml"]')(OTHER_SCENARIO(bundle))
    return chosen.with_files({"run.json": _json(replace(chosen.run, partial=True))})


@pytest.mark.parametrize(("alter", "key"), [(_own_profile, "profile-own"), (_own_scenario, "scenario-own")])
def test_what_is_openly_the_users_own_is_named_so(honest: Bundle, alter: Alter, key: str) -> None:
    remarks = remarks_on(sealed(alter(honest)))

    assert [one.key for one in remarks] == [key]
    assert not remarks[0].is_unlike


def test_every_output_says_that_a_bundle_is_not_what_it_names(
    capsys: pytest.CaptureFixture[str], honest: Bundle, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    leave_bundle(judged(sealed(_a_row_less(honest)), standard_profile()), folder, "en")
    before = (folder / "verdicts.json").read_bytes()

    told = command(capsys, "judge", str(folder))
    as_json = command(capsys, "judge", str(folder), "--json", "--write")
    drawn = command(capsys, "report", str(folder))

    said = "these are not the requirements 2019-04-01 of this version"
    assert (told.code, as_json.code, drawn.code) == (21, 21, 0)
    assert said in " ".join(told.out.split())
    assert "NOT FULLY VERIFIED" in told.out
    document = json.loads(as_json.out)
    assert document["exit_code"] == 21
    assert said in document["remarks"][0]
    assert said in (folder / "report.html").read_text(encoding="utf-8")
    assert said in (folder / "junit.xml").read_text(encoding="utf-8")
    assert (folder / "verdicts.json").read_bytes() == before
    shutil.rmtree(folder)


def _with_waivers(bundle: Bundle, *, planned: bool) -> Bundle:
    """A waiver that nothing called for, named by the plan or put in afterwards."""
    text = 'judged_on = 2026-01-01\n[[waiver]]\nrequirement = "RQ-ADM-01"\n'
    text += 'reason = "known"\nowner = "agency"\nexpires = 2027-01-31\n'
    plan = bundle.part("plan.toml")
    if planned:
        plan = plan.replace(b'waivers = ""', b'waivers = "waivers.toml"')
    return bundle.with_files({"waivers.toml": text.encode(), "plan.toml": plan})


@pytest.mark.parametrize(
    ("planned", "keys", "code"),
    [(True, ["waivers-own", "waivers-stale"], 12), (False, ["waivers-unplanned", "waivers-stale"], 12)],
)
def test_whose_waivers_a_bundle_holds_is_told_and_stale_ones_end_with_12(
    honest: Bundle,
    planned: bool,
    keys: list[str],
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bundle = judged(sealed(_with_waivers(honest, planned=planned)), standard_profile())
    leave_bundle(bundle, tmp_path / "run", "en")

    left = command(capsys, "judge", str(tmp_path / "run"), "--lang", "nl")

    assert [one.key for one in remarks_on(bundle)] == keys
    assert left.code == code
    told = " ".join(left.out.split())
    assert "verlopen of werden nergens voor gebruikt: RQ-ADM-01 (2027-01-31)" in told
    assert "RQ-ADM-01 (agency)" in told
