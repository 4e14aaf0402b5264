"""Checks of the chapter security that are about the line: whom a product talks to."""

from collections.abc import Iterator

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.history import History
from generale.conformance.stretch import WRONG_CERTIFICATE
from generale.results.events import EventType
from generale.results.verdicts import EvidenceKind


@check("CK-SEC-03", disproves=("RQ-SEC-03",), evidence=EvidenceKind.WIRE, codes=("untrusted-server-told",))
def nothing_told_to_a_server_that_proves_nothing(history: History) -> Iterator[Outcome]:
    """Where the server shows a certificate that must be refused, no request comes over that connection.

    Silence alone proves nothing: the product must have called each time, and hung up.
    """
    shown = {
        str(one.data["kind"]).removeprefix(WRONG_CERTIFICATE): one.seq
        for one in reversed(history.of_type(EventType.BEHAVIOUR))
        if str(one.data.get("kind", "")).startswith(WRONG_CERTIFICATE) and not one.data.get("off")
    }
    called = {
        str(one.data["server_certificate"]): one.seq for one in reversed(history.of_type(EventType.CALLED))
    }
    told = {
        one.server_certificate: one
        for one in (*reversed(history.token_exchanges), *reversed(history.exchanges))
        if one.seq > shown.get(one.server_certificate, one.seq)
    }
    for certificate, seq in called.items():
        if exchange := told.get(certificate):
            yield wrong(
                history,
                "untrusted-server-told",
                Spot(event=exchange.seq, evidence=exchange.request.evidence),
                expected="no request over this connection",
                received=f"a request ({exchange.operation}) though the certificate is: {certificate}",
                cause="server certificate",
            )
        elif shown.keys() <= called.keys():
            yield Occasion(seq)
