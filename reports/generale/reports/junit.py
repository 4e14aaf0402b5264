"""``junit.xml``: the verdicts for a build server, in the suites requirements, scenarios and run.

What each verdict becomes (project-defined): fail is a failure; harness-error is an error; not-verified and
inconclusive are errors of that type, because a build server shows what is skipped as green; only
not-applicable and waived are skipped. The suite ``run`` has one case, so that an empty or partial run is
never green. Equal bundles give equal bytes: nothing of the real time stands in the file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from generale.reports.catalogue import Words
from generale.reports.finding_text import finding_texts
from generale.reports.inert import flat, inert, shortened
from generale.reports.problem import Problem, problems
from generale.reports.summary import Standing, remark_texts, standing
from generale.results.bundle import Bundle
from generale.results.remark import Remark
from generale.results.verdicts import Finding, Judgement, Verdict

_OUTCOME: dict[Verdict, str] = {
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.PASS: "",
    Verdict.WAIVED: "skipped",
    Verdict.WARN: "",
    Verdict.INCONCLUSIVE: "error",
    Verdict.NOT_VERIFIED: "error",
    Verdict.FAIL: "failure",
    Verdict.HARNESS_ERROR: "error",
}
"""The element that a verdict becomes; none for a case that is green."""

_WORDS = Words("en")
_MOST_FINDINGS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    group: str
    name: str
    verdict: Verdict
    message: str
    body: str = ""


def render_junit(bundle: Bundle, remarks: Sequence[Remark] = ()) -> bytes:
    """The JUnit file of a bundle, in English; ``BundleError`` where a part that it needs is missing."""
    judgement = bundle.judgement
    root = Element("testsuites", name="generale")
    suites = (
        ("requirements", tuple(_requirements(bundle, problems(judgement, bundle.requirements)))),
        ("scenarios", tuple(_scenarios(bundle))),
        ("run", (_run(judgement, remarks),)),
    )
    for name, cases in suites:
        _suite(root, name, cases)
    _count(root, [case for _, cases in suites for case in cases])
    indent(root)
    raw: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return raw + b"\n"


def _requirements(bundle: Bundle, found: Sequence[Problem]) -> Iterator[_Case]:
    results = {result.requirement: result for result in bundle.judgement.requirements}
    texts = finding_texts(bundle, "en")
    for requirement in bundle.requirements:
        result = results.get(requirement.id)
        own = [one for problem in found if requirement in problem.requirements for one in problem.findings]
        verdict = result.verdict if result else Verdict.NOT_VERIFIED
        reason = result.reason if result else ""
        yield _Case(
            group=requirement.chapter,
            name=requirement.id,
            verdict=verdict,
            message=reason or (texts.headline(own[0]) if own else requirement.excuse),
            body="\n\n".join([requirement.text_en, *map(_told, own[:_MOST_FINDINGS])]),
        )


def _told(finding: Finding) -> str:
    """A finding in a few lines of text."""
    place = f"{finding.scenario} event {finding.event}" + (f", {finding.path}" if finding.path else "")
    blamed = _WORDS(f"blame.{finding.blame.value}")
    lines = (
        f"{finding.code}: {finding.message}",
        f"expected: {finding.expected}",
        f"received: {finding.received}",
        f"where: {place}; at fault: {blamed}",
    )
    return "\n".join(shortened(flat(line), 600) for line in lines)


def _scenarios(bundle: Bundle) -> Iterator[_Case]:
    """The scenarios, played and left out; without a reason the codes of what was found stand for it."""
    codes: dict[str, set[str]] = {}
    for check in bundle.judgement.checks:
        for finding in check.findings:
            codes.setdefault(finding.scenario, set()).add(finding.code)
    for result in bundle.judgement.scenarios:
        family, _, _ = result.scenario.partition("/")
        broken_off = "" if result.completed else "the scenario was broken off"
        played = broken_off or ", ".join(sorted(codes.get(result.scenario, ())))
        yield _Case(
            group=family, name=result.scenario, verdict=result.verdict, message=result.reason or played
        )
    for name, reason in bundle.run.scenarios_left_out.items():
        yield _Case(group=name.partition("/")[0], name=name, verdict=Verdict.NOT_VERIFIED, message=reason)


def _run(judgement: Judgement, remarks: Sequence[Remark]) -> _Case:
    """One case for the whole run, as heavy as its standing; what is to be said of the bundle stands in it."""
    where = standing(judgement, remarks)
    heaviest = judgement.verdict
    if where is Standing.NOT_VERIFIED and _OUTCOME[heaviest] != "error":
        heaviest = Verdict.NOT_VERIFIED
    message = _WORDS("report.partial") if judgement.partial else _WORDS(f"standing.{where}")
    told = "; ".join([message, *remark_texts(remarks, _WORDS)])
    return _Case(group="run", name="verdict", verdict=heaviest, message=told)


def _suite(root: Element, name: str, cases: Sequence[_Case]) -> None:
    suite = SubElement(root, "testsuite", name=name)
    _count(suite, cases)
    for case in cases:
        node = SubElement(suite, "testcase", classname=flat(case.group), name=flat(case.name), time="0")
        outcome = _OUTCOME[case.verdict]
        message = shortened(flat(case.message), 1000) or _WORDS("report.no-reason")
        if outcome:
            sign = SubElement(node, outcome, message=message)
            if outcome != "skipped":
                sign.set("type", case.verdict.value)
                sign.text = inert(case.body)
        elif case.verdict is Verdict.WARN:
            SubElement(node, "system-out").text = inert(f"{_WORDS('verdict.warn')}: {message}\n{case.body}")


def _count(node: Element, cases: Sequence[_Case]) -> None:
    outcomes = [_OUTCOME[case.verdict] for case in cases]
    node.set("tests", str(len(outcomes)))
    for name, outcome in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        node.set(name, str(outcomes.count(outcome)))
