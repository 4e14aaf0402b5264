"""The check of the line: to whom a product talks under TLS, and that silence alone proves nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from generale.protocol.genericasync import Get, GetResponse
from generale.results.events import EventType

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

KINDS = ("expired", "other-name", "other-authority", "self-signed")


def shown(script: "Script", *, called: tuple[str, ...] = KINDS, told: tuple[str, ...] = ()) -> None:
    """Every certificate is shown once; at which the product calls, and over which lines it asks something."""
    for kind in KINDS:
        script.note(EventType.BEHAVIOUR, data={"kind": f"certificate-{kind}"})
        with script.sync():
            if kind in called:
                script.note(EventType.CALLED, data={"server_certificate": kind})
            if kind in told:
                ask(script, kind)
        script.note(EventType.BEHAVIOUR, data={"kind": f"certificate-{kind}", "off": True})
    with script.sync():
        ask(script)


def ask(script: "Script", certificate: str = "") -> None:
    script.line = {"server_certificate": certificate} if certificate else {}
    script.exchange(
        {"operation": "get", "service": "admissions", "facility": script.home.nihii},
        Get(origin=script.origin(script.home.nihii)),
        GetResponse(messages=(), tacks=(), msg_count=0, tack_count=0),
    )


KEEPS: dict[str, "Play"] = {"CK-SEC-03": shown}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-SEC-03", "untrusted-server-told"): lambda s: shown(s, told=("other-name",)),
}


def test_who_never_called_at_one_of_them_is_not_verified(script: "Script") -> None:
    shown(script, called=KINDS[:-1])

    assert script.ask("CK-SEC-03") == ([], [])


def test_a_line_that_the_scenario_did_not_ask_for_is_nobodys_fault(script: "Script") -> None:
    with script.sync():
        ask(script, "expired")

    assert script.ask("CK-SEC-03") == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_each_certificate_is_found_by_itself(kind: str, script: "Script") -> None:
    shown(script, told=(kind,))

    _, findings = script.ask("CK-SEC-03")

    assert [finding.received for finding in findings] == [
        f"a request (get) though the certificate is: {kind}"
    ]


def test_a_poll_is_no_chance_while_a_wrong_certificate_is_shown(script: "Script") -> None:
    shown(script)

    history = script.history()

    assert [history.undisturbed(sync) for sync in history.syncs] == [False] * 4 + [True]
