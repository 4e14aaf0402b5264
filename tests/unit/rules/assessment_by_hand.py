"""An assessment to change in tests: nobody depends on anybody, nothing was diagnosed."""

from datetime import date
from typing import Any

from generale.protocol.ids import Hco, Insz
from generale.protocol.messages import Assessment, Dependence

NONE, SLIGHT, SEVERE, FULL = Dependence


def assessment(facility: Hco, insz: Insz, assessed: date, **scores: Dependence) -> Assessment:
    """An assessment on a day, in which what is not given is scored as no dependence."""
    items = ("washing", "dressing", "moving", "toilet", "continence", "eating", "time", "place")
    scored: dict[str, Any] = {item: scores.get(item, NONE) for item in items}
    return Assessment(
        facility=facility,
        insz=insz,
        assessed=assessed,
        assessor="Beoordelaar Proef",
        dementia=False,
        **scored,
    )
