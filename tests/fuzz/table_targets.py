"""Tables of an agency: examples, attacks, and everything that is made of what could be read."""

from collections.abc import Callable, Sequence

from tests.unit.agency.tables_by_hand import RECOVERIES, ROLLOUT

from generale.agency.account import account
from generale.agency.reading import own_readings
from generale.agency.recovery import COLUMNS, read_recoveries
from generale.agency.recovery_document import recovery_document
from generale.agency.recovery_text import recovery_text
from generale.agency.rollout import read_rollout
from generale.agency.rollout_document import rollout_document
from generale.agency.rollout_text import rollout_text
from generale.agency.sheet import MAX_ROWS
from generale.agency.wording import Wording
from generale.scenarios.population.tables import read_table, written

HEADING = ";".join(COLUMNS).encode() + b"\n"


def account_of(raw: bytes) -> object:
    """A table of recoveries, counted, compared and written out in every form."""
    told = account(read_recoveries(raw), own_readings())
    assert sum(group.tally.amount.cents for group in told.groups) == told.total.amount.cents
    text = recovery_text(told, Wording("nl"), 80)
    assert text.replace("\n", "").isprintable()
    return recovery_document(told)


def rollout_of(raw: bytes) -> object:
    """A table of the rollout, written out in every form."""
    told = read_rollout(raw)
    assert rollout_text(told, Wording("en"), 80).replace("\n", "").isprintable()
    return rollout_document(told)


def tables_of_recoveries() -> Sequence[bytes]:
    """The published table, whole and in part, in two encodings of its line ends."""
    lines = RECOVERIES.splitlines(keepends=True)
    return RECOVERIES, RECOVERIES.replace(b"\n", b"\r\n"), b"".join(lines[:4]), lines[0] + lines[11]


def tables_of_rollout() -> Sequence[bytes]:
    """The published table, whole and in part."""
    lines = ROLLOUT.splitlines(keepends=True)
    return ROLLOUT, b"".join(lines[:5]), lines[0] + lines[2]


def residents_of(raw: bytes) -> object:
    """Residents as they are imported: every row is written and read again as the same one."""
    rows = read_table("residents", raw).rows
    assert read_table("residents", written("residents", rows)).rows == rows
    return rows


def tables_of_residents() -> Sequence[bytes]:
    """A table of residents, with another order of columns, and apart by commas."""
    people = [
        ("38021400004", "Peeters", "Anna", "1938-02-14", "woman"),
        ("29073100019", "D'Hondt", "Jan", "1929-07-31", "man"),
    ]
    heading = ("insz", "family_name", "given_name", "birth_date", "sex")
    lines = [";".join(row) for row in (heading, *people)]
    return (
        "\n".join(lines).encode(),
        "\r\n".join(lines).replace(";", ",").encode("utf-8-sig"),
        "\n".join(";".join(reversed(row)) for row in (heading, *people)).encode(),
    )


def _rows(row: str) -> Callable[[], bytes]:
    """As many rows as are read, each with its number in it, about as long as a file may be."""
    return lambda: HEADING + "".join(row.format(n=n) for n in range(MAX_ROWS)).encode()


TABLE_ATTACKS: Sequence[Callable[[], bytes]] = (
    lambda: b"",
    lambda: b"\x00" * 1000,
    lambda: b"\xff\xfe" + RECOVERIES.decode().encode("utf-16-le"),
    lambda: b'"' * 1_000_000,
    lambda: HEADING + b'"' + b"\n" * 1_000_000,
    lambda: b";" * 1_000_000,
    lambda: b"\r" * 1_000_000,
    lambda: HEADING + b"9" * 1_000_000,
)
RECOVERY_ATTACKS: Sequence[Callable[[], bytes]] = (
    *TABLE_ATTACKS,
    _rows("1;Z;H;1{n:04};9980250,00;2019-01-01;\n"),
    _rows("1;Z;H;10000;{n}.01;2019-01-01;\n"),
    _rows("1;Z{n};H{n};1{n:04}|2{n:04};1.00;2019-01-01|2019-01-02;\n"),
    _rows("2;Z;H;1{n:04};7;2019-01-01;2019-01-01\n"),
)
