"""The insurance status of a person: which care fund covers them, and from when. Project-defined."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from generale.protocol.ids import FundNumber, Hco, Insz, Reference


class InsuranceStatus(StrEnum):
    """What the platform knows of a person's cover on a day."""

    INSURED = "insured"
    NOT_INSURED = "not-insured"
    UNKNOWN_PERSON = "unknown-person"
    """No care fund has ever known this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceQuestion:
    """A facility asks which care fund covers a person on a day."""

    facility: Hco
    insz: Insz
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceAnswer:
    """The platform answers such a question; ``fund`` and ``since`` are given for who is insured."""

    facility: Hco
    about: Reference
    insz: Insz
    day: date
    status: InsuranceStatus
    fund: FundNumber | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FundChangeNotice:
    """A resident goes on to another care fund from a day, normally 1 January; often told late."""

    facility: Hco
    insz: Insz
    former_fund: FundNumber
    fund: FundNumber
    start: date
