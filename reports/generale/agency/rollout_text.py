"""The table of the rollout for a person."""

from collections.abc import Iterator

from generale.agency.layout import left, right, strong, wrapped
from generale.agency.rollout import TOTAL, TYPES, Bounds, Rollout, Share
from generale.agency.wording import Wording

NARROWEST = 80
"""Narrower terminals are written as if they had so many columns."""

KNOWN_METRICS = {"zonder opnamebericht": "no-admission", "zonder verwerkte factuur": "no-invoice"}
"""The metrics of the published table, which have words in both languages."""

_COLUMN, _WIDEST = 12, 90


def rollout_text(told: Rollout, wording: Wording, width: int, colour: bool = False) -> str:
    """Every metric by type, of how many facilities, and whether it adds up."""
    room = max(width, NARROWEST)
    blocks = [list(_title(told, wording, room))]
    blocks += [list(_metric(told, metric, wording, min(room, _WIDEST), colour)) for metric in told.metrics]
    blocks.append(list(_facilities(told, wording, room)))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def metric_name(metric: str, say: Wording) -> str:
    """What is counted, in the language of the reader where it is known."""
    known = KNOWN_METRICS.get(metric.casefold())
    return say(f"rollout.{known}") if known else metric


def _title(told: Rollout, say: Wording, width: int) -> Iterator[str]:
    if told.as_of is None or told.day_source is None:
        title = say("rollout.no-day")
    else:
        title = say("rollout.title", day=told.as_of, source=say(f"recoveries.day-{told.day_source}"))
    yield from wrapped(title, width)
    if told.not_read:
        yield from wrapped(say("recoveries.not-read", names=say.listed(told.not_read)), width)


def _metric(told: Rollout, metric: str, say: Wording, width: int, colour: bool) -> Iterator[str]:
    name = width - 4 * _COLUMN
    heads = [say(f"rollout.head-{head}") for head in ("without", "printed", "of", "computed")]
    *before, last = wrapped(metric_name(metric, say), name, 0, 0)
    yield from before
    yield strong(left(last, name) + "".join(right(head, _COLUMN) for head in heads), colour)
    yield "─" * width
    for one in told.metrics[metric]:
        bounds = told.facilities[one.kind]
        cells = (
            say.whole(one.count),
            f"{say.decimal(str(one.percentage))} %",
            _bounds(bounds, say),
            _computed(one, bounds, say),
        )
        kind = f"  {say(f'rollout.type-{one.kind}')}"
        yield left(kind, name) + "".join(right(cell, _COLUMN) for cell in cells).rstrip()
    yield f"  {_sum_of_counts(told, metric, say)}"


def _computed(one: Share, bounds: Bounds, say: Wording) -> str:
    if not bounds.only:
        return ""
    return f"{say.decimal(f'{100 * one.count / bounds.only:.4f}')} %"


def _sum_of_counts(told: Rollout, metric: str, say: Wording) -> str:
    adds_up = told.counts_add_up(metric)
    if adds_up is None:
        return say("rollout.not-comparable")
    if adds_up:
        return say("rollout.adds-up")
    found = {one.kind: one.count for one in told.metrics[metric]}
    total = found.pop(TOTAL)
    return say("rollout.differs", sum=say.whole(sum(found.values())), total=say.whole(total))


def _bounds(bounds: Bounds, say: Wording) -> str:
    if bounds.is_empty:
        return "?"
    if bounds.most is None:
        return f"≥ {say.whole(bounds.least)}"
    if bounds.only is not None:
        return say.whole(bounds.only)
    return f"{say.whole(bounds.least)}–{say.whole(bounds.most)}"


def _facilities(told: Rollout, say: Wording, width: int) -> Iterator[str]:
    yield from wrapped(say("rollout.facilities"), width, 0, 0)
    for kind, bounds in told.facilities.items():
        if bounds.is_empty:
            yield from wrapped(say("rollout.impossible", kind=kind), width, 2)
        elif bounds.only is None:
            yield from wrapped(say("rollout.not-one", kind=kind, bounds=_bounds(bounds, say)), width, 2)
    adds_up = told.facilities_add_up
    if adds_up is not None:
        numbers = [_bounds(told.facilities[kind], say) for kind in TYPES]
        key = "rollout.sum" if adds_up else "rollout.sum-differs"
        yield from wrapped(say(key, sum=" + ".join(numbers[:-1]), total=numbers[-1]), width, 2)
