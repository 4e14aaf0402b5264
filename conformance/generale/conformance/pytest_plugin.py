"""The pytest plugin: the same run as items, one per scenario and requirement.

``-k``, ``-m``, ``-n``, ``--lf``, JUnit and Allure work as with any test. A requirement that could not be
verified fails its item: skipped is never green. Each scenario is played once per process.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from generale.conformance.plan import Plan
    from generale.results.bundle import Bundle
    from generale.scenarios.language import Scenario


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the suite."""
    group = parser.getgroup("generale")
    group.addoption("--generale-plan", default=None, help="Plan to follow (TOML).")
    group.addoption("--generale-vendor", default=None, help="Product to certify; wins over the plan.")
    group.addoption("--generale-defect", default=None, help="Seeded defect of the reference vendor.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make the items of the suite from the plan, each marked ``chapter_<name>`` for ``-m``."""
    if {"rehearsals", "scenario", "requirement"} <= set(metafunc.fixturenames):
        asked = Rehearsals(metafunc.config)
        chapters = asked.chapters
        for chapter in sorted(set(chapters.values())):
            metafunc.config.addinivalue_line("markers", f"chapter_{chapter}: requirements of this chapter")
        pairs = [
            pytest.param(
                scenario.name,
                requirement,
                id=f"{scenario.name}-{requirement}",
                marks=getattr(pytest.mark, f"chapter_{chapters[requirement]}"),
            )
            for scenario in asked.scenarios
            for requirement in scenario.verifies
        ]
        metafunc.parametrize(("scenario", "requirement"), pairs)


@pytest.fixture(scope="session")
def rehearsals(request: pytest.FixtureRequest) -> "Rehearsals":
    """The rehearsals of this session, played when they are first asked for."""
    return Rehearsals(request.config)


class Rehearsals:
    """Plays the scenarios of a plan one by one and remembers what was judged."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._played: dict[str, Bundle] = {}

    @cached_property
    def plan(self) -> "Plan":
        """The plan that the options name; a mistake in it ends the session with one line."""
        from generale.conformance.plan import read_plan
        from generale.protocol.errors import UsageError

        options = {
            name: self._config.getoption(f"--generale-{name}")
            for name in ("vendor", "defect")
            if self._config.getoption(f"--generale-{name}") is not None
        }
        path = self._config.getoption("--generale-plan")
        try:
            return read_plan(Path(path) if path is not None else None, options)
        except UsageError as error:
            raise pytest.UsageError(f"{error} (hint: {error.hint})") from error

    @property
    def scenarios(self) -> "tuple[Scenario, ...]":
        """The scenarios of the plan."""
        from generale.conformance.engine import chosen_entries

        return tuple(one.scenario for one in chosen_entries(self.plan))

    @property
    def chapters(self) -> dict[str, str]:
        """The chapter of each requirement."""
        from generale.conformance.register import register

        return {row.id: row.chapter for row in register(self.plan.requirement_set)}

    def expect(self, scenario: str, requirement: str) -> None:
        """Fail the item where the requirement failed in this scenario, or could not be verified."""
        from generale.results.verdicts import Verdict

        judgement = self._bundle(scenario).judgement
        result = next(row for row in judgement.requirements if row.requirement == requirement)
        if result.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.WAIVED):
            return
        findings = [
            f"{finding.code}: {finding.message} (expected {finding.expected}, received {finding.received}; "
            f"blame: {finding.blame.value}, event {finding.event})"
            for check in judgement.checks
            if check.check in result.checks
            for finding in check.findings
        ]
        text = "\n".join([f"{requirement} {result.verdict.value}: {result.reason}", *findings])
        if result.verdict is Verdict.WARN:
            import warnings

            warnings.warn(pytest.PytestWarning(text), stacklevel=2)
            return
        pytest.fail(text, pytrace=False)

    def _bundle(self, scenario: str) -> "Bundle":
        from generale.conformance.engine import rehearse

        if scenario not in self._played:
            self._played[scenario] = rehearse(self.plan.model_copy(update={"scenarios": (scenario,)}))
        return self._played[scenario]
