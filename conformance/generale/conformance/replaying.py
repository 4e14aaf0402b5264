"""Playing one scenario of an earlier bundle again, as the plan in the bundle says.

What is played is what lies in the bundle: its copy of the scenario, its exchange profile, its seed and its
clock, whatever this version has under the same names.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generale.conformance.earlier import profile_files
from generale.conformance.plan import MAX_PLAN_BYTES, REFERENCE, Plan, read_plan
from generale.conformance.recording import DOOR
from generale.protocol.digest import digest_of_files
from generale.protocol.errors import UsageError
from generale.protocol.profile import standard_profile
from generale.protocol.table import read_toml
from generale.results.bundle import Bundle
from generale.scenarios.catalogue import FILE_ENDING

MOST_NAMES = 3
"""How many scenarios a hint names; the others are counted (project-defined)."""

_FOLDER = "scenarios/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """The product to play against, where it is another than that of the plan; empty for that of the plan.

    ``pki`` is the folder of certificates for it.
    """

    vendor: str = ""
    pki: str = ""


def played_scenarios(bundle: Bundle) -> dict[str, bytes]:
    """The scenario files that a bundle holds, by name."""
    return {
        name.removeprefix(_FOLDER).removesuffix(FILE_ENDING): raw
        for name, raw in bundle.files.items()
        if name.startswith(_FOLDER)
    }


def chosen(bundle: Bundle, scenario: str) -> str:
    """The scenario of a bundle with this name, or its only one; ``UsageError`` where there is none."""
    require_player(bundle)
    names = sorted(played_scenarios(bundle))
    if scenario in names:
        return scenario
    if not scenario and len(names) == 1:
        return names[0]
    more = len(names) - MOST_NAMES
    known = ", ".join(names[:MOST_NAMES]) + (f" +{more}" if more > 0 else "")
    if not scenario:
        raise UsageError(f"the bundle holds {len(names)} scenarios", hint=f"give --scenario: {known}")
    raise UsageError(f"the bundle holds no scenario '{scenario}'", hint=f"it holds {known}")


def require_player(bundle: Bundle) -> None:
    """``UsageError`` for a bundle without a player: nothing that was told can be told again."""
    if bundle.run.door == DOOR or not played_scenarios(bundle):
        raise UsageError(
            "the bundle holds no scenario that was played", hint="give one that `generale certify` wrote"
        )


def plan_again(bundle: Bundle, source: Path, against: Against, profile: Path) -> Plan:
    """The plan of a bundle for one scenario file alone; ``UsageError`` where it cannot be followed.

    ``profile`` is the folder of the exchange profile in the bundle, used where that is not the standard one.
    """
    is_standard = digest_of_files(profile_files(bundle)) == standard_profile().digest
    document = _plan_of(bundle)
    _require_vendor(document.get("vendor"), against)
    return read_plan(
        None,
        {
            **document,
            **_changed_vendor(document, against),
            "scenarios": [str(source)],
            "chapters": [],
            "waivers": "",
            "profile": "" if is_standard else str(profile),
            "seed": bundle.run.seed,
        },
    )


def _require_vendor(planned: object, against: Against) -> None:
    """``UsageError`` where nobody says what to play against: a bundle may come from a stranger."""
    if against.vendor:
        return
    if not planned:
        raise UsageError("the plan of the bundle names no vendor", hint="give one with --vendor")
    if isinstance(planned, str) and planned.partition(":")[0].lower() == "cmd":
        raise UsageError(
            "a bundle starts no program: its plan names one, and somebody else may have written that",
            hint="read plan.toml in the bundle, and give --vendor yourself",
        )


def _plan_of(bundle: Bundle) -> dict[str, Any]:
    raw = bundle.part("plan.toml")
    hint = "play it with `generale certify`"
    if len(raw) > MAX_PLAN_BYTES:
        raise UsageError(f"the plan of the bundle is larger than {MAX_PLAN_BYTES} bytes", hint=hint)
    try:
        return read_toml(raw)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the plan of the bundle is not TOML: {error}", hint=hint) from error


def _changed_vendor(document: dict[str, Any], against: Against) -> dict[str, Any]:
    """What changes with the product: only the reference vendor has defects, and ways to sign and pack."""
    changes: dict[str, Any] = {"pki": against.pki} if against.pki else {}
    if against.vendor in ("", document.get("vendor")):
        return changes
    own = {"defect": "", "credential": "certificate", "packages": False}
    if against.vendor == REFERENCE:
        return {"vendor": REFERENCE, "pki": "", **own}
    return {"vendor": against.vendor, **own, **changes}
