"""Which core a process has: server and client do not take each other's."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

FIRST, LAST = 0, -1


@contextmanager
def on_core(place: int) -> Iterator[None]:
    """What is started meanwhile runs on the first or the last core of ours, where the system can say so."""
    if sys.platform != "linux":
        yield
        return
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(ours)[place]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, ours)
