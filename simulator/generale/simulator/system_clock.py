"""The wall clock: the one place that reads the machine's time, and the one that waits for it."""

import time
from datetime import datetime, timedelta

from generale.protocol.clock import BRUSSELS


class SystemClock:
    """Tells the present of the machine, in Brussels time."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(BRUSSELS)  # noqa: TID251 - everybody else receives this clock as an argument


def pause(length: timedelta) -> None:
    """Wait in real time."""
    time.sleep(length.total_seconds())  # noqa: TID251 - everybody else receives this as an argument
