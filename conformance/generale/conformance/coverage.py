"""Coverage: which check looks at which requirement, and which seeded defects prove that it bites."""

from collections.abc import Iterator

from generale.conformance.checks import CHECKS
from generale.conformance.checks.detection import DETECTION
from generale.conformance.register import register, set_dates
from generale.results.requirement import Requirement

_HEAD = """# Coverage

Made from the register, the checks and the table of detection; not written by hand. A seeded defect is the
reference vendor wrong in one named way: its check must give it away with the code in brackets.
"""


def render_coverage() -> str:
    """The coverage of every requirement set as Markdown: requirement, checks, defects with their codes."""
    tables = (line for set_date in set_dates() for line in _table(set_date))
    return "\n".join([_HEAD, *tables, *_own_checks()]) + "\n"


def _table(set_date: str) -> Iterator[str]:
    yield f"## Set {set_date}\n"
    yield "| requirement | verb | checks | evidence | defects (code) |"
    yield "|---|---|---|---|---|"
    for row in register(set_date):
        yield f"| {row.id} | {row.verb.value} | {_checks(row)} | {_evidence(row)} | {_defects(row)} |"
    yield ""


def _checks(row: Requirement) -> str:
    mine = [one.id for one in CHECKS if one.id in row.checks]
    return ", ".join(mine) or f"none: {row.excuse}"


def _evidence(row: Requirement) -> str:
    return ", ".join(dict.fromkeys(one.evidence.value for one in CHECKS if one.id in row.checks))


def _defects(row: Requirement) -> str:
    found = [f"{name} ({code})" for name, (check, code) in DETECTION.items() if check in row.checks]
    return ", ".join(found) or "none"


def _own_checks() -> Iterator[str]:
    yield "## The rehearsal itself\n"
    yield "| check | codes |"
    yield "|---|---|"
    for one in CHECKS:
        if not one.disproves:
            yield f"| {one.id} | {', '.join(one.codes)} |"
