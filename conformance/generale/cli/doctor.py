"""``generale doctor``: prove the set-up before the first scenario; an adapter, and the doctor itself."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from generale.cli.output import print_json, print_text
from generale.conformance.adapter import Exercised, exercise, rules
from generale.conformance.doctor import SCENARIO, examine
from generale.conformance.examined import Examined, Lang
from generale.conformance.over_http import over_http
from generale.conformance.plan import Plan, read_plan
from generale.conformance.reach import reach
from generale.doors.command import CommandDoor
from generale.doors.door import open_door
from generale.doors.serving import served_beside
from generale.protocol.profile import standard_profile
from generale.refvendor.product import ReferenceVendor
from generale.results.verdicts import ExitCode

if TYPE_CHECKING:
    from generale.conformance.trial.table import Confusion

_HINT = {"en": "hint", "nl": "raad"}


def run(plan: Path | None, options: dict[str, Any], lang: Lang, *, as_json: bool) -> int:
    """Say step by step whether the set-up works; 20 where no product answers, 21 where a step fails."""
    with redirect_stdout(sys.stderr):  # what a product in this process prints is no part of the result
        found = examine(lambda: _read(plan, options))
    code = _code(found)
    if as_json:
        print_json(document(found, lang, code))
        return code
    for one in found:
        _print_step(one, lang)
    return code


def _read(plan: Path | None, options: dict[str, Any]) -> Plan:
    return read_plan(plan, {**options, "scenarios": [SCENARIO]})


def _print_step(one: Examined, lang: Lang) -> None:
    print_text(f"{'✓' if one.ok else '✗'} {one.message(lang)}")
    if not one.ok:
        print_text(f"  {_HINT[lang]}: {one.mend(lang)}")


def document(found: Sequence[Examined], lang: Lang, code: int) -> dict[str, object]:
    """The document of ``doctor --json`` (``docs/reference/doctor.schema.json``)."""
    return {
        "healthy": code == 0,
        "exit_code": int(code),
        "finding": next((one.finding for one in found if not one.ok), None),
        "steps": [
            {
                "step": one.step,
                "ok": one.ok,
                "finding": one.finding or None,
                "message": one.message(lang),
                "mend": one.mend(lang) or None,
            }
            for one in found
        ],
    }


def _code(found: Sequence[Examined]) -> int:
    failed = next((one for one in found if not one.ok), None)
    if failed is None:
        return ExitCode.CONFORMING
    return ExitCode.UNREACHABLE if failed.step == "address" else ExitCode.CONFIGURATION_INVALID


def exercise_driver(plan: Path | None, options: dict[str, Any], lang: Lang, *, as_json: bool) -> int:
    """Ask every operation of the contract, rightly and oddly.

    20 where nobody answers at the address, 21 where an operation breaks the contract.
    """
    followed = _read(plan, options)
    seconds = float(followed.timeout_seconds)
    with redirect_stdout(sys.stderr), _address(followed) as address:
        ill = reach(address, seconds)
        is_there = ill is None or ill.step != "address"
        found = exercise(address, seconds) if is_there else Exercised(asked=(), violations=())
    if ill is not None and not is_there:
        step = Examined.of(ill)
        if as_json:
            print_json(document([step], lang, ExitCode.UNREACHABLE))
        else:
            _print_step(step, lang)
        return ExitCode.UNREACHABLE
    code = ExitCode.CONFIGURATION_INVALID if found.violations else ExitCode.CONFORMING
    if as_json:
        print_json(adapter_document(found, lang, code))
        return code
    for one in found.violations:
        print_text(f"✗ {one.operation} ({one.request})")
        print_text(f"  {_CONTRACT[lang]}: {rules()[one.rule][lang]}")
        print_text(f"  {_CAME[lang]}: {one.came}")
    print_text(_ASKED[lang].format(asked=len(found.asked), broken=len(found.violations)))
    return code


_CONTRACT = {"en": "the contract", "nl": "het contract"}
_CAME = {"en": "what came", "nl": "wat kwam"}
_ASKED = {
    "en": "{asked} requests of the driver contract were asked; violations: {broken}",
    "nl": "{asked} vragen van het stuurcontract werden gesteld; overtredingen: {broken}",
}


@contextmanager
def _address(plan: Plan) -> Iterator[str]:
    """Where the contract is served; a product of this process is served for it."""
    if plan.vendor.lower().startswith(("http:", "https:")):
        yield plan.vendor
        return
    if plan.in_process:
        with over_http(None) as line:
            product = ReferenceVendor(line, standard_profile(), plan.defect)
            with served_beside(product) as address:
                yield address
        return
    door = open_door(plan.vendor, float(plan.timeout_seconds))
    closed = closing(door) if isinstance(door, CommandDoor) else nullcontext()
    with closed, served_beside(door) as address:
        yield address


def adapter_document(found: Exercised, lang: Lang, code: int) -> dict[str, object]:
    """The document of ``doctor --driver --json`` (``docs/reference/adapter.schema.json``)."""
    return {
        "keeps_the_contract": not found.violations,
        "exit_code": int(code),
        "asked": len(found.asked),
        "violations": [
            {
                "operation": one.operation,
                "request": one.request,
                "rule": one.rule,
                "contract": rules()[one.rule][lang],
                "came": one.came,
            }
            for one in found.violations
        ],
    }


def try_itself(lang: Lang, *, as_json: bool) -> int:
    """Let the doctor look at every set-up that it is tried with; 30 where it is wrong about one."""
    from generale.conformance.trial.table import Tried, confusion, set_ups

    def hear(one: Tried) -> None:
        if not as_json:
            due, found = one.due or _WELL[lang], one.found or _WELL[lang]
            print_text(f"{'✓' if one.is_right else '✗'} {set_ups()[one.name][lang]}")
            print_text(f"    {due}" if one.is_right else f"    {due} → {found}")

    with TemporaryDirectory(prefix="generale-") as folder:
        table = confusion(Path(folder), hear)
    code = ExitCode.CONFORMING if table.is_whole else ExitCode.HARNESS_ERROR
    if as_json:
        print_json(
            {
                "exit_code": int(code),
                "seeded": len(table.seeded),
                "named": table.named,
                "healthy": len(table.healthy),
                "alarms": table.alarms,
                "set_ups": [
                    {"name": one.name, "due": one.due or None, "found": one.found or None}
                    for one in table.tried
                ],
            }
        )
        return code
    print_text("\n" + _confusion_text(table, lang))
    return code


_WELL = {"en": "nothing wrong", "nl": "niets mis"}
_HEADS = {
    "en": ("named rightly", "named otherwise", "nothing wrong"),
    "nl": ("juist genoemd", "anders genoemd", "niets mis"),
}
_ROWS = {
    "en": ("seeded mistakes", "healthy set-ups"),
    "nl": ("gezaaide fouten", "gezonde opstellingen"),
}


def _confusion_text(table: "Confusion", lang: Lang) -> str:
    """The confusion table: what was there in its rows, what was found in its columns."""
    heads, (seeded, healthy) = _HEADS[lang], _ROWS[lang]
    missed = sum(not one.found for one in table.seeded)
    rows = [
        ("", "", *heads),
        (seeded, len(table.seeded), table.named, len(table.seeded) - table.named - missed, missed),
        (healthy, len(table.healthy), "", table.alarms, len(table.healthy) - table.alarms),
    ]
    return "\n".join(f"{row[0]:<22}{row[1]:>4}" + "".join(f"{one:>17}" for one in row[2:]) for row in rows)
