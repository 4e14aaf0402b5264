"""wrk as the client of the bench: what it is given, and that a round with a wrong answer is no figure."""

import os
from pathlib import Path

import pytest
from bench import wrk
from bench.cores import FIRST, on_core
from bench.line import Round

from generale.protocol.errors import EnvironmentFailure

ALL_CORES = os.sched_getaffinity(0)
ROUND = {"connections": 1, "seconds": 1}


def test_the_last_line_of_the_output_is_what_the_round_came_to() -> None:
    assert wrk.told("Running 1s test\n2016 1097518 2081 0 0 \n") == wrk.Loop(
        Round(count=2016, seconds=1.097518), taken=2081
    )


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("", "told nothing"),
        ("unable to connect\n", "told nothing"),
        ("5 1000000 9 1 0 \n", "1 answers were lost"),
        ("5 1000000 9 0 2 500 <Fault/>\n", "2 were wrong; the first: 500 <Fault/>"),
        ("0 1000000 9 0 0 \n", "nothing was answered"),
    ],
)
def test_a_round_in_which_something_went_wrong_is_no_figure(output: str, reason: str) -> None:
    with pytest.raises(EnvironmentFailure, match=reason):
        wrk.told(output)


def test_wrk_is_given_every_request_behind_its_length_and_the_proof(tmp_path: Path) -> None:
    program = _program(tmp_path, 'cp "$8" "$0.file"; echo "$6 $9 ${10}" > "$0.told"; echo "1 1000 1 0 0 "')

    loop = wrk.closed_loop(
        "127.0.0.1:1", [b"GET /", b"POST /"], b"good", **ROUND, again=True, program=program
    )

    assert loop == wrk.Loop(Round(count=1, seconds=0.001), taken=1)
    assert Path(f"{program}.file").read_bytes() == b"00000005GET /00000006POST /"
    assert Path(f"{program}.told").read_text() == "http://127.0.0.1:1/ good again\n"


def test_a_client_that_does_not_end_well_is_a_failure_of_the_environment(tmp_path: Path) -> None:
    program = _program(tmp_path, "exit 3")

    with pytest.raises(EnvironmentFailure, match="did not end well"):
        wrk.closed_loop("127.0.0.1:1", [b"x"], b"", **ROUND, again=False, program=program)


def test_what_is_started_on_a_core_is_on_one_core_and_we_are_not() -> None:
    with on_core(FIRST):
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == ALL_CORES


def _program(folder: Path, line: str) -> str:
    program = folder / "program"
    program.write_text(f"#!/bin/sh\n{line}\n")
    program.chmod(0o755)
    return str(program)
