"""Who may import whom: the import contracts cover every package, hold, and can fail."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SOURCE_ROOTS: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["dev-mode-dirs"]
LINTER: dict[str, Any] = PROJECT["tool"]["importlinter"]
CONTRACTS: dict[str, dict[str, Any]] = {contract["name"]: contract for contract in LINTER["contracts"]}
LAYERS: list[str] = next(c["layers"] for c in CONTRACTS.values() if c["type"] == "layers")

PACKAGES = {
    f"generale.{package.name}"
    for root in SOURCE_ROOTS
    for package in (ROOT / root / "generale").iterdir()
    if package.is_dir() and package.name != "__pycache__"
}
"""Every package of the import root ``generale``, as it stands in the five wings."""

PURE = {
    f"generale.{name}"
    for name in ("protocol", "rules", "driver", "platform", "carefunds", "oracle", "results", "agency")
}
"""The packages that do no I/O."""

SECLUDED = {
    "refvendor": {"protocol", "driver"},
    "reports": {"results", "protocol"},
    "oracle": {"protocol", "results"},
}
"""The packages that may know only these others."""

HOMES = {
    "locust": {"load"},
    "starlette": {"simulator", "doors"},
    "uvicorn": {"simulator", "doors"},
    "sqlite3": {"simulator"},
    "jinja2": {"reports"},
    "typst": {"reports"},
    "typer": {"cli"},
    "pydantic": {"scenarios", "conformance", "cli"},
    "xmlschema": {"cli", "conformance", "protocol", "reports", "results", "scenarios"},
}
"""The packages in which a library may be imported; everywhere else a contract forbids it."""

VIOLATIONS = [
    ("Layers: arrows point down only", "protocol", "generale.rules"),
    ("Layers: arrows point down only", "simulator", "generale.doors"),
    ("Layers: arrows point down only", "scenarios", "generale.conformance"),
    ("Layers: arrows point down only", "conformance", "generale.agency"),
    ("The core does no I/O and reads no clock and no chance", "protocol", "time"),
    ("The core does no I/O and reads no clock and no chance", "carefunds", "random"),
    ("The core does no I/O and reads no clock and no chance", "agency", "pathlib"),
    ("The reference vendor knows only protocol and driver", "refvendor", "generale.rules"),
    ("Reports know only results and protocol", "reports", "generale.driver"),
    ("The oracle knows only protocol and results", "oracle", "generale.carefunds"),
    ("Only child processes of load import locust", "conformance", "locust"),
    ("HTTP is served by simulator and doors", "conformance", "starlette.applications"),
    ("SQL stays in simulator", "load", "sqlite3"),
    ("Templates stay in reports", "cli", "jinja2"),
    ("Pages are typeset in reports", "agency", "typst"),
    ("Options are parsed by cli", "load", "typer"),
    ("Models of files stay at the file edges", "protocol", "pydantic"),
    ("The running path validates with lxml, not with xmlschema", "simulator", "xmlschema"),
]
"""A contract, and an import that breaks it: the package that imports, and what it imports."""


def lint_imports(folder: Path, *roots: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of ``folder`` against the code found under ``roots``."""
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots))},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_contracts_hold() -> None:
    outcome = lint_imports(ROOT, *(ROOT / root for root in SOURCE_ROOTS))

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_every_package_is_checked() -> None:
    assert set(LINTER["root_packages"]) == PACKAGES


def test_every_package_has_exactly_one_layer() -> None:
    placed = [name.strip(" ()") for layer in LAYERS for name in layer.split("|")]

    assert len(placed) == len(set(placed))
    assert set(placed) == PACKAGES


def test_every_pure_package_is_kept_from_io() -> None:
    contract = CONTRACTS["The core does no I/O and reads no clock and no chance"]

    assert set(contract["source_modules"]) == PURE


@pytest.mark.parametrize(
    "owner", sorted(SECLUDED.keys() & {name.removeprefix("generale.") for name in PACKAGES})
)
def test_a_secluded_package_may_know_nothing_else(owner: str) -> None:
    (forbidden,) = (
        set(c["forbidden_modules"])
        for c in CONTRACTS.values()
        if c.get("source_modules") == [f"generale.{owner}"]
    )

    assert forbidden == PACKAGES - {f"generale.{name}" for name in SECLUDED[owner] | {owner}}


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_forbidden_outside_its_home(library: str) -> None:
    sources = [
        set(c["source_modules"]) for c in CONTRACTS.values() if library in c.get("forbidden_modules", ())
    ]

    assert PACKAGES - {f"generale.{home}" for home in HOMES[library]} in sources


def test_every_contract_has_an_import_that_breaks_it() -> None:
    assert {name for name, _, _ in VIOLATIONS} == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "package", "imported"), VIOLATIONS)
def test_a_forbidden_import_is_reported(tmp_path: Path, contract: str, package: str, imported: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for name in PACKAGES:
        folder = tmp_path / Path(*name.split("."))
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "generale" / package / "offender.py").write_text(f"import {imported}\n", encoding="utf-8")

    outcome = lint_imports(tmp_path, tmp_path)

    assert outcome.returncode == 1
    assert f"{contract} BROKEN" in outcome.stdout
    assert f"generale.{package}.offender -> {imported.split('.applications')[0]}" in outcome.stdout
