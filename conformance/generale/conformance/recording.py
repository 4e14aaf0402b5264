"""Recording: a bundle of whatever a product sent to a simulator that nobody played scenarios on."""

from dataclasses import replace
from pathlib import Path

from generale.conformance.bundle_folder import clear, write_bundle
from generale.conformance.engine import assembled, bare_identity, judged
from generale.conformance.plan import Plan
from generale.protocol.profile import Profile
from generale.scenarios.playing import Part
from generale.simulator.rehearsal import Rehearsal

DOOR = "passive"
"""The door of a run in which nobody told the product anything."""


def recorded(rehearsal: Rehearsal, profile: Profile, folder: Path, seed: int, pki: str) -> None:
    """Write the bundle of a rehearsal that is over; it is partial, so it certifies nothing.

    ``pki`` is the digest of its certificates, ``none`` where it had none.

    No scenario begins or ends in it: the judge sees traffic without a player and expects nothing. The bundle
    is on disk before it is judged, so that whoever ends the judging loses nothing of what was sent.
    """
    with rehearsal.lock:
        part = Part(
            scenario=rehearsal.set_up.name,
            events=tuple(rehearsal.events),
            evidence=dict(rehearsal.evidence),
        )
    plan = Plan(vendor="passive", seed=seed, clock="wall")
    identity = replace(bare_identity(plan, profile, DOOR), partial=True, pki=pki)
    bundle = assembled(identity, plan, profile, [part], {})
    clear(folder)
    write_bundle(bundle, folder)
    write_bundle(judged(bundle, profile), folder)
