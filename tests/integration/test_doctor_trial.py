"""The doctor on trial: every seeded mistake is named by its own finding, and no healthy set-up is ill."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.integration.cli_session import command

from generale.conformance.examined import sentences
from generale.conformance.trial import table
from generale.conformance.trial.healthy import HEALTHY
from generale.conformance.trial.mistakes_of_plan import PLAN
from generale.conformance.trial.mistakes_of_product import PRODUCT
from generale.conformance.trial.table import BUILT, Tried, confusion, set_ups, tried

SEEDED = {**PLAN, **PRODUCT}
REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
LEAST_SEEDED, LEAST_HEALTHY = 25, 10


def test_what_is_described_is_what_is_built() -> None:
    assert list(set_ups()) == list(BUILT)
    assert len(BUILT) == len(PLAN) + len(PRODUCT) + len(HEALTHY)
    assert {name for name in set_ups() if "finding" in set_ups()[name]} == set(SEEDED)
    for row in set_ups().values():
        assert set(row) - {"finding"} == {"en", "nl"}
        assert row.get("finding", "port-taken") in sentences()["finding"]


def test_there_is_enough_to_be_tried_with() -> None:
    assert len(SEEDED) >= LEAST_SEEDED
    assert len({set_ups()[name]["finding"] for name in SEEDED}) >= LEAST_SEEDED
    assert len(HEALTHY) >= LEAST_HEALTHY


@pytest.mark.parametrize("name", SEEDED)
def test_a_seeded_mistake_is_named_with_its_mend(name: str, tmp_path: Path) -> None:
    one = tried(name, tmp_path)

    assert one.found == set_ups()[name]["finding"], [step.message("en") for step in one.examined]
    assert all(one.examined[-1].mend(lang) for lang in ("en", "nl"))
    assert [step.ok for step in one.examined][:-1] == [True] * (len(one.examined) - 1)


@pytest.mark.parametrize("name", HEALTHY)
def test_an_odd_set_up_that_is_healthy_gives_no_alarm(name: str, tmp_path: Path) -> None:
    assert tried(name, tmp_path).found == ""


def short(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Only these are tried."""
    monkeypatch.setattr(table, "BUILT", {name: BUILT[name] for name in names})


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_doctor_tries_itself_and_shows_the_confusion_table(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    short(monkeypatch, "wrong-port", "trailing-slash")

    left = command(capsys, "doctor", "--self-test", "--lang", lang)

    assert left.code == 0
    rows = [line.split() for line in left.out.splitlines()[-2:]]
    assert [row[2:] for row in rows] == [["1", "1", "0", "0"], ["1", "0", "1"]]


def test_a_doctor_who_is_wrong_is_our_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    short(monkeypatch, "wrong-port", "trailing-slash")
    monkeypatch.setitem(table.BUILT, "wrong-port", BUILT["trailing-slash"])
    monkeypatch.setitem(table.BUILT, "trailing-slash", BUILT["wrong-port"])

    left = command(capsys, "doctor", "--self-test", "--json")

    document: Any = json.loads(left.out)
    assert left.code == 30
    assert (document["seeded"], document["named"], document["alarms"]) == (1, 0, 1)
    schema = json.loads((REFERENCE / "trial.schema.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(document)) == []


def test_every_set_up_is_heard_of_as_it_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    short(monkeypatch, "word-misspelt", "wrong-port")
    heard: list[Tried] = []

    found = confusion(tmp_path, heard.append)

    assert list(found.tried) == heard
    assert found.is_whole
