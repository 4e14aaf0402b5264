"""From a parsed file to a scenario: what does not fit is told to the user with file, step and word."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from generale.protocol.errors import UsageError
from generale.scenarios.language import Scenario
from generale.scenarios.moment import span_of
from generale.scenarios.scenario_mistake import scenario_mistake

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
"""The years in which the anchor of a scenario can lie (project-defined)."""

LONGEST = timedelta(days=36_525)
"""How long all waits and advances of a scenario may last together: a hundred years (project-defined)."""


def read_scenario(document: Any, name: str, *, any_name: bool = False) -> Scenario:
    """A scenario from a parsed file; ``UsageError`` names the file and the word that does not fit."""
    try:
        scenario = Scenario.model_validate(document)
    except ValidationError as error:
        raise scenario_mistake(error.errors(), name) from error
    for number, step in enumerate(scenario.timeline, start=1):
        _exactly_one(step, f"{name}: step {number}")
        for part in (step.tell, step.wait):
            if part is not None:
                _exactly_one(part, f"{name}: step {number}")
    _known_roles(scenario, name)
    _within_time(scenario, name)
    if not any_name and scenario.name != name:
        raise UsageError(
            f"{name}: the name in the file is '{scenario.name}'", hint="family/name as in its path"
        )
    return scenario


def _exactly_one(words: BaseModel, where: str) -> None:
    given = [name for name in words.model_fields_set if getattr(words, name) is not None]
    if len(given) != 1 or len(words.model_fields_set) != 1:
        known = ", ".join(type(words).model_fields)
        raise UsageError(f"{where} has {len(given)} words", hint=f"exactly one of: {known}")


def _known_roles(scenario: Scenario, name: str) -> None:
    """Every facility and resident that the timeline names is in the cast."""
    facilities, residents = set(scenario.facilities), set(scenario.residents)
    for number, step in enumerate(scenario.timeline, start=1):
        words = next(iter(step.model_dump(exclude_none=True, exclude_unset=True).values()))
        for key, value in roles_named(words):
            known = facilities if key in ("facility", "successor") else residents
            if value and value not in known:
                raise UsageError(
                    f"{name}: step {number}: '{value}' is not in the cast", hint=f"{key} must be in it"
                )


def _within_time(scenario: Scenario, name: str) -> None:
    """The whole scenario lies in years that calendars hold."""
    if not EARLIEST_YEAR <= scenario.anchor.year <= LATEST_YEAR:
        raise UsageError(
            f"{name}: the anchor {scenario.anchor} is out of reach",
            hint=f"take a year from {EARLIEST_YEAR} to {LATEST_YEAR}",
        )
    spans = [step.advance for step in scenario.timeline if step.advance]
    spans += [step.wait.spec.within for step in scenario.timeline if step.wait]
    if sum((span_of(span) for span in spans), timedelta()) > LONGEST:
        raise UsageError(
            f"{name}: its waits and advances last longer than {LONGEST.days} days", hint="shorten them"
        )


def roles_named(words: Any) -> list[tuple[str, str]]:
    """The roles that words of a timeline name, each with the key under which it stands."""
    found: list[tuple[str, str]] = []
    if isinstance(words, dict):
        for key, value in words.items():
            if key in ("facility", "successor", "resident", "of"):
                names = value if isinstance(value, list) else [value]
                found.extend((key, name) for name in names if isinstance(name, str))
            found.extend(roles_named(value))
    elif isinstance(words, list):
        for item in words:
            found.extend(roles_named(item))
    return found
