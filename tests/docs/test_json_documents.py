"""What programs may read is as its JSON Schema says: real documents fit, and strange ones do not."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from tests.whole_run import whole_run

from generale.agency.oddity import Kind
from generale.agency.recovery import DaySource
from generale.agency.rollout import TYPES
from generale.cli import certify, detect, judge, pki, population, recoveries, rollout
from generale.cli.catalogue import list_requirements, list_scenarios
from generale.cli.check import run as check
from generale.cli.decode import run as decode
from generale.cli.encode import run as encode
from generale.conformance.bundle_folder import clear, write_bundle
from generale.conformance.detection import Kill, KillMatrix
from generale.conformance.engine import rehearse
from generale.conformance.message_check import Rung
from generale.conformance.plan import Plan
from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Hco, Insz, Sex
from generale.protocol.messages import Admission, StayType
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle
from generale.results.events import Event, EventType, Party
from generale.results.form import to_json
from generale.results.identity import RunIdentity
from generale.results.requirement import Requirement
from generale.results.verdicts import Blame, Finding, Judgement, Verb, Verdict

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
SCHEMAS: Mapping[str, Any] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(REFERENCE.glob("*.schema.json"))
}
EXAMPLES: Mapping[str, str] = dict(
    re.findall(
        r"<!-- (\w+) -->\n```json\n(.*?)```",
        (REFERENCE / "json-documents.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )
)

WRITTEN = ("plan", "scenario", "waivers")
CLEAN = "month/clean-month"
UNPLAYED = "harness called refunded"


def validator(name: str) -> Draft202012Validator:
    """The schema with this name, ready to judge documents."""
    return Draft202012Validator(SCHEMAS[name], format_checker=FormatChecker())


def misfits(name: str, document: object) -> list[str]:
    """Why a document does not fit a schema."""
    return [f"{error.json_path}: {error.message[:300]}" for error in validator(name).iter_errors(document)]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return whole_run()


@pytest.fixture(scope="module")
def broken() -> Bundle:
    """A partial run of a vendor with a defect."""
    return rehearse(Plan(defect="admission-day-late", scenarios=(CLEAN,)))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_itself_valid(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_fits_its_schema(name: str) -> None:
    assert misfits(name, json.loads(EXAMPLES[name])) == []


def test_every_schema_has_an_example_but_those_of_what_people_write() -> None:
    assert sorted({*EXAMPLES, *WRITTEN}) == sorted({*SCHEMAS, *WRITTEN})


def test_the_verdicts_of_a_run_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = {"scenarios": (CLEAN,), "defect": "admission-day-late"}
    code = certify.run(None, options, tmp_path / "bundle", as_json=True, lang="en")
    document = json.loads(capsys.readouterr().out)

    assert misfits("certify", document) == []
    assert document["exit_code"] == code
    assert "changed" not in document


def test_the_verdicts_of_a_bundle_that_is_judged_again_fit(
    broken: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = broken.part("verdicts.json").replace(b'"verdict": "fail"', b'"verdict": "warn"')
    write_bundle(broken.with_files({"verdicts.json": other}), tmp_path)

    judge.run(tmp_path, write=False, as_json=True, lang="en")
    document = json.loads(capsys.readouterr().out)

    assert misfits("certify", document) == []
    assert document["changed"]["RQ-ADM-01"] == ["warn", "fail"]


def test_a_kill_matrix_fits() -> None:
    kill = Kill(
        defect="admission-day-late",
        requirement="RQ-ADM-01",
        check="CK-ADM-01",
        code="admission-day-wrong",
        killed=False,
        noise=("CK-DEC-04T",),
        scenarios=(CLEAN,),
    )

    assert misfits("detect", detect.document(KillMatrix(kills=(kill,), power={"RQ-ADM-01": 0.0}))) == []


def test_the_list_of_requirements_fits(capsys: pytest.CaptureFixture[str]) -> None:
    list_requirements("2019-04-01", as_json=True, lang="en")

    assert misfits("requirements", json.loads(capsys.readouterr().out)) == []


def test_the_list_of_scenarios_fits(capsys: pytest.CaptureFixture[str]) -> None:
    list_scenarios(as_json=True, lang="en")

    assert misfits("scenarios", json.loads(capsys.readouterr().out)) == []


def admission(born: date) -> bytes:
    """An admission of a person born on 14 February 1938, with this date of birth."""
    message = Admission(
        facility=Hco.parse("99001"),
        insz=Insz.parse("38021400004"),
        family_name="Proefpersoon",
        given_name="Anna",
        birth_date=born,
        sex=Sex.WOMAN,
        stay_type=StayType.ROB,
        start=datetime(2019, 4, 1, 10, tzinfo=BRUSSELS),
    )
    return standard_profile().write(message)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(admission(date(1938, 2, 14)), id="an admission that holds"),
        pytest.param(admission(date(1938, 4, 12)), id="an admission with another date of birth"),
        pytest.param(b"<Opname/>", id="an element of another profile"),
        pytest.param(b"<Opname", id="no XML"),
        pytest.param(b"\xef\xbb\xbf<a/>", id="a byte-order mark"),
        pytest.param(b"920000", id="a flat file that is too short"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_the_check_of_one_message_fits(
    raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "message"
    file.write_bytes(raw)
    code = check(file, "2019-06-03", as_json=True, lang="en")
    document = json.loads(capsys.readouterr().out)

    assert misfits("check", document) == []
    assert code == (0 if document["holds"] else 10)


def test_the_list_of_certificates_fits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pki.run(tmp_path / "pki", 1, [], "2019-04-01", 365, "ec", as_json=True)
    document = json.loads(capsys.readouterr().out)

    assert misfits("pki", document) == []
    assert all((tmp_path / "pki" / name).is_file() for name in document["facilities"].values())


@pytest.mark.parametrize(
    "raw",
    [
        admission(date(1938, 2, 14)),
        b"931000" + b"0" * 61 + b"92000000" + b" " * 152,
        b"931000" + b"0" * 61 + b"92000000" + b" " * 151,
    ],
    ids=["an admission", "a flat file", "a flat file without its end"],
)
def test_a_decoded_message_fits_and_is_encoded_again(
    raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, again = tmp_path / "message", tmp_path / "again"
    file.write_bytes(raw)
    decode(file, 0, as_json=True, lang="en")
    document = capsys.readouterr().out
    (tmp_path / "document").write_text(document, encoding="utf-8")
    encode(tmp_path / "document", again)

    assert misfits("decode", json.loads(document)) == []
    assert again.read_bytes() == raw


@pytest.mark.parametrize(
    ("name", "tables"), [("recoveries", "recoveries-*.csv"), ("rollout", "rollout-*.csv")]
)
def test_the_account_of_every_example_table_fits(
    name: str, tables: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted((REFERENCE.parents[1] / "examples").glob(tables))
    assert files
    for file in files:
        if name == "recoveries":
            recoveries.run(file, "", None, None, as_json=True, lang="nl")
        else:
            rollout.run(file, "", as_json=True, lang="nl")

        assert misfits(name, json.loads(capsys.readouterr().out)) == []


def test_the_counts_of_a_population_fit(capsys: pytest.CaptureFixture[str]) -> None:
    population.run(3, 1, None, population.Import(None, False, None), None, as_json=True, lang="nl")

    assert misfits("population", json.loads(capsys.readouterr().out)) == []


@pytest.mark.process
def test_the_line_of_the_simulator_fits() -> None:
    command = [sys.executable, "-m", "generale.cli", "serve", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        child.terminate()
        rest = child.stdout.read()

    assert misfits("serve", json.loads(line)) == []
    assert rest == ""
    assert child.returncode == 0


@pytest.mark.parametrize("name", ["run", "verdicts", "requirements"])
def test_a_document_in_a_bundle_fits(name: str, bundle: Bundle, broken: Bundle) -> None:
    for one in (bundle, broken):
        assert misfits(name, one.document(f"{name}.json")) == []


def test_every_line_of_a_transcript_fits(bundle: Bundle) -> None:
    judge_line = validator("event")
    lines = bundle.part("transcript.jsonl").decode().splitlines()
    wrong = [
        f"{line[:120]}: {error.message}"
        for line in lines
        for error in judge_line.iter_errors(json.loads(line))
    ]

    assert wrong == []


def test_a_run_shows_every_type_of_event_but_its_own_failure(bundle: Bundle) -> None:
    missing = set(EventType) - {event.type for event in bundle.events}

    assert missing == set(map(EventType, UNPLAYED.split()))


def test_every_line_of_a_transcript_under_tls_fits() -> None:
    plan = Plan(
        scenarios=("disorder/a-server-that-proves-nothing",), tls="optional", defect="accepts-any-certificate"
    )
    bundle = rehearse(plan)

    assert any(event.type is EventType.CALLED for event in bundle.events)
    assert [wrong for event in bundle.events for wrong in misfits("event", json.loads(event.to_line()))] == []


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        (EventType.HARNESS, {"problem": "no answer", "blame": "environment"}),
        (EventType.SCENARIO_ENDED, {"completed": False, "reason": "the rehearsal failed"}),
    ],
    ids=["harness", "scenario-ended"],
)
def test_an_event_that_only_a_failure_makes_fits(type_: EventType, data: Mapping[str, Any]) -> None:
    event = Event(
        seq=1, scenario=CLEAN, type=type_, at="2019-06-03T08:00:00+02:00", sender=Party.PLAYER, data=data
    )

    assert misfits("event", json.loads(event.to_line())) == []


def test_the_schema_of_an_event_knows_every_type_and_says_something_about_it() -> None:
    schema = SCHEMAS["event"]
    told = [rule["if"]["properties"]["type"]["const"] for rule in schema["allOf"]]

    assert sorted(told) == sorted(schema["properties"]["type"]["enum"]) == sorted(EventType)
    assert sorted(schema["$defs"]["party"]["enum"]) == sorted(Party)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "applauded"},
        {"seq": 0},
        {"from": "audience"},
        {"ids": {"fund": "810", "facility": "99342549"}},
        {"data": {"amount": 2779.1, "communication": ""}},
        {"evidence": "short"},
        {"mood": "good"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_event_that_is_none_does_not_fit(change: Mapping[str, Any]) -> None:
    assert misfits("event", json.loads(EXAMPLES["event"]) | change) != []


def objects(schema: object) -> Iterator[Mapping[str, Any]]:
    """Every part of a schema that describes an object by its keys."""
    if isinstance(schema, Mapping):
        if schema.get("type") == "object" and "properties" in schema:
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"event"}))
def test_a_document_has_no_key_that_is_not_described(name: str) -> None:
    assert [part for part in objects(SCHEMAS[name]) if part.get("additionalProperties") is not False] == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (SCHEMAS["certify"]["$defs"]["verdict"]["enum"], [one.value for one in Verdict]),
        (SCHEMAS["verdicts"]["$defs"]["verdict"]["enum"], [one.value for one in Verdict]),
        (
            SCHEMAS["verdicts"]["$defs"]["finding"]["properties"]["blame"]["enum"],
            [one.value for one in Blame],
        ),
        (SCHEMAS["requirements"]["items"]["properties"]["verb"]["enum"], [one.value for one in Verb]),
        (SCHEMAS["check"]["$defs"]["rung"]["properties"]["rung"]["enum"], [one.value for one in Rung]),
        (
            SCHEMAS["recoveries"]["properties"]["oddities"]["items"]["properties"]["kind"]["enum"],
            [one.value for one in Kind],
        ),
        (SCHEMAS["recoveries"]["properties"]["as_of_from"]["enum"], [one.value for one in DaySource]),
        (list(SCHEMAS["rollout"]["properties"]["facilities"]["properties"]), list(TYPES)),
    ],
    ids=["verdict", "verdict in a bundle", "blame", "verb", "rung", "oddity", "day", "type"],
)
def test_a_closed_list_is_that_of_the_program(found: list[str], expected: list[str]) -> None:
    assert found == expected


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        (SCHEMAS["run"], RunIdentity),
        (SCHEMAS["verdicts"], Judgement),
        (SCHEMAS["verdicts"]["$defs"]["finding"], Finding),
        (SCHEMAS["requirements"]["items"], Requirement),
    ],
    ids=["run", "verdicts", "finding", "requirement"],
)
def test_a_schema_has_the_fields_of_its_type(schema: Mapping[str, Any], kind: type[Any]) -> None:
    assert list(schema["properties"]) == [field.name for field in fields(kind)] == schema["required"]


def test_the_page_of_the_bundle_names_every_file_of_one(bundle: Bundle) -> None:
    page = (REFERENCE / "bundle.md").read_text(encoding="utf-8")
    named = {name.partition("/")[0] for name in re.findall(r"^\| `([^`]+)`", page, re.MULTILINE)}
    written = {name.partition("/")[0] for name in bundle.files}
    assert written - named == set()


def test_clearing_a_folder_leaves_what_is_not_of_its_bundle(bundle: Bundle, tmp_path: Path) -> None:
    write_bundle(bundle, tmp_path)
    (tmp_path / "evidence" / "keepsake").touch()

    clear(tmp_path)

    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == [
        "evidence",
        "evidence/keepsake",
    ]


def test_the_judgement_in_a_bundle_is_its_document(broken: Bundle) -> None:
    assert to_json(broken.judgement) == broken.document("verdicts.json")
