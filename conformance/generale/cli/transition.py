"""``generale transition``: the whole phased rollout in virtual time, from one seed."""

import resource
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from generale.agency.transition_files import csv_of, plot_of
from generale.agency.transition_text import transition_text
from generale.agency.wording import Language, Wording
from generale.cli.out_folder import empty_folder
from generale.cli.output import print_json, print_text, remark
from generale.cli.population import USUAL, all_kept
from generale.cli.table_file import terminal_width
from generale.conformance.transition import Outcome, Step, play_transition
from generale.protocol.calendar import CareMonth
from generale.protocol.errors import DiskFailure, UsageError
from generale.protocol.profile import standard_profile
from generale.results.verdicts import ExitCode
from generale.scenarios.cast import COMPETENCE_SINCE
from generale.scenarios.population.making import made_population
from generale.scenarios.population.parameters import standard_parameters
from generale.scenarios.population.sector import Population
from generale.scenarios.transition.figures import BLOCKED_AFTER
from generale.scenarios.transition.habits import POLLS, Habits

USUAL_MONTHS = 16
"""Months where no number is given: so many did the transition take (written question 345), and no more."""

_EVERY = 25


def run(
    months: int, facilities: int | None, seed: int, out: Path | None, *, as_json: bool, lang: Language
) -> int:
    """Play a transition, print what it came to, and write its tables, plot and evidence into a folder.

    30 where the oracle finds a breach, or a house gives another result from disk: ours is the fault.
    """
    if not 1 <= months <= USUAL_MONTHS:
        raise UsageError(f"{months} months", hint=f"ask for 1 to {USUAL_MONTHS}")
    if out is not None:
        empty_folder(out)
    profile, parameters = standard_profile(), standard_parameters()
    until = CareMonth.of(COMPETENCE_SINCE).shifted(months - 1).last
    with all_kept():
        population = made_population(parameters, profile, USUAL if facilities is None else facilities, seed)
    begun = perf_counter()
    place = None if out is None else out / "evidence"
    outcome = play_transition(population, profile, Habits(), until, seed, place, _progress())
    told = document(outcome, population, until, seed, perf_counter() - begun)
    say = Wording(lang)
    if out is not None:
        _write(out, told, say)
    if as_json:
        print_json(told)
    else:
        print_text(transition_text(told, say, terminal_width(), sys.stdout.isatty()))
    return ExitCode.HARNESS_ERROR if outcome.breaches or outcome.differing else ExitCode.CONFORMING


def document(
    outcome: Outcome, population: Population, until: date, seed: int, seconds: float
) -> dict[str, Any]:
    """The document of ``transition --json`` (``docs/reference/transition.schema.json``)."""
    national = outcome.national
    rate = national.messages / seconds
    return {
        "facilities": national.facilities,
        "houses": national.houses,
        "months": len(national.months),
        "period": {"since": COMPETENCE_SINCE.isoformat(), "until": until.isoformat()},
        "seed": seed,
        "residents": len(population.residents),
        "messages": national.messages,
        "requests": national.requests,
        "seconds": round(seconds, 3),
        "messages_per_second": round(rate, 1),
        "floor_messages_per_second": round(outcome.floor, 1),
        "times_the_floor": round(outcome.floor / rate, 2) if rate else None,
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "digest": outcome.digest,
        "polls": [f"{at:%H:%M}" for at in POLLS],
        "blocked_after_days": BLOCKED_AFTER,
        "oracle": {"statements": outcome.statements, "breaches": len(outcome.breaches)},
        "judged_again": {"houses": len(outcome.kept), "differing": len(outcome.differing)},
        **national.document(population.funds),
    }


def _progress() -> Callable[[Step], None]:
    """A listener that shows how far it is: one moving line on a terminal, a line now and then elsewhere."""
    moving = sys.stderr.isatty()

    def show(step: Step) -> None:
        text = f"{step.number:>4}/{step.of}  {step.house}"
        if moving:
            filled = round(30 * step.number / step.of)
            end = "\n" if step.number == step.of else ""
            sys.stderr.write(f"\r\x1b[K[{'█' * filled}{'·' * (30 - filled)}] {text}{end}")
            sys.stderr.flush()
        elif step.number % _EVERY == 0 or step.number == step.of:
            remark(text)

    return show


def _write(out: Path, told: dict[str, Any], say: Wording) -> None:
    files = {
        "months.csv": csv_of(told["table"]),
        "recoveries.csv": csv_of(told["recoveries"]),
        "refused.csv": csv_of(told["refused"]),
        "months.svg": plot_of(told["table"], say),
    }
    try:
        for name, raw in files.items():
            (out / name).write_bytes(raw)
    except OSError as error:
        raise DiskFailure(f"the tables cannot be written: {error.strerror}", address=str(out)) from error
