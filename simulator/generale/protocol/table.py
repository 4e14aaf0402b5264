"""A table of a TOML file, taken entry by entry: what does not fit is told with the name of the entry."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from generale.protocol.errors import PeerError, UsageError

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or a table in a table, that knows its file and its path in it.

    Whatever is missing or of another kind is a ``UsageError``. Tables in a list count from 1.
    """

    file: str
    values: Mapping[str, Any]
    path: str = ""

    def value(self, key: str) -> Any:
        """An entry as it stands."""
        if key not in self.values:
            raise UsageError(f"{self.file} lacks '{self._entry(key)}'", hint=_HINT)
        return self.values[key]

    def text(self, key: str) -> str:
        """A text that is not blank."""
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "a text")
        return value

    def parsed(self, key: str, parse: Callable[[str], T]) -> T:
        """A text that ``parse`` can read; it may refuse with a ``PeerError`` or a ``ValueError``."""
        text = self.text(key)
        try:
            return parse(text)
        except (PeerError, ValueError) as error:
            raise UsageError(f"{self.file}: {self._entry(key)}: {error}", hint=_HINT) from error

    def number(self, key: str, most: int) -> int:
        """A whole number from 0 on."""
        value = self.value(key)
        if type(value) is not int or not 0 <= value <= most:
            raise self.wrong(key, f"a whole number from 0 to {most}")
        return value

    def day(self, key: str) -> date:
        """A date as TOML writes it, without quotes."""
        value = self.value(key)
        if type(value) is not date:
            raise self.wrong(key, "a date without quotes")
        return value

    def word(self, key: str, kind: type[E]) -> E:
        """One word of a closed set."""
        value = self.value(key)
        if value not in list(kind):
            raise self.wrong(key, f"one of {', '.join(kind)}")
        return kind(value)

    def words(self, key: str, kind: type[E]) -> frozenset[E]:
        """A list of words of a closed set."""
        values = self.value(key)
        if not isinstance(values, list) or any(value not in list(kind) for value in values):
            raise self.wrong(key, f"a list of {', '.join(kind)}")
        return frozenset(kind(value) for value in values)

    def texts(self, key: str) -> frozenset[str]:
        """A list of texts, none of them blank."""
        values = self.value(key)
        if not isinstance(values, list) or any(
            not isinstance(value, str) or not value.strip() for value in values
        ):
            raise self.wrong(key, "a list of texts")
        return frozenset(values)

    def table(self, key: str) -> "Table":
        """A table in this one."""
        value = self.value(key)
        if not isinstance(value, dict):
            raise self.wrong(key, "a table")
        return Table(self.file, value, self._entry(key))

    def tables(self, key: str, *known: str) -> tuple["Table", ...]:
        """A list of tables, each with no other entries than the known ones."""
        values = self.value(key)
        if not isinstance(values, list) or not values or any(not isinstance(one, dict) for one in values):
            raise self.wrong(key, "a list of tables")
        return tuple(
            Table(self.file, one, f"{self._entry(key)}[{number}]").only(*known)
            for number, one in enumerate(values, start=1)
        )

    def only(self, *known: str) -> "Table":
        """This table, with no other entries than the known ones."""
        for key in self.values:
            if key not in known:
                raise UsageError(
                    f"{self.file}: '{self._entry(key)}' is unknown", hint=f"known: {', '.join(known)}"
                )
        return self

    def wrong(self, key: str, expected: str) -> UsageError:
        """The error for an entry that is something else than is expected."""
        value = self.values[key]
        given = f"'{value}'" if isinstance(value, str) else value
        return UsageError(f"{self.file}: {self._entry(key)}: {expected} is expected, not {given}", hint=_HINT)

    def _entry(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


MAX_TABLE_BYTES = 256 * 1024
"""No table of a profile is larger: reading TOML can take the square of its length (project-defined)."""

_HINT = "compare it with the standard profile"


def read_toml(raw: bytes) -> dict[str, Any]:
    """What stands in TOML from outside; ``ValueError`` or ``RecursionError`` where it cannot be read.

    Whole numbers are those of 64 bits, as TOML asks: of longer ones Python reads what it cannot write again.
    """
    document = tomllib.loads(raw.decode())
    inside: list[Any] = [document]
    while inside:
        match inside.pop():
            case dict() as table:
                inside += table.values()
            case list() as values:
                inside += values
            case int() as number if not -(2**63) <= number < 2**63:
                raise ValueError("a whole number has more than 64 bits")
    return document


def read_table(files: Mapping[str, bytes], name: str) -> Table:
    """The TOML file with this name; ``UsageError`` where it is missing or cannot be read."""
    if name not in files:
        raise UsageError(f"the profile lacks '{name}'", hint=_HINT)
    if len(files[name]) > MAX_TABLE_BYTES:
        raise UsageError(f"{name} is larger than {MAX_TABLE_BYTES} bytes", hint="shorten it")
    try:
        return Table(name, read_toml(files[name]))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} cannot be read: {error}", hint="mend the file") from error
