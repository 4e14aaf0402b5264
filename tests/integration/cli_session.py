"""The command line in this process: what it printed and with which code it left."""

from dataclasses import dataclass

import pytest

from generale.cli.main import main


@dataclass(frozen=True, slots=True)
class Left:
    """How a command ended."""

    code: int
    out: str
    err: str


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> Left:
    """Run one command to its end."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    printed = capsys.readouterr()
    return Left(int(left.value.code or 0), printed.out, printed.err)
