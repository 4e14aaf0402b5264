"""The control of order: nothing is judged on top of an earlier message that was refused and stands so."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from generale.protocol.messages import Correction, Outcome
from generale.rules.control import Controls
from generale.rules.facts import Original, SentRecord, StayFacts
from generale.rules.findings import Deviation
from generale.rules.restatement import story_of

control = Controls[Original, StayFacts]()


@control("HX-SEQ-01")
def no_earlier_message_stands_refused(message: Original, facts: StayFacts) -> Iterator[Deviation]:
    """No earlier original about the same person is refused, unless corrected or sent again and accepted.

    Earlier means before the message was sent for the first time, and for a correction before the
    message that it corrects; so what comes later never blocks a repair.
    """
    for record in _before(message, facts):
        if _stands_refused(record, facts):
            yield Deviation(expected=f"first a correction of {record.reference}", received="the next message")
            return


def _before(message: Original, facts: StayFacts) -> Sequence[SentRecord]:
    if not isinstance(message, Correction):
        return list(takewhile(lambda one: one.message != message, facts.earlier(message.insz)))
    story = story_of(message, facts)
    if story is None:
        return ()
    root = story.records[-1].reference
    return list(takewhile(lambda one: one.reference != root, facts.earlier(story.original.insz)))


def _stands_refused(record: SentRecord, facts: StayFacts) -> bool:
    """A refused correction blocks nothing: the facts that it would have changed stand as they stood."""
    if record.outcome is not Outcome.REFUSED or record.corrected or isinstance(record.message, Correction):
        return False
    return not any(
        other.outcome is Outcome.ACCEPTED and other.message == record.message
        for other in facts.earlier(record.message.insz)
    )
