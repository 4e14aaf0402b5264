"""Identity of a run: what must be equal for two runs to give the same transcript, and what surrounds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FORMAT = 1
"""Number of the bundle format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIdentity:
    """The identity of a run: digests (SHA-256, hexadecimal) and the few words that fix it.

    ``environment`` describes the machine and stands outside ``run_id``. ``door`` says how the product
    was driven: in-process, http, py. ``facility_types`` are those that a scenario brought on stage.
    ``scenarios_left_out`` maps a scenario that was not played to the reason,
    ``requirements_left_out`` a requirement that only such scenarios verify. ``files`` gives the
    SHA-256 of every other file that the run left, by name, outside ``run_id`` because the transcript is
    what came of the run; evidence carries its digest in its name, verdicts and views are made again.
    """

    suite: str
    requirement_set: str
    scenarios: str
    profile: str
    plan: str
    pki: str
    seed: int
    clock: str
    product: str
    product_version: str
    door: str
    partial: bool
    environment: Mapping[str, str]
    scenarios_left_out: Mapping[str, str]
    requirements_left_out: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    facility_types: tuple[str, ...] = ()
    run_id: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT
