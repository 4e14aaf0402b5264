"""The operations of the contract, as one Protocol that every door and every Python product fulfils."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from generale.driver import CONTRACT
from generale.driver.observations import Observation
from generale.driver.setup import FacilityType, SetUp
from generale.driver.stimuli import Stimulus


class ProductClock(StrEnum):
    """Whether the product's business date can be set by the rehearsal."""

    SETTABLE = "settable"
    WALL = "wall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a product says of itself.

    ``capabilities`` are names of operations: those of the stimuli, and ``reset``.
    """

    product: str
    version: str
    clock: ProductClock
    capabilities: tuple[str, ...]
    facility_types: tuple[FacilityType, ...]
    contract: int = CONTRACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The answer to an operation: whether the product took it, and what it says about it."""

    taken: bool = True
    note: str = ""


class Product(Protocol):
    """A vendor's product behind the contract.

    A method raises ``PeerError`` where the product answers something illegal and
    ``EnvironmentFailure`` where it cannot be reached.
    """

    def describe(self) -> Description:
        """Say what the product is and can."""
        ...

    def reset(self, set_up: SetUp) -> Done:
        """Start clean with these facilities, addresses and credentials."""
        ...

    def act(self, stimulus: Stimulus) -> Done:
        """Take note of something that happens in a facility."""
        ...

    def sync(self) -> Done:
        """Poll the platform now: send what waits, get, process, confirm."""
        ...

    def observe(self) -> Observation:
        """Show what the product's users would see."""
        ...

    def set_clock(self, instant: datetime) -> Done:
        """Take this as the business time; only where the clock is settable."""
        ...
