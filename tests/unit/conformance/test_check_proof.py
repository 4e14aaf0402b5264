"""The check of requests where signatures are asked for: each is let in by what it proves of its sender."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from generale.protocol.genericasync import (
    Fault,
    Get,
    GetResponse,
    SoaCode,
    request_envelope,
    soa_fault,
    write_envelope,
)

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

NOTHING = GetResponse(msg_count=0, tack_count=0)
STRANGER, ANOTHER = soa_fault(SoaCode.NOT_AUTHENTICATED, "no"), soa_fault(SoaCode.NO_ACCESS, "no")


def asked_for(script: "Script") -> None:
    """Signatures are asked for: the set-up names a token service."""
    script.events[0].data["set_up"]["services"]["sts"] = "http://platform/sts"


def ask(script: "Script", answer: Fault | GetResponse, *, signed: bool = True, unique: str = "1") -> None:
    """A question for the mailbox; what is refused proves nothing of who sent it."""
    raw = write_envelope(
        request_envelope(Get(origin=script.origin(script.home.nihii)), message_id=f"urn:uuid:{unique}")
    )
    if signed:
        raw += b"<!-- SignatureValue -->"
    script.more = {"unproved": "yes"} if isinstance(answer, Fault) else {}
    ids = {"operation": "get", "service": "admissions", "facility": script.home.nihii}
    with script.sync():
        script.exchange(ids, raw, answer, 500 if isinstance(answer, Fault) else 200)


def played(script: "Script", answer: Fault | GetResponse, *, signed: bool = True) -> None:
    asked_for(script)
    ask(script, answer, signed=signed)


KEEPS: dict[str, "Play"] = {"CK-SEC-07": lambda s: played(s, NOTHING)}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-SEC-07", "request-not-proved"): lambda s: played(s, STRANGER, signed=False),
    ("CK-SEC-07", "request-proved-by-another"): lambda s: played(s, ANOTHER),
}


@pytest.mark.parametrize("answer", [NOTHING, STRANGER])
def test_where_no_signatures_are_asked_for_nothing_is_said(
    script: "Script", answer: Fault | GetResponse
) -> None:
    ask(script, answer)

    assert script.ask("CK-SEC-07") == ([], [])


def test_what_is_let_in_without_a_signature_proves_nothing_either(script: "Script") -> None:
    played(script, NOTHING, signed=False)

    assert script.ask("CK-SEC-07") == ([], [])


def test_the_same_bytes_once_more_are_nobodys_fault(script: "Script") -> None:
    asked_for(script)
    ask(script, NOTHING)
    ask(script, STRANGER)
    ask(script, NOTHING, unique="2")

    occasions, findings = script.ask("CK-SEC-07")

    assert (len(occasions), findings) == (2, [])
