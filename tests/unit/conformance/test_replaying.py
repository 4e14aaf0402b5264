"""What is played again is what lies in the bundle: plan, seed, profile and scenario, or a hint why not."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.conformance.test_judge import RUN

from generale.conformance.earlier import profile_files
from generale.conformance.plan import Plan, profile_of
from generale.conformance.replaying import Against, chosen, plan_again, played_scenarios
from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle, render_json
from generale.results.form import to_json
from generale.scenarios.catalogue import sources

NAME, OTHER = "month/clean-month", "month/short-stay"


def bundle(plan: str, *names: str, door: str = "in-process", own: bytes = b"") -> Bundle:
    """The parts of a bundle that say how it was played; ``own`` words make its profile another one."""
    profile = {f"profile/{name}": raw for name, raw in standard_profile().files.items()}
    profile["profile/profile.toml"] += own
    return Bundle(
        {
            "run.json": render_json(to_json(replace(RUN, door=door, seed=7))),
            "plan.toml": plan.encode(),
            **{f"scenarios/{name}.yaml": sources()[name] for name in names or (NAME,)},
            **profile,
        }
    )


def again(held: Bundle, folder: Path, **against: str) -> Plan:
    source = folder / "scenario.yaml"
    source.write_bytes(played_scenarios(held)[NAME])
    return plan_again(held, source, Against(**against), folder / "profile")


def test_the_plan_is_that_of_the_bundle_for_one_scenario(tmp_path: Path) -> None:
    held = bundle("vendor = 'reference'\ndefect = 'rebill-as-new'\nseed = 1\nchapters = ['refusal']\n")

    plan = again(held, tmp_path)

    assert (plan.vendor, plan.defect, plan.seed, plan.chapters) == ("reference", "rebill-as-new", 7, ())
    assert plan.scenarios == (str(tmp_path / "scenario.yaml"),)
    assert plan.profile == ""


def test_another_vendor_has_no_seeded_defect(tmp_path: Path) -> None:
    held = bundle("vendor = 'reference'\ndefect = 'rebill-as-new'\npackages = true\n")

    plan = again(held, tmp_path, vendor="http://127.0.0.1:8090")

    assert (plan.vendor, plan.defect, plan.packages) == ("http://127.0.0.1:8090", "", False)


def test_the_certificates_of_a_door_are_left_behind_with_it(tmp_path: Path) -> None:
    held = bundle("vendor = 'http://127.0.0.1:8090'\npki = '/srv/pki'\nsecurity = 'full'\n")

    assert again(held, tmp_path).pki == "/srv/pki"
    assert again(held, tmp_path, pki="/srv/new").pki == "/srv/new"
    assert again(held, tmp_path, vendor="reference").pki == ""


def test_a_profile_of_its_own_is_played_with(tmp_path: Path) -> None:
    held = bundle("vendor = 'reference'\nprofile = '/long/gone'\n", own=b"\n# ours\n")

    with pytest.raises(UsageError, match="no profile folder"):
        profile_of(again(held, tmp_path))

    for name, raw in profile_files(held).items():
        (tmp_path / "profile" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "profile" / name).write_bytes(raw)
    assert profile_of(again(held, tmp_path)).digest != standard_profile().digest


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        pytest.param("seed = 1\n", "names no vendor", id="no vendor"),
        pytest.param("vendor = ''\n", "names no vendor", id="an empty vendor"),
        pytest.param("vendor = \n", "is not TOML", id="no TOML"),
        pytest.param("#" * 70_000, "is larger than", id="a book"),
        pytest.param(
            "vendor = 'reference'\nrequirement_set = '1999-01-01'\n", "no requirement set", id="set"
        ),
        pytest.param("vendor = 'reference'\nclock = 'platform'\n", "not available", id="clock"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_a_mistake_with_a_hint(
    tmp_path: Path, plan: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        again(bundle(plan), tmp_path)

    assert raised.value.hint


def test_a_plan_without_a_vendor_can_be_played_against_the_one_that_is_given(tmp_path: Path) -> None:
    assert again(bundle("seed = 1\n"), tmp_path, vendor="reference").vendor == "reference"


def test_the_only_scenario_need_not_be_named() -> None:
    assert chosen(bundle(""), "") == chosen(bundle(""), NAME) == NAME


@pytest.mark.parametrize(
    ("held", "name", "said"),
    [
        pytest.param(bundle("", NAME, OTHER), "", "holds 2 scenarios", id="which one?"),
        pytest.param(bundle("", NAME, OTHER), "month/none", "no scenario 'month/none'", id="no such one"),
        pytest.param(bundle("", door="passive"), NAME, "no scenario that was played", id="a recording"),
    ],
)
def test_a_scenario_that_cannot_be_played_again_is_a_mistake_with_a_hint(
    held: Bundle, name: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        chosen(held, name)

    assert raised.value.hint
