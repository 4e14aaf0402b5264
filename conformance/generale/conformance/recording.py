"""Recording: a bundle of whatever a product sent to a simulator that nobody played scenarios on."""

from dataclasses import replace
from pathlib import Path

from generale.conformance.bundle_folder import RECORDING, clear, free_folder, write_bundle
from generale.conformance.engine import assembled, bare_identity, judged
from generale.conformance.plan import Plan
from generale.protocol.errors import UsageError
from generale.protocol.profile import Profile
from generale.results.bundle import Bundle
from generale.scenarios.playing import Part
from generale.simulator.rehearsal import Rehearsal

DOOR = "passive"
"""The door of a run in which nobody told the product anything."""


def recording_in(folder: Path) -> Path:
    """The store that keeps what is sent until its bundle is written; one that is there was never ended.

    ``UsageError`` where the folder cannot serve.
    """
    store = folder / RECORDING
    if not store.is_file() and any(free_folder(folder).iterdir()):
        raise UsageError(f"{folder} holds a bundle already", hint="give --record another folder")
    return store


def require_no_bundle(folder: Path) -> None:
    """``UsageError`` where a recording that another store keeps cannot become the bundle of this folder."""
    if recording_in(folder).is_file():
        raise UsageError(
            f"{folder} holds a recording that was not ended",
            hint="leave --store out to go on with it, or give --record another folder",
        )


def recorded(rehearsal: Rehearsal, profile: Profile, folder: Path, seed: int, pki: str) -> Bundle:
    """Write the bundle of a rehearsal that is over, not judged yet; it is partial, so it certifies nothing.

    ``pki`` is the digest of its certificates, ``none`` where it had none.

    No scenario begins or ends in it: the judge sees traffic without a player and expects nothing.
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
    return bundle


def end_recording(folder: Path) -> None:
    """Remove the store of a recording whose bundle is on disk, once it is closed."""
    (folder / RECORDING).unlink()


def judge_recorded(bundle: Bundle, profile: Profile, folder: Path) -> None:
    """Add the verdicts to a bundle that is on disk: who ends the judging loses nothing of what was sent."""
    write_bundle(judged(bundle, profile), folder)
