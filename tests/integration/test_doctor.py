"""The doctor names the first step of a set-up that fails, and says what to do about it."""

import json
import string
from pathlib import Path
from typing import get_args

import pytest
from tests.integration.cli_session import command
from tests.integration.test_python_products import PRODUCT

from generale.conformance.doctor import BEFORE, SCENARIO, STEPS, examine
from generale.conformance.examined import Examined, Lang, sentences
from generale.conformance.history import History
from generale.conformance.plan import Plan
from generale.conformance.staging import staged
from generale.conformance.steps_of_admission import Astray, step_by_step
from generale.results.events import EventType
from generale.scenarios.catalogue import entry

LANGUAGES: tuple[Lang, ...] = get_args(Lang)


def failed(found: tuple[Examined, ...]) -> list[str]:
    """The findings that were made."""
    return [one.finding for one in found if not one.ok]


def played(*left_out: EventType) -> History:
    """The transcript of an admission by the reference vendor, without events of these types."""
    with staged(Plan(scenarios=(SCENARIO,))) as stage:
        part = stage.run.play(entry(SCENARIO).scenario)
        events = [event for event in part.events if event.type not in left_out]
        return History.of(events, part.evidence.__getitem__, stage.profile)


def placeholders(text: str) -> set[str]:
    """What is to be filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_step_and_finding_has_its_sentences_in_both_languages() -> None:
    assert set(sentences()) == {"well", "finding"}
    assert list(sentences()["well"]) == [*BEFORE, *STEPS]
    assert all(set(said) == set(LANGUAGES) for said in sentences()["well"].values())
    for finding in sentences()["finding"].values():
        assert set(finding) == {"step", "en", "nl", "mend_en", "mend_nl"}
        assert finding["step"] in (*BEFORE, *STEPS)
        assert placeholders(finding["en"]) == placeholders(finding["nl"]) <= {"what"}
        assert finding["en"] != finding["nl"]


@pytest.mark.parametrize("security", ["off", "timestamp", "full"])
def test_a_set_up_that_works_is_well_in_every_step(security: str) -> None:
    found = examine(lambda: Plan(scenarios=(SCENARIO,), security=security))

    assert failed(found) == []
    assert [one.step for one in found] == [*BEFORE, *STEPS]


@pytest.mark.parametrize(
    ("defect", "security", "finding", "said"),
    [
        ("encoded-for-addresses", "off", "request-unreadable", "base64Binary"),
        ("requests-unsigned", "full", "not-signed", "signature"),
        ("quality-of-a-hospital", "off", "request-refused", "hospital"),
        ("dutch-date-format", "off", "message-refused", "Geboortedatum"),
        ("admission-forgotten", "off", "nothing-sent", "no admission was posted"),
        ("confirms-nothing", "off", "never-confirmed", "never confirmed"),
    ],
)
def test_the_first_step_that_fails_is_named(defect: str, security: str, finding: str, said: str) -> None:
    found = examine(lambda: Plan(defect=defect, scenarios=(SCENARIO,), security=security))

    assert failed(found) == [finding]
    assert said in found[-1].message("en")
    assert found[-1].mend("nl") == sentences()["finding"][finding]["mend_nl"]


@pytest.mark.parametrize(
    ("left_out", "astray", "finding"),
    [
        ((EventType.REQUEST, EventType.RESPONSE), Astray(), "nothing-arrived"),
        ((EventType.REQUEST, EventType.RESPONSE), Astray(is_far=True), "callback-on-loopback"),
        (
            (EventType.REQUEST, EventType.RESPONSE),
            Astray(handshakes=("NO_SHARED_CIPHER",)),
            "tls-broken-off",
        ),
        (
            (EventType.REQUEST, EventType.RESPONSE),
            Astray(handshakes=("CERTIFICATE_VERIFY_FAILED: self-signed certificate",)),
            "client-certificate-unknown",
        ),
        ((EventType.OBSERVED,), Astray(), "not-observed"),
        ((EventType.REPLIED,), Astray(), "not-polled-again"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_transcript_does_not_hold_did_not_happen(
    left_out: tuple[EventType, ...], astray: Astray, finding: str, lang: Lang
) -> None:
    found = tuple(step_by_step(played(*left_out), astray))

    assert failed(found) == [finding]
    assert found[-1].finding == finding
    assert found[-1].message(lang)


@pytest.mark.parametrize(
    ("product", "said"), [("Refuses", "not today"), ("Quiet", "no request of the product reached http")]
)
def test_a_product_that_does_nothing_is_told_what_to_look_at(
    product: str,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "doctors_product.py").write_text(PRODUCT, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    left = command(capsys, "doctor", "--vendor", f"py:doctors_product:{product}")

    assert left.code == 21
    assert said in left.out.splitlines()[-2]
    assert left.out.splitlines()[-1].startswith("  hint: ")


@pytest.mark.parametrize(
    ("product", "code", "finding"),
    [("LeavesAtOnce", 20, "product-fails"), ("Leaves", 21, "operation-fails"), ("Nobody", 21, None)],
)
def test_a_product_of_python_that_breaks_is_a_finding(
    product: str,
    code: int,
    finding: str | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "breaking_product.py").write_text(PRODUCT, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    left = command(capsys, "doctor", "--vendor", f"py:breaking_product:{product}", "--json")

    document = json.loads(left.out)
    assert (left.code, document["exit_code"]) == (code, code)
    assert document["finding"] == (finding or "plan-not-followed")


def test_what_a_product_does_not_offer_cannot_be_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "idle_product.py").write_text(
        PRODUCT.replace('"reset", "admit"', '"reset",'), encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    left = command(capsys, "doctor", "--vendor", "py:idle_product:Quiet", "--lang", "nl")

    assert left.code == 21
    assert left.out.splitlines()[-2:] == [
        "✗ het product biedt 'admit' niet aan, waarmee alles begint: reset",
        "  raad: bied 'admit' aan en verklaar het als vaardigheid",
    ]


def test_nobody_behind_the_address_is_told_by_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "doctor", "--vendor", "http://127.0.0.1:9")

    assert left.code == 20
    assert left.out.splitlines() == [
        "✗ nothing listens at the address of the product: http://127.0.0.1:9",
        "  hint: start the product or its adapter, and look at the port",
    ]


def test_the_plan_that_init_writes_is_found_healthy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "generale.toml"

    assert command(capsys, "init", str(plan)).code == 0
    text = plan.read_text(encoding="utf-8").splitlines()
    left = command(capsys, "doctor", "--plan", str(plan))

    assert left.code == 0, left.out
    assert len(left.out.splitlines()) == len((*BEFORE, *STEPS))
    words = [line for line in text if line and not line.startswith("#")]
    assert len(words) == len(Plan.model_fields)
    assert all(text[text.index(word) - 1].startswith("# ") for word in words)


def test_a_mistake_in_a_plan_on_disk_is_a_finding_in_the_language_that_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("vendr = 'http://127.0.0.1:8090'\n", encoding="utf-8")

    left = command(capsys, "doctor", "--plan", str(plan), "--lang", "nl")

    assert left.code == 21
    assert "in het plan staat een woord dat geen plan kent" in left.out
    assert "vendr" in left.out
