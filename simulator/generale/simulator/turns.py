"""Whose turn it is in the loop of the server: slow work leaves most of it to quick requests.

An invoice file takes as long as dozens of admissions, to take it in and again to settle it. Whoever sends
files without a pause would have the loop for himself; so behind each piece of slow work the next one rests
for as long as it takes to give others their share.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

REST = 2.0
"""How long slow work rests, in times that its last piece took: a third is its own (project-defined)."""

ALONE = 0.05
"""How long it rests where nobody else has come, so that somebody can: the same, a twentieth."""


class Turns:
    """Pieces of slow work, one by one: who has the ``line`` takes turns, in the order of arrival.

    A piece is never broken off, and rests are short while nobody else comes. ``now`` is in seconds.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.perf_counter,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.line = asyncio.Lock()
        self._now = now
        self._pause = pause
        self._next = 0.0
        self._others = False

    def others_came(self) -> None:
        """A quick request is there: there is somebody to leave the loop to."""
        self._others = True

    async def take(self, piece: Callable[[], T]) -> T:
        """Do a piece of slow work when it has rested from the last one."""
        while (left := self._next - self._now()) > 0:
            await self._pause(left)
        begun = self._now()
        try:
            return piece()
        finally:
            ended = self._now()
            self._next = ended + (REST if self._others else ALONE) * (ended - begun)
            self._others = False
