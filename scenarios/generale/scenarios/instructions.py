"""A scenario told to a person, step by step: who takes part, what to enter, what to wait for.

The sentences stand in ``instructions.toml``, one for each word of the scenario language. People and numbers
are those of a seed, so that who follows the instructions enters what a machine would.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel

from generale.protocol.profile import Profile
from generale.scenarios import language as words
from generale.scenarios.cast import Cast
from generale.scenarios.moment import day_of, moment_of, month_of, span_of
from generale.simulator.advancing import MoneyDeed

LANGUAGES = ("en", "nl")
"""The languages in which a scenario can be told."""

_MOMENTS = frozenset(
    {
        "start",
        "end",
        "stay",
        "since",
        "first_day",
        "last_day",
        "first",
        "last",
        "day",
        "assessed",
        "diagnosed",
    }
)
_WHO = {
    "wait": "wait",
    "advance": "clock",
    "leap": "clock",
    "behave": "exchange",
    "fund": "exchange",
    "change_fund": "exchange",
}
"""Who acts in a step; where none is named, the reader."""
_UNITS = (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One step: who acts (you, wait, clock or exchange, in words), and what is to happen.

    ``details`` has a line for each of many, where there are.
    """

    who: str
    what: str
    details: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """A scenario in one language; tables have a row of headings in front."""

    name: str
    title: str
    story: str
    conditions: Sequence[str]
    cast_heading: str
    facilities: Sequence[Sequence[str]]
    residents: Sequence[Sequence[str]]
    steps_heading: str
    steps: Sequence[Instruction]
    tried_heading: str
    tried: Sequence[str]


def instructions(scenario: words.Scenario, cast: Cast, profile: Profile, lang: str) -> Instructions:
    """A scenario with this cast as a person plays it; ``lang`` is one of ``LANGUAGES``."""
    teller = _Teller(scenario, cast, profile, lang)
    return Instructions(
        name=scenario.name,
        title=getattr(scenario.title, lang),
        story=getattr(scenario.story, lang),
        conditions=tuple(teller.conditions()),
        cast_heading=teller.said("heading", "cast"),
        facilities=tuple(teller.facilities()),
        residents=tuple(teller.residents()),
        steps_heading=teller.said("heading", "steps"),
        steps=tuple(map(teller.step, scenario.timeline)),
        tried_heading=teller.said("heading", "tried"),
        tried=tuple(scenario.verifies),
    )


