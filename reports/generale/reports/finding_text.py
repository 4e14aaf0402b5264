"""What a finding says in the reader's language: from ``texts.json`` of the bundle, else its own message."""

from collections.abc import Mapping
from dataclasses import dataclass

from generale.reports.catalogue import Language
from generale.reports.inert import shortened
from generale.results.bundle import Bundle
from generale.results.verdicts import Finding

_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class FindingTexts:
    """The texts by code of a finding."""

    language: Language
    by_code: Mapping[str, Mapping[str, str]]

    def headline(self, finding: Finding) -> str:
        """What is wrong, in one sentence."""
        return shortened(self._text(finding, "message") or finding.message or finding.code, _LIMIT)

    def detail(self, finding: Finding) -> str:
        """What the check itself says about this case, where the headline does not say it already."""
        said = (self.headline(finding), self.by_code.get(finding.code, {}).get("message_en", ""))
        return "" if finding.message in said else shortened(finding.message, _LIMIT)

    def cause(self, finding: Finding) -> str:
        """What the likely cause is; empty where nobody gave one."""
        return shortened(self._text(finding, "cause"), _LIMIT)

    def _text(self, finding: Finding, part: str) -> str:
        return self.by_code.get(finding.code, {}).get(f"{part}_{self.language}", "")


def finding_texts(bundle: Bundle, language: Language) -> FindingTexts:
    """The texts of a bundle; ``BundleError`` where ``texts.json`` is there and is not what it should be."""
    return FindingTexts(language, bundle.texts)
