"""What a transition came to, for a person: month by month, by care fund, and in money."""

from collections.abc import Iterator, Mapping
from typing import Any

from generale.agency.layout import left, right, strong, wrapped
from generale.agency.wording import Wording

NARROWEST = 80
"""Narrower terminals are written as if they had so many columns."""

_WIDEST, _COLUMN = 100, 8
_TYPES = ("wzc", "cvk", "dvc")
_COUNTS = ("without_admission_message", "without_processed_invoice", "blocked")

Document = Mapping[str, Any]
"""The document of the same transition (``docs/reference/transition.schema.json``)."""


def transition_text(told: Document, say: Wording, width: int, colour: bool = False) -> str:
    """Every table of a transition, how it was played, and the digest by which it is known again."""
    room = min(max(width, NARROWEST), _WIDEST)
    blocks = [
        list(_title(told, say, room)),
        list(_months(told, say, room, colour)),
        list(_recoveries(told, say, room, colour)),
        list(_money(told, say, room, colour)),
        list(_refused(told, say, room, colour)),
        list(_end(told, say, room)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _title(told: Document, say: Wording, width: int) -> Iterator[str]:
    counts = {name: say.whole(told[name]) for name in ("facilities", "houses", "residents", "messages")}
    yield from wrapped(say("transition.title", **counts, months=told["months"], **told["period"]), width)
    yield from wrapped(say("transition.synthetic", seed=told["seed"]), width)
    yield from wrapped(say("transition.polls", hours=say.listed(told["polls"])), width)


def _months(told: Document, say: Wording, width: int, colour: bool) -> Iterator[str]:
    """A row a month: for each type the three counts."""
    rows: dict[str, dict[str, Document]] = {}
    for row in told["table"]:
        rows.setdefault(row["month"], {})[row["type"]] = row
    group = 3 * _COLUMN
    yield strong(say("transition.months"), colour)
    first = next(iter(rows.values()))
    names = [f"{kind.upper()} ({say.whole(first[kind]['facilities'])})" for kind in _TYPES if kind in first]
    yield left("", 9) + "".join(right(name, group) for name in names)
    heads = "".join(right(say(f"transition.head-{name}"), _COLUMN) for name in _COUNTS)
    yield left(say("transition.head-month"), 9) + heads * len(names)
    yield "─" * min(width, 9 + group * len(names))
    for month, kinds in rows.items():
        counts = (kinds[kind][name] for kind in kinds for name in _COUNTS)
        cells = (right("–" if count is None else say.whole(count), _COLUMN) for count in counts)
        yield left(month, 9) + "".join(cells)
    yield from wrapped(say("transition.months-legend", days=told["blocked_after_days"]), width)


def _recoveries(told: Document, say: Wording, width: int, colour: bool) -> Iterator[str]:
    column = 14
    name = width - 5 * column + 8
    yield strong(say("transition.recoveries"), colour)
    heads = ("letters", "claimed", "repaid", "open", "median")
    sizes = (10, column, 10, column, 14)
    yield left("", name) + "".join(
        right(say(f"transition.head-{head}"), size) for head, size in zip(heads, sizes, strict=True)
    )
    yield "─" * width
    for row in told["recoveries"]:
        days = "–" if row["median_days"] is None else say.decimal(str(row["median_days"]))
        cells = (
            say.whole(row["letters"]),
            say.decimal(row["claimed"], groups=True),
            say.whole(row["repaid_letters"]),
            say.decimal(row["open"], groups=True),
            days,
        )
        fund = f"{row['fund']}  {row[f'name_{say.language}']}"
        *before, last = wrapped(fund, name - 1, 0, 5)
        yield from before
        yield left(last, name) + "".join(right(cell, size) for cell, size in zip(cells, sizes, strict=True))


def _money(told: Document, say: Wording, width: int, colour: bool) -> Iterator[str]:
    yield strong(say("transition.money"), colour)
    for name, amount in told["money"].items():
        text = say(f"transition.money-{name}")
        yield left(f"  {text}", width - 20) + right(say.decimal(amount, groups=True), 20)


def _refused(told: Document, say: Wording, width: int, colour: bool) -> Iterator[str]:
    yield strong(say("transition.refused"), colour)
    for row in told["refused"]:
        yield left(f"  {row['control']}", width - 20) + right(say.whole(row["messages"]), 20)
    if not told["refused"]:
        yield f"  {say('transition.none')}"


def _end(told: Document, say: Wording, width: int) -> Iterator[str]:
    lead = told["lead_times"]
    if lead["settled_months"]:
        days = {name: say.decimal(str(lead[f"{name}_days"])) for name in ("median", "longest")}
        yield from wrapped(say("transition.lead", months=say.whole(lead["settled_months"]), **days), width)
    oracle, again = told["oracle"], told["judged_again"]
    counts = {"statements": say.whole(oracle["statements"]), "breaches": say.whole(oracle["breaches"])}
    yield from wrapped(say("transition.oracle", **counts), width)
    yield from wrapped(
        say.counted("transition.again", again["houses"], differing=say.whole(again["differing"])),
        width,
    )
    yield from wrapped(_speed(told, say), width)
    yield say("transition.digest", digest=told["digest"])


def _speed(told: Document, say: Wording) -> str:
    if told["times_the_floor"] is None:
        return say("transition.silent")
    speed = {
        "seconds": say.decimal(f"{told['seconds']:.0f}", groups=True),
        "rate": say.decimal(f"{told['messages_per_second']:.0f}", groups=True),
        "floor": say.decimal(f"{told['floor_messages_per_second']:.0f}", groups=True),
        "ratio": say.decimal(f"{told['times_the_floor']:.1f}"),
        "peak": say.decimal(f"{told['peak_mib']:.0f}", groups=True),
    }
    return say("transition.speed", **speed)
