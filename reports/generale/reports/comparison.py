"""What became of the failures of an earlier run, on a terminal: new, still there, fixed, not tried again."""

from collections.abc import Iterator

from generale.reports.catalogue import Language, Words
from generale.reports.finding_text import FindingTexts
from generale.reports.inert import flat
from generale.results.bundle import Bundle
from generale.results.comparison import Comparison


def render_comparison(compared: Comparison, bundle: Bundle, old: str, language: Language) -> str:
    """The comparison with ``old`` as lines; the sentences of the findings are those of the bundle."""
    words = Words(language)
    texts = FindingTexts(language, bundle.texts)
    return "\n".join(_lines(compared, words, texts, flat(old))) + "\n"


def render_replay(compared: Comparison, bundle: Bundle, old: str, language: Language) -> str:
    """Whether the findings of one scenario came again, in a sentence, and then the comparison."""
    words = Words(language)
    sentence = words(f"replay.{compared.outcome.value}")
    return f"{sentence}\n\n{render_comparison(compared, bundle, old, language)}"


def _lines(compared: Comparison, words: Words, texts: FindingTexts, old: str) -> Iterator[str]:
    yield words("compare.heading", old=old)
    for name, group in compared.groups:
        if name != "untried" or group:
            yield f"  {words(f'compare.{name}')}: {len(group)}"
        for one in group:
            finding = one.finding
            rows = ", ".join(one.requirements)
            yield f"    {flat(rows)}  {flat(finding.code)}  {flat(finding.scenario)}"
            yield f"      {texts.headline(finding)}"
    if compared.changed:
        yield f"  {words('compare.changed')}:"
    for requirement, (before, now) in compared.changed.items():
        was, is_now = (words.known(f"verdict.{one}", words("compare.absent")) for one in (before, now))
        yield f"    {flat(requirement)}  {was} → {is_now}"
