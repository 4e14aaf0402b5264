"""The Dutch of what a check expects and finds: words of ours by ``message_words.toml``, values as they are.

What a message says itself is never put in other words.
"""

import re
import tomllib
from functools import cache
from importlib import resources

from generale.conformance.message_rung import Remark

_LONGEST = 400
"""Words of ours are short; a longer text is a value (project-defined)."""

_OURS = ("nothing", "nothing more")
"""What is found in our words, besides what the controls say."""


def told_in_dutch(remark: Remark) -> tuple[str, str]:
    """What is expected and what is found."""
    is_ours = bool(remark.control) or remark.received in _OURS
    expected = remark.expected_nl or in_dutch(remark.expected)
    return expected, in_dutch(remark.received) if is_ours else remark.received


def in_dutch(text: str) -> str:
    """The Dutch of a phrase of ours; whatever is none stays as it is."""
    if len(text) > _LONGEST:
        return text
    for pattern, dutch in phrases():
        if fitting := pattern.fullmatch(text):
            return dutch.format(*(in_dutch(part) for part in fitting.groups()))
    return text


@cache
def phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each phrase as a pattern, with its Dutch; whole ones first, since in a pattern anything fits."""
    table = tomllib.loads((resources.files(__package__) / "message_words.toml").read_text("utf-8"))
    return tuple((_pattern(english), dutch) for english, dutch in sorted(table.items(), key=_is_pattern))


def _is_pattern(phrase: tuple[str, str]) -> bool:
    return "{}" in phrase[0]


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL)
