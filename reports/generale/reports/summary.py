"""The whole run in a few words: one sentence, the counts, and what stands most in the way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from generale.reports.catalogue import Words
from generale.reports.finding_text import FindingTexts, finding_texts
from generale.reports.inert import brief, flat, shortened
from generale.reports.problem import Problem, problems
from generale.results.bundle import Bundle
from generale.results.remark import Remark
from generale.results.requirement import Requirement
from generale.results.verdicts import Judgement, RequirementResult, Verdict

MOST_IMPORTANT = 3
"""How many blockers the first screen names (project-defined)."""

ALWAYS_COUNTED = frozenset({Verdict.FAIL, Verdict.NOT_VERIFIED, Verdict.PASS})
"""Verdicts whose count is shown even when it is 0, so that nobody has to guess."""


class Standing(StrEnum):
    """What a run says about the product as a whole."""

    CONFORMS = "conforms"
    DOES_NOT_CONFORM = "does-not-conform"
    NOT_VERIFIED = "not-verified"
    NOT_JUDGED = "not-judged"
    """The rehearsal itself failed, so that nothing can be said."""


def standing(judgement: Judgement, remarks: Iterable[Remark] = ()) -> Standing:
    """The standing that follows from the verdict; a partial run never conforms, nor does a bundle that is
    unlike what it names.
    """
    is_whole = not judgement.partial and not any(one.is_unlike for one in remarks)
    match judgement.verdict:
        case Verdict.HARNESS_ERROR:
            return Standing.NOT_JUDGED
        case Verdict.FAIL:
            return Standing.DOES_NOT_CONFORM
        case Verdict.PASS | Verdict.WARN | Verdict.WAIVED if is_whole:
            return Standing.CONFORMS
        case _:
            return Standing.NOT_VERIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One thing that stands in the way, with the place in the page where more is said."""

    verdict: Verdict
    text: str
    requirements: tuple[str, ...]
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A requirement beside its result."""

    requirement: Requirement
    result: RequirementResult
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What every view of a bundle begins with."""

    standing: Standing
    sentence: str
    blockers: tuple[Blocker, ...]
    counts: tuple[tuple[Verdict, int], ...]
    chapters: tuple[tuple[str, tuple[Row, ...]], ...]
    problems: tuple[Problem, ...]
    texts: FindingTexts
    remarks: tuple[str, ...] = ()
    """What is to be said of the bundle itself, a sentence each."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """All requirements with their results, in the order of the register."""
        return tuple(row for _, rows in self.chapters for row in rows)

    @property
    def unverified(self) -> tuple[Row, ...]:
        """The requirements on which nothing could be decided."""
        return tuple(row for row in self.rows if row.result.verdict in UNDECIDED)

    @property
    def unverified_groups(self) -> tuple["Group", ...]:
        """The same, together where verdict and reason are one."""
        return tuple(groups(self.unverified))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Requirements with one verdict for one reason."""

    verdict: Verdict
    reason: str
    rows: tuple[Row, ...]


def groups(rows: Iterable[Row]) -> Iterator[Group]:
    """The requirements together where verdict and reason are one, the heaviest verdict first."""
    found: dict[tuple[Verdict, str], list[Row]] = {}
    for row in rows:
        reason = row.result.reason or row.requirement.excuse
        found.setdefault((row.result.verdict, reason), []).append(row)
    for (verdict, reason), own in sorted(found.items(), key=lambda item: -item[0][0].weight):
        yield Group(verdict=verdict, reason=reason, rows=tuple(own))


UNDECIDED = frozenset({Verdict.NOT_VERIFIED, Verdict.INCONCLUSIVE, Verdict.HARNESS_ERROR})
"""Verdicts that say that nothing could be said."""


