"""Of which care fund a resident is on a day: by the decision, and by the changes of fund since.

The vendor knows of a change once it has fetched the notice of it, the platform from the moment on at which
the new fund told it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from generale.conformance.case import Case
from generale.conformance.history import History
from generale.conformance.reply import FUND_CHANGE, Reply
from generale.protocol.form import from_json
from generale.protocol.ids import FundNumber, Insz
from generale.protocol.messages import FundChangeNotice
from generale.results.events import EventType

_KIND = "fund-change"
"""The kind of the event by which a scenario lets somebody change funds."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FundChange:
    """Somebody goes on to another fund; ``seq`` is where the platform learned of it."""

    seq: int
    insz: Insz
    former: FundNumber
    fund: FundNumber
    start: date


def fund_changes(history: History) -> Iterator[FundChange]:
    """The changes that a scenario let happen, in the order in which the platform learned of them."""
    for event in history.of_type(EventType.BEHAVIOUR):
        if event.data.get("kind") == _KIND:
            told = {name: event.data.get(name) for name in ("insz", "former", "fund", "start")}
            yield from_json(FundChange, {"seq": event.seq, **told})


def changes_of(history: History, case: Case) -> list[FundChange]:
    """Those of the resident of a stay."""
    return [one for one in fund_changes(history) if case.stay.is_known_as(one.insz)]


def notices(history: History) -> list[Reply]:
    """The notices of a change that were put in a mailbox, in order."""
    return [one for one in history.mailed if one.kind == FUND_CHANGE]


def learned(history: History, change: FundChange) -> int | None:
    """Where the vendor fetched a notice of a change first; None where it never did."""
    return min(
        (one.fetched[0] for one in notices(history) if one.fetched and _tells(one, change)), default=None
    )


def fund_on(history: History, case: Case, day: date, seq: int) -> FundNumber | None:
    """The fund of a stay on a day, as the vendor knows it by decisions and notices at a place."""
    known = [one for one in changes_of(history, case) if (at := learned(history, one)) and at <= seq]
    return _after(case.fund(seq), known, day)


def fair_funds(history: History, case: Case, day: date, seqs: Iterable[int]) -> tuple[FundNumber, ...]:
    """The funds that may count as that of a day, as it was known at these places, the vendor's own first.

    Before it has fetched a notice that is also the fund that the platform knows already.
    """
    found: list[FundNumber | None] = []
    changes = changes_of(history, case)
    for seq in seqs:
        told = [one for one in changes if one.seq <= seq]
        found += [fund_on(history, case, day, seq), _after(case.fund(seq), told, day)]
    return tuple(dict.fromkeys(one for one in found if one))


def memberships(history: History, insz: str, seq: int) -> Sequence[tuple[str, date, date | None]] | None:
    """Of which funds somebody is a member as the platform knows it then; None where the cast does not say."""
    rows = history.memberships.get(insz)
    if rows is None:
        return None
    for change in fund_changes(history):
        if change.insz == insz and change.seq < seq:
            eve = change.start - _DAY
            rows = [
                (fund, since, eve if since <= eve and (until is None or until > eve) else until)
                for fund, since, until in rows
            ]
            rows.append((change.fund, change.start, None))
    return rows


def _after(fund: FundNumber | None, changes: Sequence[FundChange], day: date) -> FundNumber | None:
    """The fund of a day for somebody who began with a fund: each change leads on from the former one."""
    for change in sorted(changes, key=lambda one: one.start):
        if fund == change.former and change.start <= day:
            fund = change.fund
    return fund


def _tells(reply: Reply, change: FundChange) -> bool:
    said = reply.document
    return (
        isinstance(said, FundChangeNotice)
        and reply.seq > change.seq
        and (said.insz, said.fund, said.start) == (change.insz, change.fund, change.start)
    )
