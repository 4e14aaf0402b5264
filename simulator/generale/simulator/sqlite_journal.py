"""The journal in a SQLite file: one transaction per step, on disk before anything is acknowledged."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generale.protocol.clock import parse_instant
from generale.protocol.errors import DiskFailure, UsageError
from generale.results.events import event_from_line
from generale.results.json_line import json_line
from generale.simulator.journal import Command, Entry, Step, Stored

_SCHEMA_VERSION = 4

LOCK_SECONDS = 2.0
"""How long a store that another process is just letting go of is waited for."""

_APPLICATION_ID = 0x47454E52
"""Tells SQLite and ``file`` whose database this is: the letters GENR (project-defined)."""

_SCHEMA = """
CREATE TABLE rehearsal (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, set_up TEXT NOT NULL);
CREATE TABLE step (
    number INTEGER PRIMARY KEY, rehearsal INTEGER NOT NULL, commands TEXT NOT NULL, events TEXT NOT NULL
);
CREATE TABLE evidence (
    number INTEGER PRIMARY KEY, rehearsal INTEGER NOT NULL, digest TEXT NOT NULL, content BLOB NOT NULL
);
"""
# No table has an index: everything is written at the end and read as a whole, in order, after a restart.
# A command is a line of JSON; an event is its line of the transcript behind its world number and a blank.

_PAGE_BYTES = 16 * 1024
"""Evidence is some kilobytes: in pages of four each piece would be written in two or three parts."""

_CHECKPOINT_PAGES = 256
"""After how many pages, four megabytes, the log of SQLite is copied into the file; whoever commits waits."""


class SqliteJournal:
    """Rehearsals in one file; ``synchronous=FULL``, so a step that was written survives a power cut.

    One process has the file at a time: two would not know of each other's worlds.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the file; ``UsageError`` where it is something else."""
        self._numbers: dict[str, int | None] = {}
        try:
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=LOCK_SECONDS
            )
            self._connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")
            self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._require_ours(path)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("COMMIT")
            if not self._tables():
                self._connection.executescript(
                    f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA application_id={_APPLICATION_ID};"
                    f" PRAGMA user_version={_SCHEMA_VERSION}; COMMIT;"
                )
        except sqlite3.Error as error:
            raise UsageError(f"{path} cannot be used as a store: {error}", hint=_hint(error)) from error

    def open(self, rehearsal: str, set_up: Mapping[str, Any]) -> None:
        """Begin a rehearsal."""
        with self._transaction():
            begun = self._connection.execute(
                "INSERT INTO rehearsal (name, set_up) VALUES (?, ?)", (rehearsal, json.dumps(set_up))
            )
        self._numbers[rehearsal] = begun.lastrowid

    def write(self, steps: Mapping[str, Step]) -> None:
        """Write a step of each rehearsal, all of them or none; ``DiskFailure`` where the disk refuses."""
        with self._transaction():
            for rehearsal, step in steps.items():
                self._write(self._numbers[rehearsal], step)

    def _write(self, number: int | None, step: Step) -> None:
        self._connection.executemany(
            "INSERT INTO evidence (rehearsal, digest, content) VALUES (?, ?, ?)",
            [(number, name, content) for name, content in step.evidence.items()],
        )
        commands = "\n".join(map(_command_line, step.commands))
        events = "\n".join(f"{entry.world_number} {entry.event.to_line()}" for entry in step.entries)
        self._connection.execute(
            "INSERT INTO step (rehearsal, commands, events) VALUES (?, ?, ?)", (number, commands, events)
        )

    def forget(self, rehearsal: str) -> None:
        """Remove a rehearsal that is over, whole."""
        number = self._numbers.pop(rehearsal)
        with self._transaction():
            self._connection.execute("DELETE FROM rehearsal WHERE number = ?", (number,))
            for table in ("step", "evidence"):
                self._connection.execute(f"DELETE FROM {table} WHERE rehearsal = ?", (number,))  # noqa: S608  # names of our own tables

    def stored(self) -> Iterator[Stored]:
        """The rehearsals in the file, in the order in which they began."""
        rows = self._connection.execute(
            "SELECT number, name, set_up FROM rehearsal ORDER BY number"
        ).fetchall()
        for number, name, set_up in rows:
            self._numbers[name] = number
            steps = self._connection.execute(
                "SELECT commands, events FROM step WHERE rehearsal = ? ORDER BY number", (number,)
            ).fetchall()
            evidence = self._connection.execute(
                "SELECT digest, content FROM evidence WHERE rehearsal = ?", (number,)
            )
            yield Stored(
                rehearsal=name,
                set_up=json.loads(set_up),
                commands=[_command(line) for commands, _ in steps for line in _lines(commands)],
                entries=[_entry(line) for _, events in steps for line in _lines(events)],
                evidence=dict(evidence.fetchall()),
            )

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _tables(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return int(count)

    def _require_ours(self, path: Path) -> None:
        (owner,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if self._tables() and (owner, version) != (_APPLICATION_ID, _SCHEMA_VERSION):
            self._connection.close()
            what = f"a store of version {version}" if owner == _APPLICATION_ID else "of another program"
            raise UsageError(f"{path} is {what}", hint="take another file for --store")

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._connection)


def _hint(error: sqlite3.Error) -> str:
    """What may help where a store cannot be used."""
    match getattr(error, "sqlite_errorcode", None):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "another process uses it: end that, or take another file for --store"
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return "it is no store, or a damaged one: take another file for --store"
        case _:
            return "give --store a file, new or a store, that can be written"


def _command_line(command: Command) -> str:
    return json_line({"at": command.at.isoformat(), "name": command.name, "body": command.body})


def _command(line: str) -> Command:
    record = json.loads(line)
    return Command(name=record["name"], at=parse_instant(record["at"]), body=record["body"])


def _entry(line: str) -> Entry:
    world_number, _, event = line.partition(" ")
    return Entry(event=event_from_line(event), world_number=int(world_number))


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


class _Transaction:
    """All or nothing; a refusal of the disk is the world's failure, not a bug."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise DiskFailure(f"the store cannot be written: {error}") from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            try:
                self._connection.execute("COMMIT")
                return
            except sqlite3.OperationalError as refused:
                self._roll_back()
                raise DiskFailure(f"the store cannot be written: {refused}") from refused
        self._roll_back()
        if isinstance(error, sqlite3.OperationalError):
            raise DiskFailure(f"the store cannot be written: {error}") from error

    def _roll_back(self) -> None:
        # A full disk makes SQLite roll back by itself.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
