"""The plan of a run: one file that says everything, checked before anything is started.

A plan is TOML; its JSON Schema stands in ``docs/reference/plan.schema.json``. Options of the command line
win over the file.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generale.conformance.plan_mistake import plan_mistake
from generale.conformance.register import register, set_dates
from generale.conformance.waivers import read_waivers
from generale.driver.setup import FacilityType
from generale.protocol.errors import UsageError
from generale.protocol.profile import Profile, compile_profile, standard_profile
from generale.protocol.table import read_toml
from generale.scenarios.catalogue import entry
from generale.scenarios.file import read_file
from generale.scenarios.language import Scenario

SECURITY = "security"
"""The capability of a run in which everything is signed: the plan gives it, not the product."""

TLS = "tls"
"""The capability of a run in which the product meets the simulator under TLS; also given by the plan."""

REFERENCE = "reference"
"""The name of the reference vendor, which needs no door."""

MAX_PLAN_BYTES = 64 * 1024
"""A plan is a page, not a book: reading TOML can take the square of its length (project-defined)."""


MAX_PROFILE_BYTES = 4 * 1024 * 1024
"""No file of a profile is larger (project-defined)."""

_PROFILE_PLACES = ("*.toml", "*.xsd", "bindings/*.toml")
"""Where the files of a profile lie in its folder: what else lies there is no part of it."""

_INIT = "`generale init` writes one to begin with"


class Plan(BaseModel):
    """What is to be run, against whom, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vendor: str = Field(
        REFERENCE, description="reference, http(s)://host:port, cmd:program arguments, or py:module:Class"
    )
    defect: str = Field("", description="Seeded defect of the reference vendor; empty for none")
    requirement_set: str = Field(
        default_factory=lambda: set_dates()[-1], description="Date of the frozen requirement set"
    )
    facility_types: tuple[FacilityType, ...] = Field(
        (), description="Types to certify for; empty: all the product has"
    )
    profile: str = Field("", description="Folder of an exchange profile; empty for the standard one")
    seed: int = Field(
        1, strict=True, ge=0, le=2**63 - 1, description="Seed of people, numbers and references"
    )
    clock: Literal["virtual", "wall"] = Field("virtual", description="How time passes")
    budget_seconds: int = Field(
        30, strict=True, ge=1, le=86_400, description="Longest wait in wall mode, in seconds"
    )
    timeout_seconds: int = Field(
        30, strict=True, ge=1, le=3_600, description="Longest answer of the product, in seconds"
    )
    security: Literal["off", "timestamp", "full"] = Field(
        "off", description="What is asked of messages: nothing, a fresh timestamp, or signatures as well"
    )
    pki: str = Field(
        "", description="Folder of certificates for a product behind a door, made by `generale pki`"
    )
    tls: Literal["none", "optional", "required"] = Field(
        "none", description="Whether the simulator serves TLS, and asks for a client certificate"
    )
    credential: Literal["certificate", "assertion"] = Field(
        "certificate", description="What the reference vendor signs with: its certificate, or an assertion"
    )
    packages: bool = Field(False, strict=True, description="Whether the reference vendor sends MTOM")
    scenarios: tuple[str, ...] = Field(
        (), description="Scenarios to play, by name or file; empty: all. A selection is a partial run"
    )
    chapters: tuple[str, ...] = Field(
        (), description="Chapters to verify; empty: all. A selection is a partial run"
    )
    host: str = Field("127.0.0.1", description="Where the simulator listens for a product behind a door")
    port: int = Field(0, strict=True, ge=0, le=65_535, description="Its port; 0 for any free one")
    waivers: str = Field(
        "", description="File of waivers: failures that are accepted for a time; empty: none"
    )

    @property
    def is_partial(self) -> bool:
        """Whether less than the whole set is looked at."""
        return bool(self.scenarios or self.chapters)

    @property
    def given_capabilities(self) -> tuple[str, ...]:
        """What a run by this plan has, whatever the product offers."""
        return (SECURITY,) * (self.security == "full") + (TLS,) * (self.tls != "none")

    @property
    def in_process(self) -> bool:
        """Whether the product lives in this process; with TLS there is a socket between all the same."""
        return self.vendor == REFERENCE


