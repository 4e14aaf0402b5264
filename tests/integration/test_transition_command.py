"""``generale transition`` from the command line: figures that follow from transcripts, and mistakes."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.integration.cli_session import command
from tests.unit.scenarios.transition_by_hand import LAST, parts

from generale.conformance.staging import InProcess
from generale.conformance.transition import Outcome, play_transition
from generale.oracle import Oracle
from generale.protocol.errors import OurError
from generale.protocol.profile import standard_profile
from generale.refvendor.product import ReferenceVendor
from generale.results.events import EventType, event_from_line
from generale.results.verdicts import ExitCode
from generale.scenarios.population.making import made_population
from generale.scenarios.population.parameters import standard_parameters
from generale.scenarios.transition.figures import figures_of
from generale.scenarios.transition.habits import Habits
from generale.scenarios.transition.house import Played, Transition
from generale.simulator.simulator import Simulator

pytestmark = pytest.mark.xdist_group("transition")
SMALL = ("--facilities", "2", "--seed", "4")
UNSTEADY = {"seconds", "messages_per_second", "floor_messages_per_second", "times_the_floor", "peak_mib"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a small transition has left its files."""
    return tmp_path_factory.mktemp("transition") / "out"


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Any]:
    """Its document."""
    with pytest.MonkeyPatch.context() as patch:
        return _printed(patch, "transition", *SMALL, "--out", str(folder), "--json")


def _printed(patch: pytest.MonkeyPatch, *arguments: str) -> dict[str, Any]:
    from generale.cli import transition

    kept: list[Any] = []
    patch.setattr(transition, "print_json", kept.append)
    code = transition.run(16, 2, 4, Path(arguments[arguments.index("--out") + 1]), as_json=True, lang="en")
    assert code is ExitCode.CONFORMING
    document: dict[str, Any] = json.loads(json.dumps(kept[0]))
    return document


def test_houses_enter_bill_and_are_settled_and_the_oracle_agrees(told: dict[str, Any]) -> None:
    last = {row["type"]: row for row in told["table"] if row["month"] == "2020-04"}

    assert told["facilities"] == sum(row["facilities"] for row in last.values()) == 2
    assert all(row["without_processed_invoice"] == 0 for row in last.values())
    assert told["oracle"]["statements"] > 100
    assert told["oracle"]["breaches"] == 0
    assert told["judged_again"] == {"houses": 1, "differing": 0}


def test_before_the_entry_everybody_lacks_everything(told: dict[str, Any]) -> None:
    for row in told["table"]:
        if row["month"] < "2019-04":
            assert row["without_admission_message"] == row["facilities"]
            assert row["without_processed_invoice"] == row["blocked"] == row["facilities"]


def test_money_goes_round(told: dict[str, Any]) -> None:
    cents = {name: int(amount.replace(".", "")) for name, amount in told["money"].items()}

    assert cents["advanced"] == cents["set-off"] + cents["claimed"]
    assert sum(int(row["claimed"].replace(".", "")) for row in told["recoveries"]) == cents["claimed"]
    opened = sum(int(row["open"].replace(".", "")) for row in told["recoveries"])
    assert cents["claimed"] - cents["repaid"] == opened


