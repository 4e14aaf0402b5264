"""A simulator in a process of its own: says its address on stdout, serves, and ends on SIGTERM.

Arguments: the file of the store, the kind of clock (``virtual`` or ``wall``), and the token of the control
API. On the wall clock platform and funds decide at once. It ends by itself after ``SECONDS``.
"""

import signal
import sys
from dataclasses import replace
from pathlib import Path

from generale.protocol.profile import standard_profile
from generale.simulator.control import control_app
from generale.simulator.server import Server
from generale.simulator.simulator import Simulator
from generale.simulator.sqlite_journal import SqliteJournal
from generale.simulator.system_clock import SystemClock

SECONDS = 60
"""The longest life of such a process."""


def main(store: str, clock: str, token: str) -> None:
    """Serve until the end."""
    signal.alarm(SECONDS)
    profile, wall = standard_profile(), None
    if clock == "wall":
        profile, wall = replace(profile, decision_seconds=0, settlement_seconds=0), SystemClock()
    simulator = Simulator(profile, journal=SqliteJournal(Path(store)), wall=wall)
    Server(simulator, control_app(simulator, token=token)).run_forever(say)


def say(address: str) -> None:
    """Tell the parent where to find this simulator."""
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
