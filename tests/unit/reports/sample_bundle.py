"""A bundle as a run leaves it: a product that fails in three ways, with everything else that can happen.

All persons, numbers and amounts are synthetic.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generale.results.bundle import Bundle, render_json, render_judgement
from generale.results.events import Event, digest, write_transcript
from generale.results.form import to_json
from generale.results.identity import RunIdentity
from generale.results.verdicts import (
    CheckResult,
    EvidenceKind,
    ExitCode,
    Finding,
    Judgement,
    RequirementResult,
    ScenarioResult,
    Verdict,
)

CLEAN = "month/clean-month"
CUT = "outage/line-cut-after-receipt"
PENDING = "decision/pending-over-month-end"
TAKEOVER = "takeover/new-number-in-mid-month"


def findings(numbers: Mapping[str, list[int]], file: bytes) -> dict[str, tuple[Finding, ...]]:
    """What the checks found, by the requirement that it breaks."""
    late = tuple(
        Finding(
            code="CK-ADM-01.start-differs",
            message="The admission carries another start than the one entered for this resident.",
            scenario=CLEAN,
            event=event,
            expected="2019-04-01T10:00:00+02:00",
            received="2019-04-02T10:00:00+02:00",
            path="/Opname/Verblijf/Begin",
        )
        for event in numbers["late"]
    )
    amount = Finding(
        code="CK-ICO-03.amount-differs",
        message="28 days at 62.15 euro are 1740.20 euro; the line asks 1740.19 euro.",
        scenario=CLEAN,
        event=numbers["billed"][0],
        expected="+00000174020",
        received="+00000174019",
        path="record 3 (30), zone 19 amount",
        evidence=digest(file),
        offset=file.index(b"+00000174019"),
        length=12,
    )
    reference = Finding(
        code="CK-TRA-01.new-reference",
        message="The same content came again under another reference after the line was cut.",
        scenario=CUT,
        event=numbers["second"][0],
        expected="A0003",
        received="A0004",
        path="Envelope/Body/post/CommonInput/InputReference",
    )
    shown = Finding(
        code="CK-WOR-02.not-named",
        message="A resident whose admission is pending does not stand on the worklist.",
        scenario=PENDING,
        event=numbers["worklist"][0],
        expected="Proefpersoon Testa on the worklist",
        received="an empty worklist",
        path="worklist",
    )
    return {"RQ-ADM-01": late, "RQ-ICO-03": (amount,), "RQ-TRA-01": (reference,), "RQ-WOR-02": (shown,)}


NO_TAKEOVER = (
    "The scenario takeover/new-number-in-mid-month was broken off: nothing came under the new number."
)

VERDICTS: Mapping[str, tuple[Verdict, str]] = {
    "RQ-ADM-01": (Verdict.FAIL, ""),
    "RQ-ICO-03": (Verdict.FAIL, ""),
    "RQ-TRA-01": (Verdict.FAIL, ""),
    "RQ-WOR-02": (Verdict.WARN, ""),
    "RQ-TAK-01": (Verdict.NOT_VERIFIED, NO_TAKEOVER),
    "RQ-TAK-02": (Verdict.NOT_VERIFIED, NO_TAKEOVER),
    "RQ-SEC-01": (Verdict.NOT_VERIFIED, NO_TAKEOVER),
    "RQ-DEC-04": (Verdict.INCONCLUSIVE, "The reply can be read as final and as provisional."),
    "RQ-REF-03": (Verdict.WAIVED, "Accepted until 2019-12-31: repaired in the next version."),
    "RQ-ADM-09": (Verdict.NOT_APPLICABLE, "The product offers no day care."),
}
"""The verdicts that are not a pass, with their reasons."""


def judgement(found: Mapping[str, tuple[Finding, ...]], requirements: list[dict[str, Any]]) -> Judgement:
    """The verdicts of the sample."""
    ids = [row["id"] for row in requirements]
    told = {"RQ-WOR-01", "RQ-WOR-02"}
    checks = tuple(
        CheckResult(
            check="CK" + name.removeprefix("RQ"),
            requirements=(name,),
            verdict=VERDICTS.get(name, (Verdict.PASS, ""))[0],
            evidence=EvidenceKind.TOLD if name in told else EvidenceKind.WIRE,
            occasions=len(found.get(name, ())) + 4,
            reason=VERDICTS.get(name, (Verdict.PASS, ""))[1],
            findings=found.get(name, ()),
        )
        for name in ids
    )
    results = tuple(
        RequirementResult(
            requirement=check.requirements[0],
            verdict=check.verdict,
            checks=(check.check,),
            reason=check.reason,
            evidence=check.evidence,
            power=None if check.verdict is Verdict.NOT_APPLICABLE else 1.0,
        )
        for check in checks
    )
    scenarios = (
        ScenarioResult(scenario=CLEAN, verdict=Verdict.FAIL, completed=True, events=45),
        ScenarioResult(scenario=CUT, verdict=Verdict.FAIL, completed=True, events=16),
        ScenarioResult(scenario=PENDING, verdict=Verdict.WARN, completed=True, events=17),
        ScenarioResult(
            scenario=TAKEOVER,
            verdict=Verdict.NOT_VERIFIED,
            completed=False,
            events=5,
            reason="the vendor sent nothing under the new number before 15 April, 12:00",
        ),
    )
    counts: dict[str, int] = {}
    for result in results:
        counts[result.verdict.value] = counts.get(result.verdict.value, 0) + 1
    return Judgement(
        verdict=Verdict.FAIL,
        exit_code=ExitCode.NON_CONFORMING.value,
        partial=False,
        counts=counts,
        requirements=results,
        scenarios=scenarios,
        checks=checks,
    )


def identity() -> RunIdentity:
    """Who was rehearsed with what."""
    return RunIdentity(
        suite="0.1.0",
        requirement_set="r1-2019",
        scenarios=digest(b"scenarios"),
        profile=digest(b"profile"),
        plan=digest(b"plan"),
        pki=digest(b"pki"),
        seed=42,
        clock="virtual",
        product="Voorbeeldpakket",
        product_version="4.2",
        door="python",
        partial=False,
        environment={"python": "3.11", "system": "Linux"},
        scenarios_left_out={},
        capabilities=("admit", "end_stay", "bill_month", "rebill"),
        facility_types=("wzc",),
        run_id=digest(b"run"),
    )


TEXTS: Mapping[str, Mapping[str, str]] = {
    "CK-ADM-01.start-differs": {
        "message_nl": "De opname draagt een ander begin dan wat voor deze bewoner is ingevoerd.",
        "message_en": "The admission carries another start than the one entered for this resident.",
        "cause_nl": "De dag van invoer staat in het bericht in plaats van de dag van opname.",
        "cause_en": "The day of entry stands in the message instead of the day of admission.",
    },
    "CK-ICO-03.amount-differs": {
        "message_nl": "Het bedrag van een lijn is niet het aantal dagen maal het tarief, in hele centen.",
        "message_en": "The amount of a line is not the number of days times the rate, in whole cents.",
        "cause_nl": "Het tarief is als gebroken getal (float) bewaard en naar beneden afgerond.",
        "cause_en": "The rate is held as a binary fraction (float) and was cut off.",
    },
    "CK-TRA-01.new-reference": {
        "message_nl": "Na een verbroken lijn kwam dezelfde inhoud onder een nieuw kenmerk.",
        "message_en": "After the line was cut the same content came under a new reference.",
    },
    "CK-WOR-02.not-named": {
        "message_nl": "Een bewoner van wie de opname in beraad is, staat niet op de werklijst.",
        "message_en": "A resident whose admission is pending does not stand on the worklist.",
    },
}


def register() -> list[dict[str, Any]]:
    """The requirements of the sample as they stand in ``requirements.json``."""
    rows = tomllib.loads(Path(__file__).with_name("sample_register.toml").read_text("utf-8"))["requirement"]
    return [
        {
            "id": f"RQ-{row['number']}",
            "chapter": row["chapter"],
            "verb": row["verb"],
            "text_en": row["en"],
            "text_nl": row["nl"],
            "keeps_en": "Entered on 1 April at 10:00, sent as 1 April at 10:00.",
            "keeps_nl": "Ingevoerd op 1 april om 10.00 uur, verstuurd als 1 april om 10.00 uur.",
            "breaks_en": "Entered on 1 April, sent as 2 April.",
            "breaks_nl": "Ingevoerd op 1 april, verstuurd als 2 april.",
            "source": "project-defined",
            "since": "2019-01-01",
        }
        for row in rows
    ]


WAIVERS = b"""judged_on = 2019-06-30

