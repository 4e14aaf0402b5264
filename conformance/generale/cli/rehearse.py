"""``generale rehearse``: the first rehearsal, with the reference vendor as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generale.cli.certify import run as certify
from generale.cli.output import remark
from generale.protocol.errors import EnvironmentFailure
from generale.reports import Language

START_SECONDS = 30
"""How long the vendor's process may take to say where it listens."""


def run(out: Path, seed: int | None, *, lang: Language) -> int:
    """Start the vendor, certify it over HTTP, and end the process again."""
    with vendor_process() as address:
        remark(f"reference vendor at {address}, simulator in this process; they talk GenericAsync over HTTP")
        options = {"vendor": address} | ({} if seed is None else {"seed": seed})
        return certify(None, options, out, as_json=False, lang=lang)


@contextmanager
def vendor_process(*arguments: str) -> Iterator[str]:
    """The reference vendor in a child process; gives its address, and ends the child at the end."""
    command = [sys.executable, "-m", "generale.cli", "vendor", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603  # our own program
        try:
            assert child.stdout is not None
            line = child.stdout.readline().strip()
            if not line:
                raise EnvironmentFailure("the reference vendor did not start")
            yield line
        finally:
            child.terminate()
            try:
                child.wait(timeout=START_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
