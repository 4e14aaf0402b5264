"""What was looked at before a run, so that a mistake in the set-up is no failure of the product."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One thing that was looked at before the run. ``hint`` says what to do where it is not well."""

    check: str
    ok: bool
    message: str
    hint: str = ""