[[waiver]]
requirement = "RQ-REF-03"
reason = "Mended in the next version."
owner = "agency"
expires = 2019-12-31
"""


def sample_bundle(
    events: list[Event], evidence: Mapping[str, bytes], numbers: Mapping[str, list[int]]
) -> Bundle:
    """The whole bundle, around a transcript and its evidence."""
    requirements = register()
    found = findings(numbers, evidence[events[numbers["billed"][0] - 1].evidence])
    preflight = [
        {"check": "vendor answers describe", "ok": True, "message": "contract 1"},
        {"check": "clock can be set", "ok": True, "message": "settable"},
        {"check": "certificates", "ok": True, "message": "valid on every day of the rehearsal"},
    ]
    return Bundle(
        {
            "run.json": render_json(to_json(identity())),
            "transcript.jsonl": write_transcript(events),
            "requirements.json": render_json(requirements),
            "verdicts.json": render_judgement(judgement(found, requirements)),
            "texts.json": render_json(TEXTS),
            "preflight.json": render_json(preflight),
            "plan.toml": b'vendor = "py:voorbeeld:Pakket"\nset = "r1-2019"\nseed = 42\n',
            "waivers.toml": WAIVERS,
            **{f"evidence/{name}": raw for name, raw in evidence.items()},
        }
    )
