"""A good product that sends an admission only when it knows the fund passes every scenario."""

import pytest
from tests.integration.conforming import require_conforming

from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.protocol.clock import brussels
from generale.protocol.messages import Admission, Correction, Message
from generale.refvendor.dispatch import Dispatch


def _waits_for_its_fund(dispatch: Dispatch, message: Message) -> bool:
    """Whether the question that goes before a message has no answer yet."""
    if not isinstance(message, Admission | Correction) or message.start is None:
        return False
    asked = dispatch._inquiries._asked.get((message.facility, message.insz, brussels(message.start).date()))
    return asked is not None and asked.answer is None


def _send_what_is_known(dispatch: Dispatch) -> None:
    """Send what is ready; what waits for the name of a fund holds back what follows about its resident."""
    held = set()
    for notice in dispatch._sequence.ready():
        about = (notice.facility, notice.stay.entered_as)
        if about in held:
            continue
        message = dispatch._writer.message(notice)
        if inquiry := dispatch._inquiries.before(message):
            inquiry.letter = dispatch._outbox.put(dispatch._question(notice, inquiry.question))
        if _waits_for_its_fund(dispatch, message):
            held.add(about)
            continue
        notice.letter = dispatch._outbox.put(dispatch._letter(notice, message))
        dispatch._notices[notice.letter] = notice
    dispatch._outbox.send()


def test_who_asks_for_the_fund_and_waits_passes_every_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dispatch, "_send", _send_what_is_known)

    require_conforming(rehearse(Plan(seed=3)))
