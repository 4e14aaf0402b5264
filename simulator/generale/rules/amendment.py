"""What a later rule set says of the one before it: which controls it adds, removes and rewords.

Amendments are data under ``catalogue/<effective date>/``, a file for each family that changes. ``added``
holds whole rows, ``removed`` the reasons, and ``reworded`` the reasons and what a row says from now on.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from generale.protocol.errors import OurError
from generale.protocol.messages import Outcome
from generale.rules.row import FAMILIES, Row, read_row

_REASONS = ("reason_en", "reason_nl")
_PAIRS = (("sentence_en", "sentence_nl"), ("text_en", "text_nl"))
_REWORDABLE = frozenset({*(name for pair in _PAIRS for name in pair), "outcome", "source", "passes", "fails"})
"""What may be said otherwise. The date that a row looks at, and where it points to, make another control."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a control is removed or said otherwise, in both languages."""

    en: str
    nl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """What a row says otherwise from now on, by the name of the field, and why."""

    reason: Reason
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """The changes of one rule set, by control."""

    effective: date
    added: Mapping[str, Row]
    removed: Mapping[str, Reason]
    reworded: Mapping[str, Rewording]


def read_amendment(effective: date, files: Mapping[str, bytes]) -> Amendment:
    """The changes that take effect on a date, from its files by name; ``OurError`` where one does not fit."""
    strange = sorted(set(files) - {f"{family}.toml" for family in FAMILIES})
    if strange:
        raise OurError(f"the rule set of {effective} holds {strange[0]}, which is no family of controls")
    added: dict[str, Row] = {}
    removed: dict[str, Reason] = {}
    reworded: dict[str, Rewording] = {}
    for family in FAMILIES:
        for change, control, entry in _entries(effective, f"{family}.toml", files):
            where = f"{control} in {family}.toml of {effective}"
            if control in added or control in removed or control in reworded:
                raise OurError(f"{where} is changed twice")
            try:
                if change == "added":
                    added[control] = read_row(control, family, entry)
                elif change == "removed":
                    removed[control] = _reason(dict(entry), only=True)
                else:
                    reworded[control] = _rewording(entry)
            except (TypeError, ValueError, KeyError) as error:
                raise OurError(f"the {change} row of {where} does not fit: {error}") from error
    if not (added or removed or reworded):
        raise OurError(f"the rule set of {effective} changes nothing")
    return Amendment(
        effective=effective,
        added=MappingProxyType(added),
        removed=MappingProxyType(removed),
        reworded=MappingProxyType(reworded),
    )


def amended(rows: Sequence[Row], amendment: Amendment, known: Collection[str]) -> tuple[Row, ...]:
    """The rows of the set before, changed; ``OurError`` where a change is about nothing, or changes nothing.

    ``known`` are the controls of all sets before: what was removed once does not come back as something else.
    """
    effective, present = amendment.effective, {row.id: row for row in rows}
    for control in (*amendment.removed, *amendment.reworded):
        if control not in present:
            raise OurError(
                f"the rule set of {effective} changes {control}, which the one before does not have"
            )
    for control, row in amendment.added.items():
        if control in known:
            raise OurError(f"the rule set of {effective} adds {control}, which an earlier set has")
        if row.since != effective:
            raise OurError(f"{control} is added on {effective} and says since {row.since}")
    for control in amendment.removed:
        del present[control]
    for control, rewording in amendment.reworded.items():
        present[control] = _reworded(present[control], rewording, effective)
    present |= amendment.added
    codes = [row.flat.code for row in present.values() if row.flat]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise OurError(f"flat code {twice[0]} stands twice in the rule set of {effective}")
    return tuple(sorted(present.values(), key=lambda row: FAMILIES.index(row.family)))


def _entries(
    effective: date, name: str, files: Mapping[str, bytes]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every change of one file: what kind it is, of which control, and what it says."""
    for change, rows in tomllib.loads(files.get(name, b"").decode()).items():
        if change not in ("added", "removed", "reworded"):
            raise OurError(f"{name} of {effective} says '{change}': added, removed or reworded is expected")
        for control, entry in rows.items():
            if not isinstance(entry, dict):
                raise OurError(f"{name} of {effective} has '{control}' outside a row")
            yield change, control, entry


def _rewording(entry: Mapping[str, Any]) -> Rewording:
    said = dict(entry)
    reason = _reason(said)
    strange = sorted(set(said) - _REWORDABLE)
    if strange:
        raise ValueError(f"{strange[0]} cannot be said otherwise; remove the control and add another")
    if not said:
        raise ValueError("nothing is said otherwise")
    for english, dutch in _PAIRS:
        if (english in said) is not (dutch in said):
            raise ValueError(f"{english} and {dutch} change together")
    empty = [name for name, value in said.items() if not str(value).strip()]
    if empty:
        raise ValueError(f"{empty[0]} is empty")
    if "outcome" in said:
        said["outcome"] = Outcome(said["outcome"])
        if said["outcome"] is Outcome.ACCEPTED:
            raise ValueError("a control that fails does not accept")
    return Rewording(reason=reason, said=MappingProxyType(said))


def _reason(values: dict[str, Any], *, only: bool = False) -> Reason:
    """The reasons out of an entry; with ``only`` it may hold nothing else."""
    texts = [values.pop(name) for name in _REASONS]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError("a reason is a text in both languages")
    if only and values:
        raise ValueError(f"{min(values)} stands beside the reasons")
    return Reason(en=texts[0], nl=texts[1])


def _reworded(row: Row, rewording: Rewording, effective: date) -> Row:
    same = [name for name, value in rewording.said.items() if getattr(row, name) == value]
    if same:
        raise OurError(f"the rule set of {effective} says {same[0]} of {row.id} as it was")
    return replace(row, **rewording.said)
