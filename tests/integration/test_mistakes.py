"""Every mistake of a user is one line, a hint, and the documented exit code."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.cli_session import command
from tests.integration.test_recoveries_and_rollout import RECOVERIES

from generale.scenarios.catalogue import entry


def _file(name: str, text: str) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        path = folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return make


def _copy(name: str, old: str = "", new: str = "") -> Callable[[Path], str]:
    """A file with a scenario of the library, with one thing changed."""
    text = entry(name).source.decode()
    assert old in text
    return _file("copy.yaml", text.replace(old, new, 1))


CASES = [
    pytest.param(
        ["certify", "--scenario", _copy("month/clean-month", "anchor: 2019-06-03", "anchor: 2019-13-45")],
        21,
        "there is no date 2019-13-45",
        id="impossible date",
    ),
    pytest.param(
        ["certify", "--plan", _file("p.toml", "host = '999.1.1.1'")],
        21,
        "999.1.1.1:0 is no address",
        id="impossible address",
    ),
    pytest.param(["certify", "--nonsense"], 21, "No such option", id="unknown option"),
    pytest.param(["certfy"], 21, "No such command", id="unknown command"),
    pytest.param(["certify", "--plan", "/nowhere/plan.toml"], 21, "cannot be read", id="no plan"),
    pytest.param(["certify", "--plan", _file("p.toml", "vendor = ")], 21, "not TOML", id="plan is no TOML"),
    pytest.param(
        ["certify", "--plan", _file("p.toml", "host = 0x" + "f" * 5_000)], 21, "64 bits", id="endless hex"
    ),
    pytest.param(
        ["certify", "--plan", _file("p.toml", "seed = " + "1" * 5_000)], 21, "not TOML", id="endless number"
    ),
    pytest.param(
        ["certify", "--plan", _file("p.toml", "vendr = 'x'")], 21, "vendr", id="unknown word in the plan"
    ),
    pytest.param(
        ["certify", "--plan", _file("p.toml", "seed = -1")], 21, "seed", id="impossible value in the plan"
    ),
    *(
        pytest.param(["certify", "--plan", _file("p.toml", line)], 21, said, id=f"plan with {line}")
        for line, said in (
            ("scenarios = 3", "scenarios: a list of names is expected, not 3"),
            ("scenarios = 'month/clean-month'", 'a list of names is expected, not "month/clean-month"'),
            (
                "scenarios = ['month/clean-month', 3]",
                "for each entry a text between quotes is expected, not 3",
            ),
            ("facility_types = ['home']", 'for each entry one of wzc, cvk, dvc is expected, not "home"'),
            ("chapters = {a = 1}", 'chapters: a list of names is expected, not {"a": 1}'),
            ("vendor = 3", "vendor: a text between quotes is expected, not 3"),
            ("requirement_set = 2019-04-01", "a text between quotes is expected, not 2019-04-01"),
            ("timeout_seconds = 0", "timeout_seconds: a whole number from 1 to 3600 is expected, not 0"),
            ("seed = '1'", 'seed: a whole number from 0 to 9223372036854775807 is expected, not "1"'),
            ("port = '8080'", 'port: a whole number from 0 to 65535 is expected, not "8080"'),
            ("port = true", "port: a whole number from 0 to 65535 is expected, not true"),
            ("packages = 'yes'", 'packages: true or false is expected, not "yes"'),
            ("security = 'none'", 'security: one of off, timestamp, full is expected, not "none"'),
            ("[clock]", "clock: one of virtual, wall is expected, not {}"),
            (f"host = {[1] * 50}", "host: a text between quotes is expected, not [1, 1, 1"),
            ("colour = 'red'", "colour: a plan has no such word"),
        )
    ),
    pytest.param(
        ["certify", "--plan", _file("p.toml", "vendor='http://127.0.0.1:1'\ndefect='float-to-cents'")],
        21,
        "only the reference vendor",
        id="contradictory plan",
    ),
    pytest.param(["certify", "--defect", "no-such"], 21, "no-such", id="unknown defect"),
    pytest.param(["certify", "--scenario", "month/none"], 21, "no scenario", id="unknown scenario"),
    pytest.param(["certify", "--scenario", "/nowhere/a.yaml"], 21, "cannot be read", id="no scenario file"),
    pytest.param(["certify", "--scenario", _file("a.yaml", "a: [")], 21, "line 1 is not YAML", id="no YAML"),
    pytest.param(["certify", "--scenario", _file("a.yaml", "nam: a/b")], 21, "nam", id="unknown key"),
    pytest.param(
        ["certify", "--scenario", "month/clean-month", "--scenario", "month/clean-month"],
        21,
        "chosen twice",
        id="a scenario chosen twice",
    ),
    pytest.param(
        ["certify", "--scenario", "month/clean-month", "--scenario", _copy("month/clean-month")],
        21,
        "chosen twice",
        id="a scenario and its copy",
    ),
    pytest.param(
        ["certify", "--scenario", _copy("month/clean-month", "  - RQ-CON-01", "  - RQ-XXX-99")],
        21,
        "RQ-XXX-99",
        id="a scenario that verifies what there is not",
    ),
    pytest.param(
        ["certify", "--scenario", _copy("month/clean-month", "anchor: 2019-06-03", "anchor: 9999-12-31")],
        21,
        "out of reach",
        id="an anchor at the end of time",
    ),
    pytest.param(["certify", "--chapter", "nothing"], 21, "no chapter", id="unknown chapter"),
    pytest.param(["certify", "--set", "1999-01-01"], 21, "no requirement set", id="unknown set"),
    pytest.param(["certify", "--clock", "sundial"], 21, "clock", id="unknown clock"),
    pytest.param(["certify", "--clock", "platform"], 21, "not available", id="clock that is not there yet"),
    pytest.param(["load"], 21, "load is not available", id="command that is not there yet"),
    pytest.param(["replay", "/nowhere"], 21, "not a bundle", id="nothing to play again"),
    pytest.param(["shrink", "/nowhere", "--check", "CK-REF-03"], 21, "not a bundle", id="nothing to shrink"),
    pytest.param(["shrink", "/nowhere"], 21, "--check", id="shrinking what?"),
    pytest.param(
        ["shrink", "/nowhere", "--check", "CK-REF-03", "--out", _file("a.yaml", "")],
        21,
        "is already there",
        id="a shorter scenario over another file",
    ),
    pytest.param(
        ["shrink", "/nowhere", "--check", "CK-REF-03", "--out", "/nowhere/a.yaml"],
        21,
        "no folder /nowhere",
        id="a shorter scenario nowhere",
    ),
    pytest.param(["serve", "--port", "99999"], 21, "99999", id="no such port to serve on"),
    pytest.param(["vendor", "--host", "300.1.1.1"], 21, "is no address", id="no such host"),
    pytest.param(["certify", "--profile", "/"], 21, "no profile folder", id="a profile that is a whole disk"),
    pytest.param(["vendor", "--port", "-5"], 21, "-5", id="no such port for the vendor"),
    pytest.param(["certify", "--defect", "float-to-cent"], 21, "float-to-cent", id="misspelt defect"),
    pytest.param(["certify", "--lang", "fr"], 21, "language", id="unknown language"),
    pytest.param(["certify", "--profile", "/nowhere"], 21, "no profile folder", id="no profile"),
    pytest.param(["certify", "--vendor", "carrier-pigeon"], 21, "carrier-pigeon", id="unknown door"),
    pytest.param(["certify", "--vendor", "py:nowhere:Nothing"], 21, "nowhere", id="no such module"),
    pytest.param(["certify", "--vendor", "http://127.0.0.1:99999"], 21, "99999", id="no such port"),
    pytest.param(["certify", "--vendor", "http://xn--/"], 21, "is not an address", id="no name of a host"),
    pytest.param(["certify", "--vendor", "http://127.0.0.1:9"], 20, "127.0.0.1:9", id="unreachable product"),
    pytest.param(["certify", "--out", _file("taken", "x")], 21, "is a file", id="out is a file"),
    pytest.param(["check", "/nowhere/message.xml"], 21, "cannot be read", id="no message"),
    pytest.param(["check", _file("m.xml", "<a/>"), "--date", "soon"], 21, "--date", id="no date"),
    pytest.param(["judge", "/nowhere"], 21, "not a bundle", id="no bundle"),
    pytest.param(["report", "/nowhere"], 21, "not a bundle", id="nothing to report"),
    pytest.param(["requirements", "--set", "1999-01-01"], 21, "no requirement set", id="no set to list"),
    pytest.param(["vendor", "--clock", "sundial"], 21, "clock", id="vendor with an unknown clock"),
    pytest.param(["vendor", "--defect", "no-such"], 21, "no-such", id="vendor with an unknown defect"),
    pytest.param(["init", _file("there.toml", "")], 21, "already there", id="plan exists"),
    pytest.param(
        ["serve", "--store", _file("store", "this is no database, just text" * 50)],
        21,
        "store",
        id="no store",
    ),
    pytest.param(["serve", "--host", "nowhere.invalid"], 21, "nowhere.invalid", id="no address"),
]


def _below(name: str) -> Callable[[Path], str]:
    """A folder below a file, which no disk can have."""
    make = _file(name, "x")
    return lambda folder: f"{make(folder)}/out"


CASES += [
    pytest.param(
        [*arguments, _below("f")], 21, "cannot be written: not a directory", id=f"{arguments[0]} nowhere"
    )
    for arguments in (
        ["pki", "--out"],
        ["population", "--facilities", "1", "--out"],
        ["transition", "--facilities", "1", "--months", "1", "--out"],
        ["recoveries", "--import", str(RECOVERIES), "--letters"],
        ["certify", "--scenario", "month/clean-month", "--out"],
    )
]


@pytest.mark.parametrize(("arguments", "code", "word"), CASES)
def test_a_mistake_is_one_line_with_a_hint_and_the_documented_code(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str | Callable[[Path], str]],
    code: int,
    word: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = [part if isinstance(part, str) else part(tmp_path) for part in arguments]

    left = command(capsys, *given)

    lines = left.err.strip().splitlines()
    assert left.code == code, left.err
    assert word in lines[0]
    assert lines[0].startswith("generale: ")
    assert lines[1].startswith("  hint: ")
    assert len(lines) == 2
    assert left.out == ""


@pytest.mark.parametrize("name", ["serve", "vendor"])
def test_a_port_in_use_is_a_mistake_of_the_user(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        left = command(capsys, name, "--port", str(taken.getsockname()[1]))

    assert left.code == 21
    assert "hint: " in left.err
    assert len(left.err.strip().splitlines()) == 2


def test_the_plan_that_init_writes_is_followed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plan = tmp_path / "generale.toml"

    assert command(capsys, "init", str(plan)).code == 0
    left = command(capsys, "certify", "--plan", str(plan), "--out", str(tmp_path / "run"), "--json")

    assert left.code == 0, left.err
