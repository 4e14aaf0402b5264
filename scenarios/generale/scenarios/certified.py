"""The facilities of scenarios as the certificates of a rehearsal must name them."""

from collections.abc import Iterable, Sequence

from generale.protocol.profile import Profile
from generale.protocol.security import CertifiedIdentity, care_home
from generale.scenarios.cast import cast_of
from generale.scenarios.language import Scenario


def certified(scenarios: Iterable[Scenario], profile: Profile, seed: int) -> Sequence[CertifiedIdentity]:
    """Every facility in the casts of these scenarios: the numbers that a rehearsal with this seed gives."""
    casts = (cast_of(scenario, profile, seed, scenario.anchor) for scenario in scenarios)
    found = {one.nihii: one.name for cast in casts for one in cast.facilities.values()}
    return [care_home(number, name) for number, name in sorted(found.items())]
