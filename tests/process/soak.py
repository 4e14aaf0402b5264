"""``make soak``: the simulator is killed again and again under load; what it acknowledged is found once.

Usage: ``python -m tests.process.soak [--rounds N] [--seed S]``. A round is one life that ends with SIGKILL at
a moment drawn from the seed, or when an invoice file has just been acknowledged. Some lives share a store,
on either kind of clock in turn; then the next store begins. What breaks ends the program with its trace,
below the seed of that store.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.process.test_kill_nine import CLOCKS, service_of, survive

LIVES = 20
"""How many lives one store has at most."""


def main() -> None:
    """Kill so many times, and say for every store what was found."""
    options = argparse.ArgumentParser(prog="make soak")
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--seed", default="1")
    asked = options.parse_args()
    sent = files = acknowledged = confirmed = killed = 0
    for number, begin in enumerate(range(0, asked.rounds, LIVES)):
        lives, clock = min(LIVES, asked.rounds - begin), CLOCKS[number % len(CLOCKS)]
        seed = f"{asked.seed}/{number}"
        _say(f"store {number}: {lives} rounds on a {clock} clock, seed {seed}")
        with TemporaryDirectory() as folder:
            record = survive(Path(folder) / "store.sqlite", clock, lives, seed)
        killed += lives
        sent += len(record.sent)
        files += sum(service_of(blob) == "invoices" for blob in record.sent.values())
        acknowledged += len(record.acknowledged)
        confirmed += len(record.confirmed)
        told = f"{sent} sent ({files} files), {acknowledged} acknowledged, {confirmed} replies confirmed"
        _say(f"  {killed} killed so far; {told}")
    _say(f"{killed} rounds with seed {asked.seed}: every acknowledged message was found exactly once")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
