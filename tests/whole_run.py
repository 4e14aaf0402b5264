"""A whole run of the reference vendor, played once for all tests of a process that only read it."""

from functools import cache

from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.results.bundle import Bundle


@cache
def whole_run() -> Bundle:
    """The bundle of the plan in which everything is left as it is."""
    return rehearse(Plan())
