"""What a finding says in the reader's language: from ``texts.json`` of the bundle, else its own message."""

from collections.abc import Mapping
from dataclasses import dataclass

from generale.reports.catalogue import Language
from generale.reports.inert import shortened
from generale.results.bundle import Bundle, BundleError
from generale.results.verdicts import Finding

TEXTS = "texts.json"
"""The file of the bundle with the texts by code of a finding: message_nl, message_en, cause_nl, cause_en."""

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
    if TEXTS not in bundle.files:
        return FindingTexts(language, {})
    document = bundle.document(TEXTS)
    if not isinstance(document, dict) or not all(isinstance(row, dict) for row in document.values()):
        raise BundleError(f"{TEXTS} is not a table of texts by code")
    return FindingTexts(
        language,
        {
            str(code): {str(key): text for key, text in row.items() if isinstance(text, str)}
            for code, row in document.items()
        },
    )
