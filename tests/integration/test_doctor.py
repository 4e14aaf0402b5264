"""The doctor names the first step of a set-up that fails, and says what to do about it."""

from pathlib import Path

import pytest
from tests.integration.cli_session import command
from tests.integration.test_python_products import PRODUCT

from generale.conformance.doctor import NOT_LOOKED, SCENARIO, STEPS, diagnosis, examine, sentences
from generale.conformance.history import History
from generale.conformance.plan import Plan
from generale.conformance.staging import staged
from generale.results.events import EventType
from generale.results.looked import Looked
from generale.scenarios.catalogue import entry

LANGUAGES = ("en", "nl")


def failed(found: tuple[Looked, ...]) -> list[str]:
    """The checks that are not well."""
    return [one.check for one in found if not one.ok]


def played(*left_out: EventType) -> History:
    """The transcript of an admission by the reference vendor, without events of these types."""
    with staged(Plan(scenarios=(SCENARIO,))) as stage:
        part = stage.run.play(entry(SCENARIO).scenario)
        events = [event for event in part.events if event.type not in left_out]
        return History.of(events, part.evidence.__getitem__, stage.profile)


def test_every_step_has_its_sentences_in_both_languages() -> None:
    assert set(sentences()) == {*STEPS, "what"}
    for step in STEPS:
        assert set(sentences()[step]) == {"well", "ill", "hint"}
    assert all(set(said) == set(LANGUAGES) for words in sentences().values() for said in words.values())


@pytest.mark.parametrize("security", ["off", "timestamp", "full"])
def test_a_set_up_that_works_is_well_in_every_step(security: str) -> None:
    found = examine(Plan(scenarios=(SCENARIO,), security=security), "en")

    assert failed(found) == []
    assert [one.check for one in found][-len(STEPS) :] == list(STEPS)


@pytest.mark.parametrize(
    ("defect", "security", "step", "said"),
    [
        ("encoded-for-addresses", "off", "understood", "base64Binary"),
        ("requests-unsigned", "full", "proved", "signature"),
        ("quality-of-a-hospital", "off", "known", "hospital"),
        ("dutch-date-format", "off", "sent", "Geboortedatum"),
        ("admission-forgotten", "off", "sent", "none was posted"),
        ("confirms-nothing", "off", "fetched", "never confirmed"),
    ],
)
def test_the_first_step_that_fails_is_named(defect: str, security: str, step: str, said: str) -> None:
    found = examine(Plan(defect=defect, scenarios=(SCENARIO,), security=security), "en")

    assert failed(found) == [step]
    assert said in found[-1].message
    assert found[-1].hint == sentences()[step]["hint"]["en"]


@pytest.mark.parametrize(
    ("left_out", "step"),
    [
        ((EventType.REQUEST, EventType.RESPONSE), "called"),
        ((EventType.OBSERVED,), "shown"),
        ((EventType.REPLIED,), "fetched"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_transcript_does_not_hold_did_not_happen(
    left_out: tuple[EventType, ...], step: str, lang: str
) -> None:
    found = tuple(diagnosis(played(*left_out), lang))

    assert failed(found) == [step]
    assert found[-1].check == step


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


def test_what_a_product_does_not_offer_cannot_be_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "idle_product.py").write_text(
        PRODUCT.replace('"reset", "admit"', '"reset",'), encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    left = command(capsys, "doctor", "--vendor", "py:idle_product:Quiet", "--lang", "nl")

    assert left.code == 21
    assert left.out.splitlines()[-1] == "✗ dit kan niet geprobeerd worden: not offered: admit"
    assert NOT_LOOKED not in left.out


def test_nobody_behind_the_address_is_told_by_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    left = command(capsys, "doctor", "--vendor", "http://127.0.0.1:9")

    assert left.code == 20
    assert len(left.err.splitlines()) == 2
