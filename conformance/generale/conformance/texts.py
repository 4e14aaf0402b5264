"""The sentences of all finding codes in both languages, as they travel in a bundle for its readers."""

from generale.conformance.checks.text import codes, likely_cause_en, likely_cause_nl, message_en, message_nl


def finding_texts() -> dict[str, dict[str, str]]:
    """Per code: what it says and what most often causes it, in Dutch and English (``texts.json``)."""
    return {
        code: {
            "message_nl": message_nl(code),
            "message_en": message_en(code),
            "cause_nl": likely_cause_nl(code),
            "cause_en": likely_cause_en(code),
        }
        for code in sorted(codes())
    }
