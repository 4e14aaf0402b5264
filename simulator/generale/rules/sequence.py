"""The control of order: nothing is judged on top of an earlier message that was refused and stands so."""

from collections.abc import Iterator

from generale.rules.control import Controls
from generale.rules.facts import Amending, OrderFacts, Original
from generale.rules.findings import Deviation
from generale.rules.restatement import story_of

control = Controls[Original, OrderFacts]()


@control("HX-SEQ-01")
def no_earlier_message_stands_refused(message: Original, facts: OrderFacts) -> Iterator[Deviation]:
    """No earlier original about the same person is refused, unless it was repaired: corrected, taken back, or
    accepted when it was sent again.

    Earlier means before the message was sent for the first time, and for a correction or a withdrawal before
    the message that it names; so what comes later never blocks a repair. A refused correction blocks
    nothing, and neither does a refused assessment: what either would have changed stands as it stood.
    """
    since = facts.first_sent(message)
    if isinstance(message, Amending):
        story = story_of(message, facts)
        since = story.records[-1] if story else None
        if since is None:
            return
    refused = facts.refused(since.message.insz if since else message.insz)
    if refused and (since is None or refused.place < since.place):
        yield Deviation(expected=f"first a correction of {refused.reference}", received="the next message")
