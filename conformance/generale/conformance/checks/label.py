"""Checks of the chapter transport that are about labels: what the outside of a message says of its inside."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.place import header_spot
from generale.conformance.history import History
from generale.conformance.membership import memberships
from generale.conformance.sent import Sent
from generale.protocol.errors import PeerError
from generale.protocol.flatfile import File
from generale.protocol.genericasync import CARE_HOME, EnvelopeError
from generale.protocol.genericasync.vocabulary import PLATFORM_IO
from generale.protocol.label import (
    Contradiction,
    Label,
    contradictions,
    day_concerned,
    fund_named,
    fund_of_file,
)
from generale.results.verdicts import EvidenceKind

_CODES: Mapping[Label, str] = MappingProxyType(
    {Label.CONTENT_TYPE: "content-type-wrong", Label.TEST: "test-mark-wrong"}
)


@check(
    "CK-TRA-15",
    disproves=("RQ-TRA-15",),
    evidence=EvidenceKind.WIRE,
    codes=("quality-wrong", "content-type-wrong", "test-mark-wrong"),
)
def labelled_as_it_is(history: History) -> Iterator[Outcome]:
    """Kind of provider, kind of content, and the mark of a test agree with who sends and what is sent."""
    for sent in history.messages:
        found = [(_CODES[one.label], one) for one in labels(history, sent) if one.label in _CODES]
        quality = sent.post.origin.quality
        if quality not in ("", CARE_HOME):
            path = "CommonInput/Origin/CareProvider/Nihii/Quality"
            yield _wrong(history, "quality-wrong", sent, path, CARE_HOME, quality)
        for code, one in found:
            yield _wrong(history, code, sent, one.label.value, one.expected, one.received)
        if not found and quality in ("", CARE_HOME) and _is_read(sent):
            yield Occasion(sent.seq)


@check(
    "CK-TRA-16",
    disproves=("RQ-TRA-11",),
    evidence=EvidenceKind.WIRE,
    codes=("destination-of-another-member",),
)
def addressed_to_the_fund_of_the_resident(history: History) -> Iterator[Outcome]:
    """A message about a resident that is addressed to a fund is addressed to the fund of that resident."""
    for sent in history.sent:
        if isinstance(sent.file, File):
            continue
        one = next((one for one in labels(history, sent) if one.label is Label.DESTINATION), None)
        if one is not None:
            yield wrong(
                history,
                "destination-of-another-member",
                header_spot(sent, "To"),
                expected=one.expected,
                received=one.received,
                cause="destination of messages",
            )
        elif fund_named(_to(sent)) not in ("", PLATFORM_IO) and fund_concerned(history, sent) is not None:
            yield Occasion(sent.seq)


def labels(history: History, sent: Sent) -> Iterator[Contradiction]:
    """The labels of a message that contradict its content, as far as that can be read."""
    if isinstance(sent.file, File):
        yield from contradictions(sent.post, _to(sent), sent.file, fund_of_file(sent.file))
    elif _is_read(sent):
        yield from contradictions(sent.post, _to(sent), None, fund_concerned(history, sent))


def is_mislabelled(history: History, sent: Sent) -> bool:
    """Whether a label contradicts the content, or names a fund of which the cast says nothing."""
    is_unknown = sent.file is None and fund_concerned(history, sent) is None
    return bool(is_unknown and fund_named(_to(sent))) or any(True for _ in labels(history, sent))


def fund_concerned(history: History, sent: Sent) -> str | None:
    """The fund of the resident whom a message is about, on its day; None where the cast does not say."""
    message = sent.question or sent.message
    day = None if isinstance(message, PeerError) else day_concerned(message)
    insz = getattr(message, "insz", None)
    if day is None or insz is None:
        return None
    funds = memberships(history, insz, sent.seq) or ()
    return next(
        (fund for fund, since, until in funds if since <= day and (until is None or day <= until)), None
    )


def _to(sent: Sent) -> str:
    envelope = sent.exchange.envelope
    return "" if isinstance(envelope, EnvelopeError) else (envelope.addressing.to or "")


def _is_read(sent: Sent) -> bool:
    """Whether the content is one that can be told; what cannot be read is another check's matter."""
    is_message = sent.question is not None or (
        sent.message is not None and not isinstance(sent.message, PeerError)
    )
    return not sent.post.blob.is_sealed and (is_message or isinstance(sent.file, File))


def _wrong(history: History, code: str, sent: Sent, path: str, expected: str, received: str) -> Outcome:
    spot = Spot(event=sent.seq, evidence=sent.exchange.request.evidence, path=path)
    return wrong(history, code, spot, expected=expected, received=received, cause="labels of messages")