def read_plan(path: Path | None, options: dict[str, Any]) -> Plan:
    """The plan of a file with the options that are given put over it; ``UsageError`` where it cannot be."""
    document = {**(_document(path) if path is not None else {}), **options}
    if document.get("clock") == "platform":
        raise UsageError("the clock 'platform' is not available in this version", hint="take virtual or wall")
    try:
        plan = Plan.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        stands_in_file = path is not None and first["loc"][0] not in options
        raise plan_mistake(first, Plan, str(path) if stands_in_file else "") from error
    _check(plan)
    return plan


def _document(path: Path) -> dict[str, Any]:
    raw = read_file(path, "the plan", most=MAX_PLAN_BYTES, hint=_INIT)
    try:
        return read_toml(raw)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the plan {path} is not TOML: {error}", hint=_INIT) from error


def _check(plan: Plan) -> None:
    """Refuse a plan that contradicts itself or names what does not exist."""
    if plan.defect and not plan.in_process:
        raise UsageError(
            "only the reference vendor has seeded defects", hint="leave out the defect or the vendor"
        )
    if plan.requirement_set not in set_dates():
        raise UsageError(
            f"there is no requirement set '{plan.requirement_set}'", hint=f"known: {', '.join(set_dates())}"
        )
    _check_security(plan)
    chosen = [entry(name).scenario for name in plan.scenarios]
    _once([scenario.name for scenario in chosen])
    for scenario in chosen:
        _known_requirements(scenario, plan.requirement_set)
    chapters = dict.fromkeys(row.chapter for row in register(plan.requirement_set))
    _known_chapters(plan.chapters, chapters)
    if plan.waivers:
        read_waivers(Path(plan.waivers), plan.requirement_set)
    if plan.clock == "wall" and plan.in_process and plan.scenarios:
        moving = [scenario.name for scenario in chosen if scenario.moves_clock]
        if len(moving) == len(chosen):
            raise UsageError(
                f"{moving[0]} moves the clock, which nobody can on the wall", hint="take --clock virtual"
            )


def _once(names: Sequence[str]) -> None:
    """Two plays under one name would be judged as one history."""
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise UsageError(f"the scenario {doubled[0]} is chosen twice", hint="give every scenario once")


def _known_requirements(scenario: Scenario, requirement_set: str) -> None:
    known = {row.id for row in register(requirement_set)}
    unknown = [name for name in scenario.verifies if name not in known]
    if unknown:
        raise UsageError(
            f"{scenario.name} verifies {unknown[0]}, which the set {requirement_set} does not hold",
            hint="`generale requirements` lists what there is",
        )


def _check_security(plan: Plan) -> None:
    """Refuse security without its certificates, and certificates that nobody would use."""
    if plan.in_process and plan.pki:
        raise UsageError(
            "the reference vendor in process gets certificates of its own",
            hint="leave out 'pki', or give another vendor",
        )
    if plan.in_process and plan.tls == "required" and plan.security == "off":
        raise UsageError(
            "the reference vendor shows its certificate only where messages are secured",
            hint="give --security full, or --tls optional",
        )
    if plan.credential == "assertion" and plan.security != "full":
        raise UsageError("nothing is signed with an assertion here", hint="give --security full")
    if not plan.in_process and (plan.credential != "certificate" or plan.packages):
        raise UsageError(
            "how a product behind a door signs and packs is its own affair",
            hint="leave out 'credential' and 'packages'",
        )
    if not plan.in_process and not plan.pki and (plan.security == "full" or plan.tls != "none"):
        raise UsageError(
            "there are no certificates for this",
            hint="make some with `generale pki`, give 'pki'",
            finding="certificates-missing",
        )


def _known_chapters(names: tuple[str, ...], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise UsageError(f"there is no chapter '{name}'", hint=f"known: {', '.join(known)}")


def profile_of(plan: Plan) -> Profile:
    """The exchange profile of a plan, read from its folder; ``UsageError`` where it is none."""
    if not plan.profile:
        return standard_profile()
    folder = Path(plan.profile)
    if not (folder / "profile.toml").is_file():
        raise UsageError(
            f"there is no profile folder {folder}",
            hint="give a folder with a profile.toml",
            finding="profile-missing",
        )
    paths = [path for place in _PROFILE_PLACES for path in folder.glob(place) if path.is_file()]
    files = {
        path.relative_to(folder).as_posix(): read_file(
            path, "the profile", most=MAX_PROFILE_BYTES, hint="a profile is a small folder of its own"
        )
        for path in sorted(paths)
    }
    return compile_profile(files)
