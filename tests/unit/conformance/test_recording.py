"""A recording is on disk before it is judged."""

from datetime import date
from pathlib import Path

import pytest

from generale.conformance import recording
from generale.conformance.bundle_folder import read_bundle
from generale.conformance.judge import judge
from generale.protocol.errors import OurError, UsageError
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
    bundle = recording.recorded(rehearsal, PROFILE, tmp_path / "bundle", 1, "none")
    with monkeypatch.context() as patch:
        patch.setattr(recording, "judged", ended)
        with pytest.raises(OurError, match="somebody ended it"):
            recording.judge_recorded(bundle, PROFILE, tmp_path / "bundle")

    kept = read_bundle(tmp_path / "bundle")
    assert b"<a" in kept.files.values()
    again = judge(kept, PROFILE)

    recording.judge_recorded(
        recording.recorded(rehearsal, PROFILE, tmp_path / "whole", 1, "none"), PROFILE, tmp_path / "whole"
    )
    assert judge(read_bundle(tmp_path / "whole"), PROFILE) == again
    assert "verdicts.json" in read_bundle(tmp_path / "whole").files


def test_a_folder_can_take_a_recording_where_it_is_empty_or_holds_one_that_was_not_ended(
    tmp_path: Path,
) -> None:
    store = recording.recording_in(tmp_path)
    store.write_bytes(b"")
    (tmp_path / "run.json").write_bytes(b"{")

    assert recording.recording_in(tmp_path) == store
    with pytest.raises(UsageError, match="a recording that was not ended"):
        recording.require_no_bundle(tmp_path)
    with pytest.raises(UsageError, match="its recording was not ended"):
        read_bundle(tmp_path)

    recording.end_recording(tmp_path)
    with pytest.raises(UsageError, match="holds a bundle already"):
        recording.recording_in(tmp_path)


def test_a_folder_with_anything_else_takes_no_recording(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")

    with pytest.raises(UsageError, match="not empty and no bundle"):
        recording.recording_in(tmp_path)
