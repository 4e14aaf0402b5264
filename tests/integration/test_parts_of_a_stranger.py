"""Whatever stands in a part of a stranger's bundle, judge and report end with a verdict or with 21.

Where words of the simulator are changed the verdict may be that it was at fault; no check ever fails
by itself.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.integration.cli_session import Left, command
from tests.integration.test_what_a_bundle_claims import sealed

from generale.cli.output import leave_bundle
from generale.conformance.bundle_folder import read_bundle, write_bundle
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.results.bundle import Bundle, BundleError
from generale.results.verdicts import Verdict

TRIES = 6
"""How many values of each part are replaced, one at a time."""


def _nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


WRONG: list[Any] = [
    None,
    [],
    {},
    5,
    -1,
    "x",
    "",
    True,
    10**400,
    0.5,
    _nested(20),
    _nested(200),
    ["x"],
    {"x": {}},
]
TOML_WRONG = ["[]", "{}", "5", '"x"', '""', "true", "1" + "0" * 400, "[[[[]]]]", "2019-04-01", "nan", "-1"]


@pytest.fixture(scope="module")
def played() -> Bundle:
    return rehearse(Plan(scenarios=("month/clean-month",)))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document where a value stands: what holds it, and its key or number."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield value, key
        yield from _places(part)


def _another_value(document: Any, chance: Random) -> Any:
    """The document with one of its values replaced by one of another type, or as a whole."""
    holder = [document]
    where, key = chance.choice(list(_places(holder)))
    where[key] = chance.choice(WRONG)
    return holder[0]


def _altered(raw: bytes, part: str, chance: Random) -> bytes:
    if part.endswith(".toml"):
        lines = raw.decode().splitlines()
        place = chance.choice([number for number, line in enumerate(lines) if " = " in line])
        wrong = chance.choice(TOML_WRONG)
        lines[place] = re.sub(r" = .*", lambda _: f" = {wrong}", lines[place], count=1)
        return "\n".join(lines).encode()
    if part.endswith(".jsonl"):
        lines = raw.decode().splitlines()
        place = chance.randrange(len(lines))
        lines[place] = json.dumps(_another_value(json.loads(lines[place]), chance))
        return "".join(f"{line}\n" for line in lines).encode()
    return json.dumps(_another_value(json.loads(raw), chance)).encode()


def _fitting(bundle: Bundle) -> Bundle:
    """The bundle with an identity that fits, where its own can still be read."""
    try:
        return sealed(bundle)
    except (BundleError, ValueError):
        return bundle


PARTS = [
    "run.json",
    "transcript.jsonl",
    "plan.toml",
    "requirements.json",
    "texts.json",
    "kill-matrix.json",
    "preflight.json",
    "verdicts.json",
    "timings.jsonl",
    "waivers.toml",
    "profile/profile.toml",
    "profile/bindings/admission.toml",
]


@pytest.mark.parametrize("part", PARTS)
def test_a_value_of_another_type_is_no_error_of_the_rehearsal(
    capsys: pytest.CaptureFixture[str], played: Bundle, tmp_path: Path, part: str
) -> None:
    chance = Random(part)  # repeatable on purpose
    for number in range(TRIES * (5 if part == "transcript.jsonl" else 1)):
        raw = b"a = 1" if part == "waivers.toml" else played.part(part)
        altered = _altered(raw, part, chance)
        folder = tmp_path / str(number)
        write_bundle(_fitting(played.with_files({part: altered})), folder)

        judged = command(capsys, "judge", str(folder), "--write")
        drawn = command(capsys, "report", str(folder))

        for left in (judged, drawn):
            assert left.code in (0, 10, 11, 21) or _blames_the_simulator(folder), (altered, left.err)
            assert left.code != 21 or _names_a_part(left), left.err


def _blames_the_simulator(folder: Path) -> bool:
    """Whether the rehearsal failed by what a check found, and no check failed by itself."""
    judgement = read_bundle(folder).judgement
    wrong = [one for one in judgement.checks if one.verdict is Verdict.HARNESS_ERROR]
    return bool(wrong) and all(one.findings and not one.reason for one in wrong)


def _names_a_part(left: Left) -> bool:
    return (left.err.startswith("generale: ") and "hint: " in left.err) or "report is" in left.out


def test_no_markup_of_a_bundle_reaches_its_report(
    capsys: pytest.CaptureFixture[str], played: Bundle, tmp_path: Path
) -> None:
    """Names, sentences, what was told and what was sent: all of it is a stranger's."""
    evil = "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>\u202e"
    run = {**played.document("run.json"), "product": evil, "product_version": evil, "door": evil}
    texts = {code: dict.fromkeys(row, evil) for code, row in played.texts.items()}
    rows = [
        {**row, "text_en": evil, "text_nl": evil, "keeps_en": evil}
        for row in played.document("requirements.json")
    ]
    looked = [{"check": evil, "ok": False, "message": evil, "hint": evil}]
    transcript = played.part("transcript.jsonl").replace(
        b'"note":""', b'"note":%s' % json.dumps(evil).encode()
    )
    files = {"run.json": run, "texts.json": texts, "requirements.json": rows, "preflight.json": looked}
    altered = played.with_files({name: json.dumps(value).encode() for name, value in files.items()})
    leave_bundle(sealed(altered.with_files({"transcript.jsonl": transcript})), tmp_path / "run", "en")

    left = command(capsys, "judge", str(tmp_path / "run"), "--write")
    drawn = command(capsys, "report", str(tmp_path / "run"))

    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert (left.code, drawn.code) == (11, 0)
    assert "alert(1)" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\u202e" not in page + left.out
