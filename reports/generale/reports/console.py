"""The end of ``generale certify`` on a terminal: sentence, counts, rows, findings, replay.

Plain text that also reads without colour; what a stranger wrote can move no cursor and colour nothing.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generale.reports.catalogue import Language, Words
from generale.reports.inert import flat, shortened
from generale.reports.problem import Problem
from generale.reports.replay import replay_command
from generale.reports.summary import MOST_IMPORTANT, Row, Standing, Summary, summary
from generale.results.bundle import Bundle
from generale.results.remark import Remark
from generale.results.verdicts import Verdict, worst

NARROWEST = 40
"""Narrower terminals are written as if they had so many columns."""

MOST_FINDINGS = 12
"""How many problems are told in full; the report has them all (project-defined)."""

_COLOUR: dict[Verdict, str] = {
    Verdict.NOT_APPLICABLE: "2",
    Verdict.PASS: "32",
    Verdict.WAIVED: "35",
    Verdict.WARN: "33",
    Verdict.INCONCLUSIVE: "36;1",
    Verdict.NOT_VERIFIED: "30;43",
    Verdict.FAIL: "37;41;1",
    Verdict.HARNESS_ERROR: "37;45;1",
}
_STANDING: dict[Standing, Verdict] = {
    Standing.CONFORMS: Verdict.PASS,
    Standing.DOES_NOT_CONFORM: Verdict.FAIL,
    Standing.NOT_VERIFIED: Verdict.NOT_VERIFIED,
    Standing.NOT_JUDGED: Verdict.HARNESS_ERROR,
}
_NEVER_FOLDED = frozenset(Verdict) - {Verdict.PASS, Verdict.NOT_APPLICABLE}
"""Verdicts whose requirements always stand on a line of their own."""

MOST_NUMBERS = 3
"""How many requirement numbers stand behind a blocker; the others are counted (project-defined)."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """Where the lines are written: how wide, and whether in colour."""

    words: Words
    width: int
    colour: bool

    def badge(self, verdict: Verdict) -> str:
        """The sign and the word of a verdict, without colour."""
        return f" {self.words(f'symbol.{verdict.value}')} {self.words(f'verdict.{verdict.value}')} "

    def paint(self, text: str, verdict: Verdict) -> str:
        """Text in the colour of a verdict, or as it is."""
        return f"\x1b[{_COLOUR[verdict]}m{text}\x1b[0m" if self.colour else text

    def strong(self, text: str) -> str:
        """Text in bold, or as it is."""
        return f"\x1b[1m{text}\x1b[0m" if self.colour else text

    def wrapped(self, text: str, first: str = "", most: int = 3, indent: int = -1) -> list[str]:
        """Text on a few lines of at most the width, the first behind a heading, the others beneath it."""
        beneath = " " * (len(first) if indent < 0 else indent)
        lines = textwrap.wrap(
            flat(text),
            self.width,
            initial_indent=first,
            subsequent_indent=beneath,
            max_lines=most,
            placeholder=" …",
            break_on_hyphens=False,
        )
        return lines or [first.rstrip()]

    def badged(self, verdict: Verdict, text: str, margin: int = 2, pad: int = 0) -> list[str]:
        """Text behind the badge of its verdict, in colour where that is wanted."""
        badge = self.badge(verdict)
        head, *rest = self.wrapped(text, f"{' ' * margin}{badge:<{pad}} ")
        return [head.replace(badge, self.paint(badge, verdict), 1), *rest]


def render_console(
    bundle: Bundle, language: Language, width: int, colour: bool, remarks: Sequence[Remark] = ()
) -> str:
    """What the command line says at the end of a run, ``width`` columns wide, ending in a line end.

    Raises ``BundleError`` where a part that it needs is missing.
    """
    words = Words(language)
    paper = _Paper(words, max(width, NARROWEST), colour)
    told = summary(bundle, words, remarks)
    parts = (
        _answer(paper, told),
        _counts(paper, told),
        _chapters(paper, told),
        _findings(paper, bundle, told),
    )
    blocks = ["\n".join(part) for part in (*parts, _replay(paper, bundle, told)) if part]
    return "\n\n".join(blocks) + "\n"


def _answer(paper: _Paper, told: Summary) -> list[str]:
    """The sentence, and what stands most in the way."""
    words = paper.words
    title = f" {words(f'standing.{told.standing}').upper()} "
    lines = ["─" * paper.width, paper.paint(title, _STANDING[told.standing]), ""]
    lines += [paper.strong(line) for line in paper.wrapped(told.sentence, " ", most=4)]
    for remark in told.remarks:
        lines += paper.wrapped(remark, f" {words('symbol.warn')} ")
    for blocker in told.blockers[:MOST_IMPORTANT]:
        ids = ", ".join(blocker.requirements[:MOST_NUMBERS])
        more = len(blocker.requirements) - MOST_NUMBERS
        ids += f" +{more}" if more > 0 else ""
        lines += paper.badged(blocker.verdict, f"{blocker.text} ({ids})" if ids else blocker.text)
    if len(told.blockers) > MOST_IMPORTANT:
        lines.append(f"   … {words.count('report.more', len(told.blockers) - MOST_IMPORTANT)}")
    return lines


def _counts(paper: _Paper, told: Summary) -> list[str]:
    """How many requirements have each verdict, as many on a line as the width lets in."""
    lines, room = [""], paper.width
    for verdict, number in told.counts:
        badge = paper.badge(verdict)
        size = len(f"  {number} ×{badge}")
        if size > room and lines[-1]:
            lines.append("")
            room = paper.width
        lines[-1] += f"  {number} ×{paper.paint(badge, verdict)}"
        room -= size
    return lines


def _chapters(paper: _Paper, told: Summary) -> list[str]:
    """A row per chapter with its counts; beneath it every requirement that did not simply pass."""
    pad = max(len(paper.badge(verdict)) for verdict in Verdict)
    lines: list[str] = []
    for name, rows in told.chapters:
        lines.append(
            paper.strong(shortened(flat(paper.words.chapter(name)), paper.width)) + _tally(paper, rows)
        )
        for row in rows:
            if row.result.verdict is not Verdict.PASS:
                lines += paper.badged(row.result.verdict, _row_text(paper.words, row), pad=pad)
    return lines


def _tally(paper: _Paper, rows: Sequence[Row]) -> str:
    """The sign of the worst verdict of a chapter, and how many of its requirements passed, of how many."""
    verdicts = [row.result.verdict for row in rows]
    sign = paper.words(f"symbol.{worst(verdicts).value}")
    return f"  {paper.paint(sign, worst(verdicts))} {verdicts.count(Verdict.PASS)}/{len(rows)}"


def _row_text(words: Words, row: Row) -> str:
    """The number of a requirement, and the reason of its verdict or else its text."""
    reason = row.result.reason or (row.requirement.excuse if not row.problems else "")
    return f"{row.requirement.id}  {words.reason(reason) if reason else words.duty(row.requirement)}"


def _findings(paper: _Paper, bundle: Bundle, told: Summary) -> list[str]:
    """Each problem in four parts: the rule, expected, received, and where it is and at whose fault."""
    lines: list[str] = []
    for problem in told.problems[:MOST_FINDINGS]:
        lines += ["", *_finding(paper, bundle, problem, told)]
    if len(told.problems) > MOST_FINDINGS:
        lines += ["", f"  … {paper.words.count('report.more', len(told.problems) - MOST_FINDINGS)}"]
    return [paper.strong(paper.words("problems.heading")), *lines] if lines else []


def _finding(paper: _Paper, bundle: Bundle, problem: Problem, told: Summary) -> Iterator[str]:
    words, lead = paper.words, problem.lead
    rules = [f"{one.id} {words(f'verb.{one.verb.value}')}: {words.duty(one)}" for one in problem.requirements]
    yield from paper.badged(problem.verdict, rules[0] if rules else told.texts.headline(lead))
    pad = max(len(words(f"console.{name}")) for name in ("expected", "received", "where", "blame"))
    reference = next((one.ids.get("reference", "") for one in bundle.events if one.seq == lead.event), "")
    message = f"{words('console.message')} {flat(reference)}" if reference else ""
    event = f"{words('problems.event')} {lead.event}"
    place = ", ".join(filter(None, (lead.scenario, event, message, lead.path)))
    more = f" ({words.count('console.others', len(problem.others))})" if problem.others else ""
    facts = {
        "expected": lead.expected,
        "received": lead.received,
        "where": f"{place}{more}",
        "blame": words(f"blame.{lead.blame.value}"),
    }
    for name, text in facts.items():
        yield from paper.wrapped(
            text or words("report.none"), f"     {words(f'console.{name}'):<{pad}}  ", most=2
        )


def _replay(paper: _Paper, bundle: Bundle, told: Summary) -> list[str]:
    """The command that plays the scenario of the heaviest problem again."""
    if not told.problems:
        return []
    command = replay_command(bundle, told.problems[0].lead.scenario)
    if not command:
        return []
    return [paper.strong(paper.words("console.replay")), f"  {command}"]
