"""A good product that writes a line for every day, which is permitted, passes every scenario."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.integration.conforming import require_conforming

from generale.conformance.engine import rehearse
from generale.conformance.plan import Plan
from generale.refvendor.pricing import Pricing

if TYPE_CHECKING:
    from generale.driver.setup import FacilitySetUp
    from generale.protocol.flatfile import Line
    from generale.protocol.messages import StayType

_OF_A_RUN = Pricing.lines


def _of_each_day(
    pricing: Pricing, facility: "FacilitySetUp", types: Mapping[date, "StayType"], billed_on: date
) -> tuple["Line", ...]:
    """The lines for these days, one for each."""
    return tuple(
        line
        for day, stay_type in sorted(types.items())
        for line in _OF_A_RUN(pricing, facility, {day: stay_type}, billed_on)
    )


def test_who_writes_a_line_for_every_day_passes_every_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pricing, "lines", _of_each_day)

    require_conforming(rehearse(Plan(seed=3)))
