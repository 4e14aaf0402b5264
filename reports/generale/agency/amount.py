"""What stands in a cell: an amount, a percentage, a count, a day. What can be read in two ways is refused."""

import re
from datetime import date
from decimal import Decimal

from generale.agency.sheet import Cell
from generale.protocol.clock import parse_date
from generale.protocol.errors import PeerError
from generale.protocol.money import Euro

MOST = Euro(1_000_000_000)
"""The largest amount of one recovery that is read, ten million euro (project-defined)."""

_PLAIN = re.compile(r"[0-9]+([.,][0-9]{1,2})?")
"""Digits without groups, and cents behind a point or a comma: ``14223,60``, ``1234.56``, ``342``."""

_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,[0-9]{1,2}|(?:,[0-9]{3})+\.[0-9]{1,2}"
    r"|(?:\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,})"
)
"""Groups of three behind one mark, and cents behind the other: ``16.001,55``, ``16,001.55``."""

_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
"""A thousand and more, or three decimals: nobody can tell."""

_PERCENTAGE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,4})? ?%?")
_COUNT = re.compile(r"[0-9]{1,7}")


def amount_in(cell: Cell) -> Euro:
    """An amount in euro above zero; ``UsageError`` for what is none, or may be two."""
    text = cell.text
    if _EITHER.fullmatch(text):
        raise cell.refused(
            f"{cell.quoted} may be thousands or decimals",
            f"write {text[:-4]}{text[-3:]}.00, or with two decimals",
        )
    if _PLAIN.fullmatch(text):
        plain = text.replace(",", ".")
    elif _GROUPED.fullmatch(text):
        plain = _without_groups(text)
    else:
        raise cell.refused(
            f"{cell.quoted} is not an amount in euro", "write it as 14223,60 or 16.001,55 or 1234.56"
        )
    euros, _, decimals = plain.partition(".")
    if len(euros) > len(str(MOST.cents)):
        raise _too_large(cell)
    amount = Euro.parse(f"{int(euros)}.{decimals or '00'}")
    if amount.cents == 0:
        raise cell.refused("an amount of zero is no recovery", "leave the row out, or mend the amount")
    if amount > MOST:
        raise _too_large(cell)
    return amount


def percentage_in(cell: Cell) -> Decimal:
    """A percentage from 0 to 100 with the decimals that were printed: ``1,34%`` or ``1.34``."""
    if not _PERCENTAGE.fullmatch(cell.text):
        raise cell.refused(f"{cell.quoted} is not a percentage", "write it as 1.34")
    share = Decimal(cell.text.rstrip("% ").replace(",", "."))
    if share > 100:
        raise cell.refused(f"{cell.quoted} is more than 100 %", "write it as 1.34")
    return share


def count_in(cell: Cell) -> int:
    """A number of facilities, in digits alone."""
    if not _COUNT.fullmatch(cell.text):
        raise cell.refused(
            f"{cell.quoted} is not a number of facilities", "write digits alone, at most seven"
        )
    return int(cell.text)


def day_in(cell: Cell, text: str | None = None) -> date:
    """A day, written as 2019-03-05; another order of day and month could be read in two ways."""
    try:
        return parse_date(cell.text if text is None else text)
    except PeerError as error:
        raise cell.refused(str(error), "write it as 2019-03-05") from error


def _without_groups(text: str) -> str:
    """A grouped amount with a point before its cents and no other mark."""
    last = max(text.rfind("."), text.rfind(","))
    if len(text) - last - 1 == 3:
        return text.replace(".", "").replace(",", "")
    return f"{text[:last].replace('.', '').replace(',', '')}.{text[last + 1 :]}"


def _too_large(cell: Cell) -> Exception:
    return cell.refused(f"{cell.quoted} is more than {MOST} euro", "split it, or mend the amount")
