"""The dependency assessment (indicatiestelling). The platform, not the facility, draws the category from it.

The six physical items and their four scores are those of the Katz scale in the public formats of MyCareNet
(``KatzScore``: six numbers from 1 to 4); all else is project-defined.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from generale.protocol.ids import Hco, Insz


class Dependence(StrEnum):
    """How much a person depends on others for one item, from not at all to fully."""

    NONE = "none"
    SLIGHT = "slight"
    SEVERE = "severe"
    FULL = "full"


class Category(StrEnum):
    """The dependency category that the platform determines."""

    O = "o"  # noqa: E741  # the sector's own letter
    A = "a"
    B = "b"
    C = "c"
    CD = "cd"
    D = "d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A resident's dependence is assessed: six physical items, orientation, and dementia.

    The scores are those that were recorded; no category stands here. ``diagnosed`` is the date of the
    diagnosis, given where ``dementia`` was diagnosed.
    """

    facility: Hco
    insz: Insz
    assessed: date
    assessor: str
    washing: Dependence
    dressing: Dependence
    moving: Dependence
    toilet: Dependence
    continence: Dependence
    eating: Dependence
    time: Dependence
    place: Dependence
    dementia: bool
    diagnosed: date | None = None
