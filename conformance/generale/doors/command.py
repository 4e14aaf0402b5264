"""The command door: a program that reads requests as lines on stdin and writes answers as lines on stdout.

It is an image of the HTTP form, line for line: a request is ``{"id": 1, "operation": "act", "body": {…}}``,
its answer ``{"id": 1, "status": 200, "body": {…}}``, with the bodies and the statuses of
``docs/reference/driver.openapi.yaml`` (project-defined).
"""

import json
import shlex
import signal
import sys
from typing import Any

from generale.doors.asking import SHOWN_CHARACTERS, Answer, AskedProduct, misfit
from generale.doors.program import PATIENCE_SECONDS, Program
from generale.doors.wire import MAX_BODY_BYTES, read_body
from generale.protocol.errors import EnvironmentFailure, GeneraleError, PeerError, UsageError
from generale.protocol.form import to_json

TIMEOUT_SECONDS = 60.0
"""How long a product may take over an answer before it counts as unreachable (project-defined)."""

MAX_LINE_BYTES = MAX_BODY_BYTES
"""The longest line that is read, in bytes, with its end."""

_SENT_BY_OTHERS = frozenset({"SIGHUP", "SIGINT", "SIGKILL", "SIGTERM"})
"""Signals that somebody else sends: a program that leaves by another one crashed by itself."""

_HINT = "the form is cmd: and a program with its arguments, such as 'cmd:python3 product.py'"


class CommandDoor(AskedProduct):
    """A product that is a program on this machine.

    ``command`` is split into words as a shell would; no shell reads it. The program starts with the first
    request. One that answered wrongly, or not in ``timeout`` seconds, is ended, and starts anew with the next
    request. ``close`` ends it, with everything that it started.
    """

    def __init__(self, command: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._words = _words(command)
        self._timeout = timeout
        self._program: Program | None = None
        self._asked = 0

    def close(self) -> None:
        """End the program, where one runs; it gets time to leave by itself."""
        self._end(PATIENCE_SECONDS)

    def _end(self, patience: float) -> None:
        if self._program is not None:
            self._program.end(patience)
            self._program = None

    def _exchange(self, operation: str, body: object) -> Answer:
        program = self._program = self._program or self._started()
        self._asked += 1
        request = {"id": self._asked, "operation": operation}
        line = json.dumps(request if body is None else {**request, "body": to_json(body)}).encode() + b"\n"
        heard = program.ask(line, MAX_LINE_BYTES, self._timeout)
        try:
            return self._answer(operation, program, heard)
        except GeneraleError:
            self._end(patience=0)  # whatever it writes next may belong to any request
            raise

    def _answer(self, operation: str, program: Program, heard: bytes | None) -> Answer:
        if heard is None:
            raise self._failure(f"{operation}: no answer within {self._timeout:g} seconds")
        if len(heard) > MAX_LINE_BYTES:
            raise PeerError(f"{operation}: the answer is longer than {MAX_LINE_BYTES} bytes")
        if not heard.endswith(b"\n"):
            raise self._leaving(operation, program.left_with())
        return _answer_in(operation, heard, self._asked)

    def _started(self) -> Program:
        try:
            return Program(self._words)
        except (OSError, ValueError) as error:  # the second for a word with a zero byte in it
            said = error.strerror if isinstance(error, OSError) else str(error)
            problem = f"'{self._words[0]}' cannot be started: {said}"
            if self._asked:
                raise self._failure(problem) from error
            raise UsageError(
                problem,
                hint="give a program that is in PATH, or its path; a script needs to be executable",
            ) from error

    def _leaving(self, operation: str, code: int | None) -> GeneraleError:
        """What is said of a program that closed its output in the place of answering."""
        if code is None:
            return PeerError(f"{operation}: the product closed its output without an answer")
        if code >= 0:
            return PeerError(f"{operation}: the product left with code {code} without an answer")
        name = _signal_name(-code)
        if name in _SENT_BY_OTHERS:
            return self._failure(f"{operation}: the product was ended by somebody else, with {name}")
        return PeerError(f"{operation}: the product crashed with {name}")

    def _failure(self, said: str) -> EnvironmentFailure:
        return EnvironmentFailure(said, address=self._words[0])


def _words(command: str) -> list[str]:
    """The program and its arguments; on Windows a program takes its command line apart by itself."""
    try:
        words = [command.strip()] if sys.platform == "win32" else shlex.split(command)
    except ValueError as error:
        raise UsageError(f"'cmd:{command}' cannot be read: {error}", hint=_HINT) from error
    if not words or not words[0]:
        raise UsageError(f"'cmd:{command}' names no program", hint=_HINT)
    return words


def _answer_in(operation: str, line: bytes, asked: int) -> Answer:
    """The answer that stands in a line; ``PeerError`` where it is none, or one to another request."""
    try:
        said = read_body(line)
        status, body = _parts(said, asked)
    except PeerError as error:
        shown = line.decode(errors="replace").strip()[:SHOWN_CHARACTERS]
        problem = PeerError(f"{error}; it wrote: {shown}", where=error.where)
        raise misfit(operation, problem) from error
    return Answer(status, lambda: body)


def _parts(said: Any, asked: int) -> tuple[int, Any]:
    if not isinstance(said, dict):
        raise PeerError("a line must hold one object", where="$")
    for key in said:
        if key not in ("id", "status", "body"):
            raise PeerError(f"unknown key '{key[:SHOWN_CHARACTERS]}'", where="$")
    if type(said.get("id")) is not int or said["id"] != asked:
        raise PeerError(f"'id' must be {asked}, as in the request", where="$.id")
    if type(said.get("status")) is not int:
        raise PeerError("'status' must be a whole number, 200 where all is well", where="$.status")
    return said["status"], said.get("body")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