@cache
def sentences() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The sentences by section, word and language."""
    text = (resources.files("generale.scenarios") / "instructions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Finds the words for one scenario."""

    scenario: words.Scenario
    cast: Cast
    profile: Profile
    lang: str

    def said(self, section: str, word: str, /, **values: str) -> str:
        """The sentence for a word, with its values filled in."""
        return sentences()[section][word][self.lang].format(**values)

    def _counted(self, section: str, word: str, count: int | str, /, **values: str) -> str:
        """The same for one thing or several."""
        return self.said(section, f"{word}_one" if str(count) == "1" else word, count=str(count), **values)

    def conditions(self) -> Iterator[str]:
        """When it begins, by which rules, and what it asks of security."""
        moment, rule_set = self._moment(self.scenario.begins), self._date(self.scenario.rule_set)
        yield self.said("heading", "begins", moment=moment, rule_set=rule_set)
        if self.scenario.security != "off":
            yield self.said("heading", f"security_{self.scenario.security}")

    def facilities(self) -> Iterator[Sequence[str]]:
        """A row for each facility."""
        columns = ("facility", "kind", "hco", "nihii", "tariffs")
        yield tuple(self.said("heading", one) for one in columns)
        for role, one in self.cast.facilities.items():
            rates = (
                f"{row.stay_type.value} {self._rate(str(row.per_day), row.since)}" for row in one.tariffs
            )
            kind = self.said("word", f"{one.type.value}_type")
            yield role, kind, one.hco, one.nihii.padded, "; ".join(rates)

    def residents(self) -> Iterator[Sequence[str]]:
        """A row for each resident."""
        yield tuple(self.said("heading", one) for one in ("resident", "insz", "born", "sex", "fund"))
        for role, one in self.cast.residents.items():
            person, fund = one.person, self.profile.funds[one.fund]
            name = fund.name_nl if self.lang == "nl" else fund.name_en
            stays = (
                self.said(
                    "word", "short_stay_elsewhere", first=self._day(stay.first), last=self._day(stay.last)
                )
                for stay in one.short_stays
            )
            yield (
                f"{role}: {person.given_name} {person.family_name}",
                person.insz,
                self._date(person.birth_date),
                self.said("word", person.sex.value),
                "; ".join((f"{one.fund} {name}", *stays)),
            )

    def step(self, step: words.Step) -> Instruction:
        """What happens in one step of the timeline."""
        (kind,) = step.model_fields_set
        who = self.said("who", _WHO.get(kind, "you"))
        history = step.tell.import_history if step.tell else None
        details = tuple(map(self._imported, history.residents)) if history else ()
        return Instruction(who=who, what=self._what(kind, step), details=details)

    def _what(self, kind: str, step: words.Step) -> str:
        if step.tell is not None:
            (name,) = step.tell.model_fields_set
            return self._told(name, getattr(step.tell, name))
        if step.wait is not None:
            return self._waited(step.wait.spec)
        if step.behave is not None:
            return self._behaved(step.behave)
        if step.fund is not None:
            part = "_part" if step.fund.deed is MoneyDeed.REPAYMENT and step.fund.amount else ""
            return self.said("fund", f"{step.fund.deed.value}{part}", **self._values(step.fund))
        if step.change_fund is not None:
            return self.said("step", kind, **self._values(step.change_fund))
        if step.advance is not None:
            span = self._span(step.advance)
            return self._counted("step", kind, span.partition(" ")[0], span=span)
        if step.leap is not None:
            return self.said("step", kind, moment=self._moment(step.leap))
        return self.said("step", kind)

    def _told(self, name: str, told: BaseModel) -> str:
        values = self._values(told)
        facts = [
            self.said("tell", f"{name}_{field}", **values)
            for field in type(told).model_fields
            if f"{name}_{field}" in sentences()["tell"] and getattr(told, field)
        ]
        what = self.said("tell", name, **values, facts=(", " if name == "correct" else "").join(facts))
        entered = getattr(told, "entered", None)
        return what if entered is None else f"{what} {self._wrong(entered)}"

    def _imported(self, one: words.HistoryAdmission) -> str:
        what = self.said("tell", "imported_ended" if one.end else "imported", **self._values(one))
        return what if one.entered is None else f"{what} {self._wrong(one.entered)}"

    def _wrong(self, entered: words.Entered) -> str:
        given = entered.model_dump(exclude_none=True)
        wrong = (f"{self.said('word', name)} {self._shown(name, value)}" for name, value in given.items())
        return self.said("tell", "entered", wrong=", ".join(wrong))

    def _waited(self, spec: words.WaitDecision | words.WaitReplies | words.WaitPosts) -> str:
        span = self._span(spec.within)
        if isinstance(spec, words.WaitDecision):
            how = "decision_message" if spec.message else "decision_outcome" if spec.outcome else "decision"
            return self.said(
                "step", how, **self._values(spec), residents=self._all(spec.residents), span=span
            )
        how = "replies" if isinstance(spec, words.WaitReplies) else "posts"
        return self._counted("step", how, spec.count, **self._values(spec, "count"), span=span)

    def _all(self, residents: Sequence[str]) -> str:
        *first, last = residents
        return f"{', '.join(first)} {self.said('word', 'and')} {last}" if first else last

    def _behaved(self, behave: words.Behave) -> str:
        values = self._values(behave)
        given = [
            self.said("only", name, **values)
            for name in sentences()["only"]
            if name in behave.model_fields_set and getattr(behave, name)
        ]
        what = self.said("behave", behave.kind.value, **values)
        return f"{what} ({'; '.join(given)})" if given else what

    def _values(self, told: BaseModel, but: str = "") -> Mapping[str, str]:
        given = ((name, getattr(told, name)) for name in type(told).model_fields if name != but)
        return {name: self._shown(name, value) for name, value in given}

    def _shown(self, name: str, value: Any) -> str:
        """A value as it is told: moments as dates, codes of the language as words."""
        if value is None:
            return ""
        if name in _MOMENTS:
            return self._moment(value)
        if name == "month":
            month = month_of(value, self.cast.anchor)
            return self._date(month.first).partition(" ")[2]
        if name in ("after", "within"):
            return self._span(value)
        if isinstance(value, words.Scores):
            return ", ".join(
                f"{self.said('word', item)} {word}" for item, word in self._values(value).items()
            )
        if isinstance(value, date):
            return self._date(value)
        text = value.value if isinstance(value, Enum) else str(value)
        return self.said("word", text) if text in sentences()["word"] else text

    def _moment(self, text: str) -> str:
        moment = moment_of(text, self.cast.anchor)
        return self._instant(moment) if " " in text else self._day(day_of(text, self.cast.anchor))

    def _instant(self, moment: datetime) -> str:
        return f"{self._day(moment.date())}, {moment:%H:%M}"

    def _day(self, day: date) -> str:
        names: Mapping[str, Any] = sentences()["calendar"]
        return f"{names['days'][self.lang][day.weekday()]} {self._date(day)}"

    def _date(self, day: date) -> str:
        month: str = sentences()["calendar"]["months"][self.lang][day.month - 1]
        return f"{day.day} {month} {day.year}"

    def _rate(self, amount: str, since: date) -> str:
        return self.said("heading", "since", amount=amount, day=since.isoformat())

    def _span(self, text: str) -> str:
        seconds = int(span_of(text).total_seconds())
        unit, length = next(one for one in _UNITS if seconds % one[1] == 0)
        count = seconds // length
        return f"{count} {self._counted('span', unit, count)}"
