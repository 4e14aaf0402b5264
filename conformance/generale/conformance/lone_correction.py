"""What a correction that stands alone states anew, as the message that it makes of the one it corrects.

Which message that is only its sender knows, and what it does not state again stays as it was; but what it
states is held against the same controls that the first message had to keep.
"""

from collections.abc import Iterator
from datetime import date, datetime

from generale.conformance.lone_facts import LoneFacts
from generale.protocol.ids import Sex
from generale.protocol.messages import Admission, Correction, EndOfStay, EndReason, StayType
from generale.rules.engine import RuleSet
from generale.rules.findings import Finding

_NEEDS = {
    "HX-ADM-05": ("birth_date",),
    "HX-ADM-06": ("sex",),
    "HX-ADM-07": ("start",),
    "HX-ADM-08": ("birth_date", "start"),
    "HX-END-05": ("end",),
}
"""The controls of the first message that what is stated anew can break, and what must be stated for it."""


def restated_findings(correction: Correction, facts: LoneFacts, rules: RuleSet) -> Iterator[Finding]:
    """What a correction breaks of the controls of an admission, or of an end of stay."""
    findings = rules.judge(_admission(correction, facts), facts)
    if correction.end is not None:
        findings += rules.judge(_end(correction, correction.end), facts)
    for finding in findings:
        needed = _NEEDS.get(finding.control, ())
        if needed and all(getattr(correction, field) is not None for field in needed):
            yield finding


def _admission(correction: Correction, facts: LoneFacts) -> Admission:
    """An admission that says what the correction does; by what is left out nothing is judged."""
    return Admission(
        facility=correction.facility,
        insz=correction.insz,
        family_name=correction.family_name or "",
        given_name=correction.given_name or "",
        birth_date=correction.birth_date or date.min,
        sex=correction.sex or Sex.WOMAN,
        stay_type=correction.stay_type or StayType.ROB,
        start=correction.start or facts.received,
    )


def _end(correction: Correction, end: datetime) -> EndOfStay:
    return EndOfStay(
        facility=correction.facility,
        insz=correction.insz,
        end=end,
        reason=correction.reason or EndReason.DEPARTURE,
    )
