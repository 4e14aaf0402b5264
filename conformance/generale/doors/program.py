"""A program that reads lines on stdin and writes lines on stdout, in a process group of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread

PATIENCE_SECONDS = 5.0
"""How long a program gets to leave once its input ended, or once it was told to leave (project-defined)."""

LEAVING_SECONDS = 1.0
"""How long a program that closed its output gets to leave, so that its exit code can be told."""


class Program:
    """One running program. A line is said, then one is heard; ``OSError`` where it cannot be started.

    What it writes on stderr goes where ours goes.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        # A group of its own: Ctrl-C on the terminal is for the rehearsal, which then ends the program and
        # whatever that started.
        self._process = subprocess.Popen(  # noqa: S603  # the user names the program, and no shell reads it
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._said: SimpleQueue[tuple[bytes, int] | None] = SimpleQueue()
        self._heard: SimpleQueue[bytes] = SimpleQueue()
        # One thread holds both pipes, so that neither a program that does not read nor one that does not
        # write can hold up whoever waits for it with a time limit.
        self._talk = Thread(target=self._converse, name="program", daemon=True)
        self._is_awaited = False
        self._talk.start()

    def ask(self, line: bytes, most: int, seconds: float) -> bytes | None:
        """Say a line, and hear one of at most ``most`` bytes and its end; None where none came in time.

        Empty where the program closed its output; without an end of line where it did so in the middle, or
        where the line is longer.
        """
        self._said.put((line, most + 1))
        self._is_awaited = True
        try:
            heard = self._heard.get(timeout=seconds)
        except Empty:
            return None
        self._is_awaited = False
        return heard

    def left_with(self) -> int | None:
        """The exit code of a program that closed its output, below zero for a signal; None if it stays."""
        try:
            return self._process.wait(LEAVING_SECONDS)
        except subprocess.TimeoutExpired:
            return None

    def end(self, patience: float) -> None:
        """End its input, give it ``patience`` seconds to leave, and end its group. Nothing is left behind."""
        self._said.put(None)
        try:
            if self._is_awaited or not self._left_within(patience):
                _tell_group(self._process, kill=False)
                self._left_within(PATIENCE_SECONDS)
        finally:  # also where somebody has no patience
            _tell_group(self._process, kill=True)
            self._process.wait()
            self._talk.join(LEAVING_SECONDS)

    def _left_within(self, seconds: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.returncode is not None

    def _converse(self) -> None:
        """Carry lines there and back until there is nothing more to say, then close both pipes."""
        says, hears = self._process.stdin, self._process.stdout
        assert says is not None
        assert hears is not None
        with hears:
            while (asked := self._said.get()) is not None:
                line, most = asked
                # A program may leave with its answer written and its input unread.
                with suppress(OSError):
                    says.write(line)
                    says.flush()
                self._heard.put(hears.readline(most))
            with suppress(OSError):
                says.close()


def _tell_group(process: "subprocess.Popen[bytes]", *, kill: bool) -> None:
    """Ask everything in the group of a program to leave, or make it leave."""
    if sys.platform == "win32":
        if process.poll() is None:
            process.kill()
        return
    # The group has the number of the program, which the system gives to nobody while the group has members.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
