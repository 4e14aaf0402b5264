"""One item per scenario and requirement; the plugin parametrizes them from the plan."""

from generale.conformance.pytest_plugin import Rehearsals


def test_requirement(rehearsals: Rehearsals, scenario: str, requirement: str) -> None:
    """A requirement that a scenario verifies holds in it."""
    rehearsals.expect(scenario, requirement)
