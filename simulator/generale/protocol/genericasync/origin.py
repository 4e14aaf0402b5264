"""Who sends: a facility and its software, and the party that sends for it (common information 2.4)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from generale.protocol.errors import OurError, PeerError
from generale.protocol.ids import Insz, Kbo

CARE_HOME = "retirement"
"""The kind of provider (Quality) that a residential facility is."""


class Scheme(StrEnum):
    """Which register a party is identified by; the word is that of the wire."""

    NIHII = "Nihii"
    """RIZIV: a care provider in its role."""
    SSIN = "Ssin"
    """National register: a person."""
    CBE = "Cbe"
    """KBO: an enterprise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyId:
    """A person or an organisation by one identifier; ``name`` is informal and only logged.

    ``quality`` is the kind of provider that a NIHII number stands for, and goes with that scheme alone.
    """

    scheme: Scheme
    value: str
    quality: str = ""
    name: str | None = None

    def __post_init__(self) -> None:
        if not self.value or (self.quality and self.scheme is not Scheme.NIHII):
            raise OurError("a party has one identifier, and a quality only with a NIHII number")

    @property
    def is_well_formed(self) -> bool:
        """Whether the identifier has the form and the check digits of its register."""
        match self.scheme:
            case Scheme.SSIN:
                return _is_read(Insz.parse, self.value) and Insz.parse(self.value).check_number_is_right
            case Scheme.CBE:
                return _is_read(Kbo.parse, self.value)
            case Scheme.NIHII:
                return _is_nihii(self.value)


def _is_read(parse: Callable[[str], str], text: str) -> bool:
    try:
        parse(text)
    except PeerError:
        return False
    return True


def _is_nihii(number: str) -> bool:
    """Whether a number is one of the register, with any qualification: also persons have one.

    Those of newer care professionals are checked by 89 instead of 97.
    """
    is_number = len(number) in (8, 11) and number.isascii() and number.isdigit()
    return is_number and int(number[6:8]) in {by - int(number[:6]) % by for by in (97, 89)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends where that is not the care provider: a person, an organisation, or one for the other."""

    person: PartyId | None = None
    organisation: PartyId | None = None


class NumberPlace(StrEnum):
    """Where an origin says the number of its facility."""

    PROVIDER = "CareProvider"
    """As the number of the care provider."""
    ORGANISATION = "CareProvider/Organization"
    """As that of the organisation that the care provider is; so common information 2.4 allows it."""
    SENDER = "Sender/Organization"
    """As that of the sender, which sends for itself: no care provider is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who sends: the facility by its NIHII (RIZIV) number, and the licence of its software.

    ``quality`` is the kind of provider. The person or the
    organisation is the one to whom that number belongs: never both. Where the number stands as that of an
    organisation (``place``), that organisation is there as well; where it is known there by its enterprise
    number alone, ``nihii`` is empty until somebody finds out whose it is. Raises OurError for a
    contradiction.
    """

    nihii: str
    quality: str = CARE_HOME
    place: NumberPlace = NumberPlace.PROVIDER
    package_name: str | None = None
    licence_username: str
    licence_password: str = field(repr=False)
    site_id: str | None = None
    person: PartyId | None = None
    organisation: PartyId | None = None
    sender: Sender | None = None

    def __post_init__(self) -> None:
        if self.person is not None and self.organisation is not None:
            raise OurError("a NIHII number belongs to a person or to an organisation")
        if self.place is not NumberPlace.PROVIDER and not self._is_named_there():
            raise OurError(f"the number does not stand in {self.place}")

    def _is_named_there(self) -> bool:
        """Whether the organisation in the place of the number bears it."""
        if self.place is NumberPlace.SENDER:
            named = None if self.person or self.organisation or not self.sender else self.sender.organisation
        else:
            named = self.organisation
        if named is None or named.scheme is Scheme.CBE:
            return named is not None
        return (named.scheme, named.value, named.quality) == (Scheme.NIHII, self.nihii, self.quality)


def enterprise(number: str) -> PartyId:
    """An organisation by its CBE (KBO) number."""
    return PartyId(scheme=Scheme.CBE, value=number)
