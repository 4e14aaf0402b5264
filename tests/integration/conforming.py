"""What holds of a rehearsal of all scenarios in which the product did everything right."""

from collections.abc import Collection

from generale.results.bundle import Bundle
from generale.results.verdicts import ExitCode, Verdict

UNSIGNED, PLAIN = ("RQ-SEC-02", "RQ-SEC-05"), "RQ-SEC-03"
"""What is not applicable where nothing is signed, and where nothing is sent over TLS."""


def require_conforming(
    bundle: Bundle, *, not_applicable: Collection[str] = (*UNSIGNED, PLAIN), warned: Collection[str] = ()
) -> None:
    """Everything passes but these: what could not be tried as it was played, and what is only a warning."""
    verdicts = bundle.document("verdicts.json")
    others = {
        row["requirement"]: row["verdict"]
        for row in verdicts["requirements"]
        if row["verdict"] != Verdict.PASS.value
    }
    expected = dict.fromkeys(not_applicable, Verdict.NOT_APPLICABLE.value)
    assert others == expected | dict.fromkeys(warned, Verdict.WARN.value), others
    assert verdicts["exit_code"] == ExitCode.CONFORMING.value
