"""The check of the simulated care funds: the books that the oracle keeps agree with what they say and pay."""

from collections.abc import Iterator

from generale.conformance.checks.check import Occasion, Outcome, Spot, check
from generale.conformance.checks.simulator import ours
from generale.conformance.history import History
from generale.oracle import Invariant, Oracle
from generale.protocol.flatfile import InvoiceFile
from generale.results.verdicts import EvidenceKind


@check(
    "CK-SIM-11",
    disproves=(),
    evidence=EvidenceKind.WIRE,
    codes=tuple(invariant.value for invariant in Invariant),
)
def books_agree(history: History) -> Iterator[Outcome]:
    """Every accepted day is paid once, inside a stay and at its rate, and statements and payments add up."""
    if not any(isinstance(sent.invoice, InvoiceFile) for sent in history.messages):
        return
    oracle = Oracle(history.profile, history.evidence)
    for event in history.events:
        oracle.feed(event)
    for breach in oracle.breaches:
        spot = Spot(event=breach.seq or history.events[-1].seq)
        expected, received = f"{breach.about}: {breach.expected}", breach.found
        yield ours(history, breach.invariant.value, spot, expected, received)
    for seq in oracle.statements:
        yield Occasion(seq)
