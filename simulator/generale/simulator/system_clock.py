"""The wall clock: the one place that reads the machine's time."""

from datetime import datetime

from generale.protocol.clock import BRUSSELS


class SystemClock:
    """Tells the present of the machine, in Brussels time."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(BRUSSELS)  # noqa: TID251 - everybody else receives this clock as an argument
