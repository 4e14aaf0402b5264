"""Whatever a program does on its two pipes is read as the contract says, or blamed on who is at fault."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generale.doors import command, program
from generale.doors.command import CommandDoor
from generale.driver.contract import Description, Done, ProductClock
from generale.driver.setup import FacilityType
from generale.driver.stimuli import BillMonth
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.errors import EnvironmentFailure, PeerError, UsageError
from generale.protocol.ids import Hco

BILL = BillMonth(facility=Hco.parse("4101"), month=CareMonth(2019, 4))
BEGIN = "import json, os, signal, subprocess, sys, time\n"
GOOD = f"""{BEGIN}
for line in sys.stdin:
    asked = json.loads(line)
    print(line, end="", file=sys.stderr, flush=True)
    body = {{"taken": False, "note": "later"}}
    if asked["operation"] == "describe":
        body = {{"product": "P", "version": "1", "clock": "wall", "capabilities": []}}
        body["facility_types"] = ["wzc"]
    if asked["operation"] == "observe":
        body = {{"facilities": []}}
    print(json.dumps({{"id": asked["id"], "status": 200, "body": body}}), flush=True)
"""


@contextmanager
def product(tmp_path: Path, source: str, timeout: float = 20) -> Iterator[CommandDoor]:
    """A door to a program with this source, ended at the end."""
    path = tmp_path / "a product.py"
    path.write_text(source, encoding="utf-8")
    door = CommandDoor(f"'{sys.executable}' -S '{path}'", timeout)
    try:
        yield door
    finally:
        door.close()


def is_gone(number: int) -> bool:
    """Whether no process has this number any more, after a moment in which it may be taken away."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{number}/stat")
        with suppress(OSError):  # one that was left to the system is dead while it waits to be taken away
            if state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
    return False


def test_operations_go_there_and_back_line_by_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with product(tmp_path, GOOD) as door:
        assert door.describe() == Description(
            product="P", version="1", clock=ProductClock.WALL, capabilities=(),
            facility_types=(FacilityType.WZC,),
        )  # fmt: skip
        assert door.act(BILL) == door.sync() == Done(taken=False, note="later")
        assert door.observe().facilities == ()
        door.set_clock(datetime(2019, 5, 1, 8, tzinfo=BRUSSELS))

    assert [json.loads(line) for line in capfd.readouterr().err.splitlines()] == [
        {"id": 1, "operation": "describe"},
        {"id": 2, "operation": "act", "body": {"do": "bill_month", "facility": "4101", "month": "2019-04"}},
        {"id": 3, "operation": "sync"},
        {"id": 4, "operation": "observe"},
        {"id": 5, "operation": "set_clock", "body": {"instant": "2019-05-01T08:00:00+02:00"}},
    ]


def saying(line: str) -> str:
    """The source of a program that answers every request with this line."""
    return f"{BEGIN}\nfor line in sys.stdin:\n    print({line!r}, flush=True)\n"


WRONG = {
    "words": (saying("listening…"), "not JSON in UTF-8", "$", "it wrote: listening…"),
    "nothing": (saying(""), "not JSON in UTF-8", "$", ""),
    "a list": (saying("[]"), "a line must hold one object", "$", "it wrote: []"),
    "another id": (saying('{"id": 2, "status": 200, "body": {}}'), "'id' must be 1", "$.id", ""),
    "an id that is true": (saying('{"id": true, "status": 200, "body": {}}'), "'id' must be 1", "$.id", ""),
    "no status": (saying('{"id": 1, "body": {}}'), "'status' must be a whole", "$.status", ""),
    "an unknown key": (saying('{"id": 1, "status": 200, "result": 1}'), "unknown key 'result'", "$", ""),
    "a key twice": (saying('{"id": 1, "id": 1}'), "'id' stands twice", "$", ""),
    "no body": (saying('{"id": 1, "status": 200}'), "an object is expected", "$", ""),
    "another body": (saying('{"id": 1, "status": 200, "body": {"x": 1}}'), "unknown key 'x'", "$.x", ""),
    "a refusal": (
        saying('{"id": 1, "status": 400, "body": {"problem": "no such stay", "where": "$.insz"}}'),
        "sync: the product answered with status 400: no such stay", "$.insz", "",
    ),
    "a long line": (f"{BEGIN}\nprint('x' * 2000, flush=True)", "longer than 1000 bytes", "", ""),
    "half a line": (f"{BEGIN}\nprint('{{', end='', flush=True)", "left with code 0", "", ""),
    "leaving": (f"{BEGIN}\nsys.exit(3)", "sync: the product left with code 3 without an answer", "", ""),
    "a crash": (f"{BEGIN}\nos.kill(os.getpid(), signal.SIGSEGV)", "the product crashed with SIGSEGV", "", ""),
    "an end of output": (f"{BEGIN}\nos.close(1)\ntime.sleep(60)", "closed its output", "", ""),
}  # fmt: skip


@pytest.mark.parametrize(("source", "said", "where", "quoted"), WRONG.values(), ids=WRONG)
def test_what_is_no_answer_is_the_products_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str, where: str, quoted: str
) -> None:
    monkeypatch.setattr(command, "MAX_LINE_BYTES", 1000)
    monkeypatch.setattr(program, "LEAVING_SECONDS", 0.2)

    with product(tmp_path, source) as door, pytest.raises(PeerError) as caught:
        door.sync()

    assert said in str(caught.value)
    assert quoted in str(caught.value)
    assert caught.value.where == where


