"""``generale rehearse``: the first rehearsal, with the reference vendor as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from generale.cli.certify import run as certify
from generale.cli.output import remark
from generale.protocol.errors import EnvironmentFailure
from generale.reports import Language

START_SECONDS = 30
"""How long the vendor's process may take to say where it listens."""


def run(out: Path, seed: int | None, security: str, *, lang: Language) -> int:
    """Start the vendor, certify it over HTTP, and end the process again.

    With full security both get certificates that were made for this rehearsal, and meet under TLS.
    """
    with TemporaryDirectory(prefix="generale-") as place:
        folder = Path(place) / "pki"
        options: dict[str, Any] = {"security": security} | ({} if seed is None else {"seed": seed})
        arguments = ["--security", security]
        if security == "full":
            from generale.cli.pki import write_for_a_day

            write_for_a_day(folder, 1 if seed is None else seed)
            options |= {"pki": str(folder), "tls": "required"}
            arguments += ["--pki", str(folder)]
        with vendor_process(*arguments) as address:
            line = "HTTP under TLS, everything signed" if security == "full" else "HTTP"
            remark(f"reference vendor at {address}, simulator in this process; GenericAsync over {line}")
            return certify(None, {"vendor": address, **options}, out, as_json=False, lang=lang)


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
