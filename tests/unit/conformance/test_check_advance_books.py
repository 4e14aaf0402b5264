"""The books of advances: what a care fund tells wrongly of them is found, and is no fault of the vendor."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

from generale.protocol import flatfile as flat
from generale.results.events import EventType
from generale.results.verdicts import Blame

if TYPE_CHECKING:
    from tests.unit.conformance.conftest import Script

    Play = Callable[[Script], None]

APRIL = 1843_94
"""What Anna's April costs, in cents."""


def euro(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def note(
    script: "Script", kind: EventType, amount: int, about: Mapping[str, str] | None = None, **data: object
) -> None:
    """A fund, 810 unless said otherwise, tells of an amount in cents."""
    ids = {"fund": "810", "facility": script.home.nihii, **(about or {})}
    script.note(kind, ids, {"amount": euro(amount), **data})


def advanced(
    script: "Script", amount: int, month: str = "2019-04", fund: str = "810", **data: object
) -> None:
    note(script, EventType.ADVANCED, amount, {"fund": fund}, month=month, **data)


def settled(script: "Script", set_off: int = 0, paid: int | None = None, *, fund: str = "810") -> None:
    """Anna's April is billed and accepted; so much of it is set off, and the rest is paid."""
    script.accepted()
    script.billed()
    file = flat.decode(flat.write_invoice(script.files["F1"]))
    reference = "+++810/0000/00146+++"
    script.reply(
        "920900",
        "F1",
        flat.write_settlement(flat.settle(file, {}, fund_reference="1", payment_reference=reference), file),
    )
    if set_off:
        note(script, EventType.SET_OFF, set_off, {"about": "F1", "fund": fund})
    rest = APRIL - set_off if paid is None else paid
    if rest > 0:
        script.pay("F1", euro(rest), reference)


def claimed(script: "Script", amount: int, notice: str = "N1", **data: object) -> None:
    months = {"first_month": "2019-04", "last_month": "2019-05"}
    note(script, EventType.CLAIMED, amount, {"notice": notice}, **{**months, **data})


def reminded(script: "Script", still_open: int, notice: str = "N1") -> None:
    ids = {"fund": "810", "facility": script.home.nihii, "notice": notice}
    script.note(EventType.REMINDED, ids, {"by": "reminder", "open": euro(still_open)})


def repaid(script: "Script", amount: int, still_open: int, notice: str = "N1", **data: object) -> None:
    note(script, EventType.REPAID, amount, {"notice": notice}, open=euro(still_open), **data)


def refunded(script: "Script", amount: int, **data: object) -> None:
    note(script, EventType.REFUNDED, amount, {"notice": "N1"}, **data)


def claimed_of_2000(script: "Script") -> None:
    """Two months of 1,000 euro each are advanced, April is set off, and the rest is claimed."""
    advanced(script, 1000_00, balance="1000.00")
    advanced(script, 1000_00, "2019-05", balance="2000.00")
    settled(script, APRIL)
    claimed(script, 156_06, balance="156.06")


def and_then(script: "Script", before: "Play", *deeds: "Play") -> None:
    for play in (before, *deeds):
        play(script)


def late(script: "Script") -> None:
    """The file was judged before the advance was paid, and its statement comes after it."""
    script.accepted()
    script.billed()
    advanced(script, 1000_00, balance="-843.94")
    script.settle("F1")


AGREE: list["Play"] = [
    lambda s: and_then(s, lambda s: advanced(s, 1000_00, balance="1000.00"), lambda s: settled(s, 1000_00)),
    lambda s: and_then(s, claimed_of_2000, lambda s: repaid(s, 156_06, 0, balance="0.00")),
    lambda s: and_then(
        s,
        claimed_of_2000,
        lambda s: repaid(s, 56_06, 100_00),
        lambda s: reminded(s, 100_00),
        lambda s: repaid(s, 150_00, 0, balance="-50.00"),
        lambda s: refunded(s, 50_00, balance="0.00"),
    ),
    lambda s: and_then(  # what was claimed is set off too
        s,
        lambda s: advanced(s, 2000_00),
        lambda s: claimed(s, 2000_00),
        lambda s: settled(s, APRIL),
        lambda s: repaid(s, 156_06, 0, balance="0.00"),
    ),
    lambda s: and_then(  # funds have accounts of their own
        s, lambda s: advanced(s, 500_00, fund="820", balance="500.00"), settled
    ),
    late,
]


@pytest.mark.parametrize("play", AGREE)
def test_advances_that_are_set_off_claimed_and_repaid_agree(play: "Play", script: "Script") -> None:
    play(script)

    occasions, findings = script.ask("CK-SIM-11")

    assert findings == []
    assert occasions


BROKEN: list[tuple[str, "Play"]] = [
    ("known-file", lambda s: and_then(s, settled, lambda s: note(s, EventType.SET_OFF, 1, {"about": "F9"}))),
    (
        "paid-as-accepted",
        lambda s: and_then(s, lambda s: advanced(s, 1000_00), lambda s: settled(s, 0, 843_94)),
    ),
    (
        "paid-as-accepted",
        lambda s: and_then(s, lambda s: advanced(s, 1000_00), lambda s: settled(s, 1000_00, APRIL)),
    ),
    (
        "advanced-once",
        lambda s: and_then(s, lambda s: advanced(s, 10_00), lambda s: advanced(s, 10_00), settled),
    ),
    ("set-off-of-its-own", lambda s: settled(s, 1000_00)),
    (
        "set-off-of-its-own",
        lambda s: and_then(s, lambda s: advanced(s, 1000_00), lambda s: settled(s, 1000_01)),
    ),
    (  # what another fund advanced is not this fund's to deduct
        "set-off-of-its-own",
        lambda s: and_then(s, lambda s: advanced(s, 1000_00, fund="820"), lambda s: settled(s, 1000_00)),
    ),
    (  # nor what was advanced for another year
        "set-off-of-its-own",
        lambda s: and_then(s, lambda s: advanced(s, 1000_00, "2018-12"), lambda s: settled(s, 1000_00)),
    ),
    ("set-off-first", lambda s: and_then(s, lambda s: advanced(s, 1000_00), settled)),
    ("set-off-first", lambda s: and_then(s, lambda s: advanced(s, 1000_00), lambda s: settled(s, 999_99))),
    (
        "claimed-as-left",
        lambda s: and_then(s, lambda s: advanced(s, 10_00), settled, lambda s: claimed(s, 9_99)),
    ),
    ("repaid-as-claimed", lambda s: and_then(s, claimed_of_2000, lambda s: repaid(s, 100_00, 56_05))),
    ("repaid-as-claimed", lambda s: and_then(s, claimed_of_2000, lambda s: repaid(s, 100_00, 0, "N2"))),
    ("repaid-as-claimed", lambda s: and_then(s, claimed_of_2000, lambda s: reminded(s, 156_05))),
    ("repaid-as-claimed", lambda s: and_then(s, claimed_of_2000, lambda s: reminded(s, 156_06, "N2"))),
    ("repaid-as-claimed", lambda s: and_then(s, claimed_of_2000, lambda s: refunded(s, 1_00))),
    ("balance-agrees", lambda s: and_then(s, lambda s: advanced(s, 10_00, balance="9.99"), settled)),
    (  # a balance that nets what two funds advanced
        "balance-agrees",
        lambda s: and_then(
            s,
            lambda s: advanced(s, 10_00, fund="820"),
            lambda s: advanced(s, 10_00, balance="20.00"),
            settled,
        ),
    ),
    ("zero-at-the-end", lambda s: and_then(s, claimed_of_2000, lambda s: repaid(s, 100_00, 0))),
]


KEEPS: dict[str, "Play"] = {}

BREAKS: dict[tuple[str, str], "Play"] = {
    ("CK-SIM-11", code): play for code, play in BROKEN if code not in ("known-file", "paid-as-accepted")
}


@pytest.mark.parametrize(("code", "play"), BROKEN)
def test_a_broken_ledger_is_the_rehearsals_own_fault(code: str, play: "Play", script: "Script") -> None:
    play(script)

    findings = script.ask("CK-SIM-11")[1]

    assert code in {finding.code for finding in findings}
    assert {finding.blame for finding in findings} == {Blame.SIMULATOR}


def test_what_is_still_open_at_the_end_is_no_breach(script: "Script") -> None:
    claimed_of_2000(script)
    repaid(script, 100_00, 56_06, balance="56.06")

    assert script.ask("CK-SIM-11")[1] == []