@given(
    line=st.binary(max_size=60)
    | st.recursive(st.integers() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_whatever_a_line_holds_only_the_product_is_blamed(line: bytes) -> None:
    with pytest.raises(PeerError, match="sync: the answer does not fit the contract"):
        command._answer_in("sync", line, asked=1)


WORLD = {
    "silence": (f"{BEGIN}\ntime.sleep(60)", 0.3, r"sync: no answer within 0\.3 seconds"),
    "somebody who ends it": (f"{BEGIN}\nos.kill(os.getpid(), 9)", 20, "by somebody else, with SIGKILL"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "timeout", "said"), WORLD.values(), ids=WORLD)
def test_an_answer_that_does_not_come_is_the_worlds_fault(
    tmp_path: Path, source: str, timeout: float, said: str
) -> None:
    with product(tmp_path, source, timeout) as door, pytest.raises(EnvironmentFailure, match=said) as caught:
        door.sync()

    assert caught.value.address == sys.executable


def test_a_request_that_is_never_read_holds_nobody_up(tmp_path: Path) -> None:
    with (
        product(tmp_path, f"{BEGIN}\ntime.sleep(60)", 0.3) as door,
        pytest.raises(EnvironmentFailure, match="no answer"),
    ):
        door._exchange("reset", {"identity": "x" * 1_000_000})


def test_after_a_wrong_answer_the_program_starts_anew(tmp_path: Path) -> None:
    mark = tmp_path / "was here"
    source = f"""{BEGIN}
if not os.path.exists({str(mark)!r}):
    open({str(mark)!r}, "w").close()
    print("hello\\nhello again", flush=True)
    time.sleep(60)
{GOOD}"""

    with product(tmp_path, source) as door:
        with pytest.raises(PeerError, match=r"it wrote: hello$"):
            door.sync()
        assert door.sync().note == "later"


def test_a_program_that_cannot_be_started_again_is_the_worlds_fault(tmp_path: Path) -> None:
    script = tmp_path / "product"
    script.write_text(f"#!{sys.executable} -S\n{BEGIN}\nsys.stdin.readline()", encoding="utf-8")
    script.chmod(0o755)
    door = CommandDoor(f"'{script}'")
    with pytest.raises(PeerError, match="left with code 0"):
        door.sync()
    script.unlink()

    with pytest.raises(EnvironmentFailure, match="cannot be started: No such file"):
        door.sync()


LEAVES_LATE: dict[str, Callable[[Path], str]] = {
    "with its input": lambda _: GOOD,
    "only when told": lambda _: f"{GOOD}\ntime.sleep(60)",
    "not even then": lambda _: f"""{BEGIN}
signal.signal(signal.SIGTERM, signal.SIG_IGN)
{GOOD}
time.sleep(60)""",
    "and leaves a helper behind": lambda place: f"""{BEGIN}
helper = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
open({str(place)!r}, "w").write(str(helper.pid))
{GOOD}""",
}  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="groups of processes are those of POSIX")
@pytest.mark.parametrize("source", LEAVES_LATE.values(), ids=LEAVES_LATE)
def test_nothing_of_a_program_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Callable[[Path], str]
) -> None:
    place = tmp_path / "helper"
    with product(tmp_path, source(place)) as door:
        door.sync()
        running = door._program
        assert running is not None
        monkeypatch.setattr(program, "PATIENCE_SECONDS", 0.2)
        running.end(patience=0.2)

    assert running._process.returncode is not None
    assert not running._talk.is_alive()
    assert is_gone(running._process.pid)
    assert not place.exists() or is_gone(int(place.read_text(encoding="utf-8")))


def test_a_program_is_told_to_leave_at_once_while_it_owes_an_answer(tmp_path: Path) -> None:
    told = tmp_path / "told"
    source = f"""{BEGIN}
def leave(*_):
    open({str(told)!r}, "w").close()
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
{GOOD.replace("    asked = ", '    asked = json.loads(line)["id"] == 2 and time.sleep(60) or ')}"""

    with product(tmp_path, source, timeout=20) as door:
        door.sync()
        door._timeout = 0.2
        with pytest.raises(EnvironmentFailure):
            door.sync()

    assert told.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "'cmd:' names no program"),
        ("  ", "names no program"),
        ("''", "names no program"),
        ("'half", "cannot be read: No closing quotation"),
    ],
)
def test_words_that_name_no_program_are_refused_with_an_example(words: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        CommandDoor(words)

    assert "cmd:python3 product.py" in caught.value.hint


@pytest.mark.parametrize("words", ["no-such-program-of-ours", "./no/such/program", "/", "'a\0b'"])
def test_a_program_that_is_none_is_the_users_mistake(words: str) -> None:
    with pytest.raises(UsageError, match="cannot be started") as caught:
        CommandDoor(words).describe()

    assert "PATH" in caught.value.hint


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    door = CommandDoor(f"'{sys.executable}' -S -c 'import sys; print(sys.argv[1:])' $(id) ; '|' >x")

    with pytest.raises(PeerError, match=r"it wrote: \['\$\(id\)', ';', '\|', '>x'\]"):
        door.sync()


def test_an_unknown_signal_is_told_by_its_number() -> None:
    assert command._signal_name(signal.NSIG + 1) == f"signal {signal.NSIG + 1}"
