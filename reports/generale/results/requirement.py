"""A requirement as it was judged: its texts travel in the bundle, so that a report needs nothing else."""

from dataclasses import dataclass

from generale.results.verdicts import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One row of the register: what a vendor owes. ``keeps`` and ``breaks`` are examples in words.

    ``source`` is a public document with its clause, or "project-defined". ``excuse`` says why a row
    has no check; empty where it has one. ``capabilities`` are what a product must offer for the row
    to be tested, ``checks`` those that are scored for it in this set, whatever was added later.
    """

    id: str
    chapter: str
    verb: Verb
    text_en: str
    text_nl: str
    keeps_en: str
    keeps_nl: str
    breaks_en: str
    breaks_nl: str
    source: str
    since: str
    until: str = ""
    excuse: str = ""
    capabilities: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
