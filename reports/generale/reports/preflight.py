"""The preflight of a run: whether the set-up was right before the first scenario, apart from conformance."""

from collections.abc import Iterator
from dataclasses import dataclass

from generale.results.bundle import Bundle

PREFLIGHT = "preflight.json"
"""A list of ``{check, ok, message, hint}``; ``name`` may stand for ``check``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was looked at before the run."""

    check: str
    is_ok: bool
    message: str


def preflight(bundle: Bundle) -> tuple[Step, ...]:
    """The steps in their order; none where the bundle holds no preflight."""
    return tuple(_steps(bundle)) if PREFLIGHT in bundle.files else ()


def _steps(bundle: Bundle) -> Iterator[Step]:
    document = bundle.document(PREFLIGHT)
    rows = document.get("checks", ()) if isinstance(document, dict) else document
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            told = (str(row[name]) for name in ("message", "hint") if row.get(name))
            yield Step(
                check=str(row.get("check") or row.get("name") or ""),
                is_ok=row.get("ok") is True,
                message=" ".join(told),
            )
