"""What arrives as a message or a file: profile messages, flat files, plans, scenarios, bundles, JSON."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tests.fuzz import wire_targets
from tests.unit.protocol.message_examples import EXAMPLES
from tests.unit.protocol.test_flatfile_replies import (
    ACKNOWLEDGEMENTS,
    FAULTY,
    FUND_REFERENCE,
    INVOICE,
    settled,
)
from tests.unit.reports.sample_bundle import sample_bundle
from tests.unit.reports.sample_script import play
from tests.unit.simulator.open_house import HEIR, open_house

from generale.conformance.judge import judge
from generale.conformance.message_check import check_message
from generale.conformance.message_document import decoded, document_json, encoded
from generale.conformance.plan import read_plan
from generale.doors.wire import ClockSetting, Problem, read_body
from generale.driver.contract import Description, Done
from generale.driver.observations import Observation
from generale.driver.setup import SetUp
from generale.driver.stimuli import stimulus_from_json
from generale.protocol.flatfile import (
    ErrorLimit,
    File,
    care_home_faults,
    decode,
    encode,
    read_acknowledgement,
    read_invoice,
    read_judgement,
    read_refusal,
    read_settlement,
    refuse,
    technical_faults,
    write_acknowledgement,
    write_judgement,
    write_refusal,
    write_settlement,
)
from generale.protocol.flatfile import judge as judge_file
from generale.protocol.form import from_json, to_json
from generale.protocol.profile import standard_profile
from generale.results.bundle import Bundle
from generale.rules.engine import rule_sets
from generale.scenarios import catalogue
from generale.simulator.behaviour import Behaviour, Takeover
from generale.simulator.control import Leap
from generale.simulator.set_up import WorldSetUp

Attack = Callable[[], bytes]


@cache
def messages() -> Sequence[bytes]:
    """One of every message."""
    return tuple(raw for _, _, raw in EXAMPLES)


def read_message(raw: bytes) -> object:
    """A message of the profile; what was read can be written, and reads the same."""
    profile = standard_profile()
    message = profile.read(raw)
    assert profile.read(profile.write(message)) == message
    return message


@cache
def flat_files() -> Sequence[bytes]:
    """An invoice file, and every answer to one."""
    judgement = judge_file(INVOICE, {}, limit=ErrorLimit(), fund_reference=FUND_REFERENCE)
    return (
        encode(INVOICE),
        *(write_acknowledgement(one) for one in ACKNOWLEDGEMENTS),
        *(_refused(file) for file, _, _ in FAULTY.values()),
        write_judgement(judgement, INVOICE),
        write_settlement(settled({}), INVOICE),
    )


def _refused(file: File) -> bytes:
    refusal = refuse(file, technical_faults(file), fund_reference=FUND_REFERENCE)
    return write_refusal(refusal, file)


_READERS: Mapping[str, Callable[[bytes], object]] = {
    "920000": read_invoice,
    "931000": read_acknowledgement,
    "920999": read_refusal,
    "920098": read_judgement,
    "920099": read_judgement,
    "920900": read_settlement,
}


def read_flat_file(raw: bytes) -> object:
    """A flat file: cut, written back without loss, examined, and read as what it says it is."""
    file = decode(raw)
    assert encode(file) == raw
    if file.type == "920000":
        faults = technical_faults(file)
        care_home_faults(file)
        if faults:
            _refused(file)
    return _READERS[file.type](raw)


@cache
def anything() -> Sequence[bytes]:
    """Messages, flat files and envelopes: what may be asked to be decoded."""
    return (*messages(), *flat_files(), *wire_targets.envelopes())


def read_anything(raw: bytes) -> object:
    """The document of a message; the same message can be made of it again, where it stood alone."""
    profile = standard_profile()
    document = document_json(decoded(raw, profile))
    again = encoded(json.loads(json.dumps(document)), profile)
    assert document_json(decoded(again, profile)) == document
    return document


def check(raw: bytes) -> object:
    """The rungs of whatever is given; nothing is refused."""
    return check_message(raw, standard_profile(), rule_sets()[-1], None)


@cache
def documents() -> Sequence[bytes]:
    """The documents of messages and flat files, as JSON."""
    profile = standard_profile()
    files = [encode(INVOICE), *flat_files()[1:3]]
    return tuple(json.dumps(document_json(decoded(raw, profile))).encode() for raw in (*messages(), *files))


def read_document(raw: bytes) -> object:
    """The bytes of the message in a document."""
    return encoded(read_body(raw), standard_profile())


@cache
def plans() -> Sequence[bytes]:
    """Plans with every entry."""
    return (
        (
            b'vendor = "reference"\ndefect = ""\nrequirement_set = "2019-04-01"\nfacility_types = ["wzc"]\n'
            b'seed = 1\nclock = "virtual"\nbudget_seconds = 30\ntimeout_seconds = 30\n'
            b'scenarios = ["month/clean-month"]\nchapters = []\nhost = "127.0.0.1"\nport = 0\n'
        ),
        b'vendor = "http://127.0.0.1:8090"\nprofile = ""\nclock = "wall"\n# a remark\nwaivers = ""\n',
        b"",
    )


TOML_ATTACKS: tuple[Attack, ...] = (
    lambda: b"seed = " + b"1" * 5_000,
    lambda: b"a = " + b"[" * 100_000,
    lambda: b"a" + b".a" * 3_000 + b" = 1",
    lambda: b"[" + b"a." * 30_000 + b"a]\n",
    lambda: b"seed = 0000-00-00",
    lambda: b'vendor = "\\ud800"',
    lambda: b"vendor = 0x" + b"f" * 5_000,
)


def read_plan_file(raw: bytes) -> object:
    """A plan, from a file on disk."""
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(raw)
        file.flush()
        return read_plan(Path(file.name), {})


@cache
def scenarios() -> Sequence[bytes]:
    """The shorter half of the library, each once."""
    found = sorted(catalogue.sources().values(), key=len)
    return tuple(found[: max(5, len(found) // 2)])


def _aliases(depth: int) -> bytes:
    lines = [b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, depth)]
    return b"\n".join(lines)


def _merges(depth: int) -> bytes:
    lines = [b"a0: &a0 {k: v}"]
    lines += [b"a%d: &a%d {<<: [%s]}" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, depth)]
    return b"\n".join(lines)


YAML_ATTACKS: tuple[Attack, ...] = (
    lambda: _aliases(10),
    lambda: _aliases(8) + b"\n? *a7\n: 1",
    lambda: _merges(8),
    lambda: b"a: &a [*a]",
    lambda: b"&a {? *a : 1}",
    lambda: b"a: !!bool perhaps",
    lambda: b"a: !!int ''",
    lambda: b"a: !!float ''",
    lambda: b"a: !!timestamp x",
    lambda: b"a: !!python/object/apply:os.system [true]",
    lambda: b"a: " + b"[" * 50_000,
    lambda: b"a: " + b"1" * 5_000,
    lambda: b"a: 1" + b":59" * 20_000,
    lambda: b"--- a\n" * 10_000,
    lambda: b'? "\\ud800"\n: "\\udfff"',
    lambda: b"anchor: 0x" + b"f" * 5_000,
    lambda: b"anchor: 1" + b":59" * 3_000,
)


def read_scenario_file(raw: bytes) -> object:
    """A scenario, from the bytes of its file."""
    return catalogue.parse(raw, "fuzz", any_name=True)


@cache
def _bundle() -> Bundle:
    return sample_bundle(*play())


_PARTS = ("run.json", "transcript.jsonl", "requirements.json", "verdicts.json", "waivers.toml")


@cache
def bundle_parts() -> Sequence[bytes]:
    """The parts of a bundle, each with its name on a line in front; of the transcript also a piece."""
    parts = [name.encode() + b"\n" + _bundle().part(name) for name in _PARTS]
    lines = _bundle().part("transcript.jsonl").splitlines(keepends=True)
    evidence = [
        f"evidence/{event.evidence}\n".encode() + _bundle().evidence(event.evidence)
        for event in _bundle().events
        if event.evidence
    ]
    return (*parts, b"transcript.jsonl\n" + b"".join(lines[:10]), *evidence[:6])


def read_bundle_part(raw: bytes) -> object:
    """A bundle with one part replaced by these bytes: all of it is read, and judged again."""
    name, _, content = raw.partition(b"\n")
    bundle = _bundle().with_files({name.decode("latin-1"): content})
    judged = bundle.run, bundle.events, bundle.requirements, bundle.judgement
    for event in bundle.events:
        if event.evidence:
            bundle.evidence(event.evidence)
    return judge(bundle, standard_profile()), judged


JSON_ATTACKS: tuple[Attack, ...] = (
    lambda: b"[" * 200_000,
    lambda: b'{"a":' * 200_000,
    lambda: b"1" * 5_000,
    lambda: b"1e999999999",
    lambda: b'{"do": "admit", "facility": "\\ud800"}',
    lambda: b'{"instant": "9999-12-31T23:59:59.999999-14:00"}',
    lambda: b'{"instant": "0001-01-01T00:00:00+14:00"}',
    lambda: b'{"to": "0001-01-01T00:00:00+14:00"}',
)
BUNDLE_ATTACKS: tuple[Attack, ...] = (
    *(
        lambda part=part, attack=attack: part.encode() + b"\n" + attack()
        for part in _PARTS
        for attack in JSON_ATTACKS[:4]
    ),
    lambda: (
        b"transcript.jsonl\n" + b'{"seq": 1e400, "scenario": "a", "type": "request", "at": "", "from": ""}'
    ),
    lambda: (
        b"transcript.jsonl\n" + b'{"seq": 1, "scenario": "a", "type": "request", "at": "x", "from": "vendor"}'
    ),
    lambda: b"../../etc/passwd\nx",
    lambda: b"transcript.jsonl\n",
)


@cache
def driver_bodies() -> Sequence[bytes]:
    """The examples of the published description of the driver contract."""
    page = Path(__file__).resolve().parents[2] / "docs" / "reference" / "driver.openapi.yaml"
    return tuple(
        json.dumps(one).encode() for one in _examples(yaml.safe_load(page.read_text("utf-8"))["paths"])
    )


def _examples(node: Any) -> list[Any]:
    if isinstance(node, list):
        return [found for item in node for found in _examples(item)]
    if not isinstance(node, dict):
        return []
    own = [
        one["value"] for one in node.get("examples", {}).values() if isinstance(one, dict) and "value" in one
    ]
    return own + [found for key, item in node.items() if key != "examples" for found in _examples(item)]


def read_driver(raw: bytes) -> object:
    """A body of the driver contract, as every kind that it may be."""
    document = read_body(raw)
    keys = set(document) if isinstance(document, dict) else set()
    if "do" in keys:
        return stimulus_from_json(document)
    kinds: tuple[tuple[str, type], ...] = (
        ("contract", Description),
        ("product", Description),
        ("taken", Done),
        ("instant", ClockSetting),
        ("problem", Problem),
        ("services", SetUp),
    )
    return from_json(next((kind for key, kind in kinds if key in keys), Observation), document)


@cache
def control_bodies() -> Sequence[bytes]:
    """What a player tells a simulator."""
    takeover = {"old": "9001", "successor": to_json(HEIR), "first_day": "2019-04-15"}
    behaviour = {"kind": "refuse", "count": 2, "control": "HX-ADM-01", "after": 3, "service": "admissions"}
    documents = (to_json(open_house()), takeover, behaviour, {"to": "2019-04-02T09:00:00+02:00"})
    return tuple(json.dumps(one).encode() for one in documents)


def read_control(raw: bytes) -> object:
    """A body of the control API, as every kind that it may be."""
    document = read_body(raw)
    keys = set(document) if isinstance(document, dict) else set()
    kinds: tuple[tuple[str, type], ...] = (("kind", Behaviour), ("to", Leap), ("old", Takeover))
    return from_json(next((kind for key, kind in kinds if key in keys), WorldSetUp), document)


assert os.name == "posix", "the limits of a fuzz run are those of POSIX"
