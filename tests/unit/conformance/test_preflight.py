"""Which scenarios are left out for the types of facility, and what is said of them."""

import pytest

from generale.conformance.plan import Plan
from generale.conformance.preflight import left_out
from generale.driver.contract import Description, ProductClock
from generale.driver.setup import FacilityType
from generale.driver.stimuli import STIMULI
from generale.scenarios.catalogue import library

WZC, CVK, DVC = FacilityType.WZC, FacilityType.CVK, FacilityType.DVC
NOT_SERVED, NOT_PLANNED = "the product serves no facility of type", "facility type not in the plan"


def reasons(served: tuple[FacilityType, ...], planned: tuple[FacilityType, ...] = ()) -> dict[str, str]:
    description = Description(
        product="sample",
        version="1",
        clock=ProductClock.SETTABLE,
        capabilities=(*STIMULI, "reset"),
        facility_types=served,
    )
    plan = Plan(facility_types=planned, security="full", tls="optional")
    return left_out(tuple(library().values()), plan, description)


@pytest.mark.parametrize(
    ("served", "planned", "played", "why"),
    [
        ((DVC,), (), {"month/day-care"}, f"{NOT_SERVED}: wzc"),
        (
            (CVK, DVC),
            (),
            {"month/short-stay", "month/short-stay-used-up-elsewhere", "month/day-care"},
            f"{NOT_SERVED}: wzc",
        ),
        ((WZC, DVC), (DVC,), {"month/day-care"}, f"{NOT_PLANNED}: wzc"),
    ],
)
def test_whoever_leaves_care_homes_out_is_told_so(
    served: tuple[FacilityType, ...], planned: tuple[FacilityType, ...], played: set[str], why: str
) -> None:
    told = reasons(served, planned)

    assert library().keys() - told.keys() == played
    assert told["admission/one-admission-accepted"] == why


def test_care_homes_alone_try_every_requirement_that_any_scenario_tries() -> None:
    told = reasons((WZC,))

    tried = {row for name, one in library().items() if name not in told for row in one.verifies}
    assert tried == {row for one in library().values() for row in one.verifies}
    assert set(told.values()) == {f"{NOT_SERVED}: cvk", f"{NOT_SERVED}: dvc"}
