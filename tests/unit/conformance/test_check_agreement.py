"""Checks on residence agreements that end: told with their last day and reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from generale.driver.stimuli import EndAgreement
from generale.protocol.messages import AgreementEndReason, EndOfAgreement

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

LAST = date(2019, 4, 17)


def tell(script: "Script") -> None:
    script.tell(
        EndAgreement(
            facility=script.home.hco,
            insz=script.anna.insz,
            last_day=LAST,
            reason=AgreementEndReason.FACILITY,
        )
    )


def send(script: "Script", **other: Any) -> None:
    message = EndOfAgreement(
        facility=script.home.hco,
        insz=script.anna.insz,
        last_day=LAST,
        reason=AgreementEndReason.FACILITY,
    )
    with script.sync():
        script.post("G1", replace(message, **other))
    script.fetch(script.decide("G1"))


def ended(script: "Script", **other: Any) -> None:
    script.accepted()
    tell(script)
    send(script, **other)


def forgotten(script: "Script") -> None:
    script.accepted()
    tell(script)
    with script.sync():
        pass


def unasked(script: "Script") -> None:
    script.accepted()
    send(script)


KEEPS: dict[str, "Play"] = {"CK-AGR-01": ended}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-AGR-01", "agreement-end-not-told"): unasked,
    ("CK-AGR-01", "agreement-day-wrong"): lambda s: ended(s, last_day=date(2019, 4, 16)),
    ("CK-AGR-01", "agreement-reason-wrong"): lambda s: ended(s, reason=AgreementEndReason.RESIDENT),
    ("CK-AGR-01", "agreement-end-not-sent"): forgotten,
}
