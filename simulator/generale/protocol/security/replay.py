"""What was seen already: the same message a second time is a replay, and refused.

A timestamp that is signed alone says nothing of the body, so whoever overhears one could put it over
another message. It therefore opens the door for a moment only: a sender who writes whole seconds, and the
same ids in every message, signs the same timestamp for all that it sends within a second. A sender who tries
again makes a new timestamp, as every toolkit does. The memory is bounded and lasts as long as a message is
fresh, not over a restart; what was acknowledged is safe all the same by its reference.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from generale.protocol.clock import utc

MOMENT = timedelta(seconds=2)
"""How long other messages may come under a timestamp that is signed alone: the second of which it is, and
the way that the last of them is on (project-defined).
"""

MOST_MARKS = 250_000
"""Marks that are remembered at once: 300 s at 800 messages a second, some 40 MB (project-defined)."""


class Seen:
    """The marks of messages that were let in, each for ``memory`` after it was seen."""

    def __init__(self, memory: timedelta, most: int = MOST_MARKS) -> None:
        self._memory = memory
        self._most = most
        self._until: OrderedDict[bytes, datetime] = OrderedDict()

    def __len__(self) -> int:
        return len(self._until)

    def is_open(self, mark: bytes, now: datetime) -> bool:
        """Whether others may still come under this mark: it was never seen, or first seen just now."""
        until = self._until.get(mark)
        return until is None or utc(now) - (until - self._memory) <= MOMENT

    def is_new(self, mark: bytes, now: datetime) -> bool:
        """Whether this mark was not seen before; from now on it was."""
        at = utc(now)
        while self._until and next(iter(self._until.values())) <= at:
            self._until.popitem(last=False)
        if mark in self._until:
            return False
        if len(self._until) >= self._most:
            self._until.popitem(last=False)
        self._until[mark] = at + self._memory
        return True
