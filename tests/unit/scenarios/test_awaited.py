"""Who is to act while a reply is waited for: who has done everything is not named."""

import pytest
from tests.unit.scenarios.stage_play import ADMIT, events, play, scenario

from generale.protocol.ids import Nihii, Reference
from generale.results.events import Event, EventType
from generale.scenarios.awaited import party_awaited

HOME, OTHER = "99100144", "99100243"

Act = tuple[str, ...]
TOLD: Act = ("told",)


def log(*acts: Act) -> list[Event]:
    """What was told, sent (with its service) and answered (with its kind), in this order."""
    return [event(seq, *act) for seq, act in enumerate(acts, start=1)]


def event(seq: int, name: str, *what: str) -> Event:
    types = {"told": EventType.TOLD, "sent": EventType.ACKNOWLEDGED, "answered": EventType.REPLIED}
    ids = {"operation": "act"}
    if what:
        key, word = ("service", "reference") if name == "sent" else ("kind", "about")
        ids = {key: what[1], word: what[0], "facility": what[2] if len(what) > 2 else HOME}
    return Event(seq=seq, scenario="try/it", type=types[name], at="", sender="x", ids=ids)


@pytest.mark.parametrize(
    ("kind", "acts", "awaited"),
    [
        pytest.param("920900", [TOLD], "vendor", id="nothing was sent"),
        pytest.param("920900", [TOLD, ("sent", "I1", "admissions")], "vendor", id="sent elsewhere"),
        pytest.param("920900", [TOLD, ("sent", "I1", "invoices", OTHER)], "vendor", id="another sends"),
        pytest.param("920900", [TOLD, ("sent", "I1", "invoices")], "platform", id="nothing is answered"),
        pytest.param(
            "920900",
            [TOLD, ("sent", "I1", "invoices"), ("answered", "I1", "931000"), ("answered", "I1", "920098")],
            "platform",
            id="only what goes ahead of a settlement",
        ),
        pytest.param(
            "920900",
            [TOLD, ("sent", "I1", "invoices"), ("answered", "I1", "920999")],
            "vendor",
            id="a file that came back is to be sent again",
        ),
        pytest.param(
            "920900",
            [("sent", "I1", "invoices"), ("answered", "I1", "920900"), TOLD],
            "vendor",
            id="a second file is to come",
        ),
        pytest.param(
            "931000", [("sent", "I1", "invoices"), ("answered", "I1", "931000"), TOLD], "vendor", id="931000"
        ),
        pytest.param(
            "920099",
            [TOLD, ("sent", "I1", "invoices"), ("answered", "I1", "931000"), ("answered", "I1", "920900")],
            "platform",
            id="settled where the fund should have sent it back",
        ),
        pytest.param(
            "920099",
            [("sent", "I1", "invoices"), ("answered", "I1", "920900"), TOLD],
            "vendor",
            id="nothing was sent since the last that was told",
        ),
        pytest.param(
            "reject-inbound",
            [TOLD, ("sent", "A1", "admissions"), ("answered", "A1", "decision")],
            "platform",
            id="decided where it should have been rejected",
        ),
        pytest.param(
            "decision",
            [TOLD, ("sent", "A1", "admissions"), ("answered", "A1", "reject-outbound")],
            "platform",
            id="another answer is to follow",
        ),
        pytest.param(
            "decision",
            [TOLD, ("sent", "A1", "admissions"), ("answered", "A1", "decision")],
            "vendor",
            id="every message is decided",
        ),
        pytest.param(
            "insurance-answer", [TOLD, ("sent", "A1", "admissions")], "vendor", id="no question was asked"
        ),
    ],
)
def test_the_vendor_is_awaited_until_the_platform_has_all_that_brings_the_reply(
    kind: str, acts: list[Act], awaited: str
) -> None:
    assert party_awaited(kind, HOME, log(*acts)).value == awaited


def test_what_was_not_picked_up_is_to_be_sent_again() -> None:
    lost = {(Nihii(HOME), Reference("I1"))}

    for kind in ("920900", "920099"):
        assert party_awaited(kind, HOME, log(TOLD, ("sent", "I1", "invoices")), lost).value == "vendor"


def test_a_vendor_whose_file_is_settled_is_not_awaited_for_its_refusal() -> None:
    accepted = {"wait": {"decision": {"of": "anna", "facility": "home", "outcome": "accepted"}}}
    billed = {"tell": {"bill_month": {"facility": "home", "month": "M"}}}
    settled = {"wait": {"replies": {"kind": "920900", "facility": "home"}}}
    refused = {"wait": {"replies": {"kind": "920099", "facility": "home", "within": "2 hours"}}}

    part = play(scenario(ADMIT, accepted, {"advance": "20 days"}, billed, settled, refused))

    over = [dict(one.data) for one in events(part, EventType.WAIT_ENDED)]
    assert [one["met"] for one in over] == [True, True, False]
    assert over[-1]["awaited"] == "platform"


@pytest.mark.parametrize(("count", "met"), [(1, True), (2, False)])
def test_a_wait_for_posts_ends_when_the_vendor_has_posted_so_often(count: int, met: bool) -> None:
    wait = {"wait": {"posts": {"service": "admissions", "facility": "home", "count": count}}}

    ended = events(play(scenario(ADMIT, wait)), EventType.WAIT_ENDED)

    assert [(one.data["met"], one.data["awaited"]) for one in ended] == [(met, "vendor")]
