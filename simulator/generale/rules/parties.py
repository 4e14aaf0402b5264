"""Controls that messages of several kinds share: who sends, and about whom.

Each kind registers them under a number of its own.
"""

from collections.abc import Iterator
from typing import Protocol

from generale.protocol.ids import Hco, Insz
from generale.rules.facts import QuestionFacts
from generale.rules.findings import Deviation


class OfFacility(Protocol):
    """A message that names the facility it comes from."""

    @property
    def facility(self) -> Hco:
        """The recognised facility number."""
        ...


class OfPerson(Protocol):
    """A message about one person."""

    @property
    def insz(self) -> Insz:
        """The national number of the person."""
        ...


def facility_is_known(message: OfFacility, facts: QuestionFacts) -> Iterator[Deviation]:
    """The facility number stands in the registry."""
    if facts.facility(message.facility) is None:
        yield Deviation(expected="a recognised facility number", received=message.facility)


def facility_sends_itself(message: OfFacility, facts: QuestionFacts) -> Iterator[Deviation]:
    """A known facility in the message is the one whose RIZIV number sent it."""
    facility = facts.facility(message.facility)
    if facility and facility.nihii != facts.sender:
        yield Deviation(expected=facility.nihii, received=facts.sender)


def facility_belongs_to_the_sender(message: OfFacility, facts: QuestionFacts) -> Iterator[Deviation]:
    """The facility is known, and it is the one whose RIZIV number sent the message."""
    yield from facility_is_known(message, facts)
    yield from facility_sends_itself(message, facts)


def insz_has_a_right_check_number(message: OfPerson, _facts: object) -> Iterator[Deviation]:
    """The last two digits of the INSZ follow from the first nine."""
    if not message.insz.check_number_is_right:
        yield Deviation(expected="an INSZ with a right check number", received=message.insz)
