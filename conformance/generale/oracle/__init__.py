"""The ledger oracle: a second pair of eyes on the money, that shares nothing with the care funds.

A fold over the events of a transcript, as they are written or from a stored one. It keeps its own stays and
its own books, and names what in them does not agree (``invariant.py``). Start with ``oracle``.
"""

from generale.oracle.invariant import Breach, Invariant
from generale.oracle.oracle import Oracle

__all__ = ["Breach", "Invariant", "Oracle"]
