"""Products behind the Python door: what they do wrong is theirs, and never ends without a verdict."""

import json
from pathlib import Path

import pytest
from tests.integration.cli_session import command

from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.refvendor.dossier import Notice
from generale.refvendor.sequence import Sequence

PRODUCT = '''
from generale.driver.contract import Description, Done, ProductClock
from generale.driver.observations import Observation
from generale.driver.setup import FacilityType


class Quiet:
    """Takes everything and does nothing."""

    def describe(self):
        return Description(
            product="Quiet", version="1", clock=ProductClock.SETTABLE,
            capabilities=("reset", "admit"), facility_types=(FacilityType.WZC,),
        )

    def reset(self, set_up):
        return Done()

    def act(self, stimulus):
        return Done()

    def sync(self):
        return Done()

    def observe(self):
        return Observation(facilities=())

    def set_clock(self, instant):
        return Done()


class LeavesAtOnce(Quiet):
    def describe(self):
        raise SystemExit(0)


class Leaves(Quiet):
    def act(self, stimulus):
        raise SystemExit(0)


class Refuses(Quiet):
    def act(self, stimulus):
        return Done(taken=False, note="not today")


class AnswersNothing(Quiet):
    def sync(self):
        return None


class Unmakeable(Quiet):
    def __init__(self):
        raise RuntimeError("no licence file")


class Prints(Quiet):
    def act(self, stimulus):
        print("a line of the product")
        return Done()


class Misspells(Quiet):
    def describe(self):
        from dataclasses import replace

        return replace(super().describe(), capabilities=("reset", "admitt"))
'''


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "quiet_product.py").write_text(PRODUCT, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "py:quiet_product"


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        pytest.param("LeavesAtOnce", 20, "describe: the product raised SystemExit", id="leaves at once"),
        pytest.param("Unmakeable", 20, "start: the product raised RuntimeError: no licence", id="unmakeable"),
        pytest.param("Misspells", 21, "admitt", id="an unknown capability"),
    ],
)
def test_a_product_that_cannot_be_rehearsed_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, product: str, name: str, code: int, word: str
) -> None:
    left = command(capsys, "certify", "--vendor", f"{product}:{name}", "--out", str(tmp_path / "run"))

    assert left.code == code, left.err
    assert word in left.err.splitlines()[0]


@pytest.mark.parametrize(
    ("name", "declared", "reason"),
    [
        pytest.param("Quiet", "not-verified", "waited in vain for the vendor", id="does nothing"),
        pytest.param("Leaves", "fail", "the product raised SystemExit", id="leaves"),
        pytest.param("AnswersNothing", "fail", "the product answered something", id="answers nothing"),
        pytest.param("Refuses", "fail", "the product did not take admit: not today", id="refuses"),
    ],
)
def test_a_product_that_shows_nothing_is_not_verified_and_fails_only_where_it_refused_or_broke(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, product: str, name: str, declared: str, reason: str
) -> None:
    left = command(
        capsys, "certify", "--vendor", f"{product}:{name}", "--out", str(tmp_path / "run"),
        "--scenario", "admission/one-admission-accepted", "--json",
    )  # fmt: skip

    verdicts = json.loads((tmp_path / "run" / "verdicts.json").read_text(encoding="utf-8"))
    reasons = {row["requirement"]: row["reason"] for row in verdicts["requirements"]}
    given = json.loads(left.out)["requirements"]
    assert given.pop("RQ-CON-01") == declared
    assert set(given.values()) <= {"not-verified", "not-applicable"}
    assert left.code == (10 if declared == "fail" else 11), left.out
    assert reason in reasons["RQ-ADM-01"]


@pytest.mark.parametrize(
    ("source", "word"),
    [
        pytest.param("class Broken(:", "SyntaxError", id="no Python"),
        pytest.param("1 / 0", "ZeroDivisionError", id="raises"),
        pytest.param("import sys; sys.exit(0)", "SystemExit", id="leaves"),
    ],
)
def test_a_module_that_cannot_be_imported_is_the_fault_of_the_product(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    word: str,
) -> None:
    (tmp_path / "broken_product.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    left = command(capsys, "certify", "--vendor", "py:broken_product:Broken", "--out", str(tmp_path / "run"))

    assert left.code == 20
    assert word in left.err.splitlines()[0]


def test_what_a_product_prints_does_not_disturb_the_document_on_stdout(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, product: str
) -> None:
    left = command(
        capsys, "certify", "--vendor", f"{product}:Prints", "--out", str(tmp_path / "run"),
        "--scenario", "admission/one-admission-accepted", "--json",
    )  # fmt: skip

    assert json.loads(left.out)["exit_code"] == 11
    assert "a line of the product" in left.err


def test_what_is_left_out_says_why(capsys: pytest.CaptureFixture[str], tmp_path: Path, product: str) -> None:
    left = command(
        capsys, "certify", "--vendor", f"{product}:Quiet", "--out", str(tmp_path / "run"),
        "--scenario", "month/clean-month",
    )  # fmt: skip

    assert left.code == 11
    assert "not offered" in left.out


def test_a_product_that_holds_back_what_depends_on_another_message_is_not_stuck(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def is_held(sequence: Sequence, notice: Notice) -> bool:
        return not notice.corrects and any(not one.acceptance for one in sequence._earlier(notice))

    monkeypatch.setattr(Sequence, "_is_held", is_held)

    judged = json.loads(rehearse(Plan()).part("verdicts.json"))

    assert judged["exit_code"] == 0
