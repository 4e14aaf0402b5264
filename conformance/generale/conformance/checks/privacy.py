"""Checks of the chapter privacy: what the outside of a message shows of the people in it.

What counts as the name of a resident is project-defined: a family name of five letters or more wherever it
stands, a shorter one or a given name as a word of its own, and either with the initial of the other.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from generale.conformance.checks.check import Occasion, Outcome, Spot, check, wrong
from generale.conformance.checks.outside import texts_outside
from generale.conformance.checks.reading import Reading, letters_of, readings
from generale.conformance.history import History
from generale.driver.stimuli import Person
from generale.protocol.genericasync import EnvelopeError, Post
from generale.results.verdicts import EvidenceKind

_PRODUCT_PLACES = ("HTTP header user-agent", "Origin/Package/Name")
"""Where a product names itself, and may by chance bear the name of a resident."""

_TELLING_NAME = 5
"""A shorter name, or one of hexadecimal letters only, can stand within other letters by chance."""

_LONG_NAME = 9
"""From how many letters on a name cannot stand by chance in a key, a hash or a signature."""

_WORD = 3
"""A shorter name, such as An or Jo, is a word of the language as well: it counts beside an initial."""

_JOINED_WORD = 4
"""From how many letters on a given name makes no other word with an initial (as Tim does: time)."""

_OTHER_WORDS = frozenset({"JOSE", "ROB"})
"""Given names that are other words here too: a media type of signatures, a stay type."""

_DATE = re.compile(r"\b\d{1,2}[ -]Jan[ -]\d{2,4}\b")
"""A date of HTTP in the month that is a given name too."""

_PERSON, _NAME = "a national number", "the name of a resident"

Texts: TypeAlias = tuple[tuple[str, str], ...]
"""What stands outside the content of one request, each text with its place."""


@dataclass(frozen=True, slots=True)
class _Names:
    """By what a resident is known by name: within letters, as words, and as two words beside each other."""

    telling: tuple[str, ...]
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]


@check("CK-PRI-01", disproves=("RQ-PRI-01",), evidence=EvidenceKind.WIRE, codes=("person-outside-content",))
def nothing_about_a_person_outside(history: History) -> Iterator[Outcome]:
    """Nothing around the content of a message holds a resident's national number or name."""
    sent = {one.exchange: one for one in history.sent}
    outside = {
        one: tuple(dict.fromkeys(texts_outside(history, one, sent.get(one))))
        for one in history.exchanges
        if not isinstance(one.asked, EnvelopeError)
    }
    search = _Search.of(history, outside.values())
    for exchange, texts in outside.items():
        found = next(search.found_in(texts), None)
        if found:
            path, what = found
            spot = Spot(event=exchange.seq, evidence=exchange.request.evidence, path=path)
            yield wrong(
                history,
                "person-outside-content",
                spot,
                expected="nothing about a person",
                received=what,
                cause="reference",
            )
        elif isinstance(exchange.asked, Post):
            yield Occasion(exchange.seq)


@dataclass(frozen=True, slots=True)
class _Search:
    """The search for the people of a scenario in texts; what was found in a text is remembered.

    ``product`` are the texts by which a product calls itself, ``given`` those that the rehearsal gave it to
    send, ``own`` the words in both: names of people count as words only where they stand in neither.
    """

    residents: tuple[Person, ...]
    product: Collection[tuple[str, str]]
    given: Collection[str]
    own: Set[str]
    known: dict[str, str]

    @classmethod
    def of(cls, history: History, outside: Iterable[Texts]) -> "_Search":
        """The search for everybody whom a scenario or a stimulus names."""
        product, given = _product_names(outside), _given(history)
        services = history.set_up.services.values() if history.set_up else ()
        texts = (*(text for _, text in product), *given, *services)
        own = {word for text in texts for one in readings(text) for word in one.words}
        return cls(history.residents, product, given, own, {})

    def found_in(self, texts: Texts) -> Iterator[tuple[str, str]]:
        """Where somebody is told of, and by what."""
        for path, text in texts:
            if not text or text in self.given:
                continue
            if text not in self.known:
                self.known[text] = self._what(text)
            what = self.known[text]
            if what == _PERSON or (what and (path, text) not in self.product):
                yield path, what

    def _what(self, text: str) -> str:
        read = readings(_DATE.sub(" ", text))
        if any(person.insz in one.digits for person in self.residents for one in read):
            return _PERSON
        named = any(self._names(person, one) for person in self.residents for one in read)
        return _NAME if named else ""

    def _names(self, person: Person, text: Reading) -> bool:
        names = _names(person)
        return (
            any(
                one in text.letters or (len(one) >= _LONG_NAME and one in text.random)
                for one in names.telling
            )
            or not (names.words & text.words) <= self.own
            or any(not self.own >= set(pair) for pair in names.pairs & text.pairs)
        )


def _product_names(outside: Iterable[Texts]) -> set[tuple[str, str]]:
    """What a product calls itself: what stands at such a place, the same in every request."""
    seen = {pair for texts in outside for pair in texts if pair[0].endswith(_PRODUCT_PLACES)}
    places = [place for place, _ in seen]
    return {(place, text) for place, text in seen if places.count(place) == 1}


def _given(history: History) -> set[str]:
    """What the rehearsal gave the product to send: no choice of its own."""
    texts = {one.reference for one in history.mailed}
    for one in history.facilities.values():
        texts |= {one.username, one.password, one.name}
    return texts


@cache
def _names(person: Person) -> _Names:
    given, family = letters_of(person.given_name), letters_of(person.family_name)
    telling = [one for one in (family, given + family) if len(one) >= _TELLING_NAME and _is_no_number(one)]
    parts = [letters_of(one) for one in re.findall(r"[^\W_]+", person.given_name)]
    words, pairs = set[str](), set[tuple[str, str]]()
    if len(given) >= _WORD and given not in _OTHER_WORDS:
        words.add(given)
    if len(family) < _TELLING_NAME:
        words |= {family, given[:1] + family, family + given[:1]} if len(family) >= _WORD else set()
    if len(given) >= _JOINED_WORD:
        words |= {given + family[:1], family[:1] + given}
    if len(parts) > 1:
        pairs.add((parts[0], parts[1]))
    pairs |= {(parts[-1], family[:1]), (family[:1], parts[0]), (family, given[:1]), (given[:1], family)}
    return _Names(tuple(telling), frozenset(filter(_is_no_number, words)), frozenset(pairs))


def _is_no_number(name: str) -> bool:
    """Whether a name is more than letters of the hexadecimal system."""
    return bool(re.search("[G-Z]", name))