def test_the_same_seed_gives_the_same_bytes(told: dict[str, Any], tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        again = _printed(patch, "transition", "--out", str(tmp_path / "again"))

    assert {name: told[name] for name in told if name not in UNSTEADY} == {
        name: again[name] for name in again if name not in UNSTEADY
    }


def test_the_folder_holds_tables_a_plot_and_the_evidence_of_one_house(
    told: dict[str, Any], folder: Path
) -> None:
    assert told["houses"] == 1
    assert {path.name for path in folder.iterdir()} == {
        "evidence", "months.csv", "months.svg", "recoveries.csv", "refused.csv",
    }  # fmt: skip
    lines = (folder / "months.csv").read_text().splitlines()
    assert len(lines) == 1 + len(told["table"])
    assert (folder / "months.svg").read_text().startswith("<svg")
    (house,) = (folder / "evidence").iterdir()
    assert (house / "transcript.jsonl").is_file()


def played_and_evidence(folder: Path) -> tuple[list[Any], dict[str, bytes]]:
    """What the files of the one house that was kept say."""
    (house,) = (folder / "evidence").iterdir()
    events = [event_from_line(line) for line in (house / "transcript.jsonl").read_text().splitlines()]
    return events, {path.name: path.read_bytes() for path in (house / "evidence").iterdir()}


def test_figures_follow_from_the_transcript_alone(told: dict[str, Any], folder: Path) -> None:
    events, evidence = played_and_evidence(folder)
    (part,) = parts(2, 4)
    counting = standard_profile().counting
    whole = figures_of(events, evidence.__getitem__, part, counting, LAST)
    without = [event for event in events if event.type is not EventType.PAID]

    assert whole.messages == told["messages"]
    assert figures_of(without, evidence.__getitem__, part, counting, LAST) != whole


def test_a_forged_payment_in_a_stored_transcript_is_a_breach(told: dict[str, Any], folder: Path) -> None:
    events, evidence = played_and_evidence(folder)
    twice = [event for event in events if event.type is EventType.PAID][:1]
    oracle = Oracle(standard_profile(), evidence.__getitem__)
    for event in (*events, *twice):
        oracle.feed(event)

    assert told["oracle"]["breaches"] == 0
    assert list(oracle.breaches)


def test_a_house_whose_files_say_something_else_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = transition_in(tmp_path, monkeypatch, lambda played: played.events[:-40])

    assert outcome.differing == outcome.kept == ["H00001"]


def test_evidence_that_is_not_what_its_name_says_is_our_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(played: Played) -> Any:
        monkeypatch.setattr(Path, "read_bytes", lambda _path: b"something else")
        return played.events

    with pytest.raises(OurError, match="is not what its name says"):
        transition_in(tmp_path, monkeypatch, spoilt)


def transition_in(folder: Path, monkeypatch: pytest.MonkeyPatch, change: Any) -> Outcome:
    """One house to the end of 2019-10, of which other events reach the disk than were played."""
    from generale.conformance import transition

    keep = transition._keep

    def kept(place: Path, played: Played) -> None:
        changed = Played(name=played.name, events=change(played), evidence=played.evidence)
        keep(place, changed)

    monkeypatch.setattr(transition, "_keep", kept)
    population = made_population(standard_parameters(), standard_profile(), 2, 4)
    return play_transition(population, standard_profile(), Habits(), LAST, 4, folder)


def test_a_vendor_with_a_mistake_leaves_other_figures() -> None:
    profile = standard_profile()
    (part,) = parts(2, 4)
    open_days = {}
    for defect in ("", "refusal-swallowed"):
        simulator = Simulator(profile)
        played = Transition(
            simulator=simulator,
            product=ReferenceVendor(InProcess(simulator), profile, defect),
            profile=profile,
            habits=Habits(),
            seed=4,
            rule_set=LAST.replace(year=2019, month=4, day=1),
            until=LAST,
        ).play(part)
        figures = figures_of(played.events, played.evidence.__getitem__, part, profile.counting, LAST)
        months = [month for one in figures.facilities.values() for month in one.months.values()]
        open_days[defect] = sum(month.due - month.settled for month in months)

    assert open_days["refusal-swallowed"] >= open_days[""] >= 0


MISTAKES = [
    (("--months", "0"), "ask for 1 to 16"),
    (("--months", "17"), "ask for 1 to 16"),
    (("--facilities", "100000"), "ask for 1 to"),
    (("--facilities", "0"), ""),
    (("--lang", "fr"), ""),
    (("--out", "pyproject.toml"), "give --out a new or an empty one"),
]


@pytest.mark.parametrize(("arguments", "hint"), MISTAKES, ids=lambda value: " ".join(value)[:30])
def test_a_mistake_is_one_line_with_a_hint(
    arguments: tuple[str, ...], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    left = command(capsys, "transition", *arguments)

    assert left.code == 21
    assert len(left.err.strip().splitlines()) == 2
    assert hint in left.err


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_person_reads_every_table_in_both_languages(lang: str, told: dict[str, Any]) -> None:
    from generale.agency.transition_text import transition_text
    from generale.agency.wording import Wording

    text = transition_text(told, Wording("nl" if lang == "nl" else "en"), 100)

    assert told["digest"] in text
    assert all(row["fund"] in text for row in told["recoveries"])
    assert all(row["month"] in text for row in told["table"])
    assert max(map(len, text.splitlines())) <= 100
