"""The bundle: everything a run leaves, as named bytes; sufficient by itself to judge and draw again.

Reading and writing a folder is the caller's business. A bundle may come from a stranger: names are
checked, sizes are bounded, and evidence is believed only where its bytes give its name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from generale.results.events import Event, digest, read_transcript
from generale.results.form import from_json, to_json
from generale.results.identity import FORMAT, RunIdentity
from generale.results.looked import Looked
from generale.results.requirement import Requirement
from generale.results.strict_json import read_strictly
from generale.results.verdicts import Judgement

T = TypeVar("T")

MAX_FILE_BYTES = 256 * 1024 * 1024
"""No single file of a bundle may be larger (project-defined)."""

KILL_MATRIX, TEXTS, PREFLIGHT = "kill-matrix.json", "texts.json", "preflight.json"

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,6}")


class BundleError(ValueError):
    """A bundle that is not one: a part is missing, unreadable, or not what its name says."""


def render_json(value: object) -> bytes:
    """JSON as it stands in a bundle: indented, stable, UTF-8, ending in a newline.

    Half a surrogate pair, which UTF-8 cannot hold, stays the escape that JSON has for it.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False)
    return f"{text}\n".encode(errors="backslashreplace")


@dataclass(frozen=True)
class Bundle:
    """The files of a run, by their path in the folder."""

    files: Mapping[str, bytes]

    def __post_init__(self) -> None:
        for name, raw in self.files.items():
            if not _NAME.fullmatch(name):
                raise BundleError(f"'{name}' is not a name for a file of a bundle")
            if len(raw) > MAX_FILE_BYTES:
                raise BundleError(f"'{name}' is larger than {MAX_FILE_BYTES} bytes")

    def part(self, name: str) -> bytes:
        """The bytes of one file; ``BundleError`` where it is missing."""
        try:
            return self.files[name]
        except KeyError as error:
            raise BundleError(f"the bundle has no {name}") from error

    def document(self, name: str) -> Any:
        """A JSON file of the bundle, parsed; ``BundleError`` where it is missing or no JSON."""
        try:
            return read_strictly(self.part(name))
        except ValueError as error:
            raise BundleError(f"{name} is not JSON: {error}") from error

    @cached_property
    def run(self) -> RunIdentity:
        """Identity of the run; ``BundleError`` where the format is another one."""
        document = self.document("run.json")
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise BundleError(f"run.json is not of format {FORMAT}")
        return self._typed(RunIdentity, document, "run.json")

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The transcript, in order."""
        try:
            return tuple(read_transcript(self.part("transcript.jsonl")))
        except ValueError as error:
            raise BundleError(str(error)) from error

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """The requirements as they were judged, in the order of the register."""
        rows = self.document("requirements.json")
        if not isinstance(rows, list):
            raise BundleError("requirements.json is not a list")
        return tuple(self._typed(Requirement, row, "requirements.json") for row in rows)

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, str]]:
        """The sentences of each finding code, by language; none where the bundle holds no ``texts.json``."""
        found = self.document(TEXTS) if TEXTS in self.files else {}
        return self._typed(dict[str, dict[str, str]], found, TEXTS)

    @cached_property
    def power(self) -> Mapping[str, float]:
        """The share of its defects that is found, from 0 to 1, by requirement; none without a matrix."""
        document = self.document(KILL_MATRIX) if KILL_MATRIX in self.files else {}
        if not isinstance(document, dict):
            raise BundleError(f"{KILL_MATRIX} is not an object")
        power = self._typed(dict[str, float], document.get("power", {}), KILL_MATRIX)
        for requirement, share in power.items():
            if not 0 <= share <= 1:
                raise BundleError(f"{KILL_MATRIX}: the power of {requirement[:20]} is no share from 0 to 1")
        return power

    @cached_property
    def preflight(self) -> tuple[Looked, ...]:
        """What was looked at before the first scenario; nothing for a recording."""
        found = self.document(PREFLIGHT) if PREFLIGHT in self.files else []
        return self._typed(tuple[Looked, ...], found, PREFLIGHT)

    @cached_property
    def judgement(self) -> Judgement:
        """The verdicts that stand in the bundle."""
        return self._typed(Judgement, self.document("verdicts.json"), "verdicts.json")

    def evidence(self, name: str) -> bytes:
        """The bytes behind a digest; ``BundleError`` where they are missing or not those bytes."""
        raw = self.part(f"evidence/{name}")
        if digest(raw) != name:
            raise BundleError(f"evidence {name[:12]} is not what its name says")
        return raw

    def scenario_events(self) -> Iterator[tuple[str, tuple[Event, ...]]]:
        """The parts of the transcript, one per scenario, in order of appearance."""
        parts: dict[str, list[Event]] = {}
        for event in self.events:
            parts.setdefault(event.scenario, []).append(event)
        for scenario, events in parts.items():
            yield scenario, tuple(events)

    def with_files(self, files: Mapping[str, bytes]) -> "Bundle":
        """The same bundle with files added or replaced."""
        return Bundle({**self.files, **files})

    @staticmethod
    def _typed(kind: type[T], value: Any, name: str) -> T:
        try:
            return from_json(kind, value)
        except (ValueError, TypeError) as error:
            raise BundleError(f"{name}: {error}") from error


def render_judgement(judgement: Judgement) -> bytes:
    """``verdicts.json``: the same judgement gives the same bytes."""
    return render_json(to_json(judgement))
