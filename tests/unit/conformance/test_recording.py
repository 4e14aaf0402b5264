"""A recording is on disk before it is judged."""

from datetime import date
from pathlib import Path

import pytest

from generale.conformance import recording
from generale.conformance.bundle_folder import read_bundle
from generale.conformance.judge import judge
from generale.protocol.errors import OurError
from generale.protocol.profile import standard_profile
from generale.results.events import EventType, Party
from generale.scenarios.cast import cast_of
from generale.scenarios.catalogue import library
from generale.scenarios.moment import moment_of
from generale.scenarios.playing import world_of
from generale.simulator.rehearsal import Rehearsal
from generale.simulator.simulator import Simulator

PROFILE = standard_profile()


def a_rehearsal() -> Rehearsal:
    """One in which somebody sent something that nobody could read."""
    scenario = library()["month/short-stay"]
    cast = cast_of(scenario, PROFILE, 1, date(2019, 6, 3))
    begins = moment_of("D 08:00", date(2019, 6, 3))
    rehearsal = Simulator(PROFILE).open(world_of(scenario, cast, begins))
    ids = {"exchange": "1", "operation": "unreadable", "service": "admissions"}
    rehearsal.note(EventType.REQUEST, Party.VENDOR, Party.PLATFORM, ids, {"url": "/", "headers": {}}, b"<a")
    return rehearsal


def test_what_was_sent_is_kept_where_the_judging_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise OurError("somebody ended it")

    rehearsal = a_rehearsal()
    with monkeypatch.context() as patch:
        patch.setattr(recording, "judged", ended)
        with pytest.raises(OurError, match="somebody ended it"):
            recording.recorded(rehearsal, PROFILE, tmp_path / "bundle", 1, "none")

    kept = read_bundle(tmp_path / "bundle")
    assert b"<a" in kept.files.values()
    again = judge(kept, PROFILE)

    recording.recorded(rehearsal, PROFILE, tmp_path / "whole", 1, "none")
    assert judge(read_bundle(tmp_path / "whole"), PROFILE) == again
    assert "verdicts.json" in read_bundle(tmp_path / "whole").files
