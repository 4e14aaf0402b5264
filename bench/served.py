"""A server in a child process, as its parent sees it: an address, and the CPU that it has used."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cores import FIRST, on_core

from generale.protocol.errors import EnvironmentFailure

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Served:
    """A child that serves at ``host`` and ``port``."""

    child: subprocess.Popen[str]
    host: str
    port: int

    @property
    def address(self) -> str:
        """Host and port as they stand in a request."""
        return f"{self.host}:{self.port}"

    def cpu(self) -> float:
        """Seconds of CPU, user and system, that the child has used so far."""
        assert self.child.stdin is not None
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        return float(_said(self.child))


@contextmanager
def served(*arguments: str) -> Iterator[Served]:
    """A server of ``bench.child`` on the first core; it has ended when the block has."""
    command = [sys.executable, "-m", "bench.child", *arguments]
    with on_core(FIRST):
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT)
    with child:
        try:
            host, _, port = _said(child).rpartition(":")
            yield Served(child, host, int(port))
        finally:
            child.kill()


def _said(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    line = child.stdout.readline().strip()
    if not line:
        raise EnvironmentFailure("a server of the bench ended by itself")
    return line
