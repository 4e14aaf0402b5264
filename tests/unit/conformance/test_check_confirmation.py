"""Check of what is confirmed: nothing that was never fetched."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from generale.protocol.genericasync import Get, Query

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]


def confirmed_unread(script: "Script", *, cut: bool = False) -> None:
    """A reply is confirmed that no page held; perhaps the line was cut before."""
    script.accepted()
    name = script.decide("A1", decided=script.now)
    with script.sync():
        if cut:
            box = {"operation": "get", "facility": script.home.nihii, "service": "admissions"}
            query = Query(max=100)
            script.exchange(box, Get(origin=script.origin(script.home.nihii), message_query=query), None)
        script.confirm(name)


KEEPS: dict[str, Any] = {}

BREAKS: dict[tuple[str, str], "Play"] = {("CK-TRA-03", "confirmed-unfetched"): confirmed_unread}


def test_a_reply_that_may_have_come_before_the_line_was_cut_may_be_confirmed(script: "Script") -> None:
    confirmed_unread(script, cut=True)

    assert script.ask("CK-TRA-03")[1] == []
