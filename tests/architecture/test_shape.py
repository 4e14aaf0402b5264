"""The shape of the house: where files stand, how long they are, and what no file may say."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SOURCE_ROOTS: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["dev-mode-dirs"]

MODULE_LINES = 400
"""The longest module that is let in, in lines."""

FUNCTION_LINES = 60
"""The longest function that is let in, in lines, signature and docstring included."""

FORBIDDEN_NAMES = {"base", "common", "helper", "helpers", "manager", "managers", "util", "utils"}
"""Names of modules and packages that say nothing about what is inside."""

EDGE_FILES = {
    "simulator/generale/simulator/http.py",
    "scenarios/generale/scenarios/player.py",
    "conformance/generale/conformance/judge.py",
    "conformance/generale/cli/main.py",
}
"""The four edges: the only places where any exception may be caught."""

MADE_BY_TOOLS = {"__pycache__", "allure-results", "build", "dist", "rehearsal"}
"""Folders at the top that are not part of the project, and the caches of Python."""

BARE_SUPPRESSION = re.compile(
    r"(type:\s*ignore|noqa)(?!(\[[\w, -]+\]|:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)\W+\w+\s+\w+)"
)
"""A suppressed warning without a code, or with a code but without a reason of at least two words."""

FOREIGN_PLACES = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w|\b[A-Z]:\\\\?Users\\"),
    "the host of a package registry": re.compile(
        r"pypi\.(?:org|python)|pythonhosted\.org|registry\.(?:npmjs|yarnpkg)|(?:index|find-links)[-_]url|crates\.io"
    ),
}
"""What no file may mention, so that a clone works on any machine and with any mirror."""


def project_files() -> Iterator[Path]:
    """Every file of the project, without caches, environments and what tools leave behind."""
    pending = [ROOT]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            hidden = path.name.startswith(".") and path.name not in {".ci", ".editorconfig", ".gitignore"}
            made = path.name == "__pycache__" or (path.parent == ROOT and path.name in MADE_BY_TOOLS)
            if hidden or made:
                continue
            if path.is_dir():
                pending.append(path)
            else:
                yield path


FILES = list(project_files())
MODULES = {path.relative_to(ROOT).as_posix(): path for path in FILES if path.suffix == ".py"}
PACKAGES = sorted(
    p for r in SOURCE_ROOTS for p in (ROOT / r / "generale").iterdir() if p.name != "__pycache__"
)


def test_the_namespace_folder_holds_packages_and_nothing_else() -> None:
    assert [p.name for p in PACKAGES if not (p / "__init__.py").is_file()] == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_tells_type_checkers_that_it_is_typed(package: Path) -> None:
    assert (package / "py.typed").is_file()


def test_no_module_is_too_long() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}

    assert {name: n for name, n in lengths.items() if n > MODULE_LINES} == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{name}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    }

    assert {place: n for place, n in lengths.items() if n > FUNCTION_LINES} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name for name in MODULES if FORBIDDEN_NAMES & set(Path(name).with_suffix("").parts)] == []


def test_the_version_is_the_newest_of_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[([^\]]+)\]", text, flags=re.MULTILINE)

    assert headings[:2] == ["Unreleased", PROJECT["project"]["version"]]


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether an ``except`` clause also catches what nobody thought of."""
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(c, ast.Name) and c.id in {"Exception", "BaseException"} for c in caught)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("except:", True),
        ("except Exception:", True),
        ("except (ValueError, BaseException) as error:", True),
        ("except ValueError:", False),
        ("except (KeyError, ValueError):", False),
    ],
)
def test_a_clause_that_catches_everything_is_recognised(clause: str, expected: bool) -> None:
    (statement,) = ast.parse(f"try:\n    pass\n{clause}\n    pass\n").body
    assert isinstance(statement, ast.Try)

    assert catches_everything(statement.handlers[0]) is expected


def test_only_the_edges_catch_every_exception() -> None:
    places = [
        f"{name}:{node.lineno}"
        for name, path in MODULES.items()
        if name not in EDGE_FILES
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]

    assert places == []


@pytest.mark.parametrize(
    ("comment", "bare"),
    [
        ("# type: " + "ignore", True),
        ("# type: " + "ignore[arg-type]", True),
        ("# type: " + "ignore[arg-type]  # the stubs are wrong", False),
        ("# no" + "qa", True),
        ("# no" + "qa: BLE001", True),
        ("# no" + "qa: BLE001, S110 - last resort of this edge", False),
    ],
)
def test_a_suppression_without_a_reason_is_recognised(comment: str, bare: bool) -> None:
    assert bool(BARE_SUPPRESSION.search(comment)) is bare


def test_every_suppressed_warning_has_a_code_and_a_reason() -> None:
    places = [
        f"{name}:{token.start[0]} {token.string}"
        for name, path in MODULES.items()
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
        if token.type == tokenize.COMMENT and BARE_SUPPRESSION.search(token.string)
    ]

    assert places == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a path of one machine", "open('/" + "home/someone/x')"),
        ("a path of one machine", "file:///" + "root/x"),
        ("the host of a package registry", "https://py" + "pi.org/simple"),
        ("the host of a package registry", "--extra-index" + "-url=x"),
    ],
)
def test_a_foreign_place_is_recognised(what: str, text: str) -> None:
    assert FOREIGN_PLACES[what].search(text)


@pytest.mark.parametrize("what", FOREIGN_PLACES)
def test_no_file_depends_on_one_machine_or_one_registry(what: str) -> None:
    places = []
    for path in FILES:
        text = path.read_bytes().decode("utf-8", errors="replace")
        places += [
            f"{path.relative_to(ROOT)}: {found.group()}" for found in FOREIGN_PLACES[what].finditer(text)
        ]

    assert places == []
