"""The command of the bench leaves a document and a line in the history; what it sends is good material."""

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from bench import admission, target
from bench.command import MEASUREMENTS, main
from bench.material import PEOPLE, admissions, invoice, invoice_files, people, quick_profile
from bench.parsing import parsed_per_second

from generale.protocol.clock import parse_instant
from generale.protocol.errors import OurError
from generale.protocol.flatfile import decode, technical_faults, write_invoice
from generale.protocol.genericasync import Post, read_envelope

ROOT = Path(__file__).resolve().parents[3]


def test_a_measurement_prints_one_document_and_adds_it_to_the_history(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text("{}\n", encoding="utf-8")
    options = ["--only", "start-up", "--json", "--date", "2021-07-01", "--history", str(history)]

    ended = subprocess.run(
        [sys.executable, ROOT / "bench" / "run.py", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    found = json.loads(ended.stdout)
    assert found["date"] == "2021-07-01"
    assert list(found["figures"]) == ["start-up"]
    assert found["figures"]["start-up"]["costs"] > 1
    assert [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()] == [{}, found]


@pytest.mark.parametrize("options", [["--only", "nothing"], ["--date", "yesterday"]])
def test_an_option_that_does_not_fit_is_refused(options: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        main([*options, "--history", str(tmp_path / "history.jsonl")])

    assert refused.value.code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_readme_explains_every_measurement() -> None:
    text = (ROOT / "bench" / "README.md").read_text(encoding="utf-8")

    assert [name for name in MEASUREMENTS if f"| `{name}` |" not in text] == []


def test_every_line_of_the_history_is_a_document() -> None:
    lines = (ROOT / "bench" / "history.jsonl").read_text(encoding="utf-8").splitlines()

    assert all({"machine", "figures"} <= json.loads(line).keys() for line in lines)


def test_the_post_of_an_admission_is_about_four_kilobytes_and_valid() -> None:
    profile = quick_profile()
    messages = list(islice(admissions(profile, parse_instant("2019-04-01T09:00")), 30))

    assert {round(len(envelope) / 1000) for envelope, _ in messages} == {4}
    assert len(set(messages)) == 30
    assert parsed_per_second(messages, profile) > 0
    with pytest.raises(OurError):
        parsed_per_second([(messages[0][0], b"<x/>")], profile)


def test_the_invoice_file_has_a_bill_for_everybody_and_no_fault() -> None:
    one = invoice(100)

    assert len(one.bills) == 100
    assert technical_faults(decode(write_invoice(one))) == ()


def test_there_are_enough_different_people_for_every_measurement() -> None:
    assert len({insz for insz, _, _ in people()}) == PEOPLE
    assert (admission.ROUNDS + 1) * admission.MESSAGES <= PEOPLE
    assert (target.ROUNDS + 1) * target.MESSAGES <= PEOPLE * 3 / 4


def test_the_files_of_a_stream_are_all_different_and_without_fault() -> None:
    envelopes = list(invoice_files(3))
    posts = [read_envelope(envelope).body for envelope in envelopes]

    assert len(set(envelopes)) == 3
    assert all(isinstance(post, Post) and technical_faults(decode(post.blob.content)) == () for post in posts)
