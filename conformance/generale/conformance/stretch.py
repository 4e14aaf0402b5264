"""Stretches of a transcript in which a behaviour of the line was switched on."""

import sys
from collections.abc import Iterable, Sequence

from generale.results.events import Event

WRONG_CERTIFICATE = "certificate-"
"""What the name of a behaviour begins with by which the server shows a certificate that must be refused."""


def distrusted(behaviours: Iterable[Event]) -> Sequence[tuple[int, int]]:
    """From where until where the server showed a certificate that must be refused."""
    stretches: list[tuple[int, int]] = []
    begun: dict[str, int] = {}
    for event in behaviours:
        kind = str(event.data.get("kind", ""))
        if event.data.get("off") and kind in begun:
            stretches.append((begun.pop(kind), event.seq))
        elif kind.startswith(WRONG_CERTIFICATE):
            begun.setdefault(kind, event.seq)
    return (*stretches, *((seq, sys.maxsize) for seq in begun.values()))
