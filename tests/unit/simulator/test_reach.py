"""What a behaviour can be meant for: whatever could never happen is refused, with what would."""

import pytest
from pydantic import ValidationError
from tests.unit.simulator.open_house import ADA, FIRST_FUND, Vendor, state_of

from generale.protocol.errors import UsageError
from generale.protocol.ids import FundNumber
from generale.protocol.profile import SERVICES, standard_profile
from generale.scenarios.language import Behave
from generale.simulator.behaviour import CERTIFICATES, Behaviour, Kind
from generale.simulator.reach import MESSAGES, REACHES

NEVER = {
    "an operation that there is not": Behaviour(kind=Kind.CUT, operation="put"),
    "a service that there is not": Behaviour(kind=Kind.CUT, service="admission"),
    "a message that there is not": Behaviour(kind=Kind.CUT, message="Opname"),
    "a fund that there is not": Behaviour(kind=Kind.REFUSE_FILE, fund=FundNumber("899")),
    "a warning on a poll": Behaviour(kind=Kind.WARNING_TACK, operation="get"),
    "a failure of a confirmation": Behaviour(kind=Kind.FAILURE_TACK, operation="confirm"),
    "a refusal of a poll": Behaviour(kind=Kind.REFUSE, control="HX-ADM-12", operation="get"),
    "an invoice file that is an admission": Behaviour(
        kind=Kind.NOT_PICKED_UP, service="invoices", message="Admission"
    ),
    "a question that nobody picks up": Behaviour(kind=Kind.NOT_PICKED_UP, service="insurance"),
    "silence after a question": Behaviour(kind=Kind.SILENCE, message="InsuranceQuestion"),
    "an admission among the questions": Behaviour(kind=Kind.CUT, service="insurance", message="Admission"),
    "the message of a poll": Behaviour(kind=Kind.CUT, operation="get", message="Admission"),
    "the resident of a poll": Behaviour(kind=Kind.SHORT_PAGE, operation="get", insz=ADA),
    "the resident of a whole file": Behaviour(kind=Kind.REJECT_INBOUND, service="invoices", insz=ADA),
    "the message of a reply": Behaviour(kind=Kind.ANSWER_TWICE, message="Admission"),
    "the fund of a line": Behaviour(kind=Kind.CUT, fund=FIRST_FUND),
    "an invoice file among the admissions": Behaviour(kind=Kind.REFUSE_FILE, service="admissions"),
}


@pytest.mark.parametrize("case", NEVER)
def test_what_could_never_happen_is_refused_in_one_line_with_a_hint(case: str) -> None:
    vendor = Vendor()
    before = state_of(vendor.rehearsal)

    with pytest.raises(UsageError) as refused:
        vendor.rehearsal.behave(NEVER[case])

    assert refused.value.hint
    assert "\n" not in f"{refused.value}{refused.value.hint}"
    assert state_of(vendor.rehearsal) == before


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "warning-tack", "operation": "get"},
        {"kind": "failure-tack", "operation": "confirm"},
        {"kind": "not-picked-up", "service": "invoices", "message": "Admission"},
        {"kind": "cut", "operation": "get", "resident": "anna"},
        {"kind": "cut", "fund": "810"},
    ],
)
def test_a_scenario_cannot_ask_for_it_either(words: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="never"):
        Behave.model_validate(words)


def test_every_kind_but_the_certificates_says_what_it_can_be_meant_for() -> None:
    assert REACHES.keys() == set(Kind) - CERTIFICATES
    for reach in REACHES.values():
        assert set(reach.of_message) | set(reach.of_resident) <= set(reach.services) <= set(SERVICES)


def test_a_message_is_at_home_where_the_profile_sends_it() -> None:
    bindings = standard_profile().bindings
    homes = {kind.__name__: binding.service for kind, binding in bindings.items()}

    assert MESSAGES.items() <= homes.items()


CONTROLS = {
    **dict.fromkeys((Kind.REFUSE, Kind.PEND, Kind.OUT_OF_ORDER), "HX-ADM-12"),
    **dict.fromkeys((Kind.REFUSE_BILL, Kind.BLOCK_FILE), "HX-INV-15"),
}


@pytest.mark.parametrize("kind", REACHES)
def test_each_kind_can_be_meant_for_all_that_it_knows(kind: Kind) -> None:
    reach = REACHES[kind]
    for service in reach.services:
        rehearsal = Vendor().rehearsal
        known = [one for one, home in MESSAGES.items() if home == service in reach.of_message]
        rehearsal.behave(
            Behaviour(
                kind=kind,
                operation=reach.operations[0],
                service=service,
                message=known[0] if known else "",
                insz=ADA if service in reach.of_resident else None,
                fund=FIRST_FUND if reach.of_fund else None,
                control=CONTROLS.get(kind, ""),
                code="INPUT_ERROR" if kind is Kind.FAULT else "",
            )
        )

        assert len(rehearsal.world.behaviours.active) == 1
