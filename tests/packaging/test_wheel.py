"""The wheel holds everything, and works in an empty environment, far from this repository."""

import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("wheel")]

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SOURCE_ROOTS: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["dev-mode-dirs"]

ENVIRONMENT: Mapping[str, str] = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("COVERAGE", "PYTEST", "PYTHON", "VIRTUAL_ENV"))
}
"""The environment of a stranger: nothing that points back into this run of the tests."""

COMMANDS = {
    "version": ["bin/generale", "--version"],
    "certify": ["bin/generale", "certify", "--vendor", "reference", "--json"],
    "suite": [
        "bin/python",
        "-m",
        "pytest",
        "--pyargs",
        "generale.conformance.suite",
        "-q",
        "-p",
        "no:cacheprovider",
    ],
}
"""What must end with exit code 0 once the wheel is installed; programs relative to the environment."""


def run(command: Sequence[str | Path], folder: Path) -> None:
    """Run a command in a folder; a failure shows all that it printed."""
    outcome = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, (
        f"{command} ended with {outcome.returncode}\n{outcome.stdout}{outcome.stderr}"
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel that was built from an sdist that was built from this tree."""
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], folder)
    assert len(list(folder.glob("*.tar.gz"))) == 1
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the locked libraries and the wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", folder], folder)
    pip: list[str | Path] = [
        folder / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    run([*pip, "--require-hashes", "-r", ROOT / "requirements" / "run.lock"], folder)
    run([*pip, "--no-deps", wheel], folder)
    return folder


def test_every_file_of_the_packages_is_in_the_wheel_and_nothing_more(wheel: Path) -> None:
    expected = {
        path.relative_to(ROOT / root).as_posix()
        for root in SOURCE_ROOTS
        for path in (ROOT / root / "generale").rglob("*")
        if path.is_file()
        and not any(p == "__pycache__" or p.startswith(".") for p in path.relative_to(ROOT).parts)
    }

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert {"missing": expected - packed, "foreign": packed - expected} == {
        "missing": set(),
        "foreign": set(),
    }


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_an_installed_wheel_works_in_an_unrelated_folder(
    environment: Path, tmp_path: Path, command: Sequence[str]
) -> None:
    program, *arguments = command

    run([environment / program, *arguments], tmp_path)
