"""A rejection out of the mailbox by itself: on which rung it breaks, and where."""

import pytest
from tests.unit.simulator.open_house import HOME, post_of

from generale.conformance.message_check import MessageCheck, Rung, check_message
from generale.protocol.genericasync import (
    Blob,
    Fault,
    FaultKind,
    Origin,
    Reject,
    RejectSide,
    request_envelope,
    write_envelope,
    write_reject,
)
from generale.protocol.profile import standard_profile
from generale.rules.engine import rule_sets

PROFILE, RULES = standard_profile(), rule_sets()[-1]
INBOUND, OUTBOUND = (
    write_reject(
        Reject(
            side=side,
            message_name="WZC-OPNAME",
            origin=Origin(nihii=HOME.nihii.padded, licence_username="l", licence_password=""),
            input_reference="A1",
            fault=Fault(kind=FaultKind.GENERIC, code="INPUT_ERROR", source="MYCARENET", message="fout"),
        )
    )
    for side in RejectSide
)
POSTED = write_envelope(
    request_envelope(post_of(Blob(content=INBOUND, message_name="WZC-OPNAME")), message_id="m")
)


def check(raw: bytes) -> MessageCheck:
    return check_message(raw, PROFILE, RULES, None)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(INBOUND, "RejectInb"), (OUTBOUND, "RejectOutb"), (POSTED, "RejectInb")],
    ids=["of a message", "of an answer", "in an envelope"],
)
def test_a_right_rejection_holds_on_every_rung(raw: bytes, kind: str) -> None:
    found = check(raw)

    assert (found.kind, found.holds) == (kind, True)


@pytest.mark.parametrize(
    ("old", "new", "rung", "place"),
    [
        (b"fout", b"fo\xfft", Rung.BYTES, "byte "),
        (b"</generic:RejectInb>", b"", Rung.RECORDS, "line "),
        (b"types:FaultCode>", b"types:Code>", Rung.FIELDS, "/generic:RejectInb/generic:Fault"),
        (b">A1<", b"><", Rung.FIELDS, "/generic:RejectInb/generic:CommonInput"),
        (b">A1<", b">A1 <", Rung.FIELDS, "InputReference"),
        (HOME.nihii.padded.encode(), b"99100199000", Rung.CODES, "Origin/CareProvider/Nihii/Value"),
    ],
)
def test_a_wrong_rejection_breaks_one_rung_at_its_place(
    old: bytes, new: bytes, rung: Rung, place: str
) -> None:
    assert old in INBOUND
    found = check(INBOUND.replace(old, new))

    broken = [(one.rung, one.remarks[0].place) for one in found.rungs if one.remarks]
    assert [(one, where.startswith(place)) for one, where in broken] == [(rung, True)], broken
