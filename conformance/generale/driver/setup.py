"""What a product is given before a scenario: facilities, rehearsal credentials, addresses, the date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from generale.protocol.ids import Hco, Iban, Kbo, Nihii
from generale.protocol.messages import StayType


class FacilityType(StrEnum):
    """The three kinds of recognised facility."""

    WZC = "wzc"
    """Care home (woonzorgcentrum)."""
    CVK = "cvk"
    """Centre for short stay (centrum voor kortverblijf)."""
    DVC = "dvc"
    """Day-care centre (dagverzorgingscentrum)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """Allowance per day, in euro, of one facility for one kind of stay from a date on (project-defined)."""

    stay_type: StayType
    since: date
    per_day: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilitySetUp:
    """One recognised facility number with its rehearsal credentials."""

    hco: Hco
    nihii: Nihii
    type: FacilityType
    name: str
    enterprise: Kbo
    iban: Iban
    bic: str
    username: str
    password: str
    valid_from: date
    valid_until: date | None = None
    tariffs: tuple[Tariff, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """A clean start: facilities, addresses of the services (name to URL), business time, rule set.

    ``profile`` is name and version of the exchange profile in force; ``identity`` seeds whatever
    references a product makes at random, so that a rehearsal can be repeated to the byte.
    """

    facilities: tuple[FacilitySetUp, ...]
    services: Mapping[str, str]
    business_time: datetime
    rule_set: date
    profile: str
    identity: str = ""
