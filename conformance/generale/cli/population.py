"""``generale population``: houses, facilities and residents by the thousand, exported and imported as CSV."""

import gc
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generale.agency.population_text import population_text
from generale.agency.wording import Language, Wording
from generale.cli.out_folder import made_folder
from generale.cli.output import print_json, print_text, remark
from generale.cli.table_file import terminal_width
from generale.protocol.errors import DiskFailure, UsageError
from generale.protocol.profile import standard_profile
from generale.results.verdicts import ExitCode
from generale.scenarios.file import read_file
from generale.scenarios.population import parameters as standard
from generale.scenarios.population.counting import population_document
from generale.scenarios.population.importing import ABOUT_PEOPLE, imported_population
from generale.scenarios.population.making import made_population
from generale.scenarios.population.parameters import Parameters
from generale.scenarios.population.pseudonym import LEAST_SECRET
from generale.scenarios.population.sector import Population
from generale.scenarios.population.tables import MAX_BYTES, TABLES, files_of

USUAL = 1520
"""Facilities where no number is given: as many as the answer to written question 345 counts."""

_MOST_SECRET = 4096
_PAGE = "docs/reference/population.md"


@dataclass(frozen=True, slots=True)
class Import:
    """The folder that tables are read from, whether they are synthetic already, the file of the secret."""

    folder: Path | None
    synthetic: bool
    secret: Path | None


def run(
    facilities: int | None,
    seed: int,
    out: Path | None,
    brought: Import,
    parameters: Path | None,
    *,
    as_json: bool,
    lang: Language,
) -> int:
    """Make a population, write its tables where a folder is given, and print what it amounts to."""
    given = _parameters(parameters)
    if out is not None:
        _check_out(out, brought)
    with all_kept():
        population = _population(given, facilities, seed, brought)
        files = files_of(population)
    document = population_document(population, files, given, seed)
    if out is not None:
        _write(out, files)
    if as_json:
        print_json(document)
    else:
        print_text(population_text(document, Wording(lang), terminal_width(), sys.stdout.isatty()))
    return ExitCode.CONFORMING


@contextmanager
def all_kept() -> Iterator[None]:
    """Look for no garbage meanwhile: no row is any, and the search takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _parameters(file: Path | None) -> Parameters:
    if file is None:
        return standard.standard_parameters()
    raw = read_file(file, "the file of parameters", most=standard.MAX_BYTES, hint=f"{_PAGE} shows one")
    try:
        return standard.read_parameters(raw)
    except UsageError as error:
        raise UsageError(f"{file}: {error}", hint=error.hint) from error


def _population(given: Parameters, facilities: int | None, seed: int, brought: Import) -> Population:
    profile, number = standard_profile(), USUAL if facilities is None else facilities
    if brought.folder is None:
        if brought.synthetic or brought.secret:
            raise UsageError("--synthetic and --secret go with --import", hint="give a folder of tables")
        return made_population(given, profile, number, seed)
    files = _files(brought.folder)
    secret = None if brought.synthetic else _secret(brought.secret, files)
    population = imported_population(files, secret, given, profile, number, seed)
    if facilities is not None and len(population.facilities) != facilities:
        raise UsageError(
            f"--facilities {facilities}, and facilities.csv holds {len(population.facilities)}",
            hint="leave out --facilities",
        )
    return population


def _files(folder: Path) -> dict[str, bytes]:
    """The tables of a folder, by their name."""
    try:
        names = sorted(path.name for path in folder.iterdir() if path.suffix == ".csv")
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        raise UsageError(
            f"the folder {folder} cannot be read: {reason}", hint=f"give a folder of tables ({_PAGE})"
        ) from error
    hint = f"give a table as CSV ({_PAGE})"
    return {
        name.removesuffix(".csv"): read_file(folder / name, "the table", most=MAX_BYTES, hint=hint)
        for name in names
    }


def _secret(file: Path | None, files: Mapping[str, bytes]) -> bytes:
    """The secret of a file, or one that is drawn now and forgotten."""
    if file is None:
        if any(name in files for name in ABOUT_PEOPLE):
            remark("people become others by a secret that is not kept: another import gives other numbers")
        return secrets.token_bytes(32)
    raw = read_file(file, "the secret", most=_MOST_SECRET, hint="give a file with a secret in it").strip()
    if len(raw) < LEAST_SECRET:
        raise UsageError(f"the secret has fewer than {LEAST_SECRET} bytes", hint="take a longer one")
    return raw


def _check_out(out: Path, brought: Import) -> None:
    """Refuse a folder that holds something else, or from which is read."""
    if brought.folder is not None and out.resolve() == brought.folder.resolve():
        raise UsageError("--out and --import are one folder", hint="write to another one")
    ours = {f"{name}.csv" for name in TABLES}
    try:
        strange = sorted(path.name for path in out.iterdir() if path.name not in ours) if out.exists() else []
    except OSError as error:
        raise UsageError(f"{out} cannot be read as a folder", hint="give a new or an empty one") from error
    if strange:
        raise UsageError(f"{out} holds something else: {strange[0]}", hint="give a new or an empty folder")
    made_folder(out)


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    try:
        for name, raw in files.items():
            (out / name).write_bytes(raw)
    except OSError as error:
        raise DiskFailure(f"the tables cannot be written: {error.strerror}", address=str(out)) from error
