"""The check of the simulated token service: a query gets one assertion, or a fault that says why not."""

from collections.abc import Iterator

from generale.conformance.checks.check import Occasion, Outcome, Spot, check
from generale.conformance.checks.simulator import ours
from generale.conformance.exchange import Exchange
from generale.conformance.history import History
from generale.protocol.errors import PeerError
from generale.protocol.genericasync import Fault, inline
from generale.results.verdicts import EvidenceKind


@check("CK-SIM-10", disproves=(), evidence=EvidenceKind.WIRE, codes=("query-without-answer",))
def queries_are_answered(history: History) -> Iterator[Outcome]:
    """Each query for an assertion is answered by the one that it asked for, or by a fault."""
    for exchange in history.token_exchanges:
        problem = _problem(exchange)
        if problem:
            spot = Spot(event=exchange.seq, evidence=exchange.request.evidence)
            yield ours(history, "query-without-answer", spot, "an assertion, or a fault", problem)
        else:
            yield Occasion(exchange.seq)


def _problem(exchange: Exchange) -> str:
    if exchange.response is None or not exchange.response.evidence:
        return "nothing"
    if exchange.status != 200:
        return "" if isinstance(exchange.answered, Fault) else f"status {exchange.status} without a fault"
    # Signatures are looked at only where there were any: their library is not loaded for other runs.
    from generale.protocol.security import read_token_request, read_token_response

    answer = exchange.evidence(exchange.response.evidence)
    try:
        read_token_response(answer)
        query = inline(exchange.evidence(exchange.request.evidence), exchange.content_type)
        asked = read_token_request(query).id
    except PeerError as error:
        return str(error)
    return "" if f'InResponseTo="{asked}"'.encode() in answer else "an answer to another query"
