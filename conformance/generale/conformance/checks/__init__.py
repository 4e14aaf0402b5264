"""The checks: one module per chapter, each check a question to one history. Pure."""

from generale.conformance.checks import (
    admission,
    contract,
    correction,
    decision,
    end_of_stay,
    fault,
    file_shown,
    insurance,
    invoice_amount,
    invoice_content,
    invoice_date,
    invoice_form,
    invoice_head,
    invoice_identity,
    invoice_number,
    label,
    line,
    mailbox,
    poll,
    privacy,
    reason_shown,
    receipt,
    refusal,
    rejection,
    returned_file,
    security,
    settlement,
    simulator,
    simulator_ledger,
    simulator_mailbox,
    simulator_token,
    stay_shown,
    takeover,
    transport,
    untold,
    worklist,
    worklist_file,
)
from generale.conformance.checks.check import Check, Occasion

_MODULES = (
    admission,
    contract,
    correction,
    decision,
    end_of_stay,
    fault,
    file_shown,
    insurance,
    invoice_amount,
    invoice_content,
    invoice_date,
    invoice_form,
    invoice_head,
    invoice_identity,
    invoice_number,
    label,
    line,
    mailbox,
    poll,
    privacy,
    reason_shown,
    receipt,
    refusal,
    rejection,
    returned_file,
    security,
    settlement,
    simulator,
    simulator_ledger,
    simulator_mailbox,
    stay_shown,
    simulator_token,
    takeover,
    transport,
    untold,
    worklist,
    worklist_file,
)

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        {
            one.id: one for module in _MODULES for one in vars(module).values() if isinstance(one, Check)
        }.values(),
        key=lambda one: one.id,
    )
)
"""Every check, in the order of its id."""

__all__ = ["CHECKS", "Check", "Occasion"]
