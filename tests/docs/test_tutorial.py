"""What the tutorial quotes is what the program prints."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from generale.cli.main import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-rehearsal.md"
TEXT = PAGE.read_text(encoding="utf-8")
MESSAGE = re.compile(r"```xml\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"(?:^    .*\n)+", re.MULTILINE)

pytestmark = pytest.mark.xdist_group("tutorial")


def quoted(word: str) -> Sequence[str]:
    """The lines of the quoted block that holds a word, each up to an ellipsis, blanks made one."""
    block = next(found for found in BLOCK.findall(TEXT) if word in found)
    return [" ".join(line.partition("…")[0].split()) for line in block.splitlines() if line.strip()]


def said(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    """What a command prints, blanks made one; it leaves with this code."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    assert left.value.code == code
    return " ".join(capsys.readouterr().out.split())


def test_the_broken_run_and_its_second_judgement_are_quoted_truly(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bundle = str(tmp_path / "broken")
    printed = said(capsys, 10, "certify", "--defect", "admission-day-late", "--out", bundle)
    again = said(capsys, 10, "judge", bundle)
    (replay,) = quoted("--defect admission-day-late --scenario")

    assert [line for line in quoted("NOT CONFORMING") if line not in printed] == []
    assert replay in printed
    assert "judged again: the same verdicts, byte for byte" in again
    assert said(capsys, 10, *replay.split()[1:], "--out", bundle)
    assert said(capsys, 11, *re.sub("--defect [a-z-]+ ", "", replay).split()[1:], "--out", bundle)


def test_the_message_of_the_tutorial_breaks_one_rung_and_can_be_mended(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = MESSAGE.search(TEXT)
    assert found is not None
    file = tmp_path / "admission.xml"
    file.write_text(found[1], encoding="utf-8")
    printed = said(capsys, 10, "check", str(file))
    file.write_text(found[1].replace("1938-04-12", "1938-02-14"), encoding="utf-8")

    assert [line for line in quoted("relations  BROKEN") if line not in printed] == []
    assert "BROKEN" not in said(capsys, 0, "check", str(file))
