"""What goes to the terminal: documents to stdout, progress and remarks to stderr."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from generale.cli.stream import print_on
from generale.conformance.bundle_folder import clear, free_folder, write_bundle
from generale.conformance.engine import Progress
from generale.conformance.installed import exit_code_with, remarks_on
from generale.reports import Language, render_console, render_html, render_junit
from generale.reports.catalogue import Words
from generale.reports.summary import remark_texts
from generale.results.bundle import Bundle
from generale.results.comparison import Comparison, Failure
from generale.results.form import to_json


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    print_text(json.dumps(document, ensure_ascii=False, indent=1))


def print_text(text: str) -> None:
    """A text on stdout, ending in one end of line; where nobody reads any more it is dropped."""
    print_on(sys.stdout, text.rstrip("\n") + "\n")


def remark(text: str) -> None:
    """A line for a person on stderr."""
    print_on(sys.stderr, text + "\n")


def progress() -> Callable[[Progress], None]:
    """A listener that shows how far a run is: one moving line on a terminal, plain lines elsewhere."""
    moving = sys.stderr.isatty()

    def show(step: Progress) -> None:
        text = f"{step.number:>3}/{step.of}  {step.scenario}"
        if moving:
            end = "\n" if step.ended and step.number == step.of else ""
            sys.stderr.write(f"\r\x1b[K{text}{end}")
            sys.stderr.flush()
        elif step.ended:
            remark(text if step.completed else f"{text}  (not played to its end)")

    return show


def leave_bundle(bundle: Bundle, folder: Path, lang: Language) -> Bundle:
    """Write a bundle with its views into its folder, in the place of an earlier one."""
    free_folder(folder)
    clear(folder)
    full = bundle.with_files(views_of(bundle, lang))
    write_bundle(full, folder)
    return full


def views_of(bundle: Bundle, lang: Language) -> dict[str, bytes]:
    """The views that lie in a bundle, with what is to be said of it."""
    remarks = remarks_on(bundle)
    return {"report.html": render_html(bundle, lang, remarks), "junit.xml": render_junit(bundle, remarks)}


def show_verdicts(bundle: Bundle, folder: Path, lang: Language) -> None:
    """The table of verdicts and the address of the report."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    print_text(render_console(bundle, lang, width, sys.stdout.isatty(), remarks_on(bundle)))
    page = folder / "report.html"
    if page.is_file():
        print_text(f"\nreport: {page.resolve().as_uri()}")


def summary(bundle: Bundle, folder: Path) -> dict[str, object]:
    """The document of ``certify --json`` and ``judge --json`` (``docs/reference/certify.schema.json``)."""
    judgement, remarks = bundle.judgement, remarks_on(bundle)
    return {
        "verdict": judgement.verdict.value,
        "exit_code": exit_code_with(judgement.exit_code, remarks),
        "counts": to_json(judgement.counts),
        "bundle": str(folder.resolve()),
        "requirements": {row.requirement: row.verdict.value for row in judgement.requirements},
        "remarks": list(remark_texts(remarks, Words("en"))),
    }


def comparison_document(compared: Comparison) -> dict[str, object]:
    """The part of ``certify --json`` that says what became of the failures of an earlier run."""
    groups = {name: [failure_document(one) for one in group] for name, group in compared.groups}
    return {**groups, "changed": {name: list(pair) for name, pair in compared.changed.items()}}


def failure_document(failure: Failure) -> dict[str, object]:
    """One failure: the check, its code, the scenario, and the requirements that it breaks."""
    return {
        "requirements": list(failure.requirements),
        "check": failure.check,
        "code": failure.finding.code,
        "scenario": failure.finding.scenario,
    }
