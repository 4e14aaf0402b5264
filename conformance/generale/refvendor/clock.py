"""The business clock of a product whose date the rehearsal sets."""

from datetime import datetime

from generale.protocol.clock import brussels


class SettableClock:
    """Stands where it was last put, in Brussels time."""

    def __init__(self, at: datetime) -> None:
        self._at = brussels(at)

    def now(self) -> datetime:
        """The business time."""
        return self._at

    def put(self, at: datetime) -> None:
        """Take this as the business time."""
        self._at = brussels(at)
