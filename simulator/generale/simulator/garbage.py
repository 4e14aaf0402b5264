"""Garbage while a server serves: looked for often and a little at a time, so that no request waits for long.

A log only grows, and to look through all of it again and again stops every request for longer each time. So
what survived one look is set aside, and the next one sees only what came since. Something that is set aside
can become garbage later; now and then, when much has come, everything is looked through once.
"""

import asyncio
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

YOUNG = 7_000
"""How many more containers than before let the interpreter look at what is young; every second time it looks
once more at what the time before left (project-defined). Its own 700 are made by a few dozen messages, which
stay in the log: it would look ten times as often and find nothing.
"""

FIRST_WHOLE = 100
"""After how many of our looks everything is looked through for the first time (project-defined)."""

GROWTH = 4
"""How many times as much must have come before it is again (project-defined)."""

_NEVER = 1_000_000_000


class Garbage:
    """Waits until the interpreter has looked at all that is young, and looks at the rest between requests."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._looks = 0
        self._whole_at = FIRST_WHOLE

    def looked(self, phase: str, info: Mapping[str, int]) -> None:
        """The interpreter has looked at a generation, in whatever thread: ours comes in the loop."""
        if phase == "stop" and info["generation"] == 1:
            self._loop.call_soon_threadsafe(self.look)

    def look(self) -> None:
        """Look at what came since the last time, or at everything where its turn has come."""
        self._looks += 1
        if self._looks == self._whole_at:
            self._whole_at *= GROWTH
            gc.unfreeze()
        gc.collect()
        gc.freeze()


@contextmanager
def looked_at_once(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """The interpreter leaves what is old to us as long as this lasts."""
    garbage, thresholds = Garbage(loop), gc.get_threshold()
    gc.freeze()
    gc.callbacks.append(garbage.looked)
    gc.set_threshold(YOUNG, 0, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(garbage.looked)
        gc.unfreeze()
