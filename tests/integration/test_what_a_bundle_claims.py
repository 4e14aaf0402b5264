"""A bundle that holds something else than its names stand for is judged, but never conforms."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from tests.integration.cli_session import command

from generale.cli.output import leave_bundle
from generale.conformance.engine import judged, rehearse, requirement_set_name, with_run_id
from generale.conformance.installed import remarks_on
from generale.conformance.plan import Plan
from generale.protocol.digest import digest_of_files
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle, render_json
from generale.results.form import to_json

Alter = Callable[[Bundle], Bundle]
LONELY = "month/clean-month"


@pytest.fixture(scope="module")
def honest() -> Bundle:
    return rehearse(Plan())


def _sealed(bundle: Bundle) -> Bundle:
    """The bundle with an identity that fits its parts, and with the verdicts that follow."""
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
    return judged(bundle.with_files({"run.json": _json(with_run_id(run))}), standard_profile())


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
    return bundle.with_files({"run.json": _json(replace(bundle.run, requirement_set="2031-01-01+0"))})


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
    remarks = remarks_on(_sealed(alter(honest)))

    assert [one.key for one in remarks] == [key]
    assert remarks[0].is_unlike


def _own_profile(bundle: Bundle) -> Bundle:
    return _another("plan.toml", b'profile = ""', b'profile = "mine"')(OTHER_PROFILE(bundle))


def _own_scenario(bundle: Bundle) -> Bundle:
    chosen = _another("plan.toml", b"scenarios = []", b'scenarios = ["mine.yaml"]')(OTHER_SCENARIO(bundle))
    return chosen.with_files({"run.json": _json(replace(chosen.run, partial=True))})


@pytest.mark.parametrize(("alter", "key"), [(_own_profile, "profile-own"), (_own_scenario, "scenario-own")])
def test_what_is_openly_the_users_own_is_named_so(honest: Bundle, alter: Alter, key: str) -> None:
    remarks = remarks_on(_sealed(alter(honest)))

    assert [one.key for one in remarks] == [key]
    assert not remarks[0].is_unlike


def test_every_output_says_that_a_bundle_is_not_what_it_names(
    capsys: pytest.CaptureFixture[str], honest: Bundle, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    leave_bundle(_sealed(_a_row_less(honest)), folder, "en")
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