def summary(bundle: Bundle, words: Words, remarks: Sequence[Remark] = ()) -> Summary:
    """Read a bundle and put its verdicts in order; ``BundleError`` where a part of it is missing."""
    judgement = bundle.judgement
    found = problems(judgement, bundle.requirements)
    rows = tuple(_rows(bundle, found))
    texts = finding_texts(bundle, words.language)
    blockers = tuple(_blockers(judgement, rows, found, texts, words))
    where = standing(judgement, remarks)
    return Summary(
        standing=where,
        sentence=_sentence(bundle, where, blockers, words),
        blockers=blockers,
        counts=_counts(judgement.requirements),
        chapters=tuple((name, tuple(part)) for name, part in groupby(rows, _chapter)),
        problems=found,
        texts=texts,
        remarks=remark_texts(remarks, words),
    )


def remark_texts(remarks: Iterable[Remark], words: Words) -> tuple[str, ...]:
    """The remarks in a language, a line each."""
    return tuple(words(f"remark.{one.key}", name=shortened(flat(one.name), 200)) for one in remarks)


def product(bundle: Bundle, words: Words) -> str:
    """Name and version of what was rehearsed."""
    run = bundle.run
    return shortened(flat(f"{run.product} {run.product_version}"), 120) or words("report.the-product")


def requirement_set(bundle: Bundle) -> str:
    """The name of the requirement set, short enough for a sentence."""
    return shortened(brief(flat(bundle.run.requirement_set.partition("+")[0])), 80)


def _sentence(bundle: Bundle, where: Standing, blockers: Sequence[Blocker], words: Words) -> str:
    told = words(f"sentence.{where}", product=product(bundle, words), set=requirement_set(bundle))
    return words("sentence.because", told=told) if blockers else f"{told}."


def _rows(bundle: Bundle, found: Sequence[Problem]) -> Iterator[Row]:
    """Every requirement of the register; one without a result was not verified."""
    results = {result.requirement: result for result in bundle.judgement.requirements}
    for requirement in bundle.requirements:
        missing = RequirementResult(requirement=requirement.id, verdict=Verdict.NOT_VERIFIED, checks=())
        own = tuple(problem for problem in found if requirement in problem.requirements)
        yield Row(requirement=requirement, result=results.get(requirement.id, missing), problems=own)


def _chapter(row: Row) -> str:
    return row.requirement.chapter


def _counts(results: Sequence[RequirementResult]) -> tuple[tuple[Verdict, int], ...]:
    """How many requirements have each verdict, the heaviest first."""
    counted = Counter(result.verdict for result in results)
    heaviest_first = sorted(Verdict, key=lambda verdict: -verdict.weight)
    return tuple((one, counted[one]) for one in heaviest_first if counted[one] or one in ALWAYS_COUNTED)


def _blockers(
    judgement: Judgement,
    rows: Sequence[Row],
    found: Sequence[Problem],
    texts: FindingTexts,
    words: Words,
) -> Iterator[Blocker]:
    """What stands in the way: blocking problems, a partial run, and what could not be verified."""
    for problem in found:
        if problem.is_blocking:
            yield Blocker(
                verdict=problem.verdict,
                text=texts.headline(problem.lead),
                requirements=tuple(one.id for one in problem.requirements),
                anchor=problem.anchor,
            )
    if judgement.partial:
        yield Blocker(
            verdict=Verdict.NOT_VERIFIED, text=words("report.partial"), requirements=(), anchor="scenarios"
        )
    yield from _silent_blockers(rows, words)


def _silent_blockers(rows: Sequence[Row], words: Words) -> Iterator[Blocker]:
    """Requirements without a problem to show that stand in the way, together where the reason is one."""
    silent = (row for row in rows if not any(problem.is_blocking for problem in row.problems))
    for group in groups(row for row in silent if row.result.verdict.weight >= Verdict.INCONCLUSIVE.weight):
        ids = tuple(row.requirement.id for row in group.rows)
        text = words(f"report.blocked-{group.verdict.value}", reason=words.reason(group.reason))
        yield Blocker(verdict=group.verdict, text=text, requirements=ids, anchor=ids[0])
